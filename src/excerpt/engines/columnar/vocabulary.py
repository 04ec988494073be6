"""The words of an index as a whole, over its segments: what a query word stands for, and what a pattern expands to.

Only words of live passages count, so that an index with a history answers as one built afresh.
"""

from collections.abc import Iterator, Sequence

from excerpt.analysis import possible_stems
from excerpt.engines.columnar.view import View
from excerpt.query.spelling import MOST_TERMS, accepts, refuse_expansion
from excerpt.query.tree import Fuzzy, Node, Pattern, Wildcard

__all__ = ["ColumnarVocabulary", "accepted_terms"]


def _prefix(node: Wildcard | Fuzzy | Pattern) -> str:
    """The letters every term that fits `node` begins with."""
    if not isinstance(node, Wildcard):
        return ""
    ends = [node.pattern.find(sign) for sign in "*?" if sign in node.pattern]
    return node.pattern[: min(ends)] if ends else node.pattern


def accepted_terms(view: View, node: Wildcard | Fuzzy | Pattern) -> Iterator[str]:
    """The terms of a segment, dead ones and those of titles included, that fit `node`."""
    return filter(accepts(node), view.segment.lexicon.terms(_prefix(node)))


class ColumnarVocabulary:
    """The words of the live passages of some segments."""

    def __init__(self, views: Sequence[View], languages: frozenset[str]) -> None:
        self._views = views
        self._languages = languages
        self._stems: dict[str, frozenset[tuple[str, str]]] = {}
        self._expansions: dict[Node, frozenset[str]] = {}

    def stems(self, term: str) -> frozenset[tuple[str, str]]:
        """The (language, stem) pairs a query word stands for."""
        found = self._stems.get(term)
        if found is None:
            found = possible_stems(term, self._languages) | self.written_stems(term)
            self._stems[term] = found
        return found

    def written_stems(self, term: str) -> frozenset[tuple[str, str]]:
        """Those of them that are of forms which stand in live passages and fold to `term`."""
        return frozenset(
            view.segment.lexicon.stem(variant)
            for view in self._views
            for variant in view.segment.lexicon.term_variants(term)
            if _is_live(view, variant)
        )

    def expand(self, node: Node) -> frozenset[str]:
        """The terms that a Wildcard, Fuzzy or Pattern stands for.

        Raises:
            QueryError: if there are more than the limit.
        """
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        found = self._expansions.get(node)
        if found is None:
            terms: set[str] = set()
            for view in self._views:
                for term in accepted_terms(view, node):
                    if any(_is_live(view, variant) for variant in view.segment.lexicon.term_variants(term)):
                        terms.add(term)
                        if len(terms) > MOST_TERMS:
                            raise refuse_expansion(node)
            found = self._expansions[node] = frozenset(terms)
        return found

    def count(self) -> int:
        """The number of distinct terms in live passages."""
        terms: set[str] = set()
        for view in self._views:
            lexicon = view.segment.lexicon
            terms.update(
                term
                for term in lexicon.terms()
                if any(_is_live(view, variant) for variant in lexicon.term_variants(term))
            )
        return len(terms)


def _is_live(view: View, variant: int) -> bool:
    """Whether `variant` stands in a passage that lives."""
    if view.is_whole:
        return view.segment.body.n_tokens(variant) > 0
    return view.living(view.segment.body.units(variant)).size > 0
