"""Documents → a segment, in a worker process or in the writer itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from excerpt.engines.protocol import BuiltSegment
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.format.token_stream import BODY, HEADING, TITLE
from excerpt.index.write.segment_writer import SegmentWriter
from excerpt.index.write.stream_builder import BodyBuilder, FieldBuilder
from excerpt.index.write.text_batch import PARAGRAPH, SENTENCE
from excerpt.model import Document, Passage
from excerpt.text.form_table import FormTable

__all__ = ["ColumnarSegment", "ColumnarSegmentBuilder", "DocumentInfo"]

_MAX_WORDS: Final = 18_000_000
"""Words at which a segment is full, because of the memory that ordinary text takes, ..."""
_MAX_FORMS: Final = 1_000_000
"""... distinct forms, because of that of OCR noise, ..."""
_MAX_DOCUMENTS: Final = 100_000
"""... or documents, because the fields of each take about a kilobyte."""


class DocumentInfo(NamedTuple):
    """The fields of a document that the document table stores."""

    id: int
    paths: tuple[str, ...]
    format: str
    language: str
    metadata: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ColumnarSegment(BuiltSegment):
    """A segment that was written, and the fields of its documents in their order."""

    info: SegmentInfo
    documents: tuple[DocumentInfo, ...]


class ColumnarSegmentBuilder:
    """A builder of one segment of the index in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table = FormTable()
        self._body = BodyBuilder(self._table)
        self._headings = FieldBuilder(self._table)
        self._titles = FieldBuilder(self._table)
        self._documents: list[DocumentInfo] = []
        self._n_passages: list[int] = []  # of each document

    @property
    def is_full(self) -> bool:
        """True if the segment is so large that it must be finished, to save memory."""
        return (
            self._body.n_words >= _MAX_WORDS
            or len(self._table) >= _MAX_FORMS
            or len(self._documents) >= _MAX_DOCUMENTS
        )

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add a document. Its text is kept only until the next batch is tokenized."""
        language = document.language
        self._body.add(document, passages)
        self._headings.add([passage.headings for passage in passages], language)
        self._titles.add([[document.title]], language)
        self._n_passages.append(len(passages))
        self._documents.append(
            DocumentInfo(document.id, document.paths, document.format, language, document.metadata)
        )

    def finish(self) -> ColumnarSegment:
        """Write and sync the segment's file and return the segment."""
        streams = {
            BODY: self._body.finish(),
            HEADING: self._headings.finish(),
            TITLE: self._titles.finish(),
        }
        self._table.close()
        writer = SegmentWriter(
            languages=self._table.languages,
            forms=self._table.forms,
            streams=streams,
            document_ids=np.array([document.id for document in self._documents], np.int64),
            document_languages=[document.language for document in self._documents],
            first_passage=np.concatenate(([0], np.cumsum(self._n_passages, dtype=np.int64))),
            block_kinds=np.array(self._body.block_kinds, np.uint16),
            paragraphs=self._body.starts(PARAGRAPH),
            sentences=self._body.starts(SENTENCE),
        )
        return ColumnarSegment(writer.write(self._folder), tuple(self._documents))
