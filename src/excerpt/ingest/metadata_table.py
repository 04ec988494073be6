"""The bytes of a metadata.csv → what it says of the files beside it, and what in it is doubtful."""

import csv
import io
from pathlib import PurePosixPath
from typing import NamedTuple

from excerpt.errors import Advice, Unreadable
from excerpt.ingest.decode import decode
from excerpt.ingest.metadata_problems import doubts

__all__ = ["Table", "read_metadata"]

_REMEDY = Advice(
    'The first line names the columns; one is "path", relative to the folder of metadata.csv.'
)


class Table(NamedTuple):
    """What a metadata.csv says of each file, by its path relative to the csv's folder, and what in it is doubtful, in
    words."""

    said: dict[str, tuple[tuple[str, str], ...]]
    doubts: tuple[str, ...] = ()


def read_metadata(data: bytes) -> Table:
    """What the metadata.csv with these bytes says.

    The names of the columns become lower-case; empty cells say nothing. Of two lines for one path the later counts.

    Raises:
        Unreadable: if it is no table with a column `path`.
    """
    decoded = decode(data)
    rows = _rows(decoded.text)
    columns = [name.strip().lower() for name in rows[0]] if rows else []
    if "path" not in columns:
        raise Unreadable("it has no column named path", _REMEDY)
    at = columns.index("path")
    paths = [_normal_path(row[at]) if len(row) > at and row[at].strip() else "" for row in rows[1:]]
    said = {
        path: tuple(
            (name, " ".join(value.split()))
            for name, value in zip(columns, row, strict=False)
            if name not in {"", "path"} and value.strip()
        )
        for row, path in zip(rows[1:], paths, strict=True)
        if path
    }
    return Table(said, (*decoded.warnings, *doubts(columns, rows[1:], paths)))


def _rows(text: str) -> list[list[str]]:
    """The cells of each row; commas, semicolons or tabs stand between, whichever the first line has the most of."""
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(f"it is no table: {error}", _REMEDY) from error


def _normal_path(cell: str) -> str:
    return PurePosixPath(cell.strip()).as_posix()
