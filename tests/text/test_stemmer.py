"""`text.stemmer`: every word has a stem, with or without an algorithm for its language."""

import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text import LANGUAGES, fold, possible_stems, stem, tokenize
from excerpt.text.stemmer import _MARKED, keeps_beginnings, stems


@given(
    text=st.text(), language=st.sampled_from(["en", "de", "fr", "ru", "el", "ar", "tr", "", "xx"])
)
def test_every_word_has_a_stem(text: str, language: str) -> None:
    """Stems are folded and not empty, and one of the possible stems of their term."""
    forms = [token.form for token in tokenize(text)]
    assert stems(language, forms) == [stem(language, form) for form in forms]
    for form in forms:
        stemmed = stem(language, form)
        assert stemmed
        assert fold(stemmed) == stemmed
        assert stem(language, fold(form)) in map(fold, possible_stems(language, fold(form)))


def test_a_word_of_another_language_is_its_own_stem() -> None:
    """Without an algorithm for the language, the stem is the term."""
    assert stem("", "Parties") == stem("xx", "Parties") == "parties"


@given(
    word=st.text("abdeghilnorstuyzäéèîöüßñçøåабвеийоющя", min_size=1, max_size=9),
    language=st.sampled_from(sorted(filter(keeps_beginnings, LANGUAGES))),
)
def test_stems_keep_beginnings(word: str, language: str) -> None:
    """A stem begins with the first letter of its word, but in languages that are not named."""
    assert stem(language, word)[0] == fold(word)[0]


@pytest.mark.parametrize(
    ("language", "word"), [("id", "mengambil"), ("nl", "gewerkt"), ("tr", "b")]
)
def test_other_stems_lose_beginnings(language: str, word: str) -> None:
    """Languages whose algorithms change the first letter of a word are not named."""
    assert not keeps_beginnings(language)
    assert stem(language, word)[0] != word[0] or language == "tr"


def test_every_algorithm_exists() -> None:
    """The installed version of the library has all algorithms; without one, stems would differ."""
    assert set(LANGUAGES.values()) <= set(Stemmer.algorithms())
    assert set(_MARKED) <= set(LANGUAGES)


@pytest.mark.parametrize("form", ["вода\u0301", "Воды\u0301", "ВОДУ"])
def test_stress_marks_do_not_change_a_stem(form: str) -> None:
    """A dictionary marks the stress of a word; its inflected forms are found all the same."""
    assert stem("ru", form) == "вод"
