"""Pieces of a query → what each means by itself: the node of an operand or field, and the problems in it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from excerpt.model import BlockKind, Span
from excerpt.query.ast import (
    DateRange,
    Field,
    InHeading,
    InTitle,
    Node,
    Operand,
    Problem,
    scale_weights,
)
from excerpt.query.lexer import Lexeme, LexemeKind
from excerpt.query.syntax_error import QuerySyntaxError
from excerpt.query.terms import parse_fuzzy, parse_quote, parse_word

__all__ = ["Clause", "MAX_DISTANCE", "read_clauses", "near_distance", "weight_of"]

MAX_DISTANCE = 1_000
"""No distance between words is larger than this."""
MAX_WEIGHT = 1_000.0
_TAIL = re.compile(r"(?:~(?P<gap>[^^]*))?(?:\^(?P<weight>.*))?", re.DOTALL)
_WRITTEN_WEIGHT = r"\d+(?:\.\d+)?|\.\d+"
_KINDS = tuple(str(kind) for kind in BlockKind if kind is not BlockKind.BOILERPLATE)


class Clause(NamedTuple):
    """A piece of a query with the node it means, None for brackets and operators."""

    lexeme: Lexeme
    node: Node | None = None


def read_clauses(
    found: Sequence[Lexeme], *, is_stemmed: bool
) -> tuple[list[Clause], list[Problem]]:
    """The pieces that mean something (punctuation means nothing), and what is wrong with single ones."""
    items: list[Clause] = []
    problems: list[Problem] = []
    for token in found:
        try:
            node = _node(token, is_stemmed=is_stemmed)
        except QuerySyntaxError as misfit:
            problems.append(Problem(misfit.message, _place(token, misfit.at), misfit.remedy))
            items.append(Clause(token))
            continue
        if node is not None or token.kind not in {
            LexemeKind.WORD,
            LexemeKind.FIELD,
            LexemeKind.UNPAIRED,
        }:
            items.append(Clause(token, node))
    return items, problems


def _place(token: Lexeme, at: Span | None) -> Span:
    """The place in the query of the place `at` in the text of a piece, which ends with one sign and a tail."""
    if at is None:
        return token.span
    start = token.span.end - len(token.tail) - 1 - len(token.text)
    return Span(start + at.start, start + at.end)


def _node(token: Lexeme, *, is_stemmed: bool) -> Node | None:
    match token.kind:
        case LexemeKind.FIELD:
            return _field(token)
        case LexemeKind.UNPAIRED:
            raise QuerySyntaxError(
                f"The quotation mark {token.text[-1]} has no partner.",
                "Close the phrase, or leave the mark out.",
            )
        case LexemeKind.WORD | LexemeKind.QUOTE | LexemeKind.PATTERN:
            operand = _operand(token, is_stemmed=is_stemmed)
            return _of_field(operand, token) if operand else None
        case LexemeKind.CLOSE:
            weight_of(token)
        case LexemeKind.NEAR:
            near_distance(token)
    return None


def _operand(token: Lexeme, *, is_stemmed: bool) -> Operand | None:
    gap = _tail(token)["gap"]
    operand: Operand | None
    if token.kind is LexemeKind.PATTERN:
        from excerpt.query.patterns import parse_pattern  # late: few queries have any

        operand = parse_pattern(token.text)
    elif token.kind is LexemeKind.QUOTE:
        operand = parse_quote(token.text, 0 if gap is None else _gap(gap), is_form=token.is_form)
    elif gap is not None:
        if token.is_form:
            raise QuerySyntaxError(
                "A word is searched as typed or by its likes, not both.",
                "Leave out the = or the ~.",
            )
        operand = parse_fuzzy(token.text, _digits(gap) if gap else 1)
    else:
        operand = parse_word(token.text, is_form=token.is_form, is_stemmed=is_stemmed)
    if operand is None:
        if token.tail or token.field:
            raise QuerySyntaxError("There is no word here.", "Write a word of letters or digits.")
        return None
    return scale_weights(operand, weight_of(token))  # type: ignore[return-value]


def _digits(text: str) -> int:
    """The number written as `text`, -1 if it is none."""
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else -1


def _gap(text: str) -> int:
    gap = _digits(text)
    if not 0 <= gap <= MAX_DISTANCE:
        raise QuerySyntaxError(
            f"The distance in a phrase is a number of words, at most {MAX_DISTANCE:,}.",
            'Write it after the tilde: "mass party"~3.',
        )
    return gap


def near_distance(token: Lexeme) -> int:
    """The distance in NEAR/5.

    Raises:
        QuerySyntaxError: if it is none.
    """
    name, _, text = token.text.partition("/")
    distance = _digits(text)
    if not 0 <= distance <= MAX_DISTANCE:
        raise QuerySyntaxError(
            f"{name} needs a number of words, at most {MAX_DISTANCE:,}.",
            f"Write it after the slash: {name}/5.",
        )
    return distance


def _tail(token: Lexeme) -> re.Match[str]:
    found = _TAIL.fullmatch(token.tail)
    if found is None or (token.kind is LexemeKind.CLOSE and found["gap"] is not None):
        raise QuerySyntaxError(
            "A bracket has no distance.", "It may have a weight: (wage OR salary)^3."
        )
    return found


def weight_of(token: Lexeme) -> float:
    """The weight in the tail of a piece, 1 if there is none.

    Raises:
        QuerySyntaxError: if it is no positive number.
    """
    written = _tail(token)["weight"]
    if written is None:
        return 1.0
    weight = (
        float(written)
        if re.fullmatch(_WRITTEN_WEIGHT, written, re.ASCII) and len(written) < 20
        else 0.0
    )
    if not 0.0 < weight <= MAX_WEIGHT:
        raise QuerySyntaxError(
            f"A weight is a number above 0 and at most {MAX_WEIGHT:,.0f}.",
            "Write it after the ^: socialism^3.",
        )
    return weight


def _of_field(operand: Operand, token: Lexeme) -> Node:
    if not token.field:
        return operand
    if operand.weight != 1.0:
        raise QuerySyntaxError(f"A {token.field} has no weight.", "Leave out the ^ and its number.")
    return InTitle(operand) if token.field == "title" else InHeading(operand)


def _field(token: Lexeme) -> Node:
    name, value = token.field, token.text.strip()
    if token.tail or (name != "path" and re.search(r"\^[\d.]+$", value)):
        raise QuerySyntaxError(
            "A field has no weight and no distance.", "Leave out what follows the value."
        )
    if name in {"year", "date"}:
        from excerpt.query.date_ranges import parse_date_range

        return DateRange("date", *parse_date_range(value))
    if not value or (name != "path" and not any(map(str.isalnum, value))):
        raise QuerySyntaxError(
            f"The field {name} has no value.",
            f'Write it after the colon: {name}:value or {name}:"two words".',
        )
    if name == "kind" and value.casefold() not in _KINDS:
        raise QuerySyntaxError(
            f"There is no kind of block named {value}.", f"The kinds are {', '.join(_KINDS)}."
        )
    return Field(name, value.casefold() if name in {"kind", "lang", "format"} else value)
