"""Query trees: what is below a node, what is scored and marked, and how weights multiply."""

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
)
from strategies import trees

A, B, C = map(Word, "abc")


def test_a_node_is_equal_to_its_like_alone() -> None:
    """Two nodes are equal, and count as one in a set, if they are of one kind and have the same fields."""
    assert Word("a") == Word(term="a", weight=1.0) != Word("a", 2.0)
    assert Word("a") != Term("a")
    assert And((A, B)) != Or((A, B))
    assert {A, Word("a"), Term("a"), MatchAll(), MatchAll()} == {Term("a"), MatchAll(), A}


def test_a_node_cannot_be_changed() -> None:
    """Its fields stay as they are; `but` makes another."""
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
        (("a", 1.0, 2), {}),
        (("a",), {"term": "b"}),
        (("a",), {"gap": 1}),
        ((), {"weight": 1.0}),
    ],
)
def test_a_node_takes_its_fields_and_nothing_else(
    values: Sequence[Any], named: dict[str, Any]
) -> None:
    """Too few arguments, too many, one twice and a strange one are refused."""
    with pytest.raises(TypeError, match="Word takes the fields term, weight"):
        Word(*values, **named)


@given(trees())
def test_a_node_comes_back_from_where_it_is_sent(tree: Node) -> None:
    """A tree may be copied and sent to another process."""
    assert pickle.loads(pickle.dumps(tree)) == copy.deepcopy(tree) == tree


def test_leaves_are_what_is_asked_for() -> None:
    """SegmentTerms come from left to right, operands of proximity whole, without what is negated or asked of fields."""
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
    """Every node knows what is directly below it."""
    assert children(Phrase((A, B))) == (A, B)
    assert children(Near(A, B, 1)) == (A, B)
    assert children(Not(A)) == (A,)
    assert children(MatchAll()) == children(A) == ()


@given(tree=trees())
def test_weights_multiply(tree: Node) -> None:
    """A weight reaches every leaf once, changes nothing else, and can be taken back."""
    heavy = scale_weights(tree, 4.0)
    weights = [
        (leaf.weight, light.weight)  # type: ignore[union-attr]
        for leaf, light in zip(query_terms(heavy), query_terms(tree), strict=True)
    ]
    assert all(heavier == 4.0 * lighter for heavier, lighter in weights)
    assert scale_weights(heavy, 0.25) == tree


def test_a_query_with_an_error_is_refused() -> None:
    """The first error is raised with its place; notices are none."""
    notice = Problem("look", Span(0, 1), is_error=False)
    wrong = Problem("wrong", Span(2, 3), "write it right")
    assert Query("a b", A, (notice,)).checked().tree == A
    with pytest.raises(QueryError) as caught:
        Query("a b", A, (notice, wrong)).checked()
    assert (str(caught.value), caught.value.span) == ("wrong\nwrite it right", Span(2, 3))
