"""Whoosh, an engine in Python, which excerpt depends on for its query grammar."""

from pathlib import Path
from typing import Any

import whoosh.analysis
import whoosh.fields
import whoosh.highlight
import whoosh.index
import whoosh.query.spans

from excerpt.benchmark.passage_file import read_passages
from excerpt.benchmark.peers import Answer, DocumentChange
from excerpt.benchmark.queries import COMMON_TYPES, NEAR_DISTANCE, BenchmarkQuery, QueryType

__all__ = ["WhooshPeer"]

# These modules fill their namespaces in a way that type checkers do not understand.
_analysis: Any = whoosh.analysis
_fields: Any = whoosh.fields
_highlight: Any = whoosh.highlight
_queries: Any = whoosh.query

_MEGABYTES = 256
"""Memory of the writer, as its documentation advises."""
_OPENING_TAG = "<b "


class WhooshPeer:
    """Whoosh with its standard analyser, but without stop words, which would break phrases."""

    query_types = highlighted_types = COMMON_TYPES

    def __init__(self, ranking: str) -> None:
        self.settings = {
            "version": whoosh.__version_str__,
            "analyser": "StandardAnalyzer(stoplist=None, minsize=1)",
            "writer": f"limitmb={_MEGABYTES}, multisegment",
            "queries": "built, not parsed",
            "answers": "texts, no totals",
            "highlights": "WholeFragmenter",
        }
        analyser = _analysis.StandardAnalyzer(stoplist=None, minsize=1)
        self._schema = _fields.Schema(
            document=_fields.ID, text=_fields.TEXT(analyser, stored=True, phrase=True)
        )
        self._index: Any

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Add all passages through one writer with `processes` worker processes."""
        made = whoosh.index.create_in(str(folder), self._schema)
        writer = made.writer(procs=processes, limitmb=_MEGABYTES, multisegment=processes > 1)
        for passage in read_passages(passages):
            writer.add_document(document=passage.document, text=passage.text)
        writer.commit()

    def open(self, folder: Path) -> None:
        """Open the index."""
        self._index = whoosh.index.open_dir(str(folder))
        self._searcher = self._index.searcher()

    def search(self, query: BenchmarkQuery, limit: int, *, highlight: bool = False) -> Answer:
        """Search with a query object, without parsing."""
        found = self._searcher.search(_native_query(query), limit=limit)
        if not highlight:
            return Answer(None, tuple(hit["text"] for hit in found))
        found.fragmenter = _highlight.WholeFragmenter(charlimit=None)
        texts = tuple(hit.highlights("text") for hit in found)
        return Answer(None, texts, sum(text.count(_OPENING_TAG) for text in texts))

    def replace(self, change: DocumentChange) -> None:
        """Delete by name, add, commit, and open a new searcher."""
        writer = self._index.writer()
        writer.delete_by_term("document", change.document)
        for text in change.texts:
            writer.add_document(document=change.document, text=text)
        writer.commit()
        self._searcher = self._index.searcher()


def _native_query(query: BenchmarkQuery) -> Any:
    """Return `query` as a query object of Whoosh."""
    terms = [_queries.Term("text", word) for word in query.words]
    match query.type:
        case QueryType.ANY:
            return _queries.Or(terms)
        case QueryType.PHRASE:
            return _queries.Phrase("text", list(query.words))
        case QueryType.NEAR:
            # Its slop counts steps, ours the words between.
            return _queries.spans.SpanNear2(terms, slop=NEAR_DISTANCE + 1, ordered=False)
        case QueryType.PREFIX:
            return _queries.Prefix("text", query.words[0])
        case QueryType.FUZZY:
            return _queries.FuzzyTerm("text", query.words[0], maxdist=1, prefixlength=0)
        case _:
            return _queries.And(terms)
