"""`index.sets.search_ascending`: the merge of two lists equals the search of each number."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt import native
from excerpt.index.sets import search_ascending

NUMBERS = st.lists(st.integers(-9, 9) | st.integers(-(2**63), 2**63 - 1), max_size=40)


@given(NUMBERS, NUMBERS, st.sampled_from(["left", "right"]), st.booleans())
@example([], [1], "left", True)
@example([1, 1, 2], [], "right", True)
def test_it_equals_searchsorted(
    numbers: list[int], wanted: list[int], side: str, ascends: bool
) -> None:
    """The result is the same if the wanted numbers do not ascend, and for all sizes."""
    every = np.array(sorted(numbers), np.int64)
    keys = np.array(sorted(wanted) if ascends else wanted, np.int64)
    found = search_ascending(every, keys, side)  # type: ignore[arg-type]
    assert found.tolist() == every.searchsorted(keys, side).tolist()  # type: ignore[call-overload]


@pytest.mark.skipif(native.kernel is None, reason="there is no kernel")
def test_the_kernel_refuses_lists_that_do_not_fit() -> None:
    """Numbers that do not ascend, and arrays of other sizes, are left to NumPy."""
    assert native.kernel
    ascending, counts = np.arange(3), np.empty(3, np.int64)
    assert native.kernel.search_ascending(ascending, ascending, True, counts)
    assert counts.tolist() == [1, 2, 3]
    assert not native.kernel.search_ascending(ascending, ascending[::-1].copy(), True, counts)
    assert not native.kernel.search_ascending(ascending, ascending, True, counts[:2].copy())
    assert not native.kernel.search_ascending(ascending.view(np.uint8)[:7], ascending, True, counts)
