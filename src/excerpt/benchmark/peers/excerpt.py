"""excerpt itself, through its own build and its public search."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from excerpt._version import __version__
from excerpt.benchmark.peers import Answer, DocumentChange
from excerpt.benchmark.queries import NEAR_DISTANCE, BenchmarkQuery, QueryType
from excerpt.benchmark.work import count_work, time_sums
from excerpt.indexing.pipeline import build
from excerpt.native import describe
from excerpt.search.index import Index

__all__ = ["ExcerptPeer", "query_text"]

_LIMIT: Final = 10
"""Hits of a query whose reading is measured."""


class ExcerptPeer:
    """excerpt with its default options, or with plain words for the ranking "bm25"."""

    query_types = highlighted_types = frozenset(QueryType)

    def __init__(self, ranking: str) -> None:
        self._is_plain = ranking == "bm25"
        self.settings = {
            "version": __version__,
            "kernel": describe(),
            "words": "folded" if self._is_plain else "inflected forms, titles and headings",
            "answers": "texts, exact totals",
            "highlights": "spans of the matches in the whole texts",
            "queries": "parsed each time",
            "files": "checked for changes",
            "caches": "term weights of recent queries, passages returned recently",
        }
        self._index: Index

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Build from the source files, which includes splitting them into passages."""
        build(corpus, folder, processes=processes)

    def open(self, folder: Path) -> None:
        """Open the index."""
        self._index = Index(folder)

    def search(self, query: BenchmarkQuery, limit: int, *, highlight: bool = False) -> Answer:
        """Search for the query as a user would type it."""
        results = self._index.search(
            query_text(query),
            any_word=query.type is QueryType.ANY,
            exact=self._is_plain,
            expand=query.type is QueryType.EXPAND,
            limit=limit,
            highlight=highlight,
        )
        n_highlights = sum(len(hit.snippet.highlights) for hit in results)
        return Answer(results.total, tuple(hit.snippet.text for hit in results), n_highlights)

    def count(self, queries: Sequence[BenchmarkQuery]) -> list[int]:
        """Return the number of matching passages for each query."""
        return [
            self._index.count(
                query_text(query), any_word=query.type is QueryType.ANY, exact=self._is_plain
            )
            for query in queries
        ]

    def read_costs(self, queries: Sequence[BenchmarkQuery]) -> list[tuple[int, float]]:
        """Return for each query the bytes of the index it reads and the seconds to sum them up.

        The seconds are those of `numpy.sum` over as many bytes. Data that an earlier query has left
        in a cache is not read again.
        """
        costs = []
        for query in queries:
            with count_work() as work:
                self.search(query, _LIMIT)
            costs.append((work.n_bytes, time_sums(work.sizes)))
        return costs

    def replace(self, change: DocumentChange) -> None:
        """Write the changed source file and update the index."""
        source = self._index.corpus / change.path
        new = source.with_name(f"{source.name}.new")
        new.write_text("\n\n".join(change.texts) + "\n", encoding="utf-8")
        new.replace(source)
        self._index.build()

    def vocabulary_size(self) -> tuple[int, int]:
        """Return the number of words in the index and the number of distinct ones."""
        statistics = self._index.status().statistics
        return statistics.n_words, statistics.n_terms

    def rebuild_unchanged(self) -> None:
        """Run a build in which no file has changed; its cost is the walk over all files."""
        self._index.build()


def query_text(query: BenchmarkQuery) -> str:
    """Return `query` in the query language."""
    match query.type:
        case QueryType.PHRASE:
            return f'"{" ".join(query.words)}"'
        case QueryType.NEAR:
            return f" NEAR/{NEAR_DISTANCE} ".join(query.words)
        case QueryType.PREFIX:
            return f"{query.words[0]}*"
        case QueryType.FUZZY:
            return f"{query.words[0]}~"
        case QueryType.QUERY:
            return query.words[0]
        case _:
            return " ".join(query.words)
