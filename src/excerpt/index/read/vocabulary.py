"""The words of an index as a whole, over its segments: what a query word stands for, and what a pattern expands to.

Only words of live passages count, so that an index with a history answers as one built afresh.
"""

from collections.abc import Sequence
from itertools import chain
from sys import getsizeof
from typing import Final, NamedTuple

import numpy as np

from excerpt.text import possible_stems
from excerpt.index.read.term_matching import fitting_terms, prefix_of
from excerpt.index.arrays import Array
from excerpt.index.read.live_segment import LiveSegment
from excerpt.memory import BoundedCache, size_of
from excerpt.query.term_matching import MAX_TERMS, expansion_error
from excerpt.query.ast import Fuzzy, Node, Pattern, Wildcard

__all__ = ["ColumnarVocabulary"]

STEM_BYTES: Final = 4_000_000
"""Bytes of the stems of query words that are cached."""
EXPANSION_BYTES: Final = 16_000_000
"""Bytes of the expansions that are cached: three of the largest that are allowed, or thousands of
ordinary ones."""
_FEW: Final = 256
"""Up to so many terms are looked up one by one; for more, the words of all dead passages are counted, once."""


class _Expansion(NamedTuple):
    """What a node stands for: terms, and for each segment the places there of all that fit, dead ones included."""

    terms: frozenset[str]
    places: dict[int, Array]

    @property
    def n_bytes(self) -> int:
        """About how many bytes it takes: `size_of` would take a tenth as long as the expansion itself."""
        return getsizeof(self.terms) + sum(map(getsizeof, self.terms)) + size_of(self.places)


class ColumnarVocabulary:
    """The words of the live passages of some segments."""

    def __init__(self, views: Sequence[LiveSegment], languages: frozenset[str]) -> None:
        self._views = views
        self._languages = languages
        self._stems: BoundedCache[str, frozenset[tuple[str, str]]] = BoundedCache(STEM_BYTES)
        self._expansions: BoundedCache[Node, _Expansion] = BoundedCache(EXPANSION_BYTES)
        self._dead: dict[int, Array] = {}

    def stems(self, term: str) -> frozenset[tuple[str, str]]:
        """The (language, stem) pairs a query word stands for."""
        found = self._stems.get(term)
        if found is None:
            found = possible_stems(term, self._languages) | self.written_stems(term)
            self._stems.put(term, found)
        return found

    def written_stems(self, term: str) -> frozenset[tuple[str, str]]:
        """Those of them that are of forms which stand in live passages and fold to `term`."""
        return frozenset(
            view.segment.dictionary.stem_of_group(variant)
            for view in self._views
            for variant in view.segment.dictionary.groups_of_term(term)
            if _is_live(view, variant)
        )

    def expand(self, node: Node) -> frozenset[str]:
        """The terms that a Wildcard, Fuzzy or Pattern stands for.

        Raises:
            QueryError: if there are more than the limit.
        """
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        return self._expansion(node).terms

    def _expansion(self, node: Wildcard | Fuzzy | Pattern) -> "_Expansion":
        found = self._expansions.get(node)
        if found is None:
            found = self._new_expansion(node)
            self._expansions.put(node, found, size_of(node) + found.n_bytes)
        return found

    def _new_expansion(self, node: Wildcard | Fuzzy | Pattern) -> "_Expansion":
        terms: set[str] = set()
        places = {}
        for view in self._views:
            parts = [np.empty(0, np.int64)]
            for piece in view.segment.dictionary.term_batches(prefix_of(node)):
                fitting = fitting_terms(node, piece)
                parts.append(fitting + piece.first)
                terms.update(piece.strings(fitting[self._are_live(view, parts[-1])]))
                if len(terms) > MAX_TERMS:
                    raise expansion_error(node)
            places[view.number] = np.concatenate(parts)
        return _Expansion(frozenset(terms), places)

    def variants(self, view: LiveSegment, node: Wildcard | Fuzzy | Pattern) -> list[int]:
        """The variants in `view` of the terms that fit `node`, dead ones and those of titles included.

        Raises:
            QueryError: if `node` stands for more terms than the limit.
        """
        places = self._expansion(node).places[view.number]
        first, last = view.segment.dictionary.group_ranges(places)
        ranges = map(range, first.tolist(), last.tolist())
        return list(chain.from_iterable(ranges))

    def count(self) -> int:
        """The number of distinct terms in live passages."""
        terms: set[str] = set()
        for view in self._views:
            for piece in view.segment.dictionary.term_batches():
                numbers = np.arange(piece.n)
                terms.update(piece.strings(numbers[self._are_live(view, numbers + piece.first)]))
        return len(terms)

    def _are_live(self, view: LiveSegment, places: Array) -> Array:
        """For each of the terms at `places` in their order whether it stands in a passage that lives."""
        first, last = view.segment.dictionary.group_ranges(places)
        found = view.segment.body.n_tokens_between(first, last)
        if view.is_whole:
            return found > 0
        if places.size > _FEW:
            dead = self._dead.get(view.number)
            if dead is None:
                dead = self._dead[view.number] = _dead_tokens(view)
            return found > dead[last] - dead[first]
        ranges = map(range, first.tolist(), last.tolist())
        return np.array(
            [any(_is_live(view, variant) for variant in variants) for variants in ranges], np.bool_
        )


def _dead_tokens(view: LiveSegment) -> Array:
    """How often what stands before each variant of `view`, and before their end, occurs in dead passages (int64)."""
    body, dictionary = view.segment.body, view.segment.dictionary
    counts = np.zeros(dictionary.n_forms + 1, np.int64)
    edges = np.flatnonzero(np.diff(view.is_live, prepend=True, append=True))
    for first, last in body.unit_offsets[edges].reshape(-1, 2).tolist():
        entries = body.form_ids(first, last)
        np.add.at(counts, entries, 1)
    tokens: Array = np.cumsum(counts)[dictionary.first_forms - 1]
    return tokens


def _is_live(view: LiveSegment, variant: int) -> bool:
    """Whether `variant` stands in a passage that lives."""
    if view.is_whole:
        return view.segment.body.n_tokens(variant) > 0
    return view.living(view.segment.body.units(variant)).size > 0
