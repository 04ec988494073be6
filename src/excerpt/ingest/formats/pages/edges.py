"""Blocks → the same blocks, with the lines next to form feeds as blocks of their own.

A running header may follow a form feed without a blank line below it. `pagination.py` decides
whether such a line is one, and puts the others back into their paragraphs.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.model import BlockKind

__all__ = ["cut_off_edges"]

MAX_HEADER_LENGTH: Final = 80
"""Characters of a running header."""
_GAP: Final = 200
"""Characters of white space before a form feed."""
_WHITE_SPACE = re.compile(r"\s*")
_DIVISIBLE: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE})


def cut_off_edges(builder: BlockBuilder) -> None:
    """Cut the short lines before and after form feeds off their paragraphs, items and quotations.

    A line that is cut off is a paragraph until it turns out to belong to the block before it.
    """
    blocks, builder.blocks = builder.blocks, []
    edges = list(_edges(builder.text))
    first = 0
    for block in blocks:
        while first < len(edges) and edges[first][1] <= block.start:
            first += 1
        cuts = {block.start, block.end}
        number = first
        while number < len(edges) and edges[number][0] < block.end:
            start, end = edges[number]
            cuts.update(cut for cut in (start, end) if block.start < cut < block.end)
            number += 1
        if len(cuts) == 2 or block.kind not in _DIVISIBLE:
            builder.blocks.append(block)
        else:
            _add_parts(builder, block, sorted(cuts))


def _add_parts(builder: BlockBuilder, whole: MutableBlock, cuts: list[int]) -> None:
    """Add the parts of the block `whole` between its `cuts`."""
    for start, end in pairwise(cuts):
        if part := builder.add_part(whole, start, end):
            part.is_alone, part.whole = False, whole.start
            if start > whole.start:
                part.kind, part.level = BlockKind.PARAGRAPH, 0


def _edges(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each short line next to a form feed, in order."""
    feed, done = text.find("\f"), 0
    while feed >= 0:
        low = max(0, feed - _GAP)
        end = low + len(text[low:feed].rstrip())
        start = text.rfind("\n", max(done, end - MAX_HEADER_LENGTH - 1), end) + 1
        if done < start < end:
            yield start, end
        gap = _WHITE_SPACE.match(text, feed)
        start = gap.end() if gap else feed + 1
        end = text.find("\n", start, start + MAX_HEADER_LENGTH + 1)
        if end < 0 and len(text) - start <= MAX_HEADER_LENGTH:
            end = len(text)
        if start < end:
            yield start, end
            done = end
        feed = text.find("\f", start)
