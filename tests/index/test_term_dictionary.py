"""`engines.columnar.dictionary`: forms are arranged by their terms and stems."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.term_dictionary import arrange
from excerpt.text import fold, stem

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
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(("", "en", "de", "fr")),
        st.sampled_from(FORMS) | st.text("aAéb", min_size=1),
    ),
    unique=True,
)


@given(ENTRIES)
def test_entries_stand_by_frequency_term_and_stem(entries: list[tuple[str, str]]) -> None:
    """Frequent terms come first, then terms and stems in order; each variant, term and stem is named once."""
    counts = np.array([0, *(1 + len(form) % 3 for _, form in entries)], np.int64)
    frequency: dict[str, int] = {}
    for (_, form), count in zip(entries, counts[1:].tolist(), strict=True):
        frequency[fold(form)] = frequency.get(fold(form), 0) + count
    expected = sorted(
        entries,
        key=lambda entry: (
            -frequency[fold(entry[1])],
            fold(entry[1]),
            entry[0],
            stem(*entry),
            entry[1],
        ),
    )
    found = arrange(
        ["", *(code for code, _ in entries)], ["", *(form for _, form in entries)], counts
    )
    assert [expected.index(entry) + 1 for entry in entries] == found.number_of[1:].tolist()
    variants = [(fold(form), code, stem(code, form)) for code, form in expected]
    distinct = list(dict.fromkeys(variants))
    assert found.variant_of[1:].tolist() == [distinct.index(variant) for variant in variants]
    assert found.stem_of.size == len(distinct)
    assert found.columns["term_variants"].size == len(frequency) + 1
    assert found.columns["stem_variants_at"].size == len({variant[1:] for variant in distinct}) + 1
