"""Marks that are typed in running text → marks: treaty², treaty[2], [Page 12].

They look the same in every format. A number in brackets after a space, and a raised number after a
number or a unit, belong to the sentence: "see [2]", 10⁶, km².
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from excerpt.ingest.formats.block_builder import BlockBuilder
from excerpt.ingest.formats.block_edits import set_apart
from excerpt.model import SET_APART, BlockKind, Page

__all__ = ["mark_pages", "mark_references"]

_RAISED: Final = "¹²³⁰⁴⁵⁶⁷⁸⁹"
_AFTER_SENTENCE: Final = r"(?<=[.,;:!?”’\"»)])"
_RAISED_NUMBER = re.compile(
    rf"(?:(?<=[^\W\d_]{{3}})|{_AFTER_SENTENCE})[{_RAISED}]{{1,3}}(?![{_RAISED}])"
)
_BRACKETED_NUMBER = re.compile(
    # An expression that begins with the bracket is found many times as fast.
    r"\[(?:(?<=[^\W\d_]{2}\[)|(?<=[.,;:!?”’\"»)]\[))(?:\d{1,3}|[*†‡]{1,3})\](?!\()"
)
_PAGE_NUMBER = re.compile(
    r"\[\s?(?:(?i:pages?|pg|pp?|seite|fol|folio|página|стр)\b\.?|S\.)\s?"
    r"(\d{1,5}[rv]?|(?i:[ivxlc]{1,9}))\s?\]"
)


def mark_references(builder: BlockBuilder) -> None:
    """Set note references apart that follow a word or a sentence."""
    text = builder.text
    found: list[tuple[int, int]] = []
    if "[" in text:
        found += [match.span() for match in _BRACKETED_NUMBER.finditer(text)]
    if not text.isascii() and any(digit in text for digit in _RAISED):
        found += [match.span() for match in _RAISED_NUMBER.finditer(text)]
    if found:
        set_apart(builder, list(_free(builder, sorted(found))), BlockKind.REFERENCE)


def mark_pages(builder: BlockBuilder) -> None:
    """Set page numbers apart that name themselves, and add the pages that begin at them."""
    text = builder.text
    if "[" not in text:
        return
    labels = {match.span(): match.group(1) for match in _PAGE_NUMBER.finditer(text)}
    found = list(_free(builder, labels))
    if found:
        set_apart(builder, found, BlockKind.PAGE)
        builder.pages += [Page(start, labels[start, end]) for start, end in found]
        builder.pages.sort()


def _free(builder: BlockBuilder, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield those of the ascending `spans` that lie in running text and touch no other mark."""
    blocks, marks = builder.blocks, sorted(builder.marks)
    block_starts = [block.start for block in blocks]
    mark_starts = [mark.span.start for mark in marks]
    for start, end in spans:
        block = blocks[bisect_right(block_starts, start) - 1]
        number = bisect_right(mark_starts, end)
        if (
            block.kind not in SET_APART
            and end <= block.end
            and not (number and marks[number - 1].span.end >= start)
        ):
            yield start, end
