"""Query as typed → lexemes: words, quotes, patterns, fields, parentheses and operators.

The form of each lexeme is defined here and nowhere else. What a lexeme means is decided by
`clauses`, and whether the lexemes are well arranged by `validation`.
"""

import re
from collections.abc import Mapping
from enum import Enum, auto

from excerpt.model import Span
from excerpt.startup import FrozenValue

__all__ = ["FIELDS", "PROXIMITY", "SCOPES", "Lexeme", "LexemeKind", "lex"]

_NAMES = ("title", "heading", "path", "format", "lang", "kind", "year", "date")
FIELDS = {name: name for name in _NAMES} | {"language": "lang"}
"""The fields of every document, by their spellings; those of its metadata are added."""
TEXT_FIELDS = frozenset({"title", "heading"})
"""Fields whose values are searched like text. Values of the other fields are taken literally."""
SCOPES = ("sentence", "paragraph", "document")
QUOTES = '"“”„‟«»'
_CORNERS = {"「": "」", "『": "』", "＂": "＂"}
"""East Asian quotation marks. Without a partner at the end of a word they are punctuation."""
_QUOTE_STARTS = (*QUOTES, *_CORNERS, "=")
_OPERATORS = ("AND", "OR", "NOT")
PROXIMITY = ("NEAR", "BEFORE", "AFTER")
"""The operators with a distance."""
_NEAR_STARTS = ("NOT", *(f"{name}/" for name in PROXIMITY))
_OPEN_STARTS = ("(", *SCOPES)
_CURLY_CLOSERS = '“”‟"'


class LexemeKind(Enum):
    """The kinds of lexemes; UNPAIRED is a quotation mark without its partner."""

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


class Lexeme(FrozenValue):
    """A lexeme of a query.

    kind     its kind
    text     its content without signs: the words in quotes, the value of a field, an operator with
             its distance, the scope before a parenthesis
    span     where it is in the query, with its field and tail
    field    the field name before a colon, "" if there is none
    is_form  True if "=" or "=~" precedes it
    tail     what follows directly, such as "~2" or "^3"
    ignores_accents  True if "=~" precedes it
    is_literal  True if all signs in it are punctuation: the address of a page or a mailbox
    """

    kind: LexemeKind
    text: str
    span: Span
    field: str = ""
    is_form: bool = False
    tail: str = ""
    is_literal: bool = False
    ignores_accents: bool = False


_END = rf"(?=[\s(){QUOTES}]|$)"
_TAIL = rf"(?P<tail>[~^][^\s(){QUOTES}]*)?"
# These are strings, because `_match` compiles a pattern when it is first needed. A plain search
# needs one of the twelve, and to compile all takes 2 ms at every start.
_OPERATOR = rf"(?P<text>AND|OR|NOT){_END}"
_NEAR = rf"(?P<not>NOT\s+)?(?P<text>(?:{'|'.join(PROXIMITY)})/[^\s(){QUOTES}]*){_END}"
_MINUS = r"-+(?=[^\s)-])"
_OPEN = rf"(?P<scope>{'|'.join(SCOPES)})?\("
_CLOSE = rf"\){_TAIL}"
_PATTERN = r"/(?P<text>(?:[^/\\\s]|\\\S)+)/(?P<tail>\^[^\s()]*)?(?=[\s()]|$)"
_GERSHAYIM = '(?<=[\u05d0-\u05ea])["\u201c\u201d](?=[\u05d0-\u05ea])'
"""A quotation mark between two Hebrew letters: it marks an acronym."""
_CORNERED = "|".join(rf"{left}[^{left}{right}]*{right}{_END}" for left, right in _CORNERS.items())
_QUOTE = (
    rf'(?P<form>=~?)?(?:"(?P<straight>(?:[^"]|{_GERSHAYIM})*)"'
    rf"|[„“”‟](?P<curly>(?:[^„{_CURLY_CLOSERS}]|{_GERSHAYIM})*)[{_CURLY_CLOSERS}]"
    rf'|"(?P<mixed>[^"{_CURLY_CLOSERS}]*)[{_CURLY_CLOSERS}]'
    rf"|[«»](?P<angled>[^«»]*)[«»]|(?P<cornered>{_CORNERED})){_TAIL}"
)
_UNPAIRED = rf"(?:=~?)?[{QUOTES}]"
_FIELD = r"(?P<name>[^\W\d][\w-]*)[:\uff1a](?=\S)"
_VALUE = rf"(?P<text>[^\s(){QUOTES}]*)"
_INNER_BRACKETS = rf"(?<=[\w)\u2013-])\([^\s(){QUOTES}]*\)"
"""Brackets that belong to a word: §12(3)(a), comrade(s)."""
_WORD = rf"(?P<text>(?:[^\s(){QUOTES}]|{_GERSHAYIM}|{_INNER_BRACKETS})+)"
_PLAIN_WORD = rf"(?P<text>[^\s(){QUOTES}]+)"
"""A word in a query without the signs below: it compiles in half the time."""
_INNER_SIGNS = frozenset('("\u201c\u201d')
"""Signs that separate words, but may also occur within one."""
_ADDRESS = rf"(?:[a-z][a-z+.-]*://|www\.)[^\s{QUOTES}]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
"""The address of a page or a mailbox, which is searched literally."""
_ADDRESS_SIGNS = ("://", "@", "www.")
"""One of these is in every address."""
_WORD_PARTS = (
    r"(?s:(?P<form>=~?(?=[.#@$€£§]?[^\W_]))?"
    r"(?P<text>.*?[^\^~].*?)(?P<tail>(?:~[\d.]*)?(?:\^.*)?))"
)
_SIGNS = frozenset("=~^")
_IGNORES_ACCENTS = "=~"


def _match(
    pattern: str, source: str, offset: int, starts: str | tuple[str, ...] = ""
) -> re.Match[str] | None:
    """Return the match of `pattern` at `offset`, or None; it must begin with one of `starts`.

    `re` keeps compiled patterns.
    """
    if not source.startswith(starts, offset):
        return None
    return re.compile(pattern).match(source, offset)


def lex(source: str, fields: Mapping[str, str]) -> list[Lexeme]:
    """Return the lexemes of `source` in order.

    `fields` maps each spelling of a field name to the name; others may differ from these in case.
    """
    lexemes: list[Lexeme] = []
    # Most queries have no such signs, and then their patterns need not be compiled.
    has_address = any(sign in source for sign in _ADDRESS_SIGNS)
    known_fields = fields if ":" in source or "\uff1a" in source else {}
    offset = _skip_space(source, 0)
    while offset < len(source):
        lexeme = _lexeme(source, offset, known_fields, has_address=has_address)
        lexemes.append(lexeme)
        offset = _skip_space(source, lexeme.span.end)
    return lexemes


def _skip_space(source: str, offset: int) -> int:
    while offset < len(source) and source[offset].isspace():
        offset += 1
    return offset


def _lexeme(source: str, offset: int, fields: Mapping[str, str], *, has_address: bool) -> Lexeme:
    """Return the lexeme at `offset`, where a character other than white space is."""
    first = source[offset]
    if first.isalnum() and has_address:
        address = _match(_ADDRESS, source, offset)
        if address:
            return Lexeme(LexemeKind.WORD, address[0], Span(*address.span()), is_literal=True)
    if first.isalpha():  # first, because most lexemes are ordinary words
        named = _match(_FIELD, source, offset) if fields else None
        if named and (name := fields.get(named["name"]) or fields.get(named["name"].casefold())):
            return _field(source, offset, named.end(), name)
        if found := _match(_NEAR, source, offset, _NEAR_STARTS):
            text = f"NOT {found['text']}" if found["not"] else found["text"]
            return Lexeme(LexemeKind.NEAR, text, Span(*found.span()))
        if found := _match(_OPERATOR, source, offset, _OPERATORS):
            return Lexeme(LexemeKind[found["text"]], found["text"], Span(*found.span()))
    elif first == "-" and (
        offset == 0 or source[offset - 1].isspace() or source[offset - 1] == "("
    ):
        if found := _match(_MINUS, source, offset):
            return Lexeme(LexemeKind.MINUS, found[0], Span(*found.span()))
    elif found := _match(_CLOSE, source, offset, ")"):
        return Lexeme(LexemeKind.CLOSE, ")", Span(*found.span()), tail=found["tail"] or "")
    return _operand(source, offset, offset)


def _operand(source: str, start: int, offset: int, field: str = "") -> Lexeme:
    """Return the word, quote, pattern or opening parenthesis at `offset`.

    The lexeme begins at `start`, where the name of its field is.
    """
    if found := _match(_OPEN, source, offset, _OPEN_STARTS):
        return Lexeme(LexemeKind.OPEN, found["scope"] or "", Span(start, found.end()), field)
    if found := _match(_QUOTE, source, offset, _QUOTE_STARTS):
        return Lexeme(
            LexemeKind.QUOTE,
            _quoted_text(found),
            Span(start, found.end()),
            field,
            bool(found["form"]),
            found["tail"] or "",
            is_literal=re.fullmatch(_ADDRESS, _quoted_text(found)) is not None,
            ignores_accents=found["form"] == _IGNORES_ACCENTS,
        )
    if found := _match(_UNPAIRED, source, offset, _QUOTE_STARTS):
        return Lexeme(LexemeKind.UNPAIRED, found[0], Span(start, found.end()), field)
    if found := _match(_PATTERN, source, offset, "/"):
        return Lexeme(
            LexemeKind.PATTERN,
            found["text"],
            Span(start, found.end()),
            field,
            tail=found["tail"] or "",
        )
    found = _match(_PLAIN_WORD, source, offset)
    end = found.end() if found else offset
    if source[end : end + 1] in _INNER_SIGNS:
        found = _match(_WORD, source, offset)
    if found is None:  # a field without a value: a parenthesis closes
        return Lexeme(LexemeKind.FIELD, "", Span(start, offset), field)
    return _word(found["text"], Span(start, found.end()), field)


def _quoted_text(found: re.Match[str]) -> str:
    """Return the text between the quotation marks of a match of `_QUOTE`."""
    kinds = ("straight", "curly", "mixed", "angled")
    text = next((text for text in found.group(*kinds) if text is not None), None)
    return found["cornered"][1:-1] if text is None else text


def _word(text: str, span: Span, field: str) -> Lexeme:
    """Return the lexeme of a word, with its signs taken off."""
    if _SIGNS.isdisjoint(text):
        return Lexeme(LexemeKind.WORD, text, span, field)
    found = re.fullmatch(_WORD_PARTS, text)
    if found is None:
        return Lexeme(LexemeKind.WORD, "", span, field)
    return Lexeme(
        LexemeKind.WORD,
        found["text"],
        span,
        field,
        bool(found["form"]),
        found["tail"],
        ignores_accents=found["form"] == _IGNORES_ACCENTS,
    )


def _field(source: str, start: int, offset: int, name: str) -> Lexeme:
    """Return the lexeme of the field `name`, whose value begins at `offset`."""
    if name in TEXT_FIELDS:
        return _operand(source, start, offset, name)
    if found := _match(_QUOTE, source, offset):
        return Lexeme(
            LexemeKind.FIELD,
            _quoted_text(found),
            Span(start, found.end()),
            name,
            tail=found["tail"] or "",
        )
    found = _match(_VALUE, source, offset)
    value, end = (found["text"], found.end()) if found else ("", offset)
    return Lexeme(LexemeKind.FIELD, value, Span(start, end), name)
