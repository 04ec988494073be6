"""Documents → the file of a segment, in a worker process or in the writer itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from excerpt.engines.protocol import BuiltSegment
from excerpt.index.format.columns import Array
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.write.batch import BATCH, PARAGRAPH, PASSAGE, SECTION, SENTENCE, Batch, Batches
from excerpt.index.write.segment_writer import SegmentWriter, TokenStreamWriter, write_segment
from excerpt.model import Document, Passage
from excerpt.text.form_table import SEPARATOR, FormTable, TextGroup

__all__ = ["ColumnarSegment", "ColumnarSegmentBuilder", "DocumentInfo"]

_MOST_WORDS = 18_000_000
_MOST_FORMS = 1_000_000
_MOST_DOCUMENTS = 100_000
"""A segment is full at any: words bound the memory of ordinary text, forms that of OCR noise, documents that of what is said
of each, about a kilobyte."""


class _Pending:
    """Texts of a stream that wait for others, to be cut together; and the numbers of those that were."""

    def __init__(self, table: FormTable) -> None:
        self._table = table
        self._texts: list[str] = []
        self._runs: list[TextGroup] = []
        self._size = 0
        self.parts: list[Array] = []
        """With a separator before each text."""

    def add(self, texts: Sequence[str], language: str) -> None:
        """Take in some texts of one document."""
        self._texts += texts
        self._runs.append(TextGroup(len(texts), language))
        self._size += sum(map(len, texts)) + len(texts)
        if self._size >= BATCH:
            self.finish()

    def finish(self) -> None:
        """Cut what is left: then `parts` are all."""
        self.parts.append(self._table.form_ids(self._texts, self._runs))
        self._texts, self._runs, self._size = [], [], 0


class _Body:
    """The same of passages, cut into sentences: of the separators before these those stay, as barriers, with which a section
    begins. `starts` are the positions at which passages, paragraphs and sentences begin."""

    def __init__(self, table: FormTable) -> None:
        self._table = table
        self._batches = Batches()
        self.parts: list[Array] = []
        self.n_words = 0
        """Of those that were cut."""
        self._starts: dict[int, list[Array]] = {bit: [] for bit in (PASSAGE, PARAGRAPH, SENTENCE)}
        self._size_of_parts = 0

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Take in the passages of one document."""
        for batch in self._batches.add(document, passages):
            self._cut(batch)

    def finish(self) -> None:
        """Cut what is left: then `parts` are all."""
        self._cut(self._batches.taken())

    @property
    def kinds(self) -> list[int]:
        """The kinds of block in each passage, as bits."""
        return self._batches.kinds

    def _cut(self, batch: Batch) -> None:
        begun = batch.begun
        numbers = self._table.form_ids([batch.text], batch.runs, batch.begins)
        self.n_words += numbers.size
        separators = np.flatnonzero(numbers == SEPARATOR)
        opens_section = (begun & SECTION).astype(np.int64)
        is_kept = np.ones(numbers.size, np.bool_)
        is_kept[separators[opens_section == 0]] = False
        first_word = (
            separators - np.arange(separators.size) + np.cumsum(opens_section) + self._size_of_parts
        )
        for bit, starts in self._starts.items():
            starts.append(first_word[begun & bit != 0].astype(np.uint32))
        self.parts.append(numbers[is_kept])
        self._size_of_parts += self.parts[-1].size

    def starts(self, bit: int) -> Array:
        """The positions at which what `bit` stands for begins (uint32)."""
        return np.concatenate([np.empty(0, np.uint32), *self._starts[bit]])


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
    """Takes in documents and writes them as one segment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table = FormTable()
        self._body = _Body(self._table)
        self._headed, self._titled = _Pending(self._table), _Pending(self._table)
        self._heading_units: list[int] = []  # number of headings of each passage
        self._documents: list[DocumentInfo] = []
        self._n_passages: list[int] = []  # of each document

    @property
    def is_full(self) -> bool:
        """Whether it is time to finish."""
        return (
            self._body.n_words >= _MOST_WORDS
            or len(self._table) >= _MOST_FORMS
            or len(self._documents) >= _MOST_DOCUMENTS
        )

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Take in one document. Nothing of it is kept but numbers."""
        language = document.language
        self._body.add(document, passages)
        self._headed.add([each for passage in passages for each in passage.headings], language)
        self._titled.add([document.title], language)
        self._heading_units += [len(passage.headings) for passage in passages]
        self._n_passages.append(len(passages))
        self._documents.append(
            DocumentInfo(document.id, document.paths, document.format, language, document.metadata)
        )

    def finish(self) -> ColumnarSegment:
        """Write and sync the segment's file and return the segment."""
        for stream in (self._body, self._headed, self._titled):
            stream.finish()
        self._table.close()
        streams = {
            "body": TokenStreamWriter(self._body.parts, self._body.starts(PASSAGE)),
            "heading": self._headings(),
            "title": TokenStreamWriter(self._titled.parts, _starts(self._titled)[:-1]),
        }
        draft = SegmentWriter(
            languages=self._table.languages,
            forms=self._table.forms,
            streams=streams,
            document_ids=np.array([document.id for document in self._documents], np.int64),
            document_languages=[document.language for document in self._documents],
            first_passage=np.concatenate(([0], np.cumsum(self._n_passages, dtype=np.int64))),
            kinds=np.array(self._body.kinds, np.uint16),
            paragraphs=self._body.starts(PARAGRAPH),
            sentences=self._body.starts(SENTENCE),
        )
        return ColumnarSegment(write_segment(self._folder, draft), tuple(self._documents))

    def _headings(self) -> TokenStreamWriter:
        starts = _starts(self._headed)
        units = np.array(self._heading_units, np.int64)
        first: Array = np.cumsum(units) - units
        return TokenStreamWriter(self._headed.parts, starts[first])


def _starts(stream: _Pending) -> Array:
    """The positions of the separators in a stream, and its end."""
    found, size = [], 0
    for part in stream.parts:
        found.append(np.flatnonzero(part == SEPARATOR) + size)
        size += part.size
    return np.concatenate([*found, [size]])
