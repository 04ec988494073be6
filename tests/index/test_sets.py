"""`excerpt.index.sets` and `excerpt.index.bitsets`: arrays and bits behave like Python's sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.arrays import Int64Array
from excerpt.index.bitsets import bits_at, count_bits, members
from excerpt.index.sets import difference, distinct, group_starts, intersection, is_member, union

N = 200
SETS = st.sets(st.integers(0, N - 1))
SIZES = st.sampled_from([0, N, N * 100])
"""No size, one for which a table of flags pays off, and one for which it does not."""


def array(numbers: set[int]) -> Int64Array:
    """Return a set as a sorted array."""
    return np.array(sorted(numbers), np.int64)


@given(SETS, SETS, SIZES)
def test_arrays_combine_like_sets(left: set[int], right: set[int], n: int) -> None:
    """Intersection, difference and union are those of sets, by search and by flags."""
    assert intersection(array(left), array(right), n).tolist() == sorted(left & right)
    assert difference(array(left), array(right), n).tolist() == sorted(left - right)
    assert union([array(left), array(right), array(set())], n).tolist() == sorted(left | right)


@given(SETS, SETS, SIZES)
def test_membership_is_that_of_sets(numbers: set[int], of: set[int], n: int) -> None:
    """Each number is a member of an array if it is one of the set."""
    expected = [number in of for number in sorted(numbers)]
    assert is_member(array(numbers), array(of), n).tolist() == expected


@given(st.lists(st.integers(0, 20)).map(sorted))
def test_repeats_are_dropped(numbers: list[int]) -> None:
    """Each distinct number of a sorted array remains once, and its first index is known."""
    ordered = np.array(numbers, np.int64)
    assert distinct(ordered).tolist() == sorted(set(numbers))
    assert group_starts(ordered).tolist() == [
        numbers.index(number) for number in sorted(set(numbers))
    ]


@given(SETS, st.lists(st.integers(0, N - 1)))
def test_bits_are_a_set(numbers: set[int], wanted: list[int]) -> None:
    """Bits return their members, the number of these, and whether any number is one."""
    flags = np.zeros(-(-N // 64) * 64, np.bool_)
    flags[array(numbers)] = True
    bits = np.packbits(flags, bitorder="little")
    assert members(bits).tolist() == sorted(numbers)
    assert count_bits(bits) == len(numbers)
    found = bits_at(bits, np.array(wanted, np.int64)).tolist()
    assert found == [number in numbers for number in wanted]
