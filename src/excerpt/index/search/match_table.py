"""All matches of an operand, as parallel arrays, and operations on them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import Positions
from excerpt.index.sets import distinct

__all__ = ["MatchTable", "concatenate", "expand_ranges", "join_pairs", "minimal"]

SpanColumns = tuple[tuple[Positions, Positions], ...]
_LENGTH_BITS: Final = 24
"""Bits of the length of a match in a sort key. The longest phrase has 1,024 words, 1,000 apart."""
_MAX_PAIRS: Final = 1 << 21
"""Pairs that `expand_ranges` yields at a time, so that they take little memory."""


class MatchTable(NamedTuple):
    """Matches of an operand.

    starts   the position of the first token of each
    ends     the end of its last token
    columns  for the first, second … span of each, the arrays of their starts and ends, which are
             -1 for a match with fewer spans
    """

    starts: Positions
    ends: Positions
    columns: SpanColumns

    @classmethod
    def of_spans(cls, starts: Positions, ends: Positions) -> "MatchTable":
        """Return matches of one span each."""
        return cls(starts, ends, ((starts, ends),))

    @property
    def size(self) -> int:
        """The number of matches."""
        return int(self.starts.size)

    @property
    def is_solid(self) -> bool:
        """True if each match has one span."""
        return len(self.columns) == 1

    @property
    def is_in_order(self) -> bool:
        """True if each match has one span, and the later they begin, the later they end."""
        starts, ends = self.starts, self.ends
        return (
            self.is_solid
            and bool((starts[1:] > starts[:-1]).all())
            and bool((ends[1:] > ends[:-1]).all())
        )

    def take(self, at: Int64Array | Mask | slice) -> "MatchTable":
        """Return the matches at the indexes `at`, or those selected."""
        if self.is_solid:
            return MatchTable.of_spans(self.starts[at], self.ends[at])
        columns = tuple((starts[at], ends[at]) for starts, ends in self.columns)
        return MatchTable(self.starts[at], self.ends[at], columns)

    def by_start(self) -> "MatchTable":
        """Return the same by ascending start, then end."""
        keys = (self.starts << _LENGTH_BITS) + (self.ends - self.starts)
        if bool((keys[1:] >= keys[:-1]).all()):
            return self
        if self.is_solid:  # the stable sort merges stretches that ascend, as those of alternatives
            return MatchTable._of_keys(np.sort(keys, kind="stable"))
        return self.take(np.argsort(keys, kind="stable"))

    @classmethod
    def _of_keys(cls, keys: Int64Array) -> "MatchTable":
        """Return matches of one span each, given by starts and lengths in one number."""
        starts = keys >> _LENGTH_BITS
        return cls.of_spans(starts, starts + (keys & ((1 << _LENGTH_BITS) - 1)))

    def distinct(self) -> "MatchTable":
        """Return the same without repeats, by ascending start, then end."""
        keys = [each for pair in reversed(self.columns) for each in reversed(pair)]
        table = self.take(np.lexsort([*keys, self.ends, self.starts]))
        is_new = np.zeros(table.size, np.bool_)
        is_new[:1] = True
        for pair in table.columns:
            for each in pair:
                is_new[1:] |= each[1:] != each[:-1]
        return table if is_new.all() else table.take(is_new)

    def whole(self) -> "MatchTable":
        """Return the distinct stretches from the first token to the last, by start, then end."""
        keys = (self.starts << _LENGTH_BITS) + (self.ends - self.starts)
        if not bool((keys[1:] > keys[:-1]).all()):
            keys = distinct(np.sort(keys))
        return MatchTable._of_keys(keys)


def concatenate(tables: Sequence[MatchTable]) -> MatchTable:
    """Return the matches of all `tables`."""
    if len(tables) == 1:
        return tables[0]
    if tables and all(table.is_solid for table in tables):
        starts, ends = ([table[side] for table in tables] for side in (0, 1))
        return MatchTable.of_spans(np.concatenate(starts), np.concatenate(ends))
    width = max((len(table.columns) for table in tables), default=1)
    padded = [
        [*table.columns, *[(np.full(table.size, -1),) * 2] * (width - len(table.columns))]
        for table in tables
    ]
    none = np.empty(0, np.int64)
    columns = tuple(
        tuple(
            np.concatenate([none, *(columns[number][side] for columns in padded)])
            for side in (0, 1)
        )
        for number in range(width)
    )
    return MatchTable(
        np.concatenate([none, *(table.starts for table in tables)]),
        np.concatenate([none, *(table.ends for table in tables)]),
        columns,  # type: ignore[arg-type]
    )


def expand_ranges(low: Int64Array, high: Int64Array) -> Iterator[tuple[Int64Array, Int64Array]]:
    """Yield pairs of the number of a range and each index in it, some millions at a time.

    >>> [pair.tolist() for pair in next(expand_ranges(np.array([5, 0]), np.array([7, 1])))]
    [[0, 0, 1], [5, 6, 0]]
    """
    counts = np.maximum(high - low, 0)
    stops = np.cumsum(counts)
    n = int(stops[-1]) if stops.size else 0
    cuts = stops.searchsorted(np.arange(_MAX_PAIRS, n + 1, _MAX_PAIRS), "right")
    for first, last in pairwise(np.unique([0, *cuts.tolist(), counts.size]).tolist()):
        some = counts[first:last]
        numbers = np.repeat(np.arange(first, last), some)
        before = np.cumsum(some) - some
        yield numbers, np.arange(numbers.size) + np.repeat(low[first:last] - before, some)


def join_pairs(left: MatchTable, right: MatchTable) -> MatchTable:
    """Return each match of `left` joined with that of `right` in the same row.

    Pairs that share a token are left out.
    """
    is_apart = np.ones(left.size, np.bool_)
    for left_starts, left_ends in left.columns:
        for right_starts, right_ends in right.columns:
            # An absent span is (-1, -1): it ends before every other one.
            is_apart &= (left_ends <= right_starts) | (right_ends <= left_starts)
    if not is_apart.all():
        left, right = left.take(is_apart), right.take(is_apart)
    starts = np.minimum(left.starts, right.starts)
    ends = np.maximum(left.ends, right.ends)
    if left.is_solid and right.is_solid:
        is_first = left.starts < right.starts
        firsts = np.where(is_first, left.ends, right.ends)
        seconds = np.where(is_first, right.starts, left.starts)
        return MatchTable(starts, ends, ((starts, firsts), (seconds, ends)))
    columns = (*left.columns, *right.columns)
    span_starts = np.stack([each for each, _ in columns])
    span_ends = np.stack([each for _, each in columns])
    absent_last = np.where(span_starts < 0, np.iinfo(np.int64).max, span_starts)
    order = np.argsort(absent_last, axis=0, kind="stable")
    span_starts = np.take_along_axis(span_starts, order, axis=0)
    span_ends = np.take_along_axis(span_ends, order, axis=0)
    return MatchTable(starts, ends, tuple(zip(span_starts, span_ends, strict=True)))


def minimal(table: MatchTable) -> MatchTable:
    """Return the matches without another between their ends, by ascending start.

    Of those with the same first and last token, the first in the order of their spans is kept.
    """
    if table.is_in_order:  # such as words
        return table
    keys = [table.ends, -table.starts]
    if not table.is_solid:
        keys = [each for pair in reversed(table.columns) for each in reversed(pair)] + keys
    order = np.lexsort(keys)
    ends = table.ends[order]
    is_kept = np.ones(ends.size, np.bool_)
    # All matches before one in this order begin where it does or later: it contains one of them
    # unless it ends before all of them.
    is_kept[1:] = ends[1:] < np.minimum.accumulate(ends)[:-1]
    return table.take(order[is_kept][::-1])
