"""Plain text → Document: headings, lists, tables, quotes and pages are found by the look of lines.

`outline.py` finds the blocks one by one and `pagination.py` judges which lines are page numbers or
running headers. Here, the headings are judged within the whole text, and the title is chosen.
"""

import re
from collections.abc import Callable
from itertools import islice
from typing import Final

from excerpt.ingest.decode import Decoded
from excerpt.ingest.formats.blocks.block_builder import (
    BlockBuilder,
    MutableBlock,
    heading_words,
    mark_notes,
)
from excerpt.ingest.formats.blocks.block_edits import change_kinds
from excerpt.ingest.formats.blocks.heading_words import division_rank
from excerpt.ingest.formats.blocks.headings import guess_headings
from excerpt.ingest.formats.blocks.hyphens import find_hyphenated
from excerpt.ingest.formats.blocks.layout import Lineation, measure_layout
from excerpt.ingest.formats.blocks.mark_settling import settle_marks
from excerpt.ingest.formats.blocks.note_references import mark_references
from excerpt.ingest.formats.blocks.outline import SENTENCE_ENDS, find_blocks
from excerpt.ingest.formats.encoded_files import set_files_apart
from excerpt.ingest.formats.markup.heading_markup import mark_up_headings
from excerpt.ingest.formats.pages.notes import join_over_notes, mark_page_notes
from excerpt.ingest.formats.pages.pagination import paginate
from excerpt.ingest.formats.plain.fragments import WARNING as FRAGMENTS_WARNING
from excerpt.ingest.formats.plain.fragments import find_fragments, is_fragmented
from excerpt.ingest.formats.plain.front_matter import read_front_matter
from excerpt.ingest.formats.plain.gutenberg import separate_gutenberg
from excerpt.ingest.formats.plain.header_block import read_header_block
from excerpt.ingest.formats.plain.side_by_side import columns_warning
from excerpt.ingest.formats.plain.time_stamps import mark_time_stamps
from excerpt.ingest.formats.plain.verse_numbers import mark_verse_numbers
from excerpt.ingest.formats.source import Source
from excerpt.ingest.language import language_code
from excerpt.model import SET_APART, BlockKind, Document, Reason

__all__ = ["find_structure", "read", "read_decoded"]

MAX_TITLE_LENGTH: Final = 100
"""Characters of a title."""
_FACT = re.compile(r"[-*•]\s+([^\W\d_][^:\n]{0,40}):\s+(.+)", re.DOTALL)
"""An item `- Name: value`."""
_DATE = re.compile(
    r"(?:[^\W\d_]+[.,]?[ ]{1,3})?(?:"
    r"\d{1,2}(?:st|nd|rd|th|er|[.ºª])?(?:[ ](?:of|de))?[ ]{1,3}[^\W\d_]{3,}\.?(?:,?[ ]\d{4})?"
    r"|[^\W\d_]{3,}\.?[ ]{1,3}\d{1,2}(?:st|nd|rd|th)?(?:,?[ ]\d{4})?"
    r"|\d{1,4}[-./]\d{1,2}[-./]\d{1,4})[.:]?"
)
"""A line that may be the date of an entry in a diary."""
MIN_ENTRIES: Final = 3
"""Dated entries of a diary."""
# Bound once: see `BlockKind`.
_BOILERPLATE, _HEADING = BlockKind.BOILERPLATE, BlockKind.HEADING
_ITEM, _PARAGRAPH = BlockKind.ITEM, BlockKind.PARAGRAPH


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not text.
    """
    return read_decoded(source.decoded)


def read_decoded(
    decoded: Decoded,
    *,
    find_marked_up: Callable[[str], BlockBuilder] | None = None,
    add_anchors: Callable[[BlockBuilder], None] | None = None,
) -> Document:
    """Return the document in a plain text.

    Arguments:
        decoded: the text.
        find_marked_up: returns the blocks and marks of a text with markup. Without it, they are
            found by the look of lines.
        add_anchors: adds the anchors of headings.
    """
    text = decoded.text
    front = read_front_matter(text)
    is_in_fragments = is_fragmented(text)
    layout = measure_layout(text)
    has_markup = find_marked_up is not None and not is_in_fragments
    if is_in_fragments:
        builder = find_fragments(text)
    else:
        builder = find_marked_up(text) if find_marked_up else find_blocks(text, layout)
    if front.end and not front.fields:
        change_kinds(builder, list(front.other_lines()), _BOILERPLATE, Reason.METADATA)
        change_kinds(builder, front.prose, _PARAGRAPH)
    encoded = set_files_apart(builder)
    gutenberg = separate_gutenberg(builder)
    unread = front.end if front.fields and not front.pairs else 0
    if not is_in_fragments:
        _judge_lines(builder, layout, may_guess=not has_markup)
    if unread:
        change_kinds(builder, [(0, unread)], _PARAGRAPH)
    heading = None if unread else _choose_title(builder, may_guess=not has_markup)
    if not has_markup:
        mark_up_headings(builder)
    mark_notes(builder)
    mark_page_notes(builder)
    mark_references(builder)
    join_over_notes(builder)
    if not has_markup and not is_in_fragments:
        mark_verse_numbers(builder)
        mark_time_stamps(builder)
    settle_marks(builder)
    if add_anchors:
        add_anchors(builder)
    title = heading_words(builder).get(heading.start, "") if heading else ""
    facts = dict((*_facts(builder), *read_header_block(text), *gutenberg.pairs, *front.pairs))
    return Document(
        text=builder.text,
        blocks=builder.build(),
        format="text",
        pages=tuple(builder.pages),
        marks=builder.build_marks(),
        anchors=tuple(builder.anchors),
        title=facts.pop("title", "") or title,
        language=language_code(facts.get("language") or facts.get("lang") or ""),
        metadata=tuple(facts.items()),
        encoding=decoded.encoding,
        hyphenated=find_hyphenated(builder.running()),
        warnings=(
            *decoded.warnings,
            *front.warnings,
            *[FRAGMENTS_WARNING] * is_in_fragments,
            *columns_warning(text),
            *encoded,
        ),
    )


def find_structure(text: str) -> BlockBuilder:
    """Return the blocks of a part of another document that is written like a plain text."""
    layout = measure_layout(text)
    builder = find_blocks(text, layout)
    _judge_lines(builder, layout, may_guess=True)
    return builder


def _judge_lines(builder: BlockBuilder, layout: Lineation, *, may_guess: bool) -> None:
    """Decide within the whole text which lines are headings, page numbers or running headers.

    If the text has markup for headings, none is guessed.
    """
    if may_guess:
        guess_headings(builder, layout)
    paginate(builder, layout)


def _facts(builder: BlockBuilder) -> list[tuple[str, str]]:
    """Return the names and values in a box of `- Name: value` lines at the top.

    A box has two lines at least. Names are in lower case.
    """
    facts: list[tuple[str, str]] = []
    for block in builder.blocks[:100]:
        fact = None
        if block.kind is _ITEM:
            fact = _FACT.fullmatch(builder.text, block.start, block.end)
        if fact:
            facts.append((fact.group(1).strip().lower(), " ".join(fact.group(2).split())))
        elif facts or block.end - block.start > MAX_TITLE_LENGTH:
            break
    return facts if len(facts) > 1 else []


def _choose_title(builder: BlockBuilder, *, may_guess: bool) -> MutableBlock | None:
    """Return the title: the first heading, or a first line that looks like one and becomes one.

    If the text has markup for headings, none is guessed.
    """
    blocks = [block for block in builder.blocks[:30] if block.kind not in SET_APART]
    first = next((block for block in blocks if block.kind is not _ITEM), None)
    if first is None:
        return None
    is_followed = first is blocks[0] and len(blocks) > 1 and not blocks[1].is_continuation
    may_be_title = may_guess and is_followed and _looks_like_title(builder.text, first)
    if may_be_title and not _is_entry(builder, first) and not _recurs(builder, first):
        first.kind, first.is_guess = _HEADING, True
    if first.is_guess and division_rank(builder.source_of(first)) is None:
        first.level = 1
    return first if first.kind is _HEADING else None


def _is_entry(builder: BlockBuilder, first: MutableBlock) -> bool:
    """Return whether the line `first` is the date of the first one of several entries."""
    text = builder.text
    if not _DATE.fullmatch(text, first.start, first.end):
        return False
    dates = (
        block
        for block in builder.blocks
        if block.end - block.start <= MAX_TITLE_LENGTH
        and _DATE.fullmatch(text, block.start, block.end)
    )
    return len(list(islice(dates, MIN_ENTRIES))) == MIN_ENTRIES


def _recurs(builder: BlockBuilder, first: MutableBlock) -> bool:
    """Return whether the line `first` recurs, as the name of a speaker does."""
    line = f"\n{builder.source_of(first)}\n"
    return builder.text.count(line, first.end) >= MIN_ENTRIES - 1


def _looks_like_title(text: str, block: MutableBlock) -> bool:
    """Return whether `block` is a short line that is neither a sentence nor a `Name: value`."""
    line, end = text[block.start : block.end], block.end
    return (
        block.kind is _PARAGRAPH
        and len(line) <= MAX_TITLE_LENGTH
        and "\n" not in line
        and text[end : end + 2] == "\n\n"
        and line[-1] not in SENTENCE_ENDS
        and line[-1] not in ",-–—"
        and ": " not in line
        and (line[0].isupper() or line[0].isdigit() or line[0] in "“\"«„¿¡'‘")
        and any(map(str.isalpha, line))
    )
