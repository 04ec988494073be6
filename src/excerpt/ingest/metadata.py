"""What is said about a file outside of it: in a metadata.csv beside it, and by its path."""

import csv
import io
import re
from pathlib import PurePosixPath

from excerpt.errors import Unreadable
from excerpt.ingest.decode import decode

__all__ = ["metadata_of_path", "read_metadata"]

_REMEDY = 'The first line names the columns; one is "path", relative to the folder of metadata.csv.'
_DATE = re.compile(
    r"(?<![^-_ ([,])(1\d{3}|20\d\d|2100)(?:([-_.])(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?)?(?![^-_. )\],])"
)
"""A year that stands apart, with the month and day that may follow."""


def read_metadata(data: bytes) -> dict[str, tuple[tuple[str, str], ...]]:
    """What the metadata.csv with these bytes says, by the path of the file relative to the csv's folder.

    The names of the columns become lower-case; empty cells say nothing. Of two lines for one path the later counts.

    Raises:
        Unreadable: if it is no table with a column `path`.
    """
    text = decode(data).text
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(f"it is no table: {error}", _REMEDY) from error
    columns = [name.strip().lower() for name in rows[0]] if rows else []
    if "path" not in columns:
        raise Unreadable("it has no column named path", _REMEDY)
    at = columns.index("path")
    return {
        _normal_path(row[at]): tuple(
            (name, " ".join(value.split()))
            for name, value in zip(columns, row, strict=False)
            if name not in {"", "path"} and value.strip()
        )
        for row in rows[1:]
        if len(row) > at and row[at].strip()
    }


def _normal_path(cell: str) -> str:
    return PurePosixPath(cell.strip()).as_posix()


def metadata_of_path(path: str) -> tuple[tuple[str, str], ...]:
    """What the path of a file tells of it: its date, if the name or a folder gives exactly one.

    >>> metadata_of_path("letters/1848-02-24-paris.txt"), metadata_of_path("marx/1848/manifesto.htm")
    ((('date', '1848-02-24'),), (('date', '1848'),))
    >>> metadata_of_path("1990/1917-1921.txt"), metadata_of_path("scan1848.txt"), metadata_of_path("USA_63_2008.txt")
    ((), (), (('date', '2008'),))
    """
    for part in reversed(path.split("/")):
        found = list(_DATE.finditer(part))
        if len({date.group(1) for date in found}) == 1:
            longest = max(found, key=lambda date: len(date.group()))
            return (("date", "-".join(number for number in longest.group(1, 3, 4) if number)),)
        if found:
            return ()
    return ()
