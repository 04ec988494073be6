"""Texts of documents → the token streams of a segment, as numbers of forms.

Texts wait until there are enough of them to be tokenized at once (see `text_batch`). After that,
only four bytes are kept for each token.
"""

from collections.abc import Sequence

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.index.arrays import UInt32Array
from excerpt.index.write.segment_writer import TokenStreamWriter
from excerpt.index.write.text_batch import (
    BATCH_SIZE,
    PARAGRAPH,
    PASSAGE,
    SECTION,
    SENTENCE,
    TextBatch,
    TextBatcher,
)
from excerpt.model import Document, Passage
from excerpt.text.form_table import SEPARATOR, FormTable, TextGroup

__all__ = ["BodyBuilder", "FieldBuilder"]


class FieldBuilder:
    """A builder of the stream of headings or titles, with a barrier before each of them."""

    def __init__(self, table: FormTable) -> None:
        self._table = table
        self._texts: list[str] = []
        self._groups: list[TextGroup] = []
        self._size = 0
        self._parts: list[UInt32Array] = []
        self._n_texts_of_unit: list[int] = []

    def add(self, units: Sequence[Sequence[str]], language: str) -> None:
        """Append the texts of some units of one document."""
        texts = [text for unit in units for text in unit]
        self._n_texts_of_unit += map(len, units)
        self._texts += texts
        self._groups.append(TextGroup(len(texts), language))
        self._size += sum(map(len, texts)) + len(texts)
        if self._size >= BATCH_SIZE:
            self._tokenize()

    def _tokenize(self) -> None:
        self._parts.append(self._table.form_ids(self._texts, self._groups))
        self._texts, self._groups, self._size = [], [], 0

    def finish(self) -> TokenStreamWriter:
        """Tokenize the remaining texts and return the stream."""
        self._tokenize()
        text_starts, size = list[Int64Array](), 0
        for part in self._parts:
            text_starts.append(np.flatnonzero(part == SEPARATOR) + size)
            size += part.size
        starts = np.concatenate([*text_starts, [size]])  # an empty last unit begins at the end
        n_texts = np.array(self._n_texts_of_unit, np.int64)
        first_text = np.cumsum(n_texts) - n_texts
        return TokenStreamWriter(self._parts, starts[first_text])


class BodyBuilder:
    """A builder of the body, with a barrier before each section.

    The tokenizer puts a separator before each piece of a batch. Those before a piece that begins a
    section are kept as barriers, the others are removed.

    n_words  the number of tokens so far, separators included
    """

    def __init__(self, table: FormTable) -> None:
        self._table = table
        self._batcher = TextBatcher()
        self._parts: list[UInt32Array] = []
        self._size = 0
        self._starts: dict[int, list[UInt32Array]] = {
            flag: [np.empty(0, np.uint32)] for flag in (PASSAGE, PARAGRAPH, SENTENCE)
        }
        self.n_words = 0

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Append the passages of one document."""
        for batch in self._batcher.add(document, passages):
            self._tokenize(batch)

    @property
    def block_kinds(self) -> list[int]:
        """The kinds of blocks in each passage, as flags."""
        return self._batcher.block_kinds

    def _tokenize(self, batch: TextBatch) -> None:
        forms = self._table.form_ids([batch.text], batch.groups, batch.starts)
        self.n_words += forms.size
        separators = np.flatnonzero(forms == SEPARATOR)
        is_barrier = (batch.flags & SECTION).astype(np.int64)
        is_kept = np.ones(forms.size, np.bool_)
        is_kept[separators[is_barrier == 0]] = False
        # Before the first token of a piece: all tokens before its separator, and the barriers kept.
        n_tokens_before = separators - np.arange(separators.size)
        first_positions = self._size + n_tokens_before + np.cumsum(is_barrier)
        for flag, starts in self._starts.items():
            starts.append(first_positions[batch.flags & flag != 0].astype(np.uint32))
        self._parts.append(forms[is_kept])
        self._size += self._parts[-1].size

    def starts(self, flag: int) -> UInt32Array:
        """Return the positions at which what `flag` stands for begins."""
        return np.concatenate(self._starts[flag])

    def finish(self) -> TokenStreamWriter:
        """Tokenize the remaining texts and return the stream."""
        self._tokenize(self._batcher.take())
        return TokenStreamWriter(self._parts, self.starts(PASSAGE))
