"""The live documents as a writer holds them ⇄ the document table of a commit.

`format.document_table` describes the file.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from excerpt import dates, files
from excerpt.arrays import Array
from excerpt.index.format.document_table import PATH_SEPARATOR, DocumentTable
from excerpt.index.format.file_names import FOLDER, random_name
from excerpt.index.format.string_column import StringColumn, string_columns
from excerpt.storage import StoredFile
from excerpt.storage.columns import write_columns

__all__ = ["DocumentEntry", "read_entries", "write_document_table"]

_UNDATED: Final = (2 * dates.FOREVER, -2 * dates.FOREVER)
"""The first and last day of an undated document: a range that overlaps no other."""


@dataclass(slots=True)
class DocumentEntry:
    """A live document: a row of the document table.

    The last three fields are kept as they are stored, so that a commit need not encode those of all
    documents again.

    document_id  its id in the catalog
    segment      the segment that holds it: an index into the manifest's list
    number       its number in that segment
    format       its format
    language     its language
    paths        its paths, joined
    metadata     its metadata as JSON, "" if there are none
    days         the first and the last day of its date
    """

    document_id: int
    segment: int
    number: int
    format: str
    language: str
    paths: str = ""
    metadata: str = ""
    days: tuple[int, int] = _UNDATED

    def describe(self, paths: Sequence[str], metadata: Sequence[tuple[str, str]]) -> None:
        """Replace the document's paths and metadata."""
        self.paths = PATH_SEPARATOR.join(paths)
        self.metadata = json.dumps(metadata, ensure_ascii=False) if metadata else ""
        self.days = dates.date_from_metadata(metadata) or _UNDATED


def write_document_table(folder: Path, entries: Iterable[DocumentEntry]) -> StoredFile:
    """Write and sync the table of `entries` for the index in `folder`."""
    ordered = sorted(entries, key=lambda entry: (entry.paths, entry.document_id))
    columns: dict[str, Array] = {
        "id": np.array([entry.document_id for entry in ordered], np.int64),
        "segment": np.array([entry.segment for entry in ordered], np.uint32),
        "number": np.array([entry.number for entry in ordered], np.uint32),
        **string_columns("paths", [entry.paths for entry in ordered]),
        **_coded("format", [entry.format for entry in ordered]),
        **_coded("language", [entry.language for entry in ordered]),
        **string_columns("metadata", [entry.metadata for entry in ordered]),
    }
    days = [entry.days for entry in ordered]
    columns["first_day"], columns["last_day"] = np.array(days, np.int64).reshape(-1, 2).T
    path = folder / FOLDER / f"{random_name()}.documents"
    files.make_folder(path.parent)
    return write_columns(path, columns.items(), {})


def _coded(name: str, values: Sequence[str]) -> dict[str, Array]:
    """Return the columns of repetitive `values`: the distinct ones, and numbers for all."""
    distinct = sorted(set(values))
    number_of = {value: number for number, value in enumerate(distinct)}
    return {
        name: np.fromiter(map(number_of.__getitem__, values), np.uint16, len(values)),
        **string_columns(f"{name}s", distinct),
    }


def read_entries(table: DocumentTable) -> list[DocumentEntry]:
    """Return all rows of `table`, for a writer to continue from."""
    columns = table.columns
    return [
        DocumentEntry(*row)
        for row in zip(
            table.document_ids.tolist(),
            columns.read("segment").tolist(),
            columns.read("number").tolist(),
            table.formats,
            table.languages,
            StringColumn(columns, "paths").strings(),
            StringColumn(columns, "metadata").strings(),
            zip(columns.read("first_day").tolist(), columns.read("last_day").tolist(), strict=True),
            strict=True,
        )
    ]
