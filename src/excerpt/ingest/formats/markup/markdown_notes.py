"""Paragraphs of Markdown that are notes written without its signs for notes.

They begin with the number of a reference before them, in superscript, in brackets or in an element
of their own (`<sup>1</sup> Note`, `\\[1\\] Note`), or have a link back to their reference.
"""

import re
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.model import BlockKind

__all__ = ["mark_typed_notes"]

MAX_LABEL_LENGTH: Final = 300
"""Characters of the label at the start of a note, with its tags and links."""
_LABEL = re.compile(
    r"""
    (?><[a-z][^<>]*+>|\[(?=\\?\[?\d|\^|\*))*+
    (?P<sign><sup\b[^<>]*+>\s*|\\\[|\^|(?<=>)|(?<=\[))\(?(?P<label>\d{1,3}|[*†‡§])\)?
    (?>\\\]|\^|\]\([^()\s]*+\)|\s*</[a-z]++>)++
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BACK_LINK = re.compile(r"(?:↩|⏎|↑|&larrhk;)[\ufe0e\ufe0f]?\s*(?:\]\(\#|</a>)")
_DIGITS = re.compile(r"(?:\d{1,3}|[*†‡§])(?=\W*(?:\(|<|\Z))")
_TEXT: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.CELL})


def mark_typed_notes(builder: BlockBuilder) -> None:
    """Make notes of the paragraphs that references before them lead to."""
    text = builder.text
    references = sorted(mark for mark in builder.marks if mark.kind is BlockKind.REFERENCE)
    labels: set[str] = set()
    number = 0
    for block in builder.blocks:
        if block.kind in _TEXT:
            head = _LABEL.match(text, block.start, min(block.end, block.start + MAX_LABEL_LENGTH))
            if (head and head["label"] in labels) or _BACK_LINK.search(
                text, max(block.start, block.end - MAX_LABEL_LENGTH), block.end
            ):
                block.kind, block.level = BlockKind.NOTE, 0
        while number < len(references) and references[number].span.start < block.end:
            span = references[number].span
            if span.start > block.start and (found := _DIGITS.search(text, span.start, span.end)):
                labels.add(found.group())
            number += 1
