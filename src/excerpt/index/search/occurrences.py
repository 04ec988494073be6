"""An operand of a query → its occurrences in a token stream, by arithmetic on sorted positions.

The result equals that of `query.semantics.find_matches` on the same tokens, for the operands for
which `is_flat` returns True. The others are those of `nested`.

A barrier between sections takes a position of its own, so consecutive positions without a barrier
are consecutive words, and no phrase matches across a barrier.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from excerpt.arrays import Mask
from excerpt.index.arrays import FormIds, Positions
from excerpt.index.format.pair_postings import PairPostings
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.term_forms import TermForms
from excerpt.index.search.proximity import neighbours, neighbours_among, same_section
from excerpt.index.sets import union
from excerpt.query.ast import (
    Alternatives,
    AsTyped,
    Form,
    Fuzzy,
    Joined,
    Near,
    NotNear,
    Operand,
    Pattern,
    Phrase,
    Term,
    Wildcard,
    Word,
)

__all__ = [
    "ONE_TOKEN",
    "FormsOf",
    "Occurrences",
    "as_near",
    "find_occurrences",
    "find_occurrences_among",
    "is_flat",
]

ONE_TOKEN = (Word, Term, Form, Wildcard, Fuzzy, Pattern, Joined, AsTyped)
"""The operands whose occurrences are single tokens."""
FormsOf = Callable[[Operand], TermForms]
"""Returns the forms in the segment that one of `ONE_TOKEN` stands for."""


class Occurrences(NamedTuple):
    """The occurrences of an operand, by ascending start.

    starts  the position of the first token of each
    spans   for the first, second … span of each, the arrays of their starts and ends, which are
            -1 for an occurrence with fewer spans
    """

    starts: Positions
    spans: tuple[tuple[Positions, Positions], ...]

    @property
    def last_positions(self) -> Positions:
        """The position of the last token of each occurrence."""
        return reduce(np.maximum, (ends for _, ends in self.spans)) - 1

    def take(self, is_wanted: Mask) -> "Occurrences":
        """Return the occurrences that are selected."""
        spans = tuple((starts[is_wanted], ends[is_wanted]) for starts, ends in self.spans)
        return Occurrences(self.starts[is_wanted], spans)


def _of_spans(starts: Positions, ends: Positions) -> Occurrences:
    """Return occurrences of one span each."""
    return Occurrences(starts, ((starts, ends),))


def _of_pairs(first: Positions, last: Positions) -> Occurrences:
    """Return occurrences of two spans each, of one token."""
    return Occurrences(first, ((first, first + 1), (last, last + 1)))


def _merge_spans(pairs: Occurrences) -> Occurrences:
    """Return the same with one span each, from the first token to the last."""
    return _of_spans(pairs.starts, pairs.spans[-1][1])


def as_near(operand: Operand) -> Near | None:
    """Return a native NEAR with the same occurrences as `operand`, None if there is none.

    A phrase of two words with a gap is such a NEAR, apart from its spans.
    """
    match operand:
        case Near() if is_flat(operand):
            return operand
        case Phrase((left, right), gap) if gap and is_flat(operand):
            return Near(left, right, gap, is_ordered=True)
        case _:
            return None


def is_flat(operand: Operand) -> bool:
    """Return whether `find_occurrences` supports `operand`."""
    match operand:
        case Alternatives(()) | NotNear():
            return False
        case Phrase(parts):
            return all(isinstance(part, ONE_TOKEN) for part in parts)
        case Near(left, right):
            return isinstance(left, ONE_TOKEN) and isinstance(right, ONE_TOKEN)
        case Alternatives(operands):
            return all(is_flat(each) and not isinstance(each, Near) for each in operands)
        case _:
            return True


def find_occurrences(
    operand: Operand, stream: TokenStream, forms_of: FormsOf, pairs: PairPostings | None = None
) -> Occurrences:
    """Return the occurrences of `operand` in the whole of `stream`.

    `pairs` are the postings of pairs of frequent words in the stream, if it has any.
    """
    match operand:
        case Phrase(parts, gap):
            near = as_near(operand)
            if near:
                return _merge_spans(find_occurrences(near, stream, forms_of))
            forms = [forms_of(part) for part in parts]
            if gap == 0 or not forms:
                starts = _phrase_starts(forms, stream, pairs)
                return _of_spans(starts, starts + len(parts))
            return _minimal(*_chains([each.positions(stream) for each in forms], gap, stream))
        case Near(left, right, distance, is_ordered):
            return _of_pairs(
                *neighbours(forms_of(left), forms_of(right), distance, is_ordered, stream)
            )
        case Alternatives(operands):
            found = [find_occurrences(each, stream, forms_of, pairs) for each in operands]
            return _minimal_of(found)
        case _:
            starts = forms_of(operand).positions(stream)
            return _of_spans(starts, starts + 1)


def _phrase_starts(
    forms: Sequence[TermForms], stream: TokenStream, pairs: PairPostings | None
) -> Positions:
    """Return where consecutive tokens of `forms` begin.

    Candidates are the positions of the rarest word, or of a listed pair that is rarer still. The
    other words, from rare to frequent, are looked up at their distance from each candidate.
    """
    if not forms or not all(each.group_ids for each in forms):
        return np.empty(0, np.int64)
    sizes = [each.n_tokens(stream) for each in forms]
    order = sorted(range(len(forms)), key=sizes.__getitem__)
    index, pair = _rarest_pair(forms, pairs)
    if pairs and pair >= 0 and pairs.n_tokens(pair) < sizes[order[0]]:
        starts = pairs.positions(pair, stream.unit_offsets) - index
        order = [other for other in order if not index <= other <= index + 1]
    else:
        index = order.pop(0)
        starts = forms[index].positions(stream) - index
    starts = starts[starts >= 0]
    for other in order:
        starts = starts[forms[other].occurs_at(stream, starts + other)]
    return starts


def _rarest_pair(forms: Sequence[TermForms], pairs: PairPostings | None) -> tuple[int, int]:
    """Return the index in a phrase of its rarest listed pair of words, and the id of the pair.

    The id is -1 if no pair is listed.
    """
    if pairs is None:
        return 0, -1
    ids = [pairs.pair_id(left.term_id, right.term_id) for left, right in pairwise(forms)]
    listed = [(index, pair) for index, pair in enumerate(ids) if pair >= 0]
    return min(listed, key=lambda each: pairs.n_tokens(each[1]), default=(0, -1))


def _chains(
    parts: Sequence[Positions], gap: int, stream: TokenStream
) -> tuple[Positions, Positions]:
    """Return the start and end of the shortest chain of all parts to each position of the last.

    In a chain, each part has at most `gap` tokens and no barrier between it and the next.
    """
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


def _minimal(starts: Positions, ends: Positions) -> Occurrences:
    """Return the spans that contain no other of them."""
    if not starts.size:
        return _of_spans(starts, ends)
    # By descending start, then ascending end. The stable sort merges sorted stretches.
    widths = ends - starts
    most = int(widths.max())
    order = np.argsort(starts * (most + 1) + (most - widths), kind="stable")[::-1]
    starts, ends = starts[order], ends[order]
    # All spans before one in this order begin at its start or later: it contains one of them
    # unless it ends before all of them.
    nearest = np.minimum.accumulate(ends)
    is_kept = np.ones(starts.size, np.bool_)
    is_kept[1:] = ends[1:] < nearest[:-1]
    return _of_spans(starts[is_kept][::-1], ends[is_kept][::-1])


def _minimal_of(alternatives: Sequence[Occurrences]) -> Occurrences:
    """Return the minimal spans of all `alternatives`, which have one span for each occurrence."""
    words: list[Positions] = []
    longer: list[tuple[Positions, Positions]] = []
    for starts, ends in (each.spans[0] for each in alternatives):
        if bool((ends - starts == 1).all()):
            words.append(starts)
        else:
            longer.append((starts, ends))
    single = union(words)
    if not longer:
        return _of_spans(single, single + 1)
    _, ((starts, ends),) = _minimal(*(np.concatenate(side) for side in zip(*longer, strict=True)))
    # A word may occur a million times, its spellings in parts rarely: words are not sorted again.
    at = single.searchsorted(starts)
    has_word = np.append(single, np.iinfo(np.int64).max)[at] < ends
    at, starts, ends = at[~has_word], starts[~has_word], ends[~has_word]
    return _of_spans(np.insert(single, at, starts), np.insert(single + 1, at, ends))


def find_occurrences_among(
    operand: Operand, form_ids: FormIds, forms_of: FormsOf
) -> Occurrences | None:
    """Return the occurrences of `operand` among `form_ids`, by indexes into these.

    None if it is neither a word, nor a phrase without gaps, nor two words near each other, nor
    alternatives of these. For a few passages this reads far less than the positions of a frequent
    word in the whole stream.
    """
    match operand:
        case Phrase(parts, 0) if parts and is_flat(operand):
            n = max(form_ids.size - len(parts) + 1, 0)
            matches = np.ones(n, np.bool_)
            for index, part in enumerate(parts):
                matches &= forms_of(part).contains(form_ids[index : index + n])
            starts = np.flatnonzero(matches)
            return _of_spans(starts, starts + len(parts))
        case Near(left, right, distance, is_ordered) if is_flat(operand):
            sides = forms_of(left), forms_of(right)
            return _of_pairs(*neighbours_among(form_ids, *sides, distance, is_ordered))
        case Alternatives(operands) if is_flat(operand):
            found = [find_occurrences_among(each, form_ids, forms_of) for each in operands]
            supported = [each for each in found if each is not None]
            return _minimal_of(supported) if len(supported) == len(found) else None
        case Phrase() | Near() | NotNear() | Alternatives():
            near = as_near(operand) if isinstance(operand, Phrase) else None
            pairs = find_occurrences_among(near, form_ids, forms_of) if near else None
            return _merge_spans(pairs) if pairs else None
        case _:
            starts = np.flatnonzero(forms_of(operand).contains(form_ids))
            return _of_spans(starts, starts + 1)
