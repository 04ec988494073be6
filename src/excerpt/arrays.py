"""Types of NumPy arrays that all packages share; `text.arrays` and `index.arrays` name others.

The aliases are for readers and for mypy; at run time each is an ordinary `numpy.ndarray`. They do
without `numpy.typing`, whose import would add 0.4 ms to every search.
"""

from typing import Any

import numpy as np

__all__ = ["Array", "Bytes", "Int64", "Int64Array", "Mask"]

Array = np.ndarray[Any, np.dtype[Any]]
"""Elements of any dtype."""
Int64 = np.signedinteger[Any]
"""The type of one int64, as NumPy's own annotations give it."""
Int64Array = np.ndarray[Any, np.dtype[Int64]]
"""int64; integers that no narrower type describes: lengths, numbers, counts."""
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
"""uint8; text in UTF-8, or packed numbers."""
Mask = np.ndarray[Any, np.dtype[np.bool_]]
"""bool; True for the elements of another array (or the numbers from 0) that are selected."""
