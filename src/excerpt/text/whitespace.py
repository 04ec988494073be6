"""Text → the offsets of its spaces and line ends, so that words and lines are counted by look-up.

One pass over the text as an array of code points replaces a count for each paragraph, which takes
several times as long.
"""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.text.arrays import CodePoints

__all__ = ["MAX_LENGTH", "UNSPACED_RANGES", "Whitespace", "WordEnds", "WordStarts", "code_points"]

MAX_LENGTH: Final = 3 << 22
"""Characters of the longest text to use this for: the offsets take up to eight bytes for each
character."""
UNSPACED_RANGES: Final = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029"
    "\u3031-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
"""The characters of scripts without spaces, as ascending ranges for a regular expression."""
_UNSPACED_BOUNDS: Final = np.array([ord(end) for end in UNSPACED_RANGES if end != "-"]) + np.tile(
    [0, 1], len(UNSPACED_RANGES) // 3
)
"""The start and the end of each of these ranges in turn: a code point is in a range if an odd
number of bounds is at or below it."""
_SPACE, _LINE_END = map(ord, " \n")
_SPACES: Final = np.array([chr(point).isspace() for point in range(0x3002)])
"""For each code point up to the last white space, and one after it, whether it is white space."""


def code_points(text: str) -> CodePoints:
    """Return the code points of `text`, in one, two or four bytes each."""
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    utf16 = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.dtype("<u2"))
    if utf16.size == len(text):
        return utf16
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


class Whitespace:
    """The spaces and line ends of a text.

    n_spaces        spaces in the text
    n_double        spaces that directly follow another
    is_spaced       True if no character is of a script without spaces
    """

    def __init__(self, text: str) -> None:
        points = code_points(text)
        is_space, is_line_end = points == _SPACE, points == _LINE_END
        self._offsets = np.flatnonzero(is_space | is_line_end)
        self._line_ends = np.flatnonzero(is_line_end)
        self.n_spaces = self._offsets.size - self._line_ends.size
        self.n_double = int(np.count_nonzero(is_space[1:] & is_space[:-1]))
        self.is_spaced = _is_spaced(points)

    def n_between(self, starts: Sequence[int], ends: Sequence[int]) -> list[int]:
        """Return the number of spaces and line ends from each of `starts` to its end in `ends`."""
        bounds = np.searchsorted(self._offsets, np.array((starts, ends), np.int64))
        counts: list[int] = (bounds[1] - bounds[0]).tolist()
        return counts

    def n_lines(self, ends: Sequence[int]) -> list[int]:
        """Return the number of line ends before each of `ends`."""
        counts: list[int] = np.searchsorted(self._line_ends, ends).tolist()
        return counts


class WordStarts:
    """The words of a text as `str.split` finds them, and its characters that are words."""

    def __init__(self, text: str) -> None:
        points = code_points(text)
        self._is_space = _SPACES.take(points, mode="clip")
        starts_word = ~self._is_space
        starts_word[1:] &= self._is_space[:-1]
        self._starts = np.flatnonzero(starts_word)
        self._unspaced = _unspaced(points)

    def n_between(self, starts: Sequence[int], ends: Sequence[int]) -> list[int]:
        """Return the number of words from each of `starts` to its end in `ends`.

        A part of a word counts as one.
        """
        bounds = np.array((starts, ends), np.int64)
        n_words = self._n_between(self._starts, bounds) + self._n_between(self._unspaced, bounds)
        # A word that begins before the start is not among those counted.
        cut = np.flatnonzero((bounds[0] < bounds[1]) & (bounds[0] > 0))
        first = bounds[0][cut]
        n_words[cut] += ~self._is_space[first] & ~self._is_space[first - 1]
        counts: list[int] = n_words.tolist()
        return counts

    @staticmethod
    def _n_between(offsets: Int64Array, bounds: Int64Array) -> Int64Array:
        low, high = np.searchsorted(offsets, bounds)
        return np.asarray(high - low)


class WordEnds:
    """The offsets at which a text may be cut between two words.

    They are after white space, unless a line end in it follows a hyphen, and after characters of
    scripts without spaces, if something follows that may begin a line.
    """

    def __init__(self, text: str, hyphens: Collection[str], signs: Collection[str]) -> None:
        points = code_points(text)
        is_space = _SPACES.take(points, mode="clip")
        edges = np.flatnonzero(np.diff(is_space, prepend=False))
        first, last = edges[::2], edges[1::2]
        first = first[: last.size]  # white space at the end of the text has no end
        has_hyphen = np.isin(points[first - 1], [ord(sign) for sign in hyphens]) & (first > 0)
        if has_hyphen.any():
            line_ends = np.flatnonzero(points == _LINE_END)
            n_before = np.searchsorted(line_ends, (first, last))
            is_end = ~has_hyphen | (n_before[0] == n_before[1])
            first, last = first[is_end], last[is_end]
        unspaced = _unspaced(points[:-1])
        if unspaced.size:
            following = points[unspaced + 1]
            distinct, numbers = np.unique(following, return_inverse=True)
            may_follow = [
                chr(point).isalnum() or chr(point) == "_" or chr(point) in signs
                for point in distinct.tolist()
            ]
            unspaced = unspaced[np.array(may_follow, np.bool_)[numbers]]
            first = np.sort(np.concatenate((first, unspaced)))
            last = np.sort(np.concatenate((last, unspaced + 1)))
        self._starts, self._ends = first, last

    def after(self, start: int, limit: int, n_words: int) -> list[int] | None:
        """Return the ends of the first `n_words` words from `start`, if they are before `limit`.

        Returns:
            None if there are fewer.
        """
        first = int(np.searchsorted(self._starts, start))
        ends: list[int] = self._ends[first : first + n_words].tolist()
        return ends if len(ends) == n_words and ends[-1] < limit else None


def _unspaced(points: CodePoints) -> Int64Array:
    """Return the offsets of those of `points` that are of a script without spaces."""
    if points.itemsize == 1:
        return np.empty(0, np.int64)
    candidates = np.flatnonzero(points >= _UNSPACED_BOUNDS[0])
    n_bounds = np.searchsorted(_UNSPACED_BOUNDS, points[candidates], side="right")
    unspaced: Int64Array = candidates[n_bounds & 1 == 1]
    return unspaced


def _is_spaced(points: CodePoints) -> bool:
    """Return whether none of `points` is of a script without spaces."""
    return not _unspaced(points).size
