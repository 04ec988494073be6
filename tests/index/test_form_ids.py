"""`index.format.form_ids`: every id comes back, in 16 bits or not."""

from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format import form_ids
from excerpt.index.format.form_ids import RARE, PackedFormIds

PARTS = st.lists(st.lists(st.integers(0, 4), max_size=9), max_size=4)
ID_OF = np.array([0, 3, RARE - 1, RARE, 100_000], np.uint32)


@given(PARTS, st.data())
def test_any_stretch_of_ids_is_unpacked(parts: list[list[int]], data: st.DataObject) -> None:
    """The ids from any start to any end are those of the renumbered parts."""
    expected = [int(ID_OF[number]) for part in parts for number in part]
    packed = PackedFormIds([np.array(part, np.uint32) for part in parts], ID_OF)
    start = data.draw(st.integers(0, packed.n))
    end = data.draw(st.integers(start, packed.n))
    assert packed.n == len(expected)
    assert packed.slice(start, end).tolist() == expected[start:end]


def test_packing_uses_up_the_parts() -> None:
    """The list of parts is empty afterwards, so that their memory is free."""
    parts = [np.array([1], np.uint32), np.array([2], np.uint32)]
    PackedFormIds(parts, ID_OF)
    assert parts == []


@given(PARTS, st.integers(1, 6), st.integers(0, 2))
def test_look_ups_come_in_batches(parts: list[list[int]], batch: int, lookahead: int) -> None:
    """Each batch has the values of its tokens, and the first ones of the next batch."""
    table = np.arange(100_001) * 2
    packed = PackedFormIds([np.array(part, np.uint32) for part in parts], ID_OF)
    expected = (packed.slice(0, packed.n).astype(np.int64) * 2).tolist()
    with patch.object(form_ids, "_BATCH", batch):
        batches = [part.tolist() for part in packed.look_up(table, lookahead)]
    assert batches == [
        expected[start : min(start + batch, packed.n) + lookahead]
        for start in range(0, packed.n, batch)
    ]


def test_ids_that_do_not_fit_are_stored_apart() -> None:
    """The columns are those of the example in the module's docstring."""
    id_of = np.array([0, 3, 7, RARE, 70_001], np.uint32)
    packed = PackedFormIds([np.array([2, 4, 0, 1, 3], np.uint32)], id_of)
    assert {name: column.tolist() for name, column in packed.columns("x")} == {
        "x.form_ids": [7, 65535, 0, 3, 65535],
        "x.rare_positions.samples": [1],
        "x.rare_positions.gaps": [0, 3],
        "x.rare_positions.gaps.exception_indexes": [],
        "x.rare_positions.gaps.exceptions": [],
        "x.rare_form_ids.low": [4465, 65535],
        "x.rare_form_ids.high": [1, 0],
    }
