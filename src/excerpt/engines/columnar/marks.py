"""Leaves of a query in some passages → what their occurrences mark, as spans of words."""

from collections.abc import Iterator, Sequence

import numpy as np

from excerpt.engines import Match
from excerpt.engines.columnar.excerpts import Excerpts
from excerpt.engines.columnar.leaves import Leaves
from excerpt.engines.columnar.spots import Spots, spots_within
from excerpt.engines.columnar.storage import Array
from excerpt.model import Span
from excerpt.query.tree import Choice, Near, Operand, Phrase

__all__ = ["marks"]


def marks(leaves: Leaves, asked: Sequence[Operand], passages: Array) -> list[list[Match]]:
    """The occurrences of each leaf `asked` that begin in each of the ascending `passages`, in order."""
    ahead = max(map(_width, asked), default=1) - 1
    excerpts = Excerpts(leaves.segment.body, passages, ahead)
    found: list[list[Match]] = [[] for _ in range(passages.size)]
    for number, leaf in enumerate(asked):
        within = spots_within(leaf, excerpts.entries, 0, leaves.word_set)
        rows = _rows_within(within, excerpts) if within else _rows_of(leaves, leaf, passages)
        for row, marked in rows:
            found[row].append(Match(number, marked))
    for matches in found:
        matches.sort(key=lambda match: (match.marks, match.leaf))
    return found


def _rows_within(spots: Spots, excerpts: Excerpts) -> Iterator[tuple[int, tuple[Span, ...]]]:
    """The number of the passage of each occurrence within `excerpts`, and what it marks: spans of its words."""
    rows = excerpts.row_of[spots.starts]
    is_own = spots.starts - excerpts.first[rows] < excerpts.n_own[rows]
    spans = []
    for starts, ends in spots.marks:
        firsts, lasts = excerpts.numbers[starts[is_own]].tolist(), excerpts.numbers[ends[is_own] - 1].tolist()
        spans.append([Span(first, last + 1) for first, last in zip(firsts, lasts, strict=True)])
    for row, *marked in zip(rows[is_own].tolist(), *spans, strict=True):
        yield row, tuple(marked)


def _rows_of(leaves: Leaves, leaf: Operand, passages: Array) -> Iterator[tuple[int, tuple[Span, ...]]]:
    """The same of the occurrences of `leaf` in the whole segment."""
    body, spots = leaves.segment.body, leaves.found(leaves.segment.body, leaf)
    starts = body.unit_starts
    lows = spots.starts.searchsorted(starts[passages]).tolist()
    highs = spots.starts.searchsorted(starts[passages + 1]).tolist()
    before = body.word_number(starts[passages]).tolist()
    for row, (low, high) in enumerate(zip(lows, highs, strict=True)):
        found = [spots.row(number) for number in range(low, high)]
        ends = [at for marks in found for mark in marks for at in (mark.start, mark.end - 1)]
        numbers = iter((body.word_number(np.array(ends, np.int64)) - before[row]).tolist())
        for marks in found:
            yield row, tuple(Span(next(numbers), next(numbers) + 1) for _ in marks)


def _width(leaf: Operand) -> int:
    """How many positions an occurrence of `leaf` takes at most, where `spots_within` knows it."""
    match leaf:
        case Phrase(parts, gap):
            return len(parts) * (gap + 1) - gap
        case Near(_, _, distance):
            return distance + 2
        case Choice(operands):
            return max(map(_width, operands), default=1)
        case _:
            return 1
