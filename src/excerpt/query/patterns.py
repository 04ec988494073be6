"""A regular expression of a query → a Pattern over folded words, and what matches it in linear time.

The syntax is RE2's (https://github.com/google/re2/wiki/Syntax) as far as it speaks of one folded word, and RE2 matches
it: in time linear in the word, whatever the pattern. So nothing that a word does not show is part of it: what stands
beside it, what matched before (RE2 knows neither), or case. In two ways patterns mean what people expect here and not
what RE2 has: `\\w` and `\\d` are the letters, marks and digits of all scripts, and `{,3}` is at most 3 times.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import re2

from excerpt.memory import memoized
from excerpt.model import Span
from excerpt.query.ast import Pattern
from excerpt.query.syntax_error import QuerySyntaxError
from excerpt.text import fold

__all__ = ["compile_pattern", "parse_pattern"]

_PIECE = re.compile(
    r"""(?P<escape>\\(?:[pP](?:\{[^}]*\}|.)|x\{[^}]*\}|.))|(?P<class>\[\^?\]?)|(?P<group>\(\?(?:<?[=!]|:)?|\()"""
    r"""|(?P<times>\{,\d+\})|(?P<other>.)""",
    re.DOTALL,
)
_INSIDE = re.compile(
    r"(?P<escape>\\(?:[pP](?:\{[^}]*\}|.)|x\{[^}]*\}|.))|(?P<end>\])|(?P<class>\[)|(?P<other>.)",
    re.DOTALL,
)
_CLASSES = {"w": r"\pL\pM\pN", "W": r"\pP\pS\pZ\pC", "d": r"\p{Nd}", "D": r"\P{Nd}"}
"""What these mean; a word is made of letters, marks and numbers alone."""
_BACK = "A pattern cannot ask for what matched before."
_EDGES = "A pattern is of a whole word: it has no other edges."
_LOOKS = "A pattern cannot look at what stands before or after."
_FLAGS = "Flags and names are not part of these patterns."
_REMEDIES = {
    _BACK: "Write out what may be repeated: (war|wars).",
    _EDGES: r"Leave the \b out: /war.*/ is every word that begins so.",
    _LOOKS: "Write out what may stand there: (pre|post)?war.",
    _FLAGS: "Leave them out: case never matters, and brackets are ( ) or (?: ).",
}
_FOREIGN = {**dict.fromkeys("123456789gk", _BACK), **dict.fromkeys("bB", _EDGES)}
MAX_MEMORY = 1 << 22
"""Bytes that one pattern may take, compiled."""
_PLAIN_ESCAPES = frozenset("wWdDsSpPx")
_LITERALS = "Put a \\ before a sign that means itself."


class _Piece(NamedTuple):
    """A piece of a pattern: where it stands and what it is: "escape", "class", "end", "group", "times" or "other"."""

    kind: str
    text: str
    start: int
    is_in_class: bool

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))


def parse_pattern(text: str) -> Pattern:
    """The meaning of the regular expression `text`, its letters folded.

    Raises:
        QuerySyntaxError: if it is none, or asks for what is not part of these patterns.
    """
    pieces = list(_pieces(unicodedata.normalize("NFC", text)))
    for piece in pieces:
        _refuse_foreign(piece)
    folded = "".join(map(_folded, pieces))
    compile_pattern(folded)
    return Pattern(folded)


def compile_pattern(text: str, *, of_lines: bool = False) -> Any:
    """The pattern `text` as RE2 matches it; `of_lines`: whole lines of a buffer in UTF-8.

    Raises:
        QuerySyntaxError: if it is none, or too large.
    """
    return _compiled(text, of_lines)


@memoized(64_000_000, result_bytes=MAX_MEMORY)
def _compiled(text: str, of_lines: bool) -> Any:
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    options.never_capture = True
    options.dot_nl = True
    options.never_nl = of_lines
    try:
        source = "".join(map(_translated, _pieces(text))).encode()
        found = re2.compile(source, options)
        return re2.compile(b"(?m)^(?:" + source + b")$", options) if of_lines else found
    except UnicodeEncodeError:
        raise QuerySyntaxError(
            "There is a broken character in this pattern.", "Type the pattern again."
        ) from None
    except re2.error as error:
        raise _misfit(error) from None


def _misfit(error: Exception) -> QuerySyntaxError:
    """What RE2 says of a pattern, as people understand it."""
    (said,) = error.args
    text = str(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)
    if "too large" in text:
        return QuerySyntaxError(
            "This pattern is too large.",
            "Lower the numbers in { }, or write several patterns with OR.",
        )
    return QuerySyntaxError(
        f"This is no regular expression: {text.replace(': ', ' in ', 1)}", _LITERALS
    )


# Pieces


def _pieces(text: str) -> Iterator[_Piece]:
    """`text` in pieces; a letter has its marks with it."""
    at = 0
    is_in_class = False
    while at < len(text):
        found = (_INSIDE if is_in_class else _PIECE).match(text, at)
        assert found is not None
        kind = found.lastgroup or ""
        end = found.end()
        while kind == "other" and end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
        yield _Piece(kind, text[at:end], at, is_in_class)
        is_in_class = (is_in_class and kind != "end") or kind == "class"
        at = end


def _refuse_foreign(piece: _Piece) -> None:
    if piece.kind == "class" and piece.is_in_class:
        raise QuerySyntaxError(
            "A [ ] cannot stand in another.",
            r"Write \pL for letters, \d for digits, \w for both, \[ for the bracket itself.",
            piece.span,
        )
    if piece.kind == "group" and piece.text not in {"(", "(?:"}:
        message = _FLAGS if piece.text == "(?" else _LOOKS
        raise QuerySyntaxError(message, _REMEDIES[message], piece.span)
    if piece.kind == "escape" and piece.text[1].isalnum() and piece.text[1] not in _PLAIN_ESCAPES:
        message = _FOREIGN.get(piece.text[1], f"{piece.text} is not part of these patterns.")
        raise QuerySyntaxError(
            message, _REMEDIES.get(message, r"Use \w, \d, \pL or the letter itself."), piece.span
        )


def _folded(piece: _Piece) -> str:
    """A piece as it stands in terms."""
    if piece.kind != "other" or not piece.text[0].isalnum():
        return piece.text
    folded = fold(piece.text)
    if len(folded) == 1:
        return folded
    return piece.text if piece.is_in_class else f"(?:{folded})"


def _translated(piece: _Piece) -> str:
    """A piece as RE2 reads it."""
    if piece.kind == "times":
        return "{0" + piece.text[1:]
    found = _CLASSES.get(piece.text[1]) if piece.kind == "escape" else None
    if found is None:
        return piece.text
    return found if piece.is_in_class else f"[{found}]"
