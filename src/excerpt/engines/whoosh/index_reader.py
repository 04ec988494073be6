"""A committed state in Whoosh's format: terms → live documents, and the tokens of each document.

Documents are identified by their rank: their position when sorted by path.
"""

from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from excerpt.engines.packed_documents import LazyView, unpack
from excerpt.engines.reference import ReferenceDocument
from excerpt.engines.whoosh.checked_storage import CheckedStorage, detect_damage
from excerpt.engines.whoosh.document_table import read_document_table
from excerpt.engines.whoosh.fields import FORM_OF_TERM, join_parts, term_field
from excerpt.engines.whoosh.manifest import WhooshManifest
from excerpt.engines.whoosh.segment_reader import SegmentReader
from excerpt.memory import BoundedCache
from excerpt.query.ast import Fuzzy, Node, Pattern, Wildcard, Word
from excerpt.query.document_view import DocumentView
from excerpt.query.term_matching import MAX_TERMS, expansion_error, term_matcher
from excerpt.query.word_forms import WordForms

__all__ = ["WhooshIndexReader", "WhooshVocabulary"]

_WORD_BYTES: Final = 60
"""Memory that a word of an unpacked document takes, in its seven parallel sequences."""
_DOCUMENT_CACHE_BYTES: Final = 128_000_000
"""Bound of the cache of unpacked documents: two million words."""
_WORD_CACHE_BYTES: Final = 8_000_000
"""Bound of the cache of what query words stand for."""
_EXPANSION_CACHE_BYTES: Final = 16_000_000
"""Bound of the cache of the terms that wildcards and the like stand for."""


class WhooshIndexReader:
    """The files in `folder` that `manifest` names.

    documents      the live documents, sorted by path
    rank_of        the rank of each document, by its id
    main_language  the language that texts of unknown language are taken for, or ""
    """

    def __init__(self, folder: Path, manifest: WhooshManifest) -> None:
        """Open and check all files.

        Raises:
            IndexDamaged: if a file is missing or damaged.
        """
        self._folder = folder
        self.main_language = manifest.main_language
        self._document_table = manifest.document_table
        documents = read_document_table(folder, self._document_table)
        self.documents = sorted(documents, key=lambda document: document.order)
        self.rank_of = {document.id: rank for rank, document in enumerate(self.documents)}
        self._storage = CheckedStorage(folder, manifest.whoosh_files)
        self._segments = {
            info.name: SegmentReader(folder, self._storage, info) for info in manifest.segments
        }
        with detect_damage(folder):
            for rank, document in enumerate(self.documents):
                self._segments[document.segment].rank_of[document.number] = rank
        self._views: BoundedCache[int, DocumentView] = BoundedCache(_DOCUMENT_CACHE_BYTES)
        self._latest: tuple[int, DocumentView] | None = None
        """The document that was unpacked last. Its parts are accessed one by one, and the cache
        does not keep a very large document."""

    def ranks(self, field: str, term: str) -> set[int]:
        """Return the ranks of the documents that have `term` in `field`."""
        return {rank for segment in self._segments.values() for rank in segment.ranks(field, term)}

    def terms(self, field: str, prefix: str = "") -> Iterator[str]:
        """Yield the terms in `field` that begin with `prefix`.

        Terms of several segments are repeated, and some may occur in deleted documents only.
        """
        for segment in self._segments.values():
            yield from segment.terms(field, prefix)

    def is_live(self, field: str, term: str) -> bool:
        """Return whether a live document has `term` in `field`."""
        return any(True for segment in self._segments.values() for _ in segment.ranks(field, term))

    def document(self, rank: int, *, has_everything: bool = True) -> ReferenceDocument:
        """Return the document with this rank. Its tokens are read when they are accessed.

        Passages that are set apart are left out unless it `has_everything`.
        """
        document = self.documents[rank]
        n = document.n_passages if has_everything else document.n_running_passages
        return ReferenceDocument(document.id, LazyView(document, n, partial(self.view, rank)))

    def view(self, rank: int) -> DocumentView:
        """Return the document with this rank and all its tokens."""
        if self._latest is not None and self._latest[0] == rank:
            return self._latest[1]
        view = self._views.get(rank)
        if view is None:
            view = self._read_view(rank)
            self._views.put(rank, view, _WORD_BYTES * self.documents[rank].n_words)
        self._latest = (rank, view)
        return view

    def _read_view(self, rank: int) -> DocumentView:
        document = self.documents[rank]
        packed = self._segments[document.segment].packed_tokens(document.number)
        with detect_damage(self._folder):
            view = unpack(
                packed, document.paths, document.format, document.language, document.metadata
            )
            if (len(view.kinds), len(view.text)) != (document.n_passages, document.n_words):
                raise ValueError(f"document {document.id} differs from the document table")
        return view

    def verify(self) -> None:
        """Read all files and compare them with their digests.

        Raises:
            IndexDamaged: naming the first file that differs.
        """
        read_document_table(self._folder, self._document_table)
        self._storage.verify()

    def close(self) -> None:
        """Close the files."""
        self._views.clear()
        self._latest = None
        self._segments = {}
        self._storage.close()


class WhooshVocabulary:
    """The words of the live documents."""

    def __init__(self, reader: WhooshIndexReader) -> None:
        self._reader = reader
        self._languages = frozenset(document.language for document in reader.documents)
        self._word_forms: BoundedCache[Word, WordForms] = BoundedCache(_WORD_CACHE_BYTES)
        self._expansions: BoundedCache[Node, frozenset[str]] = BoundedCache(_EXPANSION_CACHE_BYTES)

    def __len__(self) -> int:
        field = term_field("text")
        return sum(self._reader.is_live(field, term) for term in set(self._reader.terms(field)))

    def word_forms(self, word: Word) -> WordForms:
        """Return what a query word stands for."""
        unweighted = word.replace(weight=1.0)
        found = self._word_forms.get(unweighted)
        if found is None:
            written = self._written(word.term)
            found = WordForms(word, self._languages, written, self.main_language)
            self._word_forms.put(unweighted, found)
        return found

    def forms(self, word: Word) -> frozenset[tuple[str, str]]:
        """Return the language, and the form in lower case, of each form of a query word."""
        accepted = self.word_forms(word).accepted
        all_forms = {joined.split(" ", 1)[0]: None for joined in self._reader.terms(FORM_OF_TERM)}
        pairs = chain.from_iterable(map(self._written, all_forms))
        return frozenset((language, form) for language, form in pairs if accepted(language, [form]))

    @property
    def languages(self) -> frozenset[str]:
        """The languages of the documents; "" is unknown."""
        return self._languages

    @property
    def main_language(self) -> str:
        """The language that texts of unknown language are taken for when stemmed, or ""."""
        return self._reader.main_language

    def written(self, term: str) -> frozenset[tuple[str, str]]:
        """Return the language, and the form in lower case, of each form with this term."""
        return frozenset(self._written(term))

    def _written(self, term: str) -> Iterator[tuple[str, str]]:
        """Yield the language, and the form in lower case, of each live form of `term`."""
        for joined in self._reader.terms(FORM_OF_TERM, join_parts(term, "")):
            if self._reader.is_live(FORM_OF_TERM, joined):
                _, language, form = joined.split(" ")
                yield language, form

    def expand(self, node: Node) -> frozenset[str]:
        """Return the terms that a Wildcard, Fuzzy or Pattern stands for.

        Raises:
            QueryError: if there are more than `MAX_TERMS`.
        """
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        terms = self._expansions.get(node)
        if terms is None:
            terms = frozenset(self._matching_terms(node))
            self._expansions.put(node, terms)
        return terms

    def _matching_terms(self, node: Wildcard | Fuzzy | Pattern) -> set[str]:
        field = term_field("text")
        terms: set[str] = set()
        for term in filter(term_matcher(node), self._reader.terms(field)):
            if term not in terms and self._reader.is_live(field, term):
                terms.add(term)
                if len(terms) > MAX_TERMS:
                    raise expansion_error(node)
        return terms
