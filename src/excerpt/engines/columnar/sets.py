"""Sets of passages (or positions) as sorted arrays without repeats, and what is done with them."""

import numpy as np

from excerpt.engines.columnar.storage import Array

__all__ = ["difference", "distinct", "intersection", "is_member", "union"]


def is_member(needles: Array, stack: Array) -> Array:
    """For each of the sorted `needles` whether it is in the set `stack`."""
    if not stack.size:
        return np.zeros(needles.size, np.bool_)
    found = np.searchsorted(stack, needles)
    found[found == stack.size] = 0
    return np.asarray(stack[found] == needles)


def intersection(one: Array, other: Array) -> Array:
    """What is in both sets."""
    if one.size > other.size:
        one, other = other, one
    return one[is_member(one, other)]


def difference(one: Array, other: Array) -> Array:
    """What is in `one` and not in `other`."""
    return one[~is_member(one, other)]


def union(parts: list[Array]) -> Array:
    """What is in any of the sets `parts`."""
    parts = [part for part in parts if part.size]
    if not parts:
        return np.empty(0, np.int64)
    if len(parts) == 1:
        return parts[0]
    return distinct(np.sort(np.concatenate(parts), kind="stable"))  # merges runs that are in order already


def distinct(ordered: Array) -> Array:
    """The set of the numbers that are `ordered`, each once."""
    is_new = np.ones(ordered.size, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return ordered[is_new]
