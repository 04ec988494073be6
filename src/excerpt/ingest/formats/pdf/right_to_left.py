"""The text of a page of PDFium → the same text, with letters from right to left in reading order.

PDFium turns lines of Hebrew and Arabic into reading order, with two exceptions that their
coordinates show:

- It reverses the letters of a single glyph too: the ligature of lam and alef becomes alef and lam.
  The letters of a glyph have the same box.
- It leaves words as they are drawn, from left to right, in files of some programs, such as Chrome.
"""

import re
from collections.abc import Callable
from itertools import groupby
from typing import Final

__all__ = ["in_reading_order"]

Box = tuple[float, float, float, float]
"""Left, right, bottom and top of a character."""

_LETTERS: Final = "\u05d0-\u05ea\u05ef-\u05f2\u0620-\u064a\u066e\u066f\u0671-\u06d3\u06fa-\u06ff"
_MARKS: Final = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670"
_WORD = re.compile(f"[{_LETTERS}][{_LETTERS}{_MARKS}]+")
_CLUSTER = re.compile(f"[{_LETTERS}][{_MARKS}]*")
"""A letter with its marks."""
_ALEF_LAM = re.compile("[آأإاٱ]ل")
_LAM_ALEF = re.compile("ل[آأإاٱ]")


def in_reading_order(text: str, box_of: Callable[[int], Box]) -> str:
    """Return `text` with the letters of each word in reading order, at the same offsets.

    `box_of` returns the box of the character at an offset.
    """
    if text.isascii() or not _WORD.search(text):
        return text
    are_glyphs_reversed = any(
        box_of(match.start()) == box_of(match.start() + 1) for match in _ALEF_LAM.finditer(text)
    )
    letters = list(text)
    for match in _WORD.finditer(text):
        start, end = match.span()
        is_as_drawn = _is_as_drawn(match[0], start, box_of)
        if is_as_drawn or are_glyphs_reversed:
            glyphs = _glyphs(match[0], start, box_of)
            if is_as_drawn:
                glyphs.reverse()
            else:
                glyphs = [_reversed(glyph) for glyph in glyphs]
            letters[start:end] = "".join(glyphs)
    return "".join(letters)


def _is_as_drawn(word: str, start: int, box_of: Callable[[int], Box]) -> bool:
    """Return whether the letters of a word follow each other from left to right."""
    last = max(match.start() for match in _CLUSTER.finditer(word))
    first_left, first_right, first_bottom, first_top = box_of(start)
    left, _, bottom, top = box_of(start + last)
    is_one_line = bottom < first_top and first_bottom < top
    return is_one_line and left > (first_left + first_right) / 2


def _glyphs(word: str, start: int, box_of: Callable[[int], Box]) -> list[str]:
    """Return the parts of a word: the letters of each glyph, with their marks."""
    clusters = list(_CLUSTER.finditer(word))
    grouped = groupby(clusters, lambda match: box_of(start + match.start()))
    return ["".join(match[0] for match in own) for _, own in grouped]


def _reversed(glyph: str) -> str:
    """Return the letters of a glyph in reverse order.

    A character that stands for lam and alef is in order: PDFium takes it apart later.
    """
    if len(glyph) == 1 or _LAM_ALEF.fullmatch(glyph):
        return glyph
    return "".join(match[0] for match in reversed(list(_CLUSTER.finditer(glyph))))
