"""Paragraphs → the full stops that clearly end a sentence, and the doubtful ones.

Four in five full stops end a sentence beyond doubt: small letters that end no abbreviation stand
before them, a space or line end follows, and then a capital or a digit. Most of the others clearly
end none, such as those within a number. Array operations sort out both kinds for a whole text; the
rules decide the rest (`doubtful_stops`). This module never contradicts those rules.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.text.arrays import CodePoints, TextOffsets
from excerpt.text.doubtful_stops import DoubtfulRows, Rows
from excerpt.text.stop_rules import TAIL

__all__ = ["FullStopFinder", "FullStops"]

_BITS: Final = 5
"""Bits of each of these characters in a key: the number of a small letter, or a code below."""
_N_LETTERS, _GAP, _DIGIT, _OTHER = 26, 26, 27, 28
_STOP, _SPACE, _LINE_END, _SMALL_A, _A, _ZERO, _NINE = map(ord, ". \naA09")
_BEYOND: Final = 128
"""Stands for every character beyond ASCII in the tables."""

_CODES: Final = np.full(_BEYOND + 1, _OTHER, np.int32)
"""For each ASCII character, its code in a key."""
_CODES[_SMALL_A : _SMALL_A + _N_LETTERS] = range(_N_LETTERS)
_CODES[_ZERO : _ZERO + 10] = _DIGIT
_CODES[[_SPACE, 0]] = _GAP  # a zero byte stands for a space


ROWS_AT_ONCE: Final = 1 << 15
"""Rows that are examined at a time: few enough for the arrays made of them to stay in the cache."""


class FullStops(NamedTuple):
    """The result for some paragraphs of a text.

    starts    offsets at which a sentence certainly begins, those of paragraphs included
    doubtful  rows of marks after which a sentence may begin, in parts
    """

    starts: TextOffsets
    doubtful: list[DoubtfulRows]


class FullStopFinder:
    """A sorter of the full stops of a text, and of the other marks that end sentences.

    tails      a full stop after a word with one of these endings may end no sentence
    followers  ASCII characters that may directly follow a full stop that ends a sentence;
               characters beyond ASCII may, too
    marks      the other marks
    """

    def __init__(self, tails: Collection[str], followers: str, marks: str) -> None:
        self._is_end = _end_table(tails)
        self._may_follow = _character_table(followers)
        codes = sorted(map(ord, marks))
        self._ascii_marks = [_STOP, *[code for code in codes if code < _BEYOND]]
        self._other_marks = np.array([code for code in codes if code >= _BEYOND], np.int64)

    def find(self, points: CodePoints, first: TextOffsets, last: TextOffsets) -> FullStops:
        """Return the full stops of the paragraphs from each of `first` to its end in `last`.

        The paragraphs are disjoint, in order and not empty.
        """
        marks, paragraph = _within(self._marks(points), first, last)
        starts_row = np.diff(marks, prepend=-2) != 1
        stops, paragraph = marks[starts_row], paragraph[starts_row]
        ends = marks[np.append(starts_row[1:], True)[: marks.size]] + 1
        found, doubtful = [first], []
        for low in range(0, stops.size, ROWS_AT_ONCE):
            part = slice(low, low + ROWS_AT_ONCE)
            own = paragraph[part]
            rows = Rows(stops[part], ends[part], first[own], last[own])
            after_clear, others = self._sort(points, rows)
            found.append(after_clear)
            doubtful.append(others)
        sentence_starts = np.concatenate(found)
        sentence_starts.sort()
        return FullStops(sentence_starts, doubtful)

    def _sort(self, points: CodePoints, rows: Rows) -> tuple[TextOffsets, DoubtfulRows]:
        """Return the sentences that begin after clear full stops, and the doubtful rows."""
        # Among several marks of a script without spaces, a sentence may begin.
        several = rows.ends - rows.starts > 1
        may_divide = several if points.itemsize > 1 else np.zeros(several.size, np.bool_)
        rows = rows.where((rows.ends < rows.last) | may_divide)
        stops, ends, first, last = rows
        follows_word = self._follow_words(points, stops) & (stops >= first + TAIL)
        is_clear = follows_word & _precede_sentences(points, stops) & (stops < last - 2)
        is_doubtful = self._may_follow.take(np.minimum(points.take(ends, mode="clip"), _BEYOND))
        # After a full stop of a script without spaces, a sentence begins without a space.
        is_doubtful |= points.take(stops) >= _BEYOND
        is_doubtful |= (ends - stops > 1) & (points.itemsize > 1)
        is_doubtful &= ~is_clear & ~(_are_labels(points, first, stops) & (ends - stops == 1))
        # Other rules decide after a year.
        is_sure = follows_word & (points.take(stops - 1, mode="clip") > _NINE)
        # A clear full stop is followed by one space or line end, then by the next sentence.
        return stops[is_clear] + 2, DoubtfulRows(rows.where(is_doubtful), is_sure[is_doubtful])

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

    def _follow_words(self, points: CodePoints, stops: TextOffsets) -> Mask:
        """Return which of `stops` follow a word in small letters, no abbreviation, or a year."""
        key = np.zeros(stops.size, np.int32)
        for i in range(TAIL):
            code = _CODES.take(np.minimum(points.take(stops - TAIL + i, mode="clip"), _BEYOND))
            key = key << _BITS | code
        return self._is_end.take(key)


def _precede_sentences(points: CodePoints, stops: TextOffsets) -> Mask:
    """Return which of `stops` are followed by one space, then by a capital or digit of ASCII."""
    gap = points.take(stops + 1, mode="clip")
    first = points.take(stops + 2, mode="clip")
    # The differences are unsigned: characters below "A" or "0" wrap round to large numbers.
    may_begin = (first - points.dtype.type(_A) < 26) | (first - points.dtype.type(_ZERO) < 10)
    is_followed: Mask = ((gap == _SPACE) | (gap == _LINE_END)) & may_begin
    return is_followed


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
    is_label: Mask = (first < stops) & (stops <= first + 3) & (points.take(stops) == _STOP)
    for offsets in (first, first + (stops - first - 1) // 2, stops - 1):
        is_label &= points.take(offsets, mode="clip") - points.dtype.type(_ZERO) < 10
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
