"""Documents → their words, packed, in a worker process. Only the writer gives them to Whoosh."""

from collections.abc import Sequence
from typing import Any, Final

from excerpt.engines import Segment
from excerpt.engines.whoosh.stored_fields import pack
from excerpt.model import Document, Passage
from excerpt.query.token_sequence import view_document
from excerpt.text import tokenize_document

__all__ = ["MOST_WORDS", "WhooshSegmenter", "described"]

MOST_WORDS: Final = 2_000_000
"""Words in a segment, which is made in memory."""


class WhooshSegmenter:
    """Reads documents in a worker process; the writer gives them to Whoosh, which can work in one process only."""

    def __init__(self) -> None:
        self._documents: list[dict[str, Any]] = []
        self._n_words = 0

    @property
    def is_full(self) -> bool:
        """Whether it is time to finish."""
        return self._n_words >= MOST_WORDS

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Take in one document."""
        self._documents.append(described(document, passages))
        self._n_words += self._documents[-1]["n_words"]

    def finish(self) -> Segment:
        """What was read; nothing of it is on the disk."""
        return {"documents": self._documents}


def described(document: Document, passages: Sequence[Passage]) -> dict[str, Any]:
    """All that is kept of `document`: the fields of its entry in the roster, and its words, packed."""
    subject = view_document(tokenize_document(document, passages))
    return {
        "document": document.id,
        "paths": document.paths,
        "format": document.format,
        "language": document.language,
        "metadata": document.metadata,
        "n_passages": len(passages),
        "n_words": len(subject.text),
        "kept": pack(subject),
    }
