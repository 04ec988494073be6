"""The live documents of an index as a writer holds them ⇄ the file that `DocumentTable` reads."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from excerpt import dates, files
from excerpt.engines.protocol import StoredFile
from excerpt.index.format.columns import Array, write_columns
from excerpt.index.format.document_table import SEPARATOR, DocumentTable
from excerpt.index.format.string_column import StringColumn, string_columns
from excerpt.index.read.segment import FOLDER

__all__ = ["Entry", "entries_of", "write_roster"]

_UNDATED: Final = (2 * dates.FOREVER, -2 * dates.FOREVER)
"""Days that overlap no others."""


@dataclass(slots=True)
class Entry:
    """A live document: its words are those of document `number` in the segment `segment` of the manifest.

    `paths`, `metadata` and `days` are as the file has them, so that a commit need not make them anew for every document.
    """

    document: int
    segment: int
    number: int
    format: str
    language: str
    paths: str = ""
    metadata: str = ""
    days: tuple[int, int] = (0, 0)

    def describe(self, paths: Sequence[str], metadata: Sequence[tuple[str, str]]) -> None:
        """Give the document these paths and this metadata."""
        self.paths = SEPARATOR.join(paths)
        self.metadata = json.dumps(metadata, ensure_ascii=False) if metadata else ""
        self.days = dates.date_from_metadata(metadata) or _UNDATED


def write_roster(folder: Path, entries: Iterable[Entry]) -> StoredFile:
    """Write the file and describe it for the manifest."""
    ordered = sorted(entries, key=lambda entry: (entry.paths, entry.document))
    columns: dict[str, Array] = {
        "document": np.array([entry.document for entry in ordered], np.int64),
        "segment": np.array([entry.segment for entry in ordered], np.uint32),
        "number": np.array([entry.number for entry in ordered], np.uint32),
        **string_columns("paths", [entry.paths for entry in ordered]),
        **_coded("format", [entry.format for entry in ordered]),
        **_coded("language", [entry.language for entry in ordered]),
        **string_columns("metadata", [entry.metadata for entry in ordered]),
    }
    days = [entry.days for entry in ordered]
    columns["first_day"], columns["last_day"] = np.array(days, np.int64).reshape(-1, 2).T
    place = folder / FOLDER
    files.make_folder(place)
    return write_columns(place / f"{os.urandom(8).hex()}.roster", columns.items(), {})


def _coded(name: str, values: Sequence[str]) -> dict[str, Array]:
    """Few distinct values: each once, and a number for each document."""
    known = sorted(set(values))
    numbers = {value: number for number, value in enumerate(known)}
    return {
        name: np.fromiter(map(numbers.__getitem__, values), np.uint16, len(values)),
        **string_columns(f"{name}s", known),
    }


def entries_of(roster: DocumentTable) -> list[Entry]:
    """All of `roster`, for a writer to go on from."""
    columns = roster.columns
    return [
        Entry(*row)
        for row in zip(
            roster.documents.tolist(),
            columns.read("segment").tolist(),
            columns.read("number").tolist(),
            roster.formats,
            roster.languages,
            StringColumn(columns, "paths").strings(0, roster.n),
            StringColumn(columns, "metadata").strings(0, roster.n),
            zip(*(columns.read(f"{end}_day").tolist() for end in ("first", "last")), strict=True),
            strict=True,
        )
    ]
