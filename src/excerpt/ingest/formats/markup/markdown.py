"""Markdown → Document: the text is the source itself, and the blocks are those of the parser.

Links, emphasis and other markup remain in the text as they were typed, as marks; only entities are
replaced. Front matter is metadata, and its lines are boilerplate.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, heading_words, mark_notes
from excerpt.ingest.formats.blocks.hyphens import find_hyphenated
from excerpt.ingest.formats.blocks.layout import measure_layout
from excerpt.ingest.formats.blocks.mark_settling import settle_marks
from excerpt.ingest.formats.blocks.note_references import mark_references
from excerpt.ingest.formats.blocks.outline import find_blocks, label_numbers
from excerpt.ingest.formats.encoded_files import set_files_apart
from excerpt.ingest.formats.entities import replace_entities
from excerpt.ingest.formats.markup.heading_anchors import add_heading_anchors, github_anchor
from excerpt.ingest.formats.markup.heading_markup import add_heading_marks
from excerpt.ingest.formats.markup.markdown_blocks import add_blocks, find_references, parse_lines
from excerpt.ingest.formats.markup.markdown_inline import MarkdownInline
from excerpt.ingest.formats.markup.markdown_notes import mark_typed_notes
from excerpt.ingest.formats.pages.pagination import paginate
from excerpt.ingest.formats.plain.fragments import WARNING as FRAGMENTS_WARNING
from excerpt.ingest.formats.plain.fragments import find_fragments, is_fragmented
from excerpt.ingest.formats.plain.front_matter import FrontMatter, read_front_matter
from excerpt.ingest.formats.plain.gutenberg import separate_gutenberg
from excerpt.ingest.formats.source import Source
from excerpt.ingest.language import language_code
from excerpt.model import BlockKind, Document, Reason

__all__ = ["read"]

MAX_CHARACTERS: Final = 4 << 20
"""The blocks of longer texts are found as in plain text, where headings, lists and quotes look the
same: the parser is slow."""
_DASHED_NUMBER = re.compile(r"([-*–—])\s*(?:\d{1,5}|[ivxlcdm]{1,9})\s*\1")
_NOTE_LABEL = re.compile(r"^[^\S\n]*\[\^([^\]\s]+)\]:", re.MULTILINE)


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not text.
    """
    decoded = source.decoded
    front = read_front_matter(decoded.text, is_markdown=True)
    is_in_fragments = is_fragmented(decoded.text)
    builder = _find_structure(decoded.text, front, is_in_fragments=is_in_fragments)
    encoded = set_files_apart(builder)
    gutenberg = separate_gutenberg(builder)
    if not is_in_fragments:
        _label_items(builder)
        label_numbers(builder)
        paginate(builder, measure_layout(builder.text))
    builder.pages = sorted({page.start: page for page in builder.pages}.values())
    settle_marks(builder)
    add_heading_anchors(builder, github_anchor)
    mark_notes(builder)
    title = next(iter(heading_words(builder).values()), "")
    metadata = dict((*gutenberg.pairs, *front.pairs))
    return Document(
        text=builder.text,
        blocks=builder.build(),
        format="markdown",
        pages=tuple(builder.pages),
        marks=builder.build_marks(),
        anchors=tuple(builder.anchors),
        title=metadata.pop("title", "") or title,
        language=language_code(metadata.get("language") or metadata.get("lang") or ""),
        metadata=tuple(metadata.items()),
        encoding=decoded.encoding,
        hyphenated=find_hyphenated(builder.running()),
        warnings=(
            *decoded.warnings,
            *front.warnings,
            *[FRAGMENTS_WARNING] * is_in_fragments,
            *encoded,
        ),
    )


def _find_structure(text: str, front: FrontMatter, *, is_in_fragments: bool) -> BlockBuilder:
    """Return the blocks of `text` with their marks, in a text without entities."""
    builder = BlockBuilder(text)
    for start, end in front.fields:
        is_empty = not text[start:end].strip("% \n\t")
        builder.add(start, end, BlockKind.BOILERPLATE if is_empty else BlockKind.PARAGRAPH)
    if front.end and not front.fields:
        for start, end in front.other_lines():
            builder.add(start, end, BlockKind.BOILERPLATE, Reason.METADATA)
        for start, end in front.prose:
            builder.add(start, end, BlockKind.PARAGRAPH)
        builder.blocks.sort(key=lambda block: block.start)
    if is_in_fragments:
        builder.blocks += find_fragments(text, front.end).blocks
        return builder
    parsed = parse_lines(text[front.end :]) if len(text) <= MAX_CHARACTERS else None
    notes = frozenset(_NOTE_LABEL.findall(text))
    inline = MarkdownInline(builder, find_references(text), notes)
    if parsed:
        add_blocks(inline, parsed, front.end)
    else:
        found = find_blocks(text, measure_layout(text)).blocks
        for block in found:
            if block.start >= front.end:
                builder.blocks.append(block)
                is_heading = block.kind is BlockKind.HEADING
                span = block.start, block.end
                inline.read(*(add_heading_marks(builder, *span) if is_heading else span))
    _mark_references(builder, inline.code)
    mark_typed_notes(builder)
    return replace_entities(builder, inline.entities)


def _label_items(builder: BlockBuilder) -> None:
    """Make paragraphs of the items that are a number between dashes, perhaps that of a page."""
    for block in builder.blocks:
        is_short = block.kind is BlockKind.ITEM and block.end - block.start < 20
        if is_short and _DASHED_NUMBER.fullmatch(builder.source_of(block)):
            block.kind, block.level = BlockKind.PARAGRAPH, 0


def _mark_references(builder: BlockBuilder, code: Sequence[tuple[int, int]]) -> None:
    """Mark the references to notes that are written as in plain text, but not in code."""
    starts = [start for start, _ in code]
    marks, builder.marks = builder.marks, []
    mark_references(builder)
    for mark in builder.marks:
        number = bisect_right(starts, mark.span.start) - 1
        if number < 0 or code[number][1] <= mark.span.start:
            marks.append(mark)
    builder.marks = marks
