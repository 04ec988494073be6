"""The first positions of units → the unit of any position, in constant time."""

from typing import Final

import numpy as np

from excerpt.index.arrays import Integers, UInt32Array

__all__ = ["Units"]

_BLOCK_BITS: Final = 16
"""Positions are looked up in blocks of 2 to this power, so that 16 bits hold the number of units
that begin between the start of a block and a position in it."""


class Units:
    """The units of a stream, with a table of two bytes for each position.

    Looking units up by bisection would take most of the time of an inversion.

    offsets  the first position of each unit, and the end of the last (uint32)
    n        the number of units
    """

    def __init__(self, offsets: Integers) -> None:
        self.offsets: UInt32Array = offsets.astype(np.uint32)
        self.n = offsets.size - 1
        non_empty = np.flatnonzero(np.diff(self.offsets))
        starts = offsets[non_empty].astype(np.int64)
        block_starts = np.arange(0, int(offsets[-1]), 1 << _BLOCK_BITS)
        # The unit of a position, counted among those that are not empty, is the unit at the start
        # of its block plus the number of units that begin after that, up to the position.
        begins = np.zeros((block_starts.size, 1 << _BLOCK_BITS), np.uint16)
        begins.reshape(-1)[starts] = 1
        begins[:, 0] = 0
        self._n_begun = np.cumsum(begins, axis=1, dtype=np.uint16, out=begins).reshape(-1)
        self._at_block = (starts.searchsorted(block_starts, side="right") - 1).astype(np.int32)
        has_empty = non_empty.size < self.n
        self._non_empty = np.append(non_empty, -1).astype(np.int32) if has_empty else None

    def at(self, positions: Integers) -> Integers:
        """Return the unit of each of `positions` (int32), -1 before the first unit."""
        units = self._at_block.take(positions >> _BLOCK_BITS)
        units += self._n_begun.take(positions)
        return units if self._non_empty is None else self._non_empty.take(units)
