"""`index.format.ascending_column`: each value is found by its index and by bisection."""

from functools import partial
from itertools import accumulate, pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.ascending_column import STEP, AscendingColumn, encode_ascending
from excerpt.storage.columns import Columns
from stored import check_damage, stored

GAPS = st.lists(st.sampled_from((0, 1, 3, 254, 255, 256, 70_000)), max_size=5 * STEP)


def column_of(values: list[int]) -> AscendingColumn:
    """Store `values` and open them again."""
    return AscendingColumn(stored(encode_ascending("x", np.array(values, np.int64))), "x")


@given(GAPS, st.data())
def test_values_are_read_back(gaps: list[int], data: st.DataObject) -> None:
    """One by one, in any stretch, in any order, and in pairs; few at a time or many."""
    values = list(accumulate(gaps))
    column = column_of(values)
    assert column.n == len(values)
    assert [column.item(index) for index in range(column.n)] == values
    assert [column.pair(index) for index in range(column.n - 1)] == list(pairwise(values))
    start = data.draw(st.integers(0, column.n))
    end = data.draw(st.integers(start, column.n))
    assert column.read(start, end).tolist() == values[start:end]
    assert column.read().tolist() == values
    if len(values) > 1:
        size = data.draw(st.integers(0, 20))
        drawn = data.draw(
            st.lists(st.integers(0, column.n - 2), min_size=size, max_size=size), label="indexes"
        )
        indexes = np.array(drawn, np.int64)
        assert column.take(indexes).tolist() == [values[index] for index in drawn]
        first, last = column.pairs(indexes)
        assert first.tolist() == [values[index] for index in drawn]
        assert last.tolist() == [values[index + 1] for index in drawn]


@given(GAPS, st.lists(st.integers(-1, 1), max_size=9), st.data())
def test_values_are_found(gaps: list[int], shifts: list[int], data: st.DataObject) -> None:
    """Bisection agrees with NumPy's, for values before, among and after those of the column."""
    values = [5, *(5 + value for value in accumulate(gaps))]
    column = column_of(values)
    wanted = np.array([data.draw(st.sampled_from(values)) + shift for shift in shifts], np.int64)
    for side in ("left", "right"):
        expected = np.searchsorted(values, wanted, side)
        assert column.searchsorted(wanted, side).tolist() == expected.tolist()
    assert [column.bisect_right(value) for value in wanted.tolist()] == expected.tolist()


def test_few_values_are_looked_up_without_reading_all() -> None:
    """In a long column, `take`, `pairs` and `searchsorted` agree with the values too."""
    values = np.cumsum(np.arange(9_000) % 300)
    column = AscendingColumn(stored(encode_ascending("x", values)), "x")
    indexes = np.array([*range(0, 8_999, 301), 15, 16, 17, 8_998])
    assert column.take(indexes).tolist() == values[indexes].tolist()
    assert column.take(np.array([8_999] * 20)).tolist() == [int(values[-1])] * 20
    assert column.pairs(indexes)[1].tolist() == values[indexes + 1].tolist()
    wanted = np.concatenate((values[indexes], values[indexes] + 1, [-1, int(values[-1]) + 1]))
    for side in ("left", "right"):
        assert (
            column.searchsorted(wanted, side).tolist() == values.searchsorted(wanted, side).tolist()
        )


def test_a_damaged_value_is_noticed() -> None:
    """Damage raises IndexDamaged or changes nothing, also where it misleads a search."""
    columns = list(encode_ascending("x", np.arange(0, 90_000, 300)))
    wanted = np.array([0, 4_000, 89_999])
    check_damage(columns, lambda read: AscendingColumn(read, "x").read().tolist())
    check_damage(columns, lambda read: AscendingColumn(read, "x").searchsorted(wanted).tolist())
    check_damage(columns, lambda read: AscendingColumn(read, "x").pair(17))
    for value in (-1, 4_000, 89_700):
        check_damage(columns, partial(n_up_to, value))


def n_up_to(value: int, columns: Columns) -> int:
    """Return how many elements are at most `value`."""
    return AscendingColumn(columns, "x").bisect_right(value)
