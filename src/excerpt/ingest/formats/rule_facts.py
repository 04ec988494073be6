"""The parts of a text that a rule for title, author or date selects → the value."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from excerpt.dates import parse_date
from excerpt.ingest.formats.rule_patterns import PatternMatch

__all__ = ["date_of_groups", "date_warnings", "fact_of"]

MAX_AUTHORS: Final = 20
MAX_LENGTH: Final = 500
"""Characters of a value: a rule that finds more has found something else."""


def date_of_groups(groups: Mapping[str, str]) -> str:
    """Return the date in the groups `year`, `month` and `day` of a match, "" without a year.

    >>> date_of_groups({"day": "4", "month": "05", "year": "1911"})
    '1911-05-04'
    >>> date_of_groups({"day": "4", "month": "May", "year": "1911"})
    '4 May 1911'
    """
    year, month, day = (groups.get(name, "").strip() for name in ("year", "month", "day"))
    if not year or not month:
        return year
    if month.isdecimal() and (not day or day.isdecimal()):
        return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
    return " ".join(part for part in (day, month, year) if part)


def date_warnings(facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a warning about a date that is none."""
    for name, value in facts:
        if name == "date" and not parse_date(value):
            yield f"a rule found the date {value!r}, which is not recognised"


def fact_of(name: str, matches: Sequence[PatternMatch]) -> str:
    """Return the value in the matches of the rule `name`: the first one, or all authors.

    >>> fact_of("author", [PatternMatch(0, 3, name, {}) for name in ("Ann", "Voss, Eva")])
    'Ann; Voss, Eva'
    """
    values = [" ".join(_value(name, match).split()) for match in matches[:MAX_AUTHORS]]
    usable = [value for value in values if value and len(value) <= MAX_LENGTH]
    return "; ".join(dict.fromkeys(usable)) if name == "author" else next(iter(usable), "")


def _value(name: str, match: PatternMatch) -> str:
    return (name == "date" and date_of_groups(match.groups)) or match.value
