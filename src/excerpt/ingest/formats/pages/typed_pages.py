"""Page numbers that are typed in running text, without markup → marks and blocks set apart.

Those within paragraphs name themselves: [Page 12]. Those that are paragraphs of their own are found
as in plain text, in a sequence that interrupts sentences.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.blocks.block_edits import set_apart
from excerpt.ingest.formats.blocks.layout import Lineation
from excerpt.ingest.formats.blocks.outline import label_numbers
from excerpt.ingest.formats.pages.pagination import paginate
from excerpt.model import SET_APART, BlockKind, Page

__all__ = ["mark_pages"]

_PAGE_NUMBER = re.compile(
    r"\[\s?(?:(?i:pages?|pg|pp?|seite|fol|folio|página|стр)\b\.?|S\.)\s?"
    r"(\d{1,5}[rv]?|(?i:[ivxlc]{1,9}))\s?\]"
)


def mark_pages(builder: BlockBuilder) -> None:
    """Set page numbers apart that name themselves or form a sequence, and add their pages."""
    text = builder.text
    if "\f" not in text and label_numbers(builder):
        paginate(builder, Lineation(0, is_double_spaced=False))
        for block in builder.blocks:
            block.label = ""
    if builder.pages or "[" not in text:
        return
    labels = {match.span(): match.group(1) for match in _PAGE_NUMBER.finditer(text)}
    found = list(_free(builder, labels))
    if found:
        set_apart(builder, found, BlockKind.PAGE)
        builder.pages += [Page(start, labels[start, end]) for start, end in found]
        builder.pages.sort()


def _free(builder: BlockBuilder, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield those of the ascending `spans` that lie in running text and touch no other mark."""
    blocks, marks = builder.blocks, builder.sorted_marks()
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
