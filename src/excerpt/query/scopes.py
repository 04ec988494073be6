"""The expression in a scope → the node that it means, with its fields outside of the scope.

Titles, metadata and dates belong to a document, and headings and kinds to a passage, so within a
sentence or paragraph they are either true or false. `sentence(title:wages strike)` is therefore
`title:wages AND sentence(strike)`, and `sentence(title:wages OR strike)` is `title:wages OR
sentence(strike)`: the expression is divided into alternatives, each of them fields and a rest.
"""

from collections.abc import Iterable
from itertools import product
from typing import Final, NamedTuple

from excerpt.model import Span
from excerpt.query.ast import (
    And,
    DateRange,
    Field,
    FirstPassage,
    InHeading,
    InTitle,
    MatchAll,
    MatchNone,
    Node,
    Not,
    Or,
    QuerySyntaxError,
    Scope,
    walk,
)
from excerpt.query.combination import join

__all__ = ["scoped"]

_FIELDS: Final = (InTitle, InHeading, Field, DateRange)
_MAX_ALTERNATIVES: Final = 64
"""The most alternatives of an expression with fields; only one made to be expensive has more."""


class _Alternative(NamedTuple):
    """Fields, possibly negated, and what must match within the scope; all of them must match."""

    fields: tuple[Node, ...]
    rest: tuple[Node, ...]


def scoped(within: str, node: Node, span: Span) -> Node:
    """Return `node`, which has this span in the query, within a sentence, paragraph or document.

    Raises:
        QuerySyntaxError: if it has too many alternatives with fields, or a document is to have a
            heading or kind.
    """
    below = list(walk(node))
    if any(isinstance(each, MatchAll | MatchNone) for each in below):
        raise QuerySyntaxError(
            f"There is no word inside {within}( ).", "Write words between the parentheses.", span
        )
    if not any(isinstance(each, _FIELDS) for each in below):
        return Scope(within, node)  # type: ignore[arg-type]
    of_passage = next((each for each in below if _is_of_passage(each)), None)
    if within == "document" and of_passage is not None:
        name = "heading" if isinstance(of_passage, InHeading) else "kind"
        raise QuerySyntaxError(
            f"{name}: cannot be used inside document( ), because a document has many.",
            f"Write it outside the parentheses: {name}:… document(…).",
            span,
        )
    alternatives = _alternatives(node, is_true=True, span=span)
    return join(Or, [_joined(within, each) for each in alternatives])


def _is_of_passage(node: Node) -> bool:
    return isinstance(node, InHeading) or (isinstance(node, Field) and node.name == "kind")


def _joined(within: str, alternative: _Alternative) -> Node:
    if not alternative.rest:
        return join(And, alternative.fields)
    rest = Scope(within, join(And, alternative.rest))  # type: ignore[arg-type]
    return join(And, [*alternative.fields, rest])


def _alternatives(node: Node, *, is_true: bool, span: Span) -> list[_Alternative]:
    """Return the alternatives of `node`, or of its negation unless it `is_true`."""
    if not any(isinstance(each, _FIELDS) for each in walk(node)):
        return [_Alternative((), (node if is_true else Not(node),))]
    match node:
        case Not(below):
            return _alternatives(below, is_true=not is_true, span=span)
        case FirstPassage(below):
            return _alternatives(below, is_true=is_true, span=span)
        case And(nodes) | Or(nodes):
            several = [_alternatives(below, is_true=is_true, span=span) for below in nodes]
            found = (
                [_merged(chosen) for chosen in _combined(several, span)]
                if isinstance(node, And) is is_true
                else [each for alternatives in several for each in alternatives]
            )
            _check_number(len(found), span)
            return found
    return [_Alternative((node if is_true else Not(node),), ())]


def _combined(several: list[list[_Alternative]], span: Span) -> Iterable[tuple[_Alternative, ...]]:
    """Return each choice of one alternative from each list."""
    n_choices = 1
    for alternatives in several:
        n_choices *= len(alternatives)
        _check_number(n_choices, span)
    return product(*several)


def _merged(alternatives: Iterable[_Alternative]) -> _Alternative:
    fields, rests = zip(*alternatives, strict=True)
    return _Alternative(sum(fields, ()), sum(rests, ()))


def _check_number(n_alternatives: int, span: Span) -> None:
    if n_alternatives > _MAX_ALTERNATIVES:
        raise QuerySyntaxError(
            "The fields in these parentheses are combined in too many ways.",
            "Write them outside the parentheses.",
            span,
        )
