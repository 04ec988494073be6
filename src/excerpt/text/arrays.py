"""The array types of texts, in addition to those of `excerpt.arrays`; the padding of buffers."""

from typing import Any, Final

import numpy as np

from excerpt.arrays import Int64

__all__ = [
    "PADDING",
    "CodePoints",
    "Keys",
    "StringIds",
    "TextFormIds",
    "TextOffsets",
    "Traits",
]

PADDING: Final = 8
"""Bytes that must follow the last string in a buffer, because strings are read in eights."""

CodePoints = np.ndarray[Any, np.dtype[Any]]
"""uint8, uint16 or uint32, as the largest needs; the code points of a text."""
TextFormIds = np.ndarray[Any, np.dtype[np.uint32]]
"""uint32; ids of written forms in a `FormTable`, 0 for a separator."""
TextOffsets = np.ndarray[Any, np.dtype[Int64]]
"""int64, ascending unless stated otherwise; offsets of bytes in a buffer, or of code points in a
text."""
StringIds = np.ndarray[Any, np.dtype[Int64]]
"""int64; ids of strings in a `StringInterner`."""
Traits = np.ndarray[Any, np.dtype[np.uint16]]
"""uint16; the traits of each character of a text as bits."""
Keys = np.ndarray[Any, np.dtype[np.uint64]]
"""uint64; each the hash key of a string, or eight of its bytes."""
