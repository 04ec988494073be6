"""Passages that have any of some leaves, or all → how many they are, and those that may be the best of them.

What stands in few passages is added up there. Of what has a column the greatest of each block bounds what it can say
there: what cannot reach the best passages seen, with these bounds, is not looked at (H. Turtle, J. Flood: Query Evaluation:
Strategies and Optimizations, 1995; S. Ding, T. Suel: Faster Top-k Document Retrieval Using Block-Max Indexes, 2011). Sums
are made in 32 bits, and what these round off is allowed for.
"""

from collections.abc import Sequence
from functools import cached_property, reduce
from typing import Final

import numpy as np

from excerpt.engines.columnar.frequencies import BLOCK, Column, Frequencies, Listed, bits_at
from excerpt.engines.columnar.sets import distinct, union
from excerpt.engines.columnar.storage import Array

__all__ = ["AllOf", "AnyOf", "least"]

_ROUNDING: Final = 1e-5
"""More than what a sum of a few hundred numbers in 32 bits may be off, as a share of it."""
_SLOTS: Final = 32
"""Slots for each wanted score, whose greatest are looked at instead of all scores."""
_FIRST: Final = 4
"""Blocks for each wanted passage that are looked at before all others."""


class AnyOf:
    """The passages of `n` that have any leaf in their own words, by the `frequencies` of all and their `weights`, above 0."""

    def __init__(self, weights: Sequence[float], frequencies: Sequence[Frequencies], n: int) -> None:
        both = list(zip(weights, frequencies, strict=True))
        self._listed = [(weight, one) for weight, one in both if isinstance(one, Listed)]
        self._columns = [(weight, one) for weight, one in both if isinstance(one, Column)]
        self._frequencies = frequencies
        self._is_masked = any(one.is_aside for one in frequencies)
        self._n = n
        self._n_blocks = -(-n // BLOCK)

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
        if self._columns:
            return self._likely_of_columns(wanted)
        own = self._own
        scores = self._sums.take(own) if len(self._listed) > 1 else self._listed[0][1].roughly(own)
        return own[np.flatnonzero(scores >= least(scores, wanted))]

    @cached_property
    def _own(self) -> Array:
        """The passages, ascending."""
        return union([one.own for _, one in self._listed], self._n)

    @cached_property
    def _bits(self) -> Array:
        """One bit for each passage up to the end of a block, set for these."""
        flags = np.zeros(self._n_blocks * BLOCK, np.bool_)
        for _, one in self._listed:
            flags[one.own] = True
        bits = np.packbits(flags, bitorder="little")
        for _, column in self._columns:
            bits |= column.own_bits
        return bits

    @cached_property
    def _sums(self) -> Array:
        """What the leaves without a column say in each passage, up to the end of a block (float32)."""
        sums = np.zeros(self._n_blocks * BLOCK, np.float32)
        for weight, one in self._listed:
            sums[one.passages] += weight * one.saturation
        return sums

    def _likely_of_columns(self, wanted: int) -> Array:
        bounds = np.zeros(self._n_blocks, np.float32)
        for weight, one in self._columns:
            bounds += np.float32(weight) * one.greatest
        reached = 0.0
        if self._listed:
            listed = np.concatenate([one.passages for _, one in self._listed])  # some more than once
            reach = self._sums.take(listed)
            reach += bounds.take(listed // BLOCK)
            n_first = wanted * _FIRST * len(self._listed)
            first = distinct(np.sort(listed[np.flatnonzero(reach >= least(reach, n_first))]))
            reached = least(self._scores(first), wanted)
            listed = distinct(np.sort(listed[np.flatnonzero(reach >= reached)]))
        else:
            listed = np.empty(0, np.int64)
        if bounds.max(initial=0) >= reached:
            blocks = np.arange(self._n_blocks)
            n_first = wanted * _FIRST
            if n_first * 2 < self._n_blocks:
                first = np.argpartition(bounds, -n_first)[-n_first:]
                reached = max(reached, least(self._scores(_passages_of(first)), wanted))
                blocks = np.flatnonzero(bounds >= reached)
            listed = union([listed, _passages_of(blocks)])
        scores = self._scores(listed)
        return listed[np.flatnonzero((scores >= least(scores, wanted)) & (scores > 0))]

    def _scores(self, passages: Array) -> Array:
        """The scores of `passages` (float32); 0 for those that have no leaf in their own words."""
        scores = self._sums.take(passages)
        for weight, one in self._columns:
            scores += np.float32(weight) * one.saturation.take(passages)
        if self._is_masked:
            scores *= bits_at(self._bits, passages)
        return scores


class AllOf(AnyOf):
    """The passages that have all leaves, one at least in their own words, where all have columns."""

    def __init__(self, weights: Sequence[float], columns: Sequence[Column], n: int) -> None:
        super().__init__(weights, columns, n)
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


def _passages_of(blocks: Array) -> Array:
    """All passages of `blocks`, block by block."""
    return (blocks[:, np.newaxis] * BLOCK + np.arange(BLOCK)).reshape(-1)


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
