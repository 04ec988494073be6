"""Documents → packed token sequences, in a worker process. Only the writer uses Whoosh."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from excerpt.engines.packed_documents import PackedDocument, pack_document
from excerpt.engines.protocol import BuiltSegment
from excerpt.model import Document, Passage

__all__ = ["MAX_WORDS", "WhooshSegment", "WhooshSegmentBuilder"]

MAX_WORDS: Final = 2_000_000
"""Words at which a segment is written; until then, Whoosh holds it in memory."""


@dataclass(frozen=True, slots=True)
class WhooshSegment(BuiltSegment):
    """Documents that a worker has tokenized. They are not on disk yet."""

    documents: tuple[PackedDocument, ...]


class WhooshSegmentBuilder:
    """A tokenizer of documents in a worker process, since Whoosh can write in one process only."""

    def __init__(self, _folder: Path) -> None:
        """Make a builder for an index in any folder: it keeps the segment in memory."""
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
