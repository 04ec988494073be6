"""The formulas of the score: bounds, and what each of their parts is there for."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.query.ranking import (
    EXACT_WEIGHT,
    MAX_BURST,
    MIN_LENGTH,
    saturation,
    term_weight,
    word_frequency,
)

counts = st.integers(1, 10_000).flatmap(
    lambda n_passages: st.tuples(
        st.just(n_passages), st.integers(0, n_passages), st.integers(0, 10**6)
    ).map(lambda found: (found[0], found[1], found[1] + found[2] * (found[1] > 0)))
)


@given(found=counts)
def test_importance_is_bounded_by_rarity(found: tuple[int, int, int]) -> None:
    """Whatever is held, it counts for something, and for no more than MOST times its rarity."""
    n_passages, n_holding, _ = found
    assert 0 < term_weight(*found) < MAX_BURST * log((n_passages + 1) / (n_holding + 0.5))


@given(found=counts, more=st.integers(1, 100))
def test_what_comes_again_counts_more(found: tuple[int, int, int], more: int) -> None:
    """Of two leaves of as many passages, the one with more occurrences tells more, up to a bound."""
    n_passages, n_holding, n_occurrences = found
    assert term_weight(n_passages, n_holding, n_occurrences + more) >= term_weight(*found)
    assert term_weight(1000, 20, 30) > term_weight(1000, 20, 20)


@given(n_passages=st.integers(2, 10_000), data=st.data())
def test_the_rarer_counts_more(n_passages: int, data: st.DataObject) -> None:
    """Of two leaves with one occurrence in each of their passages, the one of fewer passages tells more."""
    fewer = data.draw(st.integers(0, n_passages - 1))
    more = data.draw(st.integers(fewer + 1, n_passages))
    assert term_weight(n_passages, fewer, fewer) > term_weight(n_passages, more, more)


def test_a_common_word_gains_nothing_by_its_number() -> None:
    """A word of nearly all passages tells next to nothing, however often it stands in each."""
    assert term_weight(1000, 950, 10_000) < term_weight(1000, 10, 10) / 50


@given(
    frequency=st.floats(0.1, 1000),
    length=st.floats(1, 10_000),
    average=st.floats(1, 1000),
    more=st.floats(0.1, 9),
)
def test_saturation_grows_towards_one(
    frequency: float, length: float, average: float, more: float
) -> None:
    """More is better, never by more than the first was, and longer passages need more."""
    here = saturation(frequency, length, average)
    assert 0 < here <= saturation(frequency + more, length, average) < 1
    assert saturation(frequency, length + 1, average) <= here


def test_nothing_is_gained_by_being_shorter_than_short() -> None:
    """A title page that names a word is no better than a passage of half the average that does."""
    assert saturation(1.0, 3.0, 100.0) == saturation(1.0, MIN_LENGTH * 100.0, 100.0)
    assert saturation(1.0, 3.0, 100.0) < saturation(2.0, 100.0, 100.0)


def test_the_very_word_decides_between_equals() -> None:
    """Of two passages with a word once, the one that has it as typed comes first; twice any form is better still."""
    assert (
        word_frequency(1, 0, 0, 0) < word_frequency(1, 1, 0, 0) == pytest.approx(1 + EXACT_WEIGHT)
    )
    assert word_frequency(1, 1, 0, 0) < word_frequency(2, 0, 0, 0)
