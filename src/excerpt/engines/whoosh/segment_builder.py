"""Documents → packed token sequences, in a worker process. Only the writer uses Whoosh."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from excerpt.engines.protocol import BuiltSegment
from excerpt.engines.whoosh.stored_fields import pack
from excerpt.model import Document, Passage
from excerpt.query.document_view import view_document
from excerpt.text.document_tokens import tokenize_document

__all__ = [
    "MAX_WORDS",
    "PackedDocument",
    "WhooshSegment",
    "WhooshSegmentBuilder",
    "pack_document",
]

MAX_WORDS: Final = 2_000_000
"""Words at which a segment is written; until then, Whoosh holds it in memory."""


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """A document on its way to the writer: fields of the document table, and `packed` tokens."""

    id: int
    paths: tuple[str, ...]
    format: str
    language: str
    metadata: tuple[tuple[str, str], ...]
    n_passages: int
    n_words: int
    n_running_passages: int
    n_running_words: int
    packed: bytes


@dataclass(frozen=True, slots=True)
class WhooshSegment(BuiltSegment):
    """Documents that a worker has tokenized. They are not on disk yet."""

    documents: tuple[PackedDocument, ...]


class WhooshSegmentBuilder:
    """Tokenizes documents in a worker process, since Whoosh can write in one process only."""

    def __init__(self) -> None:
        self._documents: list[PackedDocument] = []
        self._n_words = 0

    @property
    def is_full(self) -> bool:
        """True if the segment should be finished."""
        return self._n_words >= MAX_WORDS

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add a document."""
        self._documents.append(pack_document(document, passages))
        self._n_words += self._documents[-1].n_words

    def finish(self) -> WhooshSegment:
        """Return the documents; nothing is written."""
        return WhooshSegment(tuple(self._documents))


def pack_document(document: Document, passages: Sequence[Passage]) -> PackedDocument:
    """Tokenize `document` and return it in packed form."""
    view = view_document(tokenize_document(document, passages))
    running = view.running()
    return PackedDocument(
        document.id,
        document.paths,
        document.format,
        document.language,
        document.metadata,
        len(passages),
        len(view.text),
        len(running.ordinals),
        len(running.text),
        pack(view),
    )
