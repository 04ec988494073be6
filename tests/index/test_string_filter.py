"""`index.format.string_filter`: it contains what was put in, and little else."""

import random

from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.string_filter import StringFilter, filter_column, hash_of
from stored import check_damage, stored


def reopened(strings: set[str]) -> StringFilter:
    """Write a filter of `strings`, and read it."""
    return StringFilter(stored([("x", filter_column(strings))]), "x")


@given(st.sets(st.text("aé社\ud800\x00", max_size=4), max_size=40))
def test_all_strings_may_be_in_it(strings: set[str]) -> None:
    """No string of the set is denied."""
    found = reopened(strings)
    assert all(found.may_contain(hash_of(each)) for each in strings)


def test_most_other_strings_are_denied() -> None:
    """Fewer than one in ten may be in it; of an empty set, none."""
    letters = random.Random(1)  # numbers as strings would have similar CRCs
    strings = ["".join(letters.choices("abcdefgh", k=12)) for _ in range(2000)]
    found = reopened(set(strings[:1000]))
    others = [found.may_contain(hash_of(each)) for each in strings[1000:]]
    assert sum(others) < 100
    assert not any(reopened(set()).may_contain(hash_of(str(number))) for number in range(1000))


def test_damage_is_noticed() -> None:
    """A damaged bit raises IndexDamaged or changes nothing."""
    columns = [("x", filter_column({"a", "b"}))]
    check_damage(columns, lambda read: StringFilter(read, "x").may_contain(hash_of("a")))
