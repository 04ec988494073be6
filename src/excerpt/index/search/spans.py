"""The terms of a query in some passages → their occurrences, and the spans of words these cover.

For the few passages that a user sees, the tokens of the passages themselves are searched: this
reads far less than all positions of the terms. Terms for which that is not possible are looked up
in the whole segment.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from itertools import pairwise

import numpy as np

from excerpt.engines.protocol import Occurrence, TokenSpan
from excerpt.index.arrays import DocIds, FormIds, Int64Array, Positions
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.search.occurrences import ONE_TOKEN, Occurrences, find_occurrences_among
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.model import Span
from excerpt.query.ast import Alternatives, Near, Operand, Phrase

__all__ = ["occurrences_in", "positions_in", "spans_in"]

Row = tuple[int, tuple[Span, ...]]
"""An occurrence: the index of its passage, and its spans, in words from the passage's first."""
_NONE = np.empty(0, np.int64)


def occurrences_in(
    terms: SegmentTerms, operands: Sequence[Operand], doc_ids: DocIds
) -> list[list[Occurrence]]:
    """Return the occurrences of `operands` that begin in each of the ascending `doc_ids`.

    Those of a passage are sorted by their spans, then by operand.
    """
    tokens = _tokens_of(terms, operands, doc_ids)
    found: list[list[Occurrence]] = [[] for _ in range(doc_ids.size)]
    for number, operand in enumerate(operands):
        among = find_occurrences_among(operand, tokens.form_ids, terms.forms_of)
        rows = _rows_among(among, tokens) if among else _rows_in_segment(terms, operand, doc_ids)
        for row, spans in rows:
            found[row].append(Occurrence(number, spans))
    for of_passage in found:
        of_passage.sort(key=lambda occurrence: (occurrence.spans, occurrence.term))
    return found


def spans_in(
    terms: SegmentTerms, operands: Sequence[Operand], doc_ids: DocIds
) -> list[list[TokenSpan]]:
    """Return the distinct spans of `operands` in each of the ascending `doc_ids`.

    Those of a passage are in ascending order.
    """
    tokens = _tokens_of(terms, operands, doc_ids)
    parts: list[tuple[Int64Array, ...]] = [(_NONE, _NONE, _NONE)]
    words = [operand for operand in operands if isinstance(operand, ONE_TOKEN)]
    if words:  # all at once: their spans are single tokens, whichever word it is
        masks = [terms.forms_of(word).contains(tokens.form_ids) for word in words]
        starts = np.flatnonzero(reduce(np.logical_or, masks))
        parts += _spans_among(Occurrences(starts, ((starts, starts + 1),)), tokens)
    for operand in operands:
        if not isinstance(operand, ONE_TOKEN):
            among = find_occurrences_among(operand, tokens.form_ids, terms.forms_of)
            if among:
                parts += _spans_among(among, tokens)
            else:
                rows_in_segment = [
                    (row, span.start, span.end)
                    for row, spans in _rows_in_segment(terms, operand, doc_ids)
                    for span in spans
                ]
                parts.append(tuple(np.array(rows_in_segment, np.int64).reshape(-1, 3).T))
    rows, starts, ends = (np.concatenate(side) for side in zip(*parts, strict=True))
    order = np.lexsort((ends, starts, rows))
    spans = list(zip(starts[order].tolist(), ends[order].tolist(), strict=True))
    cuts = np.cumsum(np.bincount(rows, minlength=doc_ids.size)).tolist()
    return [list(dict.fromkeys(spans[low:high])) for low, high in pairwise([0, *cuts])]


def positions_in(
    terms: SegmentTerms, operand: Operand, doc_ids: DocIds
) -> tuple[Positions, Positions] | None:
    """Return the first positions and the ends of the occurrences that begin in `doc_ids`.

    The doc ids ascend. None if `find_occurrences_among` does not support the operand.
    """
    tokens = _tokens_of(terms, [operand], doc_ids)
    among = find_occurrences_among(operand, tokens.form_ids, terms.forms_of)
    if among is None:
        return None
    rows = tokens.row_of(among.starts)
    is_own = among.starts - tokens.first[rows] < tokens.n_own[rows]
    rows = rows[is_own]
    # In a row, tokens are in the order of the body, so all of them are shifted alike.
    shifts = terms.segment.body.unit_offsets[doc_ids[rows]] - tokens.first[rows]
    return among.starts[is_own] + shifts, among.last_positions[is_own] + 1 + shifts


class _PassageTokens:
    """The tokens of some passages of a stream, in a row for each passage.

    form_ids  the rows one after the other, each with the `ahead` tokens that follow its passage
              and a barrier at its end, so that no match runs into the next row
    first     the index in `form_ids` at which each row begins
    n_own     the number of tokens in each row that belong to its passage
    """

    def __init__(self, body: TokenStream, doc_ids: DocIds, ahead: int = 0) -> None:
        starts, ends = body.ranges(doc_ids)
        lengths = np.minimum(ends + ahead, body.n_positions) - starts + 1
        stops = np.cumsum(lengths)
        self.first: Int64Array = stops - lengths
        self.n_own = ends - starts
        positions = np.arange(stops[-1] if stops.size else 0)
        positions += np.repeat(starts - self.first, lengths)
        positions[stops - 1] = 0
        self.form_ids: FormIds = body.form_ids_at(positions)
        self.form_ids[stops - 1] = BARRIER

    def row_of(self, indexes: Int64Array) -> Int64Array:
        """Return the row of each of the `indexes` into `form_ids`."""
        return np.asarray(self.first.searchsorted(indexes, "right") - 1)

    def n_words_before(self, indexes: Int64Array, rows: Int64Array) -> Int64Array:
        """Return the number of words before each of the `indexes` in its row.

        Barriers are not counted. `rows` are the rows of the indexes.
        """
        n_barriers, n_before_row = (self._barriers.searchsorted(at) for at in (indexes, self.first))
        return np.asarray(indexes - self.first[rows] - (n_barriers - n_before_row[rows]))

    @cached_property
    def _barriers(self) -> Int64Array:
        return np.flatnonzero(self.form_ids == BARRIER)


def _tokens_of(terms: SegmentTerms, operands: Sequence[Operand], doc_ids: DocIds) -> _PassageTokens:
    """Return the tokens of passages, as far as an occurrence that begins in them can reach."""
    return _PassageTokens(
        terms.segment.body, doc_ids, ahead=max(map(_width, operands), default=1) - 1
    )


def _spans_among(
    occurrences: Occurrences, tokens: _PassageTokens
) -> Iterator[tuple[Int64Array, Int64Array, Int64Array]]:
    """Yield rows, starts and ends of the first, second … spans of the occurrences among `tokens`.

    Starts and ends are in words from the first of the passage.
    """
    rows = tokens.row_of(occurrences.starts)
    is_own = occurrences.starts - tokens.first[rows] < tokens.n_own[rows]
    rows = rows[is_own]
    for starts, ends in occurrences.spans:
        first = tokens.n_words_before(starts[is_own], rows)
        # The end follows the last word; there may be a barrier between, which does not count.
        yield rows, first, tokens.n_words_before(ends[is_own] - 1, rows) + 1


def _rows_among(occurrences: Occurrences, tokens: _PassageTokens) -> Iterator[Row]:
    """Return the occurrences among `tokens`."""
    parts = list(_spans_among(occurrences, tokens))
    spans = [map(Span, starts.tolist(), ends.tolist()) for _, starts, ends in parts]
    return zip(parts[0][0].tolist(), zip(*spans, strict=True), strict=True)


def _rows_in_segment(terms: SegmentTerms, operand: Operand, doc_ids: DocIds) -> Iterator[Row]:
    """Yield the occurrences in `doc_ids`, out of those in the whole segment."""
    body = terms.segment.body
    found = terms.occurrences(body, operand)
    unit_starts = body.unit_offsets
    lows = found.starts.searchsorted(unit_starts[doc_ids]).tolist()
    highs = found.starts.searchsorted(unit_starts[doc_ids + 1]).tolist()
    n_words_before = body.n_tokens_before(unit_starts[doc_ids]).tolist()
    for row, (low, high) in enumerate(zip(lows, highs, strict=True)):
        groups = [found.spans_of(number) for number in range(low, high)]
        positions: Positions = np.array(
            [at for spans in groups for span in spans for at in (span.start, span.end - 1)],
            np.int64,
        )
        # All positions of the passage at once, then two for each span again.
        words = iter((body.n_tokens_before(positions) - n_words_before[row]).tolist())
        for spans in groups:
            yield row, tuple(Span(next(words), next(words) + 1) for _ in spans)


def _width(operand: Operand) -> int:
    """Return the number of positions that an occurrence takes at most.

    This holds for the operands that `find_occurrences_among` supports.
    """
    match operand:
        case Phrase(parts, gap):
            return len(parts) * (gap + 1) - gap
        case Near(_, _, distance):
            return distance + 2
        case Alternatives(operands):
            return max(map(_width, operands), default=1)
        case _:
            return 1
