"""Code points → traits of their characters as bits; each distinct one is judged once in a process.

The table has an element for each code point. The system provides its 2.2 MB of zeros page by page,
when they are written.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.text.arrays import CodePoints, Traits

__all__ = ["TraitTable"]

_KNOWN: Final = np.uint16(1 << 15)
"""The bit of code points that were judged."""


class TraitTable:
    """A table that is filled as characters occur."""

    def __init__(self, traits_of: Callable[[str], int]) -> None:
        """`traits_of` returns the traits of a character: at most 15 bits."""
        self._traits_of = traits_of
        self._table: Traits = np.zeros(0x110000, np.uint16)

    def take(self, points: "CodePoints | Int64Array") -> Traits:
        """Return the traits of each of `points`."""
        traits: Traits = self._table.take(points)
        unknown: np.ndarray[Any, Any] = points[traits == 0]
        if unknown.size:
            for point in set(unknown.tolist()):
                self._table[point] = self._traits_of(chr(point)) | int(_KNOWN)
            traits = self._table.take(points)
        return traits & ~_KNOWN
