"""Folding: which written forms are the same word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text import fold, stem, tokenize


@pytest.mark.parametrize(
    ("form", "term"),
    [
        ("WAR", "war"),
        ("Straße", "strasse"),
        ("Müller", "muller"),
        ("ﬁrſt", "first"),
        ("Čapek", "capek"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("œuvre", "oeuvre"),
        ("Đoković", "dokovic"),
        ("İstanbul", "istanbul"),
        ("ΆΝΘΡΩΠΟΣ", "ανθρωποσ"),
        ("ёлка", "елка"),
        ("мой", "мой"),
        ("ガ", "ガ"),
        ("हिन्दी", "हिन्दी"),
        ("كِتَاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("Ａ１", "a1"),
        ("ⅷ", "viii"),
        ("½", "½"),
        ("ǽ", "ae"),
        ("\u0e04\u0e33", "\u0e04\u0e4d\u0e32"),  # Thai am, within a word and alone
        ("\u0e33", "\u0e32"),
        ("\uff76\uff9e", "\u30ac"),  # a voiced half-width kana
        ("\uff9e", "\uff9e"),
    ],
)
def test_forms_that_are_the_same_word(form: str, term: str) -> None:
    """Case, marks of some scripts, ligatures and compatibility forms fold; what makes another word stays."""
    assert fold(form) == term


@given(form=st.text(min_size=1))
def test_folding_twice_is_folding_once(form: str) -> None:
    """A term is its own term, and the composed and the decomposed form have the same."""
    assert fold(fold(form)) == fold(form)
    assert fold(unicodedata.normalize("NFD", form)) == fold(unicodedata.normalize("NFC", form))


@given(text=st.text())
def test_a_term_is_a_word_of_its_own(text: str) -> None:
    """Terms of words are not empty, hold no space, and do not grow without bound."""
    for word in tokenize(text):
        assert word.term
        assert [each.term for each in tokenize(word.term)] == [word.term]
        assert not any(map(str.isspace, word.term))
        assert len(word.term) <= 18 * len(word.form)  # the longest compatibility form


@given(
    text=st.text(), language=st.sampled_from(["en", "de", "fr", "ru", "el", "ar", "tr", "", "xx"])
)
def test_every_word_has_a_stem(text: str, language: str) -> None:
    """Stems are folded and not empty; forms that differ in case alone share theirs."""
    for word in tokenize(text):
        found = stem(language, word.form)
        assert found
        assert fold(found) == found


def test_unknown_languages_do_not_stem() -> None:
    """A word of a language without an algorithm is its own stem."""
    assert stem("", "Parties") == stem("xx", "Parties") == "parties"
