"""Vague dates ⇄ intervals of days: what a source says of its time, as two whole numbers that can be compared.

Days are counted in the Gregorian calendar carried back before its time, with a year 0 as in ISO 8601 (44 BC is -43), so
that no date is too early. A date that says less than a day is every day it can mean: a year all of its days, `c. 1848`
five years on either side as well. What names no year that is certain enough is no date.

    1848   1848-02   1848-02-24   24 February 1848   February 24, 1848   24.2.1848   44 BC   -0043
    c. 1848   1848~   1848?   184X   1840s   19th century   before 1848   1917..1921   1917/1921   1848/..
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from excerpt.memory import memoized

__all__ = [
    "FOREVER",
    "EXAMPLES",
    "DayRange",
    "day_number",
    "parse_date",
    "iso_date",
    "date_from_metadata",
    "overlaps",
    "day_range",
]

DayRange = tuple[int, int]
"""The first and the last day that a date can mean; day 1 is the first of the year 1, as in `datetime`."""
FOREVER: Final = 1 << 40
"""Later than every day, and negative earlier: the open end of a period."""
EXAMPLES: Final = "1848, 1848-02, 1848-02-24, 24 February 1848, c. 1848, 184X, 19th century, before 1848, 1917..1921"
"""How a date may be written, for those who have written one that is none."""
CIRCA_YEARS: Final = 5
"""Years on either side of a year that is about right."""
_CIRCA_DAYS: Final = 31
"""Days on either side of a month or day that is about right."""
_PLAUSIBLE = re.compile(r"(?<![\w-])(?<!\d[.,])(1\d{3}|20\d\d|2100)(?![\w-]|[.,]\d)")
"""A year that stands alone in a text."""

_MONTHS = (
    "january januar janner janvier enero gennaio janeiro januari января январь",
    "february februar feber fevrier febrero febbraio fevereiro februari февраля февраль",
    "march marz mars marzo marco maart марта март",
    "april avril abril aprile апреля апрель",
    "may mai mayo maggio maio mei maj мая май",
    "june juni juin junio giugno junho июня июнь",
    "july juli juillet julio luglio julho июля июль",
    "august aout agosto augustus augusti августа август",
    "september septembre septiembre settembre setembro сентября сентябрь",
    "october oktober octobre octubre ottobre outubro октября октябрь",
    "november novembre noviembre novembro ноября ноябрь",
    "december dezember decembre diciembre dicembre dezembro desember декабря декабрь",
)
_SHORT = "jan feb mar apr may jun jul aug sep oct nov dec okt dez dec sept febr"
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH_OF |= {
    short: next(number for name, number in _MONTH_OF.items() if name.startswith(short))
    for short in _SHORT.split()
}

_BEFORE_CHRIST = re.compile(
    r"\s*(?:b\.?\s?c\.?(?:\s?e\.?)?|v\.?\s?chr\.?|av\.? j\.?-?c\.?|a\.?\s?c\.)$"
)
_AFTER_CHRIST = re.compile(
    r"(?<=\d)\s*(?:a\.?\s?d\.?|c\.?\s?e\.?|n\.?\s?chr\.?)$|^a\.?d\.?\s*(?=\d)"
)
_ABOUT = re.compile(
    r"^(?:circa|approximately|approx\.?|about|around|ca\.?|c\.?|um|etwa|vers|env\.?|около)(?:\s+|(?<=\.)|(?=\d))"
)
_LIMIT = re.compile(r"^(before|vor|avant|not after|after|nach|apres|since|not before)\s+(?=\S)")
_OPENING = re.compile(r"^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?|le|el|am|on|the)\s+")
_FROM = re.compile(r"^(?:from|von|between)\s+")
_RANGE = re.compile(
    r"\s*/?\s*\.\.\.?\s*/?\s*|\s*/\s*|\s+to\s+|\s+bis\s+|\s*[–—]\s*|\s+-\s+|(?<=^\d{4})-(?=\d{4}$)"
)
_ISO = re.compile(r"([+-]?\d{1,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[t ]\d.*)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_DAY_MONTH = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:de |of )?)?([^\W\d_]{3,})\.?,?\s+(?:de )?(\d{1,4})"
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_ORDERS = (
    (_COMPACT, (0, 1, 2)),
    (_ISO, (0, 1, 2)),
    (_DOTTED, (2, 1, 0)),
    (_DAY_MONTH, (2, 1, 0)),
    (_MONTH_DAY, (2, 0, 1)),
)
"""Ways to write a day, and where in each the year, the month and the day stand."""
_DECADE = re.compile(r"(-?\d{1,3})(?:x|u|0['’]?s)")
_CENTURY = re.compile(r"(-?\d{1,2})(?:xx|uu|00['’]?s)")
_NTH_CENTURY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)[ -](?:century|jahrhundert|jh\.?)")


def day_number(year: int, month: int, day: int) -> int:
    """The number of a day of the Gregorian calendar, whatever the year.

    >>> day_number(1, 1, 1), day_number(0, 12, 31), day_number(1970, 1, 1)
    (1, 0, 719163)
    """
    shifted = year - (month < 3)  # years that begin in March have their leap day at the end
    in_year = (153 * ((month + 9) % 12) + 2) // 5 + day
    return 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + in_year - 306


def iso_date(number: int) -> str:
    """A day in ISO 8601, "" for an open end.

    >>> iso_date(719163), iso_date(day_number(-43, 3, 15)), iso_date(FOREVER)
    ('1970-01-01', '-0043-03-15', '')
    """
    if abs(number) >= FOREVER:
        return ""
    year = number * 400 // 146097 + 2
    while day_number(year, 1, 1) > number:
        year -= 1
    month = next(month for month in range(12, 0, -1) if day_number(year, month, 1) <= number)
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04}-{month:02}-{number - day_number(year, month, 1) + 1:02}"


def day_range(first: str, last: str) -> DayRange:
    """The days from `first` to `last` (both ISO, "" for an open end).

    Raises:
        ValueError: if one of them is no day.
    """
    return _of_iso(first)[0] if first else -FOREVER, _of_iso(last)[1] if last else FOREVER


def _of_iso(text: str) -> DayRange:
    found = _ISO.fullmatch(text)
    days = _of_parts(*found.groups()) if found else None
    if days is None:
        raise ValueError(f"no day: {text!r}")
    return days


def overlaps(one: DayRange, other: DayRange) -> bool:
    """Whether some day is in both intervals."""
    return one[0] <= other[1] and other[0] <= one[1]


def date_from_metadata(metadata: Iterable[tuple[str, str]]) -> DayRange | None:
    """When a document is from: its `date`, else its `year`; None if neither says."""
    values = {name.casefold(): value for name, value in metadata}
    return next(
        (days for name in ("date", "year") if (days := parse_date(values.get(name, "")))), None
    )


@memoized(16_000_000)
def parse_date(text: str) -> DayRange | None:
    """The days that a date as people write it can mean; None if it is no date.

    >>> [tuple(map(iso_date, parse_date(text))) for text in ("Feb. 1848", "c. 1848", "1917/1921")]
    [('1848-02-01', '1848-02-29'), ('1843-01-01', '1853-12-31'), ('1917-01-01', '1921-12-31')]
    """
    plain = _folded(text)
    if not any(map(str.isdigit, plain)):
        return None
    return _of_text(plain) or _of_range(plain) or _of_lone_year(plain)


def _folded(text: str) -> str:
    """`text` without capitals, marks, brackets and ornaments."""
    spread = unicodedata.normalize("NFKD", text).replace("\N{MINUS SIGN}", "-").casefold()
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return " ".join(bare.split()).strip(" ,;()[]{}<>\"'")


def _of_text(text: str) -> DayRange | None:
    """One date, not a range of two."""
    limit = _LIMIT.match(text)
    if limit:
        days = _of_text(text[limit.end() :])
        return days and _limited(limit[1], days)
    is_about = bool(_ABOUT.match(text)) or text.endswith(("~", "%"))
    core = _OPENING.sub("", _ABOUT.sub("", text)).rstrip("?~% ")
    core, n_before = _BEFORE_CHRIST.subn("", core)
    core, n_after = _AFTER_CHRIST.subn("", core)
    days = _of_calendar(
        core.strip("[]() "), has_era=bool(n_before + n_after), is_before=bool(n_before)
    )
    return _widened(days) if days and is_about else days


def _limited(word: str, days: DayRange) -> DayRange:
    match word:
        case "before" | "vor" | "avant":
            return -FOREVER, days[0] - 1
        case "after" | "nach" | "apres":
            return days[1] + 1, FOREVER
        case "not after":
            return -FOREVER, days[1]
        case _:
            return days[0], FOREVER


def _widened(days: DayRange) -> DayRange:
    """The days that are about `days`."""
    if days[1] - days[0] < 365 - 1:
        return days[0] - _CIRCA_DAYS, days[1] + _CIRCA_DAYS
    first, last = (int(iso_date(day)[:-6]) for day in days)
    return _years(first - CIRCA_YEARS, last + CIRCA_YEARS)


def _years(first: int, last: int) -> DayRange:
    return day_number(first, 1, 1), day_number(last + 1, 1, 1) - 1


def _of_calendar(text: str, *, has_era: bool, is_before: bool) -> DayRange | None:
    """A year, month, day, decade or century without ornaments; `is_before`: before Christ."""
    for pattern, order in _ORDERS:
        found = pattern.fullmatch(text)
        if found:
            year, month, day = (found.groups()[at] for at in order)
            if len(year) < (1 if has_era else 3) or len(year.lstrip("+-")) > 4 + (year[0] in "+-"):
                return None
            return _of_parts(str(1 - int(year)) if is_before else year, month, day)
    if is_before:
        return None
    decade, century, nth = (
        pattern.fullmatch(text) for pattern in (_DECADE, _CENTURY, _NTH_CENTURY)
    )
    if century:
        return _years(int(century[1]) * 100, int(century[1]) * 100 + 99)
    if decade:
        return _years(int(decade[1]) * 10, int(decade[1]) * 10 + 9)
    return _years(int(nth[1]) * 100 - 99, int(nth[1]) * 100) if nth else None


def _of_parts(year: str, month: str | None, day: str | None) -> DayRange | None:
    """The days of a year, of a month of it, or one day; a month may be its name."""
    number = int(year)
    if not month:
        return _years(number, number)
    in_year = int(month) if month.isdigit() else _MONTH_OF.get(month, 0)
    if not 1 <= in_year <= 12:
        return None
    first = day_number(number, in_year, 1)
    last = (
        day_number(number, in_year + 1, 1) if in_year < 12 else day_number(number + 1, 1, 1)
    ) - 1
    if not day:
        return first, last
    one = first + int(day) - 1
    return (one, one) if first <= one <= last else None


def _of_range(text: str) -> DayRange | None:
    """From one date to another; an end may be open."""
    ends = _RANGE.split(_FROM.sub("", text))
    if len(ends) != 2 or ends == ["", ""]:
        return None
    start, stop = (_of_text(end) if end else None for end in ends)
    if (ends[0] and not start) or (ends[1] and not stop):
        return None
    days = start[0] if start else -FOREVER, stop[1] if stop else FOREVER
    return days if days[0] <= days[1] else None


def _of_lone_year(text: str) -> DayRange | None:
    """The one year that stands in a longer text: London, summer of 1848."""
    found = set(_PLAUSIBLE.findall(text))
    if len(found) != 1 or _LIMIT.match(text):
        return None
    year = int(found.pop())
    return _years(year, year)
