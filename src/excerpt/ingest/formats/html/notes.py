"""Blocks of a web page → those that are notes, by their headings, links and labels.

Prose may follow the notes. So the notes below a heading end with the element around it, at a
line across the page, or at the last paragraph that begins like a note.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from excerpt.ingest.formats.blocks.block_builder import (
    BlockBuilder,
    MutableBlock,
    announces_notes,
    heading_words,
)
from excerpt.model import Anchor, BlockKind

__all__ = ["mark_linked_notes", "mark_listed_notes"]

_LABEL = re.compile(
    r"(?:[\[({]\s?(?:\d{1,4}|[a-z]{1,2}|[*†‡§]{1,3})\s?[\])}]|\d{1,4}\s?[.:)\]]?(?=[\s\"“„«(])"
    r"|\d{1,3}(?=[^\W\d_])|[*†‡§¶‖※⁰¹²³⁴-⁹↑^]|[a-z][.)]\s"
    r"|\[?(?i:foot|end)?(?i:note|nota|anm)\b)"
)
"""The beginning of a note."""
_SIGN = re.compile(r"[\[(]\w{1,4}[\])]|[*†‡§]{1,3}")
"""A label that does not occur at the beginning of a sentence."""
_CERTAIN = re.compile(r"foot|end|fu(?:ß|ss)n|bas de|voet|fot|сноск", re.IGNORECASE)
"""A part of a heading under which each paragraph is a note."""
# Bound once: see `BlockKind`.
_HEADING, _NOTE, _ITEM = BlockKind.HEADING, BlockKind.NOTE, BlockKind.ITEM
_PARAGRAPH, _QUOTE = BlockKind.PARAGRAPH, BlockKind.QUOTE
_REFERENCE = BlockKind.REFERENCE


def mark_listed_notes(builder: BlockBuilder, rules: Sequence[int], ends: Mapping[int, int]) -> None:
    """Turn the notes below headings that announce notes into notes.

    They extend to the next heading of the same or a higher level. There are lines across the page
    at the offsets `rules`, which ascend; `ends` has the end of the element around a heading, by its
    start.
    """
    words = heading_words(builder)
    below: list[MutableBlock] = []
    heading = ""
    level = end = 0
    for block in builder.blocks:
        if block.kind is _HEADING and (not level or block.level <= level):
            _settle(builder, below, rules, is_certain=_CERTAIN.search(heading) is not None)
            below = []
            heading, level = words[block.start], 0
            if announces_notes(heading):
                level, end = block.level, ends.get(block.start, len(builder.text) + 1)
        elif level and block.start < end and block.kind in {_PARAGRAPH, _ITEM, _NOTE}:
            below.append(block)
    _settle(builder, below, rules, is_certain=_CERTAIN.search(heading) is not None)


def _settle(
    builder: BlockBuilder, below: Sequence[MutableBlock], rules: Sequence[int], *, is_certain: bool
) -> None:
    """Turn the notes among the blocks `below` a heading into notes."""
    if not below:
        return
    starts = {mark.span.start for mark in builder.marks if mark.kind is _REFERENCE}
    labelled: list[int] = []
    n_before = len(below)
    for index, block in enumerate(below):
        is_labelled = (
            block.kind is not _PARAGRAPH
            or block.start in starts
            or _LABEL.match(builder.text, block.start, block.end) is not None
        )
        if is_labelled:
            labelled.append(index)
        elif index and bisect_left(rules, below[index - 1].end) < bisect_left(rules, block.start):
            n_before = index
            break
    if labelled:
        first, last = (0 if is_certain else labelled[0]), labelled[-1] + 1
    else:
        first, last = 0, n_before if is_certain else 0
    for block in below[first:last]:
        block.kind, block.level = _NOTE, 0


def mark_linked_notes(
    builder: BlockBuilder, anchors: Sequence[Anchor], references: Mapping[str, str]
) -> None:
    """Turn the blocks to which note references lead into notes.

    `references` has the label of each by the anchor to which it leads. A reference without a link
    leads to the blocks below it that begin with the same sign.
    """
    text = builder.text
    signs: dict[str, int] = {}
    for mark in builder.marks:
        if mark.kind is _REFERENCE and _SIGN.fullmatch(label := mark.span.of(text)):
            signs[label] = min(mark.span.start, signs.get(label, mark.span.start))
    linked = {each.start: references[each.name] for each in anchors if each.name in references}
    if not signs and not linked:
        return
    starts = {mark.span.start for mark in builder.marks if mark.kind is _REFERENCE}
    for block in builder.blocks:
        if block.kind not in {_PARAGRAPH, _ITEM, _QUOTE}:
            continue
        found = _LABEL.match(text, block.start, block.end)
        is_linked = False
        if label := linked.get(block.start, ""):
            is_linked = block.start in starts or (
                found is not None and found.group().strip(" .:[](){}") == label
            )
        sign = _SIGN.match(text, block.start, block.end)
        is_signed = sign is not None and signs.get(sign.group(), block.start) < block.start
        if is_linked or (is_signed and block.kind is _PARAGRAPH):
            block.kind, block.level = _NOTE, 0
