"""An open index, and what pages need of it: queries with facets, and numbers of its state."""

from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.model import Hit
from excerpt.query.ast import And, DateRange, Field, Node, Query
from excerpt.query.formatting import format_query
from excerpt.search.index import Index
from excerpt.serve.answers import Request
from excerpt.serve.page_state import PageState

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument
    from excerpt.search.options import Order
    from excerpt.search.status import Status

__all__ = ["HITS_PER_PAGE", "Desk", "Found"]

HITS_PER_PAGE: Final = 10
MAX_QUICK_OFFSET: Final = 5_000
"""Hits before a page that the quick lane ranks; pages further on are left to the slow lane."""


class Found(NamedTuple):
    """The passages of a page.

    query        the query as it was understood, without the facets
    meaning      the query with the facets and all parentheses
    hits         the hits of the page
    partial      if no passage has all words: the best that have some of them
    total        the number of passages that match
    n_documents  the number of documents that match
    notices      advice on the query
    has_next     True if there are more hits after these
    ms           milliseconds that this took
    """

    query: Query
    meaning: str
    hits: tuple[Hit, ...]
    partial: tuple[Hit, ...]
    total: int
    n_documents: int
    notices: tuple[str, ...]
    has_next: bool
    ms: float


class Desk:
    """An open index in one committed state."""

    def __init__(self, folder: Path | str, corpus: Path | str | None = None) -> None:
        self.index = Index(folder, corpus)
        self.state = self.index.state

    def is_slow(self, request: Request) -> bool:
        """Return whether an answer is expected to take longer than the quick lane should."""
        page = request.parameters.get("page", "")
        return page.isdecimal() and int(page[:9]) * HITS_PER_PAGE > MAX_QUICK_OFFSET

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

    def find_document(self, target: str) -> "StoredDocument | None":
        """Return the document at an indexed path, or with the number `target`; None if none."""
        document = self.index.document(target)
        is_number = target.isascii() and target.isdecimal() and len(target) < 19
        return self.index.document(int(target)) if document is None and is_number else document

    def parse(self, state: PageState) -> tuple[Query, Node]:
        """Return the query of `state`, and its tree together with the chosen facets.

        Facets are combined as trees, never as text, so that errors point into the query as typed.

        Raises:
            QueryError: if the query is malformed.
        """
        query = self.index.parse(
            state.q, any_word=state.any, exact=state.exact, literal=state.literal
        )
        filters = tuple(_filters(state))
        return query, And((query.tree, *filters)) if filters else query.tree

    def search(self, state: PageState) -> Found:
        """Return the passages of the page that `state` describes.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
        """
        started = perf_counter()
        query, tree = self.parse(state)
        offset = (state.page - 1) * HITS_PER_PAGE
        results = self.index.search(
            tree if state.has_filter else state.q,
            **state.query_options,
            limit=HITS_PER_PAGE + 1,
            offset=offset,
            sort=_order(state),
            expand=state.expand,
        )
        n_documents = self.index.count_documents(tree, everything=state.everything)
        return Found(
            query,
            format_query(tree),
            results.hits[:HITS_PER_PAGE],
            results.partial[:HITS_PER_PAGE],
            results.total,
            n_documents,
            results.notices,
            len(results.hits) > HITS_PER_PAGE,
            1_000 * (perf_counter() - started),
        )


def _order(state: PageState) -> "Order":
    from excerpt.search.options import ORDERS

    return next((order for order in ORDERS if order == state.sort), "score")


def _filters(state: PageState) -> list[Node]:
    """Return the conditions of the chosen facets."""
    names = {"author": "author", "lang": "lang", "format": "format", "folder": "path"}
    found: list[Node] = [
        Field(field, value) for name, field in names.items() if (value := getattr(state, name))
    ]
    if state.start or state.end:
        first = f"{_year(state.start)}-01-01" if state.start else ""
        last = f"{_year(state.end)}-12-31" if state.end else ""
        found.append(DateRange("date", first, last))
    return found


def _year(text: str) -> str:
    """Return a year with four digits."""
    return f"-{int(text[1:]):04}" if text.startswith("-") else f"{int(text):04}"
