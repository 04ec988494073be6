"""What it means that an engine equals the oracle: the comparisons that all tests of this folder make."""

from itertools import pairwise

import pytest

from excerpt.engines import Engine, Page
from excerpt.model import Key
from excerpt.query.ast import Node

TOLERANCE = 1e-9


def assert_same_answer(engine: Engine, oracle: Engine, tree: Node) -> None:
    """`engine` finds the same passages in the same order with the same marks, scores and explanations."""
    expected = list(oracle.passages(tree))
    assert list(engine.passages(tree)) == expected
    assert list(engine.matches(tree)) == list(oracle.matches(tree))
    assert_same_page(engine.search(tree, None), oracle.search(tree, None), expected)
    for key, score in engine.search(tree, 3).hits:
        parts = engine.explain(tree, key)
        assert sum(part for _, part in parts) == pytest.approx(score, abs=TOLERANCE)


def assert_same_page(page: Page, expected: Page, order: list[Key]) -> None:
    """Two rankings agree but for the order of scores that the last digits tell apart."""
    assert page.total == expected.total
    assert page.absent == expected.absent
    assert len(page.hits) == len(expected.hits)
    place = {key: number for number, key in enumerate(order)}
    scores = dict(expected.hits)
    assert {key for key, _ in page.hits} == scores.keys()
    for key, score in page.hits:
        assert score == pytest.approx(scores[key], abs=TOLERANCE, rel=TOLERANCE)
    for (before, higher), (after, lower) in pairwise(page.hits):
        assert higher > lower or (higher == lower and place[before] < place[after])


def assert_pages_join(engine: Engine, tree: Node, size: int) -> None:
    """Pages of `size` are the whole ranking, cut; the total is the same on each."""
    whole = engine.search(tree, None)
    joined: list[tuple[Key, float]] = []
    for offset in range(0, whole.total + size, size):
        page = engine.search(tree, size, offset)
        assert page.total == whole.total
        assert len(page.hits) <= size
        joined += page.hits
    assert joined == list(whole.hits)


def assert_same_state(engine: Engine, oracle: Engine) -> None:
    """The live counts agree."""
    assert engine.statistics() == oracle.statistics()
    engine.verify()
