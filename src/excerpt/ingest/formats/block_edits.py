"""Stretches of a text that turn out to have another role → its blocks, cut at their ends.

Formats find blocks by the look of lines; what a text says about itself, and the rules of a
collection, may know better.
"""

from collections.abc import Sequence
from dataclasses import replace

from excerpt.ingest.formats.block_builder import BlockBuilder, MutableBlock
from excerpt.model import BlockKind

__all__ = ["change_kinds"]


def change_kinds(
    builder: BlockBuilder, stretches: Sequence[tuple[int, int]], kind: BlockKind, level: int = 0
) -> None:
    """Give the text in each of the `stretches` this kind.

    They are starts and ends in the text, disjoint and ascending.
    """
    blocks, builder.blocks = builder.blocks, []
    first = 0
    for block in blocks:
        while first < len(stretches) and stretches[first][1] <= block.start:
            first += 1
        position, number = block.start, first
        while number < len(stretches) and stretches[number][0] < block.end:
            start = max(block.start, stretches[number][0])
            end = min(block.end, stretches[number][1])
            _add_part(builder, block, position, start)
            builder.add(start, end, kind, level)
            position, number = end, number + 1
        _add_part(builder, block, position, block.end)


def _add_part(builder: BlockBuilder, whole: MutableBlock, start: int, end: int) -> None:
    """Add the part of a block from `start` to `end`; another part of it may stand before it."""
    if (start, end) == (whole.start, whole.end):
        builder.blocks.append(whole)
        return
    part = builder.add(start, end, whole.kind, whole.level)
    if part:
        is_first = part.start == whole.start
        follows_boilerplate = len(builder.blocks) > 1 and (
            builder.blocks[-2].kind is BlockKind.BOILERPLATE
        )
        builder.blocks[-1] = replace(
            whole,
            start=part.start,
            end=part.end,
            is_continuation=whole.is_continuation if is_first else follows_boilerplate,
        )
