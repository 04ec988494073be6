"""Cutting texts into words: what is one word, and where it stands."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text import hyphenated_compounds, tokenize
from excerpt.text.characters import character_classes

SOFT, ZERO = "\u00ad", "\u200b"


def forms(text: str) -> list[str]:
    """The written forms of the words of `text`."""
    return [word.form for word in tokenize(text, hyphenated=hyphenated_compounds(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" ... !", []),
        ("War, and peace.", ["War", "and", "peace"]),
        ("l'homme don't party's", ["l", "homme", "don", "t", "party", "s"]),
        ("self-determination", ["self", "determination"]),
        ("a_b", ["a", "b"]),
        ("3rd 1,000 3.5", ["3rd", "1", "000", "3", "5"]),
        ("U.S.S.R. and U.S.", ["USSR", "and", "US"]),
        ("end.Next", ["end", "Next"]),
        ("i.e. A.B", ["ie", "AB"]),
        (f"revo{SOFT}lution re{ZERO}volt", ["revolution", "revolt"]),
        ("社会主義", ["社", "会", "主", "義"]),
        ("ガ行 and ga", ["ガ", "行", "and", "ga"]),
        ("กำ", ["ก", "ำ"]),
        ("e\u0301te\u0301", ["été"]),
        ("\u0301", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    """Letters, marks and digits in a run; initials are one word; scripts without spaces one for each character."""
    assert forms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("revolu-\ntion", ["revolution"]),
        ("revolu- \r\n  tion", ["revolution"]),
        (f"revolu{SOFT}\ntion", ["revolution"]),
        ("revo-\nlu-\ntion", ["revolution"]),
        ("Anglo-\nAmerican", ["Anglo", "American"]),
        ("1914-\n1918", ["1914", "1918"]),
        ("self-\nrule and self-rule", ["self", "rule", "and", "self", "rule"]),
        ("revolu-\n\n", ["revolu"]),
        ("a —\nb", ["a", "b"]),
    ],
)
def test_words_broken_at_a_line_end(text: str, expected: list[str]) -> None:
    """A hyphen at a line end joins, but not before a capital or digit, nor in a compound the text has in a line."""
    assert forms(text) == expected


def test_spans_are_those_of_the_text() -> None:
    """A word that was broken spans the break; `start` moves all."""
    text = "a revolu-\ntion"
    assert [word.span.of(text) for word in tokenize(text)] == ["a", "revolu-\ntion"]
    assert [word.span.start for word in tokenize(text, 100)] == [100, 102]


@given(text=st.text())
def test_words_ascend_and_hold_every_letter(text: str) -> None:
    """Spans are disjoint and ascend; no letter or digit stands outside them."""
    at = 0
    outside = ""
    for word in tokenize(text):
        assert at <= word.span.start < word.span.end <= len(text)
        outside += text[at : word.span.start]
        at = word.span.end
    outside += text[at:]
    assert not set(character_classes(outside)) & set("aA0h")


@given(text=st.text(alphabet="aAé1.-' \n\u0301社"))
def test_composed_and_decomposed_texts_have_the_same_words(text: str) -> None:
    """NFC and NFD of a text are the same words."""
    composed, decomposed = (forms(unicodedata.normalize(form, text)) for form in ("NFC", "NFD"))
    assert composed == decomposed
