"""`index.format.token_stream`: forms at positions, and positions of form groups."""

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.form_ids import BARRIER, RARE, PackedFormIds
from excerpt.index.format.token_stream import BODY, TITLE, TokenStream, stream_columns
from excerpt.index.write.posting_lists import group_postings
from excerpt.index.write.units import Units
from excerpt.storage.columns import Column, Columns
from stored import check_damage, stored

N_GROUPS = 4
IDS = (BARRIER, 1, 2, RARE - 1, RARE, RARE + 7)
"""Form ids; their groups in `GROUP_OF` are 0, 0, 1, 1 and 3, and group 2 has no token."""
GROUP_OF = np.zeros(RARE + 8, np.uint32)
GROUP_OF[[RARE - 1, RARE]] = 1
GROUP_OF[RARE + 7] = 3
UNITS = st.lists(st.lists(st.sampled_from(IDS), max_size=8), max_size=6)


def columns_of(name: str, units: list[list[int]]) -> list[Column]:
    """Return the columns of a stream with these form ids."""
    ids = np.array([form_id for unit in units for form_id in unit], np.uint32)
    packed = PackedFormIds([ids], np.arange(RARE + 8, dtype=np.uint32))
    tokens = GROUP_OF[ids[ids != BARRIER]]
    n_tokens = np.bincount(tokens, minlength=N_GROUPS)
    of_positions = Units(np.cumsum([0, *map(len, units)]))
    return [
        *stream_columns(name, packed, of_positions.offsets),
        *group_postings(name, packed, of_positions, GROUP_OF, n_tokens),
    ]


@given(UNITS, st.sampled_from([BODY, TITLE]), st.data())
def test_the_form_at_each_position_is_read_back(
    units: list[list[int]], name: str, data: st.DataObject
) -> None:
    """By ranges and by positions; positions beyond the end are barriers."""
    stream = TokenStream(stored(columns_of(name, units)), name)
    ids = [form_id for unit in units for form_id in unit]
    start = data.draw(st.integers(0, len(ids)))
    end = data.draw(st.integers(start, len(ids)))
    positions = np.arange(len(ids) + 2)
    assert stream.n_positions == len(ids)
    assert stream.form_ids(start, end).tolist() == ids[start:end]
    assert stream.form_ids_at(positions).tolist() == [*ids, BARRIER, BARRIER]
    assert stream.short_form_ids(start, end).tolist() == [min(n, RARE) for n in ids[start:end]]
    rare = [(at, form_id) for at, form_id in enumerate(ids) if form_id >= RARE]
    found = (side.tolist() for side in stream.rare_form_ids(0, len(ids)))
    assert list(zip(*found, strict=True)) == rare


@given(UNITS, st.sampled_from([BODY, TITLE]))
def test_the_positions_of_each_group_are_read_back(units: list[list[int]], name: str) -> None:
    """With the units and frequencies they make, also of a group that does not occur."""
    stream = TokenStream(stored(columns_of(name, units)), name)
    ids = [form_id for unit in units for form_id in unit]
    for group in range(N_GROUPS):
        members = {form_id for form_id in IDS[1:] if GROUP_OF[form_id] == group}
        positions = [at for at, form_id in enumerate(ids) if form_id in members]
        counts = [sum(form_id in members for form_id in unit) for unit in units]
        found_units, frequencies = stream.postings(group)
        assert stream.positions(group).tolist() == positions
        assert stream.n_tokens(group) == len(positions)
        assert stream.units(group).tolist() == np.flatnonzero(counts).tolist()
        assert found_units.tolist() == np.flatnonzero(counts).tolist()
        expected = [count for count in counts if count]
        assert (expected if frequencies is None else frequencies.tolist()) == expected


@given(UNITS)
def test_units_and_barriers_are_read_back(units: list[list[int]]) -> None:
    """Lengths count no barriers; positions are numbered with them."""
    stream = TokenStream(stored(columns_of(BODY, units)), BODY)
    ids = [form_id for unit in units for form_id in unit]
    offsets = list(accumulate(map(len, units), initial=0))
    barriers = [at for at, form_id in enumerate(ids) if form_id == BARRIER]
    positions = np.arange(len(ids))
    assert stream.n_units == len(units)
    assert stream.unit_offsets.tolist() == offsets
    assert stream.lengths.tolist() == [len(unit) - unit.count(BARRIER) for unit in units]
    assert stream.barriers.tolist() == barriers
    assert stream.next_barrier(positions).tolist() == [
        min((barrier for barrier in barriers if barrier >= at), default=len(ids))
        for at in range(len(ids))
    ]
    assert stream.n_tokens_before(positions).tolist() == [
        at - sum(barrier < at for barrier in barriers) for at in range(len(ids))
    ]
    unit_of = [number for number, unit in enumerate(units) for _ in unit]
    assert stream.units_at(positions).tolist() == unit_of
    assert [stream.units_at(positions[at : at + 1]).item() for at in positions] == unit_of
    assert set(stream.units_at(np.repeat(-1, len(ids)))) <= {-1}
    ranges = zip(*(side.tolist() for side in stream.ranges(np.arange(len(units)))), strict=True)
    assert list(ranges) == list(pairwise(offsets))


@pytest.mark.parametrize("n", [1, 3, 100])
def test_the_first_tokens_of_a_unit_are_found_over_barriers(n: int) -> None:
    """They may lie in later units; there may be fewer than wanted."""
    units = [[1], [BARRIER] * 70, [2, BARRIER, 1], [2]]
    stream = TokenStream(stored(columns_of(BODY, units)), BODY)
    assert stream.token_positions(1, n) == [71, 73, 74][:n]


def test_a_damaged_stream_is_noticed() -> None:
    """Damage raises IndexDamaged or changes nothing that is read."""
    units = [[BARRIER, 1, 2, RARE + 7, RARE] * 10] * 20

    def read(columns: Columns) -> list[object]:
        stream = TokenStream(columns, BODY)
        return [
            stream.form_ids(0, stream.n_positions).tolist(),
            stream.form_ids_at(np.arange(0, 900, 7)).tolist(),
            stream.barriers.tolist(),
            stream.lengths.tolist(),
            [stream.positions(group).tolist() for group in range(N_GROUPS)],
        ]

    check_damage(columns_of(BODY, units), read)
