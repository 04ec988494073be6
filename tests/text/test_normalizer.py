"""`text.normalizer`: which written forms are the same word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text import fold, tokenize
from excerpt.text.normalizer import fold_all, lower, lower_all


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
        ("كتـــاب", "كتاب"),
        ("ـ", "ـ"),
        ("\u0313\u02bb", "\u0313\u02bb"),  # a mark and a sign that is left out elsewhere
        ("हिन्दी", "हिंदी"),
        ("गङ्गा", "गंगा"),
        ("सम्मान", "सम्मान"),
        ("वहाँ", "वहां"),
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


_INTERPLAY = (
    "aAeEéÉß\u0130ǽﬁÅŉΐΣς\u0345\u0301\u0308\u0327\u030a\u0323"  # Latin and Greek, and marks
    "еЕёи\u0306й"  # Cyrillic
    "\u1100\u1161\u11a8가각한"  # Korean letters and syllables
    "\u0930\u093c\u09c7\u09be\u0e19\u0e33\uff76\uff9e\u30ab\u3099"  # Indic, Thai, kana
    "\u0628\u0651\u0654\u06c0\u0621\u05d0\u05b7\u02bb½ﷺ㎏\0\n"
)
"""Characters whose terms may depend on those around them."""


@given(st.lists(st.one_of(st.text(_INTERPLAY, max_size=5), st.text())))
def test_many_forms_are_folded_like_each(forms: list[str]) -> None:
    """The terms are those of one form after the other."""
    assert fold_all(forms) == list(map(fold, forms))
    assert lower_all(forms) == list(map(lower, forms))


def test_characters_fold_as_in_words() -> None:
    """Any two characters of many scripts fold together as they do when words are folded alone."""
    points = [*range(0x20, 0x800), *range(0x1100, 0x1200, 7), *range(0x1E00, 0x2000), 0xAC00]
    marks = "\u0301\u0308\u0327\u0345\u05b7\u0651\u093c\u3099\u1161\u11a8"
    forms = [first + chr(point) for point in points for first in "aéеЕα\u1100가ب"]
    forms += [chr(point) + mark for point in points for mark in marks]
    assert fold_all(forms) == list(map(fold, forms))
