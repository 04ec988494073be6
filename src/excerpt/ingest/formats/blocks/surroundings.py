"""A block → its surroundings: a sentence that it interrupts, a form feed, the end of a page."""

from collections.abc import Collection, Iterable
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.ingest.formats.blocks.outline import SENTENCE_ENDS
from excerpt.model import BlockKind

__all__ = ["RUNNING_TEXT", "Surroundings", "is_continued"]

MAX_HEADER_LENGTH: Final = 80
"""Characters of a running header."""
RUNNING_TEXT: Final = frozenset(
    {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.NOTE}
)
_FURNITURE: Final = 2
"""Lines next to a page break that may be a running header, a page number or the like."""


class Surroundings:
    """The surroundings of the blocks of a text."""

    def __init__(self, builder: BlockBuilder) -> None:
        self._text = builder.text
        self._blocks = builder.blocks
        self._has_feeds = "\f" in builder.text

    def is_in_sentence(self, index: int, skipped: Collection[int] = ()) -> bool:
        """Return whether the block with this index interrupts a sentence.

        The blocks with the indices `skipped` are not taken for parts of the sentence.
        """
        before = self._neighbour(index, -1, skipped)
        after = self._neighbour(index, 1, skipped)
        return before is not None and after is not None and is_continued(self._text, before, after)

    def _neighbour(self, index: int, step: int, skipped: Collection[int]) -> MutableBlock | None:
        """Return the nearest long block of running text among the next three."""
        for _ in range(3):
            index += step
            if not 0 <= index < len(self._blocks):
                return None
            block = self._blocks[index]
            is_long = block.end - block.start > MAX_HEADER_LENGTH // 2 and index not in skipped
            if block.kind in RUNNING_TEXT and not block.label and is_long:
                return block
        return None

    def is_at_feed(self, index: int) -> bool:
        """Return whether a form feed is next to the block with this index."""
        return self._has_feeds and (self._is_feed_before(index) or self._is_feed_before(index + 1))

    def _is_feed_before(self, index: int) -> bool:
        start = self._blocks[index - 1].end if index else 0
        end = self._blocks[index].start if index < len(self._blocks) else len(self._text)
        return self._text.find("\f", start, end) >= 0

    def page_ends(self, marks: Iterable[int]) -> set[int]:
        """Return the indices of short lines at the ends of pages.

        Pages end at form feeds and at the blocks with the indices `marks`, which are among those
        that are returned.
        """
        ends: set[int] = set()
        for index in marks:
            ends.add(index)
            ends.update(self._short_lines(index - 1, -1), self._short_lines(index + 1, 1))
        if self._has_feeds:
            for index in range(len(self._blocks) + 1):
                if self._is_feed_before(index):
                    ends.update(self._short_lines(index - 1, -1), self._short_lines(index, 1))
        return ends

    def is_short(self, index: int) -> bool:
        """Return whether the block with this index is a line no longer than a running header."""
        start, end = self._blocks[index].start, self._blocks[index].end
        return end - start <= MAX_HEADER_LENGTH and self._text.find("\n", start, end) < 0

    def _short_lines(self, index: int, step: int) -> list[int]:
        """Return the indices of up to two short lines from `index` on."""
        found: list[int] = []
        while len(found) < _FURNITURE and 0 <= index < len(self._blocks):
            block = self._blocks[index]
            if (
                block.end - block.start > MAX_HEADER_LENGTH
                or "\n" in self._text[block.start : block.end]
            ):
                break
            if block.kind is not BlockKind.BOILERPLATE:  # a rule is not a line
                found.append(index)
            index += step
        return found


def is_continued(text: str, before: MutableBlock, after: MutableBlock) -> bool:
    """Return whether a sentence in `before` continues in `after`."""
    first = text[after.start]
    may_continue = first.islower() or (first.isalpha() and not (first.isupper() or first.istitle()))
    return may_continue and text[before.end - 1] not in SENTENCE_ENDS
