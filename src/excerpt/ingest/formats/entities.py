"""Character references of HTML, such as `&uuml;` and `&#8217;` → the characters they stand for.

Markdown and wiki markup are shown as they were typed, except for these: a reader looks for `für`,
not for `f&uuml;r`, and neither a mark nor a different word in the index would let a highlight cover
the word. So the references are replaced in the text. Line numbers stay as they are, since no
reference becomes a line end.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from html.entities import html5
from itertools import accumulate
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.model import Anchor, Page

__all__ = ["ENTITY", "replace_entities"]

ENTITY: Final = r"&(?:\#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});"
"""A pattern, in which white space is ignored, of what may be a character reference."""
_LINE_ENDS: Final = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def replace_entities(builder: BlockBuilder, spans: Iterable[tuple[int, int]]) -> BlockBuilder:
    """Return the blocks, pages, marks and anchors of `builder` in a text without entities.

    `spans` are the starts and ends of the entities, in any order. Text that only looks like an
    entity remains.
    """
    text = builder.text
    found = list(_replacements(text, sorted(spans)))
    if not found:
        return builder
    parts: list[str] = []
    position = 0
    for start, end, characters in found:
        parts += (text[position:start], characters)
        position = end
    parts.append(text[position:])
    moved = BlockBuilder("".join(parts))
    shift = _Shift(found)
    for block in builder.blocks:
        moved.add_part(block, shift.new(block.start), shift.new(block.end))
    for mark in builder.marks:
        moved.add_mark(shift.new(mark.span.start), shift.new(mark.span.end), mark.kind)
    moved.pages = [Page(shift.new(page.start), page.label) for page in builder.pages]
    moved.anchors = [Anchor(shift.new(anchor.start), anchor.name) for anchor in builder.anchors]
    return moved


def _replacements(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and characters of the entities among `spans`."""
    position = 0
    for start, end in spans:
        entity = text[start:end]
        # `unescape` also replaces the beginning of an unknown name.
        is_known = entity[1] == "#" or entity[1:] in html5
        characters = unescape(entity) if is_known else entity
        if start >= position and characters != entity:
            if not _LINE_ENDS.isdisjoint(characters) or characters == "\0":
                characters = " "
            yield start, end, characters
            position = end


class _Shift:
    """Offsets in a text with entities → offsets in the text without them."""

    def __init__(self, found: Sequence[tuple[int, int, str]]) -> None:
        self._ends = [end for _, end, _ in found]
        sizes = (end - start - len(characters) for start, end, characters in found)
        self._removed = [0, *accumulate(sizes)]

    def new(self, offset: int) -> int:
        """Return the new offset of `offset`, which does not lie within an entity."""
        return offset - self._removed[bisect_right(self._ends, offset)]
