"""`index.read.list_sums`: the sums are those of plain Python."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.postings import PostingLists, PostingsEncoder, PostingsList
from excerpt.index.read.list_sums import sum_lists, sum_lists_at
from excerpt.storage.columns import Column, Columns
from stored import check_damage, stored

Postings = list[Counter[int]]
"""For each list the frequency in each unit."""


def encoded(postings: Postings, n_units: int) -> list[Column]:
    """Encode `postings` as the columns "x"."""
    encoder = PostingsEncoder(n_units, has_offsets=False)
    tokens = [sorted(each.elements()) for each in postings]
    n_tokens = np.array([len(units) for units in tokens], np.int64)
    units = np.array([unit for each in tokens for unit in each], np.int64)
    encoder.add(np.repeat(np.arange(n_tokens.size), n_tokens), units, units * 0, n_tokens)
    return list(encoder.columns("x"))


def lists_in(columns: Columns, postings: Postings, n_units: int) -> list[PostingsList]:
    """Return all lists that were encoded."""
    lists = PostingLists(columns, "x", n_units)
    return [(lists, number) for number in range(len(postings))]


@st.composite
def postings_of_any_density(draw: st.DrawFn) -> tuple[Postings, int]:
    """Generate lists with gaps of 8 and 16 bits, units as they are, and exceptions to all."""
    n_units = draw(st.sampled_from([1, 40, 700, 9_000, 70_000]))
    chance = draw(st.randoms(use_true_random=False))
    postings = []
    for share in draw(st.lists(st.sampled_from([0, 1, 20, 3_000, 60_000]), max_size=5)):
        n = min(n_units, 2_500, -(-n_units // share)) if share else 0
        units = chance.sample(range(n_units), n)
        frequencies = chance.choices([1, 1, 2, 14, 15, 16, 300], k=n)
        all_once = chance.random() < 0.3
        postings.append(
            Counter({u: 1 if all_once else f for u, f in zip(units, frequencies, strict=True)})
        )
    return postings, n_units


@given(postings_of_any_density())
def test_sums_are_those_of_plain_python(case: tuple[Postings, int]) -> None:
    """For all lists together, for each alone, and at given units."""
    postings, n_units = case
    lists = lists_in(stored(encoded(postings, n_units)), postings, n_units)
    for some in (range(len(postings)), range(min(1, len(postings)))):
        expected: Counter[int] = Counter()
        for number in some:
            expected.update(postings[number])
        chosen = [lists[number] for number in some]
        units, sums = sum_lists(chosen, n_units)
        assert (units.dtype.str[1:], sums.dtype.str[1:]) == ("i8", "f8")
        assert units.tolist() == sorted(expected)
        assert sums.tolist() == [expected[unit] for unit in sorted(expected)]
        more = np.union1d(units, np.arange(0, n_units, 7))
        found = sum_lists_at(chosen, more, n_units)
        assert found.tolist() == [expected[unit] for unit in more.tolist()]


def test_a_damaged_list_is_noticed() -> None:
    """Damage raises IndexDamaged or changes nothing that is read."""
    postings = [
        Counter(dict.fromkeys(range(0, 2000, 2), 2)),
        Counter({3: 15, 1900: 1}),
        Counter({5: 1}),
        Counter(dict.fromkeys(range(100), 1)),
    ]

    def read(columns: Columns) -> list[object]:
        lists = lists_in(columns, postings, 2000)
        return [each.tolist() for each in sum_lists(lists, 2000)]

    check_damage(encoded(postings, 2000), read)
