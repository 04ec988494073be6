"""`excerpt.index.read.norms`: saturations and impacts of frequencies in passages of any length."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.read.norms import Norms
from excerpt.query.ranking import norm, saturate

N = 20_000
"""Passages, enough for impacts to come from a table."""


@given(st.lists(st.integers(1, 500), min_size=1, max_size=50), st.integers(1, 255))
def test_saturation_is_that_of_the_formula(lengths: list[int], tenths: int) -> None:
    """The saturation in each passage is what the ranking formula gives for its length."""
    average = sum(lengths) / len(lengths)
    norms = Norms(np.array(lengths, np.uint16), average)
    found = norms.saturation(np.full(len(lengths), tenths / 10), np.arange(len(lengths)))
    expected = [saturate(tenths / 10, norm(length, average)) for length in lengths]
    assert np.allclose(found, expected)


@given(st.integers(0, 1 << 30), st.integers(1, 60))
def test_impacts_from_a_table_are_those_computed_directly(seed: int, max_length: int) -> None:
    """Impacts are the same, and upper bounds of the saturations, with a table and without one."""
    chance = np.random.default_rng(seed)
    norms = Norms(chance.integers(1, max_length + 1, N).astype(np.uint8), max_length / 2)
    doc_ids, tenths = np.arange(N), chance.integers(1, 256, N).astype(np.uint8)
    impacts = norms.impacts(tenths, doc_ids)
    directly = norms.impacts(tenths.astype(np.uint16), doc_ids)
    assert impacts.tolist() == directly.tolist()
    assert np.all(impacts / 255 >= norms.saturation(tenths / 10, doc_ids))


def test_an_index_without_words_has_no_saturation() -> None:
    """Every saturation is 0 if no passage has a token."""
    norms = Norms(np.zeros(3, np.uint8), 0.0)
    assert norms.saturation(np.ones(3), np.arange(3)).tolist() == [0, 0, 0]
