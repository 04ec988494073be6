"""Xapian, a library in C++, where the system has its Python module (Debian: python3-xapian)."""

import os
from pathlib import Path
from typing import Any

from excerpt.benchmark.passages import read_rows
from excerpt.benchmark.peers import Answer, Change
from excerpt.benchmark.queries import DISTANCE, PLAIN, Form, Question

os.environ.setdefault(
    "XAPIAN_FLUSH_THRESHOLD", "100000"
)  # as its documentation advises for large builds

import xapian

__all__ = ["Measured"]

_MARK = "<b>"
_WHOLE = 0
"""The flags of a snippet in which nothing is to be chosen; with its default ones it ends at the last match."""
_NAME = "Q"
"""The prefix of terms that identify a document, by its own convention."""


class Measured:
    """Its term generator without stems, with positions; the texts as the data of its documents. No fuzzy words in 1.4."""

    forms = marked = PLAIN - {Form.FUZZY}

    def __init__(self, ranking: str) -> None:  # noqa: ARG002 - it has one
        self.settings = {
            "version": xapian.version_string(),
            "stems": "none",
            "flush threshold": os.environ["XAPIAN_FLUSH_THRESHOLD"],
            "queries": "put together, not parsed",
            "answers": "texts, nothing counted",
            "highlights": "MSet.snippet over the whole text, without a background model",
        }
        self._generator = xapian.TermGenerator()
        self._folder: Path
        self._database: Any

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:  # noqa: ARG002
        """Add everything, in one thread."""
        database = xapian.WritableDatabase(str(folder), xapian.DB_CREATE_OR_OPEN)
        for row in read_rows(passages):
            database.add_document(self._document(row.document, row.text))
        database.commit()
        database.close()

    def open(self, folder: Path) -> None:
        """Open the database."""
        self._folder = folder
        self._database = xapian.Database(str(folder))

    def ask(self, question: Question, limit: int, *, is_marked: bool = False) -> Answer:
        """Ask by a query that is put together, not parsed."""
        enquire = xapian.Enquire(self._database)
        enquire.set_query(_query(question))
        found = enquire.get_mset(0, limit)
        data = [hit.document.get_data() for hit in found]
        if is_marked:
            data = [found.snippet(text, len(text), xapian.Stem("none"), _WHOLE) for text in data]
        texts = tuple(text.decode("utf-8", "replace") for text in data)
        return Answer(None, texts, sum(text.count(_MARK) for text in texts) if is_marked else 0)

    def change(self, change: Change) -> None:
        """Delete by name, add, commit, and read the new state."""
        database = xapian.WritableDatabase(str(self._folder), xapian.DB_OPEN)
        database.delete_document(_NAME + change.document)
        for text in change.texts:
            database.add_document(self._document(change.document, text))
        database.commit()
        database.close()
        self._database.reopen()

    def _document(self, document: str, text: str) -> Any:
        made = xapian.Document()
        self._generator.set_document(made)
        self._generator.set_termpos(0)
        self._generator.index_text(text)
        made.set_data(text)
        made.add_boolean_term(_NAME + document)
        return made


def _query(question: Question) -> Any:
    query, words = xapian.Query, list(question.words)
    match question.form:
        case Form.ANY:
            return query(query.OP_OR, words)
        case Form.PHRASE:
            return query(query.OP_PHRASE, words, len(words))
        case Form.NEAR:
            return query(query.OP_NEAR, words, DISTANCE + 2)
        case Form.PREFIX:
            return query(query.OP_WILDCARD, words[0], 0, query.WILDCARD_LIMIT_ERROR)
        case _:
            return query(query.OP_AND, words)
