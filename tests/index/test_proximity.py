"""Words near each other: each way of finding them against looking at every pair of words."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.index.format.columns import Columns, write_columns
from excerpt.index.format.form_ids import BARRIER, RARE, PackedFormIds
from excerpt.index.format.token_stream import TokenStream, stream_columns
from excerpt.index.read.term_forms import TermForms
from excerpt.index.search import position_bitmaps, proximity
from excerpt.index.search.position_bitmaps import FARTHEST, Bitmaps, near_counts
from excerpt.index.search.proximity import neighbours, neighbours_among
from excerpt.index.write.posting_lists import group_postings
from excerpt.index.write.units import Units
from excerpt.memory import BoundedCache

ENTRIES = (1, RARE - 1, RARE)
OTHER = 7
N_ENTRIES = RARE + 1
Pair = tuple[int, int]


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """The entries of a stream that begins with a barrier, and where its units start."""
    parts = st.one_of(
        st.lists(st.sampled_from((*ENTRIES, BARRIER, OTHER)), max_size=6),
        st.integers(1, 70).map(lambda n: [OTHER] * n),
    )
    entries = [BARRIER, *(entry for part in draw(st.lists(parts, max_size=20)) for entry in part)]
    inner = draw(st.sets(st.integers(1, len(entries)), max_size=8))
    return entries, sorted({0, *inner} - {len(entries)})


Asked = tuple[set[int], set[int], int, bool]
SIDE = st.sets(st.sampled_from(ENTRIES), max_size=2)
ASKED = st.tuples(SIDE, SIDE, st.one_of(st.integers(0, 6), st.integers(0, FARTHEST)), st.booleans())
"""The left side, the right, the distance, and whether the left must come first."""


def stream_of(folder: str, entries: list[int], starts: list[int]) -> TokenStream:
    """The body of a segment in which each form is a group."""
    ids = np.arange(N_ENTRIES, dtype=np.uint32)
    packed = PackedFormIds([np.array(entries, np.uint32)], ids)
    units = Units(np.array([*starts, len(entries)]))
    made = [
        *stream_columns("body", packed, units.offsets),
        *group_postings("body", packed, units, ids, np.ones(N_ENTRIES, np.int64)),
    ]
    write_columns(Path(folder) / "a.segment", made, {})
    return TokenStream(Columns(Path(folder) / "a.segment"), "body")


def words_of(entries: set[int]) -> TermForms:
    """All of `entries`."""
    low = np.array(sorted(entries), np.int64)
    return TermForms(tuple(low.tolist()), low, low + 1)


def looked_up(
    entries: list[int], left: set[int], right: set[int], distance: int, *, is_ordered: bool
) -> set[Pair]:
    """The pairs of a place of each side with neither barrier nor another of the two sides between."""
    found = set()
    for first in range(len(entries)):
        for last in range(first + 1, min(first + distance + 2, len(entries))):
            one, other = entries[first], entries[last]
            is_free = not ({BARRIER} | left | right).intersection(entries[first + 1 : last])
            fits = (one in left and other in right) or (
                not is_ordered and one in right and other in left
            )
            if is_free and fits:
                found.add((first, last))
    return found


@pytest.mark.parametrize("look", [0, 1 << 30], ids=["around", "over"])
@given(columns(), ASKED)
@example(([0, 1, 1, RARE, RARE, 1, 1], [0]), ({1}, {RARE}, 3, False))
@example(([0, 1, 0, RARE, 1], [0, 2]), ({1}, {RARE}, 3, True))
@example(([0, *[1] * 70, RARE, 1], [0, 64]), ({1, RARE}, {1}, 6, False))
def test_neighbours_are_those_that_have_none_between(
    look: int, column: tuple[list[int], list[int]], asked: Asked
) -> None:
    """Looking around the rarer word and passing over the stream both find every pair, in order, and nothing else."""
    left, right, distance, is_ordered = asked
    wanted = sorted(looked_up(column[0], left, right, distance, is_ordered=is_ordered))
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(proximity, "LOOK", look)
        stream = stream_of(folder, *column)
        found = neighbours(words_of(left), words_of(right), distance, is_ordered, stream)
        among = neighbours_among(
            stream.form_ids(0, stream.n_positions),
            words_of(left),
            words_of(right),
            distance,
            is_ordered,
        )
    assert list(zip(*(side.tolist() for side in found), strict=True)) == wanted
    assert list(zip(*(side.tolist() for side in among), strict=True)) == wanted


@pytest.mark.parametrize("listed", [0, 1 << 30], ids=["listed", "compared"])
@given(columns(), ASKED)
@example(([0, 1, 1, RARE, RARE, 1, 1], [0]), ({1}, {RARE}, 3, False))
@example(([0, 1, 0, RARE, 1], [0, 2]), ({1}, {RARE}, 3, True))
@example(([0, *[1] * 70, RARE, 1], [0, 64]), ({1, RARE}, {1}, 6, False))
def test_bits_count_neighbours_in_the_unit_where_they_begin(
    listed: int, column: tuple[list[int], list[int]], asked: Asked
) -> None:
    """In blocks of any size, from the word column as from lists of positions."""
    entries, starts = column
    left, right, distance, is_ordered = asked
    firsts = [
        first for first, _ in looked_up(entries, left, right, distance, is_ordered=is_ordered)
    ]
    units, counts = np.unique(np.searchsorted(starts, firsts, side="right") - 1, return_counts=True)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(position_bitmaps, "_WORDS", 1)
        patch.setattr(position_bitmaps, "_BLOCK", 64)
        patch.setattr(position_bitmaps, "_LISTED", listed)
        kept = Bitmaps(stream_of(folder, entries, starts), 0, BoundedCache(100_000))
        found = near_counts(kept, words_of(left), words_of(right), distance, is_ordered=is_ordered)
    assert found[0].tolist() == units.tolist()
    assert found[1].tolist() == counts.tolist()


def test_bits_are_kept_up_to_so_many_bytes() -> None:
    """Those asked for last are the same objects again; the oldest are made anew."""
    with TemporaryDirectory() as folder:
        kept = Bitmaps(stream_of(folder, [BARRIER, 1, 2, 3], [0]), 0, BoundedCache(1_300))
        one, two = kept.of(words_of({1})), kept.of(words_of({2}))
        assert kept.of(words_of({1})) is one
        kept.of(words_of({3}))
        assert kept.of(words_of({1})) is one
        assert kept.of(words_of({2})) is not two
