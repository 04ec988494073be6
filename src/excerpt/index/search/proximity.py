"""Two terms near each other → where they are neighbours.

Neighbours are one occurrence of each term with neither term between them, at most a number of other
tokens and no barrier. Any pair further apart has such neighbours between its ends, so these are all
the minimal matches. They are looked for around each position of the rarer term; where both are
frequent, in one pass over the positions of both. (If only their number is needed, see
`bitmap_proximity`.)
"""

import numpy as np

from excerpt.arrays import Mask
from excerpt.index.arrays import Bits, FormIds, Positions
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.term_forms import TermForms

__all__ = ["is_dense", "neighbours", "neighbours_among", "same_section"]

Pairs = tuple[Positions, Positions]
"""The positions of the first and of the last token of each match, by ascending first."""
LOOK_COST = 20
"""The number of positions that a scan of the whole stream passes for the cost of looking at one."""
_LEFT, _RIGHT, _BARRIER = 1, 2, 4
"""Bits of the class of a token."""


def is_dense(
    left: TermForms, right: TermForms, stream: TokenStream, distance: int, *, is_ordered: bool
) -> bool:
    """Return whether a pass over the whole stream is faster than looking around the rarer term."""
    n_positions = min(left.n_tokens(stream), right.n_tokens(stream))
    n_looks = n_positions * (distance + 1) * (1 if is_ordered else 2)
    return n_looks * LOOK_COST > stream.n_positions


def neighbours(
    left: TermForms, right: TermForms, distance: int, is_ordered: bool, stream: TokenStream
) -> Pairs:
    """Return where `left` and `right` are neighbours in `stream`, within one section.

    With `is_ordered`, `left` must come first.
    """
    if is_dense(left, right, stream, distance, is_ordered=is_ordered):
        classes: Bits = np.zeros(stream.n_positions, np.uint8)
        classes[left.positions(stream)] = _LEFT
        classes[right.positions(stream)] |= _RIGHT
        classes[stream.barriers] = _BARRIER
        positions = np.flatnonzero(classes != 0)  # on bools this is much faster than on numbers
        return _neighbouring(positions, classes[positions], distance, is_ordered)
    is_left_rarer = left.n_tokens(stream) <= right.n_tokens(stream)
    rarer, other = (left, right) if is_left_rarer else (right, left)
    positions = rarer.positions(stream)
    found = []
    if is_left_rarer or not is_ordered:
        found.append(_look_around(positions, other, distance, 1, stream))
    if not (is_left_rarer and is_ordered):
        found.append(_look_around(positions, other, distance, -1, stream))
    first, last = (np.concatenate(side) for side in zip(*found, strict=True))
    if len(found) == 2:
        # A token that belongs to both sides finds a neighbour and is found by it: a duplicate.
        order = np.argsort(first, kind="stable")
        first, last = first[order], last[order]
        is_new = np.diff(first, prepend=-1) != 0
        first, last = first[is_new], last[is_new]
    return first, last


def neighbours_among(
    form_ids: FormIds, left: TermForms, right: TermForms, distance: int, is_ordered: bool
) -> Pairs:
    """Return where `left` and `right` are neighbours among `form_ids`, as indexes into these."""
    classes: Bits = left.contains(form_ids) * np.uint8(_LEFT)
    classes |= right.contains(form_ids) * np.uint8(_RIGHT)
    classes |= (form_ids == BARRIER) * np.uint8(_BARRIER)
    positions = np.flatnonzero(classes != 0)  # on bools this is much faster than on numbers
    return _neighbouring(positions, classes[positions], distance, is_ordered)


def _neighbouring(positions: Positions, classes: Bits, distance: int, is_ordered: bool) -> Pairs:
    """Return those of `positions` that make a match with the next one, and that next one.

    `classes` are those of the tokens at `positions`, which are all of any class: between two
    consecutive ones there is neither a term nor a barrier.
    """
    here, there = classes[:-1], classes[1:]
    matches = _are_of(here, there, _LEFT, _RIGHT)
    if not is_ordered:
        matches |= _are_of(here, there, _RIGHT, _LEFT)
    matches &= np.diff(positions) <= distance + 1
    at = np.flatnonzero(matches)
    return positions[at], positions[at + 1]


def _are_of(here: Bits, there: Bits, first: int, second: int) -> Mask:
    """Return where the classes `here` include `first` and those `there` include `second`."""
    return np.asarray((here & first).astype(np.bool_) & (there & second).astype(np.bool_))


def _look_around(
    positions: Positions, other: TermForms, distance: int, direction: int, stream: TokenStream
) -> Pairs:
    """Return the neighbours that each of `positions` has in one direction.

    The neighbour is the nearest `other` token after it (`direction` 1) or before it (-1).
    """
    # From far to near, so that the nearest one is written last; 0 if there is none.
    reach = np.zeros(positions.size, np.int64)
    for step in range(distance + 1, 0, -1):
        at = positions + step * direction
        is_inside = slice(None) if direction > 0 else slice(int(at.searchsorted(0)), None)
        reach[is_inside][other.occurs_at(stream, at[is_inside])] = step
    found = np.flatnonzero(reach)
    here, there = positions[found], positions[found] + reach[found] * direction
    # No other of `positions` may lie between: it would be the neighbour instead.
    following = np.clip(found + direction, 0, positions.size - 1)
    is_free = (found + direction != following) | ((positions[following] - there) * direction >= 0)
    first, last = (here, there) if direction > 0 else (there, here)
    kept = np.flatnonzero(is_free)
    first, last = first[kept], last[kept]
    together = same_section(first, last, stream)
    return first[together], last[together]


def same_section(first: Positions, last: Positions, stream: TokenStream) -> Mask:
    """Return for each pair of positions whether there is no barrier between them."""
    return np.asarray(stream.next_barrier(first) > last)
