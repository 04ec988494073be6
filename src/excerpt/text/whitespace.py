"""A text → its spaces and line ends, as array operations: so that words and lines between any two places are soon counted.

To count one by one what stands in each paragraph takes several times as long. The places take up to eight bytes for each
character, which is too much for very large texts: `MAX_LENGTH` says for which they are meant.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

__all__ = ["MAX_LENGTH", "UNSPACED_RANGES", "Whitespace", "code_points"]

MAX_LENGTH: Final = 1 << 22
"""Characters of a text."""
UNSPACED_RANGES: Final = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""The characters of scripts without spaces, as ranges in order."""
_BOUNDS: Final = np.array([ord(end) for end in UNSPACED_RANGES if end != "-"]) + np.tile(
    [0, 1], len(UNSPACED_RANGES) // 3
)
"""Where they begin and end, in turn."""
_SPACE, _LINE_END = map(ord, " \n")

Array = np.ndarray[Any, np.dtype[Any]]


def code_points(text: str) -> Array:
    """The code points of `text`, in one, two or four bytes each."""
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    wide = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.dtype("<u2"))
    if wide.size == len(text):
        return wide
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


class Whitespace:
    """The spaces and line ends of a text."""

    def __init__(self, text: str) -> None:
        points = code_points(text)
        is_space, is_line_end = points == _SPACE, points == _LINE_END
        self._at = np.flatnonzero(is_space | is_line_end)
        self._line_ends = np.flatnonzero(is_line_end)
        self.n_spaces = self._at.size - self._line_ends.size
        self.n_after_spaces = int(np.count_nonzero(is_space[1:] & is_space[:-1]))
        """Spaces, and those that directly follow another."""
        high = points[points >= _BOUNDS[0]].astype(np.int64) if points.itemsize > 1 else _BOUNDS[:0]
        self.is_spaced = not (np.searchsorted(_BOUNDS, high, side="right") & 1).any()
        """Whether no character is of a script without spaces."""

    def n_between(self, starts: Sequence[int], ends: Sequence[int]) -> list[int]:
        """How many spaces and line ends stand between each of `starts` and the end that goes with it."""
        bounds = np.searchsorted(self._at, np.array((starts, ends), np.int64))
        found: list[int] = (bounds[1] - bounds[0]).tolist()
        return found

    def n_lines(self, ends: Sequence[int]) -> list[int]:
        """How many lines end before each of `ends`."""
        found: list[int] = np.searchsorted(self._line_ends, ends).tolist()
        return found
