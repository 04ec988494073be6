"""Short blocks of a web page → those that are headings by their look.

Old pages mark headings by font instead of elements: `<p><b>CHAPTER I</b></p>`. A block may be a
heading if all of it is emphatic, or if it reads like the heading of a chapter. Whether it is one
depends on the blocks around it: emphasis that is usual on a page means nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import MutableBlock
from excerpt.ingest.formats.blocks.headings import part_rank
from excerpt.ingest.formats.blocks.outline import SENTENCE_ENDS
from excerpt.ingest.formats.html.roles import Attributes, names_heading
from excerpt.model import BlockKind

__all__ = ["Emphasis", "HeadingGuesses", "emphasis_of"]

MAX_LENGTH: Final = 100
"""Characters of a heading that is recognised by its look."""
MAX_SENTENCE_LENGTH: Final = 60
"""Characters of a heading that ends like a sentence."""
MAX_IN_SUCCESSION: Final = 3
"""Headings without text between them; more are a title page, or a list."""
_LARGE_SIZE = re.compile(r"\+\s*[1-9]|[4-9]")
_LARGE_STYLE = re.compile(
    r"font-size\s*:\s*(?:x+-)?large|font-size\s*:\s*1[3-9]\d%|"
    r"font-size\s*:\s*[2-4]\d\d%|font-size\s*:\s*(?:1\.[3-9]|[2-4])\S*em",
    re.IGNORECASE,
)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
# Bound once: see `BlockKind`.
_HEADING, _PARAGRAPH = BlockKind.HEADING, BlockKind.PARAGRAPH
_RUNNING_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE})


class Emphasis(IntEnum):
    """The emphasis of characters."""

    NONE = 0
    BOLD = 1
    LARGE = 2


_NONE, _BOLD, _LARGE = Emphasis


def emphasis_of(name: str, attributes: Attributes) -> Emphasis:
    """Return the emphasis of the text in the element `name` with these attributes."""
    if name in {"b", "strong"}:
        return _BOLD
    if (
        name == "big"
        or (name == "font" and _LARGE_SIZE.match(attributes.get("size", "")))
        or names_heading(name, attributes)
    ):
        return _LARGE
    return _emphasis_of_style(attributes["style"]) if "style" in attributes else _NONE


def _emphasis_of_style(style: str) -> Emphasis:
    if _LARGE_STYLE.search(style):
        return _LARGE
    return _BOLD if _BOLD_STYLE.search(style) else _NONE


@dataclass(slots=True)
class HeadingGuesses:
    """Blocks that may be headings, by index, with the level of each, and True for a chapter."""

    found: dict[int, tuple[int, bool]] = field(default_factory=dict)

    def consider(self, index: int, text: str, emphasis: Emphasis, *, is_centered: bool) -> None:
        """Note the paragraph with this index and text if it may be a heading."""
        if len(text) > MAX_LENGTH or text.count("\n") > 2:
            return
        is_chapter = part_rank(text) is not None
        if not is_chapter and emphasis is _NONE and not (is_centered and text.isupper()):
            return
        is_evident = is_chapter or emphasis is _LARGE or is_centered
        if _reads_like_heading(text, is_evident=is_evident):
            self.found[index] = (2 if is_evident else 3, is_chapter)

    def judge(self, blocks: Sequence[MutableBlock]) -> None:
        """Turn the paragraphs that are headings, judged by the whole page, into headings."""
        if not self.found:
            return
        n_paragraphs = sum(block.kind is _PARAGRAPH for block in blocks)
        n_emphatic = sum(not is_chapter for _, is_chapter in self.found.values())
        are_usual = n_emphatic > 2 and n_emphatic * 2 > n_paragraphs
        run: list[int] = []
        level_above = 0
        for index, block in enumerate(blocks):
            if index in self.found and (not are_usual or self.found[index][1]):
                run.append(index)
                continue
            if block.kind in _RUNNING_TEXT:
                self._promote(blocks, run, level_above)
            run.clear()
            if block.kind is _HEADING:
                level_above = block.level

    def _promote(self, blocks: Sequence[MutableBlock], run: list[int], level_above: int) -> None:
        """Turn the blocks in `run`, which running text follows, into headings."""
        if len(run) > MAX_IN_SUCCESSION:  # a title page, or a table of contents
            run = [index for index in run[-1:] if self.found[index][1]]
        for index in run:
            block, level = blocks[index], max(self.found[index][0], level_above + 1)
            block.kind, block.level, block.is_guess = _HEADING, min(level, 6), True


def _reads_like_heading(text: str, *, is_evident: bool) -> bool:
    """Return whether a short text reads like a heading, and not like a sentence."""
    if text[-1] in ",;:-–—" or not any(map(str.isalpha, text)) or text[0].islower():
        return False
    if text[-1] not in SENTENCE_ENDS or text[-1] in ")]”’»":
        return True
    return is_evident and len(text) <= MAX_SENTENCE_LENGTH
