"""Two very frequent words → how often they are near each other, from bitmaps of positions.

Where both words are as frequent as "of", looking at each position takes longer than one pass over
two bitmaps, 64 positions in an operation (see `index.read.position_bitmaps`). For rarer words,
`index.search.proximity` looks around each position of the rarer one, which is faster.
"""

from typing import Final

import numpy as np

from excerpt.index.arrays import Bits, UnitIds, WeightedFrequencies
from excerpt.index.read.position_bitmaps import PositionBitmaps
from excerpt.index.read.term_forms import TermForms

__all__ = ["MAX_DISTANCE", "near_frequencies"]

MAX_DISTANCE: Final = 62
"""The greatest distance that `near_frequencies` allows: with the second word, what it looks at
stays within the next 64 positions."""
_BLOCK = 12_000
"""Elements of 64 positions handled at a time, so that they stay in the processor's cache."""


def near_frequencies(
    bitmaps: PositionBitmaps,
    left: TermForms,
    right: TermForms,
    distance: int,
    *,
    is_ordered: bool,
) -> tuple[UnitIds, WeightedFrequencies]:
    """Return the units in which `left` and `right` begin to be near each other, and how often.

    Two occurrences are near each other if there is neither a barrier nor another occurrence of
    either side between them, and at most `distance` tokens. The frequencies are float64.
    """
    sides = bitmaps.of(left), bitmaps.of(right), bitmaps.barriers
    elements, masks = bitmaps.unit_starts
    # The number of pairs before the start of each unit. Since touching new memory costs more than
    # the arithmetic, it is uint32; where it overflows, differences are still right (modulo 2**32).
    n_before = np.empty(elements.size, np.uint32)
    n_found = 0
    n = sides[0].size - 1
    for first in range(0, n, _BLOCK):
        last = min(first + _BLOCK, n)
        begins = _pair_starts([side[first : last + 1] for side in sides], distance + 1, is_ordered)
        counts = np.cumsum(np.bitwise_count(begins), dtype=np.uint32)
        low, high = elements.searchsorted((first, last)).tolist()
        at = elements[low:high] - first
        from_here_on = np.bitwise_count(begins[at] & masks[low:high])
        n_before[low:high] = counts[at] - from_here_on + np.uint32(n_found)
        n_found += int(counts[-1])
    frequencies = np.diff(n_before)
    units = np.flatnonzero(frequencies != 0)  # on bools this is much faster than on numbers
    return units, frequencies[units].astype(np.float64)


def _pair_starts(bits: list[Bits], reach: int, is_ordered: bool) -> Bits:
    """Return a bit for each position, without the last 64, that is set where a pair begins.

    A pair is an occurrence of one side whose next neighbour, at most `reach` positions ahead, is
    one of the other side. `bits` are those of the left side, of the right side and of the barriers.

    Invariant of the loop: with `covered` positions looked at, starting from a position itself, the
    bit of a side says whether the first occurrence of anything there is one of that side; the bit
    of `free` says that nothing occurs there. As in a prefix sum by doubling, each step joins two
    stretches of equal length, so the number of steps is logarithmic in `reach`.
    """
    left, right, barriers = bits
    free = ~(left | right | barriers)
    sides = [right.copy()] if is_ordered else [right.copy(), left.copy()]
    covered = 1
    while covered < reach:
        step = min(covered, reach - covered)
        for side in sides:
            ahead = _shifted(side, step)
            ahead &= free
            np.bitwise_or(side, ahead, out=side)
        covered += step
        if covered < reach:
            free &= _shifted(free, step)
    begins = _shifted(sides[0], 1)
    begins &= left
    if not is_ordered:
        ahead = _shifted(sides[1], 1)
        ahead &= right
        begins |= ahead
    return begins[:-1]


def _shifted(bits: Bits, step: int) -> Bits:
    """Return at each position the bit that is `step` (1 to 63) positions ahead."""
    moved: Bits = bits >> np.uint64(step)
    moved[:-1] |= bits[1:] << np.uint64(64 - step)
    return moved
