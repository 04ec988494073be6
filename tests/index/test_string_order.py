"""`index.write.string_order`: strings are sorted as `sorted` sorts them."""

from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.write import string_order
from excerpt.index.write.string_order import sort_strings

STRINGS = st.lists(
    st.one_of(
        st.text("abé\U0001f600\ud800", max_size=12),
        st.text("a", max_size=40),
        st.text(st.characters(exclude_characters="\0\n")),
    ),
    max_size=40,
)


def check_order(strings: list[str]) -> None:
    """Check the order of `strings` and where they differ."""
    order, is_new = sort_strings(strings)
    assert order.tolist() == sorted(range(len(strings)), key=strings.__getitem__)
    before = [None, *(strings[number] for number in order)]
    assert is_new.tolist() == [
        before[place] != strings[number] for place, number in enumerate(order)
    ]


@given(STRINGS)
def test_strings_are_sorted(strings: list[str]) -> None:
    """The order is that of `sorted`, and equal strings keep theirs."""
    check_order(strings)


@given(STRINGS)
def test_long_strings_are_sorted_one_by_one(strings: list[str]) -> None:
    """The strings that many rounds leave equal are sorted too."""
    with mock.patch.object(string_order, "MAX_ROUNDS", 1):
        check_order(strings)
