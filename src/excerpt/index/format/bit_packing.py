"""Numbers that are small but for a few ⇄ columns of 4, 8 or 16 bits.

What does not fit is marked by the greatest value, and stands in a column of its own with its place in another.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from excerpt.index.format.columns import Array, Column, Columns

__all__ = ["PackedArray", "encode_gaps", "read_gaps", "read_packed"]

_TYPES: Final = {4: np.uint8, 8: np.uint8, 16: np.uint16}
_BYTES: Final = np.arange(256, dtype="<u2")
_APART: Final = _BYTES & 15 | _BYTES >> 4 << 8
"""Both halves of a byte, as the bytes of one number."""


class PackedArray:
    """Numbers that are written in so many `bits`, taken in piece by piece."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._far_value = (1 << bits) - 1
        self._parts: list[Array] = [np.empty(0, _TYPES[bits])]
        self._far_at: list[Array] = [np.empty(0, np.uint32)]
        self._far: list[Array] = [np.empty(0, np.uint32)]
        self._size = 0

    def add(self, values: Array) -> None:
        """Take in some."""
        far = np.flatnonzero(values >= self._far_value)
        self._parts.append(np.minimum(values, self._far_value).astype(_TYPES[self._bits]))
        self._far_at.append((far + self._size).astype(np.uint32))
        self._far.append(values[far].astype(np.uint32))
        self._size += values.size

    def columns(self, name: str) -> Iterator[Column]:
        """The columns `name` of all of them, which are used up."""
        parts, self._parts = self._parts, []
        values = np.concatenate(parts)
        parts.clear()
        if self._bits == 4:
            values = np.append(values, np.zeros(values.size % 2, np.uint8))
            values = values[::2] | values[1::2] << 4
        yield name, values
        yield f"{name}.far_at", np.concatenate(self._far_at)
        yield f"{name}.far", np.concatenate(self._far)


def read_packed(
    columns: Columns, name: str, bits: int, start: int = 0, end: int | None = None
) -> Array:
    """The numbers `start` to `end` of the columns `name`, written in so many `bits`: in the narrow type they have there, or
    in int64 if some do not fit it."""
    if end is None:
        end = columns.length(name)
    if bits == 4:
        pairs = columns.read(name, start >> 1, (end + 1) >> 1)
        values = _APART.take(pairs).view(np.uint8)[start & 1 : (start & 1) + end - start]
    else:
        values = columns.read(name, start, end)
    places = f"{name}.far_at"
    low = columns.bisect_left(places, start)
    if low < columns.length(places) and columns.item(places, low) < end:
        high = columns.bisect_left(places, end)
        far_at = columns.read(places, low, high).astype(np.int64)
        values = values.astype(np.int64)
        values[far_at - start] = columns.read(f"{name}.far", low, high)
    return values


def encode_gaps(name: str, places: Array) -> Iterator[Column]:
    """The columns `name` of ascending `places`, which are near to one another."""
    gaps = PackedArray(8)
    gaps.add(np.diff(places.astype(np.int64), prepend=0))
    return gaps.columns(name)


def read_gaps(columns: Columns, name: str) -> Array:
    """The ascending places of the columns `name` (int64)."""
    return np.cumsum(read_packed(columns, name, 8), dtype=np.int64)
