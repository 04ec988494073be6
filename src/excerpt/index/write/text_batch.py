"""Passages of several documents → one text to be tokenized at once, and what begins where in it.

The tokenizer and the sentence splitter are array programs with a fixed cost for each call, so the
texts of small documents are put together. Blocks with only white space between them stay together
as they are, as a *stretch*. Stretches are joined by a zero byte, which no word contains:

    document 1   two paragraphs of one passage, "One. Two." and "Three."
    document 2   "Four."
    text         One. Two.\\n\\nThree.\\0Four.
    starts       0    5       11      18
    flags        all, SENTENCE, PARAGRAPH | SENTENCE, all
    groups       3 pieces of document 1, 1 piece of document 2

Passages, paragraphs and sections begin with blocks, which are visited one by one. Sentences are
found in the whole text at once.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.index.arrays import Bits
from excerpt.index.format.kind_bits import KIND_BITS
from excerpt.model import BARRIERS, Block, Document, Passage
from excerpt.text import sentences
from excerpt.text.document_tokens import passage_texts
from excerpt.text.form_table import TextGroup

__all__ = [
    "BATCH_SIZE",
    "PARAGRAPH",
    "PASSAGE",
    "SECTION",
    "SENTENCE",
    "TextBatch",
    "TextBatcher",
]

BATCH_SIZE: Final = 1 << 20
"""Characters tokenized at a time, more or less: a document's last block may exceed it."""
SECTION, PARAGRAPH, PASSAGE, SENTENCE = 1, 2, 4, 8
"""Flags of what begins with a piece of text."""


class TextBatch(NamedTuple):
    """A text to be tokenized.

    text    stretches of documents, joined by zero bytes
    starts  where each piece of the text begins: a sentence, or a block that goes on with one
    flags   what begins with each piece (uint8)
    groups  how many consecutive pieces each document has, with its language
    """

    text: str
    starts: Int64Array
    flags: Bits
    groups: list[TextGroup]


class TextBatcher:
    """Passages of documents on their way into batches.

    block_kinds  for each passage so far the flags of the kinds of its blocks (`KIND_BITS`)
    """

    def __init__(self) -> None:
        self.block_kinds: list[int] = []
        self._clear()

    def _clear(self) -> None:
        """Begin a new batch."""
        self._stretches: list[str] = []
        self._size = 0  # of the joined stretches, with a zero byte after each
        self._first = self._last = -1  # the open stretch of the document: its start and end
        self._shift = 0  # from an offset in the document to that in the batch
        self._documents: list[tuple[int, Document]] = []  # each with its offset in the batch
        self._block_starts: list[int] = []
        self._block_flags = bytearray()
        self._paragraph_starts: list[int] = []  # of the paragraphs that `take` splits
        self._paragraph_ends: list[int] = []
        self._sentence_starts: list[int] = []  # of those that are split already

    def add(self, document: Document, passages: Sequence[Passage]) -> Iterator[TextBatch]:
        """Add the passages of a document, and yield the batches that it fills."""
        for text, group in passage_texts(document, passages):
            yield from self._add(document, text, group)

    def _add(
        self, document: Document, text: str, passages: Sequence[Passage]
    ) -> Iterator[TextBatch]:
        """Add passages of a document with the given text."""
        split = _split_by_block(text, passages)
        self._documents.append((self._size, document))
        is_first, follows_barrier = True, True
        for passage in passages:
            kinds, flags = 0, PASSAGE
            for span, kind, _, is_continuation, is_guess in passage.blocks:
                continues = is_continuation and not is_first
                # A paragraph whose sentences are still to be found must not lie in two batches.
                may_end = split is not None or not continues
                if may_end and self._last + self._shift >= BATCH_SIZE:
                    self._close_stretch(text)
                    yield self.take()
                    self._documents.append((0, document))
                # Blocks with other text between them are in different stretches.
                if self._first < 0 or not text[self._last : span.start].isspace():
                    self._close_stretch(text)
                    self._first, self._shift = span.start, self._size - span.start
                self._last = span.end
                start, end = span.start + self._shift, span.end + self._shift
                is_barrier = kind in BARRIERS and not is_guess
                if not continues:
                    flags |= PARAGRAPH
                    # As `opens_section` says, for a block that continues nothing.
                    if is_first or is_barrier or follows_barrier:
                        flags |= SECTION
                if split is not None:
                    self._sentence_starts += [offset + self._shift for offset in next(split)]
                elif continues:
                    self._paragraph_ends[-1] = end
                else:
                    self._paragraph_starts.append(start)
                    self._paragraph_ends.append(end)
                self._block_starts.append(start)
                self._block_flags.append(flags)
                kinds |= KIND_BITS[kind]
                is_first, follows_barrier, flags = False, is_barrier, 0
            self.block_kinds.append(kinds)
        self._close_stretch(text)
        if self._size >= BATCH_SIZE:
            yield self.take()

    def _close_stretch(self, text: str) -> None:
        if self._first >= 0:
            self._stretches.append(text[self._first : self._last])
            self._size += self._last - self._first + 1
            self._first, self._last, self._shift = -1, -1, 0

    def take(self) -> TextBatch:
        """Return what was added since the last batch as a batch of its own."""
        text = "\0".join(self._stretches)
        parts = [np.array(self._sentence_starts, np.int64)]
        if self._paragraph_starts:
            parts.append(
                sentences.starts_in_paragraphs(text, self._paragraph_starts, self._paragraph_ends)
            )
        sentence_starts = np.concatenate(parts)
        block_starts = np.array(self._block_starts, np.int64)
        starts = _union(sentence_starts, block_starts)
        flags = np.zeros(starts.size, np.uint8)
        flags[np.searchsorted(starts, block_starts)] = self._block_flags
        flags[np.searchsorted(starts, sentence_starts)] |= SENTENCE
        first = np.searchsorted(starts, [offset for offset, _ in self._documents])
        sizes = np.diff(first, append=starts.size).tolist()
        groups = [
            TextGroup(size, document.language, document.hyphenated)
            for size, (_, document) in zip(sizes, self._documents, strict=True)
        ]
        self._clear()
        return TextBatch(text, starts, flags, groups)


def _union(first: Int64Array, second: Int64Array) -> Int64Array:
    """Return the distinct values of both arrays, ascending.

    This takes a fraction of the time of `numpy.union1d`.
    """
    both = np.concatenate((first, second))
    both.sort()
    return both[np.flatnonzero(np.diff(both, prepend=-1))]


def _split_by_block(text: str, passages: Sequence[Passage]) -> Iterator[list[int]] | None:
    """Return the starts of the sentences of each block, if the text must be split by itself.

    It must if a paragraph is larger than a batch; if two of its blocks touch, since a zero byte
    would come between them; or if the text itself has a zero byte.
    """
    blocks = [block for passage in passages for block in passage.blocks]
    continuing = [number for number, block in enumerate(blocks) if block.is_continuation]
    is_special = (
        "\0" in text
        or any(
            number and blocks[number - 1].span.end == blocks[number].span.start
            for number in continuing
        )
        or (len(text) > BATCH_SIZE and blocks and _longest_paragraph(blocks) > BATCH_SIZE)
    )
    return sentences.starts_in_blocks(text, blocks) if is_special else None


def _longest_paragraph(blocks: Sequence[Block]) -> int:
    """Return the number of characters of the longest paragraph; there must be blocks."""
    first = [
        number for number, block in enumerate(blocks) if not (number and block.is_continuation)
    ]
    last = [number - 1 for number in [*first[1:], len(blocks)]]
    return max(
        blocks[end].span.end - blocks[start].span.start
        for start, end in zip(first, last, strict=True)
    )
