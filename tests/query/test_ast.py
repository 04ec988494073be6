"""`query.ast`: equality, children, query terms and weights of nodes."""

import copy
import pickle
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given

from excerpt.errors import QueryError
from excerpt.model import Span
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    FirstPassage,
    InTitle,
    MatchAll,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Problem,
    Query,
    Scope,
    Term,
    Word,
    children,
    query_terms,
    scale_weights,
    walk,
)
from strategies import trees

A, B, C = map(Word, "abc")


def test_equality() -> None:
    """Nodes are equal, and one in a set, if their types and their fields are equal."""
    assert Word("a") == Word(term="a", weight=1.0) != Word("a", 2.0)
    assert Word("a") != Term("a")
    assert And((A, B)) != Or((A, B))
    assert {A, Word("a"), Term("a"), MatchAll(), MatchAll()} == {Term("a"), MatchAll(), A}


def test_a_node_cannot_be_changed() -> None:
    """Fields cannot be set or deleted; `replace` makes another node."""
    with pytest.raises(AttributeError, match="weight cannot be changed"):
        A.weight = 2.0  # type: ignore[misc]
    with pytest.raises(AttributeError, match="weight cannot be removed"):
        del A.weight
    assert A.replace(weight=2.0) == Word("a", 2.0)
    assert Word("a") == A


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        (("a", 1.0, "", (), 2), {}),
        (("a",), {"term": "b"}),
        (("a",), {"gap": 1}),
        ((), {"weight": 1.0}),
    ],
)
def test_a_node_takes_its_fields_and_nothing_else(
    values: Sequence[Any], named: dict[str, Any]
) -> None:
    """Missing, surplus, repeated and unknown arguments are refused."""
    with pytest.raises(TypeError, match="Word takes the fields term, weight"):
        Word(*values, **named)


@given(trees())
def test_a_tree_can_be_copied(tree: Node) -> None:
    """A tree equals its copy, and its copy in another process."""
    assert pickle.loads(pickle.dumps(tree)) == copy.deepcopy(tree) == tree


def test_query_terms() -> None:
    """Query terms come in order, proximity as a whole, without what NOT and fields contain."""
    near = Near(A, Alternatives((B, C)), 3)
    tree = And(
        (
            AllWords((A, B)),
            Or((near, Scope("paragraph", C))),
            Not(B),
            InTitle(C),
            FirstPassage(Term("d")),
        )
    )
    assert list(query_terms(tree)) == [A, B, near, C, Term("d")]


def test_children() -> None:
    """The children of a node are the nodes directly below it."""
    assert children(Phrase((A, B))) == (A, B)
    assert children(Near(A, B, 1)) == (A, B)
    assert children(Not(A)) == (A,)
    assert children(MatchAll()) == children(A) == ()


def test_walk() -> None:
    """A node comes before all nodes below it, and these come in order."""
    phrase = Phrase((A, B))
    tree = And((Not(phrase), C))
    assert list(walk(tree)) == [tree, Not(phrase), phrase, A, B, C]


@given(tree=trees())
def test_weights_multiply(tree: Node) -> None:
    """A factor applies to every query term once, changes nothing else, and can be undone."""
    heavy = scale_weights(tree, 4.0)
    weights = [
        (term.weight, light.weight)  # type: ignore[union-attr]
        for term, light in zip(query_terms(heavy), query_terms(tree), strict=True)
    ]
    assert all(heavier == 4.0 * lighter for heavier, lighter in weights)
    assert scale_weights(heavy, 0.25) == tree


def test_the_first_error_is_raised() -> None:
    """The first error is raised with its span and remedy; notices are not raised."""
    notice = Problem("look", Span(0, 1), is_error=False)
    wrong = Problem("wrong", Span(2, 3), "write it right")
    assert Query("a b", A, (notice,)).checked().tree == A
    with pytest.raises(QueryError) as caught:
        Query("a b", A, (notice, wrong)).checked()
    assert (caught.value.what, caught.value.span) == ("wrong", Span(2, 3))
    assert list(map(str, caught.value.remedies)) == ["write it right"]
