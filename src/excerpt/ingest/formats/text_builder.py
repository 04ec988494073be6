"""The strings of a document in XML, in order → its text, blocks, marks, anchors and pages.

A format opens a block, adds strings and marks to it, and ends it. Blocks are separated by an empty
line. A note within a sentence is inserted after its block, so that it does not interrupt it.
"""

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from excerpt.ingest.formats.blocks.hyphens import find_hyphenated
from excerpt.model import SET_APART, Anchor, Block, BlockKind, Document, Mark, Page, Reason, Span
from excerpt.text.running_text import IGNORED, running_text

__all__ = ["BREAK", "SPACE", "LocationChange", "TextBuilder", "first_heading"]

BREAK: Final = "\x0b"
"""A line break in a string: a character that does not occur in XML."""
SPACE: Final = "\x0e"
"""A space that is kept where white space is collapsed: this does not occur in XML, either."""
MAX_CELL_LENGTH: Final = 400
"""Characters of a table cell; a longer one is text in a table used for layout."""
_WHITE_SPACE = re.compile(r"[\t\n\r]+[ \t\n\r]*| [ \t\n\r]+")
"""White space that is not a single space."""
_AROUND_BREAK = re.compile(rf"[ \t]*{BREAK}[ \t{BREAK}]*")
# Bound once: see `BlockKind`.
_PARAGRAPH, _CELL = BlockKind.PARAGRAPH, BlockKind.CELL


class LocationChange(NamedTuple):
    """Another anchor, or another page with its number.

    position  the index of the string from which it is valid, or an offset in the text
    """

    position: int
    is_page: bool
    value: str
    number: int = 0


@dataclass(slots=True)
class _OpenBlock:
    """The block that is being read.

    kind, level   as in `Block`
    anchor, page  valid at its beginning; a page has a label and a number
    strings       its text so far
    changes       of anchor and page within it
    marks         index in `strings` and kind of each mark
    has_text      True if one of `strings` is not white space
    insertions    finished blocks that follow it
    """

    kind: BlockKind = _PARAGRAPH
    level: int = 0
    anchor: str = ""
    page: tuple[str, int] = ("", 0)
    strings: list[str] = field(default_factory=list)
    changes: list[LocationChange] = field(default_factory=list)
    marks: list[tuple[int, BlockKind]] = field(default_factory=list)
    has_text: bool = False
    insertions: list["_OpenBlock"] = field(default_factory=list)


class RowGap:
    """The white space before the next block: a tab between two cells of a row.

    Empty cells have their tabs too, and rows are lines, so that a table stays one when it is copied
    into a spreadsheet.
    """

    def __init__(self) -> None:
        self._gap = ""
        self._is_in_row = False

    def begin_row(self) -> None:
        """Let the next cell be the first of its row."""
        self._gap, self._is_in_row = "\n", False

    def begin_cell(self) -> None:
        """Let the next block be the first of its cell."""
        self._gap += "\t" if self._is_in_row else ""
        self._is_in_row = True

    def take(self, *, is_between_cells: bool) -> str:
        """Return the gap before a block, which follows."""
        gap, self._gap = self._gap, ""
        return gap if gap and is_between_cells else "\n\n"


class TextBuilder:
    """The text of a document so far, and the block that is being read.

    With `collapses`, white space in strings is collapsed as in HTML, except `BREAK` and `SPACE`.
    """

    def __init__(self, *, collapses: bool) -> None:
        self._collapses = collapses
        self._open = _OpenBlock()
        self._outer: list[tuple[_OpenBlock, str, tuple[str, int]]] = []
        """The blocks around an insertion, each with the anchor and page before the insertion."""
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._marks: list[Mark] = []
        self._anchors: list[Anchor] = []
        self._pages: list[Page] = []
        self._anchor = ""
        self._page = ("", 0)
        self._gap = RowGap()

    def open(self, kind: BlockKind, level: int = 0) -> None:
        """End the open block; the text that follows is of this kind."""
        self.end()
        self._open.kind, self._open.level = kind, level

    def add(self, text: str) -> None:
        """Add `text` to the open block."""
        block = self._open
        block.strings.append(text)
        if not block.has_text and text and not text.isspace():
            block.has_text = True

    def add_mark(self, text: str, kind: BlockKind) -> None:
        """Add `text` to the open block as a mark."""
        self._open.marks.append((len(self._open.strings), kind))
        self.add(text)

    def add_number(self, number: str) -> None:
        """Add the number of a heading or of an item of a list, which a program counts.

        That of a heading is part of its words, as in "Article 5". Sentences may continue from item
        to item, so their numbers are marks.
        """
        if self._open.kind is BlockKind.HEADING:
            self.add(number)
        else:
            self.add_mark(number, BlockKind.MARKUP)
        self.add(" ")

    @property
    def has_text(self) -> bool:
        """True if there is text in the open block."""
        return self._open.has_text

    @property
    def last_character(self) -> str:
        """The last character of the open block so far, "" if it is empty."""
        return next((string[-1] for string in reversed(self._open.strings) if string), "")

    def begin_row(self) -> None:
        """End the open block; a row of a table follows."""
        self.end()
        self._gap.begin_row()

    def begin_cell(self) -> None:
        """End the open block; a cell of a row follows."""
        self.end()
        self._gap.begin_cell()

    def turn_into_cell(self) -> None:
        """Make the open block a cell if it is a paragraph."""
        if self._open.kind is _PARAGRAPH:
            self._open.kind = _CELL

    def trim(self) -> str:
        """Remove the white space at the end of the open block; return the character before it."""
        block = self._open
        strings = block.strings
        first_mark = block.marks[-1][0] + 1 if block.marks else 0
        while len(strings) > first_mark and not strings[-1].rstrip():
            strings.pop()
        for index in range(len(block.changes) - 1, -1, -1):
            if block.changes[index].position <= len(strings):
                break
            block.changes[index] = block.changes[index]._replace(position=len(strings))
        if not strings:
            return ""
        strings[-1] = strings[-1].rstrip()
        return strings[-1][-1:]

    def set_anchor(self, name: str) -> None:
        """Let the anchor `name` begin here."""
        self._anchor = name
        if self._open.has_text:
            self._open.changes.append(LocationChange(len(self._open.strings), False, name))
        else:
            self._open.anchor = name

    def set_page(self, label: str, number: int = 0) -> None:
        """Let the page `label`, which has this number in the source, begin here."""
        self._page = (label, number)
        if self._open.has_text:
            self._open.changes.append(LocationChange(len(self._open.strings), True, label, number))
        else:
            self._open.page = self._page

    @property
    def is_in_insertion(self) -> bool:
        """True between `begin_insertion` and `end_insertion`."""
        return bool(self._outer)

    def begin_insertion(self) -> None:
        """Interrupt the open block: the blocks up to `end_insertion` follow it."""
        self._outer.append((self._open, self._anchor, self._page))
        self._open = _OpenBlock(anchor=self._anchor, page=self._page)

    def end_insertion(self) -> None:
        """End the open block of an insertion, with its anchors and pages, and resume the other."""
        self.end()
        self._open, self._anchor, self._page = self._outer.pop()
        if not self._outer and not self._open.has_text:
            finished, self._open.insertions = self._open.insertions, []
            for block in finished:
                self._finish(block)

    def end(self) -> None:
        """End the open block; without text in it, its anchors are those of the next block."""
        block = self._open
        finished, block.insertions = block.insertions, []
        if block.has_text:
            finished.insert(0, block)
            self._open = _OpenBlock(anchor=self._anchor, page=self._page)
        else:
            block.strings.clear()
            block.marks.clear()
            block.kind, block.level = _PARAGRAPH, 0
        if self._outer:
            self._outer[-1][0].insertions += finished
        else:
            for each in finished:
                self._finish(each)

    def append(self, document: Document, prefix: str = "") -> None:
        """Add the text of `document` after the open block.

        `prefix` is put before the names of its anchors; it names its beginning itself.
        """
        self.end()
        if not document.text.strip():
            return
        self._separate()
        shift = self._length
        self._parts.append(document.text)
        self._length += len(document.text)
        self._blocks += [
            block._replace(span=Span(block.span.start + shift, block.span.end + shift))
            for block in document.blocks
        ]
        self._marks += [
            Mark(Span(mark.span.start + shift, mark.span.end + shift), mark.kind)
            for mark in document.marks
        ]
        if prefix:
            self._put_anchor(shift, prefix)
        for start, name in document.anchors:
            self._put_anchor(
                start + shift, f"{prefix}#{name}" if prefix and name else name or prefix
            )
        for page in document.pages:
            self._put_page(page.start + shift, page.label, page.number)
        if document.pages:
            self._page = self._open.page = document.pages[-1][1:]
        self._anchor = self._open.anchor = self._anchors[-1].name if self._anchors else ""

    def _separate(self, kind: BlockKind = _PARAGRAPH) -> None:
        """Put a gap before a block of this kind."""
        is_after_cell = bool(self._blocks) and self._blocks[-1].kind is _CELL
        gap = self._gap.take(is_between_cells=is_after_cell and kind is _CELL)
        if self._length:
            self._parts.append(gap)
            self._length += len(gap)

    def _clean(self, text: str) -> str:
        if self._collapses:
            if "\n" in text or "  " in text or "\t" in text or "\r" in text:
                text = _WHITE_SPACE.sub(" ", text)
        elif "\n" in text or "\r" in text:
            text = text.replace("\r", "\n").replace("\n", " ")
        return text

    def _finish(self, block: _OpenBlock) -> None:
        """Add the text of a block."""
        if block.marks or block.changes:
            self._finish_with_marks(block)
            return
        text = _shown(self._clean("".join(block.strings))).strip()
        if text:
            kind = _kind_of(block, text)
            self._separate(kind)
            self._put_start(block)
            self._blocks.append(
                Block(Span(self._length, self._length + len(text)), kind, block.level)
            )
            self._parts.append(text)
            self._length += len(text)

    def _put_start(self, block: _OpenBlock) -> None:
        self._put_anchor(self._length, block.anchor)
        self._put_page(self._length, *block.page)

    def _finish_with_marks(self, block: _OpenBlock) -> None:
        """Add the text of a block string by string, so that the offsets in it are known."""
        kinds = dict(block.marks)
        changes = iter([*block.changes, None])
        change = next(changes)
        parts: list[str] = []
        changes_at: list[tuple[int, LocationChange]] = []
        marks: list[tuple[int, int, BlockKind]] = []
        length, last = 0, " "
        for index, string in enumerate(block.strings):
            while change is not None and change.position <= index:
                changes_at.append((length, change))
                change = next(changes)
            text = self._clean(string)
            text = _shown(text)
            if last == "\n" or not length:
                text = text.lstrip()
            elif last == " " and self._collapses:
                text = text.lstrip(" ")
            if not text:
                continue
            last = text[-1]
            if index in kinds and (stripped := text.strip()):
                start = length + text.index(stripped)
                marks.append((start, start + len(stripped), kinds[index]))
            parts.append(text)
            length += len(text)
        while change is not None:
            changes_at.append((length, change))
            change = next(changes)
        text = "".join(parts).rstrip()
        if not text:
            return
        kind = _kind_of(block, text)
        self._separate(kind)
        self._put_start(block)
        shift = self._length
        for offset, (_, is_page, value, number) in changes_at:
            at = shift + min(offset, len(text))
            self._put_page(at, value, number) if is_page else self._put_anchor(at, value)
        self._place_marks(text, marks, block, kind)
        self._parts.append(text)
        self._length += len(text)

    def _place_marks(
        self,
        text: str,
        marks: list[tuple[int, int, BlockKind]],
        block: _OpenBlock,
        kind: BlockKind,
    ) -> None:
        """Add a block of this kind with its marks; without other text, these are blocks."""
        shift = self._length
        position, is_alone = 0, True
        for start, end, _ in marks:
            is_alone = is_alone and not text[position:start].strip()
            position = end
        if marks and is_alone and not text[position:].strip():
            for start, end, mark_kind in marks:
                level = Reason.RUNNING_HEADER if mark_kind is BlockKind.BOILERPLATE else 0
                self._blocks.append(Block(Span(start + shift, end + shift), mark_kind, level))
            return
        self._blocks.append(Block(Span(shift, shift + len(text)), kind, block.level))
        if block.kind not in SET_APART:
            self._marks += [
                Mark(Span(start + shift, end + shift), mark_kind) for start, end, mark_kind in marks
            ]

    def _put_anchor(self, start: int, name: str) -> None:
        if self._anchors and self._anchors[-1].start == start:
            self._anchors.pop()
        if name != (self._anchors[-1].name if self._anchors else ""):
            self._anchors.append(Anchor(start, name))

    def _put_page(self, start: int, label: str, number: int) -> None:
        if self._pages and self._pages[-1].start == start:
            self._pages.pop()
        if (label, number) != (self._pages[-1][1:] if self._pages else ("", 0)):
            self._pages.append(Page(start, label, number))

    def build(self, format_: str) -> Document:
        """Return the document; the caller adds its title, language and metadata."""
        self.end()
        text = "".join(self._parts)
        return Document(
            text=text,
            blocks=tuple(self._blocks),
            format=format_,
            pages=tuple(self._pages),
            marks=tuple(self._marks),
            anchors=tuple(self._anchors),
            hyphenated=find_hyphenated(text),
            has_lines=False,
        )


def first_heading(document: Document) -> str:
    """Return the words of the first heading of the first level, "" if there is none."""
    for block in document.blocks:
        if block.kind is BlockKind.HEADING and block.level == 1:
            marks = [mark for mark in document.marks if mark.span.start >= block.span.start]
            heading = running_text(block.span.of(document.text), marks, block.span.start)
            return " ".join(heading.replace(IGNORED, "").split())
    return ""


def _kind_of(block: _OpenBlock, text: str) -> BlockKind:
    """Return the kind of a block with this text."""
    is_long_cell = block.kind is _CELL and len(text) > MAX_CELL_LENGTH
    return _PARAGRAPH if is_long_cell else block.kind


def _shown(text: str) -> str:
    """Return `text` with its breaks and kept spaces as white space."""
    if BREAK in text:
        text = _AROUND_BREAK.sub("\n", text)
    return text.replace(SPACE, " ") if SPACE in text else text
