"""The array types of this package: elements, dtype, order, and the padding of buffers.

The aliases are for readers and for mypy; at run time each is an ordinary `numpy.ndarray`. They are
made without `numpy.typing`, which would slow the start of every search.
"""

from typing import Any, Final

import numpy as np

__all__ = [
    "PADDING",
    "Bytes",
    "CodePoints",
    "TextFormIds",
    "Int64Array",
    "Keys",
    "Mask",
    "Offsets",
    "StringIds",
]

PADDING: Final = 8
"""Bytes that must follow the last string in a buffer, because strings are read in eights."""

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
"""uint8; the bytes of texts in UTF-8."""
CodePoints = np.ndarray[Any, np.dtype[Any]]
"""uint8, uint16 or uint32, as the largest needs; the code points of a text."""
TextFormIds = np.ndarray[Any, np.dtype[np.uint32]]
"""uint32; ids of written forms in a `FormTable`, 0 for a separator."""
Int64Array = np.ndarray[Any, np.dtype[np.int64]]
"""int64; integers that no other type here describes: lengths, token and text numbers."""
Mask = np.ndarray[Any, np.dtype[np.bool_]]
"""bool; True for the elements of another array that a condition selects."""
Offsets = np.ndarray[Any, np.dtype[np.int64]]
"""int64, ascending unless stated otherwise; offsets of bytes in a buffer, or of code points in a
text."""
StringIds = np.ndarray[Any, np.dtype[np.int64]]
"""int64; ids of strings in a `StringInterner`."""
Keys = np.ndarray[Any, np.dtype[np.uint64]]
"""uint64; each the hash key of a string, or eight of its bytes."""
