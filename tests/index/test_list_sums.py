"""`index.read.list_sums`: kernel and NumPy give the same sums, which are those of plain Python."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.postings import PostingLists, PostingsEncoder, PostingsList
from excerpt.index.read import list_sums
from excerpt.index.read.list_sums import sum_lists, sum_lists_at
from excerpt.native import kernel
from excerpt.storage.columns import Column, Columns
from stored import check_damage, stored

Postings = list[Counter[int]]
"""For each list the frequency in each unit."""


@pytest.fixture(params=["NumPy", "native"])
def _each_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """With and without the kernel."""
    if request.param == "native" and kernel is None:
        pytest.skip("there is no kernel")
    with patch.object(list_sums, "kernel", kernel if request.param == "native" else None):
        yield


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
@pytest.mark.parametrize("is_native", [False, True])
def test_sums_are_those_of_plain_python(is_native: bool, case: tuple[Postings, int]) -> None:
    """For all lists together, for each alone, and at given units."""
    postings, n_units = case
    if is_native and kernel is None:
        pytest.skip("there is no kernel")
    lists = lists_in(stored(encoded(postings, n_units)), postings, n_units)
    with patch.object(list_sums, "kernel", kernel if is_native else None):
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
            sums += 1  # callers may change their results


@pytest.mark.skipif(kernel is None, reason="there is no kernel")
def test_the_kernel_answers_itself() -> None:
    """The results above are not those of NumPy, to which a kernel that gives up leaves the work."""
    assert kernel is not None
    postings = [Counter({1: 2, 3: 1}), Counter({3: 20})]
    lists = lists_in(stored(encoded(postings, 6)), postings, 6)
    entries = tuple((each.layout, number) for each, number in lists)
    file = lists[0][0].file
    assert kernel.sum_postings(file, entries, 6) is not None
    assert kernel.sum_postings_at(file, entries, 6, np.array([3, 5])) is not None
    assert kernel.sum_postings_at(file, entries, 6, np.array([6])) is None
    assert kernel.sum_postings_at(file, entries, 6, np.array([-1])) is None
    assert kernel.sum_postings(file, entries, 5) is None
    assert kernel.sum_postings(file, ((lists[0][0].layout[8:], 0),), 6) is None
    assert kernel.sum_postings(file, ((lists[0][0].layout, -1),), 6) is None


@pytest.mark.usefixtures("_each_way")
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


@pytest.mark.skipif(kernel is None, reason="there is no kernel")
@given(postings_of_any_density(), st.data())
def test_wrong_numbers_do_no_harm(case: tuple[Postings, int], data: st.DataObject) -> None:
    """Layouts, list numbers and stored values that are wrong give None, a result or an error.

    The blocks count as verified, as if an attacker had made checksums for them.
    """
    assert kernel is not None
    postings, n_units = case
    columns = stored(encoded(postings, n_units))
    view, unverified, checksums, bits = columns.file
    layout = np.frombuffer(PostingLists(columns, "x", n_units).layout, np.uint64).copy()
    n_wrong = data.draw(st.integers(0, 2))
    for _ in range(n_wrong):
        at = data.draw(st.integers(0, layout.size - 1))
        layout[at] = data.draw(st.integers(0, 2**64 - 1) | st.integers(0, 100_000))
    stored_bytes = bytearray(view)
    for _ in range(data.draw(st.integers(0, 4))):
        if stored_bytes:
            at = data.draw(st.integers(0, len(stored_bytes) - 1))
            stored_bytes[at] = data.draw(st.integers(0, 255))
    file: Any = (memoryview(stored_bytes), bytearray(len(unverified)), checksums, bits)
    number = data.draw(st.integers(-1, len(postings) + 2) | st.integers(0, 2**62))
    entries = ((layout.tobytes(), number), (layout.tobytes(), 0))
    for some in (entries, entries[:1]):
        found = kernel.sum_postings(file, some, n_units)
        if found is not None:
            units = np.frombuffer(found[0], np.int64)
            assert (np.diff(units) > 0).all()
            assert not units.size or 0 <= units[0] <= units[-1] < n_units
        kernel.sum_postings_at(file, some, n_units, np.arange(n_units))


def test_a_variable_disables_the_kernel() -> None:
    """The variable is read when the package is imported."""
    code = "from excerpt.native import describe, kernel; print(kernel, describe())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"EXCERPT_PURE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "None NumPy (EXCERPT_PURE is set)\n"
