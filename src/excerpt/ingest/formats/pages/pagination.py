"""Blocks → the same blocks, with page numbers and running headers set apart, and the pages.

Lines printed at the top or bottom of a page do not belong to the author's text, and a paragraph
continues after them. `marks.py` finds those that number pages, `sequence.py` decides
which text each number belongs to. A line that recurs is a running header only if it does so at the
ends of pages, in the middle of sentences: a refrain or a speaker's name does not.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.ingest.formats.blocks.layout import Lineation
from excerpt.ingest.formats.blocks.outline import LINE_END_HYPHENS, SENTENCE_ENDS
from excerpt.ingest.formats.blocks.surroundings import RUNNING_TEXT, Surroundings, is_continued
from excerpt.ingest.formats.pages.edges import cut_off_edges
from excerpt.ingest.formats.pages.labels import page_number
from excerpt.ingest.formats.pages.marks import choose_marks, recurring_lines, still_recurring
from excerpt.ingest.formats.pages.sequence import PageMark, number_pages
from excerpt.model import SET_APART, BlockKind, Reason

__all__ = ["paginate"]

MIN_OCCURRENCES: Final = 3
"""Occurrences that make a line a running header."""
MIN_UNFINISHED: Final = 40
"""Characters of a paragraph that may continue on the next page with a capital."""
_FULL_STOPS: Final = frozenset(".!?…;。！？")
"""Signs at the end of a line that is rather a sentence than a running header."""
# Bound once: see `BlockKind`.
_BOILERPLATE, _PAGE, _PARAGRAPH = BlockKind.BOILERPLATE, BlockKind.PAGE, BlockKind.PARAGRAPH


def paginate(builder: BlockBuilder, layout: Lineation) -> None:
    """Set page numbers and running headers apart, and add the pages that they number."""
    text = builder.text
    if "\f" in text:
        cut_off_edges(builder)
    blocks = builder.blocks
    around = Surroundings(builder)
    recurring = recurring_lines(builder)
    marks = choose_marks(builder, around, recurring, is_double_spaced=layout.is_double_spaced)
    chosen = (*marks.numbering, *marks.others)
    if not chosen and "\f" not in text and not any(block.label for block in blocks):
        return
    for mark in chosen:
        if mark.is_line:
            is_number = bool(blocks[mark.block].label) or mark.label.isupper()
            _set_apart(blocks[mark.block], _PAGE if is_number else _BOILERPLATE)
    ends = around.page_ends(mark.block for mark in chosen if around.is_short(mark.block))
    if ends:
        _mark_running_headers(builder, around, ends, still_recurring(builder, recurring))
    _mark_numbers(builder, ends, marks.numbering, is_double_spaced=layout.is_double_spaced)
    if marks.numbering or "\f" in text:
        n_before, n_after = _lengths_around(builder, marks.numbering)
        blanked = _without_headers(builder)
        builder.pages += number_pages(blanked, marks.numbering, n_before, n_after)
    inline = [mark for mark in chosen if not mark.is_line]
    _set_inline_marks_apart(builder, sorted(inline))
    _join_paragraphs(builder)


def _set_apart(block: MutableBlock, kind: BlockKind) -> None:
    block.kind, block.is_page_mark, block.is_guess = kind, True, False
    block.level = Reason.RUNNING_HEADER if kind is _BOILERPLATE else 0


def _lengths_around(builder: BlockBuilder, marks: Sequence[PageMark]) -> tuple[int, int]:
    """Return the characters of running text before the first and after the last of `marks`."""
    if not marks:
        return 0, 0
    first, last = marks[0].start, marks[-1].end
    numbers = {mark.start for mark in marks if mark.is_line}
    blocks = builder.blocks
    n_first = bisect_left(blocks, first, key=lambda block: block.start)
    n_last = bisect_right(blocks, last, key=lambda block: block.end)
    n_before = sum(
        min(block.end, first) - block.start
        for block in blocks[:n_first]
        if block.kind in RUNNING_TEXT and block.start not in numbers
    )
    n_after = sum(
        block.end - max(block.start, last)
        for block in blocks[n_last:]
        if block.kind in RUNNING_TEXT and block.start not in numbers
    )
    return n_before, n_after


def _without_headers(builder: BlockBuilder) -> str:
    """Return the text with spaces in place of running headers and page numbers."""
    text = builder.text
    if "\f" not in text:
        return text
    parts: list[str] = []
    done = 0
    for block in builder.blocks:
        if block.is_page_mark:
            parts += (text[done : block.start], " " * (block.end - block.start))
            done = block.end
    return "".join((*parts, text[done:]))


def _mark_running_headers(
    builder: BlockBuilder,
    around: Surroundings,
    ends: Collection[int],
    recurring: Sequence[Sequence[int]],
) -> None:
    """Set apart those of the `recurring` lines at the ends of pages, whose indices are `ends`."""
    for indices in recurring:
        at_ends = [index for index in indices if index in ends]
        if len(at_ends) < MIN_OCCURRENCES or len(at_ends) * 3 < len(indices) * 2:
            continue
        group = frozenset(indices)
        n_in_sentences = sum(around.is_in_sentence(index, group) for index in at_ends)
        n_at_feeds = sum(around.is_at_feed(index) for index in at_ends)
        is_sentence = builder.text[builder.blocks[at_ends[0]].end - 1] in _FULL_STOPS
        if n_in_sentences * 4 >= len(at_ends) or (
            n_at_feeds * 5 >= len(at_ends) * 4 and not is_sentence
        ):
            for index in at_ends:
                _set_apart(builder.blocks[index], _BOILERPLATE)


def _mark_numbers(
    builder: BlockBuilder,
    ends: Collection[int],
    numbering: Sequence[PageMark],
    *,
    is_double_spaced: bool,
) -> None:
    """Set apart numbers at the ends of pages, and between the parts of a sentence.

    Numbers of four digits, and those that do not fit into the `numbering`, are rather years.
    """
    text, blocks = builder.text, builder.blocks
    for index, block in enumerate(blocks):
        if not block.is_number or block.is_page_mark or page_number(block.label) is None:
            continue
        is_bare = text[block.start].isalnum()
        if index in ends and not (is_bare and len(block.label) > 3):
            _set_apart(block, _PAGE)
        elif 0 < index < len(blocks) - 1:
            before, after = blocks[index - 1], blocks[index + 1]
            if len(block.label) > 3 or (is_bare and not _fits(block, numbering)):
                continue
            if (
                before.kind in RUNNING_TEXT
                and after.kind is _PARAGRAPH
                and not (before.label or after.label)
                and is_continued(text, before, after)
                and (
                    text[before.end - 1] in LINE_END_HYPHENS
                    or (not is_double_spaced and "\n\n" in text[before.end : after.start])
                )
            ):
                _set_apart(block, _PAGE)


def _fits(block: MutableBlock, numbering: Sequence[PageMark]) -> bool:
    """Return whether the number that `block` is lies between those of the marks around it."""
    number = page_number(block.label)
    at = bisect_left(numbering, block.start, key=lambda mark: mark.start)
    before, after = numbering[max(0, at - 1) : at], numbering[at : at + 1]
    return number is not None and all(
        first.system != second.system or first.value <= second.value
        for first, second in (
            *((mark.number, number) for mark in before),
            *((number, mark.number) for mark in after),
        )
    )


def _set_inline_marks_apart(builder: BlockBuilder, marks: Sequence[PageMark]) -> None:
    for mark in marks:
        if builder.blocks[mark.block].kind not in SET_APART:
            builder.add_mark(mark.start, mark.end, _PAGE)


def _join_paragraphs(builder: BlockBuilder) -> None:
    """Join the parts of paragraphs that page breaks, or lines that only look like them, divide."""
    text = builder.text
    has_feeds = "\f" in text
    joined: list[MutableBlock] = []
    index = -1
    is_after_mark = ends_in_label = False
    for block in builder.blocks:
        if block.kind in SET_APART:
            is_after_mark = is_after_mark or block.is_page_mark
            joined.append(block)
            continue
        # Most blocks of OCR are joined to none.
        may_join = is_after_mark or has_feeds or ends_in_label or block.label or block.whole >= 0
        may_join = may_join and index >= 0 and block.kind is _PARAGRAPH
        if may_join and joined[index].kind in RUNNING_TEXT:
            before = joined[index]
            is_at_break = is_after_mark or (has_feeds and "\f" in text[before.end : block.start])
            # A line that only looks like a page mark belongs to the paragraph around it.
            is_next_line = text[before.end : block.start] == "\n"
            is_same_block = before.whole == block.whole >= 0
            if (
                (is_next_line and (ends_in_label or block.label))
                or is_same_block
                or (is_at_break and _is_same_paragraph(text, before, block))
            ):
                for apart in joined[index + 1 :]:
                    builder.add_mark(apart.start, apart.end, apart.kind)
                del joined[index + 1 :]
                before.end, before.is_alone, before.whole = block.end, False, block.whole
                is_after_mark, ends_in_label = False, bool(block.label)
                continue
        joined.append(block)
        index, is_after_mark, ends_in_label = len(joined) - 1, False, bool(block.label)
    builder.blocks = joined


def _is_same_paragraph(text: str, before: MutableBlock, block: MutableBlock) -> bool:
    """Return whether the paragraph `before`, at the end of a page, continues in `block`."""
    if is_continued(text, before, block):
        return True
    if text[before.end - 1] in SENTENCE_ENDS:
        return False
    is_long = before.end - before.start > MIN_UNFINISHED
    return "\n\n" not in text[before.end : block.start] or (is_long and text[before.end - 1] != "-")
