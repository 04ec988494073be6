"""Positions by list: however many are sorted and put together at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.engines.columnar import entries, inverted
from excerpt.engines.columnar.entries import RARE, Entries
from excerpt.engines.columnar.inverted import Inverted, Units

NONE = 5
LISTED = st.lists(st.lists(st.integers(0, NONE), max_size=20), max_size=5)


@given(LISTED, st.integers(1, 9), st.integers(1, 9))
def test_each_list_has_its_positions_in_order(parts: list[list[int]], batch: int, together: int) -> None:
    """Whatever the sizes of parts, batches and ranges, each list has the positions at which it stands, ascending."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverted, "_BATCH", batch)
        patch.setattr(inverted, "_RANGE", together)
        made = Inverted(NONE)
        for part in parts:
            made.add(np.array(part, np.uint16))
        found = [
            (number + first, position)
            for first, last in made.ranges()
            for number, position in zip(
                *(each.tolist() for each in made.occurrences(first, last)), strict=True
            )
        ]
    listed = [number for part in parts for number in part]
    assert found == sorted((number, at) for at, number in enumerate(listed) if number < NONE)
    assert made.tokens.tolist() == [listed.count(number) for number in range(NONE)]


def test_a_position_is_in_the_unit_that_begins_before_it() -> None:
    """Units may be empty; what stands before the first is in none."""
    units = Units(np.array([1, 3, 3, 4]))
    assert units.n == 3
    assert units.of(np.arange(4)).tolist() == [-1, 0, 0, 2]


@given(
    st.lists(st.lists(st.sampled_from((0, 1, RARE - 1, RARE, RARE + 1)), max_size=9), max_size=4),
    st.integers(1, 9),
)
def test_entries_are_those_that_were_given(parts: list[list[int]], at_once: int) -> None:
    """In any part of them, rare or not; what follows a part may be seen with it."""
    number_of = np.arange(RARE + 2, dtype=np.uint32)[::-1].copy()
    expected = [int(number_of[number]) for part in parts for number in part]
    made = Entries([np.array(part, np.uint32) for part in parts], number_of)
    assert made.n == len(expected)
    assert [made.part(first, first + 2).tolist() for first in range(made.n)] == [
        expected[first : first + 2] for first in range(made.n)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entries, "_AT_ONCE", at_once)
        found = [part.tolist() for part in made.mapped(number_of, more=1)]
    back = [number for part in parts for number in part]
    assert found == [back[first : first + at_once + 1] for first in range(0, len(back), at_once)]
