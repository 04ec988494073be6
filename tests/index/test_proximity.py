"""Words near each other: each way of finding them against a comparison of every pair of tokens."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.index.format.form_ids import BARRIER, RARE, PackedFormIds
from excerpt.index.format.token_stream import TokenStream, stream_columns
from excerpt.index.read import position_bitmaps
from excerpt.index.read.position_bitmaps import PositionBitmaps
from excerpt.index.read.term_forms import TermForms
from excerpt.index.search import bitmap_proximity, proximity
from excerpt.index.search.bitmap_proximity import MAX_DISTANCE, near_frequencies
from excerpt.index.search.proximity import neighbours, neighbours_among
from excerpt.index.write.posting_lists import group_postings
from excerpt.index.write.units import Units
from excerpt.memory import BoundedCache
from excerpt.storage.columns import Columns, write_columns

FORM_IDS = (1, RARE - 1, RARE)
OTHER = 7
N_FORMS = RARE + 1
Stream = tuple[list[int], list[int]]
"""The form ids of a token stream, and where its units start."""
NearQuery = tuple[set[int], set[int], int, bool]
"""The left side, the right, the distance, and whether the left must come first."""
SIDES = st.sets(st.sampled_from(FORM_IDS), max_size=2)
NEAR_QUERIES = st.tuples(
    SIDES, SIDES, st.one_of(st.integers(0, 6), st.integers(0, MAX_DISTANCE)), st.booleans()
)


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    """Draw a stream that begins with a barrier."""
    parts = st.one_of(
        st.lists(st.sampled_from((*FORM_IDS, BARRIER, OTHER)), max_size=6),
        st.integers(1, 70).map(lambda n: [OTHER] * n),
    )
    form_ids = [BARRIER, *(each for part in draw(st.lists(parts, max_size=20)) for each in part)]
    inner = draw(st.sets(st.integers(1, len(form_ids)), max_size=8))
    return form_ids, sorted({0, *inner} - {len(form_ids)})


def write_stream(folder: str, form_ids: list[int], starts: list[int]) -> TokenStream:
    """Write the body of a segment in which each form is a group of its own."""
    ids = np.arange(N_FORMS, dtype=np.uint32)
    packed = PackedFormIds([np.array(form_ids, np.uint32)], ids)
    units = Units(np.array([*starts, len(form_ids)]))
    columns = [
        *stream_columns("body", packed, units.offsets),
        *group_postings("body", packed, units, ids, np.ones(N_FORMS, np.int64)),
    ]
    write_columns(Path(folder) / "a.segment", columns, {})
    return TokenStream(Columns(Path(folder) / "a.segment"), "body")


def forms_of(form_ids: set[int]) -> TermForms:
    """Return the set of `form_ids`."""
    first = np.array(sorted(form_ids), np.int64)
    return TermForms(tuple(first.tolist()), (first, first + 1))


def compare_all(
    form_ids: list[int], left: set[int], right: set[int], distance: int, *, is_ordered: bool
) -> set[tuple[int, int]]:
    """Return the pairs of positions, one of each side, with nothing between them.

    Neither a barrier nor another token of either side may lie between them.
    """
    found = set()
    for first in range(len(form_ids)):
        for last in range(first + 1, min(first + distance + 2, len(form_ids))):
            here, there = form_ids[first], form_ids[last]
            is_free = not ({BARRIER} | left | right).intersection(form_ids[first + 1 : last])
            is_pair = here in left and there in right
            is_swapped = not is_ordered and here in right and there in left
            if is_free and (is_pair or is_swapped):
                found.add((first, last))
    return found


@pytest.mark.parametrize("look_cost", [0, 1 << 30], ids=["around", "over"])
@given(streams(), NEAR_QUERIES)
@example(([0, 1, 1, RARE, RARE, 1, 1], [0]), ({1}, {RARE}, 3, False))
@example(([0, 1, 0, RARE, 1], [0, 2]), ({1}, {RARE}, 3, True))
@example(([0, *[1] * 70, RARE, 1], [0, 64]), ({1, RARE}, {1}, 6, False))
def test_neighbours_are_all_pairs_with_nothing_between(
    look_cost: int, content: Stream, query: NearQuery
) -> None:
    """Both ways of searching find exactly the pairs that a comparison finds, in order.

    The ways are to look around the rarer word and to pass over the whole stream.
    """
    left, right, distance, is_ordered = query
    expected = sorted(compare_all(content[0], left, right, distance, is_ordered=is_ordered))
    sides = forms_of(left), forms_of(right)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(proximity, "LOOK_COST", look_cost)
        stream = write_stream(folder, *content)
        found = neighbours(*sides, distance, is_ordered, stream)
        form_ids = stream.form_ids(0, stream.n_positions)
        among = neighbours_among(form_ids, *sides, distance, is_ordered)
    assert list(zip(*(side.tolist() for side in found), strict=True)) == expected
    assert list(zip(*(side.tolist() for side in among), strict=True)) == expected


@pytest.mark.parametrize("listed", [0, 1 << 30], ids=["listed", "scanned"])
@given(streams(), NEAR_QUERIES)
@example(([0, 1, 1, RARE, RARE, 1, 1], [0]), ({1}, {RARE}, 3, False))
@example(([0, 1, 0, RARE, 1], [0, 2]), ({1}, {RARE}, 3, True))
@example(([0, *[1] * 70, RARE, 1], [0, 64]), ({1, RARE}, {1}, 6, False))
def test_bitmaps_count_pairs_in_the_unit_where_they_begin(
    listed: int, content: Stream, query: NearQuery
) -> None:
    """The counts are right whatever the size of blocks.

    This holds for bitmaps made of postings as for those of a scan.
    """
    form_ids, starts = content
    left, right, distance, is_ordered = query
    pairs = compare_all(form_ids, left, right, distance, is_ordered=is_ordered)
    firsts = [first for first, _ in pairs]
    units, counts = np.unique(np.searchsorted(starts, firsts, side="right") - 1, return_counts=True)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bitmap_proximity, "_BLOCK", 1)
        patch.setattr(position_bitmaps, "_BLOCK", 64)
        patch.setattr(position_bitmaps, "_LISTED", listed)
        stream = write_stream(folder, form_ids, starts)
        bitmaps = PositionBitmaps(stream, 0, BoundedCache(100_000))
        sides = forms_of(left), forms_of(right)
        found = near_frequencies(bitmaps, *sides, distance, is_ordered=is_ordered)
    assert found[0].tolist() == units.tolist()
    assert found[1].tolist() == counts.tolist()


def test_recent_bitmaps_are_cached() -> None:
    """A recently used bitmap is the same object again.

    The one that was used longest ago is made again.
    """
    with TemporaryDirectory() as folder:
        stream = write_stream(folder, [BARRIER, 1, 2, 3], [0])
        bitmaps = PositionBitmaps(stream, 0, BoundedCache(1_300))  # room for two
        first, second = bitmaps.of(forms_of({1})), bitmaps.of(forms_of({2}))
        assert bitmaps.of(forms_of({1})) is first
        bitmaps.of(forms_of({3}))
        assert bitmaps.of(forms_of({1})) is first
        assert bitmaps.of(forms_of({2})) is not second
