"""Markdown → Document: the text is the source itself, and the blocks are those of the parser.

Only the block structure is parsed; emphasis and links remain in the text as they were typed. Front
matter is metadata, and its lines are boilerplate.
"""

import re
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from excerpt.ingest.formats.block_builder import (
    BlockBuilder,
    MutableBlock,
    clean_heading,
    mark_notes,
)
from excerpt.ingest.formats.front_matter import read_front_matter
from excerpt.ingest.formats.gutenberg import separate_gutenberg
from excerpt.ingest.formats.hyphens import find_hyphenated
from excerpt.ingest.formats.layout import measure_layout
from excerpt.ingest.formats.pagination import paginate
from excerpt.ingest.formats.plain_text import read_decoded
from excerpt.ingest.formats.table import Source
from excerpt.ingest.formats.text_rules import apply_rules
from excerpt.ingest.language import language_code
from excerpt.model import BlockKind, Document, Reason

__all__ = ["read"]

MAX_CHARACTERS: Final = 4 << 20
"""Longer texts are read as plain text, in which headings, lists and quotes are found too: the
parser is slow."""
MAX_NESTING: Final = 60
"""Levels of lists and quotes that the parser follows."""

_PAGE_MARK = re.compile(
    r"#{0,6}\s*[\[(]?(?i:page|p\.|seite|s\.|fol\.)\s*(\d{1,5}|[ivxlcdm]{1,9})[\])]?\s*#*"
)
_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
_LINK_DEFINITION = re.compile(r"\[[^\]^][^\]]*\]:\s*\S")
_TAG = re.compile(r"<[^<>]*>")
_NO_LETTERS = re.compile(r"[\W_]*")
_LINE_END = re.compile("\n")
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_CELL_BAR = re.compile(r"(?<!\\)\|")
_KINDS = {
    "heading_open": BlockKind.HEADING,
    "paragraph_open": BlockKind.PARAGRAPH,
    "fence": BlockKind.PARAGRAPH,
    "code_block": BlockKind.PARAGRAPH,
    "html_block": BlockKind.PARAGRAPH,
    "tr_open": BlockKind.CELL,
}
"""Kinds of blocks by the parser's tokens. Lists and quotes only contain these."""


@dataclass(frozen=True, slots=True)
class _LineBlock:
    """A block of the parser: the lines from `first` to `last` (exclusive), counted from 0."""

    first: int
    last: int
    kind: BlockKind
    level: int


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not text.
    """
    decoded = source.decoded
    text = decoded.text
    front = read_front_matter(text, is_markdown=True)
    body = front.end
    line_blocks = _parse(text[body:]) if len(text) <= MAX_CHARACTERS else None
    if line_blocks is None:
        return read_decoded(decoded, source.rules.text, front)._replace(format="markdown")
    builder = BlockBuilder(text)
    for start, end in front.fields:
        is_empty = not text[start:end].strip("% \n\t")
        builder.add(start, end, BlockKind.BOILERPLATE if is_empty else BlockKind.PARAGRAPH)
    if body and not front.fields:
        builder.add(0, body, BlockKind.BOILERPLATE, Reason.METADATA)
    _add_blocks(builder, line_blocks, body)
    gutenberg = separate_gutenberg(builder)
    paginate(builder, measure_layout(text))
    headings = (
        clean_heading(builder.source_of(block))
        for block in builder.blocks
        if block.kind is BlockKind.HEADING
    )
    title = next(headings, "")
    mark_notes(builder)
    found = apply_rules(builder, source.rules.text)
    metadata = dict((*gutenberg.pairs, *front.pairs, *found))
    return Document(
        text=text,
        blocks=builder.build(),
        format="markdown",
        pages=tuple(builder.pages),
        marks=builder.build_marks(),
        title=metadata.pop("title", "") or title,
        language=language_code(metadata.get("language") or metadata.get("lang") or ""),
        metadata=tuple(metadata.items()),
        encoding=decoded.encoding,
        hyphenated=find_hyphenated(text),
        warnings=(*decoded.warnings, *front.warnings),
    )


def _parse(body: str) -> list[_LineBlock] | None:
    """Return the blocks of `body` in order, or None if the parser fails."""
    parser = (
        MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
        .enable("table")
        .disable(["inline", "text_join"])
    )
    try:
        tokens = parser.parse(body)
    except (RecursionError, IndexError, ValueError):
        return None
    return _blocks_of_tokens(tokens)


def _blocks_of_tokens(tokens: list[Token]) -> list[_LineBlock]:
    blocks: list[_LineBlock] = []
    depth = n_quotes = 0
    for token in tokens:
        if token.type.endswith(("_list_open", "_list_close")):
            depth += token.nesting
        elif token.type in {"blockquote_open", "blockquote_close"}:
            n_quotes += token.nesting
        elif token.map and token.type in _KINDS:
            kind, level = _KINDS[token.type], 0
            if kind is BlockKind.HEADING:
                level = int(token.tag[1])
            elif kind is BlockKind.PARAGRAPH and (depth or n_quotes):
                kind, level = (BlockKind.ITEM, depth) if depth else (BlockKind.QUOTE, 0)
            blocks.append(_LineBlock(token.map[0], token.map[1], kind, level))
    return blocks


def _add_blocks(builder: BlockBuilder, line_blocks: list[_LineBlock], body: int) -> None:
    """Add the parser's blocks and the lines between them; the body starts at the offset `body`."""
    text = builder.text
    starts = [body, *(end.end() for end in _LINE_END.finditer(text, body)), len(text)]
    covered = body
    for block in line_blocks:
        start = max(covered, starts[block.first])
        end = starts[min(block.last, len(starts) - 1)]
        if start >= end:
            continue
        _add_gap(builder, covered, start)
        if block.kind is BlockKind.CELL:
            _add_cells(builder, start, end)
        else:
            _add_block(builder, start, end, block)
        covered = end
    _add_gap(builder, covered, len(text))


def _add_block(builder: BlockBuilder, start: int, end: int, line_block: _LineBlock) -> None:
    block = builder.add(start, end, line_block.kind, line_block.level)
    if block is None:
        return
    source = builder.source_of(block)
    page = _PAGE_MARK.fullmatch(source)
    if page:
        block.kind, block.level = BlockKind.PARAGRAPH, 0
        block.label, block.label_sign = page.group(1), "#"
    elif _NOTE.match(source):
        block.kind, block.level = BlockKind.NOTE, 0
    elif block.kind is BlockKind.HEADING:
        _split_off_underline(builder, block, source)
    elif source.startswith("<") and not _TAG.sub("", source).strip():
        block.kind, block.level = BlockKind.BOILERPLATE, 0


def _split_off_underline(builder: BlockBuilder, heading: MutableBlock, source: str) -> None:
    """Make the line under a heading, if there is one, a block of its own."""
    above, line_end, line = source.rpartition("\n")
    if line_end and not line.strip(" =->"):
        end = heading.end
        heading.end = heading.start + len(above.rstrip())
        builder.add(heading.start + len(above), end, BlockKind.BOILERPLATE)


def _add_cells(builder: BlockBuilder, start: int, end: int) -> None:
    """Add the cells of the table row from `start` to `end`; each begins at its bar."""
    text = builder.text
    for bar in _CELL_BAR.finditer(text, start, end):
        if text[start : bar.start()].strip(" \t|"):
            builder.add(start, bar.start(), BlockKind.CELL)
            start = bar.start()
    has_words = text[start:end].strip(" \t|\n")
    builder.add(start, end, BlockKind.CELL if has_words else BlockKind.BOILERPLATE)


def _add_gap(builder: BlockBuilder, start: int, end: int) -> None:
    """Add lines that are in no block of the parser.

    These are rules, list markers without text, link definitions and notes of one word.
    """
    gap = builder.text[start:end]
    if not gap or gap.isspace():
        return
    if _NO_LETTERS.fullmatch(gap):
        builder.add(start, end, BlockKind.BOILERPLATE)
        return
    for line in _LINE.finditer(builder.text, start, end):
        words = line.group().strip()
        if _NOTE.match(words):
            kind = BlockKind.NOTE
        elif _NO_LETTERS.fullmatch(words) or _LINK_DEFINITION.match(words):
            kind = BlockKind.BOILERPLATE
        else:
            kind = BlockKind.PARAGRAPH
        builder.add(line.start(), line.end(), kind)
