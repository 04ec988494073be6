"""The postings of a query term over all segments: passages, with weighted frequencies.

A term is any operand that is scored: a word, a phrase, two words near each other. Its frequency in
a passage is weighted over fields (see `query.ranking.word_frequency`) and is always a whole number
of tenths.

A term in few passages has *sparse* postings: doc ids with a frequency each. A term in many has
*dense* ones (`dense_postings`): a column with the frequency in every passage, which takes no more
memory and answers a lookup with an index instead of a search.
"""

from functools import cached_property
from typing import Final, Protocol

import numpy as np

from excerpt.arrays import Mask
from excerpt.index.arrays import DocIds, Scores, Tenths, WeightedFrequencies
from excerpt.index.read.norms import Norms
from excerpt.index.sets import is_member
from excerpt.query.ranking import weaken

__all__ = [
    "DENSE_SHARE",
    "MAX_FREQUENCY",
    "MIN_DENSE",
    "SparsePostings",
    "TermPostings",
    "is_frequent",
    "tenths_of",
]

DENSE_SHARE = 16
"""The postings of a term are dense if at least one passage in 16 has it: sparse ones would take
about as much memory, …"""
MIN_DENSE = 4096
"""… and if there are at least this many passages: for fewer it does not pay off."""

MAX_FREQUENCY: Final = 6553.0
"""The greatest frequency that fits 16 bits in tenths."""
_DENSE: Final = 64
"""A table of all passages pays off if at least one in 64 is looked up."""


class TermPostings(Protocol):
    """The live passages in which a term occurs, in their body, title or headings.

    A passage matches a term only if it occurs in the body. Occurrences in title and headings raise
    the score, and help a passage to match *all* words of a query. The passages in which a term
    occurs in title or headings alone are called field-only.
    """

    @property
    def n_in_body(self) -> int:
        """The number of passages with the term in the body: its document frequency."""

    @property
    def n_occurrences(self) -> int:
        """The number of occurrences in the bodies of passages."""

    @property
    def size(self) -> int:
        """The number of passages with the term in any field."""

    @property
    def has_field_only(self) -> bool:
        """True if some passages have the term in title or headings alone."""

    @property
    def doc_ids(self) -> DocIds:
        """The passages with the term in any field."""

    @property
    def in_body(self) -> DocIds:
        """The passages with the term in the body."""

    def contains(self, doc_ids: DocIds) -> Mask:
        """Return for each of the ascending `doc_ids` whether the term occurs in any field."""

    def body_contains(self, doc_ids: DocIds) -> Mask:
        """Return for each of the ascending `doc_ids` whether the term occurs in the body."""

    def frequencies_at(self, doc_ids: DocIds) -> WeightedFrequencies:
        """Return the frequency in each of the ascending `doc_ids`, 0 where there is none."""

    def saturation_at(self, doc_ids: DocIds) -> Scores:
        """Return the saturated frequency (0 to 1) in each of the ascending `doc_ids`.

        It is weakened where all occurrences have other accents (see `query.ranking.weaken`).
        """


class SparsePostings:
    """The postings of a term as doc ids and a frequency (float64) for each.

    `field_only` says for each passage whether the term occurs in title or headings alone; None if
    this holds for none of them.
    """

    def __init__(
        self,
        doc_ids: DocIds,
        frequencies: WeightedFrequencies,
        n_occurrences: int,
        norms: Norms,
        field_only: Mask | None = None,
    ) -> None:
        self.doc_ids = doc_ids
        self.frequencies = frequencies
        self.n_occurrences = n_occurrences
        self.field_only = field_only
        self._norms = norms

    @cached_property
    def in_body(self) -> DocIds:
        """The passages with the term in the body."""
        return self.doc_ids if self.field_only is None else self.doc_ids[~self.field_only]

    @property
    def n_in_body(self) -> int:
        """The number of passages with the term in the body: its document frequency."""
        return int(self.in_body.size)

    @property
    def size(self) -> int:
        """The number of passages with the term in any field."""
        return int(self.doc_ids.size)

    @property
    def has_field_only(self) -> bool:
        """True if some passages have the term in title or headings alone."""
        return self.field_only is not None

    @cached_property
    def saturations(self) -> Scores:
        """The saturated frequency in each of the passages."""
        return self._saturation(self.frequencies, self.doc_ids)

    @cached_property
    def has_weak(self) -> bool:
        """True if the term occurs in some passages with other accents than typed alone."""
        return bool(self.frequencies.min(initial=1.0) < 1.0)

    def contains(self, doc_ids: DocIds) -> Mask:
        """Return for each of the ascending `doc_ids` whether the term occurs in any field."""
        return is_member(doc_ids, self.doc_ids, self._norms.n)

    def body_contains(self, doc_ids: DocIds) -> Mask:
        """Return for each of the ascending `doc_ids` whether the term occurs in the body."""
        return is_member(doc_ids, self.in_body, self._norms.n)

    def frequencies_at(self, doc_ids: DocIds) -> WeightedFrequencies:
        """Return the frequency in each of the ascending `doc_ids`, 0 where there is none."""
        if doc_ids.size * _DENSE < self._norms.n:
            return _look_up(self.doc_ids, self.frequencies, doc_ids)
        table: WeightedFrequencies = np.zeros(self._norms.n)
        table[self.doc_ids] = self.frequencies
        return table.take(doc_ids)

    def saturation_at(self, doc_ids: DocIds) -> Scores:
        """Return the saturated frequency (0 to 1) in each of the ascending `doc_ids`."""
        if doc_ids is self.doc_ids:
            return self.saturations
        return self._saturation(self.frequencies_at(doc_ids), doc_ids)

    def _saturation(self, frequencies: WeightedFrequencies, doc_ids: DocIds) -> Scores:
        saturated = self._norms.saturation(frequencies, doc_ids)
        return np.asarray(weaken(saturated, frequencies)) if self.has_weak else saturated


def is_frequent(n_holding: int, n_passages: int) -> bool:
    """Return whether a term occurs in so large a share of the passages that columns pay off."""
    return n_passages >= MIN_DENSE and n_holding * DENSE_SHARE >= n_passages


def tenths_of(frequencies: WeightedFrequencies) -> Tenths:
    """Return frequencies as whole tenths: uint8 if they fit, or uint16.

    None of them may be greater than `MAX_FREQUENCY`.
    """
    tenths = (frequencies * 10 + 0.5).astype(np.uint16)
    return tenths.astype(np.uint8) if int(tenths.max(initial=0)) < 1 << 8 else tenths


def _look_up(keys: DocIds, values: WeightedFrequencies, wanted: DocIds) -> WeightedFrequencies:
    """Return the value of each of `wanted`, 0 if it has none.

    It is found by binary search in the ascending `keys`.
    """
    if not keys.size:
        return np.zeros(wanted.size)
    at = keys.searchsorted(wanted)
    at[at == keys.size] = 0  # greater than all keys: compare with any of them
    return np.where(keys.take(at) == wanted, values.take(at), 0)
