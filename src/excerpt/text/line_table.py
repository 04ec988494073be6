"""A text → its lines as columns: which are blank, which may look special, where paragraphs end.

In the output of OCR programs, every other line is blank. All lines are classified at once: only
those whose first two characters may begin something special are compared with the patterns of
`ingest/formats/blocks/outline.py`. A kernel that classifies one line after the other could replace
this module.
"""

from array import array
from collections.abc import Callable
from functools import cache
from re import Match
from typing import Final

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.text.arrays import CodePoints, TextOffsets
from excerpt.text.whitespace import code_points

__all__ = [
    "FULL",
    "LINE_END_HYPHENS",
    "MAX_HEADING_LENGTH",
    "SENTENCE_ENDS",
    "UNFINISHED",
    "LineTable",
]

SENTENCE_ENDS: Final = frozenset('.!?…:;"”’»)]。！？')
"""Characters at the end of a finished paragraph or line."""
LINE_END_HYPHENS: Final = frozenset("-=\u00ac\u00ad\u2010\u2011\u2e17")
"""Characters that divide a word at a line end."""
MAX_HEADING_LENGTH: Final = 120
"""Characters of a line that may be a heading."""
FULL: Final = 0.7
"""Share of the usual width from which a line counts as full: its end means nothing."""
UNFINISHED: Final = 0.4
"""Share of the usual width that a line must have for a small letter after a blank line to continue
it."""

_LINE_FEED: Final = 10
_MAX_ROUNDS: Final = 8
"""Spaces at the end of a line that are removed from all lines at once."""
_SIGNS: Final = frozenset("#=-[({<*_~.+|^>")
"""Signs in ASCII with which a special line may begin."""
_SECOND: Final = {"p": "apgb.", "s": "et.i", "f": "o."}
"""Letters with which the words for a page begin, and the letters that follow there."""
_ROMAN: Final = frozenset("ivxlc")


def _may_be_special(first: str, second: str) -> bool:
    """Return whether a line that begins with these ASCII characters may look special."""
    if first.isspace() or first in _SIGNS:
        return True
    if not first.isalnum():
        return False
    if first.isdigit():
        return not second.isalpha()
    if second.lower() in _SECOND.get(first.lower(), ""):
        return True
    if first.isupper():
        return False
    is_word = second.isalnum() or second == "_"
    return not is_word or (first in _ROMAN and second in _ROMAN)


@cache
def _special_beginnings() -> Mask:
    """Return for each pair of ASCII characters whether a special line may begin with it.

    The pair of the code points f and s is at 128 f + s.
    """
    ascii_ = list(map(chr, range(128)))
    found = [_may_be_special(first, second) for first in ascii_ for second in ascii_]
    return np.array(found, np.bool_)


class LineTable:
    """The lines of `text`, which is not empty, by number.

    Arguments:
        text: the text.
        width: characters of a full line.
        is_double_spaced: True if paragraphs continue after blank lines.
        match_special: returns the match of a special line, given the text and the offset of the
            line end before it; None for any other.

    Attributes:
        starts, ends: where each line begins, and its line end or the end of the text.
        special: the numbers of special lines that are not blank, with their matches, ascending.
        closing: the numbers of the blank lines that end a paragraph, if one is open.
        next_filled: for each line, the number of the first at or after it that is not blank.
        first, last: for each line, the span of it without white space around it.
    """

    def __init__(
        self,
        text: str,
        width: int,
        *,
        is_double_spaced: bool,
        match_special: Callable[[str, int], Match[str] | None],
    ) -> None:
        points = code_points(text)
        line_ends = np.flatnonzero(points == _LINE_FEED)
        starts = np.concatenate(([0], line_ends + 1))
        ends = np.append(line_ends, len(text))
        is_blank = starts == ends
        first = starts.copy()
        self.special: list[tuple[int, Match[str]]] = []
        for number in np.flatnonzero(_may_look_special(points, starts, ends)).tolist():
            start = int(starts[number])
            found = match_special(text, start - 1) if start else match_special(f"\n{text}", 0)
            if found and found.lastgroup == "blank":
                is_blank[number] = True
            elif found:
                self.special.append((number, found))
            if text[start].isspace():
                line = text[start : ends[number]]
                first[number] += len(line) - len(line.lstrip())
        last = _stripped_ends(text, points, starts, ends)
        continues = np.zeros(is_blank.size, np.bool_)
        if is_double_spaced:
            numbers = np.flatnonzero(is_blank[1:-1] & ~is_blank[:-2] & ~is_blank[2:]) + 1
            continues[numbers] = _continues(points, width, (starts, ends, last), numbers)
        self.closing = _integers(np.flatnonzero(is_blank & ~continues))
        filled = np.where(is_blank, is_blank.size, np.arange(is_blank.size))
        next_filled: Int64Array = np.minimum.accumulate(filled[::-1])[::-1]
        self.next_filled = _integers(next_filled)
        self.starts, self.ends = _integers(starts), _integers(ends)
        self.first, self.last = _integers(first), _integers(last)


def _integers(numbers: Int64Array) -> "array[int]":
    """Return `numbers` as Python has them: an element of it is read faster than one of NumPy's.

    A list takes four times the memory.
    """
    return array("q", numbers.tobytes())


def _may_look_special(points: CodePoints, starts: TextOffsets, ends: TextOffsets) -> Mask:
    """Return which of the lines that are not empty may look special."""
    may_be: Mask = ends > starts
    longer = np.flatnonzero(ends - starts > 1)
    first_two = points[starts[longer]].astype(np.int64), points[starts[longer] + 1].astype(np.int64)
    is_ascii = (first_two[0] < 128) & (first_two[1] < 128)
    pairs = first_two[0][is_ascii] << 7 | first_two[1][is_ascii]
    may_be[longer[is_ascii]] = _special_beginnings()[pairs]
    return may_be


def _stripped_ends(
    text: str, points: CodePoints, starts: TextOffsets, ends: TextOffsets
) -> TextOffsets:
    """Return the end of each line without the white space at its end."""
    last = ends.copy()
    unfinished = np.flatnonzero(ends > starts)
    for _ in range(_MAX_ROUNDS):
        is_space = _classes(points[last[unfinished] - 1]) & _SPACE != 0
        unfinished = unfinished[is_space]
        last[unfinished] -= 1
        unfinished = unfinished[last[unfinished] > starts[unfinished]]
        if not unfinished.size:
            return last
    for number in unfinished.tolist():
        start = int(starts[number])
        last[number] = start + len(text[start : last[number]].rstrip())
    return last


def _continues(
    points: CodePoints,
    width: int,
    lines: tuple[TextOffsets, TextOffsets, TextOffsets],
    numbers: Int64Array,
) -> Mask:
    """Return whether a paragraph continues after each of the blank lines with these `numbers`.

    Lines that are not blank are before and after each of them, and that before it is in the
    paragraph; `lines` are the starts, ends and stripped ends of all lines. The decision is that of
    `_LineReader._continues_after_blank`.
    """
    starts, ends, last = lines
    # At most twice the longest heading is examined of the line before.
    low = np.maximum(starts[numbers - 1], starts[numbers] - 2 * MAX_HEADING_LENGTH)
    n_last = last[numbers - 1] - low
    before = _classes(points[np.maximum(last[numbers - 1], 1) - 1])
    after = _classes(points[starts[numbers + 1]])
    is_upper, is_lower = after & _UPPER != 0, after & _LOWER != 0
    n_next = np.where(numbers + 2 < starts.size, ends[numbers + 1] + 1 - starts[numbers + 1], -1)
    is_long = n_last > width * np.where(is_upper, FULL, UNFINISHED)
    goes_on: Mask = (
        is_long & (is_lower | (n_next * 2 > width)) | (before & _HYPHEN != 0) & ~is_upper
    )
    goes_on &= (n_last > 0) & (before & _END == 0) & (after & _ALPHA != 0)
    return goes_on


_SPACE, _ALPHA, _UPPER, _LOWER, _END, _HYPHEN = (1 << bit for bit in range(6))


def _class_of(character: str) -> int:
    """Return the classes of a character as bits."""
    return (
        _SPACE * character.isspace()
        | _ALPHA * character.isalpha()
        | _UPPER * character.isupper()
        | _LOWER * character.islower()
        | _END * (character in SENTENCE_ENDS)
        | _HYPHEN * (character in LINE_END_HYPHENS)
    )


@cache
def _known_classes() -> Int64Array:
    """Return the classes of the code points below 256."""
    return np.array([_class_of(chr(point)) for point in range(256)], np.int64)


def _classes(points: CodePoints) -> Int64Array:
    """Return the classes of each of `points`."""
    classes = _known_classes().take(points, mode="clip")
    beyond = np.flatnonzero(points > 255) if points.itemsize > 1 else ()
    if len(beyond):
        distinct, numbers = np.unique(points[beyond], return_inverse=True)
        own = np.array([_class_of(chr(point)) for point in distinct.tolist()], np.int64)
        classes[beyond] = own[numbers]
    return classes
