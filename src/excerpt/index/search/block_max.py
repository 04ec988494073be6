"""Passages that have any of some leaves, or all → how many they are, and those that may be the best of them.

What stands in few passages is added up there. Of what has a column the greatest of each block bounds what it can say
there: what cannot reach the best passages seen, with these bounds, is not looked at (H. Turtle, J. Flood: Query Evaluation:
Strategies and Optimizations, 1995; S. Ding, T. Suel: Faster Top-k Document Retrieval Using Block-Max Indexes, 2011). Sums
are made in 32 bits, and what these round off is allowed for.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, reduce
from typing import Final

import numpy as np

from excerpt.index.search.frequencies import BLOCK, DensePostings, Frequencies, Norms, SparsePostings, bits_at
from excerpt.index.search.sets import distinct, union
from excerpt.index.arrays import Array
from excerpt.query.ranking import saturate

__all__ = ["AllOf", "AnyOf", "Scratch", "least"]

Weighted = Sequence[tuple[float, SparsePostings]]

_ROUNDING: Final = 1e-5
"""More than what a sum of a few hundred numbers in 32 bits may be off, as a share of it."""
_SLOTS: Final = 32
"""Slots for each wanted score, whose greatest are looked at instead of all scores."""
_FIRST: Final = 4
"""Blocks for each wanted passage that are looked at before all others."""


class Scratch:
    """Room for a number of each of `n` passages, used again and again: to touch new memory takes longer than the sums."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.n_blocks = -(-n // BLOCK)

    @cached_property
    def _sums(self) -> Array:
        return np.zeros(self.n_blocks * BLOCK, np.float32)

    @cached_property
    def _flags(self) -> Array:
        return np.zeros(self.n_blocks * BLOCK, np.bool_)

    @contextmanager
    def sums(self, listed: Weighted) -> Iterator[Array]:
        """What all together say in each passage, up to the end of a block (float32), for the length of the block."""
        try:
            for weight, one in listed:
                self._sums[one.passages] += weight * one.saturations
            yield self._sums
        finally:
            for _, one in listed:
                self._sums[one.passages] = 0

    def own_bits(self, listed: Weighted) -> Array:
        """A bit for each passage, up to the end of a block, set where one of them is in its own words."""
        try:
            for _, one in listed:
                self._flags[one.own] = True
            return np.packbits(self._flags, bitorder="little")
        finally:
            for _, one in listed:
                self._flags[one.own] = False


class AnyOf:
    """The passages that have any leaf in their own words, by the `frequencies` of all and their `weights`, above 0."""

    def __init__(
        self,
        weights: Sequence[float],
        frequencies: Sequence[Frequencies],
        lengths: Norms,
        scratch: Scratch,
    ) -> None:
        greatest = max(weights)  # measured by it, whatever a query may say, sums fit into 32 bits
        both = [(weight / greatest, one) for weight, one in zip(weights, frequencies, strict=True)]
        self._listed = [(weight, one) for weight, one in both if isinstance(one, SparsePostings)]
        self._columns = [(weight, one) for weight, one in both if isinstance(one, DensePostings)]
        self._frequencies = frequencies
        self._is_masked = any(one.is_aside for one in frequencies)
        self._lengths = lengths
        self._scratch = scratch

    @cached_property
    def total(self) -> int:
        """How many passages these are."""
        if len(self._frequencies) == 1:
            return self._frequencies[0].n_own
        if not self._columns:
            return int(self._own.size)
        return _n_set(self._bits)

    def likely(self, wanted: int) -> Array:
        """The passages, ascending, that may be among the best `wanted`."""
        if len(self._frequencies) == 1 and self._listed:
            own = self._own
            scores = self._listed[0][1].saturation(own)
            return own[np.flatnonzero(scores >= least(scores, wanted))]
        with self._scratch.sums(self._listed) as sums:
            if self._columns:
                return self._likely_of_columns(wanted, sums)
            scores = sums.take(self._own)
            return self._own[np.flatnonzero(scores >= least(scores, wanted))]

    @cached_property
    def _own(self) -> Array:
        """The passages, ascending."""
        return union([one.own for _, one in self._listed], self._scratch.n)

    @cached_property
    def _bits(self) -> Array:
        """One bit for each passage up to the end of a block, set for these."""
        bits = self._scratch.own_bits(self._listed)
        for _, column in self._columns:
            bits |= column.own_bits
        return bits

    def _likely_of_columns(self, wanted: int, sums: Array) -> Array:
        """The same, where some have columns; the others say `sums`."""
        n_blocks = self._scratch.n_blocks
        bounds = np.zeros(n_blocks, np.float32)
        for weight, one in self._columns:
            bounds += np.float32(weight) * one.greatest
        reached = 0.0
        if self._listed:
            listed = np.concatenate([one.passages for _, one in self._listed])  # some more than once
            reach = sums.take(listed)
            reach += bounds.take(listed // BLOCK)
            n_first = wanted * _FIRST * len(self._listed)
            first = distinct(np.sort(listed[np.flatnonzero(reach >= least(reach, n_first))]))
            reached = least(self._scores(first, sums), wanted)
            listed = distinct(np.sort(listed[np.flatnonzero(reach >= reached)]))
        else:
            listed = np.empty(0, np.int64)
        if bounds.max(initial=0) >= reached:
            blocks = np.arange(n_blocks)
            n_first = wanted * _FIRST
            if n_first * 2 < n_blocks:
                first = np.sort(np.argpartition(bounds, -n_first)[-n_first:])
                reached = max(reached, least(self._scores(self._passages_of(first), sums), wanted))
                blocks = np.flatnonzero(bounds >= reached)
            listed = union([listed, self._reaching(blocks, sums, reached)])
        listed = listed[bits_at(self._bits, listed).view(np.bool_)]
        scores = self._scores(listed, sums)
        return listed[np.flatnonzero(scores >= least(scores, wanted))]

    def _reaching(self, blocks: Array, sums: Array, reached: float) -> Array:
        """Those passages of the ascending `blocks` whose bounds reach so much."""
        if blocks.size * 2 > self._scratch.n_blocks:
            reach = sums.copy()
            for weight, one in self._columns:
                reach += one.bounds * np.float32(weight / 255)
            at = np.flatnonzero(reach >= reached)
        else:
            reach = sums.reshape(-1, BLOCK).take(blocks, axis=0)
            for weight, one in self._columns:
                reach += one.bounds.reshape(-1, BLOCK).take(blocks, axis=0) * np.float32(weight / 255)
            row, column = np.divmod(np.flatnonzero((reach >= reached).reshape(-1)), BLOCK)
            at = blocks[row] * BLOCK + column
        return np.asarray(at[: at.searchsorted(self._scratch.n)])

    def _passages_of(self, blocks: Array) -> Array:
        """All passages of the ascending `blocks`."""
        found = (blocks[:, np.newaxis] * BLOCK + np.arange(BLOCK)).reshape(-1)
        return np.asarray(found[: found.searchsorted(self._scratch.n)])

    def _scores(self, passages: Array, sums: Array) -> Array:
        """The scores of `passages` (float32); 0 for those that have no leaf in their own words."""
        scores = sums.take(passages)
        halves = self._lengths.halves(passages)
        for weight, one in self._columns:
            scores += weight * saturate(one.frequency(passages), halves)
        if self._is_masked:
            scores *= bits_at(self._bits, passages)
        return scores


class AllOf(AnyOf):
    """The passages that have all leaves, one at least in their own words, where all have columns."""

    def __init__(
        self, weights: Sequence[float], columns: Sequence[DensePostings], lengths: Norms, scratch: Scratch
    ) -> None:
        super().__init__(weights, columns, lengths, scratch)
        self._is_masked = True

    @cached_property
    def total(self) -> int:
        """How many passages these are."""
        return _n_set(self._bits)

    @cached_property
    def _bits(self) -> Array:
        """One bit for each passage up to the end of a block, set for these."""
        bits = reduce(np.bitwise_and, [column.bits for _, column in self._columns])
        if any(column.is_aside for _, column in self._columns):
            bits = bits & reduce(np.bitwise_or, [column.own_bits for _, column in self._columns])
        return bits


def _n_set(bits: Array) -> int:
    return int(np.bitwise_count(bits.view(np.uint64)).sum())


def least(scores: Array, wanted: int) -> float:
    """A score that each of the best `wanted` reaches, and few others: what 32 bits round off is allowed for.

    The greatest of each of many slots bound it from below: few are left to look at.
    """
    if scores.size <= wanted:
        return -1.0
    n_slots = wanted * _SLOTS
    if scores.size > n_slots * 4:
        n_rows = scores.size // n_slots
        scores = scores[: n_rows * n_slots].reshape(n_rows, n_slots).max(axis=0)
    return float(np.partition(scores, scores.size - wanted)[scores.size - wanted]) * (1.0 - _ROUNDING)
