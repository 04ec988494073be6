"""tantivy, a library in Rust, through its Python package."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from excerpt.benchmark.passage_file import read_passages
from excerpt.benchmark.peers import Answer, DocumentChange
from excerpt.benchmark.queries import COMMON_TYPES, BenchmarkQuery, QueryType

__all__ = ["TantivyPeer"]

_BYTES_PER_THREAD = 128_000_000
"""Memory of the writer for each thread."""
_MAX_CHARS = 1 << 30
"""Length limit of a snippet, longer than any passage, so that a snippet is the whole text."""


class TantivyPeer:
    """tantivy with its default tokenizer (lower case, no stop words, no stems) and positions.

    The texts are stored. It has phrases but no unordered NEAR. Its snippets do not highlight words
    matched by a prefix or a fuzzy word.
    """

    query_types = COMMON_TYPES - {QueryType.NEAR}
    highlighted_types = query_types - {QueryType.PREFIX, QueryType.FUZZY}

    def __init__(self, ranking: str) -> None:
        version: str = getattr(tantivy, "__version__", "")
        self.settings = {
            "version": version.removeprefix("tantivy v").partition(",")[0],
            "tokenizer": "default, with positions",
            "memory": "128 MB for each thread",
            "queries": "built, not parsed",
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

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Index with `processes` threads and wait for the merges."""
        index = tantivy.Index(self._schema, str(folder))
        writer = index.writer(_BYTES_PER_THREAD * processes, processes)
        for passage in read_passages(passages):
            writer.add_document(tantivy.Document(document=passage.document, text=passage.text))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        """Open the index."""
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def search(self, query: BenchmarkQuery, limit: int, *, highlight: bool = False) -> Answer:
        """Search with a query object, without parsing."""
        native = self._native_query(query)
        found = self._searcher.search(native, limit)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        if highlight:
            return self._highlighted(native, documents, found.count)
        return Answer(found.count, tuple(document.get_first("text") for document in documents))

    def _highlighted(self, native: Any, documents: Sequence[Any], total: int) -> Answer:
        """Return the texts from their first to their last word, and the number of highlights."""
        generator = tantivy.SnippetGenerator.create(self._searcher, native, self._schema, "text")
        generator.set_max_num_chars(_MAX_CHARS)
        snippets = [generator.snippet_from_doc(document) for document in documents]
        texts = tuple(snippet.fragment() for snippet in snippets)
        return Answer(total, texts, sum(len(snippet.highlighted()) for snippet in snippets))

    def replace(self, change: DocumentChange) -> None:
        """Delete by name, add, commit, and reload the index."""
        writer = self._index.writer(_BYTES_PER_THREAD, 1)
        writer.delete_documents_by_term("document", change.document)
        for text in change.texts:
            writer.add_document(tantivy.Document(document=change.document, text=text))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _native_query(self, query: BenchmarkQuery) -> Any:
        """Return `query` as a query object of tantivy."""
        make, words = tantivy.Query, query.words
        match query.type:
            case QueryType.WORD:
                return make.term_query(self._schema, "text", words[0])
            case QueryType.PHRASE:
                return make.phrase_query(self._schema, "text", list(words))
            case QueryType.PREFIX:
                return make.regex_query(self._schema, "text", f"{words[0]}.*")
            case QueryType.FUZZY:
                return make.fuzzy_term_query(
                    self._schema, "text", words[0], 1, transposition_cost_one=True
                )
        occur = tantivy.Occur.Must if query.type is QueryType.ALL else tantivy.Occur.Should
        return make.boolean_query(
            [(occur, make.term_query(self._schema, "text", word)) for word in words]
        )
