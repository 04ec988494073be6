"""Raised numbers of a web page → those that are note references, by the numbers around them.

After a word, a raised number refers to a note. After a number it may be a power: 10² and 5² are,
but in "1880<sup>1</sup>" the year is not raised to a power. Before a word it numbers a verse or a
note.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from excerpt.ingest.formats.html.roles import BLOCK_ELEMENTS
from excerpt.ingest.formats.html.tree import Element, Node, Text, descendants

__all__ = ["RaisedNumbers"]

_MAX_LENGTH: Final = 14
"""Characters of a raised number with the signs around it."""
_DIGITS: Final = re.compile(r"[\[(]?(\d{1,4})[\])]?")
_BASE: Final = re.compile(r"(?<![\d.,])(?:\d|10)\Z")
"""A number that is often raised to a power."""


@dataclass(slots=True)
class _Raised:
    """A raised number.

    value          the number
    before, after  the end of the text before it, and the beginning of the text after it
    previous       the raised number before it, and `following` that after it
    is_note        True if one with this value refers to it
    """

    value: int
    before: str
    after: str = ""
    previous: "_Raised | None" = field(default=None, repr=False)
    following: "_Raised | None" = field(default=None, repr=False)
    is_note: bool = False

    def is_glued(self) -> bool:
        """Return whether no white space precedes it."""
        return bool(self.before) and not self.before[-1].isspace()

    def is_base(self) -> bool:
        """Return whether it follows a number that is often raised to a power."""
        return _BASE.search(self.before) is not None

    def continues(self) -> bool:
        """Return whether the raised number before it is the one that comes before its value."""
        other = self.previous
        return other is not None and other.value == self.value - 1 and not other.is_base()

    def is_continued(self) -> bool:
        """Return whether the next raised number is the one that comes after its value."""
        other = self.following
        return other is not None and other.value == self.value + 1 and not other.is_base()


class RaisedNumbers:
    """The raised numbers of the page with these top-level nodes."""

    def __init__(self, nodes: Sequence[Node], is_raised: Callable[[Element], bool]) -> None:
        self._numbers: dict[int, _Raised] = {}
        before, n_own = "", 0
        last: _Raised | None = None
        is_new = False
        referred: set[int] = set()
        for node in descendants(nodes):
            if isinstance(node, Text):
                if n_own > 0:
                    n_own -= len(node)
                    continue
                if is_new and last:
                    last.after, is_new = node[:2], False
                before = (before + node[-8:])[-8:]
            elif not isinstance(node, Element) or n_own > 0:
                continue
            elif node.name in BLOCK_ELEMENTS or node.name == "br":
                before, is_new = "", False
            elif is_raised(node):
                text = _text_of(node)
                found = _DIGITS.fullmatch(text.strip())
                if not found:
                    continue
                number = _Raised(int(found[1]), before, previous=last)
                if last:
                    last.following = number
                number.is_note = not number.is_glued() and number.value in referred
                if number.is_glued():
                    referred.add(number.value)
                self._numbers[id(node)] = last = number
                is_new, n_own, before = True, len(text), ""

    def is_after_number(self, node: Element) -> bool:
        """Return whether `node` refers to a note after a number, which it is not a power of."""
        number = self._numbers.get(id(node))
        if number is None or not number.before[-1:].isdigit() or number.after[:1] in {"/", "⁄"}:
            return False
        if number.is_base():
            return number.continues() and number.is_continued()
        return True

    def is_before_word(self, node: Element) -> bool:
        """Return whether `node` numbers the verse that begins with the word after it."""
        number = self._numbers.get(id(node))
        if number is None or number.is_glued() or not number.after[:1].isalpha():
            return False
        return number.continues() or number.is_continued()

    def is_note(self, node: Element) -> bool:
        """Return whether a note begins with `node`, to which a number above refers."""
        number = self._numbers.get(id(node))
        return number is not None and number.is_note


def _text_of(node: Element) -> str:
    parts: list[str] = []
    for below in descendants(node.contents, 10):
        if isinstance(below, Text):
            parts.append(below)
            if len(below) > _MAX_LENGTH:
                return ""
    return "".join(parts)
