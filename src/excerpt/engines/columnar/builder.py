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
from excerpt.engines.columnar.segment import KIND_BITS
from excerpt.engines.columnar.storage import Array
from excerpt.model import Block, Document, Passage, Span

__all__ = ["SegmentBuilder"]

_MOST_WORDS = 18_000_000
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
        self._begins: list[int] = []
        self._size = 0
        self.parts: list[Array] = []
        self.n_words = 0
        """Of those that were cut."""

    def add(
        self,
        texts: Sequence[str],
        language: str,
        apart: frozenset[str] = frozenset(),
        begins: Sequence[int] | None = None,
    ) -> None:
        """Take in some texts of one document; with `begins` those that begin there (see `analysis.places_of`): all
        texts of a stream are given with it, or none."""
        if begins is not None:
            shift = self._size
            self._begins += [begin + shift for begin in begins] if shift else begins
        self._texts += texts
        self._runs.append(Run(len(texts) if begins is None else len(begins), language, apart))
        self._size += sum(map(len, texts)) + len(texts)
        if self._size >= _BATCH:
            self._cut()

    def _cut(self) -> None:
        numbers = self._table.number(self._texts, self._runs, self._begins or None)
        self.n_words += numbers.size
        self._take(numbers)
        self._texts, self._runs, self._begins, self._size = [], [], [], 0

    def _take(self, numbers: Array) -> None:
        """Keep the numbers of words, with a separator before each text."""
        self.parts.append(numbers)

    def finish(self) -> None:
        """Cut what is left: then `parts` are all."""
        self._cut()


class _Body(_Pending):
    """The same of passages, cut into sentences: of the separators before these those stay, as barriers, with which a section
    begins. `starts` are the positions at which passages, paragraphs and sentences begin."""

    def __init__(self, table: FormTable) -> None:
        super().__init__(table)
        self.begun = bytearray()
        """What begins with each text that waits, as bits."""
        self._starts: dict[int, list[Array]] = {bit: [] for bit in (_PASSAGE, _PARAGRAPH, _SENTENCE)}
        self._size_of_parts = 0

    def _take(self, numbers: Array) -> None:
        begun = np.frombuffer(bytes(self.begun), np.uint8)
        self.begun.clear()
        separators = np.flatnonzero(numbers == SEPARATOR)
        opens_section = (begun & _SECTION).astype(np.int64)
        is_kept = np.ones(numbers.size, np.bool_)
        is_kept[separators[opens_section == 0]] = False
        first_word = separators - np.arange(separators.size) + np.cumsum(opens_section) + self._size_of_parts
        for bit, starts in self._starts.items():
            starts.append(first_word[begun & bit != 0].astype(np.uint32))
        self.parts.append(numbers[is_kept])
        self._size_of_parts += self.parts[-1].size

    def starts(self, bit: int) -> Array:
        """The positions at which what `bit` stands for begins (uint32)."""
        return np.concatenate([np.empty(0, np.uint32), *self._starts[bit]])


class _Stretches:
    """What spans of a text have, in stretches with nothing but white space between them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._texts: list[str] = []
        self._begins: list[int] = []
        self._start = self._end = -1  # of the stretch that may go on
        self._size = 0  # of those that have ended, with the characters that join them

    @property
    def size(self) -> int:
        """Characters of all that was taken in since the last time."""
        return self._size + (self._end - self._start if self._start >= 0 else 0)

    def add(self, span: Span, begins: Sequence[int]) -> None:
        """Take in a span, in which pieces begin."""
        if self._start < 0 or not self._text[self._end : span.start].isspace():
            self._close()
            self._start = span.start
        self._end = span.end
        shift = self._size - self._start
        self._begins += [begin + shift for begin in begins]

    def _close(self) -> None:
        if self._start >= 0:
            self._texts.append(self._text[self._start : self._end])
            self._size += self._end - self._start + 1
            self._start = -1

    def taken(self) -> tuple[list[str], list[int]]:
        """The stretches since the last time, and where in them, joined by one character, pieces begin."""
        self._close()
        taken = self._texts, self._begins
        self._texts, self._begins, self._size = [], [], 0
        return taken


class SegmentBuilder:
    """Takes in documents and writes them as one segment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table = FormTable()
        self._body = _Body(self._table)
        self._headed, self._titled = _Pending(self._table), _Pending(self._table)
        self._heading_units: list[int] = []  # number of headings of each passage
        self._documents: list[dict[str, Any]] = []  # what is said of each
        self._n_passages: list[int] = []  # of each document
        self._kinds: list[int] = []

    @property
    def is_full(self) -> bool:
        """Whether it is time to finish."""
        return self._body.n_words >= _MOST_WORDS or len(self._table) >= _MOST_FORMS

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Take in one document. Nothing of it is kept but numbers."""
        language = document.language
        for texts, begins in self._pieces(document, passages):
            self._body.add(texts, language, document.apart, begins)
        self._headed.add([each for passage in passages for each in passage.headings], language)
        self._titled.add([document.title], language)
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

    def _pieces(
        self, document: Document, passages: Sequence[Passage]
    ) -> Iterator[tuple[list[str], list[int]]]:
        """The text of `passages`, some at a time, and where in it, joined, sentences begin; what begins with each of
        them is noted."""
        text, joined, begun = document.text, _Stretches(document.text), self._body.begun
        found = sentences.of_blocks(text, (block for passage in passages for block in passage.blocks))
        before: Block | None = None
        for passage in passages:
            kinds, bits = 0, _PASSAGE
            for block in passage.blocks:
                kinds |= KIND_BITS[block.kind]
                if before is None or not block.continues:
                    bits |= _PARAGRAPH | _SECTION * opens_section(block, before)
                starts = next(found)
                if starts and starts[0] == block.span.start:
                    bits |= _SENTENCE
                else:
                    starts.insert(0, block.span.start)
                begun.append(bits)
                begun += _ONE_SENTENCE * (len(starts) - 1)
                joined.add(block.span, starts)
                before, bits = block, 0
            self._kinds.append(kinds)
            if joined.size >= _BATCH:
                yield joined.taken()
        yield joined.taken()

    def finish(self) -> Described:
        """Write and sync the segment, and say what it is: its file, its documents with their fields."""
        for stream in (self._body, self._headed, self._titled):
            stream.finish()
        self._table.close()
        streams = {
            "body": StreamDraft(self._body.parts, self._body.starts(_PASSAGE)),
            "heading": self._headings(),
            "title": StreamDraft(self._titled.parts, _starts(self._titled)[:-1]),
        }
        draft = Draft(
            languages=self._table.languages,
            forms=self._table.forms,
            streams=streams,
            document_ids=np.array([document["id"] for document in self._documents], np.int64),
            document_languages=[document["language"] for document in self._documents],
            first_passage=np.concatenate(([0], np.cumsum(self._n_passages, dtype=np.int64))),
            kinds=np.array(self._kinds, np.uint16),
            paragraphs=self._body.starts(_PARAGRAPH),
            sentences=self._body.starts(_SENTENCE),
        )
        described = write_segment(self._folder, draft)
        described["documents"] = self._documents
        return described

    def _headings(self) -> StreamDraft:
        starts = _starts(self._headed)
        units = np.array(self._heading_units, np.int64)
        first: Array = np.cumsum(units) - units
        return StreamDraft(self._headed.parts, starts[first])


def _starts(stream: _Pending) -> Array:
    """The positions of the separators in a stream, and its end."""
    found, size = [], 0
    for part in stream.parts:
        found.append(np.flatnonzero(part == SEPARATOR) + size)
        size += part.size
    return np.concatenate([*found, [size]])
