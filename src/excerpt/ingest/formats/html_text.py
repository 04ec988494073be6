"""What has been read of a web page so far: its text, its blocks, and the block that is being read.

`html.py` walks the page and fills this with strings; here they become blocks. White space is collapsed, marks of notes
and pages are set apart in their sentence, and at the end it is judged which regions of the page are boilerplate.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from excerpt.ingest.formats.block_builder import BlockBuilder, BlockBuilders
from excerpt.ingest.formats.html_head import Head
from excerpt.model import BlockKind, Page

__all__ = ["BREAK", "Context", "PageText", "Region", "judge_regions"]

LONGEST_ASIDE: Final = 200
"""Characters outside links of what a class or id calls boilerplate; what is longer is text, whatever it is called."""
LONGEST_CELL: Final = 400
"""Characters of a table cell; what is longer is a text laid out with a table."""
_UNEVEN = re.compile(r"[\t\n\r\f]+[ \t\n\r\f]*| [ \t\n\r\f]+")
BREAK = "\x0b"
"""A line break in the strings of a block, which is no white space there."""
_BREAKS = re.compile(rf" ?{BREAK}[ {BREAK}]*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_FEEDS = re.compile(r"\r\n?|\f")


class Context(NamedTuple):
    """What an element says of the text in it."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    depth: int = 0  # of lists
    region: int = 0  # of boilerplate, 0 for none
    is_preformatted: bool = False
    is_fused: bool = False  # a heading: what is a block elsewhere is a line here
    is_article: bool = False
    is_link: bool = False
    is_info: bool = False
    is_mark: bool = False  # of a note or a page
    is_data: bool = False  # inside a table of data


@dataclass(slots=True)
class Region:
    """An element that seems to be boilerplate, and how much text it holds."""

    is_certain: bool
    n_characters: int = 0
    n_in_links: int = 0


@dataclass(slots=True)
class PageText:
    """What has been read so far: text, blocks, and the block that is being read."""

    head: Head = field(default_factory=Head)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    drafts: list[BlockBuilder] = field(default_factory=list)
    regions: list[Region] = field(default_factory=lambda: [Region(is_certain=False)])
    region_of: list[int] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)  # places in the buffer that hold marks
    labels: dict[int, str] = field(default_factory=dict)  # page labels, by place in the buffer
    anchor: str = ""
    is_fresh: bool = False  # whether no block has ended since the anchor was named
    block_anchor: str | None = (
        None  # of the block that is being read, if an anchor was named within it
    )

    def name_anchor(self, name: str) -> None:
        """From here on, text is found at the anchor `name`; so is a block that has begun already without one of its own."""
        if not any(not part.isspace() for part in self.buffer):
            self.is_fresh = True
        elif self.block_anchor is None:
            self.block_anchor = self.anchor if self.is_fresh else name
        self.anchor = name

    def return_to(self, anchor: str) -> None:
        """Forget the anchors since `anchor`: they belong to what has ended here, a note or a region of the page."""
        self.anchor, self.is_fresh = anchor, False

    def flush(self, context: Context) -> None:
        """End the block that is being read."""
        if not self.buffer:
            return
        buffer, self.buffer = self.buffer, []
        anchor = self.anchor if self.block_anchor is None else self.block_anchor
        self.block_anchor = None
        text = "".join(buffer)
        if not text or text.isspace():
            pass
        elif context.is_preformatted:
            for part in _BLANK_LINE.split(_FEEDS.sub("\n", text).replace(BREAK, "\n")):
                self._add([(part.rstrip().strip("\n"), False, "")], context, anchor)
        elif self.marks:
            self._add(list(self._segments(buffer)), context, anchor)
        else:
            self._add([(_collapsed(text).strip(), False, "")], context, anchor)
        if self.marks:
            self.marks.clear()
            self.labels.clear()

    def _segments(self, buffer: list[str]) -> Iterator[tuple[str, bool, str]]:
        """The running text and the marks in it, in turn, collapsed as one: each with its page label."""
        last = " "
        start = 0
        marks = set(self.marks)
        for at in range(len(buffer) + 1):
            if at < len(buffer) and at not in marks:
                continue
            for piece, is_mark in (
                ("".join(buffer[start:at]), False),
                ("".join(buffer[at : at + 1]), True),
            ):
                flat = _collapsed(piece)
                if last in " \n":
                    flat = flat.lstrip(" \n")
                label = self.labels.get(at, "") if is_mark else ""
                if flat or label:
                    last = flat[-1] if flat else last
                    yield flat, is_mark, label
            start = at + 1

    def _add(self, segments: list[tuple[str, bool, str]], context: Context, anchor: str) -> None:
        """Add one block of text: several drafts if there are marks in it."""
        text = "".join(piece for piece, _, _ in segments)
        if not text or text.isspace():
            return
        self.is_fresh = False
        if self.length:
            self.parts.append("\n\n")
            self.length += 2
        kind = context.kind
        if kind is BlockKind.CELL and len(text) > LONGEST_CELL:
            kind = BlockKind.PARAGRAPH
        if context.is_info:
            self.head.infos.append(text)
        is_first = True
        for piece, is_mark, label in segments:
            left = piece.lstrip()
            if label:
                self.pages.append(Page(self.length, label))
            if left:
                start = self.length + len(piece) - len(left)
                own = BlockKind.BOILERPLATE if is_mark else kind
                draft = BlockBuilder(
                    start,
                    start + len(left.rstrip()),
                    own,
                    0 if is_mark else context.level,
                    anchor=anchor,
                )
                draft.continues = not is_mark and not is_first
                is_first = is_first and is_mark
                self.drafts.append(draft)
                self.region_of.append(context.region)
            self.length += len(piece)
            self.parts.append(piece)
        if context.region:
            self.regions[context.region].n_characters += len(text)


def _collapsed(text: str) -> str:
    is_even = (
        "\n" not in text
        and "  " not in text
        and "\t" not in text
        and "\r" not in text
        and "\f" not in text
    )
    flat = text if is_even else _UNEVEN.sub(" ", text)
    return _BREAKS.sub("\n", flat) if BREAK in flat else flat


def judge_regions(page: PageText, found: BlockBuilders) -> None:
    """Make boilerplate of the regions that are some, as all of the page shows."""
    if len(page.regions) == 1:
        return
    total = sum(draft.end - draft.start for draft in found.drafts)
    is_boilerplate = [False]
    for region in page.regions[1:]:
        n_words = region.n_characters - region.n_in_links
        is_main = region.n_characters * 2 > total and n_words * 2 > region.n_characters
        is_boilerplate.append(region.is_certain or not (is_main or n_words > LONGEST_ASIDE))
    if all(is_boilerplate[number] for number in page.region_of):
        return  # a page of nothing else is read as it is
    outside = any(
        draft.kind is BlockKind.HEADING and draft.level == 1 and not is_boilerplate[number]
        for draft, number in zip(found.drafts, page.region_of, strict=True)
    )
    for draft, number in zip(found.drafts, page.region_of, strict=True):
        is_title = draft.kind is BlockKind.HEADING and draft.level == 1 and not outside
        if is_boilerplate[number] and not is_title:
            draft.kind, draft.level, draft.continues = BlockKind.BOILERPLATE, 0, False
