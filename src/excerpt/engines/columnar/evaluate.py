"""A query tree on one segment → sets of passages, frequencies for the ranking, and marks.

Leaves become sorted positions or frequencies for each passage, Boolean nodes set operations on passage numbers. What the
arrays do not answer (proximity of phrases, scopes) is asked of `query/match.py`, for those documents alone in which it
can be. Only live passages come out.
"""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from excerpt import dates
from excerpt.engines import Match
from excerpt.engines.columnar.frequencies import ColumnCache, Frequencies, Lengths
from excerpt.engines.columnar.leaves import Leaves
from excerpt.engines.columnar.marks import marks
from excerpt.engines.columnar.reconstruct import subject_of
from excerpt.engines.columnar.roster import Roster
from excerpt.engines.columnar.scopes import Scopes, is_native_scope
from excerpt.engines.columnar.segment import KIND_BITS
from excerpt.engines.columnar.sets import difference, distinct, intersection, union
from excerpt.engines.columnar.spots import Spots
from excerpt.engines.columnar.storage import Array
from excerpt.engines.columnar.stream import Stream
from excerpt.engines.columnar.tally import Tally
from excerpt.engines.columnar.view import View
from excerpt.engines.columnar.vocabulary import ColumnarVocabulary
from excerpt.query.match import matching_passages
from excerpt.query.runs import Run, Subject
from excerpt.query.tree import (
    All,
    And,
    Choice,
    Everything,
    Field,
    First,
    Form,
    Fuzzy,
    Headed,
    Near,
    Node,
    Not,
    Nothing,
    Operand,
    Or,
    Pattern,
    Phrase,
    Range,
    Scope,
    Term,
    Titled,
    Wildcard,
    Word,
    leaves,
)

__all__ = ["Evaluation"]


class Evaluation:
    """The evaluation of one query on one segment; what it has computed it keeps."""

    def __init__(
        self,
        view: View,
        vocabulary: ColumnarVocabulary,
        roster: Roster,
        lengths: Lengths,
        columns: ColumnCache,
    ) -> None:
        self._view = view
        self._segment = view.segment
        self._vocabulary = vocabulary
        self._roster = roster
        self._leaves = Leaves(view, vocabulary)
        self._tally = Tally(self._leaves, lengths, columns)
        self._passages: dict[Node, Array] = {}

    def frequencies(self, leaf: Operand) -> Frequencies:
        """How often `leaf` occurs in the live passages that have it, whatever its weight."""
        return self._tally.frequencies(leaf)

    def marks(self, asked: Sequence[Operand], passages: Array) -> list[list[Match]]:
        """The occurrences of each leaf `asked` that begin in each of the ascending `passages`, in order."""
        return marks(self._leaves, asked, passages)

    def locate(self, leaf: Operand) -> Spots:
        """All occurrences of `leaf` in the words of passages, kept for `marks` of many passages."""
        return self._leaves.found(self._segment.body, leaf)

    # Sets of passages

    def passages(self, node: Node) -> Array:
        """The live passages that `node` means, ascending (int64)."""
        found = self._passages.get(node)
        if found is None:
            found = self._passages[node] = self._new_passages(node)
        return found

    def _new_passages(self, node: Node) -> Array:
        match node:
            case All(words):
                return self._all(words)
            case And(nodes):
                found = [self.passages(below) for below in nodes]
                return self._intersection(found) if found else self._view.live_passages
            case Or(nodes):
                return union([self.passages(below) for below in nodes], self._segment.n_passages)
            case Not(below):
                return difference(self._view.live_passages, self.passages(below), self._segment.n_passages)
            case First(below):
                documents = distinct(self._segment.document_of[self.passages(below)])
                return self._segment.first_passage[documents]
            case Titled(operand):
                return self._standing_in(self._segment.title, operand)
            case Headed(operand):
                return self._standing_in(self._segment.heading, operand)
            case Field(name, value):
                return self._kind(value) if name == "kind" else self._field(node)
            case Range(_, first, last):
                is_wanted = self._roster.overlapping(dates.period(first, last))
                return self._view.passages_of_ranks(is_wanted)
            case Everything():
                return self._view.live_passages
            case Nothing():
                return np.empty(0, np.int64)
            case Scope():
                return self._scope(node) if is_native_scope(node.node) else self._by_match(node, node.node)
            case Word() | Term() | Form() | Wildcard() | Fuzzy() | Pattern() | Choice() | Phrase() | Near():
                return self.frequencies(node).own
            case _:
                return self._by_match(node, node)

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
        n = self._segment.n_passages
        return reduce(lambda one, other: intersection(one, other, n), sorted(sets, key=len))

    def _standing_in(self, stream: Stream, operand: Operand) -> Array:
        return self._view.passages_of(stream, self._leaves.holding(stream, operand))

    def _kind(self, value: str) -> Array:
        bit = next((bit for kind, bit in KIND_BITS.items() if kind == value.casefold()), 0)
        return self._view.living(np.flatnonzero(self._segment.columns.read("kinds") & bit))

    def _field(self, node: Field) -> Array:
        roster = self._roster
        rows = zip(roster.places, roster.formats, roster.languages, roster.metadata, strict=True)
        holds = (bool(matching_passages(node, _fields_alone(*row), self._vocabulary)) for row in rows)
        return self._view.passages_of_ranks(np.fromiter(holds, np.bool_, roster.n))

    def _scope(self, scope: Scope) -> Array:
        scopes = Scopes(self._segment, self.locate)
        passages = scopes.passages(scope.within, scopes.holding(scope.within, scope.node))
        asked = list(leaves(scope.node)) if scope.within == "document" else []
        if not asked:
            return self._view.living(passages)
        own = [self.frequencies(leaf).own for leaf in asked]  # type: ignore[arg-type]
        n = self._segment.n_passages
        return intersection(union(own, n), passages, n)

    def _by_match(self, node: Node, inside: Node) -> Array:
        found = []
        for document in intersection(self._leaves.documents(inside), self._view.live_documents).tolist():
            ordinals = sorted(matching_passages(node, subject_of(self._view, document), self._vocabulary))
            found.append(np.array(ordinals, np.int64) + self._segment.first_passage[document])
        return union(found)


_NO_WORDS = Run("", (), (), (), (), (), (), ())


def _fields_alone(
    places: tuple[str, ...], form: str, language: str, metadata: tuple[tuple[str, str], ...]
) -> Subject:
    """A document of one passage without a word, to ask a field of."""
    return Subject(_NO_WORDS, _NO_WORDS, [_NO_WORDS], [frozenset()], places, form, language, metadata)
