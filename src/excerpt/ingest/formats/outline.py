"""Lines → blocks: headings, items, quotes, tables and paragraphs of plain text.

Each block is found by the look of its lines. Hard-wrapped lines form one paragraph; a blank line, a
heading, a bullet, an indent or a table ends it. One regular expression finds the lines with a
special look, and only these are examined one by one; the lines between them form paragraphs. Page
numbers and running headers are left to `pagination.py`, which judges them within the whole text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from excerpt.ingest.formats.block_builder import BlockBuilder
from excerpt.model import BlockKind, Page

__all__ = ["SENTENCE_ENDS", "find_blocks"]

SENTENCE_ENDS: Final = frozenset('.!?…:;"”’»)]。！？')
"""Characters at the end of a finished paragraph or line."""
LONG_LINE: Final = 160
"""Characters of a line that nobody wrapped. If a text has mostly such lines, each line is a
paragraph."""
LONGEST_HEADING: Final = 120
"""Characters of a heading in capitals, or one that is underlined."""
FULL: Final = 0.7
"""Share of the usual width from which a line counts as full: its end means nothing."""

_LINE: Final = re.compile(
    r"""\n(?![A-EG-OQRT-Z]|[abdeghjkmnoqrtuwyz]\w)(?:  # letters with which no alternative begins
      (?P<blank>[^\S\n]*(?=\n|\Z))
    | (?P<page>[^\S\n]*(?:(?:\#{1,6}[ ]+|={1,6}[ ]*|-{1,6}[ ]*|[\[({][ ]*)?
        (?i:page|pp?\.|pg\.|seite|s\.|página|fol\.|folio)[ ]*|\{(?=\d+\}))
        (?P<label>\d{1,5}|[ivxlcdm]{1,9})(?:[ ]of[ ]\d+)?[ ]*[\])}=\-\# .]*(?=\n|\Z))
    | (?P<wiki>={1,6}[^=\n][^\n]*=[^\S\n]*(?=\n|\Z))
    | (?P<hash>\#{1,6}[^\S\n]+[^\s#][^\n]*)
    | (?P<rule>[^\S\n]*(?P<stroke>[-=_*~.+—·^])(?:[^\S\n]*+(?P=stroke)){2,}+[^\S\n]*(?=\n|\Z))
    | (?P<number>[^\S\n]*+[-–—\[(]?[^\S\n]*+(?:\d{1,4}|[ivxlc]{1,7})
        [^\S\n]*[-–—\])]?[^\S\n]*(?=\n|\Z))
    | (?P<item>[^\S\n]*
        (?:(?:[-•‣◦▪–·]|\*{1,6})[^\S\n]+|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)][^\S\n]+)(?=\S))
    | (?P<table>[^\S\n]*\|)
    | (?P<quote>[^\S\n]*>)
    | (?P<indent>\t[^\S\n]*(?=\S)|[^\S\n\t]{2,}(?=\S))
    )""",
    re.VERBOSE,
)
"""A line end and the beginning of a line with a special look, in a group named after its kind.

The quantifiers of `rule` and `number` are possessive: a line of one repeated character must not
take memory or time out of proportion to its length.
"""
_TABLE_CELL = re.compile(r"\|+[^|]*|[^|]+")
_TABLE_RULE = re.compile(r"[|:\-+=\s]+")
# An expression that begins with the line end is found several times as fast as one that begins with
# a look-behind.
_NEW_PARAGRAPH = re.compile(r"\n(?<![-\u00ad\u2010\u2011\n]\n)(?![^\S\n]*(?:[a-zß-öø-ÿα-ωа-я]|\Z))")
"""A line end that ends a paragraph in a text with one paragraph per line.

No word is broken at it, and the next line does not begin with a small letter.
"""
_FULL_STOP = re.compile(r"[.!?:…][\"”’»)\]]*[^\S\n]*\n(?=[^\S\n]*[^\sa-zß-öø-ÿα-ωа-я])")
_ROMAN_NUMBER = re.compile(r"[IVXLCDM]+\.?")
# In Python 3.11, looking up a member of an enum costs as much as everything else done with a block.
_BOILERPLATE, _CELL, _HEADING = BlockKind.BOILERPLATE, BlockKind.CELL, BlockKind.HEADING
_ITEM, _PARAGRAPH, _QUOTE = BlockKind.ITEM, BlockKind.PARAGRAPH, BlockKind.QUOTE


def find_blocks(text: str) -> BlockBuilder:
    """Return the blocks of `text`, each judged by its own lines only."""
    reader = _LineReader(BlockBuilder(text), _line_width(text))
    for start, line in _special_lines(text):
        reader.open_paragraph(start)
        end = text.find("\n", start)
        reader.read(start, len(text) if end < 0 else end, line)
    reader.open_paragraph(len(text))
    reader.close(len(text), is_blank=True)
    return reader.builder


def _line_width(text: str) -> int:
    """Return the characters of a full line of `text`, or 0 if each line is a paragraph."""
    lengths = sorted(map(len, text[: 1 << 20].split("\n")))
    n_in_long_lines = sum(lengths[bisect_left(lengths, LONG_LINE) :])
    if n_in_long_lines * 2 > sum(lengths):
        return 0
    not_empty = lengths[bisect_left(lengths, 1) :]
    return not_empty[len(not_empty) * 9 // 10] if not_empty else 0


def _special_lines(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the start of each line with a special look, and its match."""
    first_line = text[: text.find("\n") + 1] or text
    if first := _LINE.match("\n" + first_line):
        yield 0, first
    for line in _LINE.finditer(text):
        yield line.start() + 1, line


@dataclass(slots=True)
class _LineReader:
    """The state between two lines.

    builder         the blocks found so far
    width           characters of a full line, 0 if each line is a paragraph
    covered         all text before this offset is in a block
    start           start of the open block, -1 if no block is open
    kind, level     of the open block
    follows_blank   True if the open block began after a blank line
    indents         columns of the items that enclose the next one, outermost first
    after_indented  start of the line after the last indented one
    """

    builder: BlockBuilder
    width: int = 0
    covered: int = 0
    start: int = -1
    kind: BlockKind = _PARAGRAPH
    level: int = 0
    follows_blank: bool = True
    indents: list[int] = field(default_factory=list)
    after_indented: int = -1

    def read(self, start: int, end: int, line: re.Match[str]) -> None:
        """Read the line from `start` to `end`, without its line end, that matched as `line`."""
        match line.lastgroup:
            case "blank":
                self.close(start, is_blank=True)
                self.covered = end + 1
            case "item":
                self._read_item(start)
            case "indent":
                self._read_indent(start, end)
            case "quote":
                self._read_quote(start)
            case "rule":
                self._read_rule(start, end, line["stroke"])
            case "number":
                self._read_number(start, end)
            case "page":
                self._read_page(start, end, line["label"])
            case "wiki":
                self._add_heading(start, end, _count_equals_signs(line["wiki"].rstrip()))
            case "hash":
                marks, space, _ = line["hash"][:7].partition(" ")
                self._add_heading(start, end, len(marks) if space else 1)
            case _:
                self._read_table_row(start, end)

    def open_paragraph(self, start: int) -> None:
        """Open a paragraph for the lines before `start` that belong to no block yet."""
        if self.start < 0 and self.covered < start:
            self.indents.clear()
            self._begin(self.covered, _PARAGRAPH, follows_blank=True)

    def _begin(
        self, start: int, kind: BlockKind, level: int = 0, *, follows_blank: bool = False
    ) -> None:
        self.start, self.kind, self.level, self.follows_blank = start, kind, level, follows_blank

    def close(self, end: int, *, is_blank: bool = False) -> None:
        """End the open block, if any, at `end`; `is_blank` if a blank line follows it."""
        self.covered = end
        if self.start < 0:
            return
        start, self.start = self.start, -1
        is_alone = self.kind is _PARAGRAPH and is_blank and self.follows_blank
        if is_alone and self._is_heading_in_capitals(start, end):
            self.builder.add(start, end, _HEADING, 2)
        elif self.kind is _QUOTE or self.builder.text.find("\n", start, end - 1) < 0:
            self.builder.add(start, end, self.kind, self.level)
        else:
            self._add_paragraphs(start, end)

    def _is_heading_in_capitals(self, start: int, end: int) -> bool:
        if end - start > LONGEST_HEADING:
            return False
        line = self.builder.text[start:end].strip()
        if not line.isupper() or line[-1] in ",;-" or line[0] in "([":
            return False
        return sum(map(str.isalpha, line)) > 3 or _ROMAN_NUMBER.fullmatch(line) is not None

    def _is_full(self, start: int, end: int) -> bool:
        """Return whether the line that ends at `end`, and begins at or after `start`, is full."""
        text = self.builder.text
        return end - text.rfind("\n", start, end - 1) > self.width * FULL

    def _add_paragraphs(self, start: int, end: int) -> None:
        """Add the lines from `start` to `end` as one block, or several if their ends show that."""
        text, kind, level = self.builder.text, self.kind, self.level
        pattern = _FULL_STOP if self.width else _NEW_PARAGRAPH
        for line_end in pattern.finditer(text, start, end):
            cut = line_end.end()
            if self.width and self._is_full(start, cut):
                continue
            self.builder.add(start, cut, kind, level)
            start, kind, level = cut, _PARAGRAPH, 0
        self.builder.add(start, end, kind, level)

    def _add_heading(self, start: int, end: int, level: int) -> None:
        self.close(start, is_blank=True)
        self.builder.add(start, end, _HEADING, level)
        self.covered = end + 1

    def _read_page(self, start: int, end: int, label: str) -> None:
        self.close(start)
        self.covered = end + 1
        mark = self.builder.add(start, end, _BOILERPLATE)
        if mark:
            mark.is_page_mark = True
            self.builder.pages.append(Page(end, label))

    def _read_number(self, start: int, end: int) -> None:
        self.close(start)
        number = self.builder.add(start, end, _PARAGRAPH)
        if number:
            number.is_number = True
        self.covered = end + 1

    def _read_rule(self, start: int, end: int, stroke: str) -> None:
        if self._is_underline(start, end):
            self.builder.add(self.start, start, _HEADING, {"=": 1, "-": 2}.get(stroke, 3))
            self.start = -1
        else:
            self.close(start, is_blank=True)
        self.builder.add(start, end, _BOILERPLATE)
        self.covered = end + 1

    def _is_underline(self, start: int, end: int) -> bool:
        """Return whether the line from `start` to `end` underlines a heading above it."""
        if self.start < 0 or self.kind is not _PARAGRAPH or not self.follows_blank:
            return False
        above = self.builder.text[self.start : start].strip()
        n_strokes = end - start
        return (
            "\n" not in above
            and len(above) <= LONGEST_HEADING
            and len(above) / 2 <= n_strokes <= len(above) * 2
        )

    def _read_item(self, start: int) -> None:
        text = self.builder.text
        if self.start >= 0 and self.kind is not _ITEM:
            before = text[self.start : start].rstrip()
            is_wrapped = self.width > 0 and self._is_full(0, start)
            if before and before[-1] not in SENTENCE_ENDS and is_wrapped:
                return  # the paragraph continues with a number or a dash
        self.close(start)
        self._begin(start, _ITEM, self._item_depth(start))

    def _item_depth(self, start: int) -> int:
        """Return the depth of the item at `start`, from its indent and those of earlier items."""
        line = self.builder.text[start : start + 80].expandtabs(4)
        item = line.lstrip()
        n_stars = len(item) - len(item.lstrip("*"))  # wiki markup repeats the star for each level
        indent = len(line) - len(item) + 2 * max(n_stars - 1, 0)
        while self.indents and self.indents[-1] > indent:
            self.indents.pop()
        if not self.indents or self.indents[-1] < indent:
            self.indents.append(indent)
        return len(self.indents)

    def _read_table_row(self, start: int, end: int) -> None:
        self.close(start)
        text = self.builder.text
        if _TABLE_RULE.fullmatch(text, start, end):
            self.builder.add(start, end, _BOILERPLATE)
            start = end
        for cell in _TABLE_CELL.finditer(text, start, end):
            is_rule = _TABLE_RULE.fullmatch(text, *cell.span())
            self.builder.add(*cell.span(), _BOILERPLATE if is_rule else _CELL)
        self.covered = end + 1

    def _read_quote(self, start: int) -> None:
        if self.start < 0 or self.kind is not _QUOTE:
            self.close(start)
            self._begin(start, _QUOTE)

    def _read_indent(self, start: int, end: int) -> None:
        is_first = self.after_indented != start
        self.after_indented = end + 1
        if self.start < 0:
            self._begin(start, _PARAGRAPH, follows_blank=True)
        elif is_first and self.kind is _PARAGRAPH:
            self.close(start)
            self._begin(start, _PARAGRAPH)


def _count_equals_signs(heading: str) -> int:
    """Return the number of equals signs on both sides of a wiki heading, 6 at most."""
    n_before = len(heading) - len(heading.lstrip("="))
    n_after = len(heading) - len(heading.rstrip("="))
    return min(n_before, n_after, 6)
