"""The strings of a web page, in document order → its text, blocks and pages.

`html.py` walks the page and calls this builder. White space is collapsed as browsers do it, blocks
are separated by a blank line, and note marks and page marks become blocks of their own within a
sentence. At the end, the regions that turn out to be boilerplate are marked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from excerpt.ingest.formats.block_builder import BlockBuilder, MutableBlock
from excerpt.ingest.formats.html_head import Head
from excerpt.model import BlockKind, Page

__all__ = ["BREAK", "Context", "HtmlBuilder", "Region"]

LONGEST_REGION: Final = 200
"""Characters outside links of a region that is boilerplate only by its class or id; a longer one is
text, whatever its name."""
LONGEST_CELL: Final = 400
"""Characters of a table cell; a longer one is text in a table used for layout."""
BREAK: Final = "\x0b"
"""A line break in the strings of a block: a character that HTML does not count as white space."""
_WHITE_SPACE = re.compile(r"[\t\n\r\f]+[ \t\n\r\f]*| [ \t\n\r\f]+")
"""White space that is not a single space."""
_BREAKS = re.compile(rf" ?{BREAK}[ {BREAK}]*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_ENDS = re.compile(r"\r\n?|\f")


class Context(NamedTuple):
    """The meaning of the open elements for the text in them.

    kind, level       of its blocks
    list_depth        number of lists around it
    region            index of the innermost region around it, 0 for none
    is_preformatted   True if white space is kept
    is_in_heading     True if block elements only break lines
    is_in_article     True if `header` and `footer` are not those of the page
    is_in_link        True if its characters count as link text
    is_in_info        True if it contains lines of metadata
    is_in_mark        True if it is a note mark or a page mark
    is_in_data_table  True if table cells are cells
    """

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    list_depth: int = 0
    region: int = 0
    is_preformatted: bool = False
    is_in_heading: bool = False
    is_in_article: bool = False
    is_in_link: bool = False
    is_in_info: bool = False
    is_in_mark: bool = False
    is_in_data_table: bool = False


@dataclass(slots=True)
class Region:
    """An element that is boilerplate, or may be.

    is_certain    True if its name or role decides it, False if its length does
    n_characters  of its text
    n_in_links    characters of its text that are links
    """

    is_certain: bool
    n_characters: int = 0
    n_in_links: int = 0


class _Segment(NamedTuple):
    """Text between marks, or one mark; `label` is that of the page that begins, or ""."""

    text: str
    is_mark: bool = False
    label: str = ""


@dataclass(slots=True)
class HtmlBuilder:
    """The text of a web page so far, and the block that is being read.

    head          statements of the page about itself
    warnings      sentences about what was replaced or not read
    regions       the first stands for the page outside of regions
    anchor        name of the nearest anchor so far
    parts         of the text of finished blocks
    length        of all parts
    blocks        finished blocks
    region_of     index of the region for each of `blocks`
    pages         pages that have begun
    buffer        strings of the open block
    mark_indices  indices in `buffer` of note marks and page marks
    page_labels   page labels by index in `buffer`
    is_fresh      True if no block has ended since `anchor` was set
    block_anchor  anchor of the open block, if one was set within it
    """

    head: Head = field(default_factory=Head)
    warnings: list[str] = field(default_factory=list)
    regions: list[Region] = field(default_factory=lambda: [Region(is_certain=False)])
    anchor: str = ""
    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[MutableBlock] = field(default_factory=list)
    region_of: list[int] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    mark_indices: list[int] = field(default_factory=list)
    page_labels: dict[int, str] = field(default_factory=dict)
    is_fresh: bool = False
    block_anchor: str | None = None

    def set_anchor(self, name: str) -> None:
        """Make `name` the anchor of the text that follows, and of an open block without one."""
        if all(part.isspace() for part in self.buffer):
            self.is_fresh = True
        elif self.block_anchor is None:
            self.block_anchor = self.anchor if self.is_fresh else name
        self.anchor = name

    def restore_anchor(self, name: str) -> None:
        """Return to the anchor `name` after an element whose anchors end with it."""
        self.anchor, self.is_fresh = name, False

    def add_page_mark(self, label: str) -> None:
        """Let the page `label` begin here."""
        self.mark_indices.append(len(self.buffer))
        self.page_labels[len(self.buffer)] = label
        self.buffer.append("")

    def start_region(self, *, is_certain: bool) -> int:
        """Add a region and return its index."""
        self.regions.append(Region(is_certain))
        return len(self.regions) - 1

    def break_line(self, context: Context) -> None:
        """Add a line break; two in succession are how old pages end a paragraph."""
        rest = (part for part in reversed(self.buffer) if part == BREAK or not part.isspace())
        is_plain = not context.is_in_heading and not context.is_preformatted
        if is_plain and next(rest, "") == BREAK:
            self.flush(context)
        else:
            self.buffer.append(BREAK)

    def break_block(self, context: Context) -> None:
        """End the open block, or only its line if it is a heading, at the edge of an element."""
        if context.is_in_heading:
            self.buffer.append(BREAK)
        elif self.buffer:
            self.flush(context)

    def flush(self, context: Context) -> None:
        """End the open block."""
        if not self.buffer:
            return
        buffer, self.buffer = self.buffer, []
        anchor = self.anchor if self.block_anchor is None else self.block_anchor
        self.block_anchor = None
        text = "".join(buffer)
        if not text or text.isspace():
            pass
        elif context.is_preformatted:
            for part in _BLANK_LINE.split(_LINE_ENDS.sub("\n", text).replace(BREAK, "\n")):
                self._add_block([_Segment(part.rstrip().strip("\n"))], context, anchor)
        elif self.mark_indices:
            self._add_block(list(self._segments(buffer)), context, anchor)
        else:
            self._add_block([_Segment(_collapse(text).strip())], context, anchor)
        if self.mark_indices:
            self.mark_indices.clear()
            self.page_labels.clear()

    def _segments(self, buffer: list[str]) -> Iterator[_Segment]:
        """Yield the text and the marks in `buffer`, with white space collapsed across them."""
        last = " "
        start = 0
        marks = set(self.mark_indices)
        for index in range(len(buffer) + 1):
            if index < len(buffer) and index not in marks:
                continue
            for source, is_mark in (
                ("".join(buffer[start:index]), False),
                ("".join(buffer[index : index + 1]), True),
            ):
                text = _collapse(source)
                if last in " \n":
                    text = text.lstrip(" \n")
                label = self.page_labels.get(index, "") if is_mark else ""
                if text or label:
                    last = text[-1] if text else last
                    yield _Segment(text, is_mark, label)
            start = index + 1

    def _add_block(self, segments: list[_Segment], context: Context, anchor: str) -> None:
        """Add one block, or several if there are marks in it."""
        text = "".join(segment.text for segment in segments)
        if not text or text.isspace():
            return
        self.is_fresh = False
        if self.length:
            self.parts.append("\n\n")
            self.length += 2
        kind, level = context.kind, context.level
        if kind is BlockKind.CELL and len(text) > LONGEST_CELL:
            kind = BlockKind.PARAGRAPH
        if context.is_in_info:
            self.head.infos.append(text)
        is_continuation = False
        for segment in segments:
            if segment.label:
                self.pages.append(Page(self.length, segment.label))
            if segment.is_mark:
                self._add_segment(segment.text, BlockKind.BOILERPLATE, 0, context.region, anchor)
            elif self._add_segment(segment.text, kind, level, context.region, anchor):
                self.blocks[-1].is_continuation = is_continuation
                is_continuation = True
        if context.region:
            self.regions[context.region].n_characters += len(text)

    def _add_segment(
        self, text: str, kind: BlockKind, level: int, region: int, anchor: str
    ) -> bool:
        """Add `text`, and a block unless it is white space; return whether there is a block."""
        stripped = text.lstrip()
        if stripped:
            start = self.length + len(text) - len(stripped)
            end = start + len(stripped.rstrip())
            self.blocks.append(MutableBlock(start, end, kind, level, anchor=anchor))
            self.region_of.append(region)
        self.length += len(text)
        self.parts.append(text)
        return bool(stripped)

    def finish(self) -> BlockBuilder:
        """Return the text, the blocks and the pages, with regions of boilerplate marked."""
        self._mark_boilerplate()
        return BlockBuilder("".join(self.parts), self.blocks, self.pages)

    def _mark_boilerplate(self) -> None:
        if len(self.regions) == 1:
            return
        is_boilerplate = self._judge_regions()
        if all(is_boilerplate[region] for region in self.region_of):
            return  # nothing else would remain of the page
        is_title = [block.kind is BlockKind.HEADING and block.level == 1 for block in self.blocks]
        has_title = any(
            title and not is_boilerplate[region]
            for title, region in zip(is_title, self.region_of, strict=True)
        )
        for block, title, region in zip(self.blocks, is_title, self.region_of, strict=True):
            if is_boilerplate[region] and (has_title or not title):
                block.kind, block.level, block.is_continuation = BlockKind.BOILERPLATE, 0, False

    def _judge_regions(self) -> list[bool]:
        """Return for each region whether it is boilerplate, judged by the whole page."""
        total = sum(block.end - block.start for block in self.blocks)
        is_boilerplate = [False]
        for region in self.regions[1:]:
            n_outside_links = region.n_characters - region.n_in_links
            is_main = region.n_characters * 2 > total and n_outside_links * 2 > region.n_characters
            is_text = is_main or n_outside_links > LONGEST_REGION
            is_boilerplate.append(region.is_certain or not is_text)
        return is_boilerplate


def _collapse(text: str) -> str:
    """Return `text` with each sequence of white space as one space, and breaks as line ends."""
    is_collapsed = (
        "\n" not in text
        and "  " not in text
        and "\t" not in text
        and "\r" not in text
        and "\f" not in text
    )
    collapsed = text if is_collapsed else _WHITE_SPACE.sub(" ", text)
    return _BREAKS.sub("\n", collapsed) if BREAK in collapsed else collapsed
