"""Paragraphs → the full stops that plainly end a sentence in them, and those to be looked at, as array operations.

Four in five full stops end a sentence without doubt: small letters that end no abbreviation stand before them, a space or a
line end behind, and then a capital or a digit. Most of the others can end none, such as those within a number. What is left
is for the rules of `sentences`, which decide alone what ends a sentence: nothing here says otherwise than they do.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from excerpt.text.whitespace import code_points

__all__ = ["TAIL", "FullStopFinder", "FullStops"]

TAIL: Final = 4
"""Letters before a full stop that are looked at."""
_BITS: Final = 5
"""Of a character in the key of a tail: the number of a small letter, or one of these."""
_N_LETTERS, _GAP, _DIGIT, _OTHER = 26, 26, 27, 28
_STOP, _SPACE, _LINE_END, _SMALL_A, _A, _ZERO = map(ord, ". \naA0")
_BEYOND: Final = 128
"""Stands for every character beyond ASCII."""

Array = np.ndarray[Any, np.dtype[Any]]

_KINDS: Final = np.full(_BEYOND + 1, _OTHER, np.int32)
_KINDS[_SMALL_A : _SMALL_A + _N_LETTERS] = range(_N_LETTERS)
_KINDS[_ZERO : _ZERO + 10] = _DIGIT
_KINDS[_SPACE] = _GAP


class FullStops(NamedTuple):
    """What there is in some paragraphs, by places in their text: where sentences `begun`, with those that begin paragraphs,
    and the `doubtful` full stops, after which others may (int64, ascending). Of the paragraphs whose numbers are in `others`
    nothing more is said than where they begin."""

    begun: Array
    doubtful: Array
    others: list[int]


class FullStopFinder:
    """Finds full stops.

    After words that end with one of `tails`, or are one, a sentence may go on. Directly after a full stop that ends a sentence
    there may be one of `followers`, or a character beyond ASCII. Where one of `marks` stands in a paragraph, full stops do
    not tell all.
    """

    def __init__(self, tails: Collection[str], followers: str, marks: str) -> None:
        self._is_end = _ends(tails)
        self._may_follow = _table(followers)
        codes = sorted(map(ord, marks))
        self._near_marks = [code for code in codes if code < _BEYOND]
        self._far_marks = np.array([code for code in codes if code >= _BEYOND], np.int64)

    def find(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> FullStops:
        """The full stops in the paragraphs that stand between each of `starts` and the end that goes with it: disjoint, in
        order, and none is empty."""
        points = code_points(text)
        first, last = np.array(starts, np.int64), np.array(ends, np.int64)
        is_told = points.take(first) != _STOP
        marks = self._marks(points)
        is_told[_within(marks, first, last)[1]] = False
        stops = np.flatnonzero(points == _STOP)
        stops, of = _within(stops, first, last)
        is_among = is_told[of] & (stops > first[of]) & (stops < last[of] - 2)
        stops, of = stops[is_among], of[is_among]
        is_plain = self._are_plain(points, stops) & (stops >= first[of] + TAIL)
        may_be = self._may_follow.take(np.minimum(points.take(stops + 1), _BEYOND))
        may_be &= (
            (points.take(stops - 1) != _STOP) & ~is_plain & ~_are_labels(points, first[of], stops)
        )
        begun = np.concatenate((first, stops[is_plain] + 2))
        begun.sort()
        return FullStops(begun, stops[may_be], np.flatnonzero(~is_told).tolist())

    def _marks(self, points: Array) -> Array:
        """Where marks stand."""
        is_mark: Array = np.zeros(points.size, np.bool_)
        for mark in self._near_marks:
            is_mark |= points == mark
        if points.itemsize > 1:
            far = np.flatnonzero(points >= self._far_marks[0])
            place = np.searchsorted(self._far_marks, points[far].astype(np.int64))
            is_mark[far] = self._far_marks.take(place, mode="clip") == points[far]
        return np.flatnonzero(is_mark)

    def _are_plain(self, points: Array, stops: Array) -> Array:
        """Which of the full stops plainly end a sentence, if all that is looked at is in the paragraph."""
        gap, first = points.take(stops + 1), points.take(stops + 2, mode="clip")
        is_plain: Array = (gap == _SPACE) | (gap == _LINE_END)
        is_plain &= (first - points.dtype.type(_A) < 26) | (first - points.dtype.type(_ZERO) < 10)
        key: Array = np.zeros(stops.size, np.int32)
        for n in range(TAIL):
            kind = _KINDS.take(np.minimum(points.take(stops - TAIL + n, mode="clip"), _BEYOND))
            key = key << _BITS | kind
        return is_plain & self._is_end.take(key)


def _ends(tails: Collection[str]) -> Array:
    """Which keys of the `TAIL` characters before a full stop tell that it ends a sentence: those of years, and of words of
    two small letters or more that do not end with one of `tails`."""
    is_end = np.zeros((1 << _BITS,) * TAIL, np.bool_)
    is_end[(_DIGIT,) * TAIL] = True
    for n_letters in range(2, TAIL + 1):
        before = (slice(None),) * (TAIL - n_letters - 1) + (_GAP,) * (n_letters < TAIL)
        is_end[(*before, *(slice(0, _N_LETTERS),) * n_letters)] = True
        for tail in tails:
            if len(tail) == n_letters and tail.isascii() and tail.isalpha():
                is_end[(*before, *(ord(letter) - _SMALL_A for letter in tail))] = False
    return is_end.reshape(-1)


def _are_labels(points: Array, first: Array, stops: Array) -> Array:
    """Which of the full stops follow a number of up to three digits with which their paragraph begins."""
    is_label: Array = (stops <= first + 3) & (points.take(stops + 1) != _STOP)
    for at in (first, first + (stops - first - 1) // 2, stops - 1):
        is_label &= points.take(at) - points.dtype.type(_ZERO) < 10
    return is_label


def _table(characters: str) -> Array:
    """Which characters are among these: a table of ASCII, and one that stands for all beyond."""
    table = np.zeros(_BEYOND + 1, np.bool_)
    table[[ord(character) for character in characters if character.isascii()]] = True
    table[_BEYOND] = True
    return table


def _within(at: Array, first: Array, last: Array) -> tuple[Array, Array]:
    """Those of the places `at` that are in a paragraph, and the numbers of these."""
    of = np.searchsorted(first, at, side="right") - 1
    is_in = (of >= 0) & (at < last.take(of, mode="clip"))
    return at[is_in], of[is_in]
