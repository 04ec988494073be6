"""The comparison of an engine with the oracle, which all tests of this folder make."""

from itertools import pairwise

import pytest

from excerpt.engines import Engine, Matches
from excerpt.query.ast import Node

TOLERANCE = 1e-9


def assert_same_answer(engine: Engine, oracle: Engine, tree: Node) -> None:
    """Check that `engine` finds the same passages as `oracle`, with equal spans and scores.

    Both views are compared: that of the running text and that of everything.
    """
    _assert_same_view(engine, oracle, tree)
    _assert_same_view(engine.everything, oracle.everything, tree)


def _assert_same_view(engine: Engine, oracle: Engine, tree: Node) -> None:
    matches, expected = engine.execute(tree), oracle.execute(tree)
    assert list(matches) == list(expected)
    assert list(matches.occurrences()) == list(expected.occurrences())
    assert engine.count(tree) == matches.total == expected.total
    assert matches.absent == expected.absent
    assert_same_ranking(matches, expected)
    for key, score in matches.top(3):
        parts = matches.explain(key)
        assert sum(part for _, part in parts) == pytest.approx(score, abs=TOLERANCE)


def assert_same_ranking(matches: Matches, expected: Matches) -> None:
    """Check that two rankings agree, except for scores that only their last digits distinguish."""
    ranking = matches.top(None)
    scores = dict(expected.top(None))
    assert len(ranking) == len(scores)
    assert {key for key, _ in ranking} == scores.keys()
    for key, score in ranking:
        assert score == pytest.approx(scores[key], abs=TOLERANCE, rel=TOLERANCE)
    number_of = {key: number for number, key in enumerate(matches)}
    for (before, higher), (after, lower) in pairwise(ranking):
        assert higher > lower or (higher == lower and number_of[before] < number_of[after])


def assert_tops_are_prefixes(matches: Matches) -> None:
    """Check that `top(k)` is the beginning of the whole ranking, for every k."""
    ranking = matches.top(None)
    for k in range(len(ranking) + 2):
        assert matches.top(k) == ranking[:k]
    keys = [key for key, _ in ranking]
    assert matches.scores(keys[::-1]) == [score for _, score in ranking[::-1]]


def assert_same_state(engine: Engine, oracle: Engine) -> None:
    """Check that two engines have the same size, and that the files of `engine` are intact."""
    assert engine.statistics() == oracle.statistics()
    assert engine.everything.statistics() == oracle.everything.statistics()
    engine.verify()
