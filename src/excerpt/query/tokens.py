"""A query as typed → its pieces: words, quotes, patterns, fields, brackets and operators, each with its place.

What a piece of a query looks like is written here and nowhere else. Whether the pieces make sense together is
`check`'s business, what a word or quote means is that of `operands`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from excerpt.model import Span

__all__ = ["FIELDS", "Kind", "SCOPES", "Token", "tokens"]

FIELDS = ("title", "heading", "path", "format", "lang", "kind", "year", "date")
"""The fields every document has. Those of its metadata come on top."""
OPERAND_FIELDS = frozenset({"title", "heading"})
"""Fields whose value is searched like text; those of the others are taken as they are."""
SCOPES = ("sentence", "paragraph", "document")
QUOTES = '"“”„‟«»'
_CURLY_CLOSERS = '“”‟"'


class Kind(Enum):
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
    STRAY = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query.

    `text` is what it says without its signs: the content of quotes, the value of a field, the operator with its
    distance, the scope before a bracket. `field` is the name before a colon; `is_form` says that a "=" stands
    before, and `tail` is what follows directly: ~2, ^3.
    """

    kind: Kind
    text: str
    span: Span
    field: str = ""
    is_form: bool = False
    tail: str = ""


_END = rf"(?=[\s(){QUOTES}]|$)"
_TAIL = rf"(?P<tail>[~^][^\s(){QUOTES}]*)?"
_OPERATOR = re.compile(rf"(?P<text>AND|OR|NOT){_END}")
_NEAR = re.compile(rf"(?P<text>(?:NEAR|BEFORE)/[^\s(){QUOTES}]*){_END}")
_MINUS = re.compile(r"-+(?=[^\s)-])")
_OPEN = re.compile(rf"(?P<scope>{'|'.join(SCOPES)})?\(")
_CLOSE = re.compile(rf"\){_TAIL}")
_PATTERN = re.compile(r"/(?P<text>(?:[^/\\\s]|\\\S)+)/(?P<tail>\^[^\s()]*)?(?=[\s()]|$)")
_QUOTE = re.compile(
    rf"""(?P<form>=)?(?:"(?P<straight>[^"]*)"|[„“”‟](?P<curly>[^„{_CURLY_CLOSERS}]*)[{_CURLY_CLOSERS}]"""
    rf"""|[«»](?P<angled>[^«»]*)[«»]){_TAIL}"""
)
_STRAY = re.compile(rf"=?[{QUOTES}]")
_FIELD = re.compile(r"(?P<name>[^\W\d][\w-]*):(?=\S)")
_VALUE = re.compile(rf"(?P<text>[^\s(){QUOTES}]*)")
_WORD = re.compile(rf"(?P<text>[^\s(){QUOTES}]+)")
_SPACE = re.compile(r"\s*")


def tokens(source: str, fields: Mapping[str, str]) -> list[Token]:
    """The pieces of `source` in order. `fields` gives for each small-letter name of a field its name."""
    found: list[Token] = []
    at = _space_end(source, 0)
    while at < len(source):
        token = _token(source, at, fields)
        found.append(token)
        at = _space_end(source, token.span.end)
    return found


def _space_end(source: str, at: int) -> int:
    match = _SPACE.match(source, at)
    return match.end() if match else at


def _token(source: str, at: int, fields: Mapping[str, str]) -> Token:
    if source[at].isalpha():  # the short way for ordinary words
        named = _FIELD.match(source, at)
        if named and named["name"] in fields:
            return _field(source, at, named.end(), fields[named["name"]])
        if found := _OPERATOR.match(source, at):
            return Token(Kind[found["text"]], found["text"], Span(*found.span()))
        if found := _NEAR.match(source, at):
            return Token(Kind.NEAR, found["text"], Span(*found.span()))
    elif source[at] == "-" and (at == 0 or source[at - 1].isspace() or source[at - 1] == "("):
        if found := _MINUS.match(source, at):
            return Token(Kind.MINUS, found[0], Span(*found.span()))
    elif found := _CLOSE.match(source, at):
        return Token(Kind.CLOSE, ")", Span(*found.span()), tail=found["tail"] or "")
    return _operand(source, at, at)


def _operand(source: str, start: int, at: int, field: str = "") -> Token:
    """The word, quote, pattern or opening bracket at `at`; the token begins at `start`, where its field stands."""
    if found := _OPEN.match(source, at):
        return Token(Kind.OPEN, found["scope"] or "", Span(start, found.end()), field)
    if found := _QUOTE.match(source, at):
        content = next(text for text in found.group("straight", "curly", "angled") if text is not None)
        return Token(
            Kind.QUOTE, content, Span(start, found.end()), field, bool(found["form"]), found["tail"] or ""
        )
    if found := _STRAY.match(source, at):
        return Token(Kind.STRAY, found[0], Span(start, found.end()), field)
    if found := _PATTERN.match(source, at):
        return Token(Kind.PATTERN, found["text"], Span(start, found.end()), field, tail=found["tail"] or "")
    found = _WORD.match(source, at)
    if found is None:  # a field whose value is missing: a bracket closes
        return Token(Kind.FIELD, "", Span(start, at), field)
    return _word(found["text"], Span(start, found.end()), field)


_WORD_PARTS = re.compile(
    r"(?P<form>=(?=[^\W_]))?(?P<text>.*?[^\^~].*?)(?P<tail>(?:~[\d.]*)?(?:\^.*)?)", re.DOTALL
)


def _word(text: str, span: Span, field: str) -> Token:
    found = _WORD_PARTS.fullmatch(text)
    if found is None:
        return Token(Kind.WORD, "", span, field)
    return Token(Kind.WORD, found["text"], span, field, bool(found["form"]), found["tail"])


def _field(source: str, start: int, at: int, name: str) -> Token:
    """The field `name`, whose value begins at `at`."""
    if name in OPERAND_FIELDS:
        return _operand(source, start, at, name)
    if found := _QUOTE.match(source, at):
        content = next(text for text in found.group("straight", "curly", "angled") if text is not None)
        return Token(Kind.FIELD, content, Span(start, found.end()), name, tail=found["tail"] or "")
    found = _VALUE.match(source, at)
    return Token(Kind.FIELD, found["text"] if found else "", Span(start, found.end() if found else at), name)
