"""An operand of a query → where it stands in a stream of a segment, by arithmetic on sorted positions.

Equal to `query.match.occurrences` on the same words, for the operands that `is_native` names; the others are left to it
(`reconstruct.py`). A barrier takes a position of its own, so words in a row are positions in a row.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from excerpt.index.search.proximity import neighbours, neighbours_among, same_section
from excerpt.index.format.pair_postings import PairPostings
from excerpt.index.arrays import Array
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.term_forms import TermForms
from excerpt.model import Span
from excerpt.query.ast import Alternatives, Form, Fuzzy, Near, Operand, Pattern, Phrase, Term, Wildcard, Word

__all__ = ["ONE_WORD", "Occurrences", "as_near", "is_native", "spots", "spots_within"]

ONE_WORD = (Word, Term, Form, Wildcard, Fuzzy, Pattern)
WordSetOf = Callable[[Operand], TermForms]


class Occurrences(NamedTuple):
    """The occurrences of an operand, by where they start.

    `marks` holds for the first, second … mark of each occurrence the arrays of their first and last (exclusive)
    positions; or `rows` says for each occurrence what it marks, where that differs from one to the next.
    """

    starts: Array
    marks: tuple[tuple[Array, Array], ...] = ()
    rows: tuple[tuple[Span, ...], ...] | None = None

    @property
    def lasts(self) -> Array:
        """The position of the last word of each occurrence."""
        if self.rows is not None:
            return np.array([row[-1].end - 1 for row in self.rows], np.int64)
        return np.asarray(self.marks[-1][1] - 1)

    def row(self, number: int) -> tuple[Span, ...]:
        """The marks of one occurrence."""
        if self.rows is not None:
            return self.rows[number]
        return tuple(Span(int(starts[number]), int(ends[number])) for starts, ends in self.marks)


def _single(starts: Array, ends: Array) -> Occurrences:
    return Occurrences(starts, ((starts, ends),))


def _pairs_of(first: Array, last: Array) -> Occurrences:
    return Occurrences(first, ((first, first + 1), (last, last + 1)))


def _joined(pairs: Occurrences) -> Occurrences:
    """The same with one mark, from the first word to the last."""
    return _single(pairs.starts, pairs.marks[-1][1])


def as_near(operand: Operand) -> Near | None:
    """The two words near each other that `operand` is, or that a phrase of two words with a gap is but for its marks."""
    match operand:
        case Near() if is_native(operand):
            return operand
        case Phrase((left, right), gap) if gap and is_native(operand):
            return Near(left, right, gap, is_ordered=True)
        case _:
            return None


def is_native(operand: Operand) -> bool:
    """Whether `spots` knows `operand`."""
    match operand:
        case Alternatives(()):
            return False
        case Phrase(parts):
            return all(isinstance(part, ONE_WORD) for part in parts)
        case Near(left, right):
            return isinstance(left, ONE_WORD) and isinstance(right, ONE_WORD)
        case Alternatives(operands):
            return all(is_native(one) and not isinstance(one, Near) for one in operands)
        case _:
            return True


def spots(operand: Operand, stream: TokenStream, word_set: WordSetOf, pairs: PairPostings | None = None) -> Occurrences:
    """The occurrences of `operand` in the whole of `stream`, of which there may be lists of `pairs`."""
    match operand:
        case Phrase(parts, gap):
            near = as_near(operand)
            if near:
                return _joined(spots(near, stream, word_set))
            sets = [word_set(part) for part in parts]
            if gap == 0 or not sets:
                starts = _in_a_row(sets, stream, pairs)
                return _single(starts, starts + len(parts))
            return _minimal(*_with_gaps([one.positions(stream) for one in sets], gap, stream))
        case Near(left, right, distance, is_ordered):
            return _pairs_of(*neighbours(word_set(left), word_set(right), distance, is_ordered, stream))
        case Alternatives(operands):
            found = [spots(one, stream, word_set, pairs).marks[0] for one in operands]
            return _minimal(*(np.concatenate(side) for side in zip(*found, strict=True)))
        case _:
            starts = word_set(operand).positions(stream)
            return _single(starts, starts + 1)


def _in_a_row(sets: list[TermForms], stream: TokenStream, pairs: PairPostings | None) -> Array:
    """Where a phrase starts: the places of its rarest word or pair of words, kept where the others stand around it."""
    if not sets or not all(one.variants for one in sets):
        return np.empty(0, np.int64)
    sizes = [one.n_tokens(stream) for one in sets]
    order = sorted(range(len(sets)), key=sizes.__getitem__)
    at, pair = _rarest_pair(sets, pairs)
    if pairs and pair >= 0 and pairs.n_tokens(pair) < sizes[order[0]]:
        starts = pairs.positions(pair, stream.unit_offsets) - at
        order = [number for number in order if not at <= number <= at + 1]
    else:
        at = order.pop(0)
        starts = sets[at].positions(stream) - at
    starts = starts[starts >= 0]
    for number in order:
        starts = starts[sets[number].stand_at(stream, starts + number)]
    return starts


def _rarest_pair(sets: list[TermForms], pairs: PairPostings | None) -> tuple[int, int]:
    """Where in a phrase the rarest of its listed pairs stands, and which it is; -1 if it has none."""
    if pairs is None:
        return 0, -1
    known = [(at, pairs.pair_id(one.term, two.term)) for at, (one, two) in enumerate(pairwise(sets))]
    known = [(at, pair) for at, pair in known if pair >= 0]
    return min(known, key=lambda found: pairs.n_tokens(found[1]), default=(0, -1))


def _with_gaps(parts: list[Array], gap: int, stream: TokenStream) -> tuple[Array, Array]:
    """For each place of the last part that a chain of parts reaches, the nearest start of such a chain."""
    starts = ends = parts[0]
    for part in parts[1:]:
        before = np.searchsorted(ends, part) - 1
        later = part[before >= 0]
        before = before[before >= 0]
        is_near = later - ends[before] - 1 <= gap
        before, later = before[is_near], later[is_near]
        is_reached = same_section(ends[before], later, stream)
        starts, ends = starts[before[is_reached]], later[is_reached]
    return starts, ends + 1


def _minimal(starts: Array, ends: Array) -> Occurrences:
    """Those that have no other between their ends."""
    order = np.lexsort((-ends, starts))[::-1]  # by falling start, then rising end
    starts, ends = starts[order], ends[order]
    if not starts.size:
        return _single(starts, ends)
    nearest = np.minimum.accumulate(ends)
    is_kept = np.ones(starts.size, np.bool_)
    is_kept[1:] = ends[1:] < nearest[:-1]
    return _single(starts[is_kept][::-1], ends[is_kept][::-1])


def spots_within(operand: Operand, entries: Array, first: int, word_set: WordSetOf) -> Occurrences | None:
    """The occurrences of a word, a phrase without gaps or words near each other in the `entries` from position `first`
    on; None for anything else.

    For a few passages this reads far less than the positions of a frequent word.
    """
    match operand:
        case Phrase(parts, 0) if parts and is_native(operand):
            n = entries.size - len(parts) + 1
            fits = np.ones(max(n, 0), np.bool_)
            for number, part in enumerate(parts):
                fits &= word_set(part).holds(entries[number : number + fits.size])
            starts = np.flatnonzero(fits) + first
            return _single(starts, starts + len(parts))
        case Near(left, right, distance, is_ordered) if is_native(operand):
            places = neighbours_among(entries, word_set(left), word_set(right), distance, is_ordered)
            return _pairs_of(*(side + first for side in places))
        case Alternatives(operands) if is_native(operand):
            found = [spots_within(one, entries, first, word_set) for one in operands]
            if not all(isinstance(one, Occurrences) for one in found):
                return None
            marks = [one.marks[0] for one in found if one is not None]
            return _minimal(*(np.concatenate(side) for side in zip(*marks, strict=True)))
        case Phrase() | Near() | Alternatives():
            near = as_near(operand) if isinstance(operand, Phrase) else None
            within = spots_within(near, entries, first, word_set) if near else None
            return _joined(within) if within else None
        case _:
            starts = np.flatnonzero(word_set(operand).holds(entries)) + first
            return _single(starts, starts + 1)
