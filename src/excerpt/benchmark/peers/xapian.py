"""Xapian, a library in C++, if the system has its Python module (Debian: python3-xapian)."""

import os
from pathlib import Path
from typing import Any

from excerpt.benchmark.passage_file import read_passages
from excerpt.benchmark.peers import Answer, DocumentChange
from excerpt.benchmark.queries import COMMON_TYPES, NEAR_DISTANCE, BenchmarkQuery, QueryType

# Its documentation advises this for large builds.
os.environ.setdefault("XAPIAN_FLUSH_THRESHOLD", "100000")

import xapian

__all__ = ["XapianPeer"]

_OPENING_TAG = "<b>"
_WHOLE_TEXT = 0
"""Flags of a snippet that keep the whole text; with the default flags it ends at the last match."""
_NAME_PREFIX = "Q"
"""By Xapian's convention, the prefix of terms that identify a document."""


class XapianPeer:
    """Xapian's term generator without stems, with positions; texts stored as document data.

    Version 1.4 has no fuzzy words.
    """

    query_types = highlighted_types = COMMON_TYPES - {QueryType.FUZZY}

    def __init__(self, ranking: str) -> None:
        self.settings = {
            "version": xapian.version_string(),
            "stems": "none",
            "flush threshold": os.environ["XAPIAN_FLUSH_THRESHOLD"],
            "queries": "built, not parsed",
            "answers": "texts, no totals",
            "highlights": "MSet.snippet over the whole text, without a background model",
        }
        self._generator = xapian.TermGenerator()
        self._folder: Path
        self._database: Any

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Add all passages in one thread."""
        database = xapian.WritableDatabase(str(folder), xapian.DB_CREATE_OR_OPEN)
        for passage in read_passages(passages):
            database.add_document(self._document(passage.document, passage.text))
        database.commit()
        database.close()

    def open(self, folder: Path) -> None:
        """Open the database."""
        self._folder = folder
        self._database = xapian.Database(str(folder))

    def search(self, query: BenchmarkQuery, limit: int, *, highlight: bool = False) -> Answer:
        """Search with a query object, without parsing."""
        enquire = xapian.Enquire(self._database)
        enquire.set_query(_native_query(query))
        found = enquire.get_mset(0, limit)
        data = [hit.document.get_data() for hit in found]
        if highlight:
            stemmer = xapian.Stem("none")
            data = [found.snippet(text, len(text), stemmer, _WHOLE_TEXT) for text in data]
        texts = tuple(text.decode("utf-8", "replace") for text in data)
        n_highlights = sum(text.count(_OPENING_TAG) for text in texts) if highlight else 0
        return Answer(None, texts, n_highlights)

    def replace(self, change: DocumentChange) -> None:
        """Delete by name, add, commit, and reopen the database."""
        database = xapian.WritableDatabase(str(self._folder), xapian.DB_OPEN)
        database.delete_document(_NAME_PREFIX + change.document)
        for text in change.texts:
            database.add_document(self._document(change.document, text))
        database.commit()
        database.close()
        self._database.reopen()

    def _document(self, name: str, text: str) -> Any:
        document = xapian.Document()
        self._generator.set_document(document)
        self._generator.set_termpos(0)
        self._generator.index_text(text)
        document.set_data(text)
        document.add_boolean_term(_NAME_PREFIX + name)
        return document


def _native_query(query: BenchmarkQuery) -> Any:
    """Return `query` as a query object of Xapian."""
    make, words = xapian.Query, list(query.words)
    match query.type:
        case QueryType.ANY:
            return make(make.OP_OR, words)
        case QueryType.PHRASE:
            return make(make.OP_PHRASE, words, len(words))
        case QueryType.NEAR:
            # Its window counts all words, ours the words between two.
            return make(make.OP_NEAR, words, NEAR_DISTANCE + 2)
        case QueryType.PREFIX:
            return make(make.OP_WILDCARD, words[0], 0, make.WILDCARD_LIMIT_ERROR)
        case _:
            return make(make.OP_AND, words)
