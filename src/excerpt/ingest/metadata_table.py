"""The bytes of a metadata.csv → names and values that describe source files.

A metadata.csv describes the files in and below its folder, one row each. Cells that excerpt cannot
make use of are kept as they are, but reported as problems, because no search by date or language
would find those files.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from excerpt.dates import EXAMPLES, is_impossible, parse_date
from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.decode import decode
from excerpt.ingest.language import is_language

__all__ = ["MetadataTable", "read_metadata"]

_ROW = re.compile(r"(.+\.(?:csv|tsv|tab|psv|jsonl|ndjson|json)(?:\.gz)?) row (\d+)", re.IGNORECASE)
"""A row of another table as it is cited."""
_TABLE_REMEDY = Instruction(
    'The first line names the columns; one is "path", relative to the folder of metadata.csv.'
)
_MAX_NAMED: Final = 5
"""Values quoted for each kind of problem."""
_MAX_SHOWN: Final = 60
"""Characters shown of a quoted value."""


class _Check(NamedTuple):
    """A test of the cells in some columns.

    columns  names of the columns
    parse    returns a false value for a cell that cannot be used
    noun     singular of what the cells contain
    remedy   sentence about what can be used
    """

    columns: frozenset[str]
    parse: Callable[[str], object]
    noun: str
    remedy: str


_CHECKS: Final = (
    _Check(
        frozenset({"date", "year"}),
        lambda text: parse_date(text) and not is_impossible(text),
        "date",
        f"Recognised forms are {EXAMPLES}; an empty cell means no date.",
    ),
    _Check(
        frozenset({"language", "lang"}),
        is_language,
        "language",
        "Use codes such as de, en or fr.",
    ),
)
_RowsOf = dict[str, list[int]]
"""Values and the numbers of the rows in which they occur."""


class MetadataTable(NamedTuple):
    """The content of a metadata.csv.

    by_path   names and values for each path, which is relative to the folder of the table and
              composed (NFC)
    problems  sentences about cells and rows that are of no use, and about the encoding
    """

    by_path: dict[str, tuple[tuple[str, str], ...]]
    problems: tuple[str, ...] = ()


def read_metadata(data: bytes) -> MetadataTable:
    """Return the content of the metadata.csv with the bytes `data`.

    Column names are converted to lower case; empty cells are left out. If a path has several
    rows, the last one counts.

    Raises:
        Unreadable: if it is not a table with a column `path`.
    """
    decoded = decode(data)
    header, *rows = _parse_rows(decoded.text) or [[]]
    columns = [name.strip().lower() for name in header]
    if "path" not in columns:
        raise Unreadable("no column is named path", _TABLE_REMEDY)
    column = columns.index("path")
    paths = [_normalized_path(row[column]) if len(row) > column else "" for row in rows]
    by_path = {
        path: tuple(
            (name, " ".join(value.split()))
            for name, value in zip(columns, row, strict=False)
            if name not in {"", "path"} and value.strip()
        )
        for row, path in zip(rows, paths, strict=True)
        if path
    }
    return MetadataTable(by_path, (*decoded.warnings, *_find_problems(columns, rows, paths)))


def _parse_rows(text: str) -> list[list[str]]:
    """Return the cells of each row, separated by the most frequent of `,;` and tab in line 1."""
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(f"it is not a table: {error}", _TABLE_REMEDY) from error


def _normalized_path(cell: str) -> str:
    path = PurePosixPath(cell.strip()).as_posix() if cell.strip() else ""
    if row := _ROW.fullmatch(path):
        path = f"{row[1]}/{row[2]}"
    return unicodedata.normalize("NFC", path)


def _find_problems(
    columns: Sequence[str], rows: Sequence[Sequence[str]], paths: Sequence[str]
) -> Iterator[str]:
    """Yield a sentence for each kind of problem.

    Rows are numbered from 2, as in a spreadsheet. `paths` holds the path of each row, or "".
    """
    doubled = sorted({name for name in columns if name and columns.count(name) > 1})
    if doubled:
        named = ", ".join(map(_quoted, doubled[:_MAX_NAMED]))
        yield f"several columns have the same name: {named}. Give each column a name of its own."
    for check in _CHECKS:
        values = _unusable_values(columns, rows, check)
        noun = check.noun
        yield from _describe(
            values, f"{noun} is not recognised", f"{noun}s are not recognised", check.remedy
        )
    rows_of: _RowsOf = {}
    for number, (row, path) in enumerate(zip(rows, paths, strict=True), 2):
        if row:  # the csv module returns [] for an empty line
            rows_of.setdefault(path, []).append(number)
    nameless = {"": rows_of.pop("", [])}
    remedy = "Rows without a path are ignored."
    yield from _describe(nameless, "row has no path", "rows have no path", remedy)
    overridden = {path: numbers[:-1] for path, numbers in rows_of.items()}
    yield from _describe(
        overridden,
        "row is overridden by a later one",
        "rows are overridden by later ones",
        "The last row for a path counts.",
    )
    long = {"": [number for number, row in enumerate(rows, 2) if len(row) > len(columns)]}
    yield from _describe(
        long,
        "row has more cells than there are columns",
        "rows have more cells than there are columns",
        "The extra cells are ignored; put a cell that contains the separator in quotes.",
    )


def _unusable_values(
    columns: Sequence[str], rows: Sequence[Sequence[str]], check: _Check
) -> _RowsOf:
    """Return the values that fail `check`."""
    unusable: _RowsOf = {}
    for column, name in enumerate(columns):
        if name in check.columns:
            for value, numbers in _group_rows(rows, column).items():
                if value and not check.parse(value):
                    unusable.setdefault(value, []).extend(numbers)
    return unusable


def _group_rows(rows: Sequence[Sequence[str]], column: int) -> _RowsOf:
    """Return the values in `column`; a row that is too short has "" there."""
    values: _RowsOf = {}
    for number, row in enumerate(rows, 2):
        if row:
            value = " ".join(row[column].split()) if len(row) > column else ""
            values.setdefault(value, []).append(number)
    return values


def _describe(values: _RowsOf, singular: str, plural: str, remedy: str) -> Iterator[str]:
    """Yield one sentence about the rows in `values`, or nothing if there are none."""
    affected = [(value, numbers) for value, numbers in values.items() if numbers]
    if affected:
        n_rows = sum(len(numbers) for _, numbers in affected)
        shown = ", ".join(starmap(_describe_value, affected[:_MAX_NAMED]))
        n_more = len(affected) - _MAX_NAMED
        rest = f" and {n_more:,} more" if n_more > 0 else ""
        yield f"{n_rows:,} {singular if n_rows == 1 else plural}: {shown}{rest}. {remedy}"


def _describe_value(value: str, numbers: Sequence[int]) -> str:
    """Return a value with its rows, or only the rows if it is empty."""
    more = f" and {len(numbers) - 1:,} more" if len(numbers) > 1 else ""
    where = f"row {numbers[0]:,}{more}"
    return f"{_quoted(value)} ({where})" if value else where


def _quoted(value: str) -> str:
    return repr(value if len(value) <= _MAX_SHOWN else f"{value[:_MAX_SHOWN]}…")
