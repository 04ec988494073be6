"""Positions by list: however many are sorted and put together at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format import form_ids
from excerpt.index.format.form_ids import RARE, PackedFormIds
from excerpt.index.write import inverter
from excerpt.index.write.inverter import Inverter, Units, together

NONE = 5
LISTED = st.lists(st.lists(st.integers(0, NONE), max_size=20), max_size=5)


@given(LISTED, st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_each_list_has_its_positions_in_order(
    parts: list[list[int]], batch: int, at_once: int, most: int
) -> None:
    """Whatever the sizes of parts, batches and ranges, and however many lists are inverted together, each has the
    positions at which it stands, ascending."""
    listed = [number for part in parts for number in part]
    tokens = [listed.count(number) for number in range(NONE)]
    found, counted = list[tuple[int, int]](), list[int]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverter, "_BATCH", batch)
        patch.setattr(inverter, "_RANGE", at_once)
        patch.setattr(inverter, "_MOST", most)
        for begin, end in together(np.array(tokens)):
            made = Inverter(begin, end)
            for part in parts:
                made.add(np.array(part, np.uint16))
            counted += made.tokens.tolist()
            for first, last in made.ranges():
                pairs = zip(*(each.tolist() for each in made.occurrences(first, last)), strict=True)
                found += [(begin + first + number, position) for number, position in pairs]
    assert found == sorted((number, at) for at, number in enumerate(listed) if number < NONE)
    assert counted == tokens


@given(st.lists(st.integers(0, 20)), st.integers(1, 30))
def test_lists_that_are_inverted_together_are_no_more_than_allowed(
    tokens: list[int], most: int
) -> None:
    """But for a list that has more by itself; the ranges follow on one another, and none is left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverter, "_MOST", most)
        ranges = list(together(np.array(tokens, np.int64)))
    assert [number for first, last in ranges for number in range(first, last)] == list(
        range(len(tokens))
    )
    assert all(last - first == 1 or sum(tokens[first:last]) <= most for first, last in ranges)


def test_a_position_is_in_the_unit_that_begins_before_it() -> None:
    """Units may be empty; what stands before the first is in none."""
    units = Units(np.array([1, 3, 3, 4]))
    assert units.n == 3
    assert units.of(np.arange(4)).tolist() == [-1, 0, 0, 2]


@given(st.lists(st.integers(0, 12), min_size=1), st.integers(0, 3))
def test_units_are_found_however_few_are_counted_together(sizes: list[int], bits: int) -> None:
    """Where a stretch in which units are counted anew ends makes no difference."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverter, "_BITS", bits)
        units = Units(np.cumsum(sizes))
        found = units.of(np.arange(sum(sizes), dtype=np.uint32)).tolist()
    assert found == [unit - 1 for unit, size in enumerate(sizes) for _ in range(size)]


@given(
    st.lists(st.lists(st.sampled_from((0, 1, RARE - 1, RARE, RARE + 1)), max_size=9), max_size=4),
    st.integers(1, 9),
)
def test_entries_are_those_that_were_given(parts: list[list[int]], at_once: int) -> None:
    """In any part of them, rare or not; what follows a part may be seen with it."""
    number_of = np.arange(RARE + 2, dtype=np.uint32)[::-1].copy()
    expected = [int(number_of[number]) for part in parts for number in part]
    made = PackedFormIds([np.array(part, np.uint32) for part in parts], number_of)
    assert made.n == len(expected)
    assert [made.part(first, first + 2).tolist() for first in range(made.n)] == [
        expected[first : first + 2] for first in range(made.n)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(form_ids, "_AT_ONCE", at_once)
        found = [part.tolist() for part in made.mapped(number_of, more=1)]
    back = [number for part in parts for number in part]
    assert found == [back[first : first + at_once + 1] for first in range(0, len(back), at_once)]
