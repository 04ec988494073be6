"""`index.format.main_stems`: stems and the groups that have them are read back from the columns."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.main_stems import MainStems, main_stem_columns
from excerpt.index.format.term_dictionary import TermDictionary
from excerpt.index.write.term_dictionary_builder import TermDictionaryBuilder
from stored import stored

STEMS = st.sampled_from(("", "ship", "ships", "été", "社", "𐐨"))
FORMS = st.sampled_from(("Ship", "ship", "SHIP", "ships", "été", "ETE", "Été", "e", "社"))


@given(st.lists(st.tuples(st.integers(0, 70_000), STEMS)).map(sorted))
def test_the_groups_of_a_stem_are_read_back(pairs: list[tuple[int, str]]) -> None:
    """Each group once, ascending; a stem that no form has has none."""
    groups = np.array([group for group, _ in pairs], np.int64)
    columns = main_stem_columns([stem for _, stem in pairs], groups)
    read = MainStems(stored(columns))
    for stem in ("", "ship", "ships", "été", "社", "𐐨", "unknown"):
        assert read.groups(stem) == sorted({group for group, each in pairs if each == stem})


@given(st.lists(st.tuples(st.sampled_from(("", "en")), FORMS, st.booleans()), unique=True))
def test_the_forms_of_a_language_are_read_back(words: list[tuple[str, str, bool]]) -> None:
    """A dictionary lists each form with its group, with and without marks, in the order of ids."""
    languages = ["", *(language for language, _, _ in words)]
    forms = ["", *(form + "-" * is_joined for _, form, is_joined in words)]
    n_tokens = np.arange(len(forms))
    dictionary = TermDictionary(
        stored(TermDictionaryBuilder(languages, forms, n_tokens).columns.items())
    )
    for language in ("", "en", "de"):
        groups, found = dictionary.forms_of_language(language)
        assert sorted(found) == sorted(form for each, form, _ in words if each == language)
        assert groups.tolist() == sorted(groups.tolist())
        for group in dictionary.groups(sorted(set(groups.tolist()))):
            of_group = [form for each, form in zip(groups, found, strict=True) if each == group.id]
            assert group.language == language
            assert of_group == group.forms
