"""Text in tiny lines, cells, pages or sections → blocks of many lines.

Lists of words or numbers and debris of conversions have no headings or paragraphs to be found by
the look of lines, and no pages except at lines such as `## Page 12`. To look at half a million
lines, one by one, would take many times as long as to read an ordinary text of the same size. So
would a passage for each of many headings with a few words below them.
"""

import re
from itertools import pairwise
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.pages.marks import are_too_many
from excerpt.model import BlockKind, Page

__all__ = ["WARNING", "find_fragments", "is_fragmented"]

MIN_FRAGMENTS: Final = 20_000
"""Lines or cells of a text that is large enough to matter."""
MAX_MEAN: Final = 16
"""Characters of a line or cell that is tiny, on average. Lines of verse have about 35."""
MIN_SECTIONS: Final = 5_000
"""Form feeds or headings of a text that is large enough to matter."""
MAX_SECTION: Final = 64
"""Characters of a page, or of a heading and the text below it, that are tiny, on average."""
BLOCK_CHARACTERS: Final = 600
"""Characters of a block, up to the next line end: few of these are long enough to be split."""
WARNING: Final = (
    "read without headings and tables: its lines, cells, pages or sections are very short"
)
_PAGE = re.compile(
    r"^(?:\#{1,6}[ ]{1,4}|={1,6}[ ]?|-{1,6}[ ]?|[\[(][ ]?)"
    r"(?i:page|pg\.|seite|página|pagina|страница)[ ]?(\d{1,5})[ ]?(?:[\])]|[=\-\#]{1,6})?[ ]*$",
    re.MULTILINE,
)
MIN_PAGES: Final = 3
"""Marks that show where pages begin."""


def is_fragmented(text: str, delimiter: str = "|") -> bool:
    """Return whether `text` consists of very many tiny lines, cells, pages or sections.

    A `delimiter` follows each cell.
    """
    n_ends, n_cells, n_sections = text.count("\n"), text.count(delimiter), text.count("\f")
    if n_ends > MIN_SECTIONS:  # to count pairs of characters takes several times as long
        n_sections = max(n_sections, text.count("\n#"), text.count("\n="))
    if n_sections > MIN_SECTIONS and n_sections * MAX_SECTION > len(text):
        return True
    if max(n_ends, n_cells) <= MIN_FRAGMENTS:
        return False
    # A blank line is not a fragment: in the output of some OCR programs, one follows every line.
    most = max(n_ends - text.count("\n\n"), n_cells)
    return most > MIN_FRAGMENTS and most * MAX_MEAN > len(text)


def find_fragments(text: str, start: int = 0) -> BlockBuilder:
    """Return blocks of about a thousand characters, divided at blank lines or line ends.

    The first one begins at the offset `start`.
    """
    builder = BlockBuilder(text)
    for mark in _page_marks(text, start):
        _add_blocks(builder, start, mark.start())
        if block := builder.add(*mark.span(), BlockKind.PAGE):
            block.is_page_mark = True
            builder.pages.append(Page(block.start, mark[1]))
        start = mark.end()
    _add_blocks(builder, start, len(text))
    return builder


def _page_marks(text: str, start: int) -> list[re.Match[str]]:
    """Return the lines after `start` that name the page which begins, if their numbers ascend."""
    marks = list(_PAGE.finditer(text, start))
    if are_too_many(text, len(marks)):
        return []
    n_descending = sum(int(first[1]) > int(second[1]) for first, second in pairwise(marks))
    return marks if len(marks) >= MIN_PAGES and n_descending * 10 <= len(marks) else []


def _add_blocks(builder: BlockBuilder, start: int, end: int) -> None:
    text = builder.text
    while start < end:
        near = start + BLOCK_CHARACTERS
        cut = text.find("\n\n", near, near + BLOCK_CHARACTERS) + 1 or text.find("\n", near) + 1
        cut = min(cut or end, end)
        builder.add(start, cut, BlockKind.PARAGRAPH)
        start = cut
