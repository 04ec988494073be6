"""Passages ⇄ rows of the table `passages`.

The column `detail` is one JSON array: start and end of the passage, three numbers for each block,
headings, lines, page and anchor. A page is its label, or its label and its number in the file. If
there are pages, anchors or marks within the passage, three more arrays follow: start, label and
number, if any, of each page, start and name of each anchor, and start, end and number of the kind
of each mark.
"""

import json
from typing import Final

from excerpt.catalog.column_codec import Row, row_checksum, storable
from excerpt.memory import memoized
from excerpt.model import Anchor, Block, BlockKind, Mark, Page, Passage, Span

__all__ = ["decode_passage", "encode_passage"]

_KINDS: Final = tuple(BlockKind)
_KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(_KINDS)}
# A block's traits are packed into one integer: bits 0-3 hold the number of its kind, bits 4-15 its
# level, bit 16 whether it continues the block before it, bit 17 whether it is a guess.
_LEVEL_SHIFT: Final = 4
_CONTINUATION_SHIFT: Final = 16
_GUESS_SHIFT: Final = 17
_KIND_MASK: Final = 15
_LEVEL_MASK: Final = 4095


@memoized(500_000)
def _names_as_json(names: str | tuple[str | int, ...]) -> str:
    # Most passages have the headings, page and anchor of the passage before.
    return json.dumps(names)


def encode_passage(document: int, passage: Passage) -> Row:
    """Return the row of a passage of the document with the id `document`."""
    ordinal, span, blocks, headings, lines, label, anchor, pages, anchors, marks, id_, _ = passage
    page = (label, passage.page_number) if passage.page_number else label
    numbers: list[int] = []
    for own, kind, level, is_continuation, is_guess in blocks:
        traits = (
            _KIND_NUMBERS[kind]
            | level << _LEVEL_SHIFT
            | is_continuation << _CONTINUATION_SHIFT
            | is_guess << _GUESS_SHIFT
        )
        numbers += (own.start, own.end, traits)
    # The array is put together by hand: str() of a list of integers is valid JSON, and half of the
    # values come from the cache.
    detail = (
        f"[{span.start}, {span.end}, {numbers}, {_names_as_json(headings)},"
        f" {list(lines) if lines else 'null'}, {_names_as_json(page)}, {_names_as_json(anchor)}"
        f"{_encode_inner(pages, anchors, marks) if pages or anchors or marks else ''}]"
    )
    return document, ordinal, id_, detail, row_checksum(document, ordinal, id_, detail)


def _encode_inner(
    pages: tuple[Page, ...], anchors: tuple[Anchor, ...], marks: tuple[Mark, ...]
) -> str:
    """Return the pages, anchors and marks within a passage as the rest of its array."""
    labels = [
        (start, storable(label), number) if number else (start, storable(label))
        for start, label, number in pages
    ]
    names = [(anchor.start, storable(anchor.name)) for anchor in anchors]
    spans = [(mark.span.start, mark.span.end, _KIND_NUMBERS[mark.kind]) for mark in marks]
    return f", {json.dumps(labels)}, {json.dumps(names)}, {json.dumps(spans)}"


def decode_passage(row: Row) -> Passage:
    """Return the passage of a row of `passages`.

    Raises:
        ValueError: if the row is damaged.
    """
    document, ordinal, id_, detail, checksum = row
    if row_checksum(document, ordinal, id_, detail) != checksum:
        raise ValueError(f"checksum mismatch in passage {ordinal} of document {document}")
    start, end, numbers, headings, lines, page, anchor, *inner = json.loads(detail)
    pages, anchors, marks = inner or ((), (), ())
    label, page_number = (page, 0) if isinstance(page, str) else page
    return Passage(
        ordinal,
        Span(start, end),
        _decode_blocks(numbers),
        tuple(headings),
        lines and (lines[0], lines[1]),
        label,
        anchor,
        tuple(Page(*each) for each in pages),
        tuple(Anchor(*each) for each in anchors),
        tuple(Mark(Span(first, last), _KINDS[kind]) for first, last, kind in marks),
        id_,
        page_number,
    )


def _decode_blocks(numbers: list[int]) -> tuple[Block, ...]:
    triples = zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
    return tuple(
        Block(
            Span(start, end),
            _KINDS[traits & _KIND_MASK],
            traits >> _LEVEL_SHIFT & _LEVEL_MASK,
            bool(traits >> _CONTINUATION_SHIFT & 1),
            bool(traits >> _GUESS_SHIFT),
        )
        for start, end, traits in triples
    )
