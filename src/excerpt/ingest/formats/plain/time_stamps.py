"""Blocks of a transcript → its time stamps as marks, so that sentences continue across them.

Programs that transcribe recordings note the time every few seconds, in brackets or on a line of its
own: in the middle of a sentence.
"""

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.pages.marks import are_too_many
from excerpt.model import SET_APART, BlockKind

__all__ = ["mark_time_stamps"]

MIN_STAMPS: Final = 5
"""Time stamps of a transcript, ..."""
MAX_BETWEEN: Final = 1_500
"""... and characters of it, on average, for each of them."""
_TIME = r"(\d{1,3}:)?(\d{1,2}):(\d{2})(?:[.,]\d{1,3})?"
_WHOLE_TIME = r"(\d{1,3}:)(\d{1,2}):(\d{2})(?:[.,]\d{1,3})?"
"""With hours: what looks like a shorter time in parentheses may be a verse (1:14)."""
_COLON = re.compile(r":(?<=\d:)\d\d")
# An expression that begins with a sign is found many times as fast as one with alternatives.
_STAMPS: Final = (
    re.compile(rf"\[{_TIME}\]"),
    re.compile(rf"\({_WHOLE_TIME}\)"),
    re.compile(rf"\n[ \t]*+{_TIME}(?=[ \t]*(?:\n|\Z))"),
)
_FIRST_LINE = re.compile(rf"{_TIME}(?=[ \t]*\n)")


def mark_time_stamps(builder: BlockBuilder) -> None:
    """Mark the times in brackets, or on lines of their own, that ascend from first to last."""
    text = builder.text
    if len(list(islice(_COLON.finditer(text), MIN_STAMPS))) < MIN_STAMPS:
        return
    found = [stamp for pattern in _STAMPS for stamp in pattern.finditer(text)]
    if first := _FIRST_LINE.match(text):
        found.append(first)
    found.sort(key=re.Match.start)
    is_dense = are_too_many(text, len(found))
    if len(found) < MIN_STAMPS or is_dense or len(found) * MAX_BETWEEN < len(text):
        return
    seconds = [_seconds(stamp) for stamp in found]
    # A recording may begin again, as on the other side of a tape.
    n_back = sum(first > second for first, second in pairwise(seconds))
    if n_back * MIN_STAMPS > len(found):
        return
    spans = [(stamp.start() + text[stamp.start()].isspace(), stamp.end()) for stamp in found]
    _add_marks(builder, spans)


def _seconds(stamp: re.Match[str]) -> int:
    hours, minutes, seconds = stamp.groups()
    return int((hours or "0:")[:-1]) * 3600 + int(minutes) * 60 + int(seconds)


def _add_marks(builder: BlockBuilder, spans: Sequence[tuple[int, int]]) -> None:
    """Mark the `spans` in running text; a block that is nothing else is set apart as a whole."""
    index, blocks = 0, builder.blocks
    for start, end in spans:
        while index < len(blocks) and blocks[index].end < end:
            index += 1
        if index == len(blocks):
            return
        block = blocks[index]
        if block.kind not in SET_APART and start < end and block.start <= end:
            builder.add_mark(max(start, block.start), end, BlockKind.MARKUP)
