"""Clauses → problems with their arrangement, and notices about words that look like syntax.

Whoosh's parser accepts errors: an open parenthesis or a trailing NOT becomes an ordinary word. So
this check comes first, and the grammar then arranges what has passed without loss.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from excerpt.model import Span
from excerpt.query.ast import Problem
from excerpt.query.clauses import Clause
from excerpt.query.lexer import PROXIMITY, SCOPES, Lexeme, LexemeKind
from excerpt.query.term_matching import edit_distance

__all__ = [
    "MAX_NOTICES",
    "check_field_names",
    "check_foreign_operators",
    "check_proximity_operators",
    "check_question_marks",
    "check_quoted_operators",
    "check_scopes",
    "check_signs",
    "check_structure",
]

MAX_DEPTH = 50
"""Nested parentheses, and NEAR operators in one query."""
MAX_NOTICES = 3
"""Notices of one kind about one query."""
_INFIX = frozenset({LexemeKind.AND, LexemeKind.OR, LexemeKind.NEAR})
_PREFIX = frozenset({LexemeKind.NOT, LexemeKind.MINUS})
_OPERATORS = _INFIX | _PREFIX
_OPERAND_ENDS = frozenset({LexemeKind.WORD, LexemeKind.QUOTE, LexemeKind.PATTERN, LexemeKind.CLOSE})
"""Lexemes that can end an operand of NEAR."""
_NOT_OPERAND_STARTS = _OPERATORS | {LexemeKind.CLOSE, LexemeKind.FIELD}


def check_structure(clauses: Sequence[Clause]) -> Iterator[Problem]:
    """Yield the errors in the arrangement of parentheses and operators."""
    opened: list[Lexeme] = []
    before: Lexeme | None = None
    n_near = 0
    for lexeme in (clause.lexeme for clause in clauses):
        yield from _check_pair(before, lexeme)
        if lexeme.kind is LexemeKind.OPEN:
            opened.append(lexeme)
            if len(opened) == MAX_DEPTH + 1:
                yield Problem(
                    f"Parentheses are nested more than {MAX_DEPTH} levels deep.",
                    lexeme.span,
                    "Remove some of them.",
                )
        elif lexeme.kind is LexemeKind.CLOSE:
            if not opened:
                yield Problem(
                    "This closing parenthesis has no opening one.",
                    lexeme.span,
                    "Remove it, or open a parenthesis before it.",
                )
            else:
                opened.pop()
        elif lexeme.kind is LexemeKind.NEAR:
            n_near += 1
            if n_near == MAX_DEPTH + 1:
                yield Problem(
                    f"The query has more than {MAX_DEPTH} NEAR, BEFORE and AFTER operators.",
                    lexeme.span,
                    "Join some parts with AND.",
                )
        if lexeme.kind is LexemeKind.MINUS and len(lexeme.text) > 1:
            yield Problem(
                "There is more than one minus sign.",
                lexeme.span,
                "Write a single - before what must not occur.",
            )
        before = lexeme
    if before is not None and before.kind in _OPERATORS:
        yield _dangling(before, "after")
    for lexeme in opened:
        yield Problem(
            "This parenthesis is never closed.",
            lexeme.span,
            "Write ) at the end of the group, or remove the (.",
        )


def _check_pair(before: Lexeme | None, lexeme: Lexeme) -> Iterator[Problem]:
    """Yield the errors that lie in `lexeme` following `before`."""
    is_first = before is None or before.kind is LexemeKind.OPEN
    follows_operator = before is not None and before.kind in _OPERATORS
    if lexeme.kind is LexemeKind.OPEN and lexeme.field and lexeme.text:
        yield Problem(
            f"The field {lexeme.field} cannot contain {lexeme.text}( ).",
            lexeme.span,
            f"Write {lexeme.field}:( ) or {lexeme.text}( ).",
        )
    if lexeme.kind in _INFIX and is_first:
        yield _dangling(lexeme, "before")
    elif lexeme.kind is LexemeKind.CLOSE and before is not None:
        if before.kind is LexemeKind.OPEN:
            yield Problem(
                "These parentheses are empty.",
                Span(before.span.start, lexeme.span.end),
                "Write words between them, or remove them.",
            )
        elif follows_operator:
            yield _dangling(before, "after")
    elif follows_operator and before is not None and lexeme.kind in _OPERATORS:
        span = Span(before.span.start, lexeme.span.end)
        if before.kind is LexemeKind.NEAR and lexeme.kind in _PREFIX:
            yield Problem(
                f"NOT cannot follow {_name(before)}.",
                span,
                f"Write NOT first: mass NOT {before.text.split()[-1]} party.",
            )
        elif lexeme.kind is LexemeKind.NEAR and before.kind in _PREFIX:
            yield Problem(
                f"{_name(before)} is followed by {_name(lexeme)}.",
                span,
                f"Write NOT {lexeme.text.split()[-1]}.",
            )
        elif lexeme.kind in _INFIX or before.kind in _PREFIX:
            yield Problem(
                f"{_name(before)} is followed by {_name(lexeme)}.",
                span,
                f"Remove {_name(before)}."
                if lexeme.kind is LexemeKind.NEAR
                else f"Remove one of them{_or_write_as_word(lexeme)}",
            )


def _name(lexeme: Lexeme) -> str:
    return lexeme.text.partition("/")[0] or lexeme.text


def _or_write_as_word(lexeme: Lexeme) -> str:
    """Return the end of a remedy for an operator that may have been meant as a word."""
    name = _name(lexeme)
    if not name.isalpha():
        return "."
    return f"; to search for the word itself, write it in lower case: {name.lower()}."


def _dangling(lexeme: Lexeme, side: str) -> Problem:
    """Return the error of an operator with nothing before or after it."""
    return Problem(
        f"{_name(lexeme)} has nothing {side} it.",
        lexeme.span,
        f"Write something {side} it{_or_write_as_word(lexeme)}",
    )


# Words that look like fields


_EXAMPLES = {
    "year": "year:1904..1910",
    "date": "date:1848-02",
    "lang": "lang:de",
    "kind": "kind:note",
}
_EXAMPLE = "title:strike"
_LIKE_FIELD = r"(?P<name>[^\W\d_][\w-]+):(?P<value>[\w/*~^].*)?"


def check_field_names(lexemes: Sequence[Lexeme], fields: Collection[str]) -> Iterator[Problem]:
    """Yield notices about words that look like a field but are not one."""
    for number, lexeme in enumerate(lexemes):
        if lexeme.kind is not LexemeKind.WORD or ":" not in lexeme.text or lexeme.is_literal:
            continue
        looks = re.fullmatch(_LIKE_FIELD, lexeme.text, re.DOTALL)
        if looks is None or lexeme.is_form or lexeme.field:
            continue
        name = looks["name"]
        following = lexemes[number + 1] if number + 1 < len(lexemes) else None
        has_value = looks["value"] or (
            following is not None
            and following.span.start == lexeme.span.end
            and following.kind in {LexemeKind.QUOTE, LexemeKind.OPEN}
        )
        is_separated = (
            following is not None
            and following.kind in {LexemeKind.WORD, LexemeKind.QUOTE, LexemeKind.OPEN}
            and not has_value
        )
        if name in fields and is_separated:
            yield Problem(
                f"{name}: was searched as a word, because a space follows the colon.",
                lexeme.span,
                "To search the field, remove the space.",
                is_error=False,
            )
        elif has_value:
            yield _unknown_field(lexeme, name, fields)
        elif name in fields and not looks["value"]:
            yield Problem(
                f"{name}: was searched as a word, because it has no value.",
                lexeme.span,
                f"Write the value directly after the colon, as in {_EXAMPLES.get(name, _EXAMPLE)}.",
                is_error=False,
            )


def _unknown_field(lexeme: Lexeme, name: str, fields: Collection[str]) -> Problem:
    """Return the notice about a word that begins with the name of no field."""
    # Few queries need them.
    from excerpt.query.foreign_fields import FIELDS_OF_PEOPLE, FOREIGN_FIELDS

    in_order = sorted(fields)
    written = name.casefold()[:40]
    nearest = min(in_order, key=lambda field: edit_distance(written, field))
    is_near = edit_distance(written, nearest) * 2 < len(nearest)
    meant = f"Did you mean {nearest}:? " if is_near else ""
    value = lexeme.text[len(name) + 1 :] or "VALUE"
    of_people = {} if value[0].isdigit() else FIELDS_OF_PEOPLE
    if like := of_people.get(written) or FOREIGN_FIELDS.get(written):
        known = like.format(value)
        end = " instead" if known.endswith(".") else ""  # the full stop is not part of the query
        meant = f"Write {known}{end}. " if like.partition(":")[0] in fields else ""
    return Problem(
        f"There is no field {name!r}; the text was searched as words.",
        Span(lexeme.span.start, lexeme.span.start + len(name) + 1),
        f"{meant}The fields are {', '.join(in_order)}.",
        is_error=False,
    )


# Words that look like scopes, and signs and operators that are not


def check_scopes(lexemes: Sequence[Lexeme]) -> Iterator[Problem]:
    """Yield notices about scopes in capitals, or with a space before the parenthesis."""
    for lexeme, following in pairwise(lexemes):
        name = lexeme.text.casefold()
        is_word = lexeme.kind is LexemeKind.WORD and not (lexeme.field or lexeme.is_form)
        is_group = following.kind is LexemeKind.OPEN and not (following.field or following.text)
        if not is_word or not is_group or name not in SCOPES:
            continue
        is_apart = following.span.start > lexeme.span.end
        reason = "a space follows it" if is_apart else "it is not in lower case"
        yield Problem(
            f"{lexeme.text} was searched as a word, because {reason}.",
            lexeme.span,
            f"Write {name}(wage labour).",
            is_error=False,
        )


_QUOTED_OPERATOR = (
    rf"(?<=\S\s)(?:(?:NOT\s+)?(?:{'|'.join(PROXIMITY)})/\d{{1,4}}|AND|OR|NOT)(?=\s\S)"
)


def check_quoted_operators(lexemes: Sequence[Lexeme]) -> Iterator[Problem]:
    """Yield notices about operators within quotation marks, unless all words are in capitals."""
    for lexeme in lexemes:
        if lexeme.kind is not LexemeKind.QUOTE or lexeme.text.isupper() or lexeme.is_literal:
            continue
        found = re.search(_QUOTED_OPERATOR, lexeme.text)
        if found is None:
            continue
        sides = (lexeme.text[: found.start()].strip(), lexeme.text[found.end() :].strip())
        left, right = (f'"{side}"' if " " in side else side for side in sides)
        is_simple = not re.search(r"[()]", lexeme.text)
        yield Problem(
            f"{found[0]} was searched as a word, because it stands between quotation marks.",
            lexeme.span,
            f"Write {left} {' '.join(found[0].split())} {right}."
            if is_simple
            else "Write the operator outside of the quotation marks.",
            is_error=False,
        )


def check_question_marks(lexemes: Sequence[Lexeme]) -> Iterator[Problem]:
    """Yield a notice about a "?" at the end of a word that may be meant as a wildcard.

    It may be if the word stands alone, or if there are operators: a question has none.
    """
    plain = {LexemeKind.WORD, LexemeKind.QUOTE}
    is_question = len(lexemes) > 1 and all(
        lexeme.kind in plain and not lexeme.tail for lexeme in lexemes
    )
    for lexeme in lexemes:
        word = lexeme.text.rstrip("?")
        is_marked = lexeme.kind is LexemeKind.WORD and word != lexeme.text and word.isalnum()
        if not is_question and is_marked and not lexeme.is_literal:
            dots = "." * (len(lexeme.text) - len(word))
            letters = "one letter" if len(dots) == 1 else f"{len(dots)} letters"
            yield Problem(
                f"The ? at the end of {lexeme.text} was taken for a question mark.",
                lexeme.span,
                f"For {letters}, write /{word}{dots}/; for any number of letters, {word}*.",
                is_error=False,
            )


# Words that look like operators


_LIKE_NEAR = rf"{'|'.join(PROXIMITY)}|(?i:{'|'.join(PROXIMITY)})/(?P<distance>\d{{1,4}})"
_FOREIGN_NEAR = r"(?i:w|n|pre)/(?P<distance>\d{1,4})|(?:NEAR|ADJ)(?P<digits>\d{1,4})|ADJ"
"""Operators of other query languages: W/5, PRE/5, NEAR5, ADJ5, ADJ."""
_USUAL_DISTANCE = 5


def check_proximity_operators(clauses: Sequence[Clause]) -> Iterator[Problem]:
    """Yield notices about words that look like NEAR and the like, but are written otherwise."""
    for before, clause, after in zip(clauses, clauses[1:], clauses[2:], strict=False):
        lexeme = clause.lexeme
        follows_not = before.lexeme.text.casefold() == "not" and before is not clauses[0]
        is_between_operands = (
            follows_not or before.lexeme.kind in _OPERAND_ENDS
        ) and after.lexeme.kind not in _NOT_OPERAND_STARTS
        if lexeme.kind is not LexemeKind.WORD or lexeme.field or not is_between_operands:
            continue
        if looks := re.fullmatch(_LIKE_NEAR, lexeme.text):
            name = lexeme.text.partition("/")[0].upper()
            reason = "operators are in capitals" if looks["distance"] else "the distance is missing"
            distance = looks["distance"] or str(_USUAL_DISTANCE)
        elif looks := re.fullmatch(_FOREIGN_NEAR, lexeme.text):
            name = "BEFORE" if lexeme.text[:3].upper() in {"PRE", "ADJ"} else "NEAR"
            reason = "it is an operator of other programs"
            distance = looks["distance"] or looks["digits"] or "0"
        else:
            continue
        remedy = f"To allow at most {distance} words between them, write {name}/{distance}."
        if follows_not:
            remedy = f"Write NOT {name}/{distance}."
        yield Problem(
            f"{lexeme.text} was searched as a word, because {reason}.",
            lexeme.span,
            remedy,
            is_error=False,
        )


# Operators of other query languages


_FOREIGN = {"&&": "AND", "&": "AND", "||": "OR", "|": "OR", "!": "NOT"}
_INNER_OPERATOR = r"(?<=\w)\|\|?(?=\w)"
_SIGNS_OF_NAMES = r"(?<![^\s\W])(?:\w+(?:\+\+?|#|%|°[CF]?|[®™©])|[.#@$€£][^\W_]\w*)(?![^\s\W])"
"""Names and numbers whose signs matter: C++, C#, .NET, #tag, 100%, $5."""


def check_signs(lexemes: Sequence[Lexeme]) -> Iterator[Problem]:
    """Yield notices about names whose signs are not searched."""
    for lexeme in lexemes:
        is_text = lexeme.kind in {LexemeKind.WORD, LexemeKind.QUOTE}
        if not is_text or lexeme.is_literal or lexeme.text.isalnum():
            continue
        written = [
            each
            for each in lexeme.text.split()
            if re.fullmatch(_SIGNS_OF_NAMES, each) and not _is_like_wildcard(each)
        ]
        for name in dict.fromkeys(written):
            word = re.sub(r"\W", "", name)
            yield Problem(
                f"Only letters and digits are searched: {name} finds {word}.",
                lexeme.span,
                "Add other words that occur near it.",
                is_error=False,
            )


def _is_like_wildcard(word: str) -> bool:
    """Return whether a sign stands for letters in other programs: wage%."""
    return word[-1] == "%" and word[0].isalpha()


def check_foreign_operators(lexemes: Sequence[Lexeme]) -> Iterator[Problem]:
    """Yield notices about signs that are operators in other query languages."""
    for lexeme in lexemes:
        if lexeme.kind is not LexemeKind.WORD or lexeme.field or lexeme.is_literal:
            continue
        if "|" in lexeme.text and (inner := re.search(_INNER_OPERATOR, lexeme.text)):
            start = lexeme.span.start + inner.start()
            written = re.sub(_INNER_OPERATOR, f" {_FOREIGN[inner[0]]} ", lexeme.text)
            yield Problem(
                f"{inner[0]} is not an operator: {lexeme.text} was searched as a phrase.",
                Span(start, start + len(inner[0])),
                f"Write /{lexeme.text}/." if "(" in lexeme.text else f"Write {written}.",
                is_error=False,
            )
            continue
        sign = lexeme.text if lexeme.text in _FOREIGN else lexeme.text[:1]
        is_sign = sign == lexeme.text or (sign == "!" and lexeme.text[1:2].isalnum())
        if sign not in _FOREIGN or not is_sign:
            continue
        yield Problem(
            f"{sign} is not an operator and was ignored.",
            Span(lexeme.span.start, lexeme.span.start + len(sign)),
            f"Write {_FOREIGN[sign]}.",
            is_error=False,
        )
