"""The segments of an index → the same for the kernel, which answers for all of them in one call."""

from collections.abc import Sequence
from itertools import accumulate

from excerpt import native
from excerpt.index.read.live_segment import LiveSegment

__all__ = ["open_index"]


def open_index(segments: Sequence[LiveSegment]) -> object | None:
    """Open segments for the kernel; None if it is not used, or a segment is damaged."""
    if native.kernel is None or not all(live.segment.opened for live in segments):
        return None
    # The languages of live documents come first: a word must occur in each of them to be plain.
    languages = sorted({name for live in segments for name in live.table.known_languages})
    number_of = {name: number for number, name in enumerate(languages)}
    starts = accumulate((live.segment.n_passages for live in segments), initial=0)
    parts = []
    for live, start in zip(segments, starts, strict=False):
        numbers = tuple(
            number_of.setdefault(name, len(number_of)) for name in live.segment.dictionary.languages
        )
        parts.append((live.segment.opened, start, live.live_bits, numbers))
    opened: object | None = native.kernel.open_index(tuple(parts), len(languages))
    return opened
