"""Query trees: what is below a node, what is scored and marked, and how weights multiply."""

import pytest
from hypothesis import given

from excerpt.errors import QueryError
from excerpt.model import Span
from excerpt.query.tree import (
    All,
    And,
    Choice,
    Everything,
    First,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Problem,
    Query,
    Scope,
    Term,
    Titled,
    Word,
    children,
    leaves,
    weighted,
)
from strategies import trees

A, B, C = map(Word, "abc")


def test_leaves_are_what_is_asked_for() -> None:
    """Leaves come from left to right, operands of proximity whole, without what is negated or asked of fields."""
    near = Near(A, Choice((B, C)), 3)
    tree = And((All((A, B)), Or((near, Scope("paragraph", C))), Not(B), Titled(C), First(Term("d"))))
    assert list(leaves(tree)) == [A, B, near, C, Term("d")]


def test_children() -> None:
    """Every node knows what is directly below it."""
    assert children(Phrase((A, B))) == (A, B)
    assert children(Near(A, B, 1)) == (A, B)
    assert children(Not(A)) == (A,)
    assert children(Everything()) == children(A) == ()


@given(tree=trees())
def test_weights_multiply(tree: Node) -> None:
    """A weight reaches every leaf once, changes nothing else, and can be taken back."""
    heavy = weighted(tree, 4.0)
    weights = [(leaf.weight, light.weight) for leaf, light in zip(leaves(heavy), leaves(tree), strict=True)]  # type: ignore[union-attr]
    assert all(heavier == 4.0 * lighter for heavier, lighter in weights)
    assert weighted(heavy, 0.25) == tree


def test_a_query_with_an_error_is_refused() -> None:
    """The first error is raised with its place; notices are none."""
    notice = Problem("look", Span(0, 1), is_error=False)
    wrong = Problem("wrong", Span(2, 3), "write it right")
    assert Query("a b", A, (notice,)).checked().tree == A
    with pytest.raises(QueryError) as caught:
        Query("a b", A, (notice, wrong)).checked()
    assert (str(caught.value), caught.value.span) == ("wrong\nwrite it right", Span(2, 3))
