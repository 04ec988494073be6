"""`text.normalizer`: which written forms are the same word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text import fold, tokenize
from excerpt.text.normalizer import fold_all


@pytest.mark.parametrize(
    ("form", "term"),
    [
        ("WAR", "war"),
        ("Straße", "strasse"),
        ("Müller", "muller"),
        ("ﬁrſt", "first"),
        ("Čapek", "capek"),
        ("dur\uf502\ueba2\ue42ctig", "durchsiatig"),  # private characters of old prints
        ("i\ueada", "ist"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("œuvre", "oeuvre"),
        ("Đoković", "dokovic"),
        ("İstanbul", "istanbul"),
        ("ΆΝΘΡΩΠΟΣ", "ανθρωποσ"),
        ("ёлка", "елка"),
        ("мой", "мой"),
        ("вода\u0301", "вода"),
        ("БОЛЬША\u0301Я", "большая"),
        ("ё\u0301", "е"),
        ("ї\u0301", "ї"),
        ("ѝ", "и"),
        ("ќ", "ќ"),  # a Macedonian letter
        ("⼈", "人"),
        ("⺟", "母"),
        ("⻄", "⻄"),
        ("ガ", "ガ"),
        ("हिन्दी", "हिन्दी"),
        ("كِتَاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("Ａ１", "a1"),
        ("ⅷ", "viii"),
        ("½", "½"),
        ("Þórður", "thordur"),
        ("Víðir", "vidir"),
        ("ᾳ", "α"),
        ("ᾼδης", "αδησ"),
        ("α\u0345", "α"),
        ("مدرسة", "مدرسه"),
        ("على", "علي"),
        ("ٱلكتاب", "الكتاب"),
        ("یک", "يك"),
        ("٤٢", "42"),
        ("\u02bfAlī", "ali"),
        ("Qur\u02beān", "quran"),
        ("Hawai\u02bbi", "hawaii"),
        ("\u02bb", "\u02bb"),
        ("४२", "42"),
        ("๔๒", "42"),
        ("ǽ", "ae"),
        ("\u0e33", "\u0e33"),  # Thai am, which is not aa
        ("\u0eb3", "\u0eb3"),
        ("\u338f", "kg"),
        ("m\u33a1", "mm2"),
        ("\uff76\uff9e", "\u30ac"),  # a voiced half-width kana
        ("\uff9e", "\uff9e"),
    ],
)
def test_terms(form: str, term: str) -> None:
    """Case, marks of some scripts, ligatures and compatibility forms are removed, no more."""
    assert fold(form) == term


@given(form=st.text(min_size=1))
def test_folding_is_idempotent(form: str) -> None:
    """A term is its own term, and the composed and decomposed form have the same term."""
    assert fold(fold(form)) == fold(form)
    assert fold(unicodedata.normalize("NFD", form)) == fold(unicodedata.normalize("NFC", form))


@given(text=st.text())
def test_a_term_is_a_word(text: str) -> None:
    """Terms are not empty, contain no space, are one word, and do not grow without bound."""
    for token in tokenize(text):
        assert token.term
        assert [each.term for each in tokenize(token.term)] == [token.term]
        assert not any(map(str.isspace, token.term))
        assert len(token.term) <= 18 * len(token.form)  # the longest compatibility form


@given(st.lists(st.one_of(st.text("aAéÉß\u0130", max_size=4), st.text())))
def test_many_forms_are_folded_like_each(forms: list[str]) -> None:
    """The terms are those of one form after the other."""
    assert fold_all(forms) == list(map(fold, forms))
