"""Documents → their words, packed, in a worker process. Only the writer gives them to Whoosh."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from excerpt.engines.protocol import BuiltSegment
from excerpt.engines.whoosh.stored_fields import pack
from excerpt.model import Document, Passage
from excerpt.query.token_sequence import view_document
from excerpt.text import tokenize_document

__all__ = ["MOST_WORDS", "AnalysedDocument", "WhooshSegment", "WhooshSegmentBuilder", "analysed"]

MOST_WORDS: Final = 2_000_000
"""Words in a segment, which is made in memory."""


@dataclass(frozen=True, slots=True)
class AnalysedDocument:
    """A document as a worker hands it to the writer: its fields, and its words as `pack` made them."""

    id: int
    paths: tuple[str, ...]
    format: str
    language: str
    metadata: tuple[tuple[str, str], ...]
    n_passages: int
    n_words: int
    packed: bytes


@dataclass(frozen=True, slots=True)
class WhooshSegment(BuiltSegment):
    """Documents that a worker has analysed; Whoosh itself runs in the writer only."""

    documents: tuple[AnalysedDocument, ...]


class WhooshSegmentBuilder:
    """Reads documents in a worker process; the writer gives them to Whoosh, which can work in one process only."""

    def __init__(self) -> None:
        self._documents: list[AnalysedDocument] = []
        self._n_words = 0

    @property
    def is_full(self) -> bool:
        """Whether it is time to finish."""
        return self._n_words >= MOST_WORDS

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Take in one document."""
        self._documents.append(analysed(document, passages))
        self._n_words += self._documents[-1].n_words

    def finish(self) -> WhooshSegment:
        """What was read; nothing of it is on the disk."""
        return WhooshSegment(tuple(self._documents))


def analysed(document: Document, passages: Sequence[Passage]) -> AnalysedDocument:
    """All that is kept of `document`: the fields of its entry in the roster, and its words, packed."""
    subject = view_document(tokenize_document(document, passages))
    return AnalysedDocument(
        document.id,
        document.paths,
        document.format,
        document.language,
        document.metadata,
        len(passages),
        len(subject.text),
        pack(subject),
    )
