"""The lists and headings of an OpenDocument text → the numbers that are shown before paragraphs.

Numbers are nowhere in the text: programs count the items of each list, by the styles of lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from excerpt.ingest.formats.list_numbers import write_number
from excerpt.ingest.formats.xml_tree import local_name, text_of

__all__ = ["OdtNumbers"]

_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_PARAGRAPHS: Final = frozenset({_TEXT + "p", _TEXT + "h"})
_OUTLINE: Final = "outline"
"""The key of the numbers of headings; those of lists are the names of their styles."""
MAX_LEVEL: Final = 10
MAX_LENGTH: Final = 60
"""Characters of a number."""


class _LevelStyle(NamedTuple):
    """A level of a list: how its numbers are written, and how many levels are shown."""

    format: str
    prefix: str
    suffix: str
    start: int
    n_shown: int


@dataclass(slots=True)
class _OpenList:
    """A list that is being read: its style and its level, from 1."""

    style: str
    level: int


class OdtNumbers:
    """The numbers of a document, counted as it is read; `roots` are its content and styles."""

    def __init__(self, roots: list[Any]) -> None:
        self._levels: dict[str, dict[int, _LevelStyle]] = {}
        for root in roots:
            for element in root.iter(_TEXT + "list-style") if root is not None else ():
                name = element.get(_STYLE + "name") or ""
                self._levels.setdefault(name, dict(_read_levels(element)))
            for element in root.iter(_TEXT + "outline-style") if root is not None else ():
                self._levels.setdefault(_OUTLINE, dict(_read_levels(element)))
        self._counts: dict[tuple[str, int], int] = {}
        self._open: list[_OpenList] = []

    def begin_list(self, element: Any) -> None:
        """Begin a list, which counts on if it says so."""
        around = self._open[-1] if self._open else _OpenList("", 0)
        style = element.get(_TEXT + "style-name") or around.style
        self._open.append(_OpenList(style, around.level + 1))
        continues = element.get(_TEXT + "continue-numbering") == "true"
        if not continues and element.get(_TEXT + "continue-list") is None:
            self._counts.pop((style, around.level + 1), None)

    def end_list(self) -> None:
        """End the innermost list."""
        self._open.pop()

    def number_of_item(self, element: Any) -> str:
        """Return the number of an item that begins, "" if it has none."""
        first = next((child for child in element if child.tag != _TEXT + "number"), None)
        if not self._open or first is None or first.tag not in _PARAGRAPHS:
            return ""
        innermost = self._open[-1]
        start = element.get(_TEXT + "start-value")
        counted = self._count(innermost.style, innermost.level, start)
        return text_of(element.find(_TEXT + "number")) or counted

    def number_of_heading(self, element: Any, level: int) -> str:
        """Return the number of a heading outside of lists, "" if it has none."""
        if self._open or element.get(_TEXT + "is-list-header") == "true":
            return ""
        restarts = element.get(_TEXT + "restart-numbering") == "true"
        start = element.get(_TEXT + "start-value") or ("1" if restarts else None)
        counted = self._count(_OUTLINE, level, start if restarts else None)
        return text_of(element.find(_TEXT + "number")) or counted

    def _count(self, style: str, level: int, start: str | None) -> str:
        levels = self._levels.get(style, {})
        own = levels.get(level)
        if own is None:
            return ""
        if start is not None and start.isdecimal():
            number = int(start[:6])
        else:
            number = self._counts.get((style, level), own.start - 1) + 1
        self._counts[style, level] = number
        for lower in range(level + 1, MAX_LEVEL + 1):
            self._counts.pop((style, lower), None)
        return self._written(style, level, own) if own.format else ""

    def _written(self, style: str, level: int, own: _LevelStyle) -> str:
        levels = self._levels[style]
        parts = []
        for number in range(max(1, level - own.n_shown + 1), level + 1):
            other = levels.get(number)
            if other is not None and other.format:
                count = self._counts.get((style, number), other.start)
                parts.append(write_number(count, other.format))
        number_of_all = f"{own.prefix}{'.'.join(parts)}{own.suffix}"
        return " ".join(number_of_all.split())[:MAX_LENGTH]


def _read_levels(element: Any) -> Iterator[tuple[int, _LevelStyle]]:
    """Yield the numbered levels of a style, each with its number from 1."""
    for child in element:
        level = child.get(_TEXT + "level") or "" if isinstance(child.tag, str) else ""
        if not level.isdecimal() or local_name(child) == "list-level-style-bullet":
            continue
        yield (
            int(level[:3]),
            _LevelStyle(
                child.get(_STYLE + "num-format") or "",
                child.get(_STYLE + "num-prefix") or "",
                child.get(_STYLE + "num-suffix") or "",
                _integer(child.get(_TEXT + "start-value")),
                _integer(child.get(_TEXT + "display-levels")),
            ),
        )


def _integer(text: str | None) -> int:
    return int(text[:6]) if text and text.isdecimal() else 1
