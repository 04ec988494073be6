"""`index.format.bit_packing`: integers come back as they were added, whole or in part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.arrays import Array
from excerpt.index.format.bit_packing import PackedArray, encode_gaps, read_gaps, read_packed
from excerpt.storage.columns import Column
from stored import check_damage, stored

BITS = (4, 8, 16)
VALUES = st.integers(0, 20) | st.sampled_from([255, 256, 65535, 65536, 2**32 - 1])
PARTS = st.lists(st.lists(VALUES, max_size=9), max_size=5)


def packed(parts: list[list[int]], bits: int) -> list[Column]:
    """Pack the values of `parts` as the columns "x"."""
    array = PackedArray(bits)
    for part in parts:
        array.add(np.array(part, np.int64))
    return list(array.columns("x"))


@given(PARTS, st.sampled_from(BITS), st.data())
def test_any_stretch_of_packed_values_is_read_back(
    parts: list[list[int]], bits: int, data: st.DataObject
) -> None:
    """The values from any start to any end are those that were added, exceptions included."""
    values = [value for part in parts for value in part]
    start = data.draw(st.integers(0, len(values)))
    end = data.draw(st.integers(start, len(values)))
    columns = stored(packed(parts, bits))
    assert read_packed(columns, "x", bits, start, end).tolist() == values[start:end]


@pytest.mark.parametrize(("bits", "dtype"), [(4, np.uint8), (8, np.uint8), (16, np.uint16)])
def test_values_stay_narrow_without_exceptions(bits: int, dtype: type) -> None:
    """They become int64 only where an exception is among them."""
    columns = stored(packed([[1, 2, 70_000]], bits))
    assert read_packed(columns, "x", bits, 0, 2).dtype == dtype
    assert read_packed(columns, "x", bits, 0, 3).dtype == np.int64


@pytest.mark.parametrize("bits", BITS)
def test_packed_values_take_their_bits(bits: int) -> None:
    """A thousand small values take `bits` bits each and nothing else."""
    columns: dict[str, Array] = dict(packed([[1] * 1000], bits))
    assert sum(column.nbytes for column in columns.values()) == 1000 * bits // 8


@given(st.lists(st.integers(0, 2**32 - 1), max_size=20))
def test_ascending_values_are_read_back_from_their_gaps(values: list[int]) -> None:
    """Whatever the gaps are, also if the first value is 0 or a value is repeated."""
    values = sorted(values)
    columns = stored(encode_gaps("x", np.array(values, np.int64)))
    assert read_gaps(columns, "x").tolist() == values


@pytest.mark.parametrize("bits", BITS)
def test_a_damaged_value_is_noticed(bits: int) -> None:
    """Damage to values or exceptions raises IndexDamaged or changes nothing that is read."""
    values = [*range(100), *range(65_500, 65_600)]
    check_damage(
        packed([values], bits), lambda columns: read_packed(columns, "x", bits, 0, 200).tolist()
    )
