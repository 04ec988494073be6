"""Markdown → its blocks: those of markdown-it, and the notes and definitions it does not know.

markdown-it parses CommonMark with tables. Footnotes, and definition lists, are found in what it
takes for paragraphs, code and link definitions.
"""

import re
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from excerpt.ingest.formats.blocks.block_builder import MutableBlock
from excerpt.ingest.formats.markup.heading_markup import add_heading_marks
from excerpt.ingest.formats.markup.markdown_html import add_html
from excerpt.ingest.formats.markup.markdown_inline import MarkdownInline
from excerpt.model import BlockKind, Reason

__all__ = ["LineBlock", "add_blocks", "find_references", "parse_lines"]

MAX_NESTING: Final = 60
"""Levels of lists and quotes that the parser follows."""

_PAGE_MARK = re.compile(
    r"#{0,6}\s*[\[(]?(?i:page|p\.|seite|s\.|fol\.)\s*(\d{1,5}|[ivxlcdm]{1,9})[\])]?\s*#*"
)
_NOTE_LINE = re.compile(r"^[^\S\n]{0,3}\[\^[^\]\s]+\]:", re.MULTILINE)
_DEFINITION_LINE = re.compile(r"^[^\S\n]{0,3}:[^\S\n]+(?=\S)", re.MULTILINE)
_REFERENCE_LABEL = re.compile(r"^[^\S\n>]*(?:>[^\S\n>]*)*\[([^\[\]\n]{1,999})\]:", re.MULTILINE)
_LINK_DEFINITION = re.compile(
    r"""[\s>]*+\[(?!\^)[^\[\]\n]{1,999}\]:\s*+(?:<[^<>\n]*+>|[^\s<]\S*+)
    (?>[\s>]++(?:"[^"]*+"|'[^']*+'|\([^()]*+\))(?=[^\S\n]*+(?:\n|\Z)))?+[^\S\n]*+(?:\n|\Z)""",
    re.VERBOSE,
)
"""A link definition; its title may be in the next line."""
_NO_LETTERS = re.compile(r"[\W_]*")
_LINE_END = re.compile("\n")
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_FENCE = re.compile(r"[^\S\n>]*(?:`{3,}|~{3,})[^\n]*")
_CELL_BAR = re.compile(r"(?<!\\)\|")
_PREFIX = " \t>"
_KINDS = {
    "heading_open": BlockKind.HEADING,
    "paragraph_open": BlockKind.PARAGRAPH,
    "fence": BlockKind.PARAGRAPH,
    "code_block": BlockKind.PARAGRAPH,
    "html_block": BlockKind.PARAGRAPH,
    "tr_open": BlockKind.CELL,
}
"""Kinds of blocks by the parser's tokens. Lists and quotes only contain these."""
_BOILERPLATE, _CELL, _LINK = BlockKind.BOILERPLATE, BlockKind.CELL, BlockKind.LINK
_HEADING, _ITEM, _NOTE_KIND = BlockKind.HEADING, BlockKind.ITEM, BlockKind.NOTE
_MARKUP, _PARAGRAPH_KIND, _QUOTE = BlockKind.MARKUP, BlockKind.PARAGRAPH, BlockKind.QUOTE


@dataclass(frozen=True, slots=True)
class LineBlock:
    """A block of the parser: the lines from `first` to `last` (exclusive), counted from 0.

    name         the type of the parser's token
    kind, level  as in `Block`
    """

    first: int
    last: int
    name: str
    kind: BlockKind
    level: int


def find_references(text: str) -> frozenset[str]:
    """Return the labels of the link definitions in `text`, as markdown-it normalizes them."""
    labels = _REFERENCE_LABEL.findall(text)
    return frozenset(normalizeReference(label) for label in labels if label[0] != "^")


def parse_lines(body: str) -> list[LineBlock] | None:
    """Return the blocks of `body` in order, or None if the parser fails.

    Link definitions are paragraphs: the parser takes the first line of a footnote for one.
    """
    parser = (
        MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
        .enable("table")
        .disable(["inline", "text_join", "reference"])
    )
    try:
        return _blocks_of_tokens(parser.parse(body))
    except (RecursionError, IndexError, ValueError):
        return None


def _blocks_of_tokens(tokens: list[Token]) -> list[LineBlock]:
    blocks: list[LineBlock] = []
    depth = n_quotes = 0
    for token in tokens:
        if token.type.endswith(("_list_open", "_list_close")):
            depth += token.nesting
        elif token.type in {"blockquote_open", "blockquote_close"}:
            n_quotes += token.nesting
        elif token.map and token.type in _KINDS:
            kind, level = _KINDS[token.type], 0
            if kind is _HEADING:
                level = int(token.tag[1])
            elif kind is _PARAGRAPH_KIND and (depth or n_quotes):
                kind, level = (_ITEM, depth) if depth else (_QUOTE, 0)
            blocks.append(LineBlock(token.map[0], token.map[1], token.type, kind, level))
    return blocks


def add_blocks(inline: MarkdownInline, parsed: list[LineBlock], body: int) -> None:
    """Add the parsed blocks, the lines between them, and the marks in them to a builder.

    The body of the text starts at the offset `body`.
    """
    text = inline.builder.text
    starts = [body, *(end.end() for end in _LINE_END.finditer(text, body)), len(text)]
    adder = _BlockAdder(inline)
    covered = body
    for block in parsed:
        start = max(covered, starts[block.first])
        end = starts[min(block.last, len(starts) - 1)]
        if start >= end:
            continue
        adder.add_gap(covered, start)
        adder.add(start, end, block)
        covered = end
    adder.add_gap(covered, len(text))


class _BlockAdder:
    """A writer that adds blocks to a builder, one after the other."""

    def __init__(self, inline: MarkdownInline) -> None:
        self._inline, self._builder, self._text = inline, inline.builder, inline.builder.text
        self._is_in_note = False

    def add(self, start: int, end: int, line_block: LineBlock) -> None:
        """Add a block of the parser from `start` to `end`, with the marks in it."""
        is_in_note, self._is_in_note = self._is_in_note, False
        match line_block.name:
            case "tr_open":
                self._add_cells(start, end)
            case "code_block" if is_in_note:
                # The text of a note goes on in lines with an indent.
                for paragraph in _PARAGRAPH.finditer(self._text, start, end):
                    self._add_inline(*paragraph.span(), _NOTE_KIND)
                self._is_in_note = True
            case "fence" | "code_block":
                block = self._builder.add(start, end, line_block.kind, line_block.level)
                self._inline.code.append((start, end))
                if block and line_block.name == "fence":
                    self._mark_fences(block)
            case "html_block":
                add_html(self._inline, start, end, line_block.kind, line_block.level)
            case "heading_open":
                self._add_heading(start, end, line_block)
            case _:
                self._add_paragraph(start, end, line_block)

    def _add_inline(self, start: int, end: int, kind: BlockKind, level: int = 0) -> None:
        block = self._builder.add(start, end, kind, level)
        if block:
            self._inline.read(block.start, block.end)

    def _add_paragraph(self, start: int, end: int, line_block: LineBlock) -> None:
        """Add a paragraph, or the notes or definitions in its place."""
        kind, level = line_block.kind, line_block.level
        if self._add_page_mark(start, end):
            return
        while link := _LINK_DEFINITION.match(self._text, start, end):
            self._builder.add(start, link.end(), _LINK)
            start = link.end()
        cuts = [note.start() for note in _NOTE_LINE.finditer(self._text, start, end)]
        if cuts:
            # A note may follow a line of text directly.
            self._add_inline(start, cuts[0], kind, level)
            start, cuts = cuts[0], cuts[1:]
            kind, level, self._is_in_note = _NOTE_KIND, 0, True
        elif cuts := [line.start() for line in _DEFINITION_LINE.finditer(self._text, start, end)]:
            kind, level = (_ITEM, 1) if kind is _PARAGRAPH_KIND else (kind, level)
        for first, last in zip([start, *cuts], [*cuts, end], strict=True):
            self._add_inline(first, last, kind, level)

    def _add_page_mark(self, start: int, end: int) -> bool:
        """Add what names a page as a line that `paginate` may set apart; return False otherwise."""
        page = _PAGE_MARK.fullmatch(self._text[start:end].strip()) if end - start < 100 else None
        block = self._builder.add(start, end, _PARAGRAPH_KIND) if page else None
        if page and block:
            block.label, block.label_sign = page.group(1), "#"
        return block is not None

    def _add_heading(self, start: int, end: int, line_block: LineBlock) -> None:
        if self._add_page_mark(start, end):
            return
        block = self._builder.add(start, end, _HEADING, line_block.level)
        if block is None:
            return
        first = block.end - len(self._text[block.start : block.end].lstrip(_PREFIX))
        first, last = add_heading_marks(self._builder, first, block.end)
        above, line_end, line = self._text[first:last].rpartition("\n")
        if line_end and not line.strip(" \t=->"):  # the line under a heading
            self._builder.add_mark(first + len(above), last, _MARKUP)
            last = first + len(above)
        self._inline.read(first, last)

    def _mark_fences(self, block: MutableBlock) -> None:
        """Add the marks of the first and the last line of a code block."""
        opening = _FENCE.match(self._text, block.start, block.end)
        if opening is None:
            return
        self._builder.add_mark(*opening.span(), _MARKUP)
        last = max(opening.end(), self._text.rfind("\n", block.start, block.end))
        if closing := _FENCE.fullmatch(self._text, last + 1, block.end):
            self._builder.add_mark(*closing.span(), _MARKUP)

    def _add_cells(self, start: int, end: int) -> None:
        """Add the cells of the table row from `start` to `end`; each begins at its bar."""
        position, has_words = start, False
        for bar in _CELL_BAR.finditer(self._text, start, end):
            has_words = has_words or not self._text[position : bar.start()].isspace()
            if has_words and position < bar.start():
                self._add_inline(start, bar.start(), _CELL)
                start, has_words = bar.start(), False
            position = bar.end()
        if self._text[position:end].strip():
            self._add_inline(start, end, _CELL)
        else:
            self._builder.add(start, end, _BOILERPLATE, Reason.RULE)

    def add_gap(self, start: int, end: int) -> None:
        """Add lines that are in no block of the parser.

        These are rules, and list markers without text.
        """
        gap = self._text[start:end]
        if not gap or gap.isspace():
            return
        if _NO_LETTERS.fullmatch(gap):
            self._builder.add(start, end, _BOILERPLATE, Reason.RULE)
            return
        for line in _LINE.finditer(self._text, start, end):
            if _NO_LETTERS.fullmatch(line.group()):
                self._builder.add(*line.span(), _BOILERPLATE, Reason.RULE)
            else:
                self._add_inline(*line.span(), _PARAGRAPH_KIND)
