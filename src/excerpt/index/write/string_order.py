"""Strings → their sorted order, compared eight bytes at a time for all strings at once.

UTF-8 sorts as code points do, and so do eight bytes of it as one big-endian integer. Each round
sorts the strings that all rounds before left equal by their next eight bytes; few words need more
than two rounds. This takes a fifth of the time of `sorted`.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.text.arrays import PADDING
from excerpt.text.interner import first_bytes

__all__ = ["sort_strings"]

MAX_ROUNDS: Final = 8
"""Rounds after which the rest is sorted string by string: it has few strings, which are long."""
_LINE_FEED: Final = 10


def sort_strings(strings: Sequence[str]) -> tuple[Int64Array, Mask]:
    """Return the numbers of `strings` in sorted order, and where a string differs from the last.

    Equal strings keep their order. They contain neither zero bytes nor line feeds.
    """
    utf8 = "\n".join(strings).encode("utf-8", "surrogatepass")
    if not strings:
        return np.empty(0, np.int64), np.empty(0, np.bool_)
    buffer = np.frombuffer(utf8 + bytes(PADDING), np.uint8)
    ends = np.append(np.flatnonzero(buffer == _LINE_FEED), len(utf8))
    starts = np.concatenate(([0], ends[:-1] + 1))
    left = ends - starts
    keys = first_bytes(buffer, starts, left).byteswap()
    order = np.argsort(keys, kind="stable")
    is_new = np.concatenate(([True], np.diff(keys[order]) != 0))
    for n_before in range(PADDING, MAX_ROUNDS * PADDING, PADDING):
        tied = _tied(is_new)
        members = order[tied]
        if not (left[members] > n_before).any():
            return order, is_new
        keys = first_bytes(
            buffer,
            np.minimum(starts[members] + n_before, len(utf8)),
            np.maximum(left[members] - n_before, 0),
        ).byteswap()
        sorting = np.lexsort((keys, np.cumsum(is_new)[tied]))
        order[tied] = members[sorting]
        is_new[tied[1:]] |= np.diff(keys[sorting]) != 0
    _sort_one_by_one(strings, order, is_new)
    return order, is_new


def _tied(is_new: Mask) -> Int64Array:
    """Return the indices of the strings that equal a neighbour so far."""
    is_followed = np.append(~is_new[1:], False)
    return np.flatnonzero(~is_new | is_followed)


def _sort_one_by_one(strings: Sequence[str], order: Int64Array, is_new: Mask) -> None:
    """Sort the strings within each group of equal beginnings, in place."""
    bounds = np.append(np.flatnonzero(is_new), is_new.size)
    several = np.flatnonzero(np.diff(bounds) > 1)
    for start, end in zip(bounds[several].tolist(), bounds[several + 1].tolist(), strict=True):
        group = sorted(order[start:end].tolist(), key=strings.__getitem__)
        order[start:end] = group
        for rank in range(start + 1, end):
            is_new[rank] = strings[order[rank - 1]] != strings[order[rank]]
