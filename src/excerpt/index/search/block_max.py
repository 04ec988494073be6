"""The passages with any, or all, of some terms → their number, and candidates for the top k.

Most passages of a query with frequent words cannot be among the best k, and are never scored. What
sparse postings add to a score is summed up exactly. What dense postings can add is bounded by the
greatest impact of each block: blocks whose bound is below the score of the k-th best passage seen
so far are skipped, then passages whose own impacts are below it. Skipping by the greatest impact
of each term goes back to H. Turtle and J. Flood (Query Evaluation: Strategies and Optimizations,
1995), and by that of each block to S. Ding and T. Suel (Faster Top-k Document Retrieval Using
Block-Max Indexes, 2011). Both advance cursors document by document; here each step is an array
operation over all blocks or passages that are left.

Sums are made in 32 bits. A margin allows for what they round off, so the candidates contain the
top k of the exact scores, which `top_k` computes for the candidates alone.
"""

from collections.abc import Sequence
from functools import cached_property, reduce
from typing import Final

import numpy as np

from excerpt.arrays import Bytes, Int64Array
from excerpt.index.arrays import DocIds, Scores
from excerpt.index.bitsets import bits_at, count_bits
from excerpt.index.read.norms import Norms
from excerpt.index.search.accumulators import Accumulators
from excerpt.index.search.dense_postings import BLOCK, DensePostings
from excerpt.index.search.term_postings import SparsePostings, TermPostings
from excerpt.index.sets import distinct, union
from excerpt.query.ranking import saturate

__all__ = ["Conjunction", "Disjunction", "threshold"]

_ROUNDING: Final = 1e-5
"""More than the relative error of a sum of a few hundred numbers in 32 bits."""
_SLOTS: Final = 32
"""Slots for each wanted score; only the greatest score of each slot is ranked."""
_FIRST_BLOCKS: Final = 4
"""Blocks for each wanted passage that are scored first, to get a threshold for all others."""


class Disjunction:
    """The passages that have any of some terms in the body.

    `weights` are those of the terms, all above 0, and `postings` their postings.
    """

    def __init__(
        self,
        weights: Sequence[float],
        postings: Sequence[TermPostings],
        norms: Norms,
        accumulators: Accumulators,
    ) -> None:
        # Only the order of the scores matters. Relative to the greatest weight, whatever boosts a
        # query gives, the sums do not overflow 32 bits.
        greatest = max(weights)
        terms = [(weight / greatest, each) for weight, each in zip(weights, postings, strict=True)]
        self._sparse = [(weight, one) for weight, one in terms if isinstance(one, SparsePostings)]
        self._dense = [(weight, one) for weight, one in terms if isinstance(one, DensePostings)]
        self._postings = postings
        self._needs_mask = any(each.has_field_only for each in postings)
        self._norms = norms
        self._accumulators = accumulators

    @cached_property
    def total(self) -> int:
        """The number of passages."""
        if len(self._postings) == 1:
            return self._postings[0].n_in_body
        if not self._dense:
            return int(self._in_body.size)
        return count_bits(self._bits)

    def candidates(self, k: int) -> DocIds:
        """Return passages, ascending, that contain the best `k`."""
        if len(self._postings) == 1 and self._sparse:
            doc_ids = self._in_body
            scores = self._sparse[0][1].saturation_at(doc_ids)
            return doc_ids[np.flatnonzero(scores >= threshold(scores, k))]
        with self._accumulators.scores(self._sparse) as sums:
            if self._dense:
                return self._candidates_of_dense(k, sums)
            scores = sums.take(self._in_body)
            return self._in_body[np.flatnonzero(scores >= threshold(scores, k))]

    @cached_property
    def _in_body(self) -> DocIds:
        """The passages, where all terms have sparse postings."""
        return union([one.in_body for _, one in self._sparse], self._accumulators.n)

    @cached_property
    def _bits(self) -> Bytes:
        """A bit for each passage up to the end of a block, set for those of the disjunction."""
        bits = self._accumulators.body_bits(self._sparse)
        for _, dense in self._dense:
            bits |= dense.body_bits
        return bits

    def _candidates_of_dense(self, k: int, sums: Scores) -> DocIds:
        """Return the candidates where some terms have dense postings.

        `sums` is what the sparse postings add to the score of each passage.
        """
        block_bounds: Scores = np.zeros(self._accumulators.n_blocks, np.float32)
        for weight, dense in self._dense:
            block_bounds += np.float32(weight) * dense.block_max_impacts
        doc_ids, reached = self._candidates_of_sparse(k, sums, block_bounds)
        if block_bounds.max(initial=0) >= reached:
            blocks: Int64Array = np.arange(block_bounds.size)
            n_first = k * _FIRST_BLOCKS
            if n_first * 2 < blocks.size:
                first = np.sort(np.argpartition(block_bounds, -n_first)[-n_first:])
                reached = max(reached, threshold(self._scores(self._members(first), sums), k))
                blocks = np.flatnonzero(block_bounds >= reached)
            doc_ids = union([doc_ids, self._reaching(blocks, sums, reached)])
        doc_ids = doc_ids[bits_at(self._bits, doc_ids).view(np.bool_)]
        scores = self._scores(doc_ids, sums)
        return doc_ids[np.flatnonzero(scores >= threshold(scores, k))]

    def _candidates_of_sparse(
        self, k: int, sums: Scores, block_bounds: Scores
    ) -> tuple[DocIds, float]:
        """Return candidates among the passages of sparse postings, and a threshold.

        The threshold is a score that the best `k` of all passages reach.
        """
        if not self._sparse:
            return np.empty(0, np.int64), 0.0
        doc_ids = np.concatenate([one.doc_ids for _, one in self._sparse])  # some more than once
        bounds: Scores = sums.take(doc_ids)
        bounds += block_bounds.take(doc_ids // BLOCK)
        n_first = k * _FIRST_BLOCKS * len(self._sparse)
        first = distinct(np.sort(doc_ids[np.flatnonzero(bounds >= threshold(bounds, n_first))]))
        reached = threshold(self._scores(first, sums), k)
        return distinct(np.sort(doc_ids[np.flatnonzero(bounds >= reached)])), reached

    def _reaching(self, blocks: Int64Array, sums: Scores, reached: float) -> DocIds:
        """Return the passages of the ascending `blocks` whose bounds reach the score `reached`."""
        if blocks.size * 2 > self._accumulators.n_blocks:  # most of them: do not pick them out
            bounds = sums.copy()
            for weight, dense in self._dense:
                bounds += dense.impacts * np.float32(weight / 255)
            doc_ids = np.flatnonzero(bounds >= reached)
        else:
            bounds = sums.reshape(-1, BLOCK).take(blocks, axis=0)
            for weight, dense in self._dense:
                impacts = dense.impacts.reshape(-1, BLOCK).take(blocks, axis=0)
                bounds += impacts * np.float32(weight / 255)
            row, column = np.divmod(np.flatnonzero((bounds >= reached).reshape(-1)), BLOCK)
            doc_ids = blocks[row] * BLOCK + column
        return self._without_padding(doc_ids)

    def _members(self, blocks: Int64Array) -> DocIds:
        """Return all passages of the ascending `blocks`."""
        doc_ids = (blocks[:, np.newaxis] * BLOCK + np.arange(BLOCK)).reshape(-1)
        return self._without_padding(doc_ids)

    def _without_padding(self, doc_ids: DocIds) -> DocIds:
        """Return the ascending `doc_ids` without those beyond the last passage."""
        return np.asarray(doc_ids[: doc_ids.searchsorted(self._accumulators.n)])

    def _scores(self, doc_ids: DocIds, sums: Scores) -> Scores:
        """Return the score of each of `doc_ids` (float32).

        It is 0 for passages without a term in the body.
        """
        scores = sums.take(doc_ids)
        norms = self._norms.at(doc_ids)
        for weight, dense in self._dense:
            scores += weight * saturate(dense.frequencies_at(doc_ids), norms)
        if self._needs_mask:
            scores *= bits_at(self._bits, doc_ids)
        return scores


class Conjunction(Disjunction):
    """The passages that have all of some terms, at least one in the body; all postings are dense.

    They are found by intersecting bits and then ranked like those of a disjunction.
    """

    def __init__(
        self,
        weights: Sequence[float],
        postings: Sequence[DensePostings],
        norms: Norms,
        accumulators: Accumulators,
    ) -> None:
        super().__init__(weights, postings, norms, accumulators)
        self._needs_mask = True

    @cached_property
    def total(self) -> int:
        """The number of passages."""
        return count_bits(self._bits)

    @cached_property
    def _bits(self) -> Bytes:
        """A bit for each passage up to the end of a block, set for those of the conjunction."""
        bits: Bytes = reduce(np.bitwise_and, [dense.bits for _, dense in self._dense])
        if any(dense.has_field_only for _, dense in self._dense):
            bits = bits & reduce(np.bitwise_or, [dense.body_bits for _, dense in self._dense])
        return bits


def threshold(scores: Scores, k: int) -> float:
    """Return a score that each of the best `k` reaches, allowing for rounding in 32 bits.

    The threshold is a lower bound: of many scores, only the greatest of each of `32 k` slots is
    ranked. Few others than the best `k` reach it.
    """
    if scores.size <= k:
        return -1.0
    n_slots = k * _SLOTS
    if scores.size > n_slots * 4:
        n_rows = scores.size // n_slots
        scores = scores[: n_rows * n_slots].reshape(n_rows, n_slots).max(axis=0)
    return float(np.partition(scores, scores.size - k)[scores.size - k]) * (1.0 - _ROUNDING)
