"""The occurrences of a query as the lines of a concordance: positions in columns, and no texts.

A line is held as the position of its first word in the body of its segment and the number of
positions up to its last word. From these, its passage and the words around it are computed when
they are needed, for the lines for which they are needed.
"""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.engines.protocol import TokenSpan
from excerpt.index.arrays import DocIds, FormIds, Positions, Ranks, Sizes
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.index.search.spans import ScopedTerm, positions_in
from excerpt.index.sets import distinct
from excerpt.model import Key

__all__ = ["ColumnarLines"]

_FIRST_TERMS: Final = 64
"""Terms that are looked up at once, at first; then twice as many each time."""


class _SegmentLines(NamedTuple):
    """The lines in one segment, by position.

    ranks       the rank of the document of each
    starts      the position of its first word
    widths      the number of positions up to the end of its last word
    n_passages  the number of passages in which they begin
    """

    ranks: Ranks
    starts: Positions
    widths: Sizes
    n_passages: int


class ColumnarLines:
    """The lines of `scoped` terms in the passages `doc_ids` (see `excerpt.engines.protocol.Lines`).

    They take 18 bytes each. `segments` are the terms of the query in each segment of `reader`.
    """

    def __init__(
        self,
        segments: Sequence[SegmentTerms],
        scoped: Sequence[ScopedTerm],
        doc_ids: DocIds,
        reader: IndexReader,
    ) -> None:
        self._reader = reader
        split = zip(segments, reader.split(doc_ids), strict=True)
        parts = [_lines_in(terms, scoped, units) for terms, units in split]
        ranks = _concatenate([part.ranks for part in parts], np.int32)
        # Lines of a segment are by position, so a stable sort leaves those of a document in order.
        order = np.argsort(ranks, kind="stable")
        self._ranks = ranks[order]
        numbers = [np.full(part.starts.size, n, np.int16) for n, part in enumerate(parts)]
        self._segments = _concatenate(numbers, np.int16)[order]
        self._starts = _concatenate([part.starts for part in parts], np.int64)[order]
        self._widths = _concatenate([part.widths for part in parts], np.int32)[order]
        self.n_passages = sum(part.n_passages for part in parts)

    def __len__(self) -> int:
        return int(self._starts.size)

    @property
    def documents(self) -> Ranks:
        """The rank of the document of each line, ascending."""
        return self._ranks

    def by_document(self) -> Int64Array:
        """Return the number of lines in each document of the index, by its rank."""
        return np.bincount(self._ranks, minlength=self._reader.n_documents)

    @property
    def n_documents(self) -> int:
        """The number of documents with a line."""
        return distinct(self._ranks).size

    def spans(self, numbers: Int64Array) -> list[tuple[Key, TokenSpan]]:
        """Return, for each of these lines, the passage in which it begins and its span of words."""
        found: Int64Array = np.empty((4, numbers.size), np.int64)
        for number, of_segment in self._by_segment(numbers):
            segment = self._reader.segments[number].segment
            rows = of_segment[np.argsort(self._starts[numbers[of_segment]])]
            first, last = self._bounds(numbers[rows])
            units = segment.body.units_at(first)
            documents = self._reader.numbers[self._ranks[numbers[rows]]]
            found[0, rows] = segment.document_ids[documents]
            found[1, rows] = units - segment.first_passage[documents]
            n_before = segment.body.n_tokens_before(segment.body.unit_offsets[units])
            found[2, rows] = segment.body.n_tokens_before(first) - n_before
            found[3, rows] = segment.body.n_tokens_before(last) + 1 - n_before
        return [
            (Key(document, ordinal), (start, end))
            for document, ordinal, start, end in found.T.tolist()
        ]

    def word_numbers(self, numbers: Int64Array, distance: int) -> Int64Array:
        """Return the word at a distance from each of these lines; 0 beyond the document."""
        words: Int64Array = np.zeros(numbers.size, np.int64)
        for number, rows in self._by_segment(numbers):
            form_ids = self._form_ids(number, numbers[rows], distance)
            is_word = form_ids != BARRIER
            term_ids = self._reader.segments[number].segment.dictionary.terms_of_forms[form_ids]
            words[rows[is_word]] = term_ids[is_word] + self._reader.first_words[number]
        return words

    def _form_ids(self, number: int, numbers: Int64Array, distance: int) -> FormIds:
        """Return the form at a distance from each of these lines of a segment.

        It is the barrier beyond the document.
        """
        body = self._reader.segments[number].segment.body
        first, last = self._bounds(numbers)
        nearest = first if distance < 0 else last
        if abs(distance) > 1:
            return body.form_ids_at(self._positions_at(number, numbers, nearest, distance))
        # The next position is that of the next word, unless it is a barrier: no search is needed.
        form_ids = body.form_ids_at(nearest + distance)
        rows = np.flatnonzero(form_ids == BARRIER)
        positions = self._positions_at(number, numbers[rows], nearest[rows], distance)
        form_ids[rows] = body.form_ids_at(positions)
        return form_ids

    def _positions_at(
        self, number: int, numbers: Int64Array, positions: Positions, distance: int
    ) -> Positions:
        """Return the position of the word at a distance from each of `positions`, in no order.

        It is that of the first barrier if there is no such word in the document. `numbers` are the
        lines of the positions, all in one segment.
        """
        live = self._reader.segments[number]
        body = live.segment.body
        tokens = body.n_tokens_before(positions) + distance
        documents = self._reader.numbers[self._ranks[numbers]]
        starts, ends = live.segment.first_passage[documents], live.document_ends[documents]
        is_inside = tokens >= body.n_tokens_before(body.unit_offsets[starts])
        is_inside &= tokens < body.n_tokens_before(body.unit_offsets[ends])
        return np.where(is_inside, body.positions_of_tokens(tokens), 0)

    def sorted_words(self, words: Int64Array) -> Iterator[list[int]]:
        """Yield the distinct `words` by their folded terms, those with the same term together."""
        numbers = np.searchsorted(self._reader.first_words, words, side="right") - 1
        of_segments = [
            self._sorted_terms(number, words[numbers == number])
            for number in np.flatnonzero(np.bincount(numbers)).tolist()
        ]
        for _, found in groupby(merge(*of_segments), itemgetter(0)):
            yield [word for _, word in found]

    def _sorted_terms(self, number: int, words: Int64Array) -> Iterator[tuple[str, int]]:
        """Yield the terms of distinct words of a segment, sorted, with the words."""
        dictionary = self._reader.segments[number].segment.dictionary
        ranks = dictionary.ranks(words - self._reader.first_words[number])
        order = np.argsort(ranks)
        start, size = 0, _FIRST_TERMS
        while start < order.size:
            batch = order[start : start + size]
            yield from zip(dictionary.terms_at(ranks[batch]), words[batch].tolist(), strict=True)
            start, size = start + size, 2 * size

    def _by_segment(self, numbers: Int64Array) -> list[tuple[int, Int64Array]]:
        """Return each segment with some of the lines, and the indexes of these in `numbers`."""
        segments = self._segments[numbers]
        present = np.flatnonzero(np.bincount(segments)).tolist()
        if len(present) == 1:
            return [(present[0], np.arange(numbers.size))]
        return [(number, np.flatnonzero(segments == number)) for number in present]

    def _bounds(self, numbers: Int64Array) -> tuple[Positions, Positions]:
        """Return the positions of the first and the last word of lines, in no order."""
        first = self._starts[numbers]
        return first, first + self._widths[numbers] - 1


def _concatenate(parts: Sequence[Int64Array], dtype: type[np.signedinteger[Any]]) -> Int64Array:
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype, copy=False)


def _lines_in(terms: SegmentTerms, scoped: Sequence[ScopedTerm], doc_ids: DocIds) -> _SegmentLines:
    """Return the lines that begin in the ascending `doc_ids` of a segment."""
    segment, live = terms.segment, terms.live
    starts, ends = _positions(terms, tuple(dict.fromkeys(scoped)), doc_ids)
    # Both are sorted, and there are fewer passages and documents than lines: look them up there.
    unit_offsets = segment.body.unit_offsets
    n_before = starts.searchsorted(unit_offsets)
    n_passages = int(np.count_nonzero(np.diff(n_before)))
    n_lines = np.diff(n_before[segment.first_passage])
    ranks = np.repeat(live.rank_of.astype(np.int32), n_lines)
    return _SegmentLines(ranks, starts, (ends - starts).astype(np.int32), n_passages)


def _positions(
    terms: SegmentTerms, scoped: Sequence[ScopedTerm], doc_ids: DocIds
) -> tuple[Positions, Positions]:
    """Return the first positions and the ends of the lines that begin in `doc_ids`, ascending."""
    parts = [positions_in(terms, term, doc_ids) for term in scoped] if doc_ids.size else []
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    if len(parts) == 1:
        return parts[0]
    starts, ends = (np.concatenate(side) for side in zip(*parts, strict=True))
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    is_new = np.ones(starts.size, np.bool_)
    is_new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    return starts[is_new], ends[is_new]
