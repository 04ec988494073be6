"""Every operator within every other, as it is typed: all engines find what the oracle finds."""

from itertools import product

import pytest

from conformance.checks import assert_same_answer
from conformance.stores import STORES, ask_each_store, oracle, small_corpus
from excerpt.engines import Engine
from excerpt.query.ast import Problem
from excerpt.query.parser import parse

OPERANDS = ("war", '"of the"', "part*", '"war of"~2', "self-rule", "rule~", "=War", "/part.*/")
PROXIMITY = ("NEAR/1", "BEFORE/2", "AFTER/1", "NOT NEAR/1", "NOT BEFORE/0", "NOT AFTER/2")
BINARY = (*PROXIMITY, "OR", "AND", "NOT", "")
SCOPES = ("sentence", "paragraph", "document")
CORPUS = small_corpus(
    "war of the party. The rule of the war party, of the self rule.",
    "War, the party of war. Self-rule of the parties; the rules",
    "the the of of war war party party rule self selfrule",
    "party. war of party",
)


def compounds(depth: int) -> list[str]:
    """Return queries in which operators are nested `depth` deep, each operator in each other."""
    if depth == 0:
        return list(OPERANDS)
    inner = compounds(depth - 1)
    second = inner[1:] + inner[:1]
    return [
        f"({left} {operator} {right})"
        for operator in BINARY
        for left, right in zip(inner, second, strict=True)
    ] + [
        f"{scope}({left} {right})"
        for scope in SCOPES
        for left, right in zip(inner, second, strict=True)
    ]


def is_allowed(problems: tuple[Problem, ...]) -> bool:
    """Return whether a query has no error; some operators cannot stand within others."""
    return not any(problem.is_error for problem in problems)


def test_every_operator_within_every_other() -> None:
    """The operands take turns, so that each kind stands on each side of each pair of operators."""
    queries = [
        query
        for number, query in enumerate(compounds(2))
        if number % 7 == 0 and is_allowed(parse(query).problems)
    ]
    pairs = {(outer, inner) for outer, inner in product(PROXIMITY, repeat=2)}
    for outer, inner in pairs:
        assert any(f" {outer} " in query and f" {inner} " in query for query in queries)
    trees = [parse(query).checked().tree for query in queries]
    expected = oracle(CORPUS)

    def check(engine: Engine) -> None:
        for tree in trees:
            assert_same_answer(engine, expected, tree)

    assert ask_each_store(CORPUS, check).keys() == STORES.keys()


@pytest.mark.parametrize("operator", ["NEAR/1", "NOT BEFORE/0"])
@pytest.mark.parametrize("inside", ["(war AND party)", "(war party)", "-war", "sentence(war)"])
def test_what_has_no_place_is_refused(operator: str, inside: str) -> None:
    """Boolean operators and scopes cannot be near a word."""
    assert not is_allowed(parse(f"rule {operator} {inside}").problems)
