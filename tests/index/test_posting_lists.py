"""`index.write.posting_lists`: the lists of stems and pairs, and what they are read back as."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format import form_ids
from excerpt.index.format.form_ids import BARRIER, PackedFormIds
from excerpt.index.format.pair_postings import PairPostings
from excerpt.index.format.stem_postings import StemPostings
from excerpt.index.write import posting_lists
from excerpt.index.write.posting_lists import pair_postings, stem_postings
from excerpt.index.write.units import Units
from excerpt.storage.columns import Column
from stored import check_damage, stored

N_FORMS = 6
"""Form ids 1 to 6. Terms, by falling frequency: 1 2 | 3 | 4 5 | 6. Each form is a group."""
FIRST_FORMS = np.array([1, 3, 4, 6, 7], np.uint32)
GROUP_OF = np.array([0, 0, 1, 2, 3, 4, 5], np.uint32)
STEM_OF = np.array([0, 1, 0, 2, 1, 3], np.uint32)
TERM_OF = {BARRIER: -1, 1: 0, 2: 0, 3: 1, 4: 2, 5: 2, 6: 3}
PASSAGES = st.lists(st.lists(st.integers(0, N_FORMS), max_size=8), max_size=6)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every word its pairs, whatever its frequency, and look few tokens up at a time."""
    monkeypatch.setattr(posting_lists, "PAIR_MIN_TOKENS", 0)
    monkeypatch.setattr(form_ids, "_BATCH", 5)


def packed(passages: list[list[int]]) -> tuple[PackedFormIds, Units]:
    """Return the tokens of `passages`, and these as units."""
    ids = np.array([form_id for passage in passages for form_id in passage], np.uint32)
    numbers = np.arange(N_FORMS + 1, dtype=np.uint32)
    return PackedFormIds([ids], numbers), Units(np.cumsum([0, *map(len, passages)]))


def pair_columns(passages: list[list[int]]) -> Iterator[Column]:
    """Return the columns of the pairs in `passages`."""
    ids, units = packed(passages)
    n_tokens = np.bincount(ids.slice(0, ids.n), minlength=N_FORMS + 1)
    return pair_postings(ids, units, FIRST_FORMS, n_tokens)


def stem_columns(passages: list[list[int]], n_tokens: list[int] | None = None) -> Iterator[Column]:
    """Return the columns of the stems in `passages`."""
    ids, units = packed(passages)
    counts = np.bincount(ids.slice(0, ids.n), minlength=N_FORMS + 1)[1:]
    return stem_postings(ids, units, GROUP_OF, STEM_OF, np.array(n_tokens or counts))


@given(PASSAGES)
def test_pairs_are_read_back(passages: list[list[int]]) -> None:
    """Each pair of terms has the positions at which its first word is followed by its second."""
    ids = [form_id for passage in passages for form_id in passage]
    starts = np.cumsum([0, *map(len, passages)])
    pairs = PairPostings(stored(pair_columns(passages)), len(passages))
    terms = [TERM_OF[form_id] for form_id in ids]
    for first in range(4):
        for second in range(4):
            pair = pairs.pair_id(first, second)
            positions = [at for at, both in enumerate(pairwise(terms)) if both == (first, second)]
            units = np.searchsorted(starts, positions, side="right") - 1
            assert pairs.n_tokens(pair) == len(positions)
            assert pairs.positions(pair, starts).tolist() == positions
            assert pairs.postings(pair)[0].tolist() == sorted(set(units.tolist()))


def test_only_frequent_words_make_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair with a rarer word has no number."""
    monkeypatch.setattr(posting_lists, "PAIR_MIN_TOKENS", 2)
    pairs = PairPostings(stored(pair_columns([[1, 2, 3, 3, 4]])), 1)
    assert pairs.pair_id(0, 1) == 1
    assert pairs.pair_id(0, 2) == -1
    assert pairs.pair_id(-1, 0) == -1


@given(PASSAGES)
def test_stems_are_read_back(passages: list[list[int]]) -> None:
    """A stem of several groups has their units and added frequencies; others have no list."""
    n_passages = len(passages)
    columns = stored(stem_columns(passages, [n_passages + 1] * N_FORMS))
    stems = StemPostings(columns, n_passages)
    for stem, forms in enumerate([{1, 3}, {2, 5}, {4}, {6}]):
        found = stems.postings(stem)
        if len(forms) == 1:
            assert found is None
            continue
        counts = [sum(form_id in forms for form_id in passage) for passage in passages]
        assert found is not None
        units, frequencies = found
        assert units.tolist() == np.flatnonzero(counts).tolist()
        expected = [count for count in counts if count]
        assert (expected if frequencies is None else frequencies.tolist()) == expected


def test_rare_stems_have_no_list() -> None:
    """A stem with fewer tokens than one in `STEM_SHARE` passages is added up from its groups."""
    passages = [[1, 3, 2], *[[6]] * (posting_lists.STEM_SHARE * 2)]
    stems = StemPostings(stored(stem_columns(passages)), len(passages))
    assert stems.postings(0) is None
    stems = StemPostings(stored(stem_columns(passages[:10])), 10)
    assert stems.postings(0) is not None


def test_damaged_pairs_and_stems_are_noticed() -> None:
    """Damage raises IndexDamaged or changes nothing that is read."""
    passages = [[1, 2, 3, 4, 5, 6, 0, 1, 3]] * 50
    starts = np.cumsum([0, *map(len, passages)])
    check_damage(
        pair_columns(passages),
        lambda columns: [
            PairPostings(columns, len(passages)).positions(pair, starts).tolist()
            for pair in range(16)
        ],
    )
    check_damage(
        stem_columns(passages),
        lambda columns: [
            part if part is None else part.tolist()
            for stem in (0, 1)
            for part in StemPostings(columns, len(passages)).postings(stem) or ()
        ],
    )
