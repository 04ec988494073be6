"""`index.write.inverter`: the positions of each list, however many are sorted at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.write import inverter
from excerpt.index.write.inverter import Inverter, list_ranges

NONE = 5
LISTS = st.lists(st.lists(st.integers(0, NONE), max_size=20), max_size=5)


@given(LISTS, st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_each_list_has_its_positions_in_order(
    parts: list[list[int]], batch: int, at_once: int, per_pass: int
) -> None:
    """Parts, batches, ranges and passes of any size give the positions of each list, ascending."""
    lists = [number for part in parts for number in part]
    n_tokens = [lists.count(number) for number in range(NONE)]
    found, counted = list[tuple[int, int]](), list[int]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverter, "_BATCH", batch)
        patch.setattr(inverter, "_TOKENS_AT_ONCE", at_once)
        patch.setattr(inverter, "_TOKENS_PER_PASS", per_pass)
        for begin, end in list_ranges(np.array(n_tokens)):
            inverted = Inverter(begin, end)
            for part in parts:
                inverted.add(np.array(part, np.uint16))
            counted += inverted.n_tokens.tolist()
            for first, last in inverted.ranges():
                pairs = zip(*(side.tolist() for side in inverted.tokens(first, last)), strict=True)
                found += [(begin + first + number, position) for number, position in pairs]
    assert found == sorted((each, at) for at, each in enumerate(lists) if each < NONE)
    assert counted == n_tokens


@given(st.lists(st.integers(0, 20)), st.integers(1, 30))
def test_a_pass_inverts_no_more_than_allowed(n_tokens: list[int], per_pass: int) -> None:
    """Ranges cover all lists in order, and only a single list has more tokens than allowed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverter, "_TOKENS_PER_PASS", per_pass)
        ranges = list(list_ranges(np.array(n_tokens, np.int64)))
    covered = [number for first, last in ranges for number in range(first, last)]
    assert covered == list(range(len(n_tokens)))
    assert all(last - first == 1 or sum(n_tokens[first:last]) <= per_pass for first, last in ranges)
