"""Whoosh, an engine in Python, which comes with excerpt for its grammar."""

from pathlib import Path
from typing import Any

import whoosh.analysis
import whoosh.fields
import whoosh.highlight
import whoosh.index
import whoosh.query.spans

from excerpt.benchmark.passages import read_rows
from excerpt.benchmark.peers import Answer, Change
from excerpt.benchmark.queries import DISTANCE, PLAIN, Form, Question

__all__ = ["Measured"]

_analysis: Any = whoosh.analysis
_fields: Any = whoosh.fields
_highlight: Any = whoosh.highlight
_queries: Any = whoosh.query
"""Their names are not told to type checkers."""

_MEGABYTES = 256
_MARK = "<b "


class Measured:
    """Its standard analyser without stop words, since these would lose phrases; the memory its documentation advises."""

    forms = marked = PLAIN

    def __init__(self, ranking: str) -> None:  # noqa: ARG002 - it has one
        self.settings = {
            "version": whoosh.__version_str__,
            "analyser": "StandardAnalyzer(stoplist=None, minsize=1)",
            "writer": f"limitmb={_MEGABYTES}, multisegment",
            "queries": "put together, not parsed",
            "answers": "texts, nothing counted",
            "highlights": "WholeFragmenter",
        }
        analyser = _analysis.StandardAnalyzer(stoplist=None, minsize=1)
        self._schema = _fields.Schema(
            document=_fields.ID, text=_fields.TEXT(analyser, stored=True, phrase=True)
        )
        self._index: Any

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:  # noqa: ARG002
        """Add everything through one writer that works in so many processes."""
        made = whoosh.index.create_in(str(folder), self._schema)
        writer = made.writer(procs=processes, limitmb=_MEGABYTES, multisegment=processes > 1)
        for row in read_rows(passages):
            writer.add_document(document=row.document, text=row.text)
        writer.commit()

    def open(self, folder: Path) -> None:
        """Open the index."""
        self._index = whoosh.index.open_dir(str(folder))
        self._searcher = self._index.searcher()

    def ask(self, question: Question, limit: int, *, is_marked: bool = False) -> Answer:
        """Ask by a query that is put together, not parsed."""
        found = self._searcher.search(_query(question), limit=limit)
        if not is_marked:
            return Answer(None, tuple(hit["text"] for hit in found))
        found.fragmenter = _highlight.WholeFragmenter(charlimit=None)
        texts = tuple(hit.highlights("text") for hit in found)
        return Answer(None, texts, sum(text.count(_MARK) for text in texts))

    def change(self, change: Change) -> None:
        """Delete by name, add, commit, and read the new state."""
        writer = self._index.writer()
        writer.delete_by_term("document", change.document)
        for text in change.texts:
            writer.add_document(document=change.document, text=text)
        writer.commit()
        self._searcher = self._index.searcher()


def _query(question: Question) -> Any:
    terms = [_queries.Term("text", word) for word in question.words]
    match question.form:
        case Form.ANY:
            return _queries.Or(terms)
        case Form.PHRASE:
            return _queries.Phrase("text", list(question.words))
        case Form.NEAR:
            return _queries.spans.SpanNear2(terms, slop=DISTANCE + 1, ordered=False)
        case Form.PREFIX:
            return _queries.Prefix("text", question.words[0])
        case Form.FUZZY:
            return _queries.FuzzyTerm("text", question.words[0], maxdist=1, prefixlength=0)
        case _:
            return _queries.And(terms)
