"""`engines.columnar.sets` and the choice of the best: arrays do what sets and sorting do."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.engines.columnar.engine import _best
from excerpt.engines.columnar.sets import difference, distinct, intersection, union
from excerpt.engines.columnar.storage import Array

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


@given(st.lists(st.integers(0, 30), max_size=2000), st.integers(1, 5))
def test_the_best_are_the_best_with_their_ties(scores: list[int], wanted: int) -> None:
    """Those kept are all that score at least as much as the last that is wanted."""
    kept = _best(np.array(scores, np.float64), wanted).tolist()
    least = sorted(scores, reverse=True)[:wanted][-1:] or [0]
    assert kept == [at for at, score in enumerate(scores) if score >= least[0]]
