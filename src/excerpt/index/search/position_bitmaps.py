"""Where very frequent words stand in a stream, one bit for each position → how often they are near each other, by unit.

Positions of words as frequent as "of" are millions; as bits they are an eighth of a byte each, 64 in one operation. Bits
are made by one look through the word column and kept for later queries, up to so many bytes. What is far rarer is found
faster around its own positions (see `near.py`).
"""

from functools import cached_property

import numpy as np

from excerpt.index.arrays import Array
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.term_forms import TermForms
from excerpt.memory import BoundedCache

__all__ = ["FARTHEST", "Bitmaps", "near_counts"]

FARTHEST = 62
"""The greatest distance that `near_counts` knows: with the next word it stays within the next 64 bits."""
_BLOCK = 1 << 17
"""Positions looked through at a time, so that what is made of them stays in the cache; a multiple of 64."""
_WORDS = 12_000
"""The same, 64 positions each."""
_LISTED = 40
"""DocumentTokens so many positions costs as much as comparing one entry of the word column."""
_BARRIERS = TermForms((), np.array([BARRIER]), np.array([BARRIER + 1]), is_partial=True)


class Bitmaps:
    """The bits of words in the `stream` of the segment with this number; `cache` holds recent ones."""

    def __init__(
        self, stream: TokenStream, segment: int, cache: BoundedCache[tuple[int, bytes, bytes], Array]
    ) -> None:
        self.stream = stream
        self._segment = segment
        self._cache = cache

    def of(self, words: TermForms) -> Array:
        """A bit for each position, the first of 64 the least, set where one of `words` stands (uint64); 64 or more
        that are not set follow."""
        key = (self._segment, words.low.tobytes(), words.high.tobytes())
        bits = self._cache.get(key)
        if bits is None:
            bits = self._made(words)
            self._cache.put(key, bits)
        return bits

    @property
    def barriers(self) -> Array:
        """The bits of the barriers."""
        return self.of(_BARRIERS)

    @cached_property
    def unit_starts(self) -> tuple[Array, Array]:
        """The number among the bits of the 64 with the start of each unit, and the mask of those from there on."""
        starts = self.stream.unit_offsets
        return starts >> 6, ~np.uint64(0) << (starts & 63).astype(np.uint64)

    def _made(self, words: TermForms) -> Array:
        n = self.stream.n_positions
        bits = np.zeros((n // 64 + 2) * 8, np.uint8)
        n_listed = words.n_tokens(self.stream)
        is_listed = not words.is_partial and n_listed * _LISTED < n * words.low.size
        positions = words.positions(self.stream) if is_listed else np.empty(0, np.int64)
        for first in range(0, n, _BLOCK):
            last = min(first + _BLOCK, n)
            if is_listed:
                low, high = positions.searchsorted((first, last))
                here = np.zeros(last - first, np.bool_)
                here[positions[low:high] - first] = True
            else:
                here = words.stand(self.stream, first, last)
            packed = np.packbits(here, bitorder="little")
            bits[first // 8 : first // 8 + packed.size] = packed
        return bits.view("<u8")


def near_counts(
    bitmaps: Bitmaps, left: TermForms, right: TermForms, distance: int, *, is_ordered: bool
) -> tuple[Array, Array]:
    """The units in which `left` and `right` begin to be near each other, ascending, and how often (float64).

    Near are neighbours, one of each side, with at most `distance` words and no barrier between.
    """
    sides = bitmaps.of(left), bitmaps.of(right), bitmaps.barriers
    words, masks = bitmaps.unit_starts
    # Of 32 bits, for to touch new memory costs more than the arithmetic; where they overflow, differences do not.
    before = np.empty(words.size, np.uint32)
    n_found = 0
    n = sides[0].size - 1
    for first in range(0, n, _WORDS):
        last = min(first + _WORDS, n)
        near = _near([side[first : last + 1] for side in sides], distance + 1, is_ordered)
        counts = np.cumsum(np.bitwise_count(near), dtype=np.uint32)
        low, high = words.searchsorted((first, last)).tolist()
        at = words[low:high] - first
        from_here_on = np.bitwise_count(near[at] & masks[low:high])
        before[low:high] = counts[at] - from_here_on + np.uint32(n_found)
        n_found += int(counts[-1])
    counts = np.diff(before)
    units = np.flatnonzero(counts != 0)  # much faster than of numbers
    return units, counts[units].astype(np.float64)


def _near(bits: list[Array], reach: int, is_ordered: bool) -> Array:
    """A bit for each place, but for the last 64, where one side has the other as the next within `reach` places.

    `bits` are those of the left side, of the right, and of the barriers.

    After each step, a bit says whether the nearest word of either side, from its place on and within twice as many
    places as before, is one of the right side, of the left, or whether there is nothing that ends the search.
    """
    left, right, barriers = bits
    free = ~(left | right | barriers)
    sides = [right.copy()] if is_ordered else [right.copy(), left.copy()]
    covered = 1
    while covered < reach:
        step = min(covered, reach - covered)
        for side in sides:
            ahead = _ahead(side, step)
            ahead &= free
            np.bitwise_or(side, ahead, out=side)
        covered += step
        if covered < reach:
            free &= _ahead(free, step)
    found = _ahead(sides[0], 1)
    found &= left
    if not is_ordered:
        ahead = _ahead(sides[1], 1)
        ahead &= right
        found |= ahead
    return found[:-1]


def _ahead(bits: Array, step: int) -> Array:
    """What stands `step` (1 to 63) places further on, at each place."""
    moved: Array = bits >> np.uint64(step)
    moved[:-1] |= bits[1:] << np.uint64(64 - step)
    return moved
