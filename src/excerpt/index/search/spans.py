"""The terms of a query in some passages → their occurrences, and the spans of words these cover.

For the few passages that a user sees, the tokens of the passages themselves are searched: this
reads far less than all positions of the terms.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from itertools import pairwise
from typing import Final

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.engines.protocol import Occurrence, TokenSpan
from excerpt.index.arrays import DocIds, FormIds, Positions, Sizes
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.search.occurrences import (
    ONE_TOKEN,
    Occurrences,
    find_occurrences_among,
    is_flat,
)
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.model import Span
from excerpt.query.ast import Alternatives, Near, Operand, Phrase, Scope

__all__ = [
    "ScopedTerm",
    "count_separate_spans_in",
    "occurrences_in",
    "positions_in",
    "spans_in",
]

PassageSpans = tuple[int, tuple[Span, ...]]
"""An occurrence: the index of its passage, and its spans, in words from the passage's first."""
ScopedTerm = tuple[Operand, tuple[Scope, ...]]
"""A term and the scopes it is in, the outermost first (see `ast.scoped_terms`)."""
_NONE = np.empty(0, np.int64)
_ABSENT: Final = -1
"""The start of a span that an occurrence does not have."""


def occurrences_in(
    terms: SegmentTerms, scoped: Sequence[ScopedTerm], doc_ids: DocIds
) -> list[list[Occurrence]]:
    """Return the occurrences of terms that begin in each of the ascending `doc_ids`.

    Those of a passage are sorted by their spans, then by term.
    """
    scoped = _spelled(terms, scoped)
    tokens = _tokens_of(terms, scoped, doc_ids)
    found: list[list[Occurrence]] = [[] for _ in range(doc_ids.size)]
    for number, term in enumerate(scoped):
        for row, spans in _rows(_spans_of(terms, term, tokens, doc_ids)):
            found[row].append(Occurrence(number, spans))
    for of_passage in found:
        of_passage.sort(key=lambda occurrence: (occurrence.spans, occurrence.term))
    return found


def spans_in(
    terms: SegmentTerms, scoped: Sequence[ScopedTerm], doc_ids: DocIds
) -> list[list[TokenSpan]]:
    """Return the distinct spans of terms in each of the ascending `doc_ids`.

    Those of a passage are in ascending order.
    """
    rows, starts, ends = _all_spans(terms, scoped, doc_ids)
    spans = list(zip(starts.tolist(), ends.tolist(), strict=True))
    cuts = np.cumsum(np.bincount(rows, minlength=doc_ids.size)).tolist()
    return [list(dict.fromkeys(spans[low:high])) for low, high in pairwise([0, *cuts])]


def count_separate_spans_in(
    terms: SegmentTerms, scoped: Sequence[ScopedTerm], doc_ids: DocIds
) -> Sizes:
    """Return the number of spans of terms in each of the ascending `doc_ids`.

    Overlapping spans count as one.
    """
    rows, starts, ends = _all_spans(terms, scoped, doc_ids)
    # With a distance between rows, the ends seen so far can be compared in all rows at once.
    shifts = rows * (int(ends.max(initial=0)) + 1)
    furthest = np.maximum.accumulate(ends + shifts)
    is_separate = np.ones(rows.size, np.bool_)
    is_separate[1:] = (starts + shifts)[1:] >= furthest[:-1]
    return np.bincount(rows[is_separate], minlength=doc_ids.size)


def _all_spans(
    terms: SegmentTerms, scoped: Sequence[ScopedTerm], doc_ids: DocIds
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Return rows, starts and ends of the spans of all terms, sorted by these; some are equal.

    A row is the index of a passage in the ascending `doc_ids`.
    """
    scoped = _spelled(terms, scoped)
    tokens = _tokens_of(terms, scoped, doc_ids)
    parts = [(_NONE, _NONE, _NONE)]
    words = [operand for operand, scopes in scoped if isinstance(operand, ONE_TOKEN) and not scopes]
    if words:  # all at once: their spans are single tokens, whichever word it is
        masks = [terms.forms_of(word).contains(tokens.form_ids) for word in words]
        starts = np.flatnonzero(reduce(np.logical_or, masks))
        parts += _spans_among(Occurrences(starts, ((starts, starts + 1),)), tokens)
        if len(words) == len(scoped):
            return parts[-1]  # the order of the tokens is that of the rows
    for term in scoped:
        if term[1] or not isinstance(term[0], ONE_TOKEN):
            for columns in _spans_of(terms, term, tokens, doc_ids):
                is_present = columns[1] != _ABSENT
                parts.append(tuple(column[is_present] for column in columns))
    rows, starts, ends = (np.concatenate(side) for side in zip(*parts, strict=True))
    order = np.lexsort((ends, starts, rows))
    return rows[order], starts[order], ends[order]


def positions_in(
    terms: SegmentTerms, term: ScopedTerm, doc_ids: DocIds
) -> tuple[Positions, Positions]:
    """Return the first positions and the ends of the occurrences that begin in `doc_ids`.

    The doc ids ascend.
    """
    ((operand, scopes),) = _spelled(terms, [term])
    among = None
    if not scopes and terms.are_few(doc_ids):
        tokens = _tokens_of(terms, [(operand, scopes)], doc_ids)
        among = find_occurrences_among(operand, tokens.form_ids, terms.forms_of)
    if among is None:
        found = terms.occurrences_in(operand, scopes, doc_ids)
        return found.starts, found.last_positions + 1
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


def _spelled(terms: SegmentTerms, scoped: Sequence[ScopedTerm]) -> list[ScopedTerm]:
    """Return the terms with the spellings of their words in parts (see `query.spellings`)."""
    return [(terms.spelled(operand), scopes) for operand, scopes in scoped]


def _tokens_of(
    terms: SegmentTerms, scoped: Sequence[ScopedTerm], doc_ids: DocIds
) -> _PassageTokens:
    """Return the tokens of passages, as far as an occurrence that begins in them can reach.

    The terms that `_spans_of` does not look for among them are left out of account.
    """
    widths = (_width(operand) for operand, scopes in scoped if not scopes)
    return _PassageTokens(terms.segment.body, doc_ids, ahead=max(widths, default=1) - 1)


def _spans_of(
    terms: SegmentTerms, term: ScopedTerm, tokens: _PassageTokens, doc_ids: DocIds
) -> list[tuple[Int64Array, Int64Array, Int64Array]]:
    """Return rows, starts and ends of the first, second … spans of the occurrences of a term.

    Starts and ends are in words from the first of the passage; a start is `_ABSENT` for an
    occurrence with fewer spans. `tokens` are those of the passages `doc_ids`.
    """
    operand, scopes = term
    if not scopes:
        among = find_occurrences_among(operand, tokens.form_ids, terms.forms_of)
        if among:
            return list(_spans_among(among, tokens))
    found = terms.occurrences_in(operand, scopes, doc_ids)
    return list(_spans_in_segment(found, terms.segment.body, doc_ids))


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


def _spans_in_segment(
    occurrences: Occurrences, body: TokenStream, doc_ids: DocIds
) -> Iterator[tuple[Int64Array, Int64Array, Int64Array]]:
    """Yield the same for occurrences, by their positions in the body, that begin in `doc_ids`."""
    rows = doc_ids.searchsorted(body.units_at(occurrences.starts))
    n_before = body.n_tokens_before(body.unit_offsets[doc_ids])[rows]
    for starts, ends in occurrences.spans:
        first = body.n_tokens_before(starts) - n_before
        last = body.n_tokens_before(ends - 1) - n_before
        yield rows, np.where(starts < 0, _ABSENT, first), last + 1


def _rows(columns: list[tuple[Int64Array, Int64Array, Int64Array]]) -> Iterator[PassageSpans]:
    """Yield the occurrences with these spans."""
    spans = [zip(starts.tolist(), ends.tolist(), strict=True) for _, starts, ends in columns]
    for row, *of_row in zip(columns[0][0].tolist(), *spans, strict=True):
        yield row, tuple(Span(start, end) for start, end in of_row if start != _ABSENT)


def _width(operand: Operand) -> int:
    """Return the number of positions that an occurrence takes at most.

    This holds for the operands that `find_occurrences_among` supports; for others, it returns 1.
    """
    match operand:
        case _ if not is_flat(operand):
            return 1
        case Phrase(parts, gap):
            return len(parts) * (gap + 1) - gap
        case Near(_, _, distance):
            return distance + 2
        case Alternatives(operands):
            return max(map(_width, operands), default=1)
        case _:
            return 1
