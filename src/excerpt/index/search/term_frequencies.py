"""SegmentTerms of a query on a segment → how often each occurs in its passages, as `ranking` counts it."""

from typing import NamedTuple

import numpy as np

from excerpt.index.search.position_bitmaps import FARTHEST, near_counts
from excerpt.index.search.frequencies import counted_units, summed
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.index.search.proximity import is_dense
from excerpt.index.search.positions import ONE_WORD, as_near, is_native
from excerpt.index.arrays import Array
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.term_forms import TermForms
from excerpt.query.ast import Operand, Phrase, Term, Word
from excerpt.query.ranking import word_frequency

__all__ = ["MANY_LISTS", "TermFrequencies", "counts"]

MANY_LISTS = 4000
"""To read so many lists takes longer than to look through all words of a segment."""

_DENSE = 32
"""A table of all passages pays where at least one in so many is looked up."""
_NOTHING = (np.empty(0, np.int64), np.empty(0))


class TermFrequencies(NamedTuple):
    """How often a leaf occurs in the live passages of a segment.

    In the own words of each of the ascending `passages`, `n_occurrences` times in all; what that makes is its `frequency`
    there (float64). `beside` are the passages with more in title and headings, ascending, and how much.
    """

    passages: Array
    frequency: Array
    n_occurrences: int
    beside: tuple[Array, Array]


def counts(leaves: SegmentTerms, leaf: Operand) -> TermFrequencies:
    """How often `leaf` occurs in the live passages of a segment that have it."""
    if isinstance(leaf, Word):
        n_occurrences, *own = _own_frequency(leaves, leaf, leaves.word_set(Term(leaf.term)))
        return TermFrequencies(own[0], own[1], n_occurrences, _beside(leaves, leaf))
    passages, frequency = _living(leaves.view, *_counted(leaves, leaf))
    return TermFrequencies(passages, frequency, int(frequency.sum()), _NOTHING)


def _counted(leaves: SegmentTerms, leaf: Operand) -> tuple[Array, Array]:
    """The passages in which `leaf` begins, ascending, and how often in each."""
    body = leaves.segment.body
    if isinstance(leaf, ONE_WORD):
        words = leaves.word_set(leaf)
        if len(words.variants) > MANY_LISTS:
            return words.counts(body)
        if not words.is_partial:
            return summed([body.postings(variant) for variant in words.variants], body.n_units)
    if isinstance(leaf, Phrase) and leaf.gap == 0 and len(leaf.parts) == 2 and is_native(leaf):
        first, second = (leaves.word_set(part).term for part in leaf.parts)
        pair = leaves.segment.pairs.pair_id(first, second)
        if pair >= 0:
            return summed([leaves.segment.pairs.postings(pair)], body.n_units)
    near = as_near(leaf)
    if near and near.distance <= FARTHEST:
        sides = leaves.word_set(near.left), leaves.word_set(near.right)
        if is_dense(*sides, body, near.distance, is_ordered=near.is_ordered):
            return near_counts(leaves.view.bitmaps, *sides, near.distance, is_ordered=near.is_ordered)
    return counted_units(body.units_at(leaves.found(body, leaf).starts))


def _own_frequency(leaves: SegmentTerms, word: Word, exact: TermForms) -> tuple[int, Array, Array]:
    """How often a word occurs, in which passages, and what that makes in each: see `ranking.word_frequency`."""
    segment, body = leaves.segment, leaves.segment.body
    stems = leaves.stems(word)
    passages, n_stems = summed(
        [part for stem in stems for part in segment.stem_postings(stem)], segment.n_passages
    )
    variants = set(leaves.word_set(word).variants)
    if variants <= set(exact.variants):
        passages, n_stems = _living(leaves.view, passages, n_stems)
        return int(n_stems.sum()), passages, word_frequency(n_stems, n_stems, 0, 0)
    n_exact = np.zeros(passages.size)
    for variant in variants.intersection(exact.variants):
        units, n_each = body.postings(variant)
        n_exact += _spread(units, n_each, passages, segment.n_passages)
    n_exact = _living(leaves.view, passages, n_exact)[1]
    passages, n_stems = _living(leaves.view, passages, n_stems)
    return int(n_stems.sum()), passages, word_frequency(n_stems, n_exact, 0, 0)


def _spread(units: Array, n_each: Array | None, passages: Array, n: int) -> Array:
    """How often something that occurs so often in `units` does in each of the `passages` among which they are, of `n`."""
    if units.size == passages.size:
        return np.ones(units.size) if n_each is None else n_each
    if units.size * _DENSE > n:
        of_passage = np.zeros(n, np.float32)
        of_passage[units] = 1 if n_each is None else n_each
        return of_passage.take(passages)
    found = np.zeros(passages.size)
    found[passages.searchsorted(units)] = 1 if n_each is None else n_each
    return found


def _beside(leaves: SegmentTerms, word: Word) -> tuple[Array, Array]:
    """What headings and titles add to the frequency of `word` in passages: these, and how much."""
    segment = leaves.segment
    variants = segment.variants_beside(leaves.stems(word))
    if not variants:
        return _NOTHING
    passages, n_headings = summed(
        [segment.heading.postings(variant) for variant in variants], segment.n_passages
    )
    documents, n_titles = summed(
        [segment.title.postings(variant) for variant in variants], segment.n_documents
    )
    n_each = np.repeat(n_titles, segment.n_passages_of(documents))
    parts: list[tuple[Array, Array | None]] = [
        (passages, word_frequency(0, 0, n_headings, 0)),
        (segment.passages_of(documents), word_frequency(0, 0, 0, n_each)),
    ]
    return _living(leaves.view, *summed(parts, segment.n_passages))


def _living(view: LiveSegment, passages: Array, frequency: Array) -> tuple[Array, Array]:
    if view.is_whole:
        return passages, frequency
    is_live = view.is_live[passages]
    return passages[is_live], frequency[is_live]
