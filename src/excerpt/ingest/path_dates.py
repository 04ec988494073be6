"""The path of a source file → the date that it contains, as in `letters/1848-02-24.txt`."""

import re
from collections.abc import Sequence

from excerpt.dates import MONTH_NAMES, parse_date

__all__ = ["metadata_of_path"]

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
