"""The numbering of a Word document → the number that Word shows before a paragraph.

Numbers such as `1.`, `(a)` and `Article 5` are nowhere in the text: Word counts the paragraphs of
each list. All lists of one definition count on, unless one of them starts again.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from excerpt.ingest.formats.office.docx_styles import FALSE, VALUE, W
from excerpt.ingest.formats.pages.labels import roman

__all__ = ["N_LEVELS", "Numbering", "count_with_letters"]

N_LEVELS: Final = 9
MAX_LENGTH: Final = 60
"""Characters of a number."""
_PLACE = re.compile(r"%([1-9])")
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}


def count_with_letters(number: int) -> str:
    """Return the letters that Word counts with: a to z, then aa, bb and so on.

    >>> [count_with_letters(number) for number in (1, 26, 27, 54)]
    ['a', 'z', 'aa', 'bbb']
    """
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, MAX_LENGTH)


def _ordinal(number: int) -> str:
    is_teen = number % 100 in {11, 12, 13}
    return f"{number}{'th' if is_teen else _ORDINALS.get(number % 10, 'th')}"


_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "lowerLetter": count_with_letters,
    "upperLetter": lambda number: count_with_letters(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    "ordinal": _ordinal,
    "none": lambda _: "",
}
"""Functions that write numbers; all other formats count in digits."""


class _ListLevel(NamedTuple):
    """A level of a list.

    start     the number of its first paragraph
    format    the name of its format, "bullet" if it has no numbers
    text      the number as it is shown, with %1 to %9 for those of the levels
    is_legal  True if the numbers of all levels in it are written in digits
    restart   the level, from 1, after which it starts again; 0 for never
    style     the style whose paragraphs belong to it, "" if none does
    """

    start: int
    format: str
    text: str
    is_legal: bool
    restart: int
    style: str


class _NumberedList(NamedTuple):
    """A list: the id of its definition, its levels, and the numbers that it starts again with."""

    definition: str
    levels: dict[int, _ListLevel]
    starts: dict[int, int]


class Numbering:
    """The lists of a document, whose part of numbering has this root element, if it has one."""

    def __init__(self, root: Any) -> None:
        self._lists = _read_lists(root)
        self._counts: dict[str, list[int]] = {}
        self._started: set[tuple[str, int]] = set()

    def level_of_style(self, list_: str, style: str) -> int:
        """Return the level of a list to which the paragraphs of a style belong, 0 if unknown."""
        found = self._lists.get(list_)
        levels = found.levels.items() if found and style else ()
        return next((number for number, level in levels if level.style == style), 0)

    def count(self, list_: str, level: int) -> str:
        """Return the number of the next paragraph of a list at a level from 0, "" if none."""
        found = self._lists.get(list_)
        if found is None or not 0 <= level < N_LEVELS or level not in found.levels:
            return ""
        counts = self._counts.setdefault(found.definition, [0] * N_LEVELS)
        self._advance(list_, found, level, counts)
        own = found.levels[level]
        if own.format == "bullet":
            return ""

        def number_at(place: re.Match[str]) -> str:
            index = int(place[1]) - 1
            other = found.levels.get(index, own)
            number = counts[index] or other.start
            is_plain = own.is_legal or other.format == "bullet"
            return (str if is_plain else _FORMATS.get(other.format, str))(number)

        return " ".join(_PLACE.sub(number_at, own.text).split())[:MAX_LENGTH]

    def _advance(self, id_: str, list_: _NumberedList, level: int, counts: list[int]) -> None:
        """Count a paragraph, and let the levels below start again."""
        is_first = (id_, level) not in self._started
        self._started.add((id_, level))
        if is_first and level in list_.starts:
            counts[level] = list_.starts[level]
        elif counts[level]:
            counts[level] += 1
        else:
            counts[level] = list_.levels[level].start
        for lower in range(level + 1, N_LEVELS):
            below = list_.levels.get(lower)
            if below is None or below.restart > level:
                counts[lower] = 0


def _value(element: Any, name: str) -> str:
    child = element.find(W + name)
    return "" if child is None else child.get(VALUE) or ""


def _integer(text: str, default: int) -> int:
    return int(text[:6]) if text.isdecimal() else default


def _read_lists(root: Any) -> dict[str, _NumberedList]:
    """Return the lists by id."""
    if root is None:
        return {}
    definitions = {
        each.get(W + "abstractNumId") or "": each for each in root.iter(W + "abstractNum")
    }
    linked = {_value(each, "styleLink"): id_ for id_, each in definitions.items()}
    lists = {}
    for element in root.iter(W + "num"):
        id_ = _value(element, "abstractNumId")
        if id_ in definitions and (link := _value(definitions[id_], "numStyleLink")):
            id_ = linked.get(link, id_)
        levels = dict(_read_levels(definitions[id_])) if id_ in definitions else {}
        starts = {}
        for override in element.iterfind(W + "lvlOverride"):
            levels.update(_read_levels(override))
            level = _integer(override.get(W + "ilvl") or "", N_LEVELS)
            if (start := _value(override, "startOverride")).isdecimal():
                starts[level] = int(start[:6])
        lists[element.get(W + "numId") or ""] = _NumberedList(id_, levels, starts)
    return lists


def _read_levels(element: Any) -> Iterator[tuple[int, _ListLevel]]:
    """Yield the levels that a definition or an override gives, by number from 0."""
    for level in element.iterfind(W + "lvl"):
        number = _integer(level.get(W + "ilvl") or "", N_LEVELS)
        legal = level.find(W + "isLgl")
        yield (
            number,
            _ListLevel(
                _integer(_value(level, "start"), 0),
                _value(level, "numFmt") or "decimal",
                _value(level, "lvlText"),
                legal is not None and legal.get(VALUE) not in FALSE,
                _integer(_value(level, "lvlRestart"), number),
                _value(level, "pStyle"),
            ),
        )
