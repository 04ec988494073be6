"""`index.format.wide_ids`: ids of any size come back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.wide_ids import WideIds, encode_ids
from stored import stored


@given(st.lists(st.sampled_from((0, 1, 0xFFFF, 0x10000, 0xFFFFFF, 0x1000000, 0xFFFFFFFF))))
def test_ids_are_read_back(values: list[int]) -> None:
    """One by one, in a stretch, and in any order."""
    ids = WideIds(stored(encode_ids("x", np.array(values, np.uint32))), "x")
    assert ids.n == len(values)
    assert [ids.item(index) for index in range(ids.n)] == values
    assert ids.read(1).tolist() == values[1:]
    assert ids.take(np.arange(ids.n)[::-1]).tolist() == values[::-1]


def test_an_id_takes_three_bytes() -> None:
    """The upper column has one byte for each id below 2²⁴, and else two."""
    sizes = [
        sum(column.itemsize for _, column in encode_ids("x", np.array([greatest], np.uint32)))
        for greatest in (0xFFFFFF, 0x1000000)
    ]
    assert sizes == [3, 4]
