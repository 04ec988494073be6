"""`index.write.units`: the unit of a position."""

from bisect import bisect_right
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.write import units
from excerpt.index.write.units import Units


@given(st.integers(0, 3), st.lists(st.integers(0, 9), max_size=9), st.integers(1, 4))
def test_a_position_is_in_the_unit_that_begins_before_it(
    start: int, sizes: list[int], block_bits: int
) -> None:
    """Also if units are empty, the first one begins late, or blocks are small."""
    offsets = list(accumulate(sizes, initial=start))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "_BLOCK_BITS", block_bits)
        made = Units(np.array(offsets))
        found = made.at(np.arange(offsets[-1])).tolist()
    assert made.n == len(sizes)
    assert found == [bisect_right(offsets, position) - 1 for position in range(offsets[-1])]
