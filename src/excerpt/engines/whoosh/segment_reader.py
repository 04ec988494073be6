"""A committed state in Whoosh's format, open: in which living documents a term stands, and the words of each.

Documents are told by their rank: their place in the order of their paths.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import whoosh.reading

from excerpt.engines.reference import ReferenceDocument
from excerpt.engines.whoosh.checked_storage import (
    CheckedStorage,
    PlainCodec,
    reported_damage,
    segment,
)
from excerpt.engines.whoosh.document_table import read_document_table
from excerpt.engines.whoosh.fields import KEPT, VARIANTS, schema, term_field, token
from excerpt.engines.whoosh.manifest import WhooshManifest, WhooshSegmentInfo
from excerpt.engines.whoosh.stored_fields import unpack
from excerpt.memory import BoundedCache
from excerpt.query.ast import Fuzzy, Node, Pattern, Wildcard
from excerpt.query.term_matching import MAX_TERMS, expansion_error, term_matcher
from excerpt.query.token_sequence import DocumentView, TokenSequence
from excerpt.text import possible_stems

__all__ = ["SegmentReader", "WhooshReader", "WhooshVocabulary"]

_reading: Any = whoosh.reading
"""Its names are not told to type checkers."""
_WORD_BYTES = 60
"""Bytes that a word of a document takes in memory: its place in seven parallel sequences."""
_DOCUMENT_BYTES = 128_000_000
"""Bytes of the documents that are kept in memory: two million words."""
_STEM_BYTES = 4_000_000
_EXPANSION_BYTES = 16_000_000
"""Bytes of the stems of query words and of the expansions of wildcards that are kept in memory."""


class SegmentReader:
    """One segment, open for reading."""

    def __init__(self, folder: Path, storage: CheckedStorage, info: WhooshSegmentInfo) -> None:
        self._folder = folder
        self.n_documents = info.n_documents
        self.rank_of = [-1] * self.n_documents
        """The rank of each document, -1 if it is dead."""
        with reported_damage(folder):
            self._reader = _reading.SegmentReader(
                storage,
                schema(),
                segment(info.name, self.n_documents, ()),
                codec=PlainCodec(),
            )
            self._kept = self._reader.column_reader(KEPT, translate=False)

    def ranks(self, field: str, text: str) -> Iterator[int]:
        """The living documents in which the term `text` stands."""
        term = text.encode("utf-8", "surrogatepass")
        with reported_damage(self._folder):
            if (field, term) in self._reader:
                numbers = self._reader.postings(field, term).all_ids()
                yield from (rank for number in numbers if (rank := self.rank_of[number]) >= 0)

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        """The terms that begin with `prefix`, of dead documents too."""
        beginning = prefix.encode("utf-8", "surrogatepass")
        with reported_damage(self._folder):
            for term in self._reader.expand_prefix(field, beginning):
                yield term.decode()

    def kept(self, number: int) -> bytes:
        """What is kept of a document."""
        with reported_damage(self._folder):
            data: bytes = self._kept[number]
            return data


class WhooshReader:
    """The files in `folder` that `manifest` names."""

    def __init__(self, folder: Path, manifest: WhooshManifest) -> None:
        """Check and open them.

        Raises:
            IndexDamaged: if anything is not what was written.
        """
        self._folder = folder
        self.entries = sorted(
            read_document_table(folder, manifest.document_table), key=lambda entry: entry.order
        )
        self.rank_of = {entry.document: rank for rank, entry in enumerate(self.entries)}
        self._document_table = manifest.document_table
        self._storage = CheckedStorage(folder, manifest.whoosh_files)
        self._readers = {
            info.name: SegmentReader(folder, self._storage, info) for info in manifest.segments
        }
        with reported_damage(folder):
            for rank, entry in enumerate(self.entries):
                self._readers[entry.segment].rank_of[entry.number] = rank
        self._cache: BoundedCache[int, DocumentView] = BoundedCache(_DOCUMENT_BYTES)
        self._latest: tuple[int, DocumentView] | None = None
        """The document that was read last, however large it is: its parts are read one by one."""

    def ranks(self, field: str, text: str) -> set[int]:
        """The documents in which the term `text` stands."""
        return {rank for reader in self._readers.values() for rank in reader.ranks(field, text)}

    def terms(self, field: str, prefix: str = "") -> Iterator[str]:
        """The terms that begin with `prefix`, some of them perhaps more than once or of dead documents alone."""
        for reader in self._readers.values():
            yield from reader.terms(field, prefix)

    def is_live(self, field: str, text: str) -> bool:
        """Whether the term `text` stands in any document."""
        return any(True for reader in self._readers.values() for _ in reader.ranks(field, text))

    def document(self, rank: int) -> ReferenceDocument:
        """The document with its words, which are read when they are looked at."""
        return ReferenceDocument(self.entries[rank].document, _Subject(self, rank))

    def words(self, rank: int) -> DocumentView:
        """The document with its words."""
        if self._latest is not None and self._latest[0] == rank:
            return self._latest[1]
        found = self._cache.get(rank)
        if found is None:
            found = self._read(rank)
            self._cache.put(rank, found, _WORD_BYTES * self.entries[rank].n_words)
        self._latest = (rank, found)
        return found

    def _read(self, rank: int) -> DocumentView:
        entry = self.entries[rank]
        data = self._readers[entry.segment].kept(entry.number)
        with reported_damage(self._folder):
            found = unpack(data, entry.paths, entry.format, entry.language, entry.metadata)
            if (len(found.kinds), len(found.text)) != (entry.n_passages, entry.n_words):
                raise ValueError(f"document {entry.document} is not the one of the roster")
        return found

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming the first file that is not what was written.
        """
        read_document_table(self._folder, self._document_table)
        self._storage.verify()

    def close(self) -> None:
        """Let go of the files."""
        self._cache.clear()
        self._latest = None
        self._readers = {}
        self._storage.close()


class _Subject(DocumentView):
    """A document of a shelf: what the roster has is at hand, the words are read when they are looked at."""

    _reader: WhooshReader
    _rank: int

    def __init__(self, reader: WhooshReader, rank: int) -> None:
        entry = reader.entries[rank]
        known = {name: getattr(entry, name) for name in ("paths", "format", "language", "metadata")}
        for name, value in {**known, "_reader": reader, "_rank": rank}.items():
            object.__setattr__(self, name, value)  # for it is frozen

    @property
    def _words(self) -> DocumentView:
        return self._reader.words(self._rank)

    @property
    def ordinals(self) -> range:
        return range(self._reader.entries[self._rank].n_passages)

    @property
    def text(self) -> TokenSequence:
        return self._words.text

    @property
    def title(self) -> TokenSequence:
        return self._words.title

    @property
    def headings(self) -> Sequence[TokenSequence]:
        return self._words.headings

    @property
    def kinds(self) -> Sequence[frozenset[str]]:
        return self._words.kinds


class WhooshVocabulary:
    """The words of the living documents of a shelf."""

    def __init__(self, reader: WhooshReader) -> None:
        self._reader = reader
        self._languages = frozenset(entry.language for entry in reader.entries)
        self._stems: BoundedCache[str, frozenset[tuple[str, str]]] = BoundedCache(_STEM_BYTES)
        self._expansions: BoundedCache[Node, frozenset[str]] = BoundedCache(_EXPANSION_BYTES)

    def __len__(self) -> int:
        field = term_field("text")
        return sum(self._reader.is_live(field, term) for term in set(self._reader.terms(field)))

    def stems(self, term: str) -> frozenset[tuple[str, str]]:
        """The (language, stem) pairs a query word stands for."""
        found = self._stems.get(term)
        if found is None:
            found = possible_stems(term, self._languages) | self.written_stems(term)
            self._stems.put(term, found)
        return found

    def written_stems(self, term: str) -> frozenset[tuple[str, str]]:
        """Those of them that are of forms which stand here and fold to `term`."""
        return frozenset(self._written(term))

    def _written(self, term: str) -> Iterator[tuple[str, str]]:
        """The languages and stems of the forms that fold to `term`."""
        for variant in self._reader.terms(VARIANTS, token(term, "")):
            if self._reader.is_live(VARIANTS, variant):
                _, language, found = variant.split(" ")
                yield language, found

    def expand(self, node: Node) -> frozenset[str]:
        """The terms that a Wildcard, Fuzzy or Pattern stands for.

        Raises:
            QueryError: if there are more than the limit.
        """
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        found = self._expansions.get(node)
        if found is None:
            found = frozenset(self._expanded(node))
            self._expansions.put(node, found)
        return found

    def _expanded(self, node: Wildcard | Fuzzy | Pattern) -> set[str]:
        field = term_field("text")
        found: set[str] = set()
        for term in filter(term_matcher(node), self._reader.terms(field)):
            if term not in found and self._reader.is_live(field, term):
                found.add(term)
                if len(found) > MAX_TERMS:
                    raise expansion_error(node)
        return found
