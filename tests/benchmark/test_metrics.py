"""The p-value of a difference is that of Fisher's randomisation test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.benchmark.metrics import randomisation_test


@given(differences=st.lists(st.floats(-1, 1, allow_subnormal=False), min_size=1, max_size=9))
def test_a_p_value_has_no_direction(differences: list[float]) -> None:
    """A loss has the same p-value as a gain of the same size; it is above 0 and at most 1."""
    p_value = randomisation_test(differences, 500)
    assert p_value == randomisation_test([-each for each in differences], 500)
    assert 0 < p_value <= 1


def test_a_p_value_is_the_share_of_sign_patterns() -> None:
    """Two of the sixteen signs of four equal gains give a mean as far from 0."""
    assert randomisation_test([0.25] * 4) == pytest.approx(2 / 16, abs=0.02)
    assert randomisation_test([0.5, -0.5]) == 1.0
