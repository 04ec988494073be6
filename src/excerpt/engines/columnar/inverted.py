"""What stands at each position → where each of many things stands, without a sort of the whole.

Positions come in batches that fit the cache. Each is sorted by itself, so that it has one stretch for each list that
occurs in it; the stretches of a list, batch after batch, are its occurrences in order. They are put together for some lists
at a time. This takes four bytes for each position, and the time does not grow with the number of lists.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from excerpt.engines.columnar.storage import Array

__all__ = ["Inverted", "Units"]

_BATCH: Final = 1 << 20
"""Positions sorted at a time."""
_RANGE: Final = 1 << 19
"""Occurrences put together at a time: bounds the memory of building and merging."""
_POSITION: Final = np.uint64(0xFFFFFFFF)


class Units:
    """The units that positions are cut into: `starts` gives the first position of each, and the end of the last."""

    def __init__(self, starts: Array) -> None:
        self.starts = starts.astype(np.uint32)
        self.n = starts.size - 1
        self._of = np.repeat(np.arange(-1, self.n, dtype=np.int32), np.diff(starts, prepend=0))

    def of(self, positions: Array) -> Array:
        """The unit of each of `positions` (int32); -1 before the first."""
        return self._of.take(positions)


class _Batch(NamedTuple):
    """Positions (uint32) by list: `lists` are those that occur, ascending, `ends` where the positions of each end."""

    positions: Array
    lists: Array
    ends: Array


class Inverted:
    """The positions of each of `n_lists` lists. `tokens` says how many each has (int64)."""

    def __init__(self, n_lists: int) -> None:
        self.tokens = np.zeros(n_lists, np.int64)
        self._batches: list[_Batch] = []
        self._n_positions = 0

    def add(self, listed: Array) -> None:
        """Take in the number of the list of each of the next positions; one that is no list's number means none."""
        for first in range(0, listed.size, _BATCH):
            self._add(listed[first : first + _BATCH])

    def _add(self, listed: Array) -> None:
        at = np.flatnonzero(listed < self.tokens.size)
        keys = listed[at].astype(np.uint64) << np.uint64(32)
        keys |= (at + self._n_positions).astype(np.uint64)
        keys.sort()
        numbers = (keys >> np.uint64(32)).astype(np.uint32)
        is_last = np.ones(numbers.size, np.bool_)
        np.not_equal(numbers[1:], numbers[:-1], out=is_last[:-1])
        last = np.flatnonzero(is_last)
        batch = _Batch((keys & _POSITION).astype(np.uint32), numbers[last], last + 1)
        self.tokens[batch.lists] += np.diff(batch.ends, prepend=0)
        self._batches.append(batch)
        self._n_positions += listed.size

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Ranges of lists with so many occurrences that they are put together at once (one list may have more)."""
        ends = np.cumsum(self.tokens)
        first = 0
        while first < ends.size:
            done = int(ends[first - 1]) if first else 0
            last = max(int(np.searchsorted(ends, done + _RANGE)), first + 1)
            yield first, last
            first = last

    def occurrences(self, first: int, last: int) -> tuple[Array, Array]:
        """The list, counted from `first`, and the position of each occurrence of the lists up to `last`, in order of both
        (int64, uint32)."""
        parts = [np.empty(0, np.uint32)]
        lists = [np.empty(0, np.uint32)]
        sizes = [np.empty(0, np.int64)]
        for batch in self._batches:
            low, high = np.searchsorted(batch.lists, (first, last)).tolist()
            begin = int(batch.ends[low - 1]) if low else 0
            ends = batch.ends[low:high]
            parts.append(batch.positions[begin : ends[-1] if ends.size else begin])
            lists.append(batch.lists[low:high])
            sizes.append(np.diff(ends, prepend=begin))
        return _by_list(
            np.concatenate(lists).astype(np.int64) - first, np.concatenate(sizes), np.concatenate(parts)
        )


def _by_list(lists: Array, sizes: Array, positions: Array) -> tuple[Array, Array]:
    """Stretches of `positions` of so many `sizes` each, put in the order of their `lists`."""
    order = np.argsort(lists, kind="stable")
    moved = sizes[order]
    shifts = (np.cumsum(sizes) - sizes)[order] - (np.cumsum(moved) - moved)
    places = np.repeat(shifts, moved)
    places += np.arange(places.size)
    return np.repeat(lists[order], moved), positions.take(places)
