"""New text files and deleted documents → the text files of the next commit.

No existing file is changed. A new file belongs to the index once the catalog has committed a
manifest that names it; files that the committed manifest does not name are removed by `sweep`.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from excerpt import files
from excerpt.arrays import Array
from excerpt.storage.columns import write_columns
from excerpt.storage.tiers import FAN, FileSize, choose_files
from excerpt.text_store.compression import NO_DICTIONARY, Compressor, Dictionary
from excerpt.text_store.contents import StoredRun, write_text_file
from excerpt.text_store.manifest import FOLDER, SUFFIXES, StoreManifest, TextFileInfo
from excerpt.text_store.text_file import TextFile
from excerpt.text_store.text_store import read_dictionary

__all__ = ["StoreWriter", "merge_text_files", "sweep"]

_MIN_SIZE: Final = 1 << 16
"""Bytes of a file in the first tier."""
_MAX_SIZE: Final = 1 << 28
"""Bytes that are merged at most: bounds the time that a commit may take."""
_BYTES_AT_ONCE: Final = 1 << 20
"""Bytes that are copied at a time."""


class StoreWriter:
    """The next state of the text store of the index in `folder`: what follows `manifest`.

    Files of similar size are merged when there are `merge_at` of them.
    """

    def __init__(self, folder: Path, manifest: StoreManifest, merge_at: int = FAN) -> None:
        self._folder = folder
        self._merge_at = merge_at
        self._texts = list(manifest.texts)
        self._recorded_dictionary = manifest.dictionary
        self.dictionary = read_dictionary(folder, manifest.dictionary)
        """The dictionary that compresses texts."""

    def set_dictionary(self, dictionary: bytes) -> None:
        """Write the dictionary of an index that has none yet.

        Raises:
            ExcerptError: if it cannot be written.
        """
        files.make_folder(self._folder / FOLDER)
        path = self._folder / FOLDER / f"{os.urandom(8).hex()}.dictionary"
        column = np.frombuffer(dictionary, np.uint8)
        self._recorded_dictionary = write_columns(path, [("dictionary", column)], {})
        self.dictionary = Dictionary(path.name, dictionary)

    def adopt(self, texts: TextFileInfo) -> None:
        """Add the documents of a new file."""
        self._texts.append(texts)

    def prepare(self, live: Collection[int]) -> StoreManifest:
        """Write and sync all files of the next state and return its manifest, to be committed.

        `live` are the ids of all documents; others are dropped when their files are rewritten.
        """
        if not self._texts and self._recorded_dictionary is None:
            return StoreManifest()
        live_ids = np.fromiter(live, np.int64, len(live))
        opened = [self._open(info) for info in self._texts]
        while True:
            sizes = [FileSize(*_size(file, live_ids)) for file in opened]
            opened = [file for file, size in zip(opened, sizes, strict=True) if size.n_live]
            sizes = [size for size in sizes if size.n_live]
            group = choose_files(sizes, smallest=_MIN_SIZE, largest=_MAX_SIZE, fan=self._merge_at)
            if not group:
                break
            chosen = [opened[number] for number in group]
            merged = merge_text_files(self._folder, chosen, live_ids, self.dictionary)
            opened = [file for file in opened if file not in chosen] + [self._open(merged)]
        self._texts = [file.info for file in opened]
        files.sync_folder(self._folder / FOLDER)
        return StoreManifest(tuple(self._texts), self._recorded_dictionary)

    def _open(self, info: TextFileInfo) -> TextFile:
        return TextFile(self._folder, info, self.dictionary)


def _size(file: TextFile, live_ids: Array) -> tuple[int, int, int]:
    """Return the bytes of a file, and the numbers of its documents and of the live ones."""
    ids = file.columns.read("documents.id")
    return file.info.file.size, len(ids), int(np.isin(ids, live_ids).sum())


def merge_text_files(
    folder: Path, texts: Sequence[TextFile], live_ids: Array, dictionary: Dictionary
) -> TextFileInfo:
    """Write one file of the live documents of several files, for the index in `folder`.

    Compressed pieces are copied as they are, except those without the `dictionary` of the index.

    Raises:
        IndexDamaged: if a file is damaged.
    """
    for file in texts:
        file.verify()
    ids = [file.columns.read("documents.id") for file in texts]
    kept = [np.flatnonzero(np.isin(each, live_ids)) for each in ids]
    sources = np.repeat(np.arange(len(texts)), [numbers.size for numbers in kept])
    numbers = np.concatenate(kept)
    order = np.argsort(np.concatenate([each[at] for each, at in zip(ids, kept, strict=True)]))
    sources, numbers = sources[order], numbers[order]
    is_next = (np.diff(sources) == 0) & (np.diff(numbers) == 1)
    bounds = [0, *(np.flatnonzero(~is_next) + 1).tolist(), numbers.size]
    has_dictionary = dictionary != NO_DICTIONARY
    runs = [
        _run(texts[sources[first]], int(numbers[first]), int(numbers[last - 1]) + 1, dictionary)
        for first, last in pairwise(bounds)
    ]
    return write_text_file(folder, runs, dictionary.name if has_dictionary else "")


def _run(file: TextFile, first: int, last: int, dictionary: Dictionary) -> StoredRun:
    """Return the documents `first` to `last` of a file."""
    columns = file.columns

    def within(name: str, first: int, last: int) -> tuple[int, int, Array]:
        """Return the first and last thing of these, and the number or size of each."""
        offsets = columns.read(name, first, last + 1).astype(np.int64)
        return int(offsets[0]), int(offsets[-1]), np.diff(offsets)

    passage, passages_end, n_passages = within("documents.first_passage", first, last)
    piece, pieces_end, n_pieces = within("documents.first_piece", first, last)
    group, groups_end, n_groups = within("documents.first_group", first, last)
    *records, record_sizes = within("documents.record_offsets", first, last)
    *pieces, piece_sizes = within("pieces.offsets", piece, pieces_end)
    *groups, group_sizes = within("groups.offsets", group, groups_end)
    frames: Iterable[bytes | memoryview] = _bytes(file, "pieces.frames", *pieces)
    if file.has_dictionary != bool(dictionary.body):
        compressor = Compressor(dictionary.body)
        frames = [compressor.text(text) for text in file.pieces(piece, pieces_end)]
        piece_sizes = np.fromiter(map(len, frames), np.int64)
    return StoredRun(
        ids=columns.read("documents.id", first, last),
        n_passages=n_passages,
        n_pieces=n_pieces,
        n_groups=n_groups,
        record_sizes=record_sizes,
        passage_ids=columns.read("passages.id", passage, passages_end),
        starts=columns.read("passages.start", passage, passages_end),
        lengths=columns.read("passages.length", passage, passages_end),
        piece_starts=columns.read("pieces.start", piece, pieces_end),
        piece_sizes=piece_sizes,
        group_sizes=group_sizes,
        records=_bytes(file, "documents.records", *records),
        pieces=frames,
        groups=_bytes(file, "groups.frames", *groups),
    )


def _bytes(file: TextFile, name: str, first: int, last: int) -> Iterator[memoryview]:
    """Yield the bytes of a column from `first` to `last`."""
    for start in range(first, last, _BYTES_AT_ONCE):
        yield file.columns.read(name, start, min(start + _BYTES_AT_ONCE, last)).data


def sweep(folder: Path, manifest: StoreManifest | None) -> None:
    """Remove the text files in `folder` that `manifest` does not name; all of them for None."""
    named = {file.name for file in manifest.files} if manifest else set()
    files.remove_unlisted(folder / FOLDER, named, SUFFIXES)
