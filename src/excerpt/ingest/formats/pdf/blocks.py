"""The lines of a PDF with their roles → its text, blocks, marks and pages.

A paragraph that continues in the next column or on the next page is one block. Running headers,
page numbers, notes and captions that come between are marks in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Final

from excerpt.ingest.formats.pdf.lines import CAPTION, NOTE_MARK, SENTENCE_END, Line
from excerpt.ingest.formats.pdf.page import PdfLine
from excerpt.model import SET_APART, Block, BlockKind, Mark, Page, Reason, Span

__all__ = ["PdfText", "write_text"]

_GAP: Final = 1.35
"""The distance between two lines of a paragraph, at most, in usual distances."""
_INDENT: Final = 0.7
"""The indentation that begins a paragraph, at least, in sizes of the font."""
_SHORT: Final = 0.15
"""The part of the width by which a line is shorter than others if it ends a paragraph."""
_FULL: Final = 0.75
"""The part of the width that a line fills if the next column may continue it."""
_MIN_LINES: Final = 4
"""Lines of such a column."""
_SAME_SIZE: Final = 0.12
_SMALL_CAPITALS: Final = 0.7
"""Size of small capitals, at least, in sizes of the font."""
_SIGN = r"[•‣◦▪■●○·–—*-]\s"
_BULLET = re.compile(rf"({_SIGN})|\(?(?:\d{{1,2}}|[a-z])[.)]\s")
"""The sign or the number of an item; a line within a sentence may begin with the latter."""
_LEADER = re.compile(r"(?:\. ?){4}.*\d|\.{4}.*|…{2}.*", re.DOTALL)
"""The dots and the page number at the end of an entry of a table of contents."""
_NOTE_NUMBER = re.compile(r"\d{1,3}(?=[^\W\d_a-z])")
"""The number of a note right before its first word: 3See the map."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
_BETWEEN: Final = frozenset(
    {BlockKind.BOILERPLATE, BlockKind.PAGE, BlockKind.NOTE, BlockKind.CAPTION}
)
"""Kinds of lines across which a paragraph may continue."""
_HEADING, _PARAGRAPH, _ITEM = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM
_NOTE, _CAPTION = BlockKind.NOTE, BlockKind.CAPTION
_CELL, _BOILERPLATE, _PAGE = BlockKind.CELL, BlockKind.BOILERPLATE, BlockKind.PAGE


@dataclass(slots=True)
class PdfText:
    """The text of a document with its blocks, marks and pages."""

    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    pages: tuple[Page, ...]


def write_text(lines: Sequence[Sequence[Line]], labels: Sequence[str]) -> PdfText:
    """Return the text of a document from the lines of each page and the labels of the pages."""
    writer = _LineWriter(labels)
    for own in lines:
        columns = _columns([line for line in own if line.kind is _PARAGRAPH])
        for line in own:
            writer.add(line, columns.get(line))
    return writer.finish()


@dataclass(slots=True, eq=False)
class _TextColumn:
    """Lines below each other.

    left, right    its ends
    leading        the usual distance of its lines
    has_left_edge  True if most lines begin at the left end, so that others are indented
    """

    lines: list[Line] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    leading: float = 0.0
    has_left_edge: bool = True

    @property
    def has_indents(self) -> bool:
        """True if some of the lines are indented."""
        return self.has_left_edge and any(map(self.is_indented, self.lines))

    def is_indented(self, line: Line) -> bool:
        """Return whether a line begins to the right of the left end."""
        return line.source.left > self.left + _INDENT * line.source.size

    @property
    def width(self) -> float:
        """The width of the column."""
        return self.right - self.left


def _columns(lines: Sequence[Line]) -> dict[Line, _TextColumn]:
    """Return the column of each line, in the order in which the lines are drawn."""
    columns: list[_TextColumn] = []
    for line in lines:
        last = columns[-1].lines[-1].source if columns else None
        if last is None or line.source.y > last.y + last.size:
            columns.append(_TextColumn())
        columns[-1].lines.append(line)
    found = {}
    for column in columns:
        sources = [line.source for line in column.lines]
        column.left = min(source.left for source in sources)
        column.right = max(source.right for source in sources)
        n_flush = sum(source.left < column.left + _INDENT * source.size for source in sources)
        column.has_left_edge = 2 * n_flush >= len(sources)
        gaps = [a.y - b.y for a, b in pairwise(sources) if 0.5 * a.size < a.y - b.y < 3 * a.size]
        column.leading = median(gaps) if gaps else 0.0
        found.update(dict.fromkeys(column.lines, column))
    return found


class _LineWriter:
    """A writer of lines, one by one."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self._parts: list[str] = []
        self._length = 0
        self._page = -1
        self._blocks: list[Block] = []
        self._marks: list[Mark] = []
        self._references: list[Mark] = []
        self._pages: list[Page] = []
        self._between: list[Line] = []
        """Lines since the last one of the open block, which may yet continue."""
        self._open: Block | None = None
        """The open block; its end is not known yet."""
        self._first: Line | None = None
        """The first line of it in the current column."""
        self._last: Line | None = None
        self._column: _TextColumn | None = None
        self._n_lines = 0
        """The lines of the open block in the current column."""

    def add(self, line: Line, column: _TextColumn | None) -> None:
        """Add a line; `column` is its column, None if it is not body text."""
        if line.kind in _BETWEEN:
            self._between.append(line)
            return
        if self._continues(line, column):
            is_next = not self._between
            self._write_between(are_marks=True)
            last = self._last
            is_same_row = last is not None and is_next and _is_same_row(last, line)
            self._write(line, " " if is_same_row else "\n")
            if last is not None and is_same_row and last.source.left < line.source.left:
                line = replace(line, source=line.source._replace(left=last.source.left))
            if column is not self._column:
                self._first, self._n_lines = line, 0
        else:
            self._close()
            kind, level = line.kind, line.level
            if kind is _PARAGRAPH and _BULLET.match(line.source.text):
                kind, level = _ITEM, 1
            start = self._write(line, "\n\n")
            self._open = Block(Span(start, start), kind, level, is_guess=line.is_guess)
            self._first, self._n_lines = line, 0
        self._last, self._column = line, column
        self._n_lines += 1

    def finish(self) -> PdfText:
        """Return the text."""
        self._close()
        self._begin_pages(len(self._labels) - 1)
        # A block or a note that consists of a reference alone is none; see `Mark`.
        whole = {block.span for block in self._blocks} | {mark.span for mark in self._marks}
        marks = [*self._marks, *(mark for mark in self._references if mark.span not in whole)]
        return PdfText(
            "".join(self._parts),
            tuple(self._blocks),
            tuple(sorted(marks)),
            tuple(self._pages),
        )

    def _write(self, line: Line, separator: str) -> int:
        """Write a line after a separator, and return its start."""
        if self._length:
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        self._begin_pages(line.page)
        self._parts.append(line.source.text)
        self._length += len(line.source.text)
        if line.kind not in SET_APART:
            references = line.source.references
            number = _NOTE_NUMBER.match(line.source.text) if line.kind is _NOTE else None
            if number and not references:
                references = (number.span(),)
            for first, last in references:
                span = Span(start + first, start + last)
                self._references.append(Mark(span, BlockKind.REFERENCE))
        return start

    def _begin_pages(self, last: int) -> None:
        for index in range(self._page + 1, last + 1):
            self._pages.append(Page(self._length, self._labels[index], index + 1))
        self._page = max(self._page, last)

    def _close(self) -> None:
        """End the open block, and write the lines after it as blocks."""
        if self._open is not None:
            start = self._open.span.start
            self._blocks.append(self._open._replace(span=Span(start, self._length)))
            self._open = self._last = self._first = None
        self._write_between(are_marks=False)

    def _write_between(self, *, are_marks: bool) -> None:
        """Write the lines since the last one of the open block, as marks in it or as blocks."""
        for group in _groups(self._between):
            start = self._write(group[0], "\n" if are_marks else "\n\n")
            for line in group[1:]:
                self._write(line, "\n")
            span, kind = Span(start, self._length), group[0].kind
            if are_marks:
                self._marks.append(Mark(span, kind))
            else:
                level = Reason.RUNNING_HEADER if kind is _BOILERPLATE else 0
                self._blocks.append(Block(span, kind, level))
        self._between = []

    def _continues(self, line: Line, column: _TextColumn | None) -> bool:
        """Return whether a line belongs to the open block."""
        last, block = self._last, self._open
        if last is None or block is None or line.kind is not last.kind or line.kind is _CELL:
            return False
        if line.kind is _HEADING:
            return not self._between and _continues_heading(last, line)
        if column is None or self._column is None:
            return False
        if not _has_same_size(last, line, column):
            return False
        if not self._between and _is_same_row(last, line):
            return True
        bullet = _BULLET.match(line.source.text)
        if bullet and (bullet[1] or _is_finished(last, self._column)):
            return False
        if column is self._column and last.source.y > line.source.y and not self._between:
            return self._continues_in_column(last, line, column, block.kind)
        return _continues_after_break(last, line, self._column, column)

    def _continues_in_column(
        self, last: Line, line: Line, column: _TextColumn, kind: BlockKind
    ) -> bool:
        before, source = last.source, line.source
        if before.breaks_word:
            return True
        if _LEADER.search(before.text):
            return False
        if column.leading and before.y - source.y > _GAP * column.leading:
            return False
        is_short = before.right < column.right - _SHORT * column.width
        if is_short and SENTENCE_END.search(before.text):
            return False
        if _RIGHT_TO_LEFT.search(source.text) or not column.has_left_edge:
            return True
        indent = source.left - before.left
        if indent > _INDENT * source.size:
            return kind is _ITEM and self._n_lines == 1
        return indent > -_INDENT * source.size or self._n_lines == 1


def _has_same_size(last: Line, line: Line, column: _TextColumn) -> bool:
    """Return whether two lines have one size; a line in small capitals seems to have another."""
    before, source = last.source, line.source
    if abs(source.size - before.size) <= _SAME_SIZE * before.size:
        return True
    is_full = before.right > column.right - _SHORT * column.width
    return is_full and _SMALL_CAPITALS < before.size / source.size < 1 and _is_in_capitals(before)


def _is_in_capitals(line: PdfLine) -> bool:
    letters = [letter for letter in line.text if letter.isalpha()]
    return 4 * sum(map(str.isupper, letters)) > 3 * len(letters)


def _is_finished(line: Line, column: _TextColumn) -> bool:
    """Return whether a line ends a sentence or is short, so that another item may follow it."""
    is_short = line.source.right < column.right - _SHORT * column.width
    return not line.source.breaks_word and (
        is_short or SENTENCE_END.search(line.source.text) is not None
    )


def _is_same_row(last: Line, line: Line) -> bool:
    is_level = abs(last.source.y - line.source.y) < 0.5 * line.source.size
    return is_level and last.page == line.page


def _continues_heading(last: Line, line: Line) -> bool:
    """Return whether a line continues a heading."""
    gap = last.source.y - line.source.y
    is_near = last.page == line.page and -1 < gap < 2 * line.source.size
    return is_near and line.level == last.level and line.source.size == last.source.size


def _continues_after_break(
    last: Line, line: Line, column: _TextColumn, following: _TextColumn
) -> bool:
    """Return whether a line at the top of a column or page continues one at the foot of another.

    `column` is that of `last`, and `following` that of `line`.
    """
    before, text = last.source, line.source.text
    is_full = before.right > column.left + _FULL * column.width
    is_full = is_full and len(column.lines) >= _MIN_LINES
    if before.breaks_word or before.text.endswith("-"):
        return True
    if SENTENCE_END.search(before.text):
        # Where paragraphs begin with an indentation, a line without one continues another.
        is_indented = following.is_indented(line) or not (column.has_indents and is_full)
        return text[0].islower() or not is_indented
    return is_full or text[0].islower() or bool(_RIGHT_TO_LEFT.search(text))


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines of running headers, notes and captions, with those that belong together."""
    groups: list[list[Line]] = []
    for line in lines:
        if not groups or _begins_group(groups[-1][-1], line):
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _begins_group(last: Line, line: Line) -> bool:
    """Return whether a line of a running header, note or caption begins another one."""
    text = line.source.text
    if last.kind is not line.kind or last.page != line.page or line.kind is _PAGE:
        return True
    if line.kind is _BOILERPLATE:
        return not (last.is_margin and line.is_margin)
    if line.kind is _CAPTION:
        return CAPTION.match(text) is not None
    is_new_note = NOTE_MARK.match(text) or last.source.y < line.source.y
    return line.kind is _NOTE and not last.source.breaks_word and bool(is_new_note)
