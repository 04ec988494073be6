"""Mostly small integers ⇄ columns of 4, 8 or 16 bits.

The greatest value that fits marks an exception, whose index and value are stored in two columns of
their own (as in PFOR: M. Zukowski et al., Super-Scalar RAM-CPU Cache Compression, 2006). In 4 bits,
NAME is stored as:

    values                  1 2 15 3 40
    NAME                    0x21 0x3f 0x0f   uint8: two values in a byte, the first in the low half
    NAME.exception_indexes  2 4              uint32, ascending
    NAME.exceptions         15 40            uint32

Any stretch of the values can be unpacked without those before it.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from excerpt.arrays import Array, Int64Array
from excerpt.index.arrays import Integers
from excerpt.storage.columns import Column, Columns

__all__ = ["PackedArray", "encode_gaps", "read_gaps", "read_packed"]

_DTYPES: Final = {4: np.uint8, 8: np.uint8, 16: np.uint16}
_BYTES: Final = np.arange(256, dtype="<u2")
_HALVES: Final = _BYTES & 15 | _BYTES >> 4 << 8
"""For each byte its two 4-bit halves as the two bytes of an integer: one look-up unpacks both."""


class PackedArray:
    """Non-negative integers, packed into `bits` bits each as they are added."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._marker = (1 << bits) - 1
        self._parts: list[Integers] = [np.empty(0, _DTYPES[bits])]
        self._exception_indexes: list[Integers] = [np.empty(0, np.uint32)]
        self._exceptions: list[Integers] = [np.empty(0, np.uint32)]
        self._size = 0

    def add(self, values: Integers) -> None:
        """Append `values`."""
        exceptions = np.flatnonzero(values >= self._marker)
        self._parts.append(np.minimum(values, self._marker).astype(_DTYPES[self._bits]))
        self._exception_indexes.append((exceptions + self._size).astype(np.uint32))
        self._exceptions.append(values[exceptions].astype(np.uint32))
        self._size += values.size

    def columns(self, name: str) -> Iterator[Column]:
        """Yield the columns of all values under `name`; the array is empty afterwards."""
        parts, self._parts = self._parts, []
        values = np.concatenate(parts)
        parts.clear()  # half of the memory, before the column is written
        if self._bits == 4:
            values = np.append(values, np.zeros(values.size % 2, np.uint8))
            values = values[::2] | values[1::2] << 4
        yield name, values
        yield f"{name}.exception_indexes", np.concatenate(self._exception_indexes)
        yield f"{name}.exceptions", np.concatenate(self._exceptions)


def read_packed(
    columns: Columns, name: str, bits: int, start: int = 0, end: int | None = None
) -> Integers:
    """Return the values `start` to `end` of NAME, which are packed into `bits` bits each.

    `end` defaults to the length of the column, which is that of the values only from 8 bits on.
    The dtype is the one in which the values are stored (uint8 or uint16), or int64 if an exception
    is among them.
    """
    if end is None:
        end = columns.length(name)
    if bits == 4:
        pairs = columns.read(name, start >> 1, (end + 1) >> 1)
        values = _HALVES.take(pairs).view(np.uint8)[start & 1 : (start & 1) + end - start]
    else:
        values = columns.read(name, start, end)
    indexes = f"{name}.exception_indexes"
    low = columns.bisect_left(indexes, start)
    if low < columns.length(indexes) and columns.item(indexes, low) < end:
        high = columns.bisect_left(indexes, end)
        exceptions = columns.read(indexes, low, high).astype(np.int64)
        values = values.astype(np.int64)
        values[exceptions - start] = columns.read(f"{name}.exceptions", low, high)
    return values


def encode_gaps(name: str, values: Integers) -> Iterator[Column]:
    """Yield the columns of ascending `values` under `name`: the gaps between them in 8 bits."""
    gaps = PackedArray(8)
    increases: Array = np.diff(values.astype(np.int64), prepend=0)
    gaps.add(increases)
    return gaps.columns(name)


def read_gaps(columns: Columns, name: str) -> Int64Array:
    """Return the ascending values that `encode_gaps` stored under `name` (int64)."""
    return np.cumsum(read_packed(columns, name, 8), dtype=np.int64)
