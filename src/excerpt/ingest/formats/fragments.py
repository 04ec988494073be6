"""Text in tiny lines or cells → blocks of many lines.

Lists of words or numbers and debris of conversions have no headings, pages or paragraphs to be
found by the look of lines. To look at half a million lines, one by one, would take many times as
long as to read an ordinary text of the same size.
"""

from typing import Final

from excerpt.ingest.formats.block_builder import BlockBuilder
from excerpt.model import BlockKind

__all__ = ["WARNING", "find_fragments", "is_fragmented"]

MIN_FRAGMENTS: Final = 20_000
"""Lines or cells of a text that is large enough to matter."""
MAX_MEAN: Final = 16
"""Characters of a line or cell that is tiny, on average. Lines of verse have about 35."""
BLOCK_CHARACTERS: Final = 1_000
"""Characters of a block, up to the next line end."""
WARNING: Final = (
    "read without headings, pages and tables: its lines or cells are only a few letters long"
)


def is_fragmented(text: str) -> bool:
    """Return whether `text` consists of very many tiny lines or cells."""
    # A blank line is no fragment: in the output of some OCR programs, one follows every line.
    n_lines = text.count("\n") - text.count("\n\n")
    most = max(n_lines, text.count("|"))
    return most > MIN_FRAGMENTS and most * MAX_MEAN > len(text)


def find_fragments(text: str, start: int = 0) -> BlockBuilder:
    """Return blocks of about a thousand characters, divided at blank lines or line ends.

    The first one begins at the offset `start`.
    """
    builder = BlockBuilder(text)
    while start < len(text):
        near = start + BLOCK_CHARACTERS
        cut = text.find("\n\n", near, near + BLOCK_CHARACTERS) + 1 or text.find("\n", near) + 1
        cut = cut or len(text)
        builder.add(start, cut, BlockKind.PARAGRAPH)
        start = cut
    return builder
