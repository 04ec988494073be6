"""What stands at each position → where each of many things stands, without a sort of the whole.

Positions come in batches that fit the cache. Each is sorted by itself, so that it has one stretch for each list that
occurs in it; the stretches of a list, batch after batch, are its occurrences in order. They are put together for some lists
at a time. This takes four bytes for each position, and the time does not grow with the number of lists; of many positions
those of some lists are inverted after those of others (`together`).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from excerpt.index.format.columns import Array

__all__ = ["Inverter", "Units", "together"]

_BATCH: Final = 1 << 20
"""Positions sorted at a time."""
_RANGE: Final = 1 << 18
"""Occurrences put together at a time: bounds the memory of building and merging."""
_MOST: Final = 6_000_000
"""Occurrences inverted together: each such part of the lists takes another look at all positions."""
_POSITION: Final = np.uint64(0xFFFFFFFF)
_BITS: Final = 16
"""Units are counted anew from each position that is a multiple of 2 to the power of this: so two bytes do for each."""


class Units:
    """The units that positions are cut into: `starts` gives the first position of each, and the end of the last."""

    def __init__(self, starts: Array) -> None:
        self.starts = starts.astype(np.uint32)
        self.n = starts.size - 1
        filled = np.flatnonzero(np.diff(self.starts))
        begins = starts[filled].astype(np.int64)
        blocks = np.arange(0, int(starts[-1]), 1 << _BITS)
        more = np.zeros((blocks.size, 1 << _BITS), np.uint16)
        more.reshape(-1)[begins] = 1
        more[:, 0] = 0
        self._more = np.cumsum(more, axis=1, dtype=np.uint16, out=more).reshape(-1)
        self._first = (begins.searchsorted(blocks, side="right") - 1).astype(np.int32)
        self._filled = np.append(filled, -1).astype(np.int32) if filled.size < self.n else None

    def of(self, positions: Array) -> Array:
        """The unit of each of `positions` (int32); -1 before the first."""
        found = self._first.take(positions >> _BITS)
        found += self._more.take(positions)
        return found if self._filled is None else self._filled.take(found)


class _Batch(NamedTuple):
    """Positions (uint32) by list: `lists` are those that occur, ascending, `ends` where the positions of each end."""

    positions: Array
    lists: Array
    ends: Array


def together(tokens: Array) -> Iterator[tuple[int, int]]:
    """Ranges of lists, which have so many `tokens` each, that are little enough to be inverted together."""
    return _ranges(tokens, _MOST)


def _ranges(tokens: Array, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of lists with about `most` occurrences (one list may have more)."""
    ends = np.cumsum(tokens)
    first = 0
    while first < ends.size:
        done = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, done + most, side="right")), first + 1)
        yield first, last
        first = last


class Inverter:
    """The positions of each of the lists `first` to `last`. `tokens` says how many each has (int64)."""

    def __init__(self, first: int, last: int) -> None:
        self.tokens = np.zeros(last - first, np.int64)
        self._first = first
        self._batches: list[_Batch] = []
        self._n_positions = 0

    def add(self, listed: Array) -> None:
        """Take in the number of the list of each of the next positions (unsigned); of another one's nothing is kept."""
        for begin in range(0, listed.size, _BATCH):
            self._add(listed[begin : begin + _BATCH])

    def _add(self, listed: Array) -> None:
        # Of unsigned numbers those before the first become very large.
        numbers = listed - listed.dtype.type(self._first) if self._first else listed
        at = np.flatnonzero(numbers < self.tokens.size)
        keys = numbers.take(at).astype(np.uint64)
        keys <<= np.uint64(32)
        at += self._n_positions
        keys |= at.view(np.uint64)
        del at
        keys.sort()
        numbers = (keys >> np.uint64(32)).astype(np.uint32)
        is_last = np.ones(numbers.size, np.bool_)
        np.not_equal(numbers[1:], numbers[:-1], out=is_last[:-1])
        last = np.flatnonzero(is_last)
        batch = _Batch(
            (keys & _POSITION).astype(np.uint32), numbers[last], (last + 1).astype(np.uint32)
        )
        self.tokens[batch.lists] += np.diff(last, prepend=-1)
        self._batches.append(batch)
        self._n_positions += listed.size

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Ranges of lists, counted from the first, with so many occurrences that they are put together at once."""
        return _ranges(self.tokens, _RANGE)

    def occurrences(self, first: int, last: int) -> tuple[Array, Array]:
        """The list, counted from `first`, and the position of each occurrence of the lists up to `last` (both counted from
        the first one here), in order of both (int32, uint32)."""
        parts = [np.empty(0, np.uint32)]
        lists = [np.empty(0, np.uint32)]
        sizes = [np.empty(0, np.int64)]
        for batch in self._batches:
            low, high = batch.lists.searchsorted(np.array((first, last), np.uint32)).tolist()
            begin = int(batch.ends[low - 1]) if low else 0
            ends = batch.ends[low:high].astype(np.int64)
            parts.append(batch.positions[begin : ends[-1] if ends.size else begin])
            lists.append(batch.lists[low:high])
            sizes.append(np.diff(ends, prepend=begin))
        positions = np.concatenate(parts)
        if last == first + 1:  # often the largest: its stretches are in order
            return np.zeros(positions.size, np.int32), positions
        return _by_list(
            np.concatenate(lists).astype(np.int32) - first, np.concatenate(sizes), positions
        )


def _by_list(lists: Array, sizes: Array, positions: Array) -> tuple[Array, Array]:
    """Stretches of `positions` of so many `sizes` each, put in the order of their `lists`."""
    order = np.argsort(lists, kind="stable")
    moved = sizes[order]
    shifts = (np.cumsum(sizes) - sizes)[order] - (np.cumsum(moved) - moved)
    places = np.repeat(shifts, moved)
    places += np.arange(places.size)
    return np.repeat(lists[order], moved), positions.take(places)
