"""Lexemes → clauses: the node that each lexeme means by itself, and the problems within it."""

import re
from collections.abc import Sequence

from excerpt.model import BlockKind, Span
from excerpt.query.ast import (
    Alternatives,
    DateRange,
    Field,
    Form,
    InHeading,
    InTitle,
    Node,
    Operand,
    Phrase,
    Problem,
    QuerySyntaxError,
    scale_weights,
)
from excerpt.query.lexer import Lexeme, LexemeKind
from excerpt.query.terms import parse_fuzzy, parse_literal, parse_quote, parse_word
from excerpt.startup import FrozenValue
from excerpt.text.normalizer import unaccented

__all__ = ["MAX_DISTANCE", "Clause", "near_distance", "read_clauses", "weight_of"]

MAX_DISTANCE = 1_000
"""Words: the largest distance of a phrase, NEAR, BEFORE or AFTER."""
MAX_WEIGHT = 1_000.0
_TAIL = r"(?s:(?:~(?P<gap>[^^]*))?(?:\^(?P<weight>.*))?)"
_NUMBER = r"\d+(?:\.\d+)?|\.\d+"
_KINDS = tuple(map(str, BlockKind))


class Clause(FrozenValue):
    """A lexeme and the node it means, None for parentheses and operators."""

    lexeme: Lexeme
    node: Node | None = None


def read_clauses(
    lexemes: Sequence[Lexeme], *, is_stemmed: bool
) -> tuple[list[Clause], list[Problem]]:
    """Return the clauses of a query and the problems within single ones.

    Punctuation means nothing and makes no clause. Words are stemmed if `is_stemmed`.
    """
    clauses: list[Clause] = []
    problems: list[Problem] = []
    for lexeme in lexemes:
        try:
            node = _node(lexeme, is_stemmed=is_stemmed)
        except QuerySyntaxError as error:
            problems.append(
                Problem(error.message, _span_in_query(lexeme, error.span), error.remedy)
            )
            clauses.append(Clause(lexeme))
            continue
        has_meaning = node is not None or lexeme.kind not in {
            LexemeKind.WORD,
            LexemeKind.FIELD,
            LexemeKind.UNPAIRED,
        }
        if has_meaning:
            clauses.append(Clause(lexeme, node))
    return clauses, problems


def _span_in_query(lexeme: Lexeme, span: Span | None) -> Span:
    """Return the span in the query of a span in the text of `lexeme`.

    Only patterns have such spans: their text ends with one sign, "/", and the tail.
    """
    if span is None:
        return lexeme.span
    start = lexeme.span.end - len(lexeme.tail) - 1 - len(lexeme.text)
    return Span(start + span.start, start + span.end)


def _node(lexeme: Lexeme, *, is_stemmed: bool) -> Node | None:
    """Return the node of a lexeme, None if it means nothing by itself."""
    match lexeme.kind:
        case LexemeKind.FIELD:
            return _field(lexeme)
        case LexemeKind.UNPAIRED:
            raise QuerySyntaxError(
                f"The quotation mark {lexeme.text[-1]} is unpaired.",
                "Add the other mark, or remove this one.",
            )
        case LexemeKind.WORD | LexemeKind.QUOTE | LexemeKind.PATTERN:
            operand = _operand(lexeme, is_stemmed=is_stemmed)
            return _in_field(operand, lexeme) if operand else None
        case LexemeKind.CLOSE:
            weight_of(lexeme)  # only for its errors: `grammar` applies the weight
        case LexemeKind.NEAR:
            near_distance(lexeme)
    return None


def _operand(lexeme: Lexeme, *, is_stemmed: bool) -> Operand | None:
    """Return the operand of a word, quote or pattern, with its weight; None for punctuation."""
    gap = _tail(lexeme)["gap"]
    operand: Operand | None
    if lexeme.kind is LexemeKind.PATTERN:
        from excerpt.query.patterns import parse_pattern

        operand = parse_pattern(lexeme.text)
    elif lexeme.kind is LexemeKind.QUOTE:
        operand = parse_quote(
            lexeme.text,
            0 if gap is None else _phrase_gap(gap),
            is_form=lexeme.is_form,
            is_literal=lexeme.is_literal,
        )
    elif gap is not None:
        if lexeme.is_form:
            raise QuerySyntaxError(
                "A word cannot have both = and ~.", "Remove the =, or the ~ and its number."
            )
        operand = parse_fuzzy(lexeme.text, _whole_number(gap) if gap else 1)
    elif lexeme.is_literal:
        operand = parse_literal(lexeme.text, is_stemmed=is_stemmed)
    else:
        operand = parse_word(lexeme.text, is_form=lexeme.is_form, is_stemmed=is_stemmed)
    if operand is None:
        if lexeme.tail or lexeme.field:
            raise QuerySyntaxError("There is no word here.", "Write a word of letters or digits.")
        return None
    if lexeme.ignores_accents:
        operand = _without_accents(operand)
    return scale_weights(operand, weight_of(lexeme))  # type: ignore[return-value]


def _without_accents(operand: Operand) -> Operand:
    """Return `operand`, a form or several, with forms that ignore accents."""
    match operand:
        case Form(form):
            bare = unaccented(form)
            spelling = "" if bare == form else form
            return Form(bare, ignores_accents=True, spelling=spelling)
        case Phrase(parts):
            return operand.replace(parts=tuple(map(_without_accents, parts)))
        case Alternatives(operands):
            return operand.replace(operands=tuple(map(_without_accents, operands)))
        case _:
            return operand


def _whole_number(text: str) -> int:
    """Return the number written as `text`, -1 if it is none."""
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else -1


def _phrase_gap(text: str) -> int:
    """Return the distance of a phrase."""
    gap = _whole_number(text)
    if not 0 <= gap <= MAX_DISTANCE:
        raise QuerySyntaxError(
            f"The distance of a phrase must be a number of words, at most {MAX_DISTANCE:,}.",
            'Write it after the tilde: "mass party"~3.',
        )
    return gap


def near_distance(lexeme: Lexeme) -> int:
    """Return the distance of NEAR, BEFORE or AFTER.

    Raises:
        QuerySyntaxError: if it is missing or not a number in range.
    """
    name, _, text = lexeme.text.partition("/")
    distance = _whole_number(text)
    if not 0 <= distance <= MAX_DISTANCE:
        raise QuerySyntaxError(
            f"The distance of {name} must be a number of words, at most {MAX_DISTANCE:,}.",
            f"Write it after the slash: {name}/5.",
        )
    return distance


def _tail(lexeme: Lexeme) -> re.Match[str]:
    """Return the gap and the weight after a lexeme, as they are written."""
    found = re.fullmatch(_TAIL, lexeme.tail)
    if found is None or (lexeme.kind is LexemeKind.CLOSE and found["gap"] is not None):
        raise QuerySyntaxError(
            "A group cannot have a distance.", "It can have a weight: (wage OR salary)^3."
        )
    return found


def weight_of(lexeme: Lexeme) -> float:
    """Return the weight in the tail of a lexeme, 1 if there is none.

    Raises:
        QuerySyntaxError: if it is not a number in range.
    """
    written = _tail(lexeme)["weight"]
    if written is None:
        return 1.0
    is_number = re.fullmatch(_NUMBER, written, re.ASCII) and len(written) < 20
    weight = float(written) if is_number else 0.0
    if not 0.0 < weight <= MAX_WEIGHT:
        raise QuerySyntaxError(
            f"A weight must be a number above 0 and at most {MAX_WEIGHT:,.0f}.",
            "Write it after the caret: socialism^3.",
        )
    return weight


def _in_field(operand: Operand, lexeme: Lexeme) -> Node:
    """Return `operand` in the field of its lexeme, if it has one."""
    if not lexeme.field:
        return operand
    if operand.weight != 1.0:
        raise QuerySyntaxError(
            f"The field {lexeme.field} cannot have a weight.", "Remove the ^ and its number."
        )
    return InTitle(operand) if lexeme.field == "title" else InHeading(operand)


def _field(lexeme: Lexeme) -> Node:
    """Return the node of a field whose value is taken literally."""
    name, value = lexeme.field, lexeme.text.strip()
    if lexeme.tail or (name != "path" and re.search(r"\^[\d.]+$", value)):
        raise QuerySyntaxError(
            "A field cannot have a weight or a distance.", "Remove what follows the value."
        )
    if name in {"year", "date"}:
        from excerpt.query.date_ranges import parse_date_range

        return DateRange("date", *parse_date_range(value))
    if name != "path":
        _check_no_pattern(name, value)
    if name == "lang":
        value = _language_code(value)
    if not value or (name != "path" and not any(map(str.isalnum, value))):
        raise QuerySyntaxError(
            f"The field {name} has no value.",
            f'Write it after the colon: {name}:value or {name}:"two words".',
        )
    if name == "kind" and value.casefold() not in _KINDS:
        raise QuerySyntaxError(
            f"{value} is not a kind of block.", f"The kinds are {', '.join(_KINDS)}."
        )
    if name == "format":
        value = value.removeprefix(".")
    return Field(name, value.casefold() if name in {"kind", "lang", "format"} else value)


def _check_no_pattern(name: str, value: str) -> None:
    """Raise QuerySyntaxError if the value of a field is a pattern or a fuzzy word."""
    if len(value) > 2 and value[0] == value[-1] == "/":
        raise QuerySyntaxError(
            f"The field {name} cannot contain a pattern.",
            f"Write words, with wildcards if need be: {name}:Ros*.",
        )
    if re.search(r"\w~\d?$", value):
        raise QuerySyntaxError(
            f"The field {name} cannot contain a fuzzy word.",
            f"Use wildcards: {name}:{value.partition('~')[0]}*.",
        )


def _language_code(value: str) -> str:
    """Return the code of a language, which may be given by its English name or with a region.

    >>> _language_code("German"), _language_code("en-GB")
    ('de', 'en')
    """
    written = value.casefold()
    if len(written) > 3 and written.isalpha():
        from excerpt.text.language_names import LANGUAGE_NAMES

        codes = (code for code, name in LANGUAGE_NAMES.items() if name.casefold() == written)
        return next(codes, value)
    return re.sub(r"^([a-z]{2,3})[-_][a-z]{2,4}$", r"\1", written)
