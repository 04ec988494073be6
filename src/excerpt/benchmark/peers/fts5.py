"""FTS5, the full-text index of SQLite, from the standard library."""

import sqlite3
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from excerpt.benchmark.passage_file import read_passages
from excerpt.benchmark.peers import Answer, DocumentChange
from excerpt.benchmark.queries import COMMON_TYPES, NEAR_DISTANCE, BenchmarkQuery, QueryType

__all__ = ["Fts5Peer"]

_FILE = "passages.sqlite"
_OPENING_TAG = "<b>"
_TABLES = """
    CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');
    CREATE TABLE documents (name TEXT PRIMARY KEY, first INTEGER, last INTEGER);
"""


class Fts5Peer:
    """FTS5 with its own tokenizer; one transaction, then the merge that its documentation advises.

    It has no fuzzy words.

    Raises:
        ImportError: if SQLite was compiled without FTS5.
    """

    query_types = highlighted_types = COMMON_TYPES - {QueryType.FUZZY}

    def __init__(self, ranking: str) -> None:
        self.settings = {
            "version": sqlite3.sqlite_version,
            "tokenizer": "unicode61 remove_diacritics 2",
            "after building": "optimize",
            "journal": "WAL",
            "order": "rank",
            "queries": "parsed each time",
            "answers": "texts, no totals",
            "highlights": "highlight()",
        }
        with sqlite3.connect(":memory:") as trial:
            try:
                trial.execute("CREATE VIRTUAL TABLE trial USING fts5(text)")
            except sqlite3.OperationalError as error:
                raise ImportError("SQLite was compiled without FTS5") from error
        trial.close()
        self._database: sqlite3.Connection

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Insert all passages in one transaction and merge them into one b-tree."""
        self.open(folder)
        database = self._database
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(_TABLES)
        with database:
            database.execute("BEGIN")
            for document, group in groupby(
                read_passages(passages), key=lambda passage: passage.document
            ):
                self._insert(document, [passage.text for passage in group])
            database.execute("INSERT INTO passages (passages) VALUES ('optimize')")
        database.close()

    def open(self, folder: Path) -> None:
        """Open the database."""
        # With isolation_level=None the module begins no transactions of its own.
        self._database = sqlite3.connect(folder / _FILE, isolation_level=None)

    def search(self, query: BenchmarkQuery, limit: int, *, highlight: bool = False) -> Answer:
        """Return the best passages by `rank`, which is its function bm25()."""
        text = f"highlight(passages, 0, '{_OPENING_TAG}', '</b>')" if highlight else "text"
        rows = self._database.execute(
            f"SELECT {text} FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?",
            (_match_expression(query), limit),
        )
        texts = tuple(text for (text,) in rows)
        n_highlights = sum(text.count(_OPENING_TAG) for text in texts) if highlight else 0
        return Answer(None, texts, n_highlights)

    def replace(self, change: DocumentChange) -> None:
        """Delete by row id and insert, in one transaction."""
        with self._database:
            self._database.execute("BEGIN")
            ((first, last),) = self._database.execute(
                "SELECT first, last FROM documents WHERE name = ?", (change.document,)
            )
            self._database.execute(
                "DELETE FROM passages WHERE rowid BETWEEN ? AND ?", (first, last)
            )
            self._database.execute("DELETE FROM documents WHERE name = ?", (change.document,))
            self._insert(change.document, change.texts)

    def _insert(self, document: str, texts: Sequence[str]) -> None:
        ((last,),) = self._database.execute("SELECT coalesce(max(last), 0) FROM documents")
        rows = list(enumerate(texts, last + 1))
        self._database.executemany("INSERT INTO passages (rowid, text) VALUES (?, ?)", rows)
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?)", (document, last + 1, last + len(texts))
        )


def _match_expression(query: BenchmarkQuery) -> str:
    """Return `query` in the query language of FTS5, with each word in quotes."""
    words = [f'"{word}"' for word in query.words]
    match query.type:
        case QueryType.ANY:
            return " OR ".join(words)
        case QueryType.PHRASE:
            return f'"{" ".join(query.words)}"'
        case QueryType.NEAR:
            return f"NEAR({' '.join(words)}, {NEAR_DISTANCE})"
        case QueryType.PREFIX:
            return f"{words[0]} *"
        case _:
            return " AND ".join(words)
