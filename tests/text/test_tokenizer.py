"""`text.tokenizer`: the words of a text and their spans."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.text import hyphenated_compounds, token_spans, tokenize
from excerpt.text.characters import character_classes
from excerpt.text.tokenizer import token_offsets
from strategies import odd_texts

SOFT, ZERO = "\u00ad", "\u200b"


def forms(text: str) -> list[str]:
    """Return the written forms of the words of `text`."""
    return [token.form for token in tokenize(text, hyphenated=hyphenated_compounds(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" ... !", []),
        ("War, and peace.", ["War", "and", "peace"]),
        ("l'homme don't party's", ["l", "homme", "don", "t", "party", "s"]),
        ("self-determination", ["self", "determination"]),
        ("a_b", ["a", "b"]),
        ("3rd 1,000 3.5", ["3rd", "1000", "3", "5"]),
        ("U.S.S.R. and U.S.", ["USSR", "and", "US"]),
        ("end.Next", ["end", "Next"]),
        ("i.e. A.B", ["ie", "AB"]),
        (f"revo{SOFT}lution re{ZERO}volt", ["revolution", "revolt"]),
        ("社会主義", ["社", "会", "主", "義"]),
        ("ガ行 and ga", ["ガ", "行", "and", "ga"]),
        ("กำ", ["ก", "ำ"]),
        ("葛\U000e0100城", ["葛", "城"]),  # a variation selector
        ("3\u318d1운동", ["3", "1운동"]),  # a letter that Korean texts write for a middle dot
        ("5㎏, 3 ㎡ of 100㌔, ㍻ ㏂", ["5㎏", "3", "㎡", "of", "100"]),
        ("e\u0301te\u0301", ["été"]),
        ("\u0301", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    """Words are runs of letters, marks and digits, initials, numbers and unspaced characters."""
    assert forms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("revolu-\ntion", ["revolution"]),
        ("revolu- \r\n  tion", ["revolution"]),
        (f"revolu{SOFT}\ntion", ["revolution"]),
        ("revo-\nlu-\ntion", ["revolution"]),
        ("revolu¬\ntion", ["revolution"]),
        ("Revolu=\ntion, Bür⸗\n\nger", ["Revolution", "Bürger"]),
        ("self¬\nrule and self-rule", ["self", "rule", "and", "self", "rule"]),
        ("a = b, c= d, ¬x, «\nb", ["a", "b", "c", "d", "x", "b"]),
        ("Anglo-\nAmerican", ["Anglo", "American"]),
        ("1914-\n1918", ["1914", "1918"]),
        ("self-\nrule and self-rule", ["self", "rule", "and", "self", "rule"]),
        ("revolu-\n\n", ["revolu"]),
        ("a —\nb", ["a", "b"]),
    ],
)
def test_words_broken_at_a_line_end(text: str, expected: list[str]) -> None:
    """A hyphen at a line end joins, except before a capital or digit and in known compounds."""
    assert forms(text) == expected


def test_spans_cover_the_word() -> None:
    """The span of a broken word includes the break, and `start` is added to all spans."""
    text = "a revolu-\ntion"
    assert [token.span.of(text) for token in tokenize(text)] == ["a", "revolu-\ntion"]
    assert [token.span.start for token in tokenize(text, 100)] == [100, 102]


@given(text=st.text())
def test_tokens_contain_every_letter(text: str) -> None:
    """Spans are disjoint and ascend, and no letter or digit is outside them."""
    end = 0
    outside = ""
    for token in tokenize(text):
        assert end <= token.span.start < token.span.end <= len(text)
        outside += text[end : token.span.start]
        end = token.span.end
    outside += text[end:]
    assert not set(character_classes(outside)) & set("aA0h")


@given(text=st.text(alphabet="aAé1.-' \n\u0301社"))
def test_composed_and_decomposed_texts_have_the_same_words(text: str) -> None:
    """NFC and NFD of a text are the same words."""
    composed, decomposed = (forms(unicodedata.normalize(form, text)) for form in ("NFC", "NFD"))
    assert composed == decomposed


@given(odd_texts())
@example(["\u0301 a\u0301 \u0301\u0301b"])
def test_spans_and_offsets_are_those_of_tokens(texts: list[str]) -> None:
    """`token_spans` and `token_offsets` agree with `tokenize`, whose forms are not empty."""
    hyphenated = hyphenated_compounds("\n\n".join(texts))
    for text in texts:
        tokens = tokenize(text, 3, hyphenated)
        spans = token_spans(text, 3, hyphenated)
        assert spans == [token.span for token in tokens]
        assert token_offsets(text, 3, hyphenated) == [(span.start, span.end) for span in spans]
        assert all(token.form and token.term for token in tokens)
