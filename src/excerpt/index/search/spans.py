"""SegmentTerms of a query in some passages → their occurrences, and what these mark, as spans of words."""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise

import numpy as np

from excerpt.engines.protocol import Occurrence, TokenSpan
from excerpt.index.search.passage_tokens import PassageTokens
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.index.search.positions import ONE_WORD, Occurrences, spots_within
from excerpt.index.arrays import Array
from excerpt.model import Span
from excerpt.query.ast import Alternatives, Near, Operand, Phrase

__all__ = ["occurrences", "spans"]

_NONE = np.empty(0, np.int64)


def occurrences(
    leaves: SegmentTerms, asked: Sequence[Operand], passages: Array
) -> list[list[Occurrence]]:
    """The occurrences of each leaf `asked` that begin in each of the ascending `passages`, in order."""
    excerpts = _excerpts(leaves, asked, passages)
    found: list[list[Occurrence]] = [[] for _ in range(passages.size)]
    for number, leaf in enumerate(asked):
        within = spots_within(leaf, excerpts.entries, 0, leaves.word_set)
        rows = _rows_within(within, excerpts) if within else _rows_of(leaves, leaf, passages)
        for row, marked in rows:
            found[row].append(Occurrence(number, marked))
    for of_passage in found:
        of_passage.sort(key=lambda occurrence: (occurrence.spans, occurrence.term))
    return found


def spans(
    leaves: SegmentTerms, asked: Sequence[Operand], passages: Array
) -> list[list[TokenSpan]]:
    """Return the distinct spans, ascending, that the occurrences of `asked` cover in each of the ascending `passages`."""
    excerpts = _excerpts(leaves, asked, passages)
    parts: list[tuple[Array, ...]] = [(_NONE, _NONE, _NONE)]
    words = [leaf for leaf in asked if isinstance(leaf, ONE_WORD)]
    if words:
        is_word = reduce(np.logical_or, [leaves.word_set(leaf).holds(excerpts.entries) for leaf in words])
        starts = np.flatnonzero(is_word)
        parts += _placed(Occurrences(starts, ((starts, starts + 1),)), excerpts)
    for leaf in asked:
        if not isinstance(leaf, ONE_WORD):
            within = spots_within(leaf, excerpts.entries, 0, leaves.word_set)
            if within:
                parts += _placed(within, excerpts)
            else:
                rows_of = [
                    (row, mark.start, mark.end)
                    for row, group in _rows_of(leaves, leaf, passages)
                    for mark in group
                ]
                parts.append(tuple(np.array(rows_of, np.int64).reshape(-1, 3).T))
    rows, firsts, ends = (np.concatenate(side) for side in zip(*parts, strict=True))
    order = np.lexsort((ends, firsts, rows))
    pairs = list(zip(firsts[order].tolist(), ends[order].tolist(), strict=True))
    cuts = np.cumsum(np.bincount(rows, minlength=passages.size)).tolist()
    return [list(dict.fromkeys(pairs[low:high])) for low, high in pairwise([0, *cuts])]


def _excerpts(leaves: SegmentTerms, asked: Sequence[Operand], passages: Array) -> PassageTokens:
    return PassageTokens(leaves.segment.body, passages, ahead=max(map(_width, asked), default=1) - 1)


def _placed(spots: Occurrences, excerpts: PassageTokens) -> Iterator[tuple[Array, Array, Array]]:
    """For each mark of the occurrences within `excerpts`: its row, its first word there, and its end."""
    rows = excerpts.row_of(spots.starts)
    is_own = spots.starts - excerpts.first[rows] < excerpts.n_own[rows]
    own = rows[is_own]
    for starts, ends in spots.marks:
        yield own, excerpts.numbers(starts[is_own], own), excerpts.numbers(ends[is_own] - 1, own) + 1


def _rows_within(spots: Occurrences, excerpts: PassageTokens) -> Iterator[tuple[int, tuple[Span, ...]]]:
    """The number of the passage of each occurrence within `excerpts`, and what it marks: spans of its words."""
    placed = list(_placed(spots, excerpts))
    spans = [map(Span, firsts.tolist(), ends.tolist()) for _, firsts, ends in placed]
    return zip(placed[0][0].tolist(), zip(*spans, strict=True), strict=True)


def _rows_of(leaves: SegmentTerms, leaf: Operand, passages: Array) -> Iterator[tuple[int, tuple[Span, ...]]]:
    """The same of the occurrences of `leaf` in the whole segment."""
    body, spots = leaves.segment.body, leaves.found(leaves.segment.body, leaf)
    starts = body.unit_offsets
    lows = spots.starts.searchsorted(starts[passages]).tolist()
    highs = spots.starts.searchsorted(starts[passages + 1]).tolist()
    before = body.n_tokens_before(starts[passages]).tolist()
    for row, (low, high) in enumerate(zip(lows, highs, strict=True)):
        found = [spots.row(number) for number in range(low, high)]
        ends = [at for marks in found for mark in marks for at in (mark.start, mark.end - 1)]
        numbers = iter((body.n_tokens_before(np.array(ends, np.int64)) - before[row]).tolist())
        for marks in found:
            yield row, tuple(Span(next(numbers), next(numbers) + 1) for _ in marks)


def _width(leaf: Operand) -> int:
    """How many positions an occurrence of `leaf` takes at most, where `spots_within` knows it."""
    match leaf:
        case Phrase(parts, gap):
            return len(parts) * (gap + 1) - gap
        case Near(_, _, distance):
            return distance + 2
        case Alternatives(operands):
            return max(map(_width, operands), default=1)
        case _:
            return 1
