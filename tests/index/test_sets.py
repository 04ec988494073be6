"""`engines.columnar.sets`: arrays do what sets do."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.arrays import Array
from excerpt.index.search.sets import difference, distinct, intersection, union

N = 200
SETS = st.sets(st.integers(0, N - 1))
SIZES = st.sampled_from([0, N, N * 100])
"""Without a size, with one that makes tables of flags pay, and with one that does not."""


def array(members: set[int]) -> Array:
    """A set as the engine keeps it."""
    return np.array(sorted(members), np.int64)


@given(SETS, SETS, SIZES)
def test_arrays_combine_as_sets(one: set[int], other: set[int], n: int) -> None:
    """Intersection, difference and union are those of sets, by search and by flags."""
    assert intersection(array(one), array(other), n).tolist() == sorted(one & other)
    assert difference(array(one), array(other), n).tolist() == sorted(one - other)
    assert union([array(one), array(other), array(set())], n).tolist() == sorted(one | other)


@given(st.lists(st.integers(0, 20)))
def test_distinct_numbers_stand_once(numbers: list[int]) -> None:
    """Repeats in an ordered array are dropped."""
    assert distinct(np.array(sorted(numbers), np.int64)).tolist() == sorted(set(numbers))
