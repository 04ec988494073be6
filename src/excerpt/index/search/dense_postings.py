"""The postings of a term that occurs in many passages: columns with an entry for every passage.

In addition to the frequencies, two columns bound what the term can add to a score: its *impact* in
each passage, and the greatest impact in each block of 64 passages. With them, a query decides which
blocks and passages to score at all (see `block_max`). Making the columns takes longer than most
queries, so they are cached (see `postings_cache`).
"""

from typing import Final

import numpy as np

from excerpt.arrays import Bytes, Mask
from excerpt.index.arrays import DocIds, Scores, Tenths, WeightedFrequencies
from excerpt.index.bitsets import bits_at, members
from excerpt.index.read.norms import Norms
from excerpt.index.search.term_postings import SparsePostings, tenths_of
from excerpt.index.sets import group_starts

__all__ = ["BLOCK", "DensePostings"]

_BLOCK_BITS: Final = 6
BLOCK: Final = 1 << _BLOCK_BITS
"""Consecutive passages whose greatest impact is known."""


class DensePostings:
    """The postings of a term as columns over all passages, up to the end of the last block.

    impacts             its saturated frequency in each passage, in 255ths rounded up (uint8)
    block_max_impacts   the greatest impact in each block, from 0 to 1 (float32)
    bits                a bit for each passage, set where the term occurs in any field
    body_bits           a bit for each passage, set where the term occurs in the body

    Frequencies are kept in tenths, 0 where the term does not occur; none is above `MAX_FREQUENCY`.
    """

    def __init__(self, postings: SparsePostings, norms: Norms) -> None:
        doc_ids = postings.doc_ids
        n_blocks = -(-norms.n // BLOCK)
        tenths = tenths_of(postings.frequencies)
        self._tenths: Tenths = np.zeros(n_blocks * BLOCK, tenths.dtype)
        self._tenths[doc_ids] = tenths
        impacts = norms.impacts(tenths, doc_ids)
        self.impacts: Bytes = np.zeros(self._tenths.size, np.uint8)
        self.impacts[doc_ids] = impacts
        self.block_max_impacts: Scores = np.zeros(n_blocks, np.float32)
        blocks = doc_ids >> _BLOCK_BITS
        starts = group_starts(blocks)
        if starts.size:
            greatest = np.maximum.reduceat(impacts, starts)
            self.block_max_impacts[blocks[starts]] = greatest / np.float32(255)
        self.n_in_body = postings.n_in_body
        self.size = postings.size
        self.n_occurrences = postings.n_occurrences
        self.has_field_only = postings.has_field_only
        self.bits: Bytes = np.packbits(self._tenths > 0, bitorder="little")
        self.body_bits = self.bits
        if postings.has_field_only:
            is_in_body = np.zeros(self._tenths.size, np.bool_)
            is_in_body[postings.in_body] = True
            self.body_bits = np.packbits(is_in_body, bitorder="little")
        self._norms = norms

    @property
    def n_bytes(self) -> int:
        """The number of bytes of all columns."""
        n_bytes = self._tenths.nbytes + self.impacts.nbytes + self.block_max_impacts.nbytes
        n_bitsets = 1 if self.body_bits is self.bits else 2
        return n_bytes + n_bitsets * self.bits.nbytes

    @property
    def doc_ids(self) -> DocIds:
        """The passages with the term in any field."""
        return members(self.bits)

    @property
    def in_body(self) -> DocIds:
        """The passages with the term in the body."""
        return members(self.body_bits)

    def contains(self, doc_ids: DocIds) -> Mask:
        """Return for each of `doc_ids` whether the term occurs in any field."""
        return np.asarray(self._tenths.take(doc_ids) > 0)

    def body_contains(self, doc_ids: DocIds) -> Mask:
        """Return for each of `doc_ids` whether the term occurs in the body."""
        return bits_at(self.body_bits, doc_ids).view(np.bool_)

    def frequencies_at(self, doc_ids: DocIds) -> WeightedFrequencies:
        """Return the frequency in each of `doc_ids` (float64), 0 where there is none."""
        return np.asarray(self._tenths.take(doc_ids) / 10)

    def saturation_at(self, doc_ids: DocIds) -> Scores:
        """Return the saturated frequency (0 to 1) in each of `doc_ids`."""
        return self._norms.saturation(self.frequencies_at(doc_ids), doc_ids)
