"""`index.format.term_dictionary`: forms, groups, terms and stems are numbered, and found again."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.index.format.term_dictionary import TermDictionary, stored_form, stored_forms
from excerpt.index.write.term_dictionary_builder import TermDictionaryBuilder
from excerpt.storage.columns import Columns
from excerpt.text import fold, stem
from stored import check_damage, stored

FORMS = (
    "War",
    "war",
    "WAR",
    "wars",
    "Müller",
    "muller",
    "parties",
    "Party",
    "été",
    "社",
    "a",
    "A",
    "İ",
    "x" * 40,
)
LANGUAGES = ("", "en", "de", "fr")
Words = list[tuple[str, str]]
"""Languages and forms."""
WORDS = st.lists(
    st.tuples(
        st.sampled_from(LANGUAGES), st.sampled_from(FORMS) | st.text("aAéb\U0010ffff", min_size=1)
    ),
    unique=True,
)
EXAMPLE = [("de", "Zug"), ("de", "Zuge"), ("en", "zug"), ("en", "wars"), ("en", "War")]
EXAMPLE_COUNTS = [2, 1, 1, 1, 1]


def built(words: Words, counts: list[int]) -> TermDictionaryBuilder:
    """Build the dictionary of `words` with these frequencies."""
    languages = ["", *(language for language, _ in words)]
    forms = ["", *(form for _, form in words)]
    return TermDictionaryBuilder(languages, forms, np.array([0, *counts], np.int64))


def counts_of(words: Words) -> list[int]:
    """Return a number of tokens for each word."""
    return [1 + len(form) % 3 for _, form in words]


def group_of(word: tuple[str, str]) -> tuple[str, str, str]:
    """Return the term, language and stem of a word, which make its group."""
    language, form = word
    return fold(form), language, stem(language, form)


@given(WORDS)
@example(EXAMPLE)
def test_words_are_numbered_by_frequency_term_stem_and_form(words: Words) -> None:
    """Frequent terms first, then those with several groups, whose numbers are consecutive."""
    counts = counts_of(words)
    frequency: Counter[str] = Counter()
    for (_, form), count in zip(words, counts, strict=True):
        frequency[fold(form)] += count
    n_groups = Counter(term for term, _, _ in set(map(group_of, words)))
    expected = sorted(
        words,
        key=lambda word: (
            -frequency[fold(word[1])],
            -n_groups[fold(word[1])],
            fold(word[1]),
            word[0],
            stem(*word),
            word[1],
        ),
    )
    builder = built(words, counts)
    assert builder.id_of.tolist() == [0, *(expected.index(word) + 1 for word in words)]
    groups = list(dict.fromkeys(map(group_of, expected)))
    assert builder.group_of[1:].tolist() == [groups.index(group_of(word)) for word in expected]
    terms = list(dict.fromkeys(fold(form) for _, form in expected))
    sizes = [sum(fold(form) == term for _, form in words) for term in terms]
    assert np.diff(builder.first_forms).tolist() == sizes
    n_tokens = dict.fromkeys(groups, 0)
    for word, count in zip(words, counts, strict=True):
        n_tokens[group_of(word)] += count
    assert builder.sum_by_group(np.array([9, *counts])).tolist() == list(n_tokens.values())


@given(WORDS)
@example(EXAMPLE)
def test_words_are_found_by_form_term_and_stem(words: Words) -> None:
    """Each way leads to the forms that were added, and to no others."""
    builder = built(words, counts_of(words))
    dictionary = TermDictionary(stored(builder.columns.items()))
    word_of = dict(zip(builder.id_of[1:].tolist(), words, strict=True))
    form_ids = sorted(word_of)
    assert list(dictionary.marked_forms()) == [word_of[form_id][1] for form_id in form_ids]
    assert [dictionary.form(form_id) for form_id in form_ids] == list(dictionary.marked_forms())
    assert dictionary.groups_of(np.array([0, *form_ids])).tolist() == [
        -1,
        *builder.group_of[1:].tolist(),
    ]
    for language, form in words:
        same_form = {form_id for form_id, word in word_of.items() if word[1] == form}
        assert set(dictionary.form_ids(form)) == same_form
        of_term = dictionary.groups_of_term(fold(form))
        found = {form_id for group in of_term for form_id in dictionary.forms_of_group(group)}
        assert found == {n for n, word in word_of.items() if fold(word[1]) == fold(form)}
        assert dictionary.groups_of_term_id(dictionary.term_id(fold(form))) == of_term
        key = (language, stem(language, form))
        of_stem = dictionary.groups_of_stem(dictionary.stem_id(*key))
        assert {dictionary.stem_of_group(group) for group in of_stem} == {key}
        for group in dictionary.groups(of_stem):
            assert group.language == language == dictionary.language_of_group(group.id)
            assert group.form_ids == dictionary.forms_of_group(group.id)
            assert group.forms == list(map(dictionary.form, group.form_ids))
        assert [group.id for group in dictionary.groups(of_stem)] == of_stem
        first, last = dictionary.form_ranges(np.array(of_stem))
        ranges = map(range, first.tolist(), last.tolist())
        assert {form_id for each in ranges for form_id in each} == {
            n for n, word in word_of.items() if (word[0], stem(*word)) == key
        }


@given(WORDS, st.text("aAéb\U0010ffff", max_size=2))
@example([("", "a\U0010ffff"), ("", "b")], "a\U0010ffff")
def test_terms_are_found_by_prefix(words: Words, prefix: str) -> None:
    """Sorted, with the ranges of their groups."""
    builder = built(words, counts_of(words))
    dictionary = TermDictionary(stored(builder.columns.items()))
    terms = sorted({fold(form) for _, form in words})
    batches = list(dictionary.term_batches(prefix))
    found = [term for batch in batches for term in batch.strings(np.arange(batch.n))]
    assert found == [term for term in terms if term.startswith(prefix)]
    assert all(terms[batch.first].startswith(prefix) for batch in batches if batch.n)
    first, last = dictionary.group_ranges(np.arange(len(terms)))
    assert list(map(range, first.tolist(), last.tolist())) == [
        dictionary.groups_of_term(term) for term in terms
    ]


@pytest.mark.parametrize("word", ["", "wa", "warsaw", "\U0010ffff"])
def test_a_missing_word_is_not_found(word: str) -> None:
    """Neither as a form nor as a term nor as a stem."""
    dictionary = TermDictionary(stored(built(EXAMPLE, EXAMPLE_COUNTS).columns.items()))
    assert dictionary.form_ids(word) == []
    assert dictionary.term_id(word) == -1
    assert dictionary.groups_of_term(word) == range(0)
    assert dictionary.stem_id("en", word) == -1


def test_the_example_of_the_documentation_holds() -> None:
    """The ids are those that the module's docstring gives."""
    builder = built(EXAMPLE, EXAMPLE_COUNTS)
    dictionary = TermDictionary(stored(builder.columns.items()))
    assert list(dictionary.marked_forms()) == ["Zug", "zug", "War", "wars", "Zuge"]
    assert builder.group_of.tolist()[1:] == [0, 1, 2, 3, 4]
    assert [dictionary.term_id(term) for term in ("zug", "war", "wars", "zuge")] == [0, 1, 2, 3]
    assert [dictionary.groups_of_term_id(term) for term in range(4)] == [
        range(2),
        range(2, 3),
        range(3, 4),
        range(4, 5),
    ]
    stems = [("de", "zug"), ("en", "war"), ("en", "zug")]
    assert [dictionary.stem_id(*each) for each in stems] == [0, 1, 2]
    assert builder.stem_of.tolist() == [0, 2, 1, 1, 0]


def test_a_damaged_dictionary_is_noticed() -> None:
    """Damage raises IndexDamaged or changes nothing that is read."""
    words = [("en", f"{letter}{number:03}") for letter in "ab" for number in range(100)]

    def read(columns: Columns) -> list[object]:
        dictionary = TermDictionary(columns)
        groups = range(dictionary.n_groups)
        return [
            list(dictionary.marked_forms()),
            [dictionary.form_ids(form) for _, form in words[::9]],
            [dictionary.groups_of_term(form) for _, form in words[::9]],
            [dictionary.groups_of_stem(dictionary.stem_id("en", form)) for _, form in words[::9]],
            [dictionary.stem_of_group(group) for group in groups],
            [dictionary.forms_of_group(group) for group in groups],
        ]

    check_damage(built(words, counts_of(words)).columns.items(), read)


@given(st.lists(st.text("aAbBéÉßǆ1", min_size=1, max_size=3)))
@example(["ǆa", "ǅa", "Ǆa", "a1", "A1"])
def test_many_forms_are_stored_like_each(forms: list[str]) -> None:
    """The strings stored for forms are those of one form after the other."""
    terms = list(map(fold, forms))
    assert stored_forms(forms, terms) == list(map(stored_form, forms, terms))
