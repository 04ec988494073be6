"""The value of year: and date: → the first and the last day it means, as ISO dates, "" for an open end.

1904, 1848-02, 1848-02-24, 1917..1921, ..1900, >=1848-02, <1914. Years 1 to 9999.
"""

import calendar
import re
from datetime import date, timedelta

from excerpt.query.misfit import Misfit

__all__ = ["period"]

_POINT = re.compile(r"(?P<year>\d{1,4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?", re.ASCII)
_REMEDY = "Write a year, month or day, a range or a limit: 1904, 1848-02, 1917..1921, ..1900, >=1848-02-24."


def period(value: str) -> tuple[str, str]:
    """The days that `value` means.

    Raises:
        Misfit: if it is no date, or ends before it begins.

    >>> period("1848-02"), period("..1900"), period(">1848")
    (('1848-02-01', '1848-02-29'), ('', '1900-12-31'), ('1849-01-01', ''))
    """
    text = value.strip()
    if ".." in text:
        start, _, end = text.partition("..")
        first = _days(start)[0] if start.strip() else ""
        last = _days(end)[1] if end.strip() else ""
        if not first and not last:
            raise Misfit("A range needs at least one end.", _REMEDY)
    else:
        first, last = _limit(text)
    if first and last and last < first:
        raise Misfit(f"The range {text} ends before it begins.", "Write the earlier date first.")
    return first, last


def _limit(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(>=|<=|>|<)?\s*(.*)", text, re.DOTALL)
    sign, point = found.groups() if found else ("", text)
    first, last = _days(point)
    one = timedelta(days=1)
    try:
        match sign:
            case ">=":
                return first, ""
            case "<=":
                return "", last
            case ">":
                return (date.fromisoformat(last) + one).isoformat(), ""
            case "<":
                return "", (date.fromisoformat(first) - one).isoformat()
    except OverflowError:
        raise Misfit(f"Nothing is {text}: years are 1 to 9999.", _REMEDY) from None
    return first, last


def _days(point: str) -> tuple[str, str]:
    """The first and last day of a year, month or day."""
    found = _POINT.fullmatch(point.strip())
    if found is None:
        raise Misfit(f"{point.strip() or 'Nothing'} is no date.", _REMEDY)
    year, month, day = (int(part) if part else 0 for part in found.group("year", "month", "day"))
    try:
        if not found["month"]:
            return date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
        if not found["day"]:
            return (
                date(year, month, 1).isoformat(),
                date(year, month, calendar.monthrange(year, month)[1]).isoformat(),
            )
        return (date(year, month, day).isoformat(),) * 2
    except ValueError:
        raise Misfit(f"{point.strip()} is no day of the calendar.", _REMEDY) from None
