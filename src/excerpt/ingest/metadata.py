"""File paths and metadata.csv → names and values that describe source files.

A path may contain a date (`letters/1848-02-24.txt`). A metadata.csv describes the files in and
below its folder, one row each. Cells that excerpt cannot make use of are kept as they are, but
reported as problems, because no search by date or language would find those files.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from excerpt.dates import EXAMPLES, MONTH_NAMES, is_impossible, parse_date
from excerpt.errors import Advice, Unreadable
from excerpt.ingest.decode import decode
from excerpt.ingest.language import is_language

__all__ = ["MetadataTable", "metadata_of_path", "read_metadata"]

_DATE = re.compile(
    r"(?<![^-_ ([,])(1\d{3}|20\d\d|2100)"
    r"(?:([-_.])(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?)?"
    r"(?![^-_. )\],])"
)
"""A year that is not part of a longer word or number, with its month and day if they follow."""
_COMPACT = re.compile(
    r"(?<![^\W_])(1\d{3}|20\d\d|2100)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![^\W_])"
)
"""A day in eight digits."""
_DOTTED = re.compile(
    r"(?<![^\W_])(?<!\d[.])(\d{1,2})\.[ _]?(\d{1,2})\.[ _]?(1\d{3}|20\d\d|2100)(?![^\W_]|\.\d)"
)
_IN_WORDS = re.compile(
    r"(?<![^\W_])(?:\d{1,2}(?:st|nd|rd|th|\.)?[-_ ]+)?"
    rf"(?:{'|'.join(MONTH_NAMES)})\.?[-_ ]+(?:\d{{1,2}}(?:st|nd|rd|th)?,?[-_ ]+)?"
    r"(?:1\d{3}|20\d\d|2100)(?![^\W_])",
    re.IGNORECASE,
)
"""A month by its name, and its year, with a day or without."""
_SPAN = re.compile(
    r"(?<![^\W_])(?<!\d[-–.])(?:(1\d{3}|20\d\d|2100) ?[-–] ?(1\d{3}|20\d\d|2100)(?![-–.]\d)"
    r"|(?:1\d|20)\d0['’]?s|\d{1,2}(?:st|nd|rd|th)[-_ ]century)(?![^\W_])",
    re.IGNORECASE,
)
"""Several years: from one to another, a decade or a century."""
_UNDER_YEAR = re.compile(r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])(?:[/._ -]|\Z)")
"""A month and its day, which are folders of a year; a number alone may be that of a volume."""
_NUMBERED = re.compile(
    r"(?<![^\W\d_])(?:windows|win|cp|codepage|ibm|iso|dos|rfc|din|isbn|issn|img|dscn?|scan|image|"
    r"pages?|pp?|seite|box|item|no|nr|num|number|id|vol|volume|reel|folio|fol|doc|file|part|lot|ms)"
    r"\.?[-_ ]+",
    re.IGNORECASE,
)
"""A word before a number that is not a year, as in windows-1251, IMG_1848 and box-1911."""
_TABLE_REMEDY = Advice(
    'The first line names the columns; one is "path", relative to the folder of metadata.csv.'
)
_MOST_NAMED: Final = 5
"""Values quoted for each kind of problem."""
_MOST_SHOWN: Final = 60
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


def metadata_of_path(path: str) -> tuple[tuple[str, str], ...]:
    """Return the date in the path of a file, if its name or nearest dated folder has exactly one.

    >>> metadata_of_path("letters/1848-02-24-paris.txt")
    (('date', '1848-02-24'),)
    >>> metadata_of_path("marx/1848/manifesto.htm"), metadata_of_path("USA_63_2008.txt")
    ((('date', '1848'),), (('date', '2008'),))
    >>> metadata_of_path("1990/1917-1921.txt"), metadata_of_path("scan1848.txt")
    ((('date', '1917..1921'),), ())
    >>> metadata_of_path("windows-1251/IMG_1848.txt")
    ()
    """
    parts = path.split("/")
    for index in range(len(parts) - 1, -1, -1):
        dates = _dates_in(parts[index], parts[index + 1 :])
        if len(dates) == 1:
            return (("date", dates.pop()),)
        if dates:
            return ()
    return ()


def _dates_in(part: str, below: Sequence[str]) -> set[str]:
    """Return the dates in a part of a path: days if there are any, else months, years and others.

    `below` are the parts after it: a year may be followed by its month and day.
    """
    if not any(map(str.isdigit, part)):
        return set()
    days = {_numeric(day.group(1, 2, 3)) for day in _COMPACT.finditer(part)}
    days |= {_numeric(day.group(3, 2, 1)) for day in _DOTTED.finditer(part)}
    days |= {" ".join(re.split(r"[-_ ]+", date.group())) for date in _IN_WORDS.finditer(part)}
    dates = [date for date in _DATE.finditer(part) if not _is_number(part, date)]
    days |= {_numeric(date.group(1, 3, 4)) for date in dates if date[4]}
    days = {day for day in days if parse_date(day)}
    if days:
        return days
    spans = {written for span in _SPAN.finditer(part) if parse_date(written := _written(span))}
    if spans:
        return spans
    years = {date.group(1) for date in dates}
    if len(years) != 1:
        return years
    longest = max(dates, key=lambda date: len(date.group()))
    under = _UNDER_YEAR.match("/".join(below[:2])) if part in years else None
    return {_numeric((longest[1], under[1], under[2]) if under else longest.group(1, 3, 4))}


def _numeric(numbers: Sequence[str | None]) -> str:
    """Return a date in ISO 8601 from its year, and its month and day or None."""
    return "-".join(f"{number:0>2}" for number in numbers if number)


def _written(span: re.Match[str]) -> str:
    """Return several years as they are written in metadata."""
    if span[1]:
        return f"{span[1]}..{span[2]}"
    return re.sub("[-_ ]+", " ", span.group()).lower()


def _is_number(part: str, date: re.Match[str]) -> bool:
    """Return whether a year in a part of a path is the number of something."""
    if date[3]:
        return False
    # No word in the list is longer than nine letters.
    return any(
        word.end() == date.start()
        for word in _NUMBERED.finditer(part, max(0, date.start() - 20), date.start())
    )


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
    return unicodedata.normalize("NFC", path)


def _find_problems(
    columns: Sequence[str], rows: Sequence[Sequence[str]], paths: Sequence[str]
) -> Iterator[str]:
    """Yield a sentence for each kind of problem.

    Rows are numbered from 2, as in a spreadsheet. `paths` holds the path of each row, or "".
    """
    doubled = sorted({name for name in columns if name and columns.count(name) > 1})
    if doubled:
        named = ", ".join(map(_quoted, doubled[:_MOST_NAMED]))
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
        shown = ", ".join(starmap(_describe_value, affected[:_MOST_NAMED]))
        n_more = len(affected) - _MOST_NAMED
        rest = f" and {n_more:,} more" if n_more > 0 else ""
        yield f"{n_rows:,} {singular if n_rows == 1 else plural}: {shown}{rest}. {remedy}"


def _describe_value(value: str, numbers: Sequence[int]) -> str:
    """Return a value with its rows, or only the rows if it is empty."""
    more = f" and {len(numbers) - 1:,} more" if len(numbers) > 1 else ""
    where = f"row {numbers[0]:,}{more}"
    return f"{_quoted(value)} ({where})" if value else where


def _quoted(value: str) -> str:
    return repr(value if len(value) <= _MOST_SHOWN else f"{value[:_MOST_SHOWN]}…")
