"""Passages of some documents → one text to be cut into words, and what begins where in it.

Passages, paragraphs and sections begin with blocks, which are gone through one by one; sentences are sought in the whole
text at once.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from excerpt.index.format.columns import Array
from excerpt.index.read.segment import KIND_BITS
from excerpt.model import Block, Document, Passage
from excerpt.text import sentences
from excerpt.text.document_tokens import opens_section
from excerpt.text.form_table import TextGroup

__all__ = ["BATCH", "PARAGRAPH", "PASSAGE", "SECTION", "SENTENCE", "Batch", "Batches"]

BATCH: Final = 1 << 20
"""Characters whose words are cut at a time."""
SECTION, PARAGRAPH, PASSAGE, SENTENCE = 1, 2, 4, 8
"""Bits of what begins with a piece of text. The pieces are sentences: no word runs over the beginning of one."""


class Batch(NamedTuple):
    """A `text`, where pieces of it begin (int64), what begins with each of them, as bits (uint8), and whose they are."""

    text: str
    begins: Array
    begun: Array
    runs: list[TextGroup]


class Batches:
    """Takes in documents and puts their passages together.

    What has nothing but white space between it stays as it is; in the place of anything else there is a zero byte.
    """

    def __init__(self) -> None:
        self.kinds: list[int] = []
        """The kinds of block in each passage so far, as bits."""
        self._clear()

    def _clear(self) -> None:
        self._texts: list[str] = []
        self._size = 0  # of these, joined, and what joins the next one
        self._opened = self._end = -1  # of the stretch of a document that may go on
        self._shift = 0  # from places in the document to those in the text
        self._documents: list[tuple[int, Document]] = []  # from where on the text is of each
        self._blocks: list[int] = []
        self._begun = bytearray()  # what begins with each block
        self._begins: list[int] = []
        self._ends: list[int] = []  # of paragraphs whose sentences are to be found
        self._sentences: list[int] = []  # of the others

    def add(self, document: Document, passages: Sequence[Passage]) -> Iterator[Batch]:
        """Take in the passages of one document: the batches that are full by then."""
        text, found = document.text, _found_apart(document.text, passages)
        self._documents.append((self._size, document))
        before: Block | None = None
        for passage in passages:
            kinds, bits = 0, PASSAGE
            for block in passage.blocks:
                goes_on = before is not None and block.is_continuation
                if self._end + self._shift >= BATCH and (found is not None or not goes_on):
                    self._close(text)
                    yield self.taken()
                    self._documents.append((0, document))
                start, end = self._reach(text, block)
                if not goes_on:
                    bits |= PARAGRAPH | SECTION * opens_section(block, before)
                if found is not None:
                    self._sentences += [at + self._shift for at in next(found)]
                elif goes_on:
                    self._ends[-1] = end
                else:
                    self._begins.append(start)
                    self._ends.append(end)
                self._blocks.append(start)
                self._begun.append(bits)
                kinds |= KIND_BITS[block.kind]
                before, bits = block, 0
            self.kinds.append(kinds)
        self._close(text)
        if self._size >= BATCH:
            yield self.taken()

    def _reach(self, text: str, block: Block) -> tuple[int, int]:
        """Let the stretch go on to the end of `block`, or a new one begin with it; where it is then."""
        span = block.span
        start, end = span.start, span.end
        if self._opened < 0 or not text[self._end : start].isspace():
            self._close(text)
            self._opened, self._shift = start, self._size - start
        self._end = end
        return start + self._shift, end + self._shift

    def _close(self, text: str) -> None:
        if self._opened >= 0:
            self._texts.append(text[self._opened : self._end])
            self._size += self._end - self._opened + 1
            self._opened, self._end, self._shift = -1, -1, 0

    def taken(self) -> Batch:
        """What was taken in since the last time."""
        text = "\0".join(self._texts)
        found = [np.array(self._sentences, np.int64)]
        if self._begins:
            found.append(sentences.starts_in_paragraphs(text, self._begins, self._ends))
        begun_sentences, blocks = np.concatenate(found), np.array(self._blocks, np.int64)
        begins = _merged(begun_sentences, blocks)
        begun = np.zeros(begins.size, np.uint8)
        begun[np.searchsorted(begins, blocks)] = self._begun
        begun[np.searchsorted(begins, begun_sentences)] |= SENTENCE
        first = np.searchsorted(begins, [start for start, _ in self._documents])
        sizes = np.diff(first, append=begins.size).tolist()
        runs = [
            TextGroup(size, document.language, document.hyphenated)
            for size, (_, document) in zip(sizes, self._documents, strict=True)
        ]
        self._clear()
        return Batch(text, begins, begun, runs)


def _merged(one: Array, other: Array) -> Array:
    """What is in either, ascending and once: what `np.union1d` says in several times the time."""
    both = np.concatenate((one, other))
    both.sort()
    return both[np.flatnonzero(np.diff(both, prepend=-1))]


def _found_apart(text: str, passages: Sequence[Passage]) -> Iterator[list[int]] | None:
    """The sentences of each block of a text in which they are not to be sought together with others: where one paragraph is
    too long for that, where nothing stands between two blocks of one, or a zero byte in it."""
    blocks = [block for passage in passages for block in passage.blocks]
    is_apart = (
        "\0" in text
        or any(
            two.is_continuation and one.span.end == two.span.start for one, two in pairwise(blocks)
        )
        or (len(text) > BATCH and _longest_paragraph(blocks) > BATCH)
    )
    return sentences.starts_in_blocks(text, blocks) if is_apart else None


def _longest_paragraph(blocks: Sequence[Block]) -> int:
    """The characters of the longest paragraph."""
    begins = [
        number for number, block in enumerate(blocks) if not (number and block.is_continuation)
    ]
    ends = [*[begin - 1 for begin in begins[1:]], len(blocks) - 1]
    return max(
        blocks[last].span.end - blocks[first].span.start
        for first, last in zip(begins, ends, strict=True)
    )
