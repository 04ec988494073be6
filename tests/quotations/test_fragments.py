"""Omissions, brackets and [sic] in quotations."""

import pytest

from excerpt.quotations.fragments import split_fragments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three", ["one two three"]),
        ("one … two", ["one", "two"]),
        ("one [...] two [. . .] three (…) four", ["one", "two", "three", "four"]),
        ("one . . . two.... Three", ["one", "two", "Three"]),
        ("…one two…", ["one two"]),
        ("[T]he mill", ["The mill"]),
        ("the worker[s] rose", ["the worker rose"]),
        ("the [old] mill [of the town] rose", ["the", "mill", "rose"]),
        ("teh [sic] mill (sic!) [SIC] rose", ["teh mill rose"]),
        ("what? No. 5, p. 3", ["what? No. 5, p. 3"]),
        ("[—] one", ["one"]),
        ("[…]", []),
        ("", []),
    ],
)
def test_a_quotation_is_divided_where_words_are_left_out(text: str, expected: list[str]) -> None:
    """Each omission and each text in brackets divides it; letters in a word and [sic] do not."""
    assert [fragment.text for fragment in split_fragments(text)] == expected


def test_a_fragment_has_no_wildcards() -> None:
    """Signs that a query would take for wildcards are blanked out."""
    (fragment,) = split_fragments("Is it true? *So* it is")
    assert fragment.query == "Is it true   So  it is"
    assert split_fragments("[T]rue")[0].is_altered
    assert not fragment.is_altered


def test_long_white_space_takes_no_more_work_than_its_length() -> None:
    """Marks that are blanked out may leave hundreds of thousands of spaces and line ends."""
    for space in (" ", "\n", " \n", "\u00a0"):
        fragments = split_fragments(f"one{space * 300_000}two [sic] three")
        assert [len(fragment.tokens) for fragment in fragments] == [3]
