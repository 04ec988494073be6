"""Stretches of a text that turn out to have another role → its blocks, cut at their ends.

Formats find blocks by the look of lines; what a text says about itself, and the rules of a
collection, may know better.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.ingest.formats.blocks.outline import SENTENCE_ENDS
from excerpt.model import SET_APART, BlockKind, Mark

__all__ = ["change_kinds", "join_interrupted", "set_apart"]

_INTERRUPTIONS = frozenset({BlockKind.PAGE, BlockKind.BOILERPLATE})
_RUNNING_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.NOTE})


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


def set_apart(
    builder: BlockBuilder, stretches: Sequence[tuple[int, int]], kind: BlockKind, level: int = 0
) -> None:
    """Set the text in each of the `stretches` apart: a whole block, or else a mark in a block.

    Marks that overlap a stretch are replaced. The stretches are disjoint and ascending.
    """
    if not stretches:
        return
    starts = [start for start, _ in stretches]
    builder.marks = [mark for mark in builder.marks if not _overlaps(mark, stretches, starts)]
    for block in builder.blocks:
        pieces = list(_pieces_in(block, stretches, starts))
        rest = block.start
        for start, end in pieces:
            if builder.text[rest:start].strip():
                break
            rest = end
        if pieces and not builder.text[rest : block.end].strip():
            block.kind, block.level, block.is_continuation = kind, level, False
            block.is_page_mark = kind is BlockKind.PAGE
            continue
        if block.kind not in SET_APART:
            for start, end in pieces:
                builder.add_mark(start, end, kind)


def _overlaps(mark: Mark, stretches: Sequence[tuple[int, int]], starts: Sequence[int]) -> bool:
    number = bisect_left(starts, mark.span.end)
    return number > 0 and stretches[number - 1][1] > mark.span.start


def _pieces_in(
    block: MutableBlock, stretches: Sequence[tuple[int, int]], starts: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield the parts of the `stretches` that lie in `block`."""
    number = max(0, bisect_right(starts, block.start) - 1)
    while number < len(stretches) and stretches[number][0] < block.end:
        start, end = stretches[number]
        if end > block.start:
            yield max(start, block.start), min(end, block.end)
        number += 1


def join_interrupted(builder: BlockBuilder) -> None:
    """Join paragraphs that page numbers or boilerplate between them cut within a sentence.

    The blocks between them become marks.
    """
    text, blocks = builder.text, builder.blocks
    joined: list[MutableBlock] = []
    between: list[MutableBlock] = []
    for block in blocks:
        if joined and block.kind in _INTERRUPTIONS:
            between.append(block)
            continue
        before = joined[-1] if joined else None
        if before is not None and between and _continues(text, before, block):
            for mark in between:
                builder.add_mark(mark.start, mark.end, mark.kind)
            before.end = block.end
        else:
            joined += [*between, block]
        between = []
    builder.blocks = joined + between


def _continues(text: str, before: MutableBlock, after: MutableBlock) -> bool:
    """Return whether a sentence in `before` continues in `after`."""
    return (
        before.kind in _RUNNING_TEXT
        and after.kind is BlockKind.PARAGRAPH
        and text[before.end - 1] not in SENTENCE_ENDS
        and text[after.start].islower()
    )


def _add_part(builder: BlockBuilder, whole: MutableBlock, start: int, end: int) -> None:
    """Add the part of a block from `start` to `end`; another part of it may stand before it."""
    if (start, end) == (whole.start, whole.end):
        builder.blocks.append(whole)
        return
    if part := builder.add_part(whole, start, end):
        is_first = part.start == whole.start
        follows_boilerplate = len(builder.blocks) > 1 and (
            builder.blocks[-2].kind is BlockKind.BOILERPLATE
        )
        if not is_first:
            part.is_continuation = follows_boilerplate
