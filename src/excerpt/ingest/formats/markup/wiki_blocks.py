"""A page in wiki markup → its blocks, with the marks in them.

Blocks begin and end with lines, as in MediaWiki: headings between equals signs, items after `*`,
`#`, `:` and `;`, rows and cells of tables, and paragraphs between blank lines. A template or note
that goes over several lines is part of one line. Text saved from encyclopedias also has items after
dashes, and rows `| a | b |` outside of tables.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.blocks.mark_settling import settle_marks
from excerpt.ingest.formats.entities import replace_entities
from excerpt.ingest.formats.markup.heading_markup import (
    EDIT_LINKS,
    MAX_END_LENGTH,
    add_heading_marks,
)
from excerpt.ingest.formats.markup.wiki_inline import read_markup
from excerpt.ingest.formats.markup.wiki_marks import WikiMarkup
from excerpt.model import BlockKind, Reason

__all__ = ["find_wiki_blocks", "has_wiki_markup"]

_SIGNS: Final = ("[[", "{{", "{|", "''", "[http", "&nbsp;", "&#", "__", "<")
_LINE = re.compile(
    r"""
      (?P<blank>[^\S\n]*+\Z)
    | (?P<heading>={1,6}[^=\n].*=[^\S\n]*(?:<!--.*-->|\[[^\[\]=]{4,60}\])?[^\S\n]*\Z)
    | (?P<item>[*\#:;]++[^\S\n]*+)
    | (?P<table>[:\s]*+\{\|)
    | (?P<table_end>[^\S\n]*+\|\}(?!\}))
    | (?P<row>[^\S\n]*+\|-)
    | (?P<title>[^\S\n]*+\|\+)
    | (?P<cells>[^\S\n]*+[|!])
    | (?P<rule>-{4,}+)
    | (?P<dash>[^\S\n]*+(?:[-•‣]|\d{1,3}[.)])[^\S\n]++(?=\S))
    | (?P<gallery>[^\S\n]*+<gallery\b[^<>]*>)
    """,
    re.VERBOSE | re.DOTALL,
)
_LINE_END = re.compile("\n")
_CELL_SIGN = re.compile(r"\|\||!!")
_CELL_BAR = re.compile(r"\|")
_ATTRIBUTES = re.compile(r"[|!]+[^|\[\]{}\n]*=[^|\[\]{}\n]*\|(?!\|)")
_GALLERY_END = re.compile(r"</gallery\s*>", re.IGNORECASE)
_BOILERPLATE, _CAPTION, _CELL = BlockKind.BOILERPLATE, BlockKind.CAPTION, BlockKind.CELL
_HEADING, _ITEM, _MARKUP = BlockKind.HEADING, BlockKind.ITEM, BlockKind.MARKUP
_PARAGRAPH = BlockKind.PARAGRAPH


def has_wiki_markup(text: str) -> bool:
    """Return whether `text` has markup of MediaWiki other than headings."""
    return any(sign in text for sign in _SIGNS)


def find_wiki_blocks(text: str) -> BlockBuilder:
    """Return the blocks of a page with their marks and anchors, in a text without entities."""
    builder = BlockBuilder(text)
    markup = read_markup(builder)
    _BlockFinder(builder, markup).find()
    builder = replace_entities(builder, markup.entities)
    settle_marks(builder)
    return builder


class _BlockFinder:
    """The state between two lines.

    `_first` is the start of the open paragraph, or -1.
    """

    def __init__(self, builder: BlockBuilder, markup: WikiMarkup) -> None:
        self._builder = builder
        self._text = builder.text
        self._markup = markup
        self._solid = sorted(markup.solid)
        self._starts = [start for start, _ in self._solid]
        self._first = -1
        self._n_tables = 0
        self._is_gallery = False

    def find(self) -> None:
        """Add the blocks of all lines."""
        for start, end in self._lines():
            self._read_line(start, end)
        self._close(len(self._text))

    def _lines(self) -> Iterator[tuple[int, int]]:
        """Yield the start and end of each line; line ends in solid spans do not count."""
        start = 0
        for line_end in _LINE_END.finditer(self._text):
            at = line_end.start()
            number = bisect_right(self._starts, at) - 1
            if number >= 0 and self._solid[number][1] > at:
                continue
            yield start, at
            start = line_end.end()
        yield start, len(self._text)

    def _close(self, end: int) -> None:
        if self._first >= 0:
            block = self._builder.add(self._first, end, _CELL if self._n_tables else _PARAGRAPH)
            if block and (block.start, block.end) in self._markup.quotes:
                block.kind = BlockKind.QUOTE
            self._first = -1

    def _read_line(self, start: int, end: int) -> None:
        text = self._text
        line = _LINE.match(text, start, end)
        kind = line.lastgroup if line else None
        if self._is_gallery:
            self._read_gallery_line(start, end)
            return
        if kind == "dash" and self._first >= 0 and not self._is_list_before(start):
            kind = None  # a paragraph goes on with a dash or a number
        if kind is None:
            if start in self._markup.boxes:
                self._close(start)
                self._add_box(start, end)
            elif self._first < 0:
                self._first = start
            return
        self._close(start)
        match kind:
            case "blank":
                pass
            case "heading":
                self._add_heading(start, end)
            case "item" | "dash":
                signs = line.group().strip() if line else ""
                self._builder.add(start, end, _ITEM, len(signs) if kind == "item" else 1)
            case "table":
                self._n_tables += 1
                self._builder.add(start, end, _MARKUP)
            case "table_end":
                self._n_tables = max(0, self._n_tables - 1)
                after = text.index("|}", start) + 2
                self._builder.add(start, after, _MARKUP)
                self._builder.add(after, end, _PARAGRAPH)
            case "row" if self._n_tables:
                self._builder.add(start, end, _MARKUP)
            case "rule":
                after = start + len(line.group() if line else "")
                self._builder.add(start, after, _BOILERPLATE, Reason.RULE)
                self._builder.add(after, end, _PARAGRAPH)
            case "gallery":
                after = start + len(line.group() if line else "")
                self._builder.add(start, after, _MARKUP)
                self._is_gallery = True
                self._read_gallery_line(after, end)
            case _:
                self._add_cells(start, end, is_title=kind == "title")

    def _is_list_before(self, start: int) -> bool:
        return not self._text[self._first : start].strip()

    def _add_heading(self, start: int, end: int) -> None:
        source = self._text[start:end]
        stripped = source.rstrip()
        if edit := EDIT_LINKS.search(stripped, max(0, len(stripped) - MAX_END_LENGTH)):
            stripped = stripped[: edit.start()].rstrip()
        if stripped.endswith("-->") and "<!--" in stripped:
            stripped = stripped[: stripped.rindex("<!--")].rstrip()
        n_before = len(stripped) - len(stripped.lstrip("="))
        n_after = len(stripped) - len(stripped.rstrip("="))
        block = self._builder.add(start, end, _HEADING, min(n_before, n_after, 6))
        if block:
            add_heading_marks(self._builder, start, start + len(stripped))
            if edit:
                self._builder.add_mark(start + edit.start(), start + edit.end(), _MARKUP)

    def _add_box(self, start: int, end: int) -> None:
        """Add a cell for each parameter of an information box."""
        for bar in self._markup.boxes[start]:
            self._builder.add(start, bar, _CELL)
            start = bar
        self._builder.add(start, end, _CELL)

    def _add_cells(self, start: int, end: int, *, is_title: bool) -> None:
        """Add the cells of a line of a table; each begins at its signs."""
        text = self._text
        cuts = [sign.start() for sign in self._outside_solid(_CELL_SIGN, start + 1, end)]
        if not self._n_tables and not cuts:
            cuts = [bar.start() for bar in self._outside_solid(_CELL_BAR, start + 1, end)]
        kind = _CAPTION if is_title else _CELL
        for first, last in zip([start, *cuts], [*cuts, end], strict=True):
            if not text[first:last].strip("|!+-: \t"):
                self._builder.add(first, last, _BOILERPLATE, Reason.RULE)
                continue
            self._builder.add(first, last, kind)
            if attributes := _ATTRIBUTES.match(text, first, last):
                self._builder.add_mark(*attributes.span(), _MARKUP)

    def _outside_solid(
        self, pattern: re.Pattern[str], start: int, end: int
    ) -> Iterator[re.Match[str]]:
        """Yield the matches that lie in no template, link or note."""
        for match in pattern.finditer(self._text, start, end):
            number = bisect_right(self._starts, match.start()) - 1
            if number < 0 or self._solid[number][1] <= match.start():
                yield match

    def _read_gallery_line(self, start: int, end: int) -> None:
        """Add a line of a gallery: the name of a picture and its caption."""
        closing = _GALLERY_END.search(self._text, start, end)
        last = closing.start() if closing else end
        bar = self._text.find("|", start, last)
        block = self._builder.add(start, last, _CAPTION if bar >= 0 else BlockKind.LINK)
        if block and bar >= 0:
            self._builder.add_mark(block.start, bar + 1, BlockKind.LINK)
        if closing:
            self._builder.add(closing.start(), end, _MARKUP)
            self._is_gallery = False
