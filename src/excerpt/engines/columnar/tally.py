"""Leaves of a query on a segment → how often each occurs in its passages, as `ranking` counts it."""

from dataclasses import replace

import numpy as np

from excerpt.engines.columnar.bitmaps import FARTHEST, near_counts
from excerpt.engines.columnar.frequencies import (
    Column,
    ColumnCache,
    Frequencies,
    Lengths,
    Listed,
    counted_units,
    summed,
)
from excerpt.engines.columnar.leaves import Leaves
from excerpt.engines.columnar.near import is_dense
from excerpt.engines.columnar.sets import is_member
from excerpt.engines.columnar.spots import ONE_WORD, as_near, is_native
from excerpt.engines.columnar.storage import Array
from excerpt.engines.columnar.wordset import WordSet
from excerpt.query.tree import Operand, Phrase, Term, Word
from excerpt.ranking import word_frequency

__all__ = ["LARGE", "MANY", "MANY_LISTS", "Tally"]

MANY = 8
"""A word has a column if one in so many passages has it, ..."""
LARGE = 4096
"""... where there are so many that it pays."""
MANY_LISTS = 4000
"""To read so many lists takes longer than to look through all words of a segment."""

_NO_CONTEXT = (np.empty(0, np.int64), np.empty(0))


class Tally:
    """How often the leaves of one query occur in one segment; what it has counted it keeps, and columns for later queries."""

    def __init__(self, leaves: Leaves, lengths: Lengths, columns: ColumnCache) -> None:
        self._leaves = leaves
        self._view = leaves.view
        self._segment = leaves.segment
        self._lengths = lengths
        self._columns = columns
        self._frequencies: dict[Operand, Frequencies] = {}

    def frequencies(self, leaf: Operand) -> Frequencies:
        """How often `leaf` occurs in the live passages that have it, whatever its weight."""
        plain = leaf if leaf.weight == 1.0 else replace(leaf, weight=1.0)
        found = self._frequencies.get(plain)
        if found is None:
            found = self._columns.get(self._view, plain) or self._new_frequencies(plain)
            self._frequencies[plain] = found
        return found

    def _new_frequencies(self, leaf: Operand) -> Frequencies:
        if isinstance(leaf, Word):
            stems, exact = self._leaves.word_set(leaf), self._leaves.word_set(Term(leaf.term))
            n_occurrences, *parts = self._own_frequency(leaf, exact)
            own = (parts[0], parts[1])
            context = self._context(leaf)
            listed = self._with_context(n_occurrences, own, context)
            words: tuple[WordSet, WordSet | None] = (stems, exact)
        else:
            passages, frequency = self._living(*self._counted(leaf))
            listed = Listed(passages, frequency, int(frequency.sum()), self._lengths)
            if not isinstance(leaf, Term):
                return listed
            words, context = (self._leaves.word_set(leaf), None), _NO_CONTEXT
        n = self._segment.n_passages
        if n < LARGE or listed.size * MANY < n:
            return listed
        column = Column(listed, words, context, self._lengths)
        self._columns.keep(self._view, leaf, column)
        return column

    def _counted(self, leaf: Operand) -> tuple[Array, Array]:
        """The passages in which `leaf` begins, ascending, and how often in each."""
        body = self._segment.body
        if isinstance(leaf, ONE_WORD):
            words = self._leaves.word_set(leaf)
            if len(words.variants) > MANY_LISTS:
                return words.counts(body)
            if not words.is_partial:
                return summed([body.postings(variant) for variant in words.variants], body.n_units)
        if isinstance(leaf, Phrase) and leaf.gap == 0 and len(leaf.parts) == 2 and is_native(leaf):
            first, second = (self._leaves.word_set(part).term for part in leaf.parts)
            pair = self._segment.pairs.number(first, second)
            if pair >= 0:
                return summed([self._segment.pairs.postings(pair)], body.n_units)
        near = as_near(leaf)
        if near and near.distance <= FARTHEST:
            sides = self._leaves.word_set(near.left), self._leaves.word_set(near.right)
            if is_dense(*sides, body, near.distance, is_ordered=near.is_ordered):
                return near_counts(self._segment.bitmaps, *sides, near.distance, is_ordered=near.is_ordered)
        return counted_units(body.unit_of(self._leaves.found(body, leaf).starts))

    def _own_frequency(self, word: Word, exact: WordSet) -> tuple[int, Array, Array]:
        """How often a word occurs, in which passages, and what that makes in each: see `ranking.word_frequency`."""
        segment, body = self._segment, self._segment.body
        stems = self._leaves.stems(word)
        passages, n_stems = summed(
            [part for stem in stems for part in segment.stem_postings(stem)], segment.n_passages
        )
        variants = set(self._leaves.word_set(word).variants)
        if variants <= set(exact.variants):
            passages, n_stems = self._living(passages, n_stems)
            return int(n_stems.sum()), passages, word_frequency(n_stems, n_stems, 0, 0)
        n_exact = np.zeros(passages.size)
        for variant in variants.intersection(exact.variants):
            units, counts = body.postings(variant)
            n_exact[passages.searchsorted(units)] += 1 if counts is None else counts
        n_exact = self._living(passages, n_exact)[1]
        passages, n_stems = self._living(passages, n_stems)
        return int(n_stems.sum()), passages, word_frequency(n_stems, n_exact, 0, 0)

    def _context(self, word: Word) -> tuple[Array, Array]:
        """What headings and titles add to the frequency of `word` in passages: these, and how much."""
        segment = self._segment
        parts: list[tuple[Array, Array | None]] = []
        for variant in segment.variants_beside(self._leaves.stems(word)):
            units, counts = summed([segment.heading.postings(variant)], segment.n_passages)
            parts.append((units, word_frequency(0, 0, counts, 0)))
            units, counts = summed([segment.title.postings(variant)], segment.n_documents)
            passages = segment.passages_of(units)
            of_document = np.zeros(segment.n_documents)
            of_document[units] = counts
            parts.append((passages, word_frequency(0, 0, 0, of_document[segment.document_of[passages]])))
        return self._living(*summed(parts, segment.n_passages)) if parts else _NO_CONTEXT

    def _with_context(
        self, n_occurrences: int, own: tuple[Array, Array], context: tuple[Array, Array]
    ) -> Listed:
        if not context[0].size:
            return Listed(*own, n_occurrences, self._lengths)
        passages, frequency = summed([own, context], self._segment.n_passages)
        aside = ~is_member(passages, own[0], self._segment.n_passages)
        return Listed(passages, frequency, n_occurrences, self._lengths, aside if aside.any() else None)

    def _living(self, passages: Array, frequency: Array) -> tuple[Array, Array]:
        if self._view.is_whole:
            return passages, frequency
        is_live = self._view.is_live[passages]
        return passages[is_live], frequency[is_live]
