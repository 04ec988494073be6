"""A query tree on a collection → sets of passages, frequencies for the ranking, and marks.

SegmentTerms become sorted positions or frequencies for each passage, Boolean nodes set operations on passage numbers. What the
arrays do not answer (proximity of phrases, scopes) is asked of `query/match.py`, for those documents alone in which it
can be. Only live passages come out.
"""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np

from excerpt.engines.protocol import Occurrence, TokenSpan
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.search.frequencies import MOST, DensePostings, Frequencies, SparsePostings
from excerpt.index.search.cache import FrequencyCache
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.index.search.spans import occurrences, spans
from excerpt.index.search.reconstruction import subject_of
from excerpt.index.format.document_table import DocumentTable
from excerpt.index.search.scopes import Scopes, is_native_scope
from excerpt.index.format.layout import KIND_BITS
from excerpt.index.search.sets import difference, intersection, is_member, union
from excerpt.index.arrays import Array
from excerpt.index.search.term_frequencies import TermFrequencies, counts
from excerpt.index.read.vocabulary import ColumnarVocabulary
from excerpt.query.semantics import matching_passages
from excerpt.query.token_sequence import TokenSequence, DocumentView
from excerpt.query.ast import (
    AllWords,
    And,
    Alternatives,
    MatchAll,
    Field,
    FirstPassage,
    Form,
    Fuzzy,
    InHeading,
    Near,
    Node,
    Not,
    MatchNone,
    Operand,
    Or,
    Pattern,
    Phrase,
    DateRange,
    Scope,
    Term,
    InTitle,
    Wildcard,
    Word,
    query_terms,
)

__all__ = ["LARGE", "MANY", "Evaluation"]

MANY = 16
"""A leaf has a column if one in so many passages has it: then a list takes about as much memory, ..."""
LARGE = 4096
"""... where there are so many that it pays."""


class Evaluation:
    """The evaluation of one query; what it has computed it keeps, and frequencies for later queries."""

    def __init__(
        self,
        collection: IndexReader,
        vocabulary: ColumnarVocabulary,
        roster: DocumentTable,
        kept: FrequencyCache,
    ) -> None:
        self._collection = collection
        self._vocabulary = vocabulary
        self._roster = roster
        self._kept = kept
        self._leaves = [SegmentTerms(view, vocabulary) for view in collection.views]
        self._frequencies: dict[Operand, Frequencies] = {}
        self._passages: dict[Node, Array] = {}

    def occurrences(self, asked: Sequence[Operand], passages: Array) -> list[list[Occurrence]]:
        """Return the occurrences of the terms `asked` that begin in each of the ascending `passages`, in order."""
        parts = zip(self._leaves, self._collection.split(passages), strict=True)
        return [
            found for of_view, within in parts if within.size for found in occurrences(of_view, asked, within)
        ]

    def spans(self, asked: Sequence[Operand], passages: Array) -> list[list[TokenSpan]]:
        """Return the distinct spans, ascending, that these occurrences cover in each passage."""
        parts = zip(self._leaves, self._collection.split(passages), strict=True)
        return [found for of_view, within in parts if within.size for found in spans(of_view, asked, within)]

    # How often

    def frequencies(self, leaf: Operand) -> Frequencies:
        """How often `leaf` occurs in the live passages that have it, whatever its weight."""
        plain = leaf if leaf.weight == 1.0 else leaf.replace(weight=1.0)
        found = self._frequencies.get(plain)
        if found is None:
            found = self._kept.get(plain, self._collection.lengths)
            if found is None:
                found = self._new_frequencies(plain)
                self._kept.keep(plain, found)
            self._frequencies[plain] = found
        return found

    def _new_frequencies(self, leaf: Operand) -> SparsePostings | DensePostings:
        collection = self._collection
        listed = _listed(collection, [counts(of_view, leaf) for of_view in self._leaves])
        is_worth = collection.n >= LARGE and listed.size * MANY >= collection.n
        if is_worth and listed.frequencies.max(initial=0) <= MOST:
            return DensePostings(listed, collection.lengths)
        return listed

    # Sets of passages

    def passages(self, node: Node) -> Array:
        """The live passages that `node` means, ascending (int64)."""
        found = self._passages.get(node)
        if found is None:
            found = self._passages[node] = self._new_passages(node)
        return found

    def _new_passages(self, node: Node) -> Array:
        match node:
            case AllWords(words):
                return self._all(words)
            case And(nodes):
                found = [self.passages(below) for below in nodes]
                return self._intersection(found) if found else self._collection.live
            case Or(nodes):
                return union([self.passages(below) for below in nodes], self._collection.n)
            case Not(below):
                return difference(self._collection.live, self.passages(below), self._collection.n)
            case FirstPassage(below):
                return self._collection.first_of_each(self.passages(below))
            case Field(name) if name != "kind":
                return self._of_documents(self._having(node))
            case DateRange(_, first, last):
                from excerpt.dates import day_range  # late: few queries ask for dates

                return self._of_documents(self._roster.overlapping(day_range(first, last)))
            case MatchAll():
                return self._collection.live
            case MatchNone():
                return np.empty(0, np.int64)
            case Word() | Term() | Form() | Wildcard() | Fuzzy() | Pattern() | Alternatives() | Phrase() | Near():
                return self.frequencies(node).own
            case Scope(_, inside) if not is_native_scope(inside):
                return self._in_each(node, partial(self._by_match, inside=inside))
            case Scope("document") if asked := tuple(query_terms(node)):
                own = [self.frequencies(leaf).own for leaf in asked]  # type: ignore[arg-type]
                return self._intersection([union(own, self._collection.n), self._in_each(node, _scope)])
            case _:
                return self._in_each(node, self._within)

    def _in_each(self, node: Node, within: Callable[[SegmentTerms, Any], Array]) -> Array:
        """What `node` means in each segment."""
        return self._collection.joined([within(of_view, node) for of_view in self._leaves])

    def _all(self, words: tuple[Word, ...]) -> Array:
        found = sorted((self.frequencies(word) for word in words), key=lambda one: one.size)
        if not found:
            return np.empty(0, np.int64)
        passages = found[0].passages
        for one in found[1:]:
            passages = passages[one.is_in(passages)]
        if any(one.is_aside for one in found):
            passages = passages[reduce(np.logical_or, [one.is_own(passages) for one in found])]
        return passages

    def _intersection(self, sets: list[Array]) -> Array:
        n = self._collection.n
        return reduce(lambda one, other: intersection(one, other, n), sorted(sets, key=len))

    def _having(self, node: Field) -> Array:
        """For each live document, by its rank, whether a field has a value (bool)."""
        roster = self._roster
        rows = zip(roster.paths, roster.formats, roster.languages, roster.metadata, strict=True)
        holds = (bool(matching_passages(node, _fields_alone(*row), self._vocabulary)) for row in rows)
        return np.fromiter(holds, np.bool_, roster.n)

    def _of_documents(self, is_wanted: Array) -> Array:
        """The passages of the live documents whose rank `is_wanted`."""
        views = self._collection.views
        return self._collection.joined([view.passages_of_ranks(is_wanted) for view in views])

    # In one segment

    def _within(self, of_view: SegmentTerms, node: Node) -> Array:
        view, segment = of_view.view, of_view.segment
        match node:
            case InTitle(operand):
                return view.passages_of(segment.title, of_view.holding(segment.title, operand))
            case InHeading(operand):
                return view.passages_of(segment.heading, of_view.holding(segment.heading, operand))
            case Field(_, value):  # the kind of a block
                bit = next((bit for kind, bit in KIND_BITS.items() if kind == value.casefold()), 0)
                return view.living(np.flatnonzero(segment.columns.read("passages.block_kinds") & bit))
            case Scope():
                return _scope(of_view, node)
            case _:
                return self._by_match(of_view, node, node)

    def _by_match(self, of_view: SegmentTerms, node: Node, inside: Node) -> Array:
        found = []
        for document in intersection(of_view.documents(inside), of_view.view.live_documents).tolist():
            ordinals = sorted(matching_passages(node, subject_of(of_view.view, document), self._vocabulary))
            found.append(np.array(ordinals, np.int64) + of_view.segment.first_passage[document])
        return union(found)


def _scope(of_view: SegmentTerms, scope: Scope) -> Array:
    segment = of_view.segment
    scopes = Scopes(segment, lambda leaf: of_view.found(segment.body, leaf))
    return of_view.view.living(scopes.passages(scope.within, scopes.holding(scope.within, scope.node)))


def _listed(collection: IndexReader, parts: Sequence[TermFrequencies]) -> SparsePostings:
    """The frequencies of a leaf that has these counts in each segment."""
    passages, frequency = _together(collection, [(part.passages, part.frequency) for part in parts])
    n_occurrences = sum(part.n_occurrences for part in parts)
    if not any(part.beside[0].size for part in parts):
        return SparsePostings(passages, frequency, n_occurrences, collection.lengths)
    beside, more = _together(collection, [part.beside for part in parts])
    at, is_own = passages.searchsorted(beside), is_member(beside, passages)
    frequency[at[is_own]] += more[is_own]
    if is_own.all():
        return SparsePostings(passages, frequency, n_occurrences, collection.lengths)
    is_aside = ~is_own
    aside = np.insert(np.zeros(passages.size, np.bool_), at[is_aside], values=True)
    passages = np.insert(passages, at[is_aside], beside[is_aside])
    frequency = np.insert(frequency, at[is_aside], more[is_aside])
    return SparsePostings(passages, frequency, n_occurrences, collection.lengths, aside)


def _together(collection: IndexReader, parts: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    """The passages of each segment, and their numbers, as one."""
    if len(parts) == 1:
        return parts[0]
    passages = collection.joined([passages for passages, _ in parts])
    return passages, np.concatenate([np.empty(0), *(numbers for _, numbers in parts)])


_NO_WORDS = TokenSequence("", (), (), (), (), (), (), ())


def _fields_alone(
    paths: tuple[str, ...], form: str, language: str, metadata: tuple[tuple[str, str], ...]
) -> DocumentView:
    """A document of one passage without a word, to ask a field of."""
    return DocumentView(_NO_WORDS, _NO_WORDS, [_NO_WORDS], [frozenset()], paths, form, language, metadata)
