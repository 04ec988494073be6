"""A Boolean within one sentence, paragraph or document of a segment → the passages it means, by sets of such units.

Equal to `query.match` on the same words: an operand holds in a unit if one of its occurrences lies within it, whole.
Sentences lie within paragraphs, and these within documents, so that a scope in a scope is a step from the units of one to
those of the other.
"""

from collections.abc import Callable
from functools import reduce
from typing import Final, Literal

import numpy as np

from excerpt.index.read.segment import Segment
from excerpt.index.search.sets import difference, distinct, intersection, union
from excerpt.index.search.positions import ONE_WORD, Occurrences
from excerpt.index.arrays import Array
from excerpt.query.ast import (
    AllWords,
    And,
    MatchAll,
    Field,
    FirstPassage,
    InHeading,
    Node,
    Not,
    MatchNone,
    Operand,
    Or,
    DateRange,
    Scope,
    InTitle,
    children,
)

__all__ = ["Scopes", "is_native_scope"]

Within = Literal["sentence", "paragraph", "document"]
_SIZES: Final = ("sentence", "paragraph", "document")


def is_native_scope(node: Node) -> bool:
    """Whether `node` may stand in a scope at all; what may not is refused by the reference."""
    return not isinstance(node, InTitle | InHeading | Field | DateRange | FirstPassage) and all(
        map(is_native_scope, children(node))
    )


class Scopes:
    """The units of a segment; `found` says where in the body an operand stands."""

    def __init__(self, segment: Segment, found: Callable[[Operand], Occurrences]) -> None:
        self._segment = segment
        self._found = found

    def _starts(self, within: Within) -> Array:
        """The position of the first word of each unit; one without words begins where the next does, or before it."""
        return self._segment.unit_starts[within]

    def _units_of(self, within: Within, positions: Array) -> Array:
        return np.searchsorted(self._starts(within), positions, side="right") - 1

    def passages(self, within: Within, units: Array) -> Array:
        """The passages, ascending, in which sentences or paragraphs begin; those of documents."""
        if within == "document":
            return self._segment.passages_of(units)
        return distinct(self._segment.body.units_at(self._starts(within)[units]))

    def holding(self, within: Within, node: Node) -> Array:
        """The units in which `node` holds, ascending."""
        n = self._starts(within).size
        match node:
            case AllWords(nodes) | And(nodes):
                if not nodes:
                    return self._all(within) if isinstance(node, And) else np.empty(0, np.int64)
                found = sorted((self.holding(within, below) for below in nodes), key=len)
                return reduce(lambda one, other: intersection(one, other, n), found)
            case Or(nodes):
                return union([self.holding(within, below) for below in nodes], n)
            case Not(below):
                return difference(self._all(within), self.holding(within, below), n)
            case Scope(inner, below):
                if _SIZES.index(inner) >= _SIZES.index(within):
                    return self.holding(within, below)
                return distinct(self._units_of(within, self._starts(inner)[self.holding(inner, below)]))
            case MatchAll():
                return self._all(within)
            case MatchNone():
                return np.empty(0, np.int64)
            case _:
                return self._standing(within, node)  # type: ignore[arg-type]

    def _standing(self, within: Within, operand: Operand) -> Array:
        """The units in which an occurrence of `operand` begins and ends."""
        found = self._found(operand)
        units = self._units_of(within, found.starts)
        if not isinstance(operand, ONE_WORD):
            units = units[units == self._units_of(within, found.lasts)]
        return distinct(units)

    def _all(self, within: Within) -> Array:
        """Every document; every sentence or paragraph that has a word."""
        starts = self._starts(within)
        if within == "document":
            return np.arange(starts.size)
        body = self._segment.body
        before = body.n_tokens_before(np.append(starts, body.n_positions))
        return np.flatnonzero(np.diff(before))
