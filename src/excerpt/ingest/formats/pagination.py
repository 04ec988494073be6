"""Blocks → the same blocks, with page numbers and running headers as boilerplate, and the pages.

Lines printed at the top or bottom of a page do not belong to the author's text, and a paragraph
continues after them. They are recognised within the text: they recur, and they do so at page breaks
or in the middle of sentences, where no heading, refrain or speaker's name would occur.
"""

import re
from collections import defaultdict
from itertools import pairwise
from typing import Final

from excerpt.ingest.formats.block_builder import BlockBuilder, MutableBlock
from excerpt.ingest.formats.outline import SENTENCE_ENDS
from excerpt.model import BlockKind, Page

__all__ = ["paginate"]

LONGEST_HEADER: Final = 80
"""Characters of a running header."""
MIN_OCCURRENCES: Final = 3
"""Occurrences that make a line a running header."""
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_ROMAN_NUMBER = re.compile(r"\b[ivxlc]+\b")
_LABELLED = (
    r"(?:(?i:pp?\.|page|pg\.|seite|fol\.)|S\.)[ \xa0]?(\d{1,5}[rv]?|(?i:[ivxlcdm]{1,9}))[\])}]"
)
_INLINE_MARKS = {
    "(": re.compile(rf"\({_LABELLED}"),
    "[": re.compile(rf"\[{_LABELLED}"),
    "{": re.compile(rf"\{{(?:{_LABELLED}|(?<=(?<![\w^_{{}}\\])\{{)(\d{{1,5}}[rv]?)\}}(?![{{}}]))"),
}
"""Page marks within lines, by their first character.

Searching for one character is many times as fast as searching for any of several.
"""
_PAGE_NUMBER = re.compile(r"\W*(?:\d{1,4}|(?=[ivxlc])(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))\W*")
"""A line that contains only a page number: in digits, or a well-formed Roman number below 100."""
_HYPHENS = frozenset("-\u00ad\u2010\u2011")
_RUNNING_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.NOTE})
# In Python 3.11, looking up a member of an enum costs as much as everything else done with a block.
_BOILERPLATE, _HEADING, _PARAGRAPH = BlockKind.BOILERPLATE, BlockKind.HEADING, BlockKind.PARAGRAPH


def paginate(builder: BlockBuilder) -> None:
    """Turn page numbers and running headers into boilerplate, and add the pages they mark."""
    _cut_out_inline_marks(builder)
    _mark_running_headers(builder)
    _mark_page_numbers(builder)
    _rejoin_numbers(builder.text, builder.blocks)
    _join_across_breaks(builder)
    if not builder.pages and "\f" in builder.text:
        builder.pages = _pages_of_form_feeds(builder.text)


def _pages_of_form_feeds(text: str) -> list[Page]:
    """Return the pages that form feeds begin, numbered from 1."""
    starts = [0] + [feed.end() for feed in re.finditer("\f", text.rstrip())]
    return [Page(start, str(number)) for number, start in enumerate(starts, 1)]


def _cut_out_inline_marks(builder: BlockBuilder) -> None:
    """Turn page marks such as [p. 12] into boilerplate; the block around them continues."""
    text = builder.text
    marks = [
        mark
        for character, pattern in _INLINE_MARKS.items()
        if character in text
        for mark in pattern.finditer(text)
    ]
    if not marks:
        return
    marks.sort(key=re.Match.start)
    blocks, builder.blocks = builder.blocks, []
    n_done = 0
    for block in blocks:
        start = block.start
        while n_done < len(marks) and marks[n_done].start() < block.end:
            mark, n_done = marks[n_done], n_done + 1
            if mark.start() < block.start or mark.end() > block.end or block.kind is _BOILERPLATE:
                continue
            builder.pages.append(Page(mark.end(), next(filter(None, mark.groups()))))
            if block.kind not in _RUNNING_TEXT:
                continue
            _add_part(builder, block, start, mark.start())
            builder.add(mark.start(), mark.end(), _BOILERPLATE)
            start = mark.end()
        if start == block.start:
            builder.blocks.append(block)
        else:
            _add_part(builder, block, start, block.end)
    builder.pages.sort(key=lambda page: page.start)


def _add_part(builder: BlockBuilder, whole: MutableBlock, start: int, end: int) -> None:
    part = builder.add(start, end, whole.kind, whole.level)
    if part:
        part.is_continuation = (
            whole.is_continuation if part.start == whole.start else start != whole.start
        )


def _mark_running_headers(builder: BlockBuilder) -> None:
    text, blocks = builder.text, builder.blocks
    groups: dict[str, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        if block.end - block.start <= LONGEST_HEADER:
            letters = _letters_of_header(text, block)
            if letters is not None:
                groups[letters].append(index)
    for indices in groups.values():
        if len(indices) >= MIN_OCCURRENCES and _are_running_headers(text, blocks, indices):
            for index in indices:
                blocks[index].kind, blocks[index].level = _BOILERPLATE, 0
                blocks[index].is_page_mark = True


def _letters_of_header(text: str, block: MutableBlock) -> str | None:
    """Return the letters of a possible running header, which are the same on each page.

    None means that `block` cannot be a running header.
    """
    if block.end - block.start > LONGEST_HEADER or block.kind not in {_PARAGRAPH, _HEADING}:
        return None
    line = text[block.start : block.end]
    if "\n" in line or line[0] in "#=":
        return None
    if block.is_number:
        return ""
    return _NOT_LETTERS.sub(" ", _ROMAN_NUMBER.sub("", line.casefold())).strip()


def _are_running_headers(text: str, blocks: list[MutableBlock], indices: list[int]) -> bool:
    n_in_sentences = sum(_is_in_sentence(text, blocks, index) for index in indices)
    n_at_breaks = sum(_is_at_break(text, blocks, index) for index in indices)
    is_evident = n_in_sentences > 0 or blocks[indices[0]].is_number
    return n_in_sentences * 3 >= len(indices) or (
        is_evident and n_at_breaks * 3 >= len(indices) * 2
    )


def _is_in_sentence(text: str, blocks: list[MutableBlock], index: int) -> bool:
    before, after = _neighbour(blocks, index, -1), _neighbour(blocks, index, 1)
    return before is not None and after is not None and _is_continued(text, before, after)


def _neighbour(blocks: list[MutableBlock], index: int, step: int) -> MutableBlock | None:
    """Return the nearest long block of running text among the next three in direction `step`."""
    for _ in range(3):
        index += step
        if not 0 <= index < len(blocks):
            return None
        block = blocks[index]
        is_long = block.end - block.start > LONGEST_HEADER // 2
        if block.kind in _RUNNING_TEXT and not block.is_number and is_long:
            return block
    return None


def _is_continued(text: str, before: MutableBlock, after: MutableBlock) -> bool:
    """Return whether a sentence in `before` continues in `after`."""
    return text[before.end - 1] not in SENTENCE_ENDS and text[after.start].islower()


def _is_at_break(text: str, blocks: list[MutableBlock], index: int) -> bool:
    """Return whether a page mark or a form feed is next to the block with this index."""
    block = blocks[index]
    before = blocks[index - 1] if index else None
    after = blocks[index + 1] if index + 1 < len(blocks) else None
    if any(near is not None and near.is_page_mark for near in (before, after)):
        return True
    start = before.end if before else 0
    end = after.start if after else len(text)
    return text.find("\f", start, block.start) >= 0 or text.find("\f", block.end, end) >= 0


def _mark_page_numbers(builder: BlockBuilder) -> None:
    """Turn numbers between the parts of a sentence into boilerplate, even if none recurs."""
    text, blocks = builder.text, builder.blocks
    for before, block, after in zip(blocks, blocks[1:], blocks[2:], strict=False):
        if (
            block.is_number
            and block.kind is _PARAGRAPH
            and before.kind in _RUNNING_TEXT
            and after.kind is _PARAGRAPH
            and not (before.is_number or after.is_number)
            and _is_continued(text, before, after)
            and (text[before.end - 1] in _HYPHENS or "\n\n" in text[before.end : after.start])
            and _PAGE_NUMBER.fullmatch(text, block.start, block.end)
        ):
            block.kind, block.is_page_mark = _BOILERPLATE, True


def _rejoin_numbers(text: str, blocks: list[MutableBlock]) -> None:
    """Let a line of digits within a paragraph that is no page number continue the paragraph."""
    for before, after in pairwise(blocks):
        if not (before.is_number or after.is_number) or after.is_page_mark or before.is_page_mark:
            continue
        is_next_line = text[before.end : after.start] == "\n"
        if before.kind in _RUNNING_TEXT and after.kind is _PARAGRAPH and is_next_line:
            after.kind, after.level, after.is_continuation = before.kind, before.level, True


def _join_across_breaks(builder: BlockBuilder) -> None:
    """Let a paragraph that is interrupted by a page break continue after it."""
    text = builder.text
    has_feeds = "\f" in text
    before: MutableBlock | None = None
    is_after_mark = False
    for block in builder.blocks:
        if block.kind is _BOILERPLATE:
            is_after_mark = is_after_mark or block.is_page_mark
            continue
        if before is not None and block.kind is _PARAGRAPH and before.kind in _RUNNING_TEXT:
            gap = slice(before.end, block.start)
            is_break = is_after_mark or (has_feeds and "\f" in text[gap])
            is_unfinished = is_after_mark and "\n\n" not in text[gap]
            is_unfinished = is_unfinished and text[before.end - 1] not in SENTENCE_ENDS
            if is_break and (is_unfinished or _is_continued(text, before, block)):
                block.is_continuation, block.kind, block.level = True, before.kind, before.level
        before, is_after_mark = block, False
