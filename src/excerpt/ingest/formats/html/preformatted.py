"""Preformatted text of a web page → its blocks.

Many old pages are a plain text between `<pre>` and `</pre>`: its headings, items and pages are
found as in plain text. Markup of other formats has no meaning in it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.plain.plain_text import find_structure
from excerpt.model import BlockKind, Mark

__all__ = ["find_preformatted"]

_PARAGRAPH_TEXT = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_MARKUP = frozenset("#=|>`")


def find_preformatted(text: str, marks: Sequence[Mark], *, is_plain_text: bool) -> BlockBuilder:
    """Return the blocks of `text`, with those of its `marks` that lie within a block.

    If it is not plain text, blank lines separate paragraphs.
    """
    if is_plain_text and "\n\n" in text:
        found = find_structure(text)
        for block in found.blocks:
            if block.kind is BlockKind.HEADING and text[block.start] in _MARKUP:
                block.kind, block.level = BlockKind.PARAGRAPH, 0
    else:
        found = BlockBuilder(text)
        for paragraph in _PARAGRAPH_TEXT.finditer(text):
            found.add(*paragraph.span(), BlockKind.PARAGRAPH)
    _add_marks(found, marks)
    return found


def _add_marks(found: BlockBuilder, marks: Sequence[Mark]) -> None:
    """Add those of `marks` that overlap no other. One that is a whole block becomes its kind."""
    starts = [block.start for block in found.blocks]
    known = sorted(mark.span.start for mark in found.marks)
    ends = [mark.span.end for mark in sorted(found.marks)]
    for span, kind in marks:
        block = found.blocks[bisect_right(starts, span.start) - 1]
        number = bisect_right(known, span.end - 1)
        if span.end > block.end or (number and ends[number - 1] > span.start):
            continue
        if (span.start, span.end) == (block.start, block.end):
            block.kind, block.level, block.is_continuation = kind, 0, False
        else:
            found.add_mark(span.start, span.end, kind)
