"""The rows of a metadata.csv → what in them is hardly as it was meant, in words: said once for each kind, with the rows.

It is kept as it stands all the same, but no search by date, or in a language, would find what its author believes is there.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import Final

from excerpt.dates import EXAMPLES, parse_date
from excerpt.ingest.formats.html_head import language_code

__all__ = ["doubts"]

_NAMED: Final = 5
"""Values that are named of each kind, each with its first row."""
_LONGEST: Final = 60
"""Characters of a value that are shown."""
_READERS: Final[tuple[tuple[frozenset[str], Callable[[str], object], str, str], ...]] = (
    (
        frozenset({"date", "year"}),
        parse_date,
        "date",
        f"Understood are {EXAMPLES}; an empty cell says nothing.",
    ),
    (
        frozenset({"language", "lang"}),
        language_code,
        "language",
        "Understood are codes: de, en, fr.",
    ),
)
"""Columns whose values mean something to excerpt: what reads them, what they are, and how they are written."""
_Values = dict[str, list[int]]
"""Values, and the rows in which each stands."""


def doubts(
    columns: Sequence[str], rows: Sequence[Sequence[str]], paths: Sequence[str]
) -> Iterator[str]:
    """What is doubtful in `rows` (the first is row 2, as in a spreadsheet) below these `columns`; each is about the one of
    `paths`, "" if it names none."""
    for names, read, noun, remedy in _READERS:
        values = _unread(columns, rows, names, read)
        yield from _told(values, f"{noun} is not understood", f"{noun}s are not understood", remedy)
    named: _Values = {}
    for number, (row, path) in enumerate(zip(rows, paths, strict=True), 2):
        if row:  # an empty line is no row
            named.setdefault(path, []).append(number)
    nameless = {"": named.pop("", [])}
    yield from _told(
        nameless, "row names no path", "rows name no path", "Such a row says nothing of any file."
    )
    twice = {path: numbers[:-1] for path, numbers in named.items()}
    remedy = "The last row for a path counts."
    yield from _told(twice, "row is made void by another", "rows are made void by others", remedy)
    long = {"": [number for number, row in enumerate(rows, 2) if len(row) > len(columns)]}
    remedy = "What is too much is left out; a cell that has the separator in it is put in quotes."
    yield from _told(
        long, "row has more cells than columns", "rows have more cells than columns", remedy
    )


def _unread(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    names: frozenset[str],
    read: Callable[[str], object],
) -> _Values:
    """The values in the columns with these `names` that `read` makes nothing of."""
    unread: _Values = {}
    for at, name in enumerate(columns):
        if name in names:
            for value, numbers in _by_value(rows, at).items():
                if value and not read(value):
                    unread.setdefault(value, []).extend(numbers)
    return unread


def _by_value(rows: Sequence[Sequence[str]], at: int) -> _Values:
    """The values in the column `at`; a row that is too short has "" there, and an empty line is no row."""
    values: _Values = {}
    for number, row in enumerate(rows, 2):
        if row:
            values.setdefault(" ".join(row[at].split()) if len(row) > at else "", []).append(number)
    return values


def _told(values: _Values, one: str, many: str, remedy: str) -> Iterator[str]:
    """That `one` row, or `many`, have some of `values`; nothing if none has."""
    found = [(value, numbers) for value, numbers in values.items() if numbers]
    if found:
        n = sum(len(numbers) for _, numbers in found)
        shown = ", ".join(starmap(_placed, found[:_NAMED]))
        rest = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
        yield f"{n:,} {one if n == 1 else many}: {shown}{rest}. {remedy}"


def _placed(value: str, numbers: Sequence[int]) -> str:
    """A value with its rows, or the rows alone."""
    where = f"row {numbers[0]:,}" + (f" and {len(numbers) - 1:,} more" if len(numbers) > 1 else "")
    shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    return f"{shown!r} ({where})" if value else where
