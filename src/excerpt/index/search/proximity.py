"""Two words near each other → where they are: neighbours, one of each side, with few enough words between.

Whatever lies further apart has such neighbours between its ends, so these are all the minimal matches. They are looked
for around the rarer word; where both are frequent, in one pass over the positions of both.
"""

import numpy as np

from excerpt.index.arrays import Array
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.term_forms import TermForms

__all__ = ["is_dense", "neighbours", "neighbours_among", "same_section"]

Ends = tuple[Array, Array]
"""The positions of the first and the last word of each match, by rising first."""
LOOK = 20
"""Looking at one position costs as much as passing over so many, from one end of the stream to the other."""


def is_dense(left: TermForms, right: TermForms, stream: TokenStream, distance: int, *, is_ordered: bool) -> bool:
    """Whether it pays to pass over the whole `stream` rather than to look around the rarer side."""
    n_looks = min(left.n_tokens(stream), right.n_tokens(stream)) * (distance + 1) * (1 if is_ordered else 2)
    return n_looks * LOOK > stream.n_positions


def neighbours(left: TermForms, right: TermForms, distance: int, is_ordered: bool, stream: TokenStream) -> Ends:
    """Where `left` and `right` are neighbours in `stream`, within one section."""
    if is_dense(left, right, stream, distance, is_ordered=is_ordered):
        classes = np.zeros(stream.n_positions, np.uint8)
        classes[left.positions(stream)] = _LEFT
        classes[right.positions(stream)] |= _RIGHT
        classes[stream.barriers] = _NEITHER
        places = np.flatnonzero(classes != 0)  # much faster than of numbers
        return _fitting(places, classes[places], distance, is_ordered)
    is_left_rarer = left.n_tokens(stream) <= right.n_tokens(stream)
    rarer, other = (left, right) if is_left_rarer else (right, left)
    positions = rarer.positions(stream)
    found = []
    if is_left_rarer or not is_ordered:
        found.append(_around(positions, other, distance, 1, stream))
    if not (is_left_rarer and is_ordered):
        found.append(_around(positions, other, distance, -1, stream))
    first, last = (np.concatenate(side) for side in zip(*found, strict=True))
    if len(found) == 2:  # a word of both sides sees, and is seen
        order = np.argsort(first, kind="stable")
        first, last = first[order], last[order]
        is_new = np.diff(first, prepend=-1) != 0
        first, last = first[is_new], last[is_new]
    return first, last


_LEFT, _RIGHT, _NEITHER = 1, 2, 4


def neighbours_among(entries: Array, left: TermForms, right: TermForms, distance: int, is_ordered: bool) -> Ends:
    """The same in some `entries`, by their numbers."""
    classes = left.holds(entries) * np.uint8(_LEFT)
    classes |= right.holds(entries) * np.uint8(_RIGHT)
    classes |= (entries == BARRIER) * np.uint8(_NEITHER)
    places = np.flatnonzero(classes != 0)  # much faster than of numbers
    return _fitting(places, classes[places], distance, is_ordered)


def _fitting(places: Array, classes: Array, distance: int, is_ordered: bool) -> Ends:
    """Those of the `places` and the next that are one of each side, and near."""
    here, there = classes[:-1], classes[1:]
    fits = _are(here, there, _LEFT, _RIGHT)
    if not is_ordered:
        fits |= _are(here, there, _RIGHT, _LEFT)
    fits &= np.diff(places) <= distance + 1
    at = np.flatnonzero(fits)
    return places[at], places[at + 1]


def _are(here: Array, there: Array, first: int, second: int) -> Array:
    return np.asarray((here & first).astype(np.bool_) & (there & second).astype(np.bool_))


def _around(positions: Array, other: TermForms, distance: int, way: int, stream: TokenStream) -> Ends:
    """The nearest `other` word after (`way` 1) or before (-1) each of the `positions`, where it is their neighbour."""
    reach = np.zeros(positions.size, np.int64)
    for step in range(distance + 1, 0, -1):
        at = positions + step * way
        is_inside = slice(None) if way > 0 else slice(int(at.searchsorted(0)), None)
        reach[is_inside][other.stand_at(stream, at[is_inside])] = step
    seen = np.flatnonzero(reach)
    here, there = positions[seen], positions[seen] + reach[seen] * way
    following = np.clip(seen + way, 0, positions.size - 1)
    is_free = (seen + way != following) | ((positions[following] - there) * way >= 0)
    first, last = (here, there) if way > 0 else (there, here)
    kept = np.flatnonzero(is_free)
    first, last = first[kept], last[kept]
    together = same_section(first, last, stream)
    return first[together], last[together]


def same_section(first: Array, last: Array, stream: TokenStream) -> Array:
    """For each of the positions `first` whether there is no barrier between it and the one of `last`."""
    return np.asarray(stream.next_barrier(first) > last)
