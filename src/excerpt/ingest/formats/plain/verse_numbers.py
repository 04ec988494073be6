"""Blocks of verse → the numbers of every fifth or tenth line of it as marks.

Such a number stands in the right margin of its line, or on a line of its own below it.
"""

import re
from itertools import pairwise
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.model import SET_APART, BlockKind

__all__ = ["mark_verse_numbers"]

MIN_SEQUENCE: Final = 2
"""Numbers that make a sequence."""
MAX_LINES: Final = 3
"""Lines, at most, for each one that is counted: blank ones, and names of speakers."""
# An expression that begins with the line end is found several times as fast as one that begins with
# a digit, and as a string of several characters.
_TENTH_LINE = re.compile(r"\n(?<=[12]0\n)")
_LINE_END = re.compile(
    r"\n(?<=[05]\n)(?:(?<=[ \t\n].\n)|(?<=[ \t\n]\d.\n)|(?<=[ \t\n]\d\d.\n)|(?<=[ \t\n]\d{3}.\n))"
)
"""A line end after a number of up to four digits, by five, that follows white space."""
_NUMBER = re.compile(r"(?:[ ]{3}|[\t\n][ ]{0,80}+)(\d{0,3}[05])\Z")
_MAX_MARGIN_LENGTH: Final = 90
"""Characters in which a number and the white space before it are sought."""


def mark_verse_numbers(builder: BlockBuilder) -> None:
    """Mark the numbers of lines that count by five or ten, as many as the lines between them."""
    text = builder.text
    if not _TENTH_LINE.search(text):
        return  # which is fast, and true of most texts
    found: list[tuple[int, int]] = []
    for cut in (*(match.start() for match in _LINE_END.finditer(text)), len(text)):
        line = text[max(0, cut - _MAX_MARGIN_LENGTH) : cut].rstrip(" ")
        end = max(0, cut - _MAX_MARGIN_LENGTH) + len(line)
        number = _NUMBER.search(line)
        if number:
            found.append((end - len(number[1]), end))
    sequence: list[tuple[int, int]] = []
    runs: list[list[tuple[int, int]]] = []
    for before, span in pairwise([(0, 0), *found]):
        step = int(text[slice(*span)]) - int(text[slice(*before)] or 0)
        n_lines = text.count("\n", before[1], span[0])
        if before != (0, 0) and step in {5, 10} and step - 1 <= n_lines <= step * MAX_LINES:
            sequence.append(span)
        else:
            sequence = [span]
            runs.append(sequence)
    spans = [span for run in runs if len(run) >= MIN_SEQUENCE for span in run]
    _set_apart(builder, spans)


def _set_apart(builder: BlockBuilder, spans: list[tuple[int, int]]) -> None:
    """Make marks of the `spans`, or blocks that are set apart if there is nothing else in them."""
    index, blocks = 0, builder.blocks
    for start, end in spans:
        while blocks[index].end < end:
            index += 1
        block = blocks[index]
        if block.kind in SET_APART or block.start > start:
            continue
        if (block.start, block.end) == (start, end):
            block.kind, block.level = BlockKind.REFERENCE, 0
        else:
            builder.add_mark(start, end, BlockKind.REFERENCE)
