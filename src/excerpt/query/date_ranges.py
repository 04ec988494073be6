"""The value of `year:` or `date:` → its first and last day in ISO 8601, "" for an open end.

    1904   1848-02   1848-02-24   -0043   1917..1921   ..1900   >=1848-02   <1914   1840s   c.1848

Vague dates are those of `dates`. Years are -9999 to 9999; -43 is 44 BC.
"""

import re

from excerpt import dates
from excerpt.dates import FOREVER, DayRange
from excerpt.query.ast import QuerySyntaxError

__all__ = ["parse_date_range"]

_DAY = re.compile(r"(?P<sign>-?)(?P<year>\d{1,4})(?P<rest>(?:-\d{1,2}){0,2})", re.ASCII)
_REMEDY = "Write a date, a range or a limit: 1904, 1848-02, 1917..1921, ..1900, >=1848-02-24."
_LAST_DAY = dates.day_range("", "9999-12-31")[1]
_FIRST_DAY = dates.day_range("-9999-01-01", "")[0]


def parse_date_range(value: str) -> tuple[str, str]:
    """Return the first and last day of `value`.

    Raises:
        QuerySyntaxError: if it is not a date, or ends before it begins.

    >>> [parse_date_range(value) for value in ("1848-02", "..1900", ">1848")]
    [('1848-02-01', '1848-02-29'), ('', '1900-12-31'), ('1849-01-01', '')]
    """
    text = value.strip()
    if ".." in text:
        start, _, end = text.partition("..")
        if not start.strip() and not end.strip():
            raise QuerySyntaxError("A date range needs at least one end.", _REMEDY)
        first = _days(start)[0] if start.strip() else -FOREVER
        last = _days(end)[1] if end.strip() else FOREVER
    else:
        first, last = _limited_days(text)
    if last < first:
        raise QuerySyntaxError(
            f"The range {text} ends before it begins.", "Write the earlier date first."
        )
    if not dates.overlaps((first, last), (_FIRST_DAY, _LAST_DAY)):
        raise QuerySyntaxError(f"{text} is out of range: years are -9999 to 9999.", _REMEDY)
    return (
        "" if first == -FOREVER else dates.iso_date(max(first, _FIRST_DAY)),
        "" if last == FOREVER else dates.iso_date(min(last, _LAST_DAY)),
    )


def _limited_days(text: str) -> DayRange:
    """Return the days of a date, or those before, from, up to or after it."""
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


def _days(date: str) -> DayRange:
    """Return the first and last day of one date."""
    text = date.strip()
    found = _DAY.fullmatch(text)
    if found is None:
        days = dates.parse_date(text)
        if days is None:
            message = f"{text!r} is not a date." if text else "The date is missing."
            raise QuerySyntaxError(message, _REMEDY)
        return days
    written = f"{found['sign']}{found['year'].zfill(4)}{found['rest']}"
    try:
        return dates.day_range(written, written)
    except ValueError:
        raise QuerySyntaxError(f"{text!r} does not exist in the calendar.", _REMEDY) from None
