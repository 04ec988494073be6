"""Paragraphs → the full stops that clearly end a sentence, and the doubtful ones.

Four in five full stops end a sentence beyond doubt: small letters that end no abbreviation stand
before them, a space or line end follows, and then a capital or a digit. Most of the others clearly
end none, such as those within a number. Array operations sort out both kinds for a whole text; the
rules of `sentences` decide the rest one by one. This module never contradicts those rules.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.text.arrays import CodePoints, TextOffsets
from excerpt.text.whitespace import code_points

__all__ = ["TAIL", "FullStopFinder", "FullStops"]

TAIL: Final = 4
"""Characters before a full stop that are examined."""
_BITS: Final = 5
"""Bits of each of these characters in a key: the number of a small letter, or a code below."""
_N_LETTERS, _GAP, _DIGIT, _OTHER = 26, 26, 27, 28
_STOP, _SPACE, _LINE_END, _SMALL_A, _A, _ZERO = map(ord, ". \naA0")
_BEYOND: Final = 128
"""Stands for every character beyond ASCII in the tables."""

_CODES: Final = np.full(_BEYOND + 1, _OTHER, np.int32)
"""For each ASCII character, its code in a key."""
_CODES[_SMALL_A : _SMALL_A + _N_LETTERS] = range(_N_LETTERS)
_CODES[_ZERO : _ZERO + 10] = _DIGIT
_CODES[_SPACE] = _GAP


class FullStops(NamedTuple):
    """The result for some paragraphs of a text.

    starts    offsets at which a sentence certainly begins, those of paragraphs included
    doubtful  offsets of full stops after which a sentence may begin
    skipped   numbers of the paragraphs that were not examined: only their start is in `starts`
    """

    starts: TextOffsets
    doubtful: TextOffsets
    skipped: list[int]


class FullStopFinder:
    """A sorter of the full stops of a text.

    tails      a full stop after a word with one of these endings may end no sentence
    followers  ASCII characters that may directly follow a full stop that ends a sentence;
               characters beyond ASCII may, too
    marks      characters that end sentences as well: paragraphs with one of them are skipped
    """

    def __init__(self, tails: Collection[str], followers: str, marks: str) -> None:
        self._is_end = _end_table(tails)
        self._may_follow = _character_table(followers)
        codes = sorted(map(ord, marks))
        self._ascii_marks = [code for code in codes if code < _BEYOND]
        self._other_marks = np.array([code for code in codes if code >= _BEYOND], np.int64)

    def find(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> FullStops:
        """Return the full stops of the paragraphs from each of `starts` to its end in `ends`.

        The paragraphs are disjoint, in order and not empty.
        """
        points = code_points(text)
        first, last = np.array(starts, np.int64), np.array(ends, np.int64)
        is_examined = points.take(first) != _STOP
        is_examined[_within(self._marks(points), first, last)[1]] = False
        stops, paragraph = _within(np.flatnonzero(points == _STOP), first, last)
        is_inside = is_examined[paragraph] & (stops > first[paragraph])
        is_inside &= stops < last[paragraph] - 2
        stops, paragraph = stops[is_inside], paragraph[is_inside]
        is_clear = self._are_clear(points, stops) & (stops >= first[paragraph] + TAIL)
        is_doubtful = self._may_follow.take(np.minimum(points.take(stops + 1), _BEYOND))
        is_doubtful &= points.take(stops - 1) != _STOP
        is_doubtful &= ~is_clear & ~_are_labels(points, first[paragraph], stops)
        # A clear full stop is followed by one space or line end, then by the next sentence.
        sentence_starts = np.concatenate((first, stops[is_clear] + 2))
        sentence_starts.sort()
        return FullStops(sentence_starts, stops[is_doubtful], np.flatnonzero(~is_examined).tolist())

    def _marks(self, points: CodePoints) -> TextOffsets:
        """Return the offsets of all marks."""
        is_mark: Mask = np.zeros(points.size, np.bool_)
        for mark in self._ascii_marks:
            is_mark |= points == mark
        if points.itemsize > 1:
            candidates = np.flatnonzero(points >= self._other_marks[0])
            codes = points[candidates]
            i = np.searchsorted(self._other_marks, codes.astype(np.int64))
            is_mark[candidates] = self._other_marks.take(i, mode="clip") == codes
        return np.flatnonzero(is_mark)

    def _are_clear(self, points: CodePoints, stops: TextOffsets) -> Mask:
        """Return which of `stops` end a sentence, if their surroundings lie in the paragraph."""
        gap, first = points.take(stops + 1), points.take(stops + 2, mode="clip")
        is_clear: Mask = (gap == _SPACE) | (gap == _LINE_END)
        # The differences are unsigned: characters below "A" or "0" wrap round to large numbers.
        is_clear &= (first - points.dtype.type(_A) < 26) | (first - points.dtype.type(_ZERO) < 10)
        key = np.zeros(stops.size, np.int32)
        for i in range(TAIL):
            code = _CODES.take(np.minimum(points.take(stops - TAIL + i, mode="clip"), _BEYOND))
            key = key << _BITS | code
        return is_clear & self._is_end.take(key)


def _end_table(tails: Collection[str]) -> Mask:
    """Return for each key whether a full stop after these characters ends a sentence.

    It does after a number of four digits, a year, and after a word of at least two small letters
    that does not end with one of `tails`.
    """
    is_end = np.zeros((1 << _BITS,) * TAIL, np.bool_)
    is_end[(_DIGIT,) * TAIL] = True
    for n_letters in range(2, TAIL + 1):
        before = (slice(None),) * (TAIL - n_letters - 1) + (_GAP,) * (n_letters < TAIL)
        is_end[(*before, *(slice(0, _N_LETTERS),) * n_letters)] = True
        for tail in tails:
            if len(tail) == n_letters and tail.isascii() and tail.isalpha():
                is_end[(*before, *(ord(letter) - _SMALL_A for letter in tail))] = False
    return is_end.reshape(-1)


def _are_labels(points: CodePoints, first: TextOffsets, stops: TextOffsets) -> Mask:
    """Return which of `stops` follow a number of up to three digits that begins a paragraph.

    `first` contains the start of the paragraph of each stop.
    """
    is_label: Mask = (stops <= first + 3) & (points.take(stops + 1) != _STOP)
    for offsets in (first, first + (stops - first - 1) // 2, stops - 1):
        is_label &= points.take(offsets) - points.dtype.type(_ZERO) < 10
    return is_label


def _character_table(characters: str) -> Mask:
    """Return for each ASCII character whether it is in `characters`, and True for all beyond."""
    table = np.zeros(_BEYOND + 1, np.bool_)
    table[[ord(character) for character in characters if character.isascii()]] = True
    table[_BEYOND] = True
    return table


def _within(
    offsets: TextOffsets, first: TextOffsets, last: TextOffsets
) -> tuple[TextOffsets, Int64Array]:
    """Return those of `offsets` that lie in a paragraph, and the numbers of these paragraphs."""
    paragraph = np.searchsorted(first, offsets, side="right") - 1
    is_in = (paragraph >= 0) & (offsets < last.take(paragraph, mode="clip"))
    return offsets[is_in], paragraph[is_in]
