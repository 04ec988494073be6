"""The date of a work as its metadata gives it → the parts that citation formats need.

A date is one day, month or year, an interval of two of these, or only text: "before 1848". Years
are those of ISO 8601, so 44 BC is -43, until a format counts them in its own way.
"""

import re
from typing import NamedTuple

from excerpt.dates import FOREVER, DayRange, iso_date, read_date

__all__ = ["MONTHS", "CitedDate", "DateParts", "read_cited_date"]

DateParts = tuple[int, ...]
"""A year, a year and a month, or a year, a month and a day."""
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_UNDATED = frozenset({"undated", "unknown", "none", "nd", "n.d.", "s.d.", "o.d.", "o.j."})
"""Texts that say that there is no date, without spaces and brackets."""


class CitedDate(NamedTuple):
    """The date of a work.

    text      as the metadata gives it
    first     the date, or the beginning of an interval; () if only the text is known
    last      the end of an interval, otherwise ()
    is_circa  True if the date is approximate or uncertain
    """

    text: str
    first: DateParts = ()
    last: DateParts = ()
    is_circa: bool = False

    @property
    def period(self) -> str:
        """The decade or century, in words: "1920s", "18th century"; "" for other dates."""
        if len(self.first) != 1 or len(self.last) != 1 or self.first[0] <= 0:
            return ""
        first, last = self.first[0], self.last[0]
        if str(last) in self.text:
            return ""  # an interval that is written as such: 1840-1849
        if first % 10 == 0 and last == first + 9:
            return f"{first}s"
        if first % 100 == 1 and last == first + 99:
            return f"{_ordinal(last // 100)} century"
        return ""

    @property
    def parts(self) -> tuple[DateParts, ...]:
        """The date, or both ends of an interval."""
        return tuple(filter(None, (self.first, self.last)))


def read_cited_date(text: str) -> CitedDate | None:
    """Return the date that `text` means, None if it says that there is none.

    >>> read_cited_date("c. 1848")
    CitedDate(text='c. 1848', first=(1848,), last=(), is_circa=True)
    >>> read_cited_date("1917/1921").parts, read_cited_date("before 1848").parts
    (((1917,), (1921,)), ())
    """
    written = " ".join(text.split())
    days, is_circa = read_date(written)
    if days is None or max(map(abs, days)) >= FOREVER:
        is_undated = not written or re.sub(r"[\s()\[\]]", "", written.casefold()) in _UNDATED
        return None if is_undated else CitedDate(written, is_circa=is_circa)
    return CitedDate(written, *_parts(days), is_circa)


def _parts(days: DayRange) -> tuple[DateParts, DateParts]:
    """Return an interval of days as dates that are no more precise than it is."""
    first, last = (_split(day) for day in days)
    if first == last:
        return first, ()
    begins_month, ends_month = first[2] == 1, _split(days[1] + 1)[2] == 1
    if begins_month and ends_month:
        if first[1] == 1 and last[1] == 12:
            return first[:1], () if first[0] == last[0] else last[:1]
        return first[:2], () if first[:2] == last[:2] else last[:2]
    return first, last


def _ordinal(number: int) -> str:
    """Return a number as the place in a sequence.

    >>> [*map(_ordinal, (1, 2, 3, 4, 11, 12, 13, 21))]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st']
    """
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 11 <= number <= 13 else ending}"


def _split(day: int) -> DateParts:
    iso = iso_date(day)
    year, month, day_of_month = iso.lstrip("-").split("-")
    return -int(year) if iso.startswith("-") else int(year), int(month), int(day_of_month)
