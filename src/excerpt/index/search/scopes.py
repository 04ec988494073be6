"""A Boolean query within one sentence, paragraph or document → matching passages of a segment.

The result equals that of `query.semantics` on the same tokens: an operand holds in a sentence if
one of its occurrences lies within it as a whole. Nodes become sets of sentences (or paragraphs, or
documents), by their numbers in the segment. Since sentences lie within paragraphs, and paragraphs
within documents, a scope inside a wider one is a step from the numbers of the one to those of the
other.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final, Literal

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import DocIds, Positions
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.search.occurrences import ONE_TOKEN, Occurrences
from excerpt.index.sets import difference, distinct, intersection, search_ascending, union
from excerpt.query.ast import (
    AllWords,
    And,
    DateRange,
    Field,
    FirstPassage,
    InHeading,
    InTitle,
    MatchAll,
    MatchNone,
    Node,
    Not,
    Operand,
    Or,
    Scope,
    children,
)

__all__ = ["ScopeEvaluator", "ScopeName", "is_flat_scope", "smallest_scope"]

ScopeName = Literal["sentence", "paragraph", "document"]
_BY_SIZE: Final = ("sentence", "paragraph", "document")


def is_flat_scope(node: Node) -> bool:
    """Return whether `node` is allowed in a scope at all; if not, the reference refuses it."""
    is_refused = isinstance(node, InTitle | InHeading | Field | DateRange | FirstPassage)
    return not is_refused and all(map(is_flat_scope, children(node)))


def smallest_scope(scopes: Sequence[Scope]) -> ScopeName | None:
    """Return the narrowest of nested `scopes`, in which the innermost is evaluated; or None."""
    return min((scope.within for scope in scopes), key=_BY_SIZE.index, default=None)


class ScopeEvaluator:
    """An evaluator of nodes on the sentences, paragraphs or documents of a segment.

    `occurrences` returns those of an operand in the body, within a scope. Those in passages that
    are not live do not count. Results are kept.
    """

    def __init__(
        self, live: LiveSegment, occurrences: Callable[[Operand, ScopeName], Occurrences]
    ) -> None:
        self._live = live
        self._segment = live.segment
        self._occurrences = occurrences
        self._found: dict[tuple[ScopeName, Node], Int64Array] = {}

    def passages(self, scope: ScopeName, numbers: Int64Array) -> DocIds:
        """Return the passages of documents, or those in which sentences or paragraphs begin."""
        if scope == "document":
            return self._segment.passages_of(numbers)
        return distinct(self._segment.body.units_at(self._starts(scope)[numbers]))

    def evaluate(self, scope: ScopeName, node: Node) -> Int64Array:
        """Return the numbers of the sentences, paragraphs or documents in which `node` holds.

        They are in ascending order.
        """
        found = self._found.get((scope, node))
        if found is None:
            found = self._found[scope, node] = self._evaluate(scope, node)
        return found

    def _evaluate(self, scope: ScopeName, node: Node) -> Int64Array:
        n = self._starts(scope).size
        match node:
            case AllWords(nodes) | And(nodes):
                if not nodes:
                    return self._all(scope) if isinstance(node, And) else np.empty(0, np.int64)
                sets = sorted((self.evaluate(scope, below) for below in nodes), key=len)
                return reduce(lambda left, right: intersection(left, right, n), sets)
            case Or(nodes):
                return union([self.evaluate(scope, below) for below in nodes], n)
            case Not(below):
                return difference(self._all(scope), self.evaluate(scope, below), n)
            case Scope(inner, below):
                if _BY_SIZE.index(inner) >= _BY_SIZE.index(scope):
                    return self.evaluate(scope, below)
                starts = self._starts(inner)[self.evaluate(inner, below)]
                return distinct(self.numbers_at(scope, starts))
            case MatchAll():
                return self._all(scope)
            case MatchNone():
                return np.empty(0, np.int64)
            case _:
                return self._with_operand(scope, node)  # type: ignore[arg-type]

    def _starts(self, scope: ScopeName) -> Positions:
        """Return the position of the first token of each sentence, paragraph or document.

        One without words begins where the next one does, or before.
        """
        return self._segment.scope_starts[scope]

    def numbers_at(self, scope: ScopeName, positions: Positions) -> Int64Array:
        """Return the number of the sentence, paragraph or document at each position."""
        return search_ascending(self._starts(scope), positions, "right") - 1

    def _with_operand(self, scope: ScopeName, operand: Operand) -> Int64Array:
        """Return the numbers of those in which an occurrence of `operand` begins and ends."""
        found = self._occurrences(operand, scope)
        numbers = self.numbers_at(scope, found.starts)
        is_counted: Mask | None = None
        if not isinstance(operand, ONE_TOKEN):
            is_counted = numbers == self.numbers_at(scope, found.last_positions)
        if not self._live.is_whole:
            is_live = self._live.is_live[self._segment.body.units_at(found.starts)]
            is_counted = is_live if is_counted is None else is_counted & is_live
        return distinct(numbers if is_counted is None else numbers[is_counted])

    def _all(self, scope: ScopeName) -> Int64Array:
        """Return the numbers of all documents, or of all sentences or paragraphs with a word."""
        starts = self._starts(scope)
        if scope == "document":
            return np.arange(starts.size)
        body = self._segment.body
        n_words_before = body.n_tokens_before(np.append(starts, body.n_positions))
        return np.flatnonzero(np.diff(n_words_before))
