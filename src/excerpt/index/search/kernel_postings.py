"""The postings of a query term over all segments, made and held by the kernel.

The kernel decodes the lists of a term in all segments in one call, and ranks passages by the terms
of a query in another (`native/counting.c`, `native/ranking.c`). It counts words, phrases without
gaps and pairs of words near each other. The postings of all other terms are made in NumPy and
handed to it, so that it ranks every query.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np

from excerpt import native
from excerpt.arrays import Mask
from excerpt.index.arrays import DocIds, Scores, WeightedFrequencies
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.read.norms import Norms
from excerpt.index.search.kernel_words import KernelWords
from excerpt.index.search.occurrences import ONE_TOKEN, as_near
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.index.search.term_postings import SparsePostings, is_frequent
from excerpt.query.ast import Operand, Phrase, Word, as_typed
from excerpt.query.ranking import EXACT_WEIGHT, HEADING_WEIGHT, TITLE_WEIGHT, weaken

__all__ = ["KernelPostings", "Made", "count_by_kernel", "find_best"]

_FACTORS: Final = tuple(
    round(10 * weight) for weight in (1, EXACT_WEIGHT, HEADING_WEIGHT, TITLE_WEIGHT)
)
"""The tenths that an occurrence counts, in the order of `ranking.word_frequency`."""
_FORMS_ALONE: Final = (_FACTORS[0], 0, 0, 0)
"""The same for an operand that does not look into titles and headings."""
Made = tuple[object, int, int, int, int]
"""A term of the kernel, and its numbers; see `native/_kernel.pyi`."""


class KernelPostings:
    """The postings of a term in the kernel; see `TermPostings`."""

    def __init__(self, made: Made, norms: Norms) -> None:
        self.made = made
        self.term, self.n_in_body, self.n_occurrences, self.size, self.n_bytes = made
        self._norms = norms

    @property
    def is_frequent(self) -> bool:
        """True if the term is in many passages (see `term_postings.is_frequent`)."""
        return is_frequent(self.size, self._norms.n)

    @classmethod
    def of(cls, sparse: SparsePostings, norms: Norms) -> "KernelPostings":
        """Hand over postings that were made in NumPy."""
        tenths = (sparse.frequencies * 10 + 0.5).astype(np.uint32)
        if sparse.field_only is None:
            parts = [sparse.doc_ids, tenths, sparse.doc_ids[:0], tenths[:0]]
        else:
            is_in_body = ~sparse.field_only
            parts = [
                each[chosen]
                for chosen in (is_in_body, sparse.field_only)
                for each in (sparse.doc_ids, tenths)
            ]
        assert native.kernel
        made = native.kernel.make_term(norms.passages, *parts, sparse.n_occurrences)
        if made is None:
            raise MemoryError
        return cls(made, norms)

    @cached_property
    def _sparse(self) -> SparsePostings:
        """The same as arrays, for what the kernel does not do."""
        assert native.kernel
        doc_ids, tenths, in_body = native.kernel.read_term(self.term)
        field_only = None if in_body is None else np.frombuffer(in_body, np.bool_) ^ True
        return SparsePostings(
            np.frombuffer(doc_ids, np.int64),
            np.frombuffer(tenths, np.uint32) / 10,
            self.n_occurrences,
            self._norms,
            field_only,
        )

    @property
    def has_field_only(self) -> bool:
        """True if some passages have the term in title or headings alone."""
        return self.size > self.n_in_body

    @property
    def doc_ids(self) -> DocIds:
        """The passages with the term in any field."""
        return self._sparse.doc_ids

    @property
    def in_body(self) -> DocIds:
        """The passages with the term in the body."""
        return self._sparse.in_body

    def contains(self, doc_ids: DocIds) -> Mask:
        """Return for each of `doc_ids` whether the term occurs in any field."""
        return self.frequencies_at(doc_ids) > 0

    def body_contains(self, doc_ids: DocIds) -> Mask:
        """Return for each of the ascending `doc_ids` whether the term occurs in the body."""
        return self._sparse.body_contains(doc_ids)

    def frequencies_at(self, doc_ids: DocIds) -> WeightedFrequencies:
        """Return the frequency in each of `doc_ids`, 0 where there is none."""
        assert native.kernel
        tenths = native.kernel.read_frequencies(self.term, np.ascontiguousarray(doc_ids))
        assert tenths is not None
        return np.frombuffer(tenths, np.uint32) / 10

    def saturation_at(self, doc_ids: DocIds) -> Scores:
        """Return the saturated frequency (0 to 1) in each of `doc_ids`."""
        frequencies = self.frequencies_at(doc_ids)
        return np.asarray(weaken(self._norms.saturation(frequencies, doc_ids), frequencies))


def count_by_kernel(
    term: Operand, of_segments: Sequence[SegmentTerms], reader: IndexReader
) -> KernelPostings | None:
    """Return the postings of `term`; None if the kernel cannot count it, or finds damage.

    `of_segments` are the terms in each segment of `reader`.
    """
    if not native.kernel or not reader.opened or not reader.norms.passages or not of_segments:
        return None
    words = KernelWords(of_segments, reader.opened)
    found: Made | None = _count(term, words, reader.norms.passages)
    return None if found is None else KernelPostings(found, reader.norms)


def _count(term: Operand, words: KernelWords, passages: object) -> Any:
    """Return the term as the kernel makes it; None if it cannot."""
    kernel = native.kernel
    assert kernel
    if isinstance(term, Word):
        spellings = words.vocabulary.spellings(term)
        word = words.whole(term) if len(spellings) < 2 else None  # one may contain another
        parts = tuple(map(words.forms, spellings[0].parts)) if spellings else ()
        if word is None or None in parts:
            return None
        return kernel.count_word(passages, words.opened, word, parts, _FACTORS)
    if as_typed(term):
        return None
    if isinstance(term, Phrase) and (phrases := words.phrases(term)):
        return kernel.count_phrase(passages, words.opened, phrases)
    if words.of_segments[0].spelled(term) is not term:
        return None
    if near := as_near(term):
        sides = words.forms(near.left), words.forms(near.right)
        if None in sides:
            return None
        return kernel.count_near(passages, words.opened, sides, near.distance, near.is_ordered)
    if not isinstance(term, ONE_TOKEN):
        return None
    word = None if words.has_many_forms(term) else words.forms(term)
    if word is None:
        return None
    if any(terms.forms_of(term).is_partial for terms in words.of_segments):
        return kernel.count_phrase(passages, words.opened, ((word,),))
    return kernel.count_word(passages, words.opened, word, (), _FORMS_ALONE)


def find_best(
    norms: Norms,
    postings: Sequence[KernelPostings],
    weights: Sequence[float],
    which: bool | DocIds,
    k: int,
) -> tuple[int, DocIds, Scores]:
    """Return the number of passages, and the best `k` with their scores, in no order.

    They are those with any of the terms in the body (False), those with all terms, at least one of
    them in the body (True), or given ones. All that have the score of the last are included.
    """
    assert native.kernel
    terms = tuple(each.term for each in postings)
    found = native.kernel.find_best(norms.passages, terms, tuple(weights), which, k)
    if found is None:
        raise MemoryError
    total, doc_ids, scores = found
    return total, np.frombuffer(doc_ids, np.int64), np.frombuffer(scores)
