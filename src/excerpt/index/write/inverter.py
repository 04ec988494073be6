"""The list that each position belongs to → the positions of each list, without one large sort.

Positions come in batches that fit the cache. Each batch is sorted by list, so that it has one run
of positions for each list that occurs in it. The runs of a list, batch after batch, are its
positions in ascending order. They are concatenated for some lists at a time.

    lists of the positions   2 0 2 | 0 1 2      two batches of three
    sorted batches           list 0: 1, list 2: 0 2 | list 0: 3, list 1: 4, list 2: 5
    lists                    0: 1 3    1: 4    2: 0 2 5

This takes four bytes for each position, and the time does not grow with the number of lists. To
bound the memory further, the lists of a long stream are inverted in several passes over it, some
lists in each (`list_ranges`).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from excerpt.index.arrays import Integers, Sizes, UInt32Array

__all__ = ["Inverter", "list_ranges"]

_BATCH: Final = 1 << 20
"""Positions sorted at a time."""
_TOKENS_AT_ONCE: Final = 1 << 18
"""Tokens whose lists are concatenated at a time: bounds the memory of builds and merges."""
_TOKENS_PER_PASS: Final = 6_000_000
"""Tokens inverted in one pass over the positions: fewer save memory, but cost more passes."""
_LOW_HALF: Final = np.uint64(0xFFFFFFFF)


class _SortedBatch(NamedTuple):
    """A batch, sorted by list.

    positions  the positions
    lists      the lists that occur, ascending
    ends       where the positions of each of them end
    """

    positions: UInt32Array
    lists: UInt32Array
    ends: UInt32Array


def list_ranges(n_tokens: Sizes) -> Iterator[tuple[int, int]]:
    """Yield consecutive ranges of lists, first and last (exclusive), to be inverted in one pass.

    `n_tokens` is the number of tokens of each list. A list too long for one pass is a range of its
    own.
    """
    return _ranges(n_tokens, _TOKENS_PER_PASS)


def _ranges(n_tokens: Sizes, limit: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of lists with at most `limit` tokens, or of one list."""
    ends = np.cumsum(n_tokens)
    first = 0
    while first < ends.size:
        n_before = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, n_before + limit, side="right")), first + 1)
        yield first, last
        first = last


class Inverter:
    """The positions of the lists `first` to `last`, collected from a stream.

    n_tokens  the number of positions of each of these lists so far
    """

    def __init__(self, first: int, last: int) -> None:
        self.n_tokens: Sizes = np.zeros(last - first, np.int64)
        self._first = first
        self._batches: list[_SortedBatch] = []
        self._n_positions = 0

    def add(self, lists: Integers) -> None:
        """Append positions that belong to `lists` (unsigned); those of other lists are dropped."""
        for start in range(0, lists.size, _BATCH):
            self._add(lists[start : start + _BATCH])

    def _add(self, lists: Integers) -> None:
        # Unsigned differences wrap around, so lists before the first become large and drop out too.
        numbers = lists - lists.dtype.type(self._first) if self._first else lists
        positions = np.flatnonzero(numbers < self.n_tokens.size)
        # The list in the high half and the position in the low half sort by both at once.
        keys = numbers.take(positions).astype(np.uint64)
        keys <<= np.uint64(32)
        positions += self._n_positions
        keys |= positions.view(np.uint64)
        del positions
        keys.sort()
        numbers = (keys >> np.uint64(32)).astype(np.uint32)
        is_last = np.ones(numbers.size, np.bool_)
        np.not_equal(numbers[1:], numbers[:-1], out=is_last[:-1])
        last = np.flatnonzero(is_last)
        batch = _SortedBatch(
            (keys & _LOW_HALF).astype(np.uint32), numbers[last], (last + 1).astype(np.uint32)
        )
        self.n_tokens[batch.lists] += np.diff(last, prepend=-1)
        self._batches.append(batch)
        self._n_positions += lists.size

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Yield ranges of lists, counted from the first, for `tokens`."""
        return _ranges(self.n_tokens, _TOKENS_AT_ONCE)

    def tokens(self, first: int, last: int) -> tuple[Integers, Integers]:
        """Return the list and the position of each token of a range of lists, in order of both.

        The lists are counted from `first` (int32); the positions are uint32.
        """
        positions = [np.empty(0, np.uint32)]
        lists = [np.empty(0, np.uint32)]
        sizes = [np.empty(0, np.int64)]
        for batch in self._batches:
            low, high = batch.lists.searchsorted(np.array((first, last), np.uint32)).tolist()
            start = int(batch.ends[low - 1]) if low else 0
            ends = batch.ends[low:high].astype(np.int64)
            positions.append(batch.positions[start : ends[-1] if ends.size else start])
            lists.append(batch.lists[low:high])
            sizes.append(np.diff(ends, prepend=start))
        all_positions = np.concatenate(positions)
        if last == first + 1:  # often the longest list of all; its runs are in order already
            return np.zeros(all_positions.size, np.int32), all_positions
        all_lists = np.concatenate(lists).astype(np.int32) - first
        return _sorted_runs(all_lists, np.concatenate(sizes), all_positions)


def _sorted_runs(lists: Integers, sizes: Sizes, positions: Integers) -> tuple[Integers, Integers]:
    """Return runs of positions sorted by list, and the list of each position first.

    lists, sizes  the list and the number of positions of each run, in the order of `positions`
    """
    order = np.argsort(lists, kind="stable")
    sorted_sizes = sizes[order]
    # How far each run moves: its start before minus its start after.
    shifts = (np.cumsum(sizes) - sizes)[order] - (np.cumsum(sorted_sizes) - sorted_sizes)
    sources = np.repeat(shifts, sorted_sizes)
    sources += np.arange(sources.size)
    return np.repeat(lists[order], sorted_sizes), positions.take(sources)
