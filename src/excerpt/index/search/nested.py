"""Operands within operands → their occurrences, by joins of arrays of all their matches.

The result equals that of `query.semantics.find_matches`: every match of an operand is tried inside
a phrase or NEAR, and the minimal matches of the whole are returned. `occurrences` has faster ways
for words, phrases of words, and words near each other.

Every match contains an occurrence of the rarest word in its operand. If that is rare, only the
tokens around its occurrences are read.
"""

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.errors import Instruction, UnsupportedQuery
from excerpt.index.arrays import Positions
from excerpt.index.format.pair_postings import PairPostings
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.search.match_table import (
    MatchTable,
    concatenate,
    expand_ranges,
    join_pairs,
    minimal,
)
from excerpt.index.search.occurrences import FormsOf, is_flat
from excerpt.index.search.visible_tokens import (
    Ranges,
    VisibleTokens,
    merge_ranges,
)
from excerpt.index.sets import search_ascending, union
from excerpt.query.ast import Alternatives, Near, NotNear, Operand, Phrase, walk

__all__ = ["RARER", "SPARSE", "Reach", "find_nested", "has_not_near", "reach_of"]

MAX_MATCHES: Final = 1 << 23
"""Matches of one operand in the tokens looked at together, before minimal ones are selected."""
RARER: Final = 8
"""Looking around the words that must not be near pays off if they are rarer by this factor."""
SPARSE: Final = 16
"""Ranges around rare words pay off if they hold at most one in 16 tokens."""
_NONE: Final = np.empty(0, np.int64)


class Reach(NamedTuple):
    """The extent of an operand, from any of its tokens.

    width    the number of positions that a match takes at most
    context  how far before and after it the words can stand that must not be near it
    """

    width: int
    context: int = 0


def reach_of(operand: Operand) -> Reach:
    """Return the extent of the matches of `operand`."""
    match operand:
        case Phrase(parts, gap):
            reaches = list(map(reach_of, parts))
            width = sum(each.width for each in reaches) + gap * max(len(parts) - 1, 0)
            return Reach(width, max((each.context for each in reaches), default=0))
        case Alternatives(operands):
            reaches = list(map(reach_of, operands))
            width = max((each.width for each in reaches), default=0)
            return Reach(width, max((each.context for each in reaches), default=0))
        case Near(left, right, distance):
            sides = reach_of(left), reach_of(right)
            width = sides[0].width + sides[1].width + distance
            return Reach(width, max(sides[0].context, sides[1].context))
        case NotNear(below, other, distance):
            inner, outer = reach_of(below), reach_of(other)
            return Reach(inner.width, max(inner.context, distance + outer.width + outer.context))
        case _:
            return Reach(1)


def has_not_near(operand: Operand) -> bool:
    """Return whether `operand` contains a NotNear, whose matches depend on the words around it."""
    return any(isinstance(node, NotNear) for node in walk(operand))


def find_nested(
    operand: Operand,
    stream: TokenStream,
    forms_of: FormsOf,
    *,
    pairs: PairPostings | None = None,
    ranges: Ranges | None = None,
    unit_starts: Positions | None = None,
) -> MatchTable:
    """Return the occurrences of `operand` in `stream`, by ascending start.

    `pairs` are the postings of pairs of frequent words in the stream, if it has any. With `ranges`,
    at least those are found whose tokens and context are within one of them. With `unit_starts`, no
    occurrence extends from one unit to another, and none sees another unit.

    Raises:
        UnsupportedQuery: if there are too many matches to examine.
    """
    if ranges is None:
        ranges = _ranges_around(operand, stream, forms_of)
    tokens = VisibleTokens(stream, forms_of, pairs, ranges, unit_starts)
    return concatenate([minimal(_matches(operand, each, is_last=True)) for each in tokens.chunks()])


def _ranges_around(operand: Operand, stream: TokenStream, forms_of: FormsOf) -> Ranges | None:
    """Return ranges that hold all matches with their context, None if they are not worth it."""
    known: dict[Operand, int] = {}

    def n_tokens(word: Operand) -> int:
        if word not in known:  # a wildcard may stand for thousands of posting lists
            known[word] = forms_of(word).n_tokens(stream)
        return known[word]

    width, context = reach_of(operand)
    reach = max(width - 1, 0) + context
    if _n_anchors(operand, n_tokens) * (2 * reach + 1) * SPARSE > stream.n_positions:
        return None
    anchors = _anchors(operand, n_tokens, lambda word: forms_of(word).positions(stream))
    starts = np.maximum(anchors - reach, 0)
    return merge_ranges(starts, np.minimum(anchors + reach + 1, stream.n_positions))


def _n_anchors(operand: Operand, n_tokens: Callable[[Operand], int]) -> int:
    """Return how many `_anchors` an operand has."""
    match operand:
        case Phrase(parts):
            return min((_n_anchors(part, n_tokens) for part in parts), default=0)
        case Near(left, right):
            return min(_n_anchors(side, n_tokens) for side in (left, right))
        case Alternatives(operands):
            return sum(_n_anchors(each, n_tokens) for each in operands)
        case NotNear(below):
            return _n_anchors(below, n_tokens)
        case _:
            return n_tokens(operand)


def _anchors(
    operand: Operand,
    n_tokens: Callable[[Operand], int],
    positions: Callable[[Operand], Positions],
) -> Positions:
    """Return the positions of the rarest word of `operand`: every match contains one of them."""
    match operand:
        case Phrase(()) | Alternatives(()):
            return _NONE
        case Phrase(parts):
            rarest = min(parts, key=lambda part: _n_anchors(part, n_tokens))
            return _anchors(rarest, n_tokens, positions)
        case Near(left, right):
            rarest = min((left, right), key=lambda side: _n_anchors(side, n_tokens))
            return _anchors(rarest, n_tokens, positions)
        case Alternatives(operands):
            found = [_anchors(each, n_tokens, positions) for each in operands]
            return union(found)
        case NotNear(below):
            return _anchors(below, n_tokens, positions)
        case _:
            return positions(operand)


# Operand, tokens → matches


def _matches(operand: Operand, tokens: VisibleTokens, *, is_last: bool = False) -> MatchTable:
    """Return all matches of `operand`, by ascending start.

    If `is_last`, some that are not minimal may be left out.
    """
    match operand:
        case Phrase(parts, 0) if tokens.has_phrases and is_flat(operand):
            starts = tokens.positions(operand)
            if parts:  # it may run from one unit into another
                starts = starts[tokens.are_together(starts, starts + (len(parts) - 1))]
            return MatchTable.of_spans(starts, starts + len(parts))
        case Phrase(parts, gap):
            return _phrase_matches([_matches(part, tokens) for part in parts], gap, tokens)
        case Near(left, right, distance, is_ordered):
            return _near_matches(
                _matches(left, tokens),
                _matches(right, tokens),
                distance,
                tokens,
                is_ordered=is_ordered,
                is_last=is_last,
            )
        case Alternatives(operands):
            found = [_matches(each, tokens, is_last=is_last) for each in operands]
            return concatenate(found).by_start()
        case NotNear(below, other, distance, relation):
            kept = minimal(_matches(below, tokens, is_last=True))
            others = _matches(other, tokens)
            is_near = _has_other(kept, others, distance, relation, tokens)
            return kept.take(~is_near)
        case _:
            starts = tokens.positions(operand)
            return MatchTable.of_spans(starts, starts + 1)


def _phrase_matches(parts: list[MatchTable], gap: int, tokens: VisibleTokens) -> MatchTable:
    """Return the sequences of one match of each part, at most `gap` tokens between neighbours."""
    if not parts:
        return MatchTable.of_spans(_NONE, _NONE)
    return reduce(
        lambda found, part: _followed_by(found, part.whole(), gap, tokens),
        parts[1:],
        parts[0].whole(),
    )


def _followed_by(
    found: MatchTable, part: MatchTable, gap: int, tokens: VisibleTokens
) -> MatchTable:
    """Return each of `found` extended by each match of `part` that follows it."""
    if found.size <= part.size:
        low = search_ascending(part.starts, found.ends)
        high = search_ascending(part.starts, found.ends + gap, "right")
        pairs = expand_ranges(low, high)
    else:  # look for what precedes each match of the part
        by_end = np.argsort(found.ends, kind="stable")
        ends = found.ends[by_end]
        low = search_ascending(ends, part.starts - gap)
        high = search_ascending(ends, part.starts, "right")
        pairs = ((by_end[at], numbers) for numbers, at in expand_ranges(low, high))
    extended = []
    for before, after in pairs:
        starts, later = found.starts[before], part.starts[after]
        is_together = tokens.are_together(starts, later)
        extended.append(MatchTable.of_spans(starts[is_together], part.ends[after][is_together]))
        _check_count(extended)
    return concatenate(extended).whole()


def _near_matches(
    left: MatchTable,
    right: MatchTable,
    distance: int,
    tokens: VisibleTokens,
    *,
    is_ordered: bool,
    is_last: bool,
) -> MatchTable:
    """Return the pairs of matches that share no token and are near enough to each other.

    If `is_last`, pairs with another match of one side between them may be left out.
    """
    if is_last and left.is_in_order and right.is_in_order:
        sides = [(left, right)] if is_ordered else [(left, right), (right, left)]
        return concatenate([_nearest(*each, distance, tokens) for each in sides])
    found = []
    for numbers, at in _near_pairs(left, right, distance, tokens, is_ordered=is_ordered):
        found.append(join_pairs(left.take(numbers), right.take(at)))
        _check_count(found)
    return concatenate(found) if is_last else concatenate(found).distinct()


def _nearest(
    first: MatchTable, second: MatchTable, distance: int, tokens: VisibleTokens
) -> MatchTable:
    """Return the pairs of a match of `first` and the next match of `second`.

    Those with another match of `first` between them are left out.
    """
    if not first.size or not second.size:
        return MatchTable(_NONE, _NONE, ((_NONE, _NONE),) * 2)
    # The last of `first` that ends before each of `second` begins.
    at = search_ascending(first.ends, second.starts, "right") - 1
    numbers = np.flatnonzero(at >= 0)
    at = at[numbers]
    is_near = second.starts[numbers] - first.ends[at] <= distance
    # Of several with the same one before them, only the first can be minimal.
    is_near[1:] &= at[1:] != at[:-1]
    before, after = first.take(at[is_near]), second.take(numbers[is_near])
    is_together = tokens.are_together(before.starts, after.starts)
    before, after = before.take(is_together), after.take(is_together)
    return MatchTable(before.starts, after.ends, (*before.columns, *after.columns))


def _near_pairs(
    left: MatchTable, right: MatchTable, distance: int, tokens: VisibleTokens, *, is_ordered: bool
) -> Iterator[tuple[Int64Array, Int64Array]]:
    """Yield pairs of matches that are near enough, by their indexes; they may share tokens."""
    is_left_rarer = left.size <= right.size
    rarer, other = (left, right) if is_left_rarer else (right, left)
    longest = int((other.ends - other.starts).max(initial=0))
    can_precede = not (is_ordered and is_left_rarer)
    can_follow = not is_ordered or is_left_rarer
    earliest = rarer.starts - distance - longest if can_precede else rarer.ends
    latest = rarer.ends + distance if can_follow else rarer.starts - 1
    low = search_ascending(other.starts, earliest)
    for numbers, at in expand_ranges(low, search_ascending(other.starts, latest, "right")):
        starts, other_starts, other_ends = rarer.starts[numbers], other.starts[at], other.ends[at]
        is_near = starts - other_ends <= distance
        if not can_follow:
            is_near &= other_ends <= starts
        is_near &= tokens.are_together(
            np.minimum(starts, other_starts), np.maximum(starts, other_starts)
        )
        pairs = numbers[is_near], at[is_near]
        yield pairs if is_left_rarer else pairs[::-1]


def _check_count(found: list[MatchTable]) -> None:
    if sum(each.size for each in found) > MAX_MATCHES:
        raise UnsupportedQuery(
            "The words of a phrase or NEAR match in too many ways.",
            Instruction("Lower the distances, or join the parts with AND."),
        )


def _has_other(
    kept: MatchTable, others: MatchTable, distance: int, relation: str, tokens: VisibleTokens
) -> Mask:
    """Return for each of `kept` whether one of `others` is near it."""
    is_near = np.zeros(kept.size, np.bool_)
    if relation != "AFTER":
        is_near |= _is_followed(kept, others, distance, tokens)
    if relation != "BEFORE":
        is_near |= _is_preceded(kept, others, distance, tokens)
    if relation == "NEAR" and not (kept.is_solid and others.is_solid):
        # One may stand between the spans of the other, too.
        for numbers, at in _near_pairs(kept, others, distance, tokens, is_ordered=False):
            is_apart = np.ones(numbers.size, np.bool_)
            for starts, ends in kept.columns:
                for other_starts, other_ends in others.columns:
                    is_apart &= (ends[numbers] <= other_starts[at]) | (
                        other_ends[at] <= starts[numbers]
                    )
            is_near[numbers[is_apart]] = True
    return is_near


def _is_followed(
    kept: MatchTable, others: MatchTable, distance: int, tokens: VisibleTokens
) -> Mask:
    """Return for each of `kept` whether one of `others` begins near its end, or after that."""
    if others.size * RARER < kept.size and kept.is_in_order:
        low = search_ascending(kept.ends, others.starts - distance)
        high = search_ascending(kept.ends, others.starts, "right")
        return _are_near(kept.size, kept.starts, others.starts, (low, high), tokens)
    at = search_ascending(others.starts, kept.ends)
    starts = np.append(others.starts, np.iinfo(np.int64).max)[at]
    is_near: Mask = starts - kept.ends <= distance
    is_near[is_near] = tokens.are_together(kept.starts[is_near], starts[is_near])
    return is_near


def _is_preceded(
    kept: MatchTable, others: MatchTable, distance: int, tokens: VisibleTokens
) -> Mask:
    """Return for each of `kept` whether one of `others` ends near its start, or before that."""
    if others.size * RARER < kept.size and kept.is_in_order:
        low = search_ascending(kept.starts, others.ends)
        high = search_ascending(kept.starts, others.ends + distance, "right")
        return _are_near(kept.size, kept.starts, others.ends - 1, (low, high), tokens)
    ends = others.ends if others.is_in_order else np.sort(others.ends)
    at = search_ascending(ends, kept.starts, "right") - 1
    nearest = np.where(at >= 0, ends[at] if ends.size else -1, np.iinfo(np.int64).min // 2)
    is_near: Mask = kept.starts - nearest <= distance
    is_near[is_near] = tokens.are_together(nearest[is_near] - 1, kept.starts[is_near])
    return is_near


def _are_near(
    n: int,
    starts: Positions,
    others: Positions,
    near: tuple[Int64Array, Int64Array],
    tokens: VisibleTokens,
) -> Mask:
    """Return for each of `n` matches whether it is near one of the positions `others`.

    The matches begin at `starts`; `near` are for each of `others` the first and the end of those
    that are near enough, if there is no boundary between them.
    """
    is_near: Mask = np.zeros(n, np.bool_)
    for numbers, at in expand_ranges(*near):
        there, here = others[numbers], starts[at]
        is_together = tokens.are_together(np.minimum(there, here), np.maximum(there, here))
        is_near[at[is_together]] = True
    return is_near
