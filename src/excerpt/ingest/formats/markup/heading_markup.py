"""Headings → marks for the signs around them, and in plain text for all markup in them.

Plain text is often written with a little markup: `## **The** mill ##`, `== Mill ==`. Only that of
headings is read, since it would otherwise be part of titles and heading paths.
"""

import re
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.markup.markdown_inline import MarkdownInline
from excerpt.model import BlockKind

__all__ = ["EDIT_LINKS", "MAX_END_LENGTH", "add_heading_marks", "mark_up_headings"]

EDIT_LINKS = re.compile(
    r"(?:\[(?:edit|edit source|edit section|bearbeiten|quelltext bearbeiten|modifier"
    r"|modifier le code|editar|modifica|bewerken|edytuj|править|redigera|rediger)"
    r"(?:\s*\|\s*[^\[\]\n]{1,40})?\]\s*)+\Z",
    re.IGNORECASE,
)
"""The links of a wiki after a heading that its pages show: [edit].

It is searched for in the last `MAX_END_LENGTH` characters only: its time grows with their square.
"""
MAX_END_LENGTH: Final = 200
_MARKUP = re.compile(r"[*_`\[<{~\\=#']")
_ATTRIBUTES = re.compile(r"\{[:.#][^{}\n]*\}\s*\Z")
_WIKI_EMPHASIS = re.compile("'{2,5}")


def mark_up_headings(builder: BlockBuilder) -> None:
    """Add the marks in the headings of a plain text."""
    inline = MarkdownInline(builder)
    for block in builder.blocks:
        if block.kind is not BlockKind.HEADING:
            continue
        if not _MARKUP.search(builder.text, block.start, block.end):
            continue
        start, end = add_heading_marks(builder, block.start, block.end)
        inline.read(start, end)
        for emphasis in _WIKI_EMPHASIS.finditer(builder.text, start, end):
            builder.add_mark(*emphasis.span(), BlockKind.MARKUP)


def add_heading_marks(builder: BlockBuilder, start: int, end: int) -> tuple[int, int]:
    """Add the marks of the signs around the heading from `start` to `end`.

    Returns:
        The start and end of what the signs enclose.
    """
    source = builder.text[start:end]
    if edit := EDIT_LINKS.search(source, max(0, len(source) - MAX_END_LENGTH)):
        builder.add_mark(start + edit.start(), end, BlockKind.MARKUP)
        source = source[: edit.start()].rstrip()
        end = start + len(source)
    sign = source[:1]
    if sign not in ("#", "="):
        return start, end
    n_before = len(source) - len(source.lstrip(sign))
    if attributes := _ATTRIBUTES.search(source):
        builder.add_mark(start + attributes.start(), end, BlockKind.MARKUP)
        source = source[: attributes.start()].rstrip()
        end = start + len(source)
    words = source.rstrip(sign)
    if sign == "#":
        if not source[n_before : n_before + 1].isspace():
            return start, end
        if not words[-1:].isspace():
            words = source
    elif n_before == len(source) or words == source:
        return start, end
    builder.add_mark(start, start + n_before, BlockKind.MARKUP)
    builder.add_mark(start + len(words), end, BlockKind.MARKUP)
    return start + n_before, start + len(words)
