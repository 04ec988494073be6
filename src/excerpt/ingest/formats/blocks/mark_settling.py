"""Marks as they were found → marks as a document has them: disjoint, and parts of their blocks.

Markup is found by several readers that know nothing of each other, so their marks may overlap. And
a block may consist of marks only: then it is set apart as a whole, or it is a note or a
caption.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.model import INSETS, SET_APART, BlockKind, Mark, Span

__all__ = ["settle_marks"]

_CAPTION, _NOTE = BlockKind.CAPTION, BlockKind.NOTE
_CONVERTIBLE = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE})
"""Kinds of blocks that become notes or captions if they contain nothing else."""


def settle_marks(builder: BlockBuilder) -> None:
    """Make the marks of `builder` disjoint, except for those in notes and captions, and sort them.

    A block that consists of marks only gets their kind; notes and captions in it become blocks.
    """
    if not builder.marks:
        return
    marks = sorted(builder.marks, key=lambda mark: (mark.span.start, -mark.span.end))
    blocks, builder.blocks, builder.marks = builder.blocks, [], []
    number = 0
    for block in blocks:
        own: list[Mark] = []
        while number < len(marks) and marks[number].span.start < block.end:
            span = marks[number].span
            if span.start >= block.start and span.end <= block.end:
                own.append(marks[number])
            number += 1
        if own and block.kind not in SET_APART:
            _settle_block(builder, block, own)
        else:
            builder.blocks.append(block)
    builder.marks = builder.sorted_marks()


def _settle_block(builder: BlockBuilder, block: MutableBlock, found: Sequence[Mark]) -> None:
    """Add `block` with the marks that were `found` in it, in order, the outer ones first."""
    signs = list(_disjoint(found))
    insets = [
        inset
        for inset in _insets(builder.text, found, signs)
        if not _is_covered(builder.text, inset.span, signs)
    ]
    marks = sorted([*signs, *insets])
    if not _is_covered(builder.text, Span(block.start, block.end), marks):
        builder.blocks.append(block)
        builder.marks += marks
    elif insets:
        builder.marks += signs
        if block.kind in _CONVERTIBLE:
            _add_insets(builder, block, insets, signs)
        else:
            builder.blocks.append(block)
    else:
        sizes: Counter[BlockKind] = Counter()
        for mark in signs:
            sizes[mark.kind] += len(mark.span)
        block.kind, block.level = sizes.most_common(1)[0][0], 0
        builder.blocks.append(block)


def _disjoint(found: Sequence[Mark]) -> Iterator[Mark]:
    """Yield the marks that are set apart and do not overlap one before them."""
    position = 0
    for mark in found:
        if mark.kind not in INSETS and mark.span.start >= position:
            yield mark
            position = mark.span.end


def _insets(text: str, found: Sequence[Mark], signs: Sequence[Mark]) -> Iterator[Mark]:
    """Yield the notes and captions in order; a note within a caption divides it.

    Those that one of the `signs` cuts, and those within others, are left out.
    """
    starts = [sign.span.start for sign in signs]

    def is_cut(offset: int) -> bool:
        number = bisect_left(starts, offset) - 1
        return number >= 0 and signs[number].span.end > offset

    position = 0
    caption: Span | None = None
    for span, kind in found:
        if kind not in INSETS or is_cut(span.start) or is_cut(span.end):
            continue
        if caption and span.start >= caption.end:
            yield Mark(caption, _CAPTION)
            caption = None
        if caption and kind is _NOTE and span.end <= caption.end:
            if before := _trimmed(text, caption.start, span.start):
                yield Mark(before, _CAPTION)
            yield Mark(span, kind)
            position, caption = span.end, _trimmed(text, span.end, caption.end)
        elif caption or span.start < position:
            continue
        elif kind is _CAPTION:
            position, caption = span.end, span
        else:
            yield Mark(span, kind)
            position = span.end
    if caption:
        yield Mark(caption, _CAPTION)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the span without the white space at its ends, None if there is nothing else."""
    piece = text[start:end].rstrip()
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(piece.lstrip())) if piece else None


def _is_covered(text: str, span: Span, marks: Sequence[Mark]) -> bool:
    """Return whether only white space in `span` is outside of the `marks`, which ascend."""
    position = span.start
    number = bisect_left(marks, span.start, key=lambda mark: mark.span.start)
    for index in range(number, len(marks)):  # a slice would copy all marks after it
        mark = marks[index]
        if mark.span.start >= span.end:
            break
        if mark.span.start > position and text[position : mark.span.start].strip():
            return False
        position = max(position, mark.span.end)
    return not text[position : span.end].strip()


def _add_insets(
    builder: BlockBuilder, block: MutableBlock, insets: Sequence[Mark], signs: Sequence[Mark]
) -> None:
    """Add a block for each of `insets`, which cover `block` together with the `signs`."""
    start = block.start
    ends = [sign.span.end for sign in signs]
    for inset, following in pairwise(insets):
        # The sign that closes the one is followed by that which opens the other.
        first, last = inset.span.end, following.span.start
        number = bisect_left(ends, first + 1)
        cut = min(ends[number], last) if number < len(ends) else last
        builder.add(start, cut, inset.kind)
        start = cut
    builder.add(start, block.end, insets[-1].kind)
