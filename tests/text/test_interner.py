"""`text.interner`: strings and ids correspond, however the keys collide."""

import tracemalloc
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text import interner
from excerpt.text.interner import StringInterner

STRINGS = st.one_of(
    st.text("abé", min_size=1, max_size=40),
    st.text("a", min_size=1, max_size=60),
    st.text(min_size=1),
).map(lambda text: text.replace("\0", "0").encode())
BATCHES = st.lists(st.lists(STRINGS, max_size=30), max_size=5)


def check_interned(batches: list[list[bytes]]) -> StringInterner:
    """Intern `batches` in turn, check that strings and ids correspond, and return the table."""
    table = StringInterner()
    ids: dict[bytes, int] = {}
    for batch in batches:
        for string, string_id in zip(batch, table.intern_all(batch).tolist(), strict=True):
            assert ids.setdefault(string, string_id) == string_id
            assert table.string(string_id) == string
    strings = [table.string(string_id) for string_id in range(len(table))]
    assert table.strings(np.arange(len(table))) == [string.decode() for string in strings]
    for first in (0, len(table) // 2, len(table)):
        found = [i for i, string in enumerate(strings) if i >= first and not string.isascii()]
        assert table.beyond_ascii(first) == found
    assert sorted(ids.values()) == list(range(len(table)))
    return table


@given(BATCHES)
def test_a_string_has_one_id(batches: list[list[bytes]]) -> None:
    """Equal strings have equal ids, different strings different ones, and ids lead back."""
    check_interned(batches)


@given(BATCHES)
def test_a_bad_hash_does_no_harm(batches: list[list[bytes]]) -> None:
    """The ids are right even if all long strings have one key and all keys one slot."""
    with mock.patch.object(interner, "_MULTIPLIER", np.uint64(0)):
        check_interned(batches)


def test_collisions_are_found_again() -> None:
    """The second of two long strings with one key is kept in the dictionary of collisions."""
    first, second = b"solidarity", "solidarność".encode()
    with mock.patch.object(interner, "_MULTIPLIER", np.uint64(0)):
        table = check_interned([[first, second], [second, first, second], [b"x" * 100, second]])
    assert len(table) == 3
    assert len(table._collisions) == 2


@pytest.mark.parametrize("n", [1, 3, 1000, 100_000])
def test_the_table_grows(n: int) -> None:
    """Each of any number of strings is found again."""
    names = [f"number {i} of {n}".encode() for i in range(n)] + [str(i).encode() for i in range(n)]
    table = check_interned([names, names[::-1]])
    assert len(table) == len(set(names))


def test_a_long_string_takes_linear_memory() -> None:
    """The memory for a look-up grows with the length of the string, not with its square."""
    table, string = StringInterner(), b"a" * (1 << 17)
    (string_id,) = table.intern_all([string]).tolist()
    tracemalloc.start()
    try:
        assert table.intern_all([string]).tolist() == [string_id]
        assert tracemalloc.get_traced_memory()[1] < 4 * len(string)
    finally:
        tracemalloc.stop()
