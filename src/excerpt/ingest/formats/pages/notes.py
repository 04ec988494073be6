"""Blocks with pages → the notes at the feet of the pages, and the sentences that continue below.

A note at the foot of a page begins with a number in parentheses or a sign, and the text of the page
refers to it with the same label. The sentence above it may continue on the next page.
"""

import re
from collections.abc import Iterator
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.ingest.formats.blocks.surroundings import is_continued
from excerpt.model import SET_APART, BlockKind

__all__ = ["join_over_notes", "mark_page_notes"]

MAX_PAGE_LENGTH: Final = 20_000
"""Characters above a note in which it is referred to."""
_LABEL = re.compile(r"\((?:\d{1,3}|[*†‡§]{1,3}|[a-z])\)|[*†‡§]{1,3}(?![*†‡§])")
# Bound once: see `BlockKind`.
_ITEM, _NOTE, _PAGE = BlockKind.ITEM, BlockKind.NOTE, BlockKind.PAGE
_PARAGRAPH = BlockKind.PARAGRAPH


def mark_page_notes(builder: BlockBuilder) -> None:
    """Turn the paragraphs and items at the feet of pages to which a text refers into notes."""
    if not builder.pages:
        return
    text, blocks = builder.text, builder.blocks
    top = 0
    for end in _page_ends(builder):
        first = end
        while first > top and _label_of(text, blocks[first - 1]):
            first -= 1
        if top < first < end:
            low = max(blocks[top].start, blocks[first].start - MAX_PAGE_LENGTH)
            found = _LABEL.finditer(text, low, blocks[first].start)
            labels = {label.group() for label in found if text[label.start() - 1] != "\n"}
            for block in blocks[first:end]:
                if _label_of(text, block) in labels:
                    block.kind, block.level = _NOTE, 0
        top = end


def _label_of(text: str, block: MutableBlock) -> str:
    """Return the label with which `block` begins, "" if it cannot be a note."""
    if block.kind not in {_ITEM, _PARAGRAPH}:
        return ""
    label = _LABEL.match(text, block.start, block.end)
    return label.group() if label else ""


def _page_ends(builder: BlockBuilder) -> Iterator[int]:
    """Yield the index after the last block of running text on each page."""
    text = builder.text
    has_feeds = "\f" in text
    starts = [*[page.start for page in builder.pages], len(text) + 1]
    number, last, position = 0, 0, 0
    for index, block in enumerate(builder.blocks):
        while starts[number] <= position:
            number += 1
        if last and (
            starts[number] <= block.start
            or block.kind is _PAGE
            or (has_feeds and text.find("\f", position, block.start) >= 0)
        ):
            yield last
            last = position = 0
        if block.kind not in SET_APART:
            last, position = index + 1, block.end
    if last:
        yield last


def join_over_notes(builder: BlockBuilder) -> None:
    """Join paragraphs that notes at the foot of a page cut within a sentence.

    The notes, and the page numbers and headers between them, become marks.
    """
    text, starts = builder.text, [page.start for page in builder.pages]
    if not starts or not any(block.kind is _NOTE for block in builder.blocks):
        return
    joined: list[MutableBlock] = []
    between: list[MutableBlock] = []
    number = 0
    for block in builder.blocks:
        if joined and (block.kind is _NOTE or block.kind in SET_APART):
            between.append(block)
            continue
        before = joined[-1] if joined else block
        while number < len(starts) and starts[number] < before.end:
            number += 1
        if (
            any(each.kind is _NOTE for each in between)
            and (number < len(starts) and starts[number] <= block.start)
            and before.kind is _PARAGRAPH
            and block.kind is _PARAGRAPH
            and is_continued(text, before, block)
        ):
            for each in between:
                builder.add_mark(each.start, each.end, each.kind)
            before.end = block.end
        else:
            joined += [*between, block]
        between = []
    builder.blocks = joined + between
