"""Text → the offsets of its spaces and line ends, so that words and lines are counted by look-up.

One pass over the text as an array of code points replaces a count for each paragraph, which takes
several times as long.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from excerpt.text.arrays import CodePoints

__all__ = ["MAX_LENGTH", "UNSPACED_RANGES", "Whitespace", "code_points"]

MAX_LENGTH: Final = 1 << 22
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


def _is_spaced(points: CodePoints) -> bool:
    """Return whether none of `points` is of a script without spaces."""
    if points.itemsize == 1:
        return True
    candidates = points[points >= _UNSPACED_BOUNDS[0]].astype(np.int64)
    is_unspaced = np.searchsorted(_UNSPACED_BOUNDS, candidates, side="right") & 1
    return not is_unspaced.any()
