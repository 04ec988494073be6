"""The value of year: and date: → the first and the last day it means, as ISO dates, "" for an open end.

1904, 1848-02, 1848-02-24, -0043, 1917..1921, ..1900, >=1848-02, <1914, and vague dates as sources write them (1840s,
c.1848; see `dates`). Years -9999 to 9999, where 44 BC is -43.
"""

import re

from excerpt import dates
from excerpt.dates import FOREVER, DayRange
from excerpt.query.syntax_error import QuerySyntaxError

__all__ = ["parse_date_range"]

_POINT = re.compile(r"(?P<sign>-?)(?P<year>\d{1,4})(?P<rest>(?:-\d{1,2}){0,2})", re.ASCII)
_REMEDY = "Write a year, month or day, a range or a limit: 1904, 1848-02, 1917..1921, ..1900, >=1848-02-24."
_LAST = dates.day_range("", "9999-12-31")[1]
_FIRST = dates.day_range("-9999-01-01", "")[0]


def parse_date_range(value: str) -> tuple[str, str]:
    """The days that `value` means.

    Raises:
        QuerySyntaxError: if it is no date, or ends before it begins.

    >>> [parse_date_range(value) for value in ("1848-02", "..1900", ">1848", "1840s")]
    [('1848-02-01', '1848-02-29'), ('', '1900-12-31'), ('1849-01-01', ''), ('1840-01-01', '1849-12-31')]
    """
    text = value.strip()
    if ".." in text:
        start, _, end = text.partition("..")
        if not start.strip() and not end.strip():
            raise QuerySyntaxError("A range needs at least one end.", _REMEDY)
        first = _days(start)[0] if start.strip() else -FOREVER
        last = _days(end)[1] if end.strip() else FOREVER
    else:
        first, last = _limit(text)
    if last < first:
        raise QuerySyntaxError(
            f"The range {text} ends before it begins.", "Write the earlier date first."
        )
    if not dates.overlaps((first, last), (_FIRST, _LAST)):
        raise QuerySyntaxError(f"Nothing is {text}: years are -9999 to 9999.", _REMEDY)
    return "" if first == -FOREVER else dates.iso_date(
        max(first, _FIRST)
    ), "" if last == FOREVER else dates.iso_date(min(last, _LAST))


def _limit(text: str) -> DayRange:
    """The days before, from, up to or after a date, or its own."""
    sign = (re.match(r">=|<=|>|<|", text) or [""])[0]
    first, last = _days(text[len(sign) :])
    match sign:
        case ">=":
            return first, FOREVER
        case "<=":
            return -FOREVER, last
        case ">":
            return last + 1, FOREVER
        case "<":
            return -FOREVER, first - 1
    return first, last


def _days(point: str) -> DayRange:
    """The first and last day of a date."""
    text = point.strip()
    found = _POINT.fullmatch(text)
    if found is None:
        days = dates.parse_date(text)
        if days is None:
            raise QuerySyntaxError(f"{text or 'Nothing'} is no date.", _REMEDY)
        return days
    written = f"{found['sign']}{found['year'].zfill(4)}{found['rest']}"
    try:
        return dates.day_range(written, written)
    except ValueError:
        raise QuerySyntaxError(f"{text} is no day of the calendar.", _REMEDY) from None
