"""`index.format.string_column`: strings come back by index, in order, and by bisection."""

from bisect import bisect_left
from functools import partial
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format import string_column
from excerpt.index.format.ascending_column import STEP
from excerpt.index.format.string_column import StringColumn, string_columns
from excerpt.storage.columns import Columns
from stored import check_damage, stored

STRINGS = st.text(st.sampled_from("aAzé社𐐨\ud800\x00"), max_size=4)
"""Strings of one to four bytes a letter, with a lone surrogate and NUL."""


@given(st.lists(STRINGS, max_size=12), st.integers(1, 5))
def test_strings_are_read_back(strings: list[str], chunk: int) -> None:
    """By index and in order, however many are encoded and decoded at a time."""
    with patch.object(string_column, "_CHUNK", chunk):
        column = StringColumn(stored(string_columns("x", strings).items()), "x")
        assert column.n == len(strings)
        assert [column.string(index) for index in range(column.n)] == strings
        assert list(column.strings()) == strings
        half = column.n // 2
        assert list(column.strings(half, column.n)) == strings[half:]


@given(st.lists(st.text("aé\n", max_size=4), max_size=12), st.integers(1, 5))
def test_shared_bytes_are_restored(strings: list[str], chunk: int) -> None:
    """Strings stored without the bytes that they share with the one before are read back."""
    with patch.object(string_column, "_CHUNK", chunk * STEP):
        columns = string_columns("x", strings * 10, is_shared=True)
        column = StringColumn(stored(columns.items()), "x")
        assert list(column.strings()) == strings * 10


LONG_STRINGS = st.builds("".join, st.lists(st.sampled_from(["a", "b", "abcdefg", "\x00", "é"])))
"""Strings, many with the same first 8 bytes."""


@given(
    st.lists(STRINGS | LONG_STRINGS, max_size=100, unique=True),
    STRINGS | LONG_STRINGS,
    st.booleans(),
    st.booleans(),
)
def test_sorted_strings_are_found(
    strings: list[str], wanted: str, is_shared: bool, has_prefixes: bool
) -> None:
    """Bisection agrees with Python's, in the order of code points."""
    strings.sort()
    columns = string_columns("x", strings, is_shared=is_shared, has_prefixes=has_prefixes)
    column = StringColumn(stored(columns.items()), "x")
    assert column.bisect_left(wanted) == bisect_left(strings, wanted)
    assert column.find(wanted) == (strings.index(wanted) if wanted in strings else -1)


@given(st.lists(STRINGS | LONG_STRINGS, max_size=40), st.booleans(), st.booleans(), st.data())
def test_strings_may_be_given_in_another_order(
    strings: list[str], is_shared: bool, has_prefixes: bool, data: st.DataObject
) -> None:
    """The columns of strings with an order are those of the ordered strings."""
    numbers = st.integers(0, max(0, len(strings) - 1))
    order = data.draw(st.lists(numbers, max_size=60)) if strings else []
    found = string_columns(
        "x", strings, np.array(order, np.int64), is_shared=is_shared, has_prefixes=has_prefixes
    )
    chosen = [strings[number] for number in order]
    expected = string_columns("x", chosen, is_shared=is_shared, has_prefixes=has_prefixes)
    assert {name: column.tolist() for name, column in found.items()} == {
        name: column.tolist() for name, column in expected.items()
    }


@given(st.lists(STRINGS, max_size=12), st.integers(1, 5), st.data())
def test_batches_hold_all_strings(strings: list[str], size: int, data: st.DataObject) -> None:
    """Batches of any size hold the strings of a range in order, and say where each batch begins."""
    first = data.draw(st.integers(0, len(strings)))
    last = data.draw(st.integers(first, len(strings)))
    column = StringColumn(stored(string_columns("x", strings).items()), "x")
    with patch.object(string_column, "_BATCH", size):
        batches = list(column.batches(first, last))
    for batch in batches:
        assert batch.strings(np.arange(batch.n)) == strings[batch.first : batch.first + batch.n]
    assert sum(batch.n for batch in batches) == last - first


def test_a_damaged_string_is_noticed() -> None:
    """Damage raises IndexDamaged or changes nothing, also where it misleads a search."""
    strings = [f"{number:03}" for number in range(0, 200, 2)]
    columns = string_columns("x", strings, has_prefixes=True)
    check_damage(columns.items(), lambda read: list(StringColumn(read, "x").strings()))
    searched = ("000", "077", "120", "999")
    for wanted in searched:
        check_damage(columns.items(), partial(find, wanted))


def find(wanted: str, columns: Columns) -> int:
    """Return the index of a string."""
    return StringColumn(columns, "x").find(wanted)


@given(st.lists(STRINGS, max_size=70))
def test_the_last_bytes_are_read_at_once(strings: list[str]) -> None:
    """They are those of the UTF-8, and 0 for an empty string."""
    column = StringColumn(stored(string_columns("x", strings).items()), "x")
    expected = [each.encode("utf-8", "surrogatepass")[-1:] or b"\0" for each in strings]
    found = column.last_bytes(np.arange(len(strings)))
    assert [bytes([byte]) for byte in found.tolist()] == expected
