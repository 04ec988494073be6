"""`index.format.postings`: units, frequencies and positions are read as they were added."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.postings import PostingLists, PostingsEncoder
from excerpt.storage.columns import Column, Columns
from stored import check_damage, stored

Lists = list[list[int]]
"""For each list the positions of its tokens, ascending."""
SIZES = (1, 3, 0, 2, 40, 1)
"""The sizes of the first units; more of one position each follow."""


def lists_of_positions(n_positions: int) -> st.SearchStrategy[Lists]:
    """Generate lists of distinct positions."""
    positions = st.lists(st.integers(0, n_positions - 1), unique=True, max_size=30).map(sorted)
    return st.lists(positions, max_size=6)


def offsets_of(n_units: int) -> list[int]:
    """Return the first position of each of `n_units` units, and the end of the last."""
    sizes = [*SIZES, *[1] * n_units][:n_units]
    return list(accumulate(sizes, initial=0))


def unit_at(position: int, offsets: list[int]) -> int:
    """Return the unit of a position."""
    return max(unit for unit, start in enumerate(offsets[:-1]) if start <= position)


def encoded(
    lists: Lists, offsets: list[int], at_once: int = 2, *, has_offsets: bool = True
) -> list[Column]:
    """Encode `lists` as the columns "x", `at_once` at a time."""
    starts = np.array(offsets)
    encoder = PostingsEncoder(starts.size - 1, has_offsets=has_offsets)
    for first in range(0, len(lists), at_once):
        part = lists[first : first + at_once]
        n_tokens = np.array([len(positions) for positions in part])
        positions = np.array([position for positions in part for position in positions], np.int64)
        units = np.searchsorted(starts, positions, side="right") - 1
        list_ids = np.repeat(np.arange(len(part)), n_tokens)
        encoder.add(list_ids, units, positions - starts[units], n_tokens)
    return list(encoder.columns("x"))


def check_lists(read: Columns, lists: Lists, offsets: list[int]) -> None:
    """Assert that every method gives what `lists` say."""
    postings = PostingLists(read, "x", len(offsets) - 1)
    assert postings.n == len(lists)
    for number, positions in enumerate(lists):
        units = [unit_at(position, offsets) for position in positions]
        distinct = sorted(set(units))
        frequencies = [units.count(unit) for unit in distinct]
        found, found_frequencies = postings.postings(number)
        assert postings.n_tokens(number) == len(positions)
        assert postings.units(number).tolist() == found.tolist() == distinct
        if found_frequencies is None:
            assert frequencies == [1] * len(distinct)
        else:
            assert found_frequencies.tolist() == frequencies
        assert postings.positions(number, np.array(offsets)).tolist() == positions


@given(lists_of_positions(60), st.integers(1, 4))
def test_lists_are_read_back(lists: Lists, at_once: int) -> None:
    """However many lists are added at a time, and however many units have no position."""
    offsets = offsets_of(30)
    lists = [[position for position in each if position < offsets[-1]] for each in lists]
    check_lists(stored(encoded(lists, offsets, at_once)), lists, offsets)


@pytest.mark.parametrize("n_units", [30, 5000, 140_000])
def test_lists_of_any_density_are_read_back(n_units: int) -> None:
    """Gaps of 8 and 16 bits, exceptions to both, and units as they are."""
    offsets = offsets_of(n_units)
    end = offsets[-1]
    lists = [
        list(range(0, end, 3)),
        [],
        [0, end - 1],
        list(range(0, end, 1500)),
        [*range(end // 2), end - 1],
    ]
    starts = np.array(offsets)
    columns = stored(encoded(lists, offsets))
    postings = PostingLists(columns, "x", n_units)
    for number, positions in enumerate(lists):
        assert postings.positions(number, starts).tolist() == positions


@given(lists_of_positions(40))
def test_tokens_of_consecutive_lists_add_up(lists: Lists) -> None:
    """The number of tokens between two lists is the sum over the lists between them."""
    offsets = offsets_of(12)
    lists = [[position for position in each if position < offsets[-1]] for each in lists]
    postings = PostingLists(stored(encoded(lists, offsets)), "x", 12)
    first, last = np.triu_indices(len(lists) + 1)
    expected = [sum(map(len, lists[low:high])) for low, high in zip(first, last, strict=True)]
    assert postings.n_tokens_between(first, last).tolist() == expected


def test_lists_without_offsets_have_units_only() -> None:
    """There is no column of offsets, and units and frequencies are the same."""
    offsets = offsets_of(12)
    columns = encoded([[1, 2, 4], [5]], offsets, has_offsets=False)
    assert not [name for name, _ in columns if name.startswith("x.offsets")]
    units, frequencies = PostingLists(stored(columns), "x", 12).postings(0)
    assert units.tolist() == [1, 3]
    assert frequencies is not None
    assert frequencies.tolist() == [2, 1]


def test_a_damaged_list_is_noticed() -> None:
    """Damage raises IndexDamaged or changes nothing that is read."""
    offsets = offsets_of(2000)
    lists = [list(range(0, 2000, 2)), [3, 1900], [5], list(range(100))]
    starts = np.array(offsets)

    def read(columns: Columns) -> list[object]:
        postings = PostingLists(columns, "x", 2000)
        return [postings.positions(number, starts).tolist() for number in range(len(lists))]

    check_damage(encoded(lists, offsets), read)
