"""Ids of up to 24 bits ⇄ two columns: the lower 16 bits, and the rest.

Most segments have fewer than 16 million words, so that ids take 3 bytes instead of 4:

    ids        7  70001
    NAME.low   7  4465   uint16
    NAME.high  0  1      uint8, or uint16 if an id has more than 24 bits
"""

from collections.abc import Iterator

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.index.arrays import Integers
from excerpt.storage.columns import Column, Columns

__all__ = ["WideIds", "encode_ids"]


def encode_ids(name: str, ids: Integers) -> Iterator[Column]:
    """Yield the columns of `ids` (at most 32 bits) under `name`."""
    yield f"{name}.low", (ids & 0xFFFF).astype(np.uint16)
    high = ids >> 16
    yield f"{name}.high", high.astype(np.min_scalar_type(int(high.max(initial=0))))


class WideIds:
    """The `n` ids `name`."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._columns = columns
        self._low, self._high = f"{name}.low", f"{name}.high"
        self.n = columns.length(self._low)

    def item(self, index: int) -> int:
        """Return the id at `index`."""
        return self._columns.item(self._low, index) | self._columns.item(self._high, index) << 16

    def read(self, start: int = 0, end: int | None = None) -> Int64Array:
        """Return the ids from `start` to `end`."""
        low, high = (self._columns.read(name, start, end) for name in (self._low, self._high))
        return np.asarray(low | high.astype(np.int64) << 16)

    def take(self, indexes: Int64Array) -> Int64Array:
        """Return the ids at `indexes`."""
        low, high = (self._columns.take(name, indexes) for name in (self._low, self._high))
        return np.asarray(low | high.astype(np.int64) << 16)
