"""The pieces of a query → what is wrong with how they stand together.

Whoosh's parser accepts errors in silence: an open bracket, a trailing NOT become ordinary words. So this check runs
before it; what passes, the grammar arranges without loss. Words that look like a field or an operator are noticed too.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from excerpt.model import Span
from excerpt.query.ast import Problem
from excerpt.query.clauses import Clause
from excerpt.query.lexer import Lexeme, LexemeKind
from excerpt.query.term_matching import edit_distance

__all__ = [
    "check_foreign_operators",
    "check_structure",
    "check_field_names",
    "check_proximity_operators",
]

MAX_DEPTH = 50
"""Brackets within brackets, and NEAR after NEAR."""
MAX_NOTICES = 3
_INFIX = frozenset({LexemeKind.AND, LexemeKind.OR, LexemeKind.NEAR})
_PREFIX = frozenset({LexemeKind.NOT, LexemeKind.MINUS})
_OPERATORS = _INFIX | _PREFIX
_ENDS = frozenset({LexemeKind.WORD, LexemeKind.QUOTE, LexemeKind.PATTERN, LexemeKind.CLOSE})
"""With what an operand may end."""
_NO_BEGINNINGS = _OPERATORS | {LexemeKind.CLOSE, LexemeKind.FIELD}


def check_structure(items: Sequence[Clause]) -> Iterator[Problem]:
    """What is wrong with brackets and operators, in order."""
    opened: list[Lexeme] = []
    before: Lexeme | None = None
    n_near = 0
    for token in (item.lexeme for item in items):
        yield from _clash(before, token)
        if token.kind is LexemeKind.OPEN:
            opened.append(token)
            if len(opened) == MAX_DEPTH + 1:
                yield Problem(
                    f"Brackets are nested more than {MAX_DEPTH} deep.",
                    token.span,
                    "Take some of them apart.",
                )
        elif token.kind is LexemeKind.CLOSE:
            if not opened:
                yield Problem(
                    "This bracket closes what was never opened.",
                    token.span,
                    "Leave it out, or open one before.",
                )
            else:
                opened.pop()
        elif token.kind is LexemeKind.NEAR:
            n_near += 1
            if n_near == MAX_DEPTH + 1:
                yield Problem(
                    f"There are more than {MAX_DEPTH} NEAR and BEFORE.",
                    token.span,
                    "Join some parts with AND.",
                )
        if token.kind is LexemeKind.MINUS and len(token.text) > 1:
            yield Problem(
                "There is more than one minus.",
                token.span,
                "Write one - before what shall not be there.",
            )
        before = token
    if before is not None and before.kind in _OPERATORS:
        yield _dangling(before, "after")
    for token in opened:
        yield Problem(
            "This bracket is never closed.",
            token.span,
            "Write ) where the group ends, or leave ( out.",
        )


def _clash(before: Lexeme | None, token: Lexeme) -> Iterator[Problem]:
    """What is wrong between a piece and the next."""
    opens = before is None or before.kind is LexemeKind.OPEN
    follows_operator = before is not None and before.kind in _OPERATORS
    if token.kind is LexemeKind.OPEN and token.field and token.text:
        yield Problem(
            f"A {token.field} has no {token.text}.",
            token.span,
            f"Write {token.field}:( ) or {token.text}( ).",
        )
    if token.kind in _INFIX and opens:
        yield _dangling(token, "before")
    elif token.kind is LexemeKind.CLOSE and before is not None:
        if before.kind is LexemeKind.OPEN:
            span = Span(before.span.start, token.span.end)
            yield Problem(
                "There is nothing between these brackets.",
                span,
                "Write words in them, or leave them out.",
            )
        elif follows_operator:
            yield _dangling(before, "after")
    elif follows_operator and before is not None and token.kind in _OPERATORS:
        span = Span(before.span.start, token.span.end)
        if before.kind is LexemeKind.NEAR and token.kind in _PREFIX:
            yield Problem(
                "NOT cannot stand beside NEAR or BEFORE.",
                span,
                "Put it outside: (mass NEAR/5 party) NOT socialist.",
            )
        elif token.kind in _INFIX or before.kind in _PREFIX:
            yield Problem(
                f"{_name(before)} and {_name(token)} follow each other.",
                span,
                f"Leave one of them out{_as_word(token)}",
            )


def _name(token: Lexeme) -> str:
    return token.text.partition("/")[0] or token.text


def _as_word(token: Lexeme) -> str:
    """The remedy where an operator was meant as a word."""
    name = _name(token)
    return (
        f"; where the word itself is meant, write it in small letters: {name.lower()}."
        if name.isalpha()
        else "."
    )


def _dangling(token: Lexeme, side: str) -> Problem:
    message = f"{_name(token)} has nothing {side} it."
    return Problem(message, token.span, f"Write something {side} it{_as_word(token)}")


# Words that look like fields


_LOOKS_LIKE_FIELD = r"(?P<name>[^\W\d_][\w-]+):(?P<value>\w.*)?"


def check_field_names(found: Sequence[Lexeme], fields: Collection[str]) -> Iterator[Problem]:
    """Notices of words that look like a field but are none, each with the nearest field."""
    n_noticed = 0
    for number, token in enumerate(found):
        if n_noticed == MAX_NOTICES:
            return
        if token.kind is not LexemeKind.WORD or ":" not in token.text:
            continue
        looks = re.fullmatch(_LOOKS_LIKE_FIELD, token.text, re.DOTALL)
        if looks is None or token.is_form or token.field:
            continue
        following = found[number + 1] if number + 1 < len(found) else None
        has_value = looks["value"] or (
            following is not None
            and following.span.start == token.span.end
            and following.kind in {LexemeKind.QUOTE, LexemeKind.OPEN}
        )
        is_apart = (
            following is not None
            and following.kind in {LexemeKind.WORD, LexemeKind.QUOTE}
            and not has_value
        )
        if looks["name"] in fields and is_apart:
            n_noticed += 1
            yield Problem(
                f"{looks['name']}: was searched as a word, for a space follows it.",
                token.span,
                "To look in the field, leave no space between them.",
                is_error=False,
            )
        elif has_value:
            nearest = min(
                sorted(fields), key=lambda name: edit_distance(looks["name"].casefold()[:40], name)
            )
            n_noticed += 1
            yield Problem(
                f"There is no field named {looks['name']}: it was searched as a word.",
                Span(token.span.start, token.span.start + len(looks["name"]) + 1),
                f"The nearest field is {nearest}: — all are {', '.join(sorted(fields))}.",
                is_error=False,
            )


# Words that look like operators


_LOOKS_LIKE_NEAR = r"NEAR|BEFORE|(?i:near|before)/(?P<distance>\d{1,4})"
_USUAL = 5


def check_proximity_operators(items: Sequence[Clause]) -> Iterator[Problem]:
    """Notices of words that look like NEAR/5 or BEFORE/5, but have no number or small letters."""
    n_noticed = 0
    for before, item, after in zip(items, items[1:], items[2:], strict=False):
        token = item.lexeme
        looks = (
            token.kind is LexemeKind.WORD
            and not token.field
            and re.fullmatch(_LOOKS_LIKE_NEAR, token.text)
        )
        if not looks or before.lexeme.kind not in _ENDS or after.lexeme.kind in _NO_BEGINNINGS:
            continue
        if n_noticed == MAX_NOTICES:
            return
        n_noticed += 1
        name = token.text.partition("/")[0].upper()
        why = "operators are in capitals" if looks["distance"] else "it has no number"
        yield Problem(
            f"{token.text} was searched as a word, for {why}.",
            token.span,
            f"For at most {looks['distance'] or _USUAL} words between write {name}/{looks['distance'] or _USUAL}.",
            is_error=False,
        )


# Operators of other languages


_FOREIGN = {"&&": "AND", "&": "AND", "||": "OR", "|": "OR", "!": "NOT"}


def check_foreign_operators(found: Sequence[Lexeme]) -> Iterator[Problem]:
    """Notices of signs that are operators elsewhere, but nothing here."""
    n_noticed = 0
    for token in found:
        if token.kind is not LexemeKind.WORD or token.field:
            continue
        sign = token.text if token.text in _FOREIGN else token.text[:1]
        is_sign = sign == token.text or (sign == "!" and token.text[1:2].isalnum())
        if sign not in _FOREIGN or not is_sign:
            continue
        if n_noticed == MAX_NOTICES:
            return
        n_noticed += 1
        yield Problem(
            f"{sign} is no operator and was left out.",
            Span(token.span.start, token.span.start + len(sign)),
            f"Write {_FOREIGN[sign]}.",
            is_error=False,
        )
