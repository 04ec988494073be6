"""Lines → blocks: headings, items, quotes, tables and paragraphs of plain text.

Each block is found by the look of its lines. Hard-wrapped lines form one paragraph; a blank line, a
heading, a bullet, an indent or a table ends it. One regular expression finds the lines with a
special look, and only these are examined one by one; the lines between them form paragraphs. Page
numbers and running headers are left to `pagination.py`, which judges them within the whole text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.ingest.formats.blocks.heading_words import division_rank
from excerpt.ingest.formats.blocks.layout import Lineation
from excerpt.model import BlockKind, Reason
from excerpt.text.line_table import (
    FULL,
    LINE_END_HYPHENS,
    MAX_HEADING_LENGTH,
    SENTENCE_ENDS,
    UNFINISHED,
    LineTable,
)

__all__ = ["LINE_END_HYPHENS", "SENTENCE_ENDS", "find_blocks", "label_numbers"]

MAX_TITLE_LENGTH: Final = 60
"""Characters of the title below the number of a part; half as many in a script without capitals."""
_FULL_STOPS: Final = SENTENCE_ENDS - {":", ";"}
MAX_NUMBER_LENGTH: Final = 40
"""Characters of a paragraph that is only a number, perhaps that of a page."""
MAX_LINES: Final = 1 << 22
"""Lines of a text that are classified at once: each takes 100 bytes."""
_MIN_BLANK: Final = 0.3
"""Share of blank lines from which all lines are classified at once."""

_LINE: Final = re.compile(
    r"""\n(?![A-EG-OQRT-Z]|[abdeghjkmnoqrtuwyz]\w)(?:  # letters with which no alternative begins
      (?P<blank>[^\S\n]*(?=\n|\Z))
    | (?P<page>[^\S\n]*+(?:(?P<sign>\#{1,6}[ ]++|={1,6}[ ]*+|-{1,6}[ ]*+|[\[({<][ ]*+)?
        (?i:page:?|pp?\.|pg\.?|(?<=[{<])pb|(?<=[\[{<])(?:image|begin[ ]page)|pag\.?|pág\.|página
            |pagina|seite|s\.|fol\.|folio|f\.|стр\.|страница|с\.|str\.|strona|sid\.?|sida|side|sivu
            |第)[ ]*+(?:n=["'](?=\d))?|(?P<brace>\{)(?=\d+\}))
        (?P<label>\d{1,5}[rv]?|(?i:[ivxlc]{1,9}))
        (?:[ ](?:of|von|de|di|van|из)[ ]\d+|[ ]?/[ ]?\d+)?
        (?:["'](?:[^<>\n"']{0,20}=["'][^<>\n]{0,80}/?>)?)?[\])}>/=\-\#页頁 .]*+(?=\n|\Z))
    | (?P<number>[^\S\n]*+(?:(?P<wrap>[-–—―－‐=*_~<.•·+|])(?P=wrap){0,5}+[^\S\n]*+
        |(?:\[\[|[-–—\[(|])?[^\S\n]*+)
        (?P<value>\d{1,4}|[ivxlc]{1,7})(?:[ ]?/[ ]?\d{1,4}|[ ]of[ ]\d{1,4})?
        (?(wrap)[^\S\n]*+[-–—―－‐=*_~>.•·+|]{1,6}+|[^\S\n]*+(?:\]\]|[-–—\])|])?)[^\S\n]*+(?=\n|\Z))
    | (?P<wiki>(?:={2,6}[^=\n]|=[ ]++[^=\s\d])[^\n]*=[^\S\n]*(?=\n|\Z))
    | (?P<hash>\#{1,6}[^\S\n]+[^\s#][^\n]*)
    | (?P<rule>[^\S\n]*(?P<stroke>[-=_*~.+—·^])(?>[^\S\n]*+(?P=stroke)){2,}+[^\S\n]*(?=\n|\Z))
    | (?P<item>[^\S\n]*
        (?:(?:[-•‣◦▪–·]|\*{1,6})[^\S\n]+|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)][^\S\n]+)(?=\S))
    | (?P<table>[^\S\n]*\|(?!\d{1,5}[rv]?\|[^\n|]*[^\W\d_][^\n|]*(?:\n|\Z)))
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
_NEW_PARAGRAPH = re.compile(
    r"\n(?<![-=\u00ac\u00ad\u2010\u2011\u2e17\n]\n)(?![^\S\n]*(?:[a-zß-öø-ÿα-ωа-я]|\Z))"
)
"""A line end that ends a paragraph in a text with one paragraph per line.

No word is broken at it, and the next line does not begin with a small letter.
"""
_FULL_STOP = re.compile(r"[.!?:…][\"”’»)\]]*[^\S\n]*\n(?=[^\S\n]*[^\sa-zß-öø-ÿα-ωа-я])")
# Bound once: see `BlockKind`.
_BOILERPLATE, _CELL, _HEADING = BlockKind.BOILERPLATE, BlockKind.CELL, BlockKind.HEADING
_ITEM, _PARAGRAPH, _QUOTE = BlockKind.ITEM, BlockKind.PARAGRAPH, BlockKind.QUOTE


def find_blocks(text: str, layout: Lineation) -> BlockBuilder:
    """Return the blocks of `text`, each judged by its own lines only."""
    reader = _LineReader(BlockBuilder(text), layout.width, layout.is_double_spaced)
    n_ends = text.count("\n")
    if n_ends <= MAX_LINES and text.count("\n\n") > n_ends * _MIN_BLANK:
        _read_lines(reader, text, layout)
    else:
        for start, line in _special_lines(text):
            reader.open_paragraph(start)
            end = text.find("\n", start)
            reader.read(start, len(text) if end < 0 else end, line)
    reader.open_paragraph(len(text))
    reader.close(len(text), is_blank=True)
    return reader.builder


def _read_lines(reader: "_LineReader", text: str, layout: Lineation) -> None:
    """Read the lines of a text that is rich in blank lines; these are not examined one by one."""
    lines = LineTable(
        text, layout.width, is_double_spaced=layout.is_double_spaced, match_special=_LINE.match
    )
    number = closing = 0
    for special, line in lines.special:
        number, closing = reader.read_plain(lines, number, special, closing)
        start = lines.starts[special]
        reader.open_paragraph(start)
        reader.read(start, lines.ends[special], line)
        number = special + 1
    reader.read_plain(lines, number, len(lines.starts), closing)


def label_numbers(builder: BlockBuilder) -> bool:
    """Label the paragraphs in `builder` that are the line of a number, perhaps that of a page.

    Return whether there are any.
    """
    is_any = False
    for block in builder.blocks:
        if block.kind is _PARAGRAPH and block.end - block.start <= MAX_NUMBER_LENGTH:
            line = _LINE.match("\n" + builder.source_of(block))
            if line and (line["label"] or line["value"]) and line.end() > block.end - block.start:
                _label(block, line)
                is_any = True
    return is_any


def _label(block: MutableBlock, line: re.Match[str]) -> None:
    """Note in `block` the label in the `line` of a number that it is."""
    block.is_number = line["label"] is None
    block.label = line["value"] if block.is_number else line["label"]
    if not block.is_number:
        block.label_sign = (line["sign"] or line["brace"] or "")[:1]


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

    builder           the blocks found so far
    width             characters of a full line, 0 if each line is a paragraph
    is_double_spaced  True if paragraphs continue after blank lines
    covered           all text before this offset is in a block
    start             start of the open block, -1 if no block is open
    kind, level       of the open block
    follows_blank     True if the open block began after a blank line
    cuts              starts of the lines in the open block that are indented, unlike those before
    indents           columns of the items that enclose the next one, outermost first
    after_indented    start of the line after the last indented one
    """

    builder: BlockBuilder
    width: int = 0
    is_double_spaced: bool = False
    covered: int = 0
    start: int = -1
    kind: BlockKind = _PARAGRAPH
    level: int = 0
    follows_blank: bool = True
    cuts: list[int] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)
    after_indented: int = -1

    def read(self, start: int, end: int, line: re.Match[str]) -> None:
        """Read the line from `start` to `end`, without its line end, that matched as `line`."""
        match line.lastgroup:
            case "blank":
                self._read_blank(start, end)
            case "item":
                self._read_item(start)
            case "indent":
                self._read_indent(start, end)
            case "quote":
                self._read_quote(start)
            case "rule":
                self._read_rule(start, end, line["stroke"])
            case "number" | "page":
                self._read_number(start, end, line)
            case "wiki":
                self._add_heading(start, end, _count_equals_signs(line["wiki"].rstrip()))
            case "hash":
                marks, space, _ = line["hash"][:7].partition(" ")
                self._add_heading(start, end, len(marks) if space else 1)
            case _:
                self._read_table_row(start, end)

    def read_plain(self, lines: LineTable, number: int, stop: int, closing: int) -> tuple[int, int]:
        """Read the lines from `number` to `stop`: blank lines, and others without a special look.

        Either a block is open, or all text before the first of them is covered. `closing` is an
        index in `lines.closing`, before which all lines precede `number`.

        Returns:
            The number of the first line that is not covered, and an index for the next call.
        """
        while self.start >= 0:
            number = self._next_blank(lines, number, stop)
            if number == stop:
                return stop, closing
            self._read_blank(lines.starts[number], lines.ends[number])
            number += 1
        starts, add = lines.starts, self.builder.blocks.append
        while closing < len(lines.closing) and lines.closing[closing] < number:
            closing += 1
        while closing < len(lines.closing) and (blank := lines.closing[closing]) < stop:
            closing += 1
            first = lines.next_filled[number]
            if blank - first == 1:
                start, end = starts[first], starts[blank]
                block = MutableBlock(lines.first[first], lines.last[first], _PARAGRAPH)
                block.is_alone = end - start <= MAX_HEADING_LENGTH
                add(block)
                self.indents.clear()
            elif first < blank:
                self.covered = starts[first]
                self.open_paragraph(starts[blank])
                self.close(starts[blank], is_blank=True)
            number = blank + 1
        number = min(lines.next_filled[number], stop) if number < stop else stop
        self.covered = starts[number] if number < len(starts) else len(self.builder.text) + 1
        return number, closing

    def _next_blank(self, lines: LineTable, number: int, stop: int) -> int:
        """Return the first blank line from `number` on, `stop` if there is none."""
        while number < stop and lines.next_filled[number] == number:
            number += 1
        return number

    def _read_blank(self, start: int, end: int) -> None:
        if not self._continues_after_blank(start, end):
            self.close(start, is_blank=True)
            self.covered = end + 1

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
        cuts, self.cuts = self.cuts, []
        is_paragraph = self.kind is _PARAGRAPH and self.follows_blank
        if self.kind is _QUOTE or self.builder.text.find("\n", start, end - 1) < 0:
            block = self.builder.add(start, end, self.kind, self.level)
            if is_paragraph and is_blank and block and end - start <= MAX_HEADING_LENGTH:
                block.is_alone = True
            return
        if is_paragraph:
            start = self._add_part_line(start, end, is_blank=is_blank)
        if not cuts:
            self._add_paragraphs(start, end)
        elif start < end and self._is_verse(cuts):
            self.builder.add(start, end, self.kind, self.level)
        else:
            for first, last in pairwise([start, *[cut for cut in cuts if cut > start], end]):
                self._add_paragraphs(first, last)

    def _add_part_line(self, start: int, end: int, *, is_blank: bool) -> int:
        """Add the heading of a numbered part with which several lines begin.

        Returns:
            The offset at which the lines after it begin: `start` if there is no such heading.
        """
        text = self.builder.text
        first = text.find("\n", start)
        line = text[start : min(first, start + MAX_HEADING_LENGTH)]
        part = division_rank(line)
        if part is None or first - start > MAX_HEADING_LENGTH:
            return start
        title = text[first:end].strip()
        if division_rank(title[:MAX_HEADING_LENGTH]):
            return start  # a table of contents
        longest = MAX_TITLE_LENGTH if title[:1].isupper() else MAX_TITLE_LENGTH // 2
        is_title = is_blank and len(title) <= longest and title[-1:] not in SENTENCE_ENDS
        if is_title and not part[1].strip(" .:") and not title[:1].islower():
            block = self.builder.add(start, end, _PARAGRAPH)
            start = end
        elif text[first + 1 : first + 80].lstrip()[:1].islower():
            return start
        else:
            block = self.builder.add(start, first, _PARAGRAPH)
            start = first + 1
        if block:
            block.is_alone = True
        return start

    def _is_verse(self, cuts: list[int]) -> bool:
        """Return whether indents do not begin paragraphs, because lines before them do not end."""
        text = self.builder.text
        before = (text[max(0, cut - MAX_HEADING_LENGTH) : cut].rstrip() for cut in cuts)
        lines = [stretch[stretch.rfind("\n") + 1 :] for stretch in before]
        # A line in capitals is the name of a speaker.
        n_unfinished = sum(line[-1:] not in _FULL_STOPS or line.isupper() for line in lines)
        return n_unfinished * 2 >= len(cuts)

    def _continues_after_blank(self, start: int, end: int) -> bool:
        """Return whether the open block continues after the blank line from `start` to `end`."""
        if not self.is_double_spaced or self.start < 0 or self.kind is _QUOTE:
            return False
        text, first = self.builder.text, max(self.start, start - 2 * MAX_HEADING_LENGTH)
        before, after = text[first:start].rstrip(), text[end + 1 : end + 2]
        if not before or before[-1] in SENTENCE_ENDS or not after.isalpha():
            return False
        if before[-1] in LINE_END_HYPHENS and not after.isupper():
            return True
        # A short line is a running header, or the last one of its paragraph.
        n_last = len(before) - before.rfind("\n") - 1
        n_next = text.find("\n", end + 1) - end
        n_needed = self.width * (FULL if after.isupper() else UNFINISHED)
        return n_last > n_needed and (after.islower() or n_next * 2 > self.width)

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
        is_heading = level > 0 and any(map(str.isalnum, self.builder.text[start:end]))
        self.builder.add(start, end, *((_HEADING, level) if is_heading else (_PARAGRAPH, 0)))
        self.covered = end + 1

    def _read_number(self, start: int, end: int, line: re.Match[str]) -> None:
        source = self.builder.text[start:end].strip()
        if "|" in (source[0], source[-1]) and self._is_row(start, end):
            self._read_table_row(start, end)
            return
        self.close(start)
        # `== 3 ==` is a chapter, unless it turns out to number a page; one sign is debris.
        level = _count_equals_signs(source) if line["value"] and source[0] == "=" else 0
        kind = (_HEADING, level) if level > 1 else (_PARAGRAPH, 0)
        block = self.builder.add(start, end, *kind)
        if block:
            _label(block, line)
        self.covered = end + 1

    def _is_row(self, start: int, end: int) -> bool:
        """Return whether a row of a table is next to the line from `start` to `end`."""
        text = self.builder.text
        before = text.rfind("\n", 0, max(0, start - 1)) + 1
        return text.startswith("|", end + 1) or (before < start and text.startswith("|", before))

    def _read_rule(self, start: int, end: int, stroke: str) -> None:
        if self._is_underline(start, end):
            self.builder.add(self.start, start, _HEADING, {"=": 1, "-": 2}.get(stroke, 3))
            self.start = -1
        else:
            self.close(start, is_blank=True)
        self.builder.add(start, end, _BOILERPLATE, Reason.RULE)
        self.covered = end + 1

    def _is_underline(self, start: int, end: int) -> bool:
        """Return whether the line from `start` to `end` underlines a heading above it."""
        if self.start < 0 or self.kind is not _PARAGRAPH or not self.follows_blank:
            return False
        above = self.builder.text[self.start : start].strip()
        n_strokes = end - start
        return (
            "\n" not in above
            and len(above) <= MAX_HEADING_LENGTH
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
        text, indent = self.builder.text, 0
        if text[start].isspace() or text.startswith("**", start):
            line = text[start : start + 80].expandtabs(4)
            item = line.lstrip()
            n_stars = len(item) - len(item.lstrip("*"))  # wiki markup has one for each level
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
            self.builder.add(start, end, _BOILERPLATE, Reason.RULE)
            start = end
        for cell in _TABLE_CELL.finditer(text, start, end):
            is_rule = _TABLE_RULE.fullmatch(text, *cell.span())
            self.builder.add(
                *cell.span(), *((_BOILERPLATE, Reason.RULE) if is_rule else (_CELL, 0))
            )
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
            self.cuts.append(start)


def _count_equals_signs(heading: str) -> int:
    """Return the number of equals signs on both sides of a wiki heading, 0 if they differ."""
    n_before = len(heading) - len(heading.lstrip("="))
    n_after = len(heading) - len(heading.rstrip("="))
    return n_before if n_before == n_after <= 6 else 0
