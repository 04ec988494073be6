"""Documents → entries as JSON, in a worker process. The writer sends them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from excerpt.engines.opensearch.entries import document_entries, passage_entries
from excerpt.engines.opensearch.manifest import StateSizes
from excerpt.engines.packed_documents import pack_view
from excerpt.engines.protocol import BuiltSegment
from excerpt.model import Document, Passage
from excerpt.query.document_view import view_document
from excerpt.text.document_tokens import tokenize_document

__all__ = [
    "BuiltDocument",
    "OpenSearchSegment",
    "OpenSearchSegmentBuilder",
    "build_document",
    "encode_entry",
]

MAX_BYTES: Final = 20_000_000
"""Size of the entries at which a segment is finished."""


@dataclass(frozen=True, slots=True)
class BuiltDocument:
    """A document on its way to the writer: its id, its size, and its entries without epochs."""

    id: int
    sizes: StateSizes
    entries: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class OpenSearchSegment(BuiltSegment):
    """Documents that a worker has tokenized. They are in no cluster yet."""

    documents: tuple[BuiltDocument, ...]


class OpenSearchSegmentBuilder:
    """A tokenizer of documents in a worker process, which writes nothing."""

    def __init__(self, _folder: Path) -> None:
        """Make a builder for an index in any folder: it keeps the segment in memory."""
        self._documents: list[BuiltDocument] = []
        self._n_bytes = 0

    @property
    def is_full(self) -> bool:
        """True if the segment should be finished."""
        return self._n_bytes >= MAX_BYTES

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add a document."""
        built = build_document(document, passages)
        self._documents.append(built)
        self._n_bytes += sum(map(len, built.entries))

    def finish(self) -> OpenSearchSegment:
        """Return the documents; nothing is written."""
        return OpenSearchSegment(tuple(self._documents))


def build_document(document: Document, passages: Sequence[Passage]) -> BuiltDocument:
    """Tokenize `document` and return its entries."""
    view = view_document(tokenize_document(document, passages))
    packed = pack_view(document.id, view)
    entries = (*document_entries(packed, view), *passage_entries(document.id, view))
    sizes = StateSizes(*(entries[0][name] for name in StateSizes._fields))
    return BuiltDocument(document.id, sizes, tuple(map(encode_entry, entries)))


def encode_entry(entry: dict[str, Any]) -> bytes:
    """Return an entry as JSON."""
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
