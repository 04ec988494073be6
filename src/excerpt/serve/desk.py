"""An open index, and what pages need of it: passages, lines and counts of one state of a page."""

from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, chain
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.errors import ExcerptError
from excerpt.model import Hit
from excerpt.query.ast import (
    Alternatives,
    And,
    Form,
    Near,
    Node,
    NotNear,
    Or,
    Phrase,
    Scope,
    Term,
    Word,
    children,
    query_terms,
    walk,
)
from excerpt.query.formatting import format_query
from excerpt.search.index import Index
from excerpt.search.options import ORDERS
from excerpt.serve.answers import Request
from excerpt.serve.facet_views import choose_step
from excerpt.serve.page_state import LINE_ORDERS, PageState

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument
    from excerpt.counting.facets import Facets
    from excerpt.counting.order import Sort
    from excerpt.present.concordance import ConcordanceLine
    from excerpt.search.options import Order
    from excerpt.search.status import Status

__all__ = ["HITS_PER_PAGE", "LINES_PER_PAGE", "Desk", "FoundLines", "FoundPassages"]

HITS_PER_PAGE: Final = 10
LINES_PER_PAGE: Final = 50
WORDS_AROUND: Final = 14
"""Words on each side of a line: as many as the widest page shows."""
MAX_VALUES: Final = 48
"""Values of a facet that a page lists."""
MAX_QUICK_POSTINGS: Final = 60_000
"""Passages with a word of a costly query; for proximities, those with all their operands, counted
once for each proximity. Measured on 31 million words: sorting the lines of as many takes about
150 ms, comparing their sentences 60 ms, and the positions of two frequent words 30 ms."""
MAX_QUICK_HITS: Final = 5_000
"""Hits before a page that the quick lane ranks; pages further on are left to the slow lane."""


class FoundPassages(NamedTuple):
    """The passages of a page.

    meaning      the query with the facets and all parentheses
    hits         the hits of the page
    partial      if no passage has all words: the best that have some of them
    total        the number of passages that match
    n_documents  the number of documents that match
    notices      notices about the query
    has_next     True if there are more hits after these
    ms           milliseconds that this took
    """

    meaning: str
    hits: tuple[Hit, ...]
    partial: tuple[Hit, ...]
    total: int
    n_documents: int
    notices: tuple[str, ...]
    has_next: bool
    ms: float


class FoundLines(NamedTuple):
    """The concordance lines of a page.

    meaning      the query with the facets and all parentheses
    lines        the lines of the page
    n_lines      the number of all lines
    total        the number of passages in which one begins
    n_documents  the number of documents with one
    notices      notices about the query
    ms           milliseconds that this took
    """

    meaning: str
    lines: "tuple[ConcordanceLine, ...]"
    n_lines: int
    total: int
    n_documents: int
    notices: tuple[str, ...]
    ms: float


class Desk:
    """An open index in one committed state."""

    def __init__(self, folder: Path | str, corpus: Path | str | None = None) -> None:
        self.index = Index(folder, corpus)
        self.state = self.index.state

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    @cached_property
    def status(self) -> "Status":
        """The contents of the index. Counting the distinct words takes a while, so it is kept."""
        return self.index.status()

    @property
    def n_documents(self) -> int:
        """The number of documents."""
        return self.status.counts.documents

    def is_slow(self, request: Request, *, is_of_lines: bool = False) -> bool:
        """Return whether an answer is expected to take longer than the quick lane should."""
        try:
            state = PageState.read(request.parameters)
            if state.page * HITS_PER_PAGE > MAX_QUICK_HITS:
                return True
            return bool(state.q.strip()) and self._is_costly(state, is_of_lines=is_of_lines)
        except ExcerptError:
            return False  # the page explains it

    def _is_costly(self, state: PageState, *, is_of_lines: bool) -> bool:
        """Return whether a query reads long lists of postings in a way that takes a while.

        Ranking and counting take a few milliseconds even for the most frequent words. Sorting all
        lines takes a second for a million of them; sentences, paragraphs and the positions of words
        near each other are compared again for each count.
        """
        tree = self.index.parse(state.q, **state.query_options).tree
        read = [Or(tuple(query_terms(tree)))] if is_of_lines or state.view == "lines" else []
        read += [Or(tuple(query_terms(node))) for node in walk(tree) if isinstance(node, Scope)]
        costs = chain(
            (self.index.count(node) for node in read if node.nodes),
            (
                self.index.count(_passages_compared(node)) * sum(map(_is_proximity, walk(node)))
                for node in _proximities(tree)
            ),
        )
        return any(cost > MAX_QUICK_POSTINGS for cost in accumulate(costs))

    def find_document(self, target: str) -> "StoredDocument | None":
        """Return the document at an indexed path, or with the number `target`; None if none."""
        document = self.index.document(target)
        is_number = target.isascii() and target.isdecimal() and len(target) < 19
        return self.index.document(int(target)) if document is None and is_number else document

    def meaning(self, state: PageState) -> str:
        """Return the query of `state` and the chosen facets with all parentheses.

        Raises:
            QueryError: if the query is malformed.
        """
        parsed = self.index.parse(state.q, **state.query_options, filters=state.filters)
        return format_query(parsed.tree)

    def search(self, state: PageState) -> FoundPassages:
        """Return the passages of the page that `state` describes.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
        """
        started = perf_counter()
        results = self.index.search(
            state.q,
            **state.options,
            limit=HITS_PER_PAGE + 1,
            offset=(state.page - 1) * HITS_PER_PAGE,
            sort=order_of(state),
            expand=state.expand,
        )
        n_documents = self.index.count_documents(state.q, **state.options)
        return FoundPassages(
            format_query(results.query.tree),
            results.hits[:HITS_PER_PAGE],
            results.partial[:HITS_PER_PAGE],
            results.total,
            n_documents,
            results.notices,
            len(results.hits) > HITS_PER_PAGE,
            1_000 * (perf_counter() - started),
        )

    def lines(self, state: PageState) -> FoundLines:
        """Return the concordance lines of the page that `state` describes.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
        """
        started = perf_counter()
        sort = line_order_of(state)
        found = self.index.concordance(
            state.q,
            **state.options,
            around=WORDS_AROUND,
            sort=sort,
            limit=LINES_PER_PAGE,
            offset=(state.page - 1) * LINES_PER_PAGE,
        )
        lines = tuple(found)
        return FoundLines(
            self.meaning(state),
            lines,
            found.n_occurrences,
            found.n_passages,
            found.n_documents,
            found.notices,
            1_000 * (perf_counter() - started),
        )

    def facets(self, state: PageState) -> "Facets":
        """Return the counts by author, folder, language, format and period.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
        """
        facets = self.index.facets(state.q, **state.options, limit=MAX_VALUES, step=10)
        step = choose_step(facets.periods)
        if step != 10:
            facets = self.index.facets(state.q, **state.options, limit=MAX_VALUES, step=step)
        return facets


def _is_proximity(node: Node) -> bool:
    """Return whether the positions of the operands of `node` are compared one by one.

    Those of a phrase of single words without gaps are not: it is as fast as a word.
    """
    match node:
        case Near() | NotNear():
            return True
        case Phrase(parts, gap):
            return gap > 0 or not all(isinstance(part, Word | Term | Form) for part in parts)
        case _:
            return False


def _proximities(node: Node) -> Iterator[Node]:
    """Yield the outermost nodes of `node` that are proximities.

    Those within them only read the passages that have all operands of the outer one.
    """
    if _is_proximity(node):
        yield node
        return
    for below in children(node):
        yield from _proximities(below)


def _passages_compared(operand: Node) -> Node:
    """Return a node, without proximities, for the passages in which `operand` is looked for."""
    match operand:
        case NotNear(below):
            return _passages_compared(below)
        case Alternatives():
            return Or(tuple(map(_passages_compared, children(operand))))
        case _ if _is_proximity(operand):
            return And(tuple(map(_passages_compared, children(operand))))
        case _:
            return operand


def order_of(state: PageState) -> "Order":
    """Return the order of the hits; one of the lines alone does not matter."""
    return next((order for order in ORDERS if order == state.sort), "score")


def line_order_of(state: PageState) -> "Sort":
    """Return the order of the lines; one of the hits alone does not matter."""
    return next((order for order in LINE_ORDERS if order == state.sort), "path")
