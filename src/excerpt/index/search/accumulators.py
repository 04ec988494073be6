"""Buffers with an element for every passage, which all queries on an open index reuse.

Touching new memory takes longer than the sums that are made in it, so the buffers are allocated
once and set to zero again only where a query has written.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import numpy as np

from excerpt.arrays import Bytes, Mask
from excerpt.index.arrays import Scores
from excerpt.index.search.dense_postings import BLOCK
from excerpt.index.search.term_postings import SparsePostings

__all__ = ["Accumulators", "WeightedPostings"]

WeightedPostings = Sequence[tuple[float, SparsePostings]]
"""The postings of terms, each with the weight of its term."""


class Accumulators:
    """Buffers for `n` passages, rounded up to whole blocks.

    Invariant: between queries every element is zero, also after a query that was interrupted.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.n_blocks = -(-n // BLOCK)

    @cached_property
    def _scores(self) -> Scores:
        return np.zeros(self.n_blocks * BLOCK, np.float32)

    @cached_property
    def _flags(self) -> Mask:
        return np.zeros(self.n_blocks * BLOCK, np.bool_)

    @contextmanager
    def scores(self, terms: WeightedPostings) -> Iterator[Scores]:
        """Provide what `terms` add to the score of each passage (float32).

        The array is valid within the `with` block.
        """
        try:
            for weight, postings in terms:
                self._scores[postings.doc_ids] += weight * postings.saturations
            yield self._scores
        finally:
            for _, postings in terms:
                self._scores[postings.doc_ids] = 0

    def body_bits(self, terms: WeightedPostings) -> Bytes:
        """Return a bit for each passage, set where one of `terms` occurs in the body."""
        try:
            for _, postings in terms:
                self._flags[postings.in_body] = True
            return np.packbits(self._flags, bitorder="little")
        finally:
            for _, postings in terms:
                self._flags[postings.in_body] = False
