"""Documents in memory → the oracle: an engine that every other engine must equal.

It serves tests, and anyone who wants to search a handful of documents without writing files. It
evaluates the reference meaning of a query on every document, so it is slow.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from excerpt.engines.protocol import BuiltSegment, Statistics
from excerpt.engines.reference import ReferenceDocument, ReferenceEngine, ReferenceFields
from excerpt.errors import ExcerptError, Instruction
from excerpt.model import Document, Passage
from excerpt.query.ast import Fuzzy, Node, Pattern, Wildcard, Word
from excerpt.query.document_view import DocumentView, view_document
from excerpt.query.term_matching import MAX_TERMS, expansion_error, term_matcher
from excerpt.query.word_forms import WordForms
from excerpt.text import lower
from excerpt.text.document_tokens import DocumentTokens, tokenize_document

__all__ = ["MemoryEngine", "MemoryManifest", "MemoryVocabulary", "MemoryWriter"]


class MemoryVocabulary:
    """The words of some documents.

    languages      the languages of the documents; "" is unknown
    main_language  the language that texts of unknown language are taken for when stemmed, or ""
    """

    def __init__(self, views: Sequence[DocumentView], main_language: str = "") -> None:
        self.main_language = main_language
        self.languages = frozenset(view.language for view in views)
        self._written: dict[str, set[tuple[str, str]]] = {}
        """For each term, the language and the form in lower case of its forms."""
        for view in views:
            text = view.text
            for term, form in set(zip(text.terms, text.forms, strict=True)):
                self._written.setdefault(term, set()).add((text.language, lower(form)))

    def __len__(self) -> int:
        return len(self._written)

    def word_forms(self, word: Word) -> WordForms:
        """Return what a query word stands for."""
        written = self._written.get(word.term, ())
        return WordForms(word, self.languages, written, self.main_language)

    def written(self, term: str) -> frozenset[tuple[str, str]]:
        """Return the language, and the form in lower case, of each form with this term."""
        return frozenset(self._written.get(term, ()))

    def forms(self, word: Word) -> frozenset[tuple[str, str]]:
        """Return the language, and the form in lower case, of each form of a query word."""
        accepted = self.word_forms(word).accepted
        pairs = chain.from_iterable(self._written.values())
        return frozenset((language, form) for language, form in pairs if accepted(language, [form]))

    def expand(self, node: Node) -> frozenset[str]:
        """Return the terms that a Wildcard, Fuzzy or Pattern stands for.

        Raises:
            QueryError: if there are more than `MAX_TERMS`.
        """
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        terms = frozenset(filter(term_matcher(node), self._written))
        if len(terms) > MAX_TERMS:
            raise expansion_error(node)
        return terms


class MemoryEngine(ReferenceEngine):
    """An engine over the token sequences of documents in memory.

    Texts of unknown language are taken for texts in `main_language`, unless that is "".
    """

    def __init__(
        self,
        documents: Sequence[DocumentTokens],
        main_language: str = "",
        *,
        has_everything: bool = False,
    ) -> None:
        self.documents = tuple(documents)
        all_views = [view_document(each) for each in self.documents]
        vocabulary = MemoryVocabulary(all_views, main_language)
        references = [
            ReferenceDocument(each.document.id, view if has_everything else view.running())
            for each, view in zip(self.documents, all_views, strict=True)
        ]
        self._by_path = sorted(references, key=lambda document: document.order)
        views = [document.view for document in self._by_path]
        n_passages = sum(len(view.ordinals) for view in views)
        self._n_terms = len(vocabulary)
        self._has_everything = has_everything
        super().__init__(vocabulary, n_passages, sum(len(view.text) for view in views))

    @cached_property
    def everything(self) -> "MemoryEngine":
        """The same documents, with the passages that are set apart."""
        if self._has_everything:
            return self
        main_language = self.vocabulary.main_language
        return MemoryEngine(self.documents, main_language, has_everything=True)

    def candidates(
        self,
        node: Node,  # noqa: ARG002 - any node can match in any document
        ids: Collection[int] | None = None,
    ) -> Iterable[ReferenceDocument]:
        """Return all documents, or those with `ids`, by path."""
        return [document for document in self._by_path if ids is None or document.id in ids]

    @cached_property
    def document_fields(self) -> ReferenceFields:
        """The fields of all documents."""
        views = [document.view for document in self._by_path]
        return ReferenceFields.of(
            [document.id for document in self._by_path],
            [(view.paths, view.format, view.language, view.metadata) for view in views],
        )

    def joined_terms(self) -> frozenset[str]:
        """Return the terms that some sign joins to the next word."""
        terms = (document.view.text.joined_terms for document in self._by_path)
        return frozenset(chain.from_iterable(terms))

    def statistics(self) -> Statistics:
        """Return the size of the index."""
        return Statistics(len(self._by_path), self.n_passages, self.n_words, self._n_terms)

    def verify(self) -> None:
        """Do nothing: there are no files that could be damaged."""

    def close(self) -> None:
        """Do nothing: there are no files to close."""


class MemoryManifest(NamedTuple):
    """The ids of the documents of a state; it does not contain the documents.

    main_language  the language that texts of unknown language are taken for, or ""
    """

    documents: tuple[int, ...]
    main_language: str = ""

    @property
    def engine(self) -> str:
        """The name of this engine; no index on disk has it."""
        return "memory"

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON values."""
        return {
            "engine": self.engine,
            "documents": list(self.documents),
            "main_language": self.main_language,
        }


class MemoryWriter:
    """The next state of a memory engine; `engine` opens it."""

    def __init__(self) -> None:
        self._documents: dict[int, DocumentTokens] = {}
        self._main_language = ""

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add `document`, or replace the document with the same id."""
        self._documents[document.id] = tokenize_document(document, passages)

    def delete(self, document: int) -> None:
        """Delete the document with this id, if there is one."""
        self._documents.pop(document, None)

    def describe(
        self, document: int, paths: Sequence[str], metadata: Sequence[tuple[str, str]]
    ) -> None:
        """Change the paths and the metadata of a document."""
        tokens = self._documents[document]
        described = tokens.document._replace(paths=tuple(paths), metadata=tuple(metadata))
        self._documents[document] = tokens._replace(document=described)

    def adopt(self, segment: BuiltSegment) -> None:  # noqa: ARG002 - required by the protocol
        """Raise an error: this engine has no segments."""
        raise ExcerptError(
            "The memory engine has no segments.", Instruction("Use replace() instead.")
        )

    def prepare(self, main_language: str = "") -> MemoryManifest:
        """Return the manifest of the present state; nothing is written."""
        self._main_language = main_language
        return MemoryManifest(tuple(sorted(self._documents)), main_language)

    def close(self) -> None:
        """Do nothing: nothing needs to be discarded."""

    def engine(self) -> MemoryEngine:
        """Return an engine over the present state, with the main language last prepared."""
        return MemoryEngine(list(self._documents.values()), self._main_language)
