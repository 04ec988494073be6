"""`formats.page_marks`: lines that recur are found without comparing the letters of all."""

import re

from hypothesis import given
from hypothesis import strategies as st

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.pages.marks import recurring_lines, still_recurring
from excerpt.model import BlockKind

WORDS = "THE Mill xii 12 IV é É ß SS İ mix 3x _ - . \U0001f600 Ж 第"
LINES = st.lists(
    st.lists(st.sampled_from(WORDS.split(" ")), min_size=1, max_size=3).map(" ".join)
    | st.text("Aaéİix1 .-", min_size=1, max_size=4),
    max_size=14,
)


def built(lines: list[str]) -> BlockBuilder:
    """Return the blocks of `lines`, each a paragraph."""
    builder = BlockBuilder("\n\n".join(lines))
    start = 0
    for line in lines:
        builder.add(start, start + len(line), BlockKind.PARAGRAPH)
        start += len(line) + 2
    return builder


def grouped(builder: BlockBuilder) -> list[list[int]]:
    """Return the indices of the lines with the same letters, found one by one."""
    groups: dict[str, list[int]] = {}
    for index, block in enumerate(builder.blocks):
        line = builder.source_of(block)
        if line[0].islower() or block.kind is not BlockKind.PARAGRAPH:
            continue
        without = re.sub(r"\b[ivxlc]+\b", "", line.casefold())
        letters = " ".join(re.split(r"(?:[^\w\n]|[\d_])+", without)).strip()
        groups.setdefault(letters, []).append(index)
    groups.pop("", None)
    return [found for found in groups.values() if len(found) > 1]


@given(LINES)
def test_lines_with_the_same_letters_recur(lines: list[str]) -> None:
    """Lines recur if their letters are the same, whatever numbers are between them."""
    builder = built(lines)
    assert recurring_lines(builder) == grouped(builder)


@given(LINES, st.data())
def test_lines_that_are_set_apart_recur_no_longer(lines: list[str], data: st.DataObject) -> None:
    """The lines that still recur are those that would be found again, in the same order."""
    builder = built(lines)
    found = recurring_lines(builder)
    for block in builder.blocks:
        if data.draw(st.booleans()):
            block.kind = BlockKind.BOILERPLATE
    assert still_recurring(builder, found) == grouped(builder)
