"""`query.ranking`: bounds of the formulas, and the purpose of each of their parts."""

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
def test_the_weight_is_bounded_by_rarity(found: tuple[int, int, int]) -> None:
    """The weight of a term is above 0 and at most MAX_BURST times its rarity."""
    n_passages, n_holding, _ = found
    assert 0 < term_weight(*found) < MAX_BURST * log((n_passages + 1) / (n_holding + 0.5))


@given(found=counts, more=st.integers(1, 100))
def test_burstiness_adds_weight(found: tuple[int, int, int], more: int) -> None:
    """More occurrences in as many passages never lower the weight of a term."""
    n_passages, n_holding, n_occurrences = found
    assert term_weight(n_passages, n_holding, n_occurrences + more) >= term_weight(*found)
    assert term_weight(1000, 20, 30) > term_weight(1000, 20, 20)


@given(n_passages=st.integers(2, 10_000), data=st.data())
def test_rarity_adds_weight(n_passages: int, data: st.DataObject) -> None:
    """A term that occurs once in fewer passages weighs more."""
    fewer = data.draw(st.integers(0, n_passages - 1))
    more = data.draw(st.integers(fewer + 1, n_passages))
    assert term_weight(n_passages, fewer, fewer) > term_weight(n_passages, more, more)


def test_a_common_word_weighs_little() -> None:
    """A word of nearly all passages weighs next to nothing, however often it occurs."""
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
    """Saturation grows with the frequency, stays below 1, and falls with the length."""
    here = saturation(frequency, length, average)
    assert 0 < here <= saturation(frequency + more, length, average) < 1
    assert saturation(frequency, length + 1, average) <= here


def test_very_short_passages_gain_nothing() -> None:
    """A title page with a word is as good as a passage of half the average length."""
    assert saturation(1.0, 3.0, 100.0) == saturation(1.0, MIN_LENGTH * 100.0, 100.0)
    assert saturation(1.0, 3.0, 100.0) < saturation(2.0, 100.0, 100.0)


def test_the_exact_form_breaks_ties() -> None:
    """The form as typed counts more than another form, but less than two occurrences."""
    as_typed = word_frequency(1, 1, 0, 0, 0)
    assert word_frequency(1, 0, 0, 0, 0) < as_typed == pytest.approx(1 + EXACT_WEIGHT)
    other_accents = word_frequency(0, 0, 0, 0, 3)
    assert other_accents < 1 <= word_frequency(1, 0, 0, 0, 0)
    assert saturation(other_accents, 1, 150) < saturation(1.0, 150 * 500, 150)
    assert as_typed < word_frequency(2, 0, 0, 0, 0)
