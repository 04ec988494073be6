"""`analysis.strings`: numbers for strings, however they collide."""

import tracemalloc
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text import interner
from excerpt.text.interner import StringInterner

TEXTS = st.one_of(
    st.text("abé", min_size=1, max_size=40),
    st.text("a", min_size=1, max_size=60),
    st.text(min_size=1),
)
BATCHES = st.lists(
    st.lists(TEXTS.map(lambda text: text.replace("\0", "0").encode()), max_size=30), max_size=5
)


def check(batches: list[list[bytes]]) -> StringInterner:
    """Number `batches` one after the other and see that equal strings have equal numbers, and others others."""
    table = StringInterner()
    numbers: dict[bytes, int] = {}
    for batch in batches:
        for string, number in zip(batch, table.intern_all(batch).tolist(), strict=True):
            assert numbers.setdefault(string, number) == number
            assert table.string(number) == string
    assert sorted(numbers.values()) == list(range(len(table)))
    return table


@given(BATCHES)
def test_a_string_has_one_number(batches: list[list[bytes]]) -> None:
    """Equal strings have equal numbers, different ones different numbers, and each number gives back its string."""
    check(batches)


@given(BATCHES)
def test_a_bad_hash_changes_nothing(batches: list[list[bytes]]) -> None:
    """Where all long strings have one key, and all keys one slot, the numbers are as good."""
    with mock.patch.object(interner, "_MIX", np.uint64(0)):
        check(batches)


def test_strays_are_met_again() -> None:
    """Of two long strings with one key the second goes to the dictionary, and is found there again."""
    first, second = b"solidarity", "solidarność".encode()
    with mock.patch.object(interner, "_MIX", np.uint64(0)):
        table = check([[first, second], [second, first, second], [b"x" * 100, second]])
    assert len(table) == 3
    assert len(table._strays) == 2


@pytest.mark.parametrize("n", [1, 3, 1000, 100_000])
def test_the_table_grows(n: int) -> None:
    """However many strings come at once, each is found again."""
    names = [f"number {i} of {n}".encode() for i in range(n)] + [str(i).encode() for i in range(n)]
    table = check([names, names[::-1]])
    assert len(table) == len(set(names))


def test_a_very_long_string_is_looked_up_within_its_own_size() -> None:
    """What is looked at grows with the string, not with its square: no step copies all of the bytes."""
    table, word = StringInterner(), b"a" * (1 << 17)
    (number,) = table.intern_all([word]).tolist()
    tracemalloc.start()
    try:
        assert table.intern_all([word]).tolist() == [number]
        assert tracemalloc.get_traced_memory()[1] < 4 * len(word)
    finally:
        tracemalloc.stop()
