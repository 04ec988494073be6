"""Passages ⇄ rows of the table `passages`.

The column `detail` is one JSON array: start and end of the passage, three numbers for each block,
headings, lines, page, anchor, and the anchors of the blocks (0 if none has one).
"""

import json
from typing import Final

from excerpt.catalog.column_codec import Row, row_checksum
from excerpt.memory import memoized
from excerpt.model import Block, BlockKind, Passage, Span

__all__ = ["decode_passage", "encode_passage"]

_KINDS: Final = tuple(BlockKind)
_KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(_KINDS)}
# A block's traits are packed into one integer: bits 0-3 hold the number of its kind, bits 4-15 its
# level, bit 16 whether it continues the block before it.
_LEVEL_SHIFT: Final = 4
_CONTINUATION_SHIFT: Final = 16
_KIND_MASK: Final = 15
_LEVEL_MASK: Final = 4095


@memoized(500_000)
def _names_as_json(names: str | tuple[str, ...]) -> str:
    # Most passages have the headings, page and anchor of the passage before.
    return json.dumps(names)


def encode_passage(document: int, passage: Passage) -> Row:
    """Return the row of a passage of the document with the id `document`."""
    ordinal, span, blocks, headings, lines, page, anchor, id_ = passage
    numbers: list[int] = []
    anchors: list[str] = []
    for own, kind, level, name, is_continuation in blocks:
        traits = (
            _KIND_NUMBERS[kind] | level << _LEVEL_SHIFT | is_continuation << _CONTINUATION_SHIFT
        )
        numbers += (own.start, own.end, traits)
        anchors.append(name)
    # The array is put together by hand: str() of a list of integers is valid JSON, and half of the
    # values come from the cache.
    detail = (
        f"[{span.start}, {span.end}, {numbers}, {_names_as_json(headings)},"
        f" {list(lines) if lines else 'null'}, {_names_as_json(page)}, {_names_as_json(anchor)},"
        f" {json.dumps(anchors) if any(anchors) else 0}]"
    )
    return document, ordinal, id_, detail, row_checksum(document, ordinal, id_, detail)


def decode_passage(row: Row) -> Passage:
    """Return the passage of a row of `passages`.

    Raises:
        ValueError: if the row is damaged.
    """
    document, ordinal, id_, detail, checksum = row
    if row_checksum(document, ordinal, id_, detail) != checksum:
        raise ValueError(f"checksum mismatch in passage {ordinal} of document {document}")
    start, end, numbers, headings, lines, page, anchor, anchors = json.loads(detail)
    return Passage(
        ordinal,
        Span(start, end),
        _decode_blocks(numbers, anchors),
        tuple(headings),
        lines and (lines[0], lines[1]),
        page,
        anchor,
        id_,
    )


def _decode_blocks(numbers: list[int], anchors: list[str] | int) -> tuple[Block, ...]:
    triples = list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))
    names = anchors if isinstance(anchors, list) else [""] * len(triples)
    return tuple(
        Block(
            Span(start, end),
            _KINDS[traits & _KIND_MASK],
            traits >> _LEVEL_SHIFT & _LEVEL_MASK,
            name,
            bool(traits >> _CONTINUATION_SHIFT),
        )
        for (start, end, traits), name in zip(triples, names, strict=True)
    )
