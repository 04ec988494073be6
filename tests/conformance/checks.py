"""Comparisons of an engine with the oracle, and of its answers with each other."""

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from excerpt.engines import Engine, Matches
from excerpt.query.ast import Fuzzy, Node, Pattern, Wildcard, Word

TOLERANCE = 1e-9


def lines_of(matches: Matches) -> tuple[Any, ...]:
    """Return all that the lines of a query say: where they are, and the words around them."""
    lines = matches.lines()
    numbers = np.arange(len(lines))
    around = []
    for distance in (-3, -1, 1, 2):
        words = lines.word_numbers(numbers, distance)
        in_order = lines.sorted_words(np.array(sorted(set(words[words > 0].tolist())), np.int64))
        rank_of = {word: rank for rank, group in enumerate(in_order, 1) for word in group}
        around.append([rank_of.get(word, 0) for word in words.tolist()])
    sizes = lines.n_passages, lines.n_documents, lines.by_document().tolist()
    return lines.spans(numbers), np.asarray(lines.documents).tolist(), sizes, around


def highlights_of(matches: Matches, document: int) -> list[tuple[int, int]]:
    """Return the ordinals of the passages of a document with highlights, and their numbers."""
    ordinals, counts = matches.highlights_in(document)
    return list(zip(ordinals.tolist(), counts.tolist(), strict=True))


QUESTIONS: tuple[Callable[[Matches], Any], ...] = (
    lambda matches: matches.top(2),
    lambda matches: matches.total,
    lambda matches: matches.spans([key for key, _ in matches.top(2)]),
    lambda matches: matches.fingerprints(list(matches)),
    lambda matches: list(matches.occurrences()),
    lines_of,
    lambda matches: matches.passages_by_document().tolist(),
    lambda matches: [highlights_of(matches, key.document) for key in matches],
    lambda matches: matches.scores(list(matches)),
    lambda matches: matches.absent,
    lambda matches: [matches.explain(key) for key in matches],
    lambda matches: list(matches.duplicates([key for key, _ in matches.top(1)])),
    list,
    lambda matches: list(
        matches.in_documents(np.flatnonzero(matches.passages_by_document())[::-1])
    ),
)
"""All that can be asked of the matches of a query."""


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
    assert lines_of(matches) == lines_of(expected)
    for document in range(8):
        assert highlights_of(matches, document) == highlights_of(expected, document)
    counts, expected_counts = (each.passages_by_document() for each in (matches, expected))
    assert counts.tolist() == expected_counts.tolist()
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


def assert_same_occurrences(engine: Engine, oracle: Engine, tree: Node) -> None:
    """Check that `engine` finds the same occurrences as `oracle`."""
    found, expected = engine.execute(tree), oracle.execute(tree)
    assert list(found.occurrences()) == list(expected.occurrences())


def assert_spans_are_those_of_the_occurrences(engine: Engine, tree: Node, seed: int) -> None:
    """Check that spans are in the order of the keys, with or without a ranking before."""
    found = dict(engine.execute(tree).occurrences())
    keys = random.Random(seed).sample(list(found), len(found))
    matches = engine.execute(tree)
    if seed % 2:
        matches.top(10)
    assert matches.spans(keys) == [
        sorted({(span.start, span.end) for each in found[key] for span in each.spans})
        for key in keys
    ]


def assert_same_vocabulary(engine: Engine, oracle: Engine, leaf: Node) -> None:
    """Check that forms and expansions are those of the live passages, as in the oracle."""
    if isinstance(leaf, Word):
        assert engine.vocabulary.forms(leaf) == oracle.vocabulary.forms(leaf)
    if isinstance(leaf, Wildcard | Fuzzy | Pattern):
        assert engine.vocabulary.expand(leaf) == oracle.vocabulary.expand(leaf)


def assert_matches_are_independent(engine: Engine, trees: tuple[Node, Node]) -> None:
    """Check that two matches, used alternately, answer as each of them alone."""
    alone = [[ask(engine.execute(tree)) for ask in QUESTIONS] for tree in trees]
    both = [engine.execute(tree) for tree in trees]
    alternately = [[ask(matches) for matches in both] for ask in QUESTIONS]
    assert [list(answers) for answers in zip(*alternately, strict=True)] == alone
    backwards = [[ask(matches) for matches in both[::-1]] for ask in QUESTIONS[::-1]]
    assert [list(answers)[::-1] for answers in zip(*backwards, strict=True)] == alone[::-1]


def assert_same_state(engine: Engine, oracle: Engine) -> None:
    """Check that two engines have the same size, and that the files of `engine` are intact."""
    assert engine.statistics() == oracle.statistics()
    assert engine.everything.statistics() == oracle.everything.statistics()
    for name in ("document_ids", "first_days", "last_days"):
        values = (getattr(each.document_fields, name).tolist() for each in (engine, oracle))
        assert len(set(map(tuple, values))) == 1
    for name in ("paths", "formats", "languages", "metadata"):
        values = (getattr(each.document_fields, name) for each in (engine, oracle))
        assert len({tuple(map(tuple, each)) for each in values}) == 1
    engine.verify()
