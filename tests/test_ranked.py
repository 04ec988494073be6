"""`engines.columnar.any_of`: the choice of those passages that may be among the best."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.engines.columnar.any_of import least


@given(st.lists(st.integers(0, 30), max_size=2000), st.integers(1, 5))
def test_the_least_score_keeps_the_best_with_their_ties(scores: list[int], wanted: int) -> None:
    """Every score that is as good as the last that is wanted reaches the least, whatever 32 bits round off."""
    reached = least(np.array(scores, np.float32), wanted)
    last = sorted(scores, reverse=True)[:wanted][-1] if scores else 0
    assert reached <= last


@given(st.integers(1, 20), st.integers(2000, 6000))
def test_few_reach_the_least_score(wanted: int, n: int) -> None:
    """Of scores that all differ not many more are kept than are wanted."""
    scores = np.random.default_rng(n).permutation(n).astype(np.float64)
    assert np.count_nonzero(scores >= least(scores, wanted)) <= 2 * wanted + 2
