"""tantivy, a library in Rust, through its Python package."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from excerpt.benchmark.passages import read_rows
from excerpt.benchmark.peers import Answer, Change
from excerpt.benchmark.queries import PLAIN, Form, Question

__all__ = ["Measured"]

_HEAP_PER_THREAD = 128_000_000
_LONGEST = 1 << 30
"""Bytes of a snippet, at most: more than any passage has."""


class Measured:
    """Its default tokenizer (words in small letters, no stop words, no stems) with positions, texts stored.

    It has phrases but no NEAR in either order; its snippets mark no words found by a prefix or a fuzzy word.
    """

    forms = PLAIN - {Form.NEAR}
    marked = forms - {Form.PREFIX, Form.FUZZY}

    def __init__(self, ranking: str) -> None:  # noqa: ARG002 - it has one
        self.settings = {
            "version": tantivy.__version__.removeprefix("tantivy v").partition(",")[0],  # type: ignore[attr-defined, unused-ignore]
            "tokenizer": "default, with positions",
            "heap": "128 MB for each thread",
            "queries": "put together, not parsed",
            "prefix, fuzzy": "unranked",
            "answers": "texts, exact totals",
            "highlights": "SnippetGenerator over the whole text",
        }
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
        builder.add_text_field(
            "text", stored=True, tokenizer_name="default", index_option="position"
        )
        self._schema = builder.build()
        self._index: Any

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:  # noqa: ARG002
        """Index with so many threads, and wait for the merges."""
        index = tantivy.Index(self._schema, str(folder))
        writer = index.writer(_HEAP_PER_THREAD * processes, processes)
        for row in read_rows(passages):
            writer.add_document(tantivy.Document(document=row.document, text=row.text))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        """Open the index."""
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def ask(self, question: Question, limit: int, *, is_marked: bool = False) -> Answer:
        """Ask by a query that is put together, not parsed."""
        query = self._query(question)
        found = self._searcher.search(query, limit)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        if is_marked:
            return self._marked(query, documents, found.count)
        return Answer(found.count, tuple(document.get_first("text") for document in documents))

    def _marked(self, query: Any, documents: Sequence[Any], total: int) -> Answer:
        """The texts from their first to their last word, and the places of matches in them."""
        generator = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "text")
        generator.set_max_num_chars(_LONGEST)
        snippets = [generator.snippet_from_doc(document) for document in documents]
        texts = tuple(snippet.fragment() for snippet in snippets)
        return Answer(total, texts, sum(len(snippet.highlighted()) for snippet in snippets))

    def change(self, change: Change) -> None:
        """Delete by name, add, commit, and read the new state."""
        writer = self._index.writer(_HEAP_PER_THREAD, 1)
        writer.delete_documents_by_term("document", change.document)
        for text in change.texts:
            writer.add_document(tantivy.Document(document=change.document, text=text))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _query(self, question: Question) -> Any:
        query, words = tantivy.Query, question.words
        match question.form:
            case Form.WORD:
                return query.term_query(self._schema, "text", words[0])
            case Form.PHRASE:
                return query.phrase_query(self._schema, "text", list(words))
            case Form.PREFIX:
                return query.regex_query(self._schema, "text", f"{words[0]}.*")
            case Form.FUZZY:
                return query.fuzzy_term_query(
                    self._schema, "text", words[0], 1, transposition_cost_one=True
                )
        occur = tantivy.Occur.Must if question.form is Form.ALL else tantivy.Occur.Should
        return query.boolean_query(
            [(occur, query.term_query(self._schema, "text", word)) for word in words]
        )
