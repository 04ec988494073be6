"""SQLite's full-text index FTS5, from the standard library."""

import sqlite3
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from excerpt.benchmark.passages import read_rows
from excerpt.benchmark.peers import Answer, Change
from excerpt.benchmark.queries import DISTANCE, PLAIN, Form, Question

__all__ = ["Measured"]

_FILE = "passages.sqlite"
_MARK = "<b>"
_TABLES = """
    CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');
    CREATE TABLE documents (name TEXT PRIMARY KEY, first INTEGER, last INTEGER);
"""


class Measured:
    """Words folded by its tokenizer, one transaction, merged at the end as its documentation advises. No fuzzy words.

    Raises:
        ImportError: if this SQLite was made without FTS5.
    """

    forms = marked = PLAIN - {Form.FUZZY}

    def __init__(self, ranking: str) -> None:  # noqa: ARG002 - it has one
        self.settings = {
            "version": sqlite3.sqlite_version,
            "tokenizer": "unicode61 remove_diacritics 2",
            "after building": "optimize",
            "journal": "WAL",
            "order": "rank",
            "queries": "parsed each time",
            "answers": "texts, nothing counted",
            "highlights": "highlight()",
        }
        with sqlite3.connect(":memory:") as trial:
            try:
                trial.execute("CREATE VIRTUAL TABLE trial USING fts5(text)")
            except sqlite3.OperationalError as error:
                raise ImportError("this SQLite has no FTS5") from error
        trial.close()
        self._database: sqlite3.Connection

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:  # noqa: ARG002
        """Insert all in one transaction and merge everything into one b-tree."""
        self.open(folder)
        database = self._database
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(_TABLES)
        with database:
            database.execute("BEGIN")
            for document, rows in groupby(read_rows(passages), key=lambda row: row.document):
                self._insert(document, [row.text for row in rows])
            database.execute("INSERT INTO passages (passages) VALUES ('optimize')")
        database.close()

    def open(self, folder: Path) -> None:
        """Open the database."""
        self._database = sqlite3.connect(folder / _FILE, isolation_level=None)

    def ask(self, question: Question, limit: int, *, is_marked: bool = False) -> Answer:
        """The best by `rank`, which is its bm25()."""
        text = f"highlight(passages, 0, '{_MARK}', '</b>')" if is_marked else "text"
        found = self._database.execute(
            f"SELECT {text} FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?",
            (_match(question), limit),
        )
        texts = tuple(text for (text,) in found)
        return Answer(None, texts, sum(text.count(_MARK) for text in texts) if is_marked else 0)

    def change(self, change: Change) -> None:
        """Delete by number and insert, in one transaction."""
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
        numbered = list(enumerate(texts, last + 1))
        self._database.executemany("INSERT INTO passages (rowid, text) VALUES (?, ?)", numbered)
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?)", (document, last + 1, last + len(texts))
        )


def _match(question: Question) -> str:
    """The question in its query language, each word in quotes."""
    words = [f'"{word}"' for word in question.words]
    match question.form:
        case Form.ANY:
            return " OR ".join(words)
        case Form.PHRASE:
            return f'"{" ".join(question.words)}"'
        case Form.NEAR:
            return f"NEAR({' '.join(words)}, {DISTANCE})"
        case Form.PREFIX:
            return f"{words[0]} *"
        case _:
            return " AND ".join(words)
