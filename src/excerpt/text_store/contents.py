"""The contents of a new text file, from new documents or from other files → the file."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from excerpt import files
from excerpt.arrays import Array
from excerpt.storage.columns import ByteParts, write_columns
from excerpt.text_store.manifest import FOLDER, TextFileInfo
from excerpt.text_store.text_file import DTYPES

__all__ = ["StoredRun", "write_text_file"]

_MAX_BYTES: Final = (1 << 32) - 1
"""The greatest offset that fits into a column."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """Some documents as they are stored. All arrays are int64, except `passage_ids`.

    ids            the id of each document, ascending
    n_passages     the number of passages of each document
    n_pieces       the number of its pieces
    n_groups       the number of groups of its passages
    record_sizes   the bytes of its record
    passage_ids    uint64; the id of each passage
    starts         where each passage starts
    lengths        its length
    piece_starts   where each piece starts
    piece_sizes    the bytes of each piece
    group_sizes    the bytes of each group
    records        the records, in parts
    pieces         the pieces, in parts
    groups         the groups, in parts
    """

    ids: Array
    n_passages: Array
    n_pieces: Array
    n_groups: Array
    record_sizes: Array
    passage_ids: Array
    starts: Array
    lengths: Array
    piece_starts: Array
    piece_sizes: Array
    group_sizes: Array
    records: Iterable[bytes | memoryview]
    pieces: Iterable[bytes | memoryview]
    groups: Iterable[bytes | memoryview]


def write_text_file(folder: Path, runs: Sequence[StoredRun], dictionary: str) -> TextFileInfo:
    """Write and sync a file of the documents of `runs`, in this order, which is that of their ids.

    `dictionary` is the name of the one with which all texts are compressed, "" for none.

    Raises:
        ExcerptError: if the file cannot be written.
    """
    files.make_folder(folder / FOLDER)
    path = folder / FOLDER / f"{os.urandom(8).hex()}.texts"
    attributes = {"dictionary": dictionary}
    recorded = write_columns(path, _columns(runs), attributes)
    return TextFileInfo(recorded, sum(run.ids.size for run in runs))


def _columns(runs: Sequence[StoredRun]) -> Iterator[tuple[str, Array | ByteParts]]:
    def joined(name: str) -> Array:
        return np.concatenate([getattr(run, name) for run in runs])

    def parts(name: str) -> ByteParts:
        return (part for run in runs for part in getattr(run, name))

    passage_ids = joined("passage_ids")
    contents: dict[str, Any] = {
        "documents.id": joined("ids"),
        "documents.first_passage": _offsets(joined("n_passages")),
        "documents.first_piece": _offsets(joined("n_pieces")),
        "documents.first_group": _offsets(joined("n_groups")),
        "documents.record_offsets": _offsets(joined("record_sizes")),
        "documents.records": parts("records"),
        "passages.id": passage_ids,
        "passages.by_id": np.argsort(passage_ids, kind="stable"),
        "passages.start": joined("starts"),
        "passages.length": joined("lengths"),
        "pieces.start": joined("piece_starts"),
        "pieces.offsets": _offsets(joined("piece_sizes")),
        "pieces.frames": parts("pieces"),
        "groups.offsets": _offsets(joined("group_sizes")),
        "groups.frames": parts("groups"),
    }
    for name, dtype in DTYPES.items():
        column = contents[name]
        yield name, column.astype(dtype) if isinstance(column, np.ndarray) else column


def _offsets(sizes: Array) -> Array:
    offsets = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
    assert offsets[-1] <= _MAX_BYTES, "a text file is too large"
    return offsets
