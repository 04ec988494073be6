"""Nodes on both sides of NEAR, BEFORE or AFTER → operands, or what to write instead."""

from collections.abc import Callable
from typing import Final

from excerpt.model import Span
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    InHeading,
    InTitle,
    Node,
    Not,
    Operand,
    Or,
    QuerySyntaxError,
    Scope,
)

__all__ = ["near_operands"]

_NAMES: Final = {AllWords: "A group of words", And: "AND", Not: "NOT", Scope: "A scope"}
_MAX_REMEDY: Final = 200
"""Characters of the longest query that a remedy gives."""
_USUAL_REMEDY: Final = (
    'Use words, phrases or alternatives: (worker OR "working class") NEAR/5 party.'
)


def near_operands(
    nodes: tuple[Node, Node], spans: tuple[Span, Span], operator: str
) -> tuple[Operand, Operand]:
    """Return both nodes as operands of `operator`, which has its distance, as in "NEAR/5".

    Raises:
        QuerySyntaxError: if one of them cannot be an operand.
    """
    left, right = nodes

    def with_left(node: Node) -> str:
        return f"{_written(node)} {operator} {_written(right)}"

    def with_right(node: Node) -> str:
        return f"{_written(left)} {operator} {_written(node)}"

    return (
        _near_operand(left, spans[0], lambda node: _instead(node, right, with_left, operator)),
        _near_operand(right, spans[1], lambda node: _instead(node, left, with_right, operator)),
    )


def _near_operand(node: Node, span: Span, remedy: Callable[[Node], str]) -> Operand:
    """Return `node` as an operand, in which Or is written as Alternatives.

    `remedy` returns the query to write in place of one with a node that cannot be an operand.
    """
    if isinstance(node, Or):
        return Alternatives(tuple(_near_operand(below, span, remedy) for below in node.nodes))
    if isinstance(node, Operand):
        if node.weight != 1.0:
            raise QuerySyntaxError(
                "An operand of NEAR, BEFORE or AFTER cannot have a weight of its own.",
                "Give the weight to the whole: (mass NEAR/5 party)^3.",
                span,
            )
        return node
    name = next((name for kind, name in _NAMES.items() if isinstance(node, kind)), "A field")
    written = remedy(node)
    raise QuerySyntaxError(
        f"{name} cannot be an operand of NEAR, BEFORE or AFTER.",
        f"Write {written}." if written and len(written) <= _MAX_REMEDY else _USUAL_REMEDY,
        span,
    )


def _instead(node: Node, other: Node, near: Callable[[Node], str], operator: str) -> str:
    """Return what to write instead of `near(node)`; "" if there is nothing simple.

    `near` writes a node and `other` with the operator between them.
    """
    match node:
        case Scope(within, below):
            is_simple = isinstance(below, Operand | Or) and isinstance(other, Operand | Or)
            inside = near(below) if is_simple else _instead(below, other, near, operator)
            return f"{within}({inside})" if inside else ""
        case _ if not isinstance(other, Operand | Or | InTitle | InHeading):
            return ""
        case AllWords(nodes) if operator.startswith("NOT "):
            return near(Or(tuple(nodes)))
        case AllWords(nodes) | And(nodes):
            wanted = [below for below in nodes if not isinstance(below, Not)]
            unwanted = [_written(below) for below in nodes if isinstance(below, Not)]
            if not wanted or not all(isinstance(below, Operand | Or) for below in wanted):
                return ""
            return " AND ".join([*(f"({near(below)})" for below in wanted), *unwanted])
        case Not(below) if operator.startswith("NEAR") and isinstance(below, Operand):
            return f"{_written(other)} NOT {operator} {_written(below)}"
        case InTitle(below) | InHeading(below):
            name = "title" if isinstance(node, InTitle) else "heading"
            if isinstance(other, type(node)):
                other = other.operand
                return f"{name}:({_written(below)} {operator} {_written(other)})"
            return f"{_written(node)} AND {_written(other)}"
        case _:
            return f"{_written(node)} AND {_written(other)}" if _is_field(node) else ""


def _is_field(node: Node) -> bool:
    return not isinstance(node, Scope | And | AllWords | Not | Operand | Or)


def _written(node: Node) -> str:
    """Return a node as a query, in parentheses if it is more than a word or phrase."""
    from excerpt.query.formatting import format_query  # for errors alone

    text = format_query(node)
    is_group = isinstance(node, Or | And | AllWords) or " NEAR/" in text or " BEFORE/" in text
    return f"({text})" if is_group and not text.startswith("(") else text
