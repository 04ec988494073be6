"""The terms of one query in the whole index → their postings, occurrences and spans."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from excerpt import native
from excerpt.engines.protocol import Occurrence, TokenSpan
from excerpt.index.arrays import DocIds, Sizes, WeightedFrequencies
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.read.vocabulary import IndexVocabulary
from excerpt.index.search.dense_postings import DensePostings
from excerpt.index.search.kernel_postings import KernelPostings, count_by_kernel
from excerpt.index.search.kernel_words import find_spans_by_kernel
from excerpt.index.search.postings_cache import Postings, PostingsCache
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.index.search.term_postings import MAX_FREQUENCY, SparsePostings, is_frequent
from excerpt.index.sets import is_member
from excerpt.query.ast import Operand, Word, as_typed, without_weight

if TYPE_CHECKING:
    from excerpt.index.search.spans import ScopedTerm
    from excerpt.index.search.term_frequencies import TermFrequencies

__all__ = ["IndexTerms"]


class IndexTerms:
    """The terms of one query. Results are kept as long as the query, postings also in `cache`.

    of_segments  the terms in each segment of `reader`
    """

    def __init__(
        self, reader: IndexReader, vocabulary: IndexVocabulary, cache: PostingsCache
    ) -> None:
        self.of_segments = [SegmentTerms(live, vocabulary) for live in reader.segments]
        self._reader = reader
        self._cache = cache
        self._postings: dict[Operand, Postings] = {}

    def postings(self, term: Operand) -> Postings:
        """Return the postings of a term, whatever its weight."""
        unweighted = without_weight(term)
        found = self._postings.get(unweighted)
        if found is None:
            found = self._cache.get(unweighted, self._reader.norms)
            if found is None:
                found = self._make_postings(unweighted)
                self._cache.put(unweighted, found)
            self._postings[unweighted] = found
        return found

    def occurrences(self, terms: "Sequence[ScopedTerm]", doc_ids: DocIds) -> list[list[Occurrence]]:
        """Return the occurrences of `terms` that begin in each of the ascending `doc_ids`."""
        from excerpt.index.search.spans import occurrences_in

        parts = zip(self.of_segments, self._reader.split(doc_ids), strict=True)
        return [
            found
            for of_segment, numbers in parts
            if numbers.size
            for found in occurrences_in(of_segment, terms, numbers)
        ]

    def spans(self, terms: "Sequence[ScopedTerm]", doc_ids: DocIds) -> list[list[TokenSpan]]:
        """Return the distinct spans that `terms` cover in each of the ascending `doc_ids`."""
        by_kernel = find_spans_by_kernel(terms, self.of_segments, self._reader, doc_ids.tolist())
        if by_kernel is not None:
            return by_kernel
        from excerpt.index.search.spans import spans_in

        parts = zip(self.of_segments, self._reader.split(doc_ids), strict=True)
        return [
            found
            for of_segment, numbers in parts
            if numbers.size
            for found in spans_in(of_segment, terms, numbers)
        ]

    def count_separate_spans(self, terms: "Sequence[ScopedTerm]", doc_ids: DocIds) -> Sizes:
        """Return the number of spans of `terms` in each of the ascending `doc_ids`.

        Overlapping spans count as one.
        """
        from excerpt.index.search.spans import count_separate_spans_in

        parts = zip(self.of_segments, self._reader.split(doc_ids), strict=True)
        counts = [
            count_separate_spans_in(of_segment, terms, numbers)
            for of_segment, numbers in parts
            if numbers.size
        ]
        return np.concatenate([np.empty(0, np.int64), *counts])

    def _count(self, term: Operand) -> "list[TermFrequencies]":
        """Return the frequencies of a term in each segment."""
        from excerpt.index.search.term_frequencies import count_term, prefer_typed

        counts = [count_term(each, term) for each in self.of_segments]
        typed = None if isinstance(term, Word) else as_typed(term)
        if typed is None:
            return counts
        of_typed = [count_term(each, typed) for each in self.of_segments]
        if not any(each.doc_ids.size for each in of_typed):
            return counts
        return list(map(prefer_typed, counts, of_typed))

    def _make_postings(self, term: Operand) -> Postings:
        reader = self._reader
        counted = count_by_kernel(term, self.of_segments, reader)
        if counted is not None:
            return counted
        sparse = _combine(reader, self._count(term))
        if native.kernel and reader.norms.passages:
            return KernelPostings.of(sparse, reader.norms)
        # Dense postings have no weak passages: their impacts would not be those that are scored.
        is_regular = not sparse.has_weak and sparse.frequencies.max(initial=0) <= MAX_FREQUENCY
        if is_regular and is_frequent(sparse.size, reader.n):
            return DensePostings(sparse, reader.norms)
        return sparse


def _combine(reader: IndexReader, parts: "Sequence[TermFrequencies]") -> SparsePostings:
    """Return the postings of a term, given its frequencies in each segment.

    The frequencies in the body and in title and headings are added up.
    """
    doc_ids, frequencies = _join(reader, [(part.doc_ids, part.frequencies) for part in parts])
    n_occurrences = sum(part.n_occurrences for part in parts)
    field_only = None
    if any(part.fields[0].size for part in parts):
        in_fields, more = _join(reader, [part.fields for part in parts])
        at, is_in_body = doc_ids.searchsorted(in_fields), is_member(in_fields, doc_ids)
        frequencies[at[is_in_body]] += more[is_in_body]
        if not is_in_body.all():
            is_only = ~is_in_body
            field_only = np.insert(np.zeros(doc_ids.size, np.bool_), at[is_only], values=True)
            doc_ids = np.insert(doc_ids, at[is_only], in_fields[is_only])
            frequencies = np.insert(frequencies, at[is_only], more[is_only])
    # Weighted frequencies are whole tenths. Rounding removes the error of the additions, which
    # depends on their order.
    frequencies = np.rint(frequencies * 10) / 10
    return SparsePostings(doc_ids, frequencies, n_occurrences, reader.norms, field_only)


def _join(
    reader: IndexReader, parts: Sequence[tuple[DocIds, WeightedFrequencies]]
) -> tuple[DocIds, WeightedFrequencies]:
    """Return the passages of each segment, with their frequencies, as those of the index."""
    if len(parts) == 1:
        return parts[0]
    doc_ids = reader.join([doc_ids for doc_ids, _ in parts])
    return doc_ids, np.concatenate([np.empty(0), *(frequencies for _, frequencies in parts)])
