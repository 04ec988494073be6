"""Lines → blocks: headings, items, quotes, tables and paragraphs of plain text, by what its lines look like.

Hard-wrapped lines are one paragraph. A blank line, a heading, a bullet, an indent or a table ends it. Only lines that
look like something are looked at one by one, found by one expression; the others make up the paragraphs between.
Page numbers and running heads are left for `pagination.py` to judge, as that takes the whole file.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from excerpt.ingest.formats.block_builder import BlockBuilders
from excerpt.model import BlockKind, Page

__all__ = ["SENTENCE_ENDS", "outline"]

SENTENCE_ENDS: Final = frozenset('.!?…:;"”’»)]。！？')
"""Characters that a finished paragraph or line ends with."""
LONG_LINE: Final = 160
"""Characters of a line that was not wrapped by hand: in a file of such lines, each line is a paragraph."""
LONGEST_HEADING: Final = 120

_LINE: Final = re.compile(
    r"""\n(?![A-EG-OQRT-Z]|[abdeghjkmnoqrtuwyz]\w)(?:  # letters that none of the following begins with
      (?P<blank>[^\S\n]*(?=\n|\Z))
    | (?P<page>[^\S\n]*(?:(?:\#{1,6}[ ]+|={1,6}[ ]*|-{1,6}[ ]*|[\[({][ ]*)?
        (?i:page|pp?\.|pg\.|seite|s\.|página|fol\.|folio)[ ]*|\{(?=\d+\}))
        (?P<label>\d{1,5}|[ivxlcdm]{1,9})(?:[ ]of[ ]\d+)?[ ]*[\])}=\-\# .]*(?=\n|\Z))
    | (?P<wiki>={1,6}[^=\n][^\n]*=[^\S\n]*(?=\n|\Z))
    | (?P<hash>\#{1,6}[^\S\n]+[^\s#][^\n]*)
    | (?P<rule>[^\S\n]*(?P<stroke>[-=_*~.+—·^])(?:[^\S\n]*+(?P=stroke)){2,}+[^\S\n]*(?=\n|\Z))
    | (?P<number>[^\S\n]*+[-–—\[(]?[^\S\n]*+(?:\d{1,4}|[ivxlc]{1,7})[^\S\n]*[-–—\])]?[^\S\n]*(?=\n|\Z))
    | (?P<item>[^\S\n]*(?:(?:[-•‣◦▪–·]|\*{1,6})[^\S\n]+|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)][^\S\n]+)(?=\S))
    | (?P<table>[^\S\n]*\|)
    | (?P<quote>[^\S\n]*>)
    | (?P<indent>\t[^\S\n]*(?=\S)|[^\S\n\t]{2,}(?=\S))
    )""",
    re.VERBOSE,
)
_IN_CELL = re.compile(r"\|+[^|]*|[^|]+")
_RULE_CELL = re.compile(r"[|:\-+=\s]+")
_NEW_LINE = re.compile(r"\n(?<![-\u00ad\u2010\u2011\n]\n)(?![^\S\n]*(?:[a-zß-öø-ÿα-ωа-я]|\Z))")
"""A line end that ends a paragraph where each line is one: no word is broken at it, and no small letter follows. It is
found several times faster by an expression that begins with it than by one that looks behind first."""
_FULL_STOP = re.compile(r"[.!?:…][\"”’»)\]]*[^\S\n]*\n(?=[^\S\n]*[^\sa-zß-öø-ÿα-ωа-я])")
_ROMAN = re.compile(r"[IVXLCDM]+\.?")
_BOILERPLATE, _CELL, _HEADING, _ITEM, _PARAGRAPH, _QUOTE = (
    BlockKind.BOILERPLATE,
    BlockKind.CELL,
    BlockKind.HEADING,
    BlockKind.ITEM,
    BlockKind.PARAGRAPH,
    BlockKind.QUOTE,
)
"""Named once: in Python 3.11 each look into the class costs as much as the rest of what is done with a block here."""


@dataclass(slots=True)
class _Outline:
    """The state between two lines: what is open since when, and how the lines of the file are wrapped."""

    found: BlockBuilders
    width: int = 0  # characters of a full line; 0 where each line is a paragraph
    at: int = 0  # up to here, all is in a block
    start: int = -1  # of the open block, -1 if none is open
    kind: BlockKind = _PARAGRAPH
    level: int = 0
    is_alone: bool = True  # whether the open block began after a blank line
    indents: list[int] = field(default_factory=list)
    indented_to: int = -1

    def begin(self, start: int, kind: BlockKind, level: int = 0, *, is_alone: bool = False) -> None:
        self.start, self.kind, self.level, self.is_alone = start, kind, level, is_alone

    def catch_up(self, start: int) -> None:
        """Plain lines before `start` that nothing has claimed open a paragraph."""
        if self.start < 0 and self.at < start:
            self.indents.clear()
            self.begin(self.at, _PARAGRAPH, is_alone=True)

    def close(self, end: int, *, is_blank: bool = False) -> None:
        """End the open block, if any, at `end`."""
        self.at = end
        if self.start < 0:
            return
        start, self.start = self.start, -1
        if self.kind is _PARAGRAPH and is_blank and self.is_alone and self._is_capitals(start, end):
            self.found.add(start, end, _HEADING, 2)
        elif self.kind is _QUOTE or self.found.text.find("\n", start, end - 1) < 0:
            self.found.add(start, end, self.kind, self.level)
        else:
            self._add_paragraphs(start, end)

    def _is_capitals(self, start: int, end: int) -> bool:
        if end - start > LONGEST_HEADING:
            return False
        piece = self.found.text[start:end].strip()
        if not piece.isupper() or piece[-1] in ",;-" or piece[0] in "([":
            return False
        return sum(map(str.isalpha, piece)) > 3 or _ROMAN.fullmatch(piece) is not None

    def _add_paragraphs(self, start: int, end: int) -> None:
        """Add the lines from `start` to `end` as one block, or as several where the lines themselves say so."""
        text, kind, level = self.found.text, self.kind, self.level
        pattern = _FULL_STOP if self.width else _NEW_LINE
        for line_end in pattern.finditer(text, start, end):
            cut = line_end.end()
            if self.width and cut - text.rfind("\n", start, cut - 1) > self.width * 0.7:
                continue  # the line is full: its end says nothing
            self.found.add(start, cut, kind, level)
            start, kind, level = cut, _PARAGRAPH, 0
        self.found.add(start, end, kind, level)

    # One method for each kind of line; `start` and `end` are those of the line, the line end not included.

    def blank(self, start: int, end: int, line: re.Match[str]) -> None:  # noqa: ARG002
        self.close(start, is_blank=True)
        self.at = end + 1

    def page(self, start: int, end: int, line: re.Match[str]) -> None:
        self.close(start)
        self.at = end + 1
        mark = self.found.add(start, end, _BOILERPLATE)
        if mark:
            mark.is_page_mark = True
            self.found.pages.append(Page(end, line["label"]))

    def wiki(self, start: int, end: int, line: re.Match[str]) -> None:
        self.close(start, is_blank=True)
        mark = line["wiki"].rstrip()
        n_marks = min(len(mark) - len(mark.lstrip("=")), len(mark) - len(mark.rstrip("=")), 6)
        self.found.add(start, end, _HEADING, n_marks)
        self.at = end + 1

    def hash(self, start: int, end: int, line: re.Match[str]) -> None:
        self.close(start, is_blank=True)
        self.found.add(
            start, end, _HEADING, line["hash"].find(" ") if " " in line["hash"][:7] else 1
        )
        self.at = end + 1

    def rule(self, start: int, end: int, line: re.Match[str]) -> None:
        if self._underlines(start, end):
            self.found.add(self.start, start, _HEADING, {"=": 1, "-": 2}.get(line["stroke"], 3))
            self.start = -1
        else:
            self.close(start, is_blank=True)
        self.found.add(start, end, _BOILERPLATE)
        self.at = end + 1

    def _underlines(self, start: int, end: int) -> bool:
        """Whether the line from `start` to `end` underlines the one before it, which stands alone."""
        if self.start < 0 or self.kind is not _PARAGRAPH or not self.is_alone:
            return False
        above = self.found.text[self.start : start].strip()
        n_strokes = end - start
        return (
            "\n" not in above
            and len(above) <= LONGEST_HEADING
            and len(above) / 2 <= n_strokes <= len(above) * 2
        )

    def number(self, start: int, end: int, line: re.Match[str]) -> None:  # noqa: ARG002
        self.close(start)
        number = self.found.add(start, end, _PARAGRAPH)
        if number:
            number.is_number = True
        self.at = end + 1

    def item(self, start: int, end: int, line: re.Match[str]) -> None:  # noqa: ARG002
        text = self.found.text
        if self.start >= 0 and self.kind is not _ITEM:
            before = text[self.start : start].rstrip()
            is_full = self.width > 0 and start - text.rfind("\n", 0, start - 1) > self.width * 0.7
            if before and before[-1] not in SENTENCE_ENDS and is_full:
                return  # a wrapped line that happens to begin with a number or a dash
        self.close(start)
        self.begin(start, _ITEM, self._depth(start))

    def _depth(self, start: int) -> int:
        """The depth of the item whose line begins at `start`, by its indent and those of the items above it."""
        line = self.found.text[start : start + 80].expandtabs(4)
        item = line.lstrip()
        n_stars = len(item) - len(item.lstrip("*"))  # wiki markup deepens by doubling the star
        indent = len(line) - len(item) + 2 * max(n_stars - 1, 0)
        while self.indents and self.indents[-1] > indent:
            self.indents.pop()
        if not self.indents or self.indents[-1] < indent:
            self.indents.append(indent)
        return len(self.indents)

    def table(self, start: int, end: int, line: re.Match[str]) -> None:  # noqa: ARG002
        self.close(start)
        if _RULE_CELL.fullmatch(self.found.text, start, end):
            self.found.add(start, end, _BOILERPLATE)
            start = end
        for cell in _IN_CELL.finditer(self.found.text, start, end):
            is_rule = _RULE_CELL.fullmatch(self.found.text, *cell.span())
            self.found.add(*cell.span(), _BOILERPLATE if is_rule else _CELL)
        self.at = end + 1

    def quote(self, start: int, end: int, line: re.Match[str]) -> None:  # noqa: ARG002
        if self.start < 0 or self.kind is not _QUOTE:
            self.close(start)
            self.begin(start, _QUOTE)

    def indent(self, start: int, end: int, line: re.Match[str]) -> None:  # noqa: ARG002
        is_first = self.indented_to != start
        self.indented_to = end + 1
        if self.start < 0:
            self.begin(start, _PARAGRAPH, is_alone=True)
        elif is_first and self.kind is _PARAGRAPH:
            self.close(start)
            self.begin(start, _PARAGRAPH)


def _width(text: str) -> int:
    """The characters of a full line of `text`, 0 if its lines are paragraphs."""
    lengths = sorted(map(len, text[: 1 << 20].split("\n")))
    total = sum(lengths)
    in_long = sum(lengths[bisect_left(lengths, LONG_LINE) :])
    if in_long * 2 > total:
        return 0
    full = lengths[bisect_left(lengths, 1) :]
    return full[len(full) * 9 // 10] if full else 0


def _lines(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """The lines that look like something: where each starts, and what was found there."""
    first_line = text[: text.find("\n") + 1] or text
    if first := _LINE.match("\n" + first_line):
        yield 0, first
    for found in _LINE.finditer(text):
        yield found.start() + 1, found


def outline(text: str) -> BlockBuilders:
    """The blocks of `text` in draft, each by its own lines alone."""
    state = _Outline(BlockBuilders(text), _width(text))
    handlers = {
        kind: getattr(state, kind)
        for kind in (
            "blank",
            "page",
            "wiki",
            "hash",
            "rule",
            "number",
            "item",
            "table",
            "quote",
            "indent",
        )
    }
    for start, line in _lines(text):
        state.catch_up(start)
        end = text.find("\n", start)
        handlers[line.lastgroup or "blank"](start, len(text) if end < 0 else end, line)
    state.catch_up(len(text))
    state.close(len(text), is_blank=True)
    return state.found
