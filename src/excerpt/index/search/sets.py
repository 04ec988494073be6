"""Sets of passages (or positions) as sorted arrays without repeats, and what is done with them.

Small sets are searched and merged; large ones, where `n` (more than any member) is given, go through a table of flags.
"""

from typing import Final

import numpy as np

from excerpt.index.arrays import Array

__all__ = ["difference", "distinct", "intersection", "is_member", "runs", "union"]

_DENSE: Final = 16
"""A table of flags pays where at least one in so many is a member."""


def is_member(needles: Array, stack: Array, n: int = 0) -> Array:
    """For each of the sorted `needles` whether it is in the set `stack`."""
    if not stack.size:
        return np.zeros(needles.size, np.bool_)
    if needles.size * _DENSE > n > 0:
        flags = np.zeros(n, np.bool_)
        flags[stack] = True
        return flags[needles]
    found = np.searchsorted(stack, needles)
    found[found == stack.size] = 0
    return np.asarray(stack[found] == needles)


def intersection(one: Array, other: Array, n: int = 0) -> Array:
    """What is in both sets."""
    if one.size > other.size:
        one, other = other, one
    return one[is_member(one, other, n)]


def difference(one: Array, other: Array, n: int = 0) -> Array:
    """What is in `one` and not in `other`."""
    return one[~is_member(one, other, n)]


def union(parts: list[Array], n: int = 0) -> Array:
    """What is in any of the sets `parts`."""
    parts = [part for part in parts if part.size]
    if not parts:
        return np.empty(0, np.int64)
    if len(parts) == 1:
        return parts[0]
    if sum(part.size for part in parts) * _DENSE > n > 0:
        flags = np.zeros(n, np.bool_)
        for part in parts:
            flags[part] = True
        return np.flatnonzero(flags)
    return distinct(np.sort(np.concatenate(parts), kind="stable"))  # merges runs that are in order already


def distinct(ordered: Array) -> Array:
    """The set of the numbers that are `ordered`, each once."""
    return ordered[_is_new(ordered)]


def runs(ordered: Array) -> Array:
    """Where each number stands first among those that are `ordered`."""
    return np.flatnonzero(_is_new(ordered))


def _is_new(ordered: Array) -> Array:
    is_new = np.ones(ordered.size, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return is_new
