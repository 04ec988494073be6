"""A query as typed → its pieces: words, quotes, patterns, fields, brackets and operators, each with its place.

What a piece of a query looks like is written here and nowhere else. Whether the pieces make sense together is
`check`'s business, what a word or quote means is that of `operands`.
"""

import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from excerpt.model import Span

__all__ = ["FIELDS", "LexemeKind", "SCOPES", "Lexeme", "lex"]

FIELDS = ("title", "heading", "path", "format", "lang", "kind", "year", "date")
"""The fields every document has. Those of its metadata come on top."""
OPERAND_FIELDS = frozenset({"title", "heading"})
"""Fields whose value is searched like text; those of the others are taken as they are."""
SCOPES = ("sentence", "paragraph", "document")
QUOTES = '"“”„‟«»'
_MARKS = (*QUOTES, "=")
_OPERATORS = ("AND", "OR", "NOT")
_DISTANCES = ("NEAR/", "BEFORE/")
_OPENERS = ("(", *SCOPES)
_CURLY_CLOSERS = '“”‟"'


class LexemeKind(Enum):
    """What a piece of a query is."""

    WORD = auto()
    QUOTE = auto()
    PATTERN = auto()
    FIELD = auto()
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    MINUS = auto()
    NEAR = auto()
    UNPAIRED = auto()


class Lexeme(NamedTuple):
    """A piece of a query.

    `text` is what it says without its signs: the content of quotes, the value of a field, the operator with its
    distance, the scope before a bracket. `field` is the name before a colon; `is_form` says that a "=" stands
    before, and `tail` is what follows directly: ~2, ^3.
    """

    kind: LexemeKind
    text: str
    span: Span
    field: str = ""
    is_form: bool = False
    tail: str = ""


_END = rf"(?=[\s(){QUOTES}]|$)"
_TAIL = rf"(?P<tail>[~^][^\s(){QUOTES}]*)?"
_OPERATOR = rf"(?P<text>AND|OR|NOT){_END}"
_NEAR = rf"(?P<text>(?:NEAR|BEFORE)/[^\s(){QUOTES}]*){_END}"
_MINUS = r"-+(?=[^\s)-])"
_OPEN = rf"(?P<scope>{'|'.join(SCOPES)})?\("
_CLOSE = rf"\){_TAIL}"
_PATTERN = r"/(?P<text>(?:[^/\\\s]|\\\S)+)/(?P<tail>\^[^\s()]*)?(?=[\s()]|$)"
_QUOTE = (
    rf"""(?P<form>=)?(?:"(?P<straight>[^"]*)"|[„“”‟](?P<curly>[^„{_CURLY_CLOSERS}]*)[{_CURLY_CLOSERS}]"""
    rf"""|[«»](?P<angled>[^«»]*)[«»]){_TAIL}"""
)
_STRAY = rf"=?[{QUOTES}]"
_FIELD = r"(?P<name>[^\W\d][\w-]*):(?=\S)"
_VALUE = rf"(?P<text>[^\s(){QUOTES}]*)"
_WORD = rf"(?P<text>[^\s(){QUOTES}]+)"
_WORD_PARTS = r"(?P<form>=(?=[^\W_]))?(?P<text>.*?[^\^~].*?)(?P<tail>(?:~[\d.]*)?(?:\^.*)?)"
_SIGNS = frozenset("=~^")


def _match(
    pattern: str, source: str, at: int, begins: str | tuple[str, ...] = ""
) -> re.Match[str] | None:
    """The piece at `at`, if it begins with one of `begins` and looks like `pattern`.

    Patterns are compiled (and kept) by `re` when they are asked for: most queries need few of them.
    """
    return re.compile(pattern).match(source, at) if source.startswith(begins, at) else None


def lex(source: str, fields: Mapping[str, str]) -> list[Lexeme]:
    """The pieces of `source` in order. `fields` gives for each small-letter name of a field its name."""
    found: list[Lexeme] = []
    at = _space_end(source, 0)
    while at < len(source):
        token = _token(source, at, fields)
        found.append(token)
        at = _space_end(source, token.span.end)
    return found


def _space_end(source: str, at: int) -> int:
    while at < len(source) and source[at].isspace():
        at += 1
    return at


def _token(source: str, at: int, fields: Mapping[str, str]) -> Lexeme:
    if source[at].isalpha():  # the short way for ordinary words
        named = _match(_FIELD, source, at)
        if named and named["name"] in fields:
            return _field(source, at, named.end(), fields[named["name"]])
        if found := _match(_OPERATOR, source, at, _OPERATORS):
            return Lexeme(LexemeKind[found["text"]], found["text"], Span(*found.span()))
        if found := _match(_NEAR, source, at, _DISTANCES):
            return Lexeme(LexemeKind.NEAR, found["text"], Span(*found.span()))
    elif source[at] == "-" and (at == 0 or source[at - 1].isspace() or source[at - 1] == "("):
        if found := _match(_MINUS, source, at):
            return Lexeme(LexemeKind.MINUS, found[0], Span(*found.span()))
    elif found := _match(_CLOSE, source, at, ")"):
        return Lexeme(LexemeKind.CLOSE, ")", Span(*found.span()), tail=found["tail"] or "")
    return _operand(source, at, at)


def _operand(source: str, start: int, at: int, field: str = "") -> Lexeme:
    """The word, quote, pattern or opening bracket at `at`; the token begins at `start`, where its field stands."""
    if found := _match(_OPEN, source, at, _OPENERS):
        return Lexeme(LexemeKind.OPEN, found["scope"] or "", Span(start, found.end()), field)
    if found := _match(_QUOTE, source, at, _MARKS):
        content = next(
            text for text in found.group("straight", "curly", "angled") if text is not None
        )
        return Lexeme(
            LexemeKind.QUOTE,
            content,
            Span(start, found.end()),
            field,
            bool(found["form"]),
            found["tail"] or "",
        )
    if found := _match(_STRAY, source, at, _MARKS):
        return Lexeme(LexemeKind.UNPAIRED, found[0], Span(start, found.end()), field)
    if found := _match(_PATTERN, source, at, "/"):
        return Lexeme(
            LexemeKind.PATTERN,
            found["text"],
            Span(start, found.end()),
            field,
            tail=found["tail"] or "",
        )
    found = _match(_WORD, source, at)
    if found is None:  # a field whose value is missing: a bracket closes
        return Lexeme(LexemeKind.FIELD, "", Span(start, at), field)
    return _word(found["text"], Span(start, found.end()), field)


def _word(text: str, span: Span, field: str) -> Lexeme:
    if _SIGNS.isdisjoint(text):
        return Lexeme(LexemeKind.WORD, text, span, field)
    found = re.fullmatch(_WORD_PARTS, text, re.DOTALL)
    if found is None:
        return Lexeme(LexemeKind.WORD, "", span, field)
    return Lexeme(LexemeKind.WORD, found["text"], span, field, bool(found["form"]), found["tail"])


def _field(source: str, start: int, at: int, name: str) -> Lexeme:
    """The field `name`, whose value begins at `at`."""
    if name in OPERAND_FIELDS:
        return _operand(source, start, at, name)
    if found := _match(_QUOTE, source, at):
        content = next(
            text for text in found.group("straight", "curly", "angled") if text is not None
        )
        return Lexeme(
            LexemeKind.FIELD, content, Span(start, found.end()), name, tail=found["tail"] or ""
        )
    found = _match(_VALUE, source, at)
    return Lexeme(
        LexemeKind.FIELD,
        found["text"] if found else "",
        Span(start, found.end() if found else at),
        name,
    )
