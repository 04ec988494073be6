"""Documents → the file of a segment, in a worker process or in the writer itself."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from excerpt.analysis import sentences
from excerpt.analysis.forms import SEPARATOR, FormTable, Run
from excerpt.analysis.reading import opens_section
from excerpt.engines import Segment as Described
from excerpt.engines.columnar.draft import Draft, StreamDraft, write_segment
from excerpt.engines.columnar.segment import KIND_BITS, STREAMS
from excerpt.engines.columnar.storage import Array
from excerpt.model import Block, Document, Passage

__all__ = ["SegmentBuilder"]

_MOST_WORDS = 12_000_000
_MOST_FORMS = 1_000_000
"""A segment is full at either: words bound the memory of ordinary text, forms that of OCR noise."""
_BATCH = 1 << 20
"""Characters whose words are cut at a time."""
_SECTION, _PARAGRAPH, _PASSAGE, _SENTENCE = 1, 2, 4, 8
"""Bits of what begins with a piece of text. The pieces are sentences: no word runs over the beginning of one."""
_ONE_SENTENCE = bytes([_SENTENCE])


class _Pending:
    """Texts of a stream that wait for others, to be cut together; and the numbers of those that were."""

    def __init__(self, table: FormTable) -> None:
        self._table = table
        self._texts: list[str] = []
        self._runs: list[Run] = []
        self._size = 0
        self._parts: list[Array] = [np.empty(0, np.uint32)]
        self.n_words = 0
        """Of those that were cut."""

    def add(self, texts: Sequence[str], language: str, apart: frozenset[str] = frozenset()) -> None:
        """Take in some texts of one document."""
        self._texts += texts
        self._runs.append(Run(len(texts), language, apart))
        self._size += sum(map(len, texts))
        if self._size >= _BATCH:
            self._cut()

    def _cut(self) -> None:
        numbers = self._table.number(self._texts, self._runs)
        self.n_words += numbers.size
        self._parts.append(numbers)
        self._texts, self._runs, self._size = [], [], 0

    def finish(self) -> Array:
        """The numbers of all words, with a separator before each text; this ends it."""
        self._cut()
        parts, self._parts = self._parts, []
        return np.concatenate(parts)


class SegmentBuilder:
    """Takes in documents and writes them as one segment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table = FormTable()
        self._streams = {name: _Pending(self._table) for name in STREAMS}
        self._heading_units: list[int] = []  # number of headings of each passage
        self._documents: list[dict[str, Any]] = []  # what is said of each
        self._n_passages: list[int] = []  # of each document
        self._kinds: list[int] = []
        self._begins = bytearray()  # what begins with each piece of the body, as bits

    @property
    def is_full(self) -> bool:
        """Whether it is time to finish."""
        return self._streams["body"].n_words >= _MOST_WORDS or len(self._table) >= _MOST_FORMS

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Take in one document. Nothing of it is kept but numbers."""
        language, body = document.language, self._streams["body"]
        for texts in self._pieces(document, passages):
            body.add(texts, language, document.apart)
        self._streams["heading"].add([each for passage in passages for each in passage.headings], language)
        self._streams["title"].add([document.title], language)
        self._heading_units += [len(passage.headings) for passage in passages]
        self._n_passages.append(len(passages))
        self._documents.append(
            {
                "id": document.id,
                "places": list(document.places),
                "format": document.format,
                "language": language,
                "metadata": [list(pair) for pair in document.metadata],
            }
        )

    def _pieces(self, document: Document, passages: Sequence[Passage]) -> Iterator[list[str]]:
        """The texts of the sentences of `passages`, some at a time; what begins with each is noted."""
        text, texts, size = document.text, list[str](), 0
        begun = sentences.of_blocks(text, (block for passage in passages for block in passage.blocks))
        before: Block | None = None
        for passage in passages:
            kinds = 0
            for number, block in enumerate(passage.blocks):
                kinds |= KIND_BITS[block.kind]
                starts = next(begun)
                bits = _SECTION * opens_section(block, before)
                bits |= _PARAGRAPH * (before is None or not block.continues) | _PASSAGE * (number == 0)
                before, at = block, block.span.start
                if starts and starts[0] == at:
                    bits |= _SENTENCE
                    del starts[0]
                self._begins.append(bits)
                self._begins += _ONE_SENTENCE * len(starts)
                for start in starts:
                    texts.append(text[at:start])
                    at = start
                texts.append(text[at : block.span.end])
            self._kinds.append(kinds)
            size += len(passage.span)
            if size >= _BATCH:
                yield texts
                texts, size = [], 0
        yield texts

    def finish(self) -> Described:
        """Write and sync the segment, and say what it is: its file, its documents with their fields."""
        body, paragraphs, sentence_starts = self._body()
        streams = {"body": body, "heading": self._headings(), "title": self._titles()}
        draft = Draft(
            languages=self._table.languages,
            forms=self._table.forms,
            streams=streams,
            document_ids=np.array([document["id"] for document in self._documents], np.int64),
            document_languages=[document["language"] for document in self._documents],
            first_passage=np.concatenate(([0], np.cumsum(self._n_passages, dtype=np.int64))),
            kinds=np.array(self._kinds, np.uint16),
            paragraphs=paragraphs,
            sentences=sentence_starts,
        )
        described = write_segment(self._folder, draft)
        described["documents"] = self._documents
        return described

    def _body(self) -> tuple[StreamDraft, Array, Array]:
        """The stream of passages, and where its paragraphs and sentences begin: of the separators before pieces those
        stay, as barriers, with which a section begins."""
        numbers = self._streams["body"].finish()
        begins = np.frombuffer(bytes(self._begins), np.uint8)
        separators = np.flatnonzero(numbers == SEPARATOR)
        is_kept = np.ones(numbers.size, np.bool_)
        opens_section = (begins & _SECTION).astype(np.int64)
        is_kept[separators[opens_section == 0]] = False
        first_word = separators - np.arange(separators.size) + np.cumsum(opens_section)
        body = StreamDraft(numbers[is_kept], first_word[begins & _PASSAGE != 0])
        return body, first_word[begins & _PARAGRAPH != 0], first_word[begins & _SENTENCE != 0]

    def _headings(self) -> StreamDraft:
        numbers = self._streams["heading"].finish()
        separators = np.append(np.flatnonzero(numbers == SEPARATOR), numbers.size)
        units = np.array(self._heading_units, np.int64)
        first: Array = np.cumsum(units) - units
        return StreamDraft(numbers, separators[first])

    def _titles(self) -> StreamDraft:
        numbers = self._streams["title"].finish()
        return StreamDraft(numbers, np.flatnonzero(numbers == SEPARATOR))
