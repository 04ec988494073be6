"""Passages ⇄ their details: a JSON array in ASCII, without what the columns hold.

The array holds the blocks, headings, lines, page and anchor. A page is its label, or its label and
its number in the file. If there are pages, anchors or marks within the passage, three more arrays
follow: start, label and number, if any, of each page, start and name of each anchor, and start,
length and number of the kind of each mark.

Offsets are counted from the start of the passage, and those of blocks from the end of the block
before: an OCR text has a block for each line, and small numbers take less than half of the space. A
block is its length, as long as its distance from the block before and its traits stay the same;
where they change, -1 - distance and the traits stand before the length.
"""

import json
from collections.abc import Iterator
from typing import Final, NamedTuple

from excerpt.memory import memoized
from excerpt.model import Anchor, Block, BlockKind, Mark, Page, Passage, Span

__all__ = [
    "PassageOutline",
    "decode_outline",
    "decode_passage",
    "encode_details",
    "encode_id_prefix",
    "storable",
]

_KINDS: Final = tuple(BlockKind)
_KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(_KINDS)}
# A block's traits are packed into one integer: bits 0-3 hold the number of its kind, bits 4-15 its
# level, bit 16 whether it continues the block before it, bit 17 whether it is a guess.
_LEVEL_SHIFT: Final = 4
_CONTINUATION_SHIFT: Final = 16
_GUESS_SHIFT: Final = 17
_KIND_MASK: Final = 15
_LEVEL_MASK: Final = 4095
_NO_TRAITS: Final = (BlockKind.PARAGRAPH, -1, False, False)
_to_json: Final = json.JSONEncoder(separators=(",", ":")).encode
"""`json.dumps` with separators would make an encoder for each call."""
_DIGITS: Final = frozenset("0123456789abcdef")
_ID_LENGTH: Final = 16
_PARAGRAPHS: Final = frozenset(
    number for kind, number in _KIND_NUMBERS.items() if Block(Span(0, 0), kind).begins_paragraph
)
"""The numbers of the kinds of blocks that begin a paragraph, unless they continue another one."""


@memoized(500_000)
def _names_as_json(names: str | tuple[str | int, ...]) -> str:
    # Most passages have the headings, page and anchor of the passage before.
    return _to_json(names)


def encode_details(passage: Passage) -> str:
    """Return the details of a passage."""
    _, span, blocks, headings, lines, label, anchor, pages, anchors, marks, _, _ = passage
    page = (label, passage.page_number) if passage.page_number else label
    start = end = span.start
    numbers: list[int] = []
    gap, traits = -1, _NO_TRAITS
    for block in blocks:
        begin = block[0].start
        # Most blocks repeat the traits of the one before, so that these are not encoded again.
        if begin - end != gap or block[1:] != traits:
            gap, traits = begin - end, block[1:]
            numbers += (-1 - gap, _encode_traits(*traits))
        end = block[0].end
        numbers.append(end - begin)
    # The array is put together by hand: str() of a list of integers is valid JSON, and half of the
    # values come from the cache.
    return (
        f"[{str(numbers).replace(' ', '')},{_names_as_json(headings)},"
        f"{list(lines) if lines else 'null'},{_names_as_json(page)},{_names_as_json(anchor)}"
        f"{_encode_inner(start, pages, anchors, marks) if pages or anchors or marks else ''}]"
    )


def _encode_traits(kind: BlockKind, level: int, is_continuation: bool, is_guess: bool) -> int:
    return (
        _KIND_NUMBERS[kind]
        | level << _LEVEL_SHIFT
        | is_continuation << _CONTINUATION_SHIFT
        | is_guess << _GUESS_SHIFT
    )


def _encode_inner(
    start: int, pages: tuple[Page, ...], anchors: tuple[Anchor, ...], marks: tuple[Mark, ...]
) -> str:
    """Return the pages, anchors and marks within a passage as the rest of its array.

    Their offsets are counted from `start`.
    """
    labels = [
        (offset - start, storable(label), *((number,) if number else ()))
        for offset, label, number in pages
    ]
    names = [(anchor.start - start, storable(anchor.name)) for anchor in anchors]
    spans = [(span.start - start, len(span), _KIND_NUMBERS[kind]) for span, kind in marks]
    return "".join(f",{_to_json(each)}" for each in (labels, names, spans))


def storable(text: str) -> str:
    """Return `text` with each lone surrogate, which no output can encode, replaced by "?"."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def encode_id_prefix(prefix: str) -> tuple[int, int]:
    """Return the first and the last number of an id that begins with `prefix`.

    If none can, the last is less than the first.
    """
    if not set(prefix) <= _DIGITS or len(prefix) > _ID_LENGTH:
        return 1, 0
    first, last = (int(prefix.ljust(_ID_LENGTH, digit), 16) for digit in "0f")
    return first, last


def decode_passage(ordinal: int, start: int, length: int, id_: int, details: str) -> Passage:
    """Return a passage from its `details` and what the columns hold of it.

    Raises:
        ValueError, TypeError, IndexError, RecursionError: if the details are damaged.
    """
    numbers, headings, lines, page, anchor, *inner = json.loads(details)
    pages, anchors, marks = inner or ((), (), ())
    label, page_number = (page, 0) if isinstance(page, str) else page
    return Passage(
        ordinal,
        Span(start, start + length),
        tuple(_decode_blocks(start, numbers)),
        tuple(headings),
        lines and (lines[0], lines[1]),
        label,
        anchor,
        tuple(Page(start + offset, *label) for offset, *label in pages),
        tuple(Anchor(start + offset, name) for offset, name in anchors),
        tuple(
            Mark(Span(start + offset, start + offset + size), _KINDS[kind])
            for offset, size, kind in marks
        ),
        f"{id_:016x}",
        page_number,
    )


class PassageOutline(NamedTuple):
    """The span of a passage in the text of its document.

    start         the offset of its beginning
    length        in code points
    n_paragraphs  the number of its blocks that begin a paragraph
    """

    start: int
    length: int
    n_paragraphs: int


def decode_outline(start: int, length: int, details: str) -> PassageOutline:
    """Return the outline of a passage, in a third of the time for the whole passage.

    Raises:
        ValueError, TypeError, IndexError, RecursionError: if the details are damaged.
    """
    numbers, *_ = json.loads(details)
    n_paragraphs = 0
    begins_paragraph = False
    rest = iter(numbers)
    for number in rest:
        if number < 0:
            begins_paragraph = _begins_paragraph(next(rest, 0))
        else:
            n_paragraphs += begins_paragraph
    return PassageOutline(start, length, n_paragraphs)


def _begins_paragraph(traits: int) -> bool:
    """Return whether blocks with these traits begin a paragraph."""
    return traits & _KIND_MASK in _PARAGRAPHS and not traits >> _CONTINUATION_SHIFT & 1


def _decode_blocks(end: int, numbers: list[int]) -> Iterator[Block]:
    """Yield the blocks of a passage that starts at `end`."""
    gap = traits = 0
    rest = iter(numbers)
    for number in rest:
        if number < 0:
            gap, traits = -1 - number, next(rest, 0)
            continue
        start = end + gap
        end = start + number
        yield Block(
            Span(start, end),
            _KINDS[traits & _KIND_MASK],
            traits >> _LEVEL_SHIFT & _LEVEL_MASK,
            bool(traits >> _CONTINUATION_SHIFT & 1),
            bool(traits >> _GUESS_SHIFT),
        )
