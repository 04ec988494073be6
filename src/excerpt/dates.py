"""Vague dates ⇄ intervals of days, as two integers that can be compared.

Days are those of the proleptic Gregorian calendar with a year 0, as in ISO 8601 (44 BC is -43), so
no date is too early. A date that is vaguer than a day means all days that it can be: a year all of
its days, `c. 1848` also five years on either side. Text without a year that is certain enough is
not a date.

    1848   1848-02   1848-02-24   24 February 1848   February 24, 1848   24.2.1848   44 BC   -0043
    c. 1848   1848~   1848?   184X   1840s   19th century   before 1848   1917..1921   1917/1921
    1848/..
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from excerpt.memory import memoized

__all__ = [
    "EXAMPLES",
    "FOREVER",
    "MONTH_NAMES",
    "DayRange",
    "date_as_written",
    "date_from_metadata",
    "day_number",
    "day_range",
    "is_impossible",
    "iso_date",
    "overlaps",
    "parse_date",
    "read_date",
]

DayRange = tuple[int, int]
"""The first and the last day that a date can mean. Day 1 is 1 January of the year 1, as in
`datetime`."""
FOREVER: Final = 1 << 40
"""The open end of an interval: later than every day, or earlier if negative."""
EXAMPLES: Final = (
    "1848, 1848-02, 1848-02-24, 24 February 1848, c. 1848, 184X, 19th century, before 1848, "
    "1917..1921"
)
"""Ways to write a date, for messages about text that is not a date."""
CIRCA_YEARS: Final = 5
"""Years on either side that an approximate year includes."""
_CIRCA_DAYS: Final = 31
"""Days on either side that an approximate month or day includes."""
_PLAUSIBLE = re.compile(r"(?<![\w-])(?<!\d[.,])(1\d{3}|20\d\d|2100)(?![\w-]|[.,]\d)")
"""A year within a longer text."""

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

MONTH_NAMES: Final = (*sorted(_MONTH_OF, key=len, reverse=True), "märz", "août", "février")
"""Names of months as they are recognised, the longest first."""

_BEFORE_CHRIST = re.compile(
    r"\s*(?:b\.?\s?c\.?(?:\s?e\.?)?|v\.?\s?chr\.?|av\.? j\.?-?c\.?|a\.?\s?c\.)$"
)
_AFTER_CHRIST = re.compile(
    r"(?<=\d)\s*(?:a\.?\s?d\.?|c\.?\s?e\.?|n\.?\s?chr\.?)$|^a\.?d\.?\s*(?=\d)"
)
_ABOUT = re.compile(
    r"^(?:circa|approximately|approx\.?|about|around|ca\.?|c\.?|um|etwa|vers|env\.?|около)"
    r"(?:\s+|(?<=\.)|(?=\d))"
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
"""Ways to write a day, and the groups of each that are its year, month and day."""
_DECADE = re.compile(r"(-?\d{1,3})(?:x|u|0['’]?s)")
_CENTURY = re.compile(r"(-?\d{1,2})(?:xx|uu|00['’]?s)")
_NTH_CENTURY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)[ -](?:century|jahrhundert|jh\.?)")


def day_number(year: int, month: int, day: int) -> int:
    """Return the number of a day; `year` may be 0 or negative.

    >>> day_number(1, 1, 1), day_number(0, 12, 31), day_number(1970, 1, 1)
    (1, 0, 719163)
    """
    # Years are counted from March, so that the leap day is the last. Then the months have 31, 30,
    # 31, 30 and 31 days, again and again: 153 in five months.
    shifted = year - (month < 3)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day
    return 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + day_of_year - 306


def iso_date(number: int) -> str:
    """Return a day in ISO 8601, "" for an open end.

    >>> iso_date(719163), iso_date(day_number(-43, 3, 15)), iso_date(FOREVER)
    ('1970-01-01', '-0043-03-15', '')
    """
    if abs(number) >= FOREVER:
        return ""
    # 400 years have 146,097 days. The 2 keeps the estimate from being too early.
    year = number * 400 // 146097 + 2
    while day_number(year, 1, 1) > number:
        year -= 1
    month = next(month for month in range(12, 0, -1) if day_number(year, month, 1) <= number)
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04}-{month:02}-{number - day_number(year, month, 1) + 1:02}"


def day_range(first: str, last: str) -> DayRange:
    """Return the days from `first` to `last`, in ISO 8601 or "" for an open end.

    Raises:
        ValueError: if one of them is not a day.
    """
    return _parse_iso(first)[0] if first else -FOREVER, _parse_iso(last)[1] if last else FOREVER


def _parse_iso(text: str) -> DayRange:
    """Return the days of a date in ISO 8601."""
    found = _ISO.fullmatch(text)
    days = _days_of_parts(*found.groups()) if found else None
    if days is None:
        raise ValueError(f"not a day: {text!r}")
    return days


def overlaps(first: DayRange, second: DayRange) -> bool:
    """Return whether two intervals have a day in common."""
    return first[0] <= second[1] and second[0] <= first[1]


def date_as_written(metadata: Iterable[tuple[str, str]]) -> str:
    """Return the date of a document as its `metadata` gives it, "" if it has none.

    >>> date_as_written([("author", "A. Oakes"), ("year", "c. 1848")])
    'c. 1848'
    """
    pairs = list(metadata)
    if not date_from_metadata(pairs):
        return ""
    values = {name.casefold(): value for name, value in pairs}
    texts = (values[name] for name in ("date", "year") if parse_date(values.get(name, "")))
    return next(texts, "")


def cited_day(date: str) -> str:
    """Return a day in ISO 8601 as it is cited, and any other date as it is.

    >>> cited_day("1998-05-03"), cited_day("c. 1848")
    ('3 May 1998', 'c. 1848')
    """
    year, _, rest = date.partition("-")
    month, _, day = rest.partition("-")
    if not (date.isascii() and year.isdigit() and month.isdigit() and day.isdigit()):
        return date
    names = "January February March April May June July August September October November December"
    number = int(month)
    return f"{int(day)} {names.split()[number - 1]} {year}" if 1 <= number <= 12 else date


def date_from_metadata(metadata: Iterable[tuple[str, str]]) -> DayRange | None:
    """Return the date of a document: its `date`, or else its `year`; None if neither is one."""
    values = {name.casefold(): value for name, value in metadata}
    return next(
        (days for name in ("date", "year") if (days := parse_date(values.get(name, "")))), None
    )


@memoized(16_000_000)
def parse_date(text: str) -> DayRange | None:
    """Return the days that a date can mean, as people write it; None if `text` is not a date.

    >>> [tuple(map(iso_date, parse_date(text))) for text in ("Feb. 1848", "c. 1848", "1917/1921")]
    [('1848-02-01', '1848-02-29'), ('1843-01-01', '1853-12-31'), ('1917-01-01', '1921-12-31')]
    """
    plain = _folded(text)
    if not any(map(str.isdigit, plain)):
        return None
    return _parse_single(plain) or _parse_range(plain) or _parse_only_year(plain)


def read_date(text: str) -> tuple[DayRange | None, bool]:
    """Return the days of a date as it is written, and whether it is approximate or uncertain.

    In contrast to `parse_date`, an approximate date is not widened.

    >>> days, is_circa = read_date("c. 1848")
    >>> [*map(iso_date, days), is_circa]
    ['1848-01-01', '1848-12-31', True]
    """
    plain = _folded(text)
    if not any(map(str.isdigit, plain)):
        return None, False
    whole, is_circa = _without_doubt(plain)
    days = _parse_single(whole)
    if days:
        return days, is_circa
    ends = [_without_doubt(end) for end in _RANGE.split(_FROM.sub("", whole))]
    between = _parse_range("..".join(end for end, _ in ends)) if len(ends) == 2 else None
    if between:
        return between, is_circa or any(is_about for _, is_about in ends)
    return _parse_only_year(plain), is_circa


def _without_doubt(text: str) -> tuple[str, bool]:
    """Return a date without the words and signs of doubt, and whether there were any."""
    core = _ABOUT.sub("", text).rstrip("?~% ")
    return core, core != text.rstrip()


def is_impossible(text: str) -> bool:
    """Return whether `text` is written like a day or a month that no calendar has.

    >>> [is_impossible(text) for text in ("31 February 1848", "1848-13-01", "29 February 1848")]
    [True, True, False]
    """
    ends = _RANGE.split(_FROM.sub("", _folded(text)))
    cores = [_OPENING.sub("", _ABOUT.sub("", end)).strip("?~%[]() ") for end in ends]
    return any(
        (found := pattern.fullmatch(core))
        and (month := found.groups()[order[1]])
        and (month.isdigit() or month in _MONTH_OF)
        and not _parse_single(core)
        for core in cores
        for pattern, order in _ORDERS
    )


def _folded(text: str) -> str:
    """Return `text` in lower case, without marks, surrounding brackets and punctuation."""
    spread = unicodedata.normalize("NFKD", text).replace("\N{MINUS SIGN}", "-").casefold()
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return " ".join(bare.split()).strip(" ,;()[]{}<>\"'")


def _parse_single(text: str) -> DayRange | None:
    """Return the days of a single date, which may be limited or approximate."""
    limit = _LIMIT.match(text)
    if limit:
        days = _parse_single(text[limit.end() :])
        return days and _limited(limit[1], days)
    is_about = bool(_ABOUT.match(text)) or text.endswith(("~", "%"))
    core = _OPENING.sub("", _ABOUT.sub("", text)).rstrip("?~% ")
    core, n_before = _BEFORE_CHRIST.subn("", core)
    core, n_after = _AFTER_CHRIST.subn("", core)
    days = _parse_calendar(
        core.strip("[]() "), has_era=bool(n_before + n_after), is_before=bool(n_before)
    )
    return _widened(days) if days and is_about else days


def _limited(word: str, days: DayRange) -> DayRange:
    """Return the days before, after, up to or from `days`, as `word` says."""
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
    """Return the days that an approximate date means."""
    if days[1] - days[0] < 365 - 1:
        return days[0] - _CIRCA_DAYS, days[1] + _CIRCA_DAYS
    first, last = (int(iso_date(day)[:-6]) for day in days)
    return _years(first - CIRCA_YEARS, last + CIRCA_YEARS)


def _years(first: int, last: int) -> DayRange:
    """Return the days of the years from `first` to `last`."""
    return day_number(first, 1, 1), day_number(last + 1, 1, 1) - 1


def _parse_calendar(text: str, *, has_era: bool, is_before: bool) -> DayRange | None:
    """Return the days of a plain year, month, day, decade or century.

    `has_era` if BC or AD was written, `is_before` if it was BC.
    """
    for pattern, order in _ORDERS:
        found = pattern.fullmatch(text)
        if found:
            year, month, day = (found.groups()[i] for i in order)
            if len(year) < (1 if has_era else 3) or len(year.lstrip("+-")) > 4 + (year[0] in "+-"):
                return None
            return _days_of_parts(str(1 - int(year)) if is_before else year, month, day)
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


def _days_of_parts(year: str, month: str | None, day: str | None) -> DayRange | None:
    """Return the days of a year, of one of its months, or one day; a month may be a name."""
    year_number = int(year)
    if not month:
        return _years(year_number, year_number)
    month_number = int(month) if month.isdigit() else _MONTH_OF.get(month, 0)
    if not 1 <= month_number <= 12:
        return None
    first = day_number(year_number, month_number, 1)
    last = (
        day_number(year_number, month_number + 1, 1)
        if month_number < 12
        else day_number(year_number + 1, 1, 1)
    ) - 1
    if not day:
        return first, last
    number = first + int(day) - 1
    return (number, number) if first <= number <= last else None


def _parse_range(text: str) -> DayRange | None:
    """Return the days from one date to another; an end may be open."""
    ends = _RANGE.split(_FROM.sub("", text))
    if len(ends) != 2 or ends == ["", ""]:
        return None
    start, stop = (_parse_single(end) if end else None for end in ends)
    if (ends[0] and not start) or (ends[1] and not stop):
        return None
    days = start[0] if start else -FOREVER, stop[1] if stop else FOREVER
    return days if days[0] <= days[1] else None


def _parse_only_year(text: str) -> DayRange | None:
    """Return the days of the only year in a longer text: London, summer of 1848."""
    found = set(_PLAUSIBLE.findall(text))
    if len(found) != 1 or _LIMIT.match(text):
        return None
    year = int(found.pop())
    return _years(year, year)
