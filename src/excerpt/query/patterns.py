"""Regular expression of a query → Pattern over folded words, and its compiled form.

The syntax is that of RE2 (https://github.com/google/re2/wiki/Syntax) as far as it makes sense for
one folded word, and RE2 does the matching, in time linear in the word for any pattern. Patterns
cannot refer to what surrounds a word, to earlier matches (RE2 supports neither) or to case. Two
things differ from RE2, because people expect them: `\\w` and `\\d` are the letters, marks and
digits of all scripts, and `{,3}` means at most three times.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import re2

from excerpt.memory import memoized
from excerpt.model import Span
from excerpt.query.ast import Pattern, QuerySyntaxError
from excerpt.text import fold

__all__ = ["compile_pattern", "parse_pattern"]

_ESCAPE = r"(?P<escape>\\(?:[pP](?:\{[^}]*\}|.)|x\{[^}]*\}|.))"
_OUTSIDE_CLASS = re.compile(
    rf"{_ESCAPE}|(?P<class>\[\^?\]?)|(?P<group>\(\?(?:<?[=!]|:)?|\()|(?P<times>\{{,\d+\}})"
    r"|(?P<other>.)",
    re.DOTALL,
)
_INSIDE_CLASS = re.compile(
    rf"{_ESCAPE}|(?P<end>\])|(?P<class>\[)|(?P<other>.)",
    re.DOTALL,
)
_CLASSES = {"w": r"\pL\pM\pN", "W": r"\pP\pS\pZ\pC", "d": r"\p{Nd}", "D": r"\P{Nd}"}
"""Escapes that differ from RE2, and the characters they stand for in a class. Words consist only
of letters, marks and numbers."""
_BACKREFERENCE = "A pattern cannot refer to an earlier match."
_BOUNDARY = r"A pattern matches a whole word, so \b and \B are not supported."
_LOOKAROUND = "A pattern cannot look ahead or behind."
_FLAGS = "Flags and named groups are not supported in patterns."
_REMEDIES = {
    _BACKREFERENCE: "Write out what may be repeated: (war|wars).",
    _BOUNDARY: r"Remove it: /war.*/ matches every word that begins with war.",
    _LOOKAROUND: "Write out what may precede or follow: (pre|post)?war.",
    _FLAGS: "Remove them: case is always ignored, and groups are ( ) or (?: ).",
}
_UNSUPPORTED_ESCAPES = {
    **dict.fromkeys("123456789gk", _BACKREFERENCE),
    **dict.fromkeys("bB", _BOUNDARY),
}
_SUPPORTED_ESCAPES = frozenset("wWdDsSpPx")
_ESCAPE_SIGNS = "To match the character itself, put a \\ before it."
MAX_MEMORY = 1 << 22
"""Bytes of one compiled pattern."""


class _PatternPiece(NamedTuple):
    """A piece of a pattern.

    kind         "escape", "class", "end", "group", "times" or "other"
    text         the piece itself, a letter together with its marks
    start        its offset in the pattern
    is_in_class  True between square brackets
    """

    kind: str
    text: str
    start: int
    is_in_class: bool

    @property
    def span(self) -> Span:
        """The span of the piece in the pattern."""
        return Span(self.start, self.start + len(self.text))


def parse_pattern(text: str) -> Pattern:
    """Return the node of the regular expression `text`, with its letters folded.

    Raises:
        QuerySyntaxError: if it is not valid, or uses what patterns do not support.
    """
    pieces = list(_pieces(unicodedata.normalize("NFC", text)))
    for piece in pieces:
        _refuse_unsupported(piece)
    folded = "".join(map(_folded, pieces))
    compile_pattern(folded)
    return Pattern(folded)


def compile_pattern(text: str, *, of_lines: bool = False) -> Any:
    """Return `text` compiled by RE2.

    If `of_lines`, it matches whole lines of a buffer in UTF-8; otherwise, whole strings.

    Raises:
        QuerySyntaxError: if it is not valid, or too large.
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
        compiled = re2.compile(source, options)
        return re2.compile(b"(?m)^(?:" + source + b")$", options) if of_lines else compiled
    except UnicodeEncodeError:
        raise QuerySyntaxError(
            "The pattern contains an invalid character.", "Type the pattern again."
        ) from None
    except re2.error as error:
        raise _syntax_error(error) from None


def _syntax_error(error: Exception) -> QuerySyntaxError:
    """Return an error of RE2 as a `QuerySyntaxError`."""
    (message,) = error.args
    text = str(message.decode("utf-8", "replace") if isinstance(message, bytes) else message)
    if "too large" in text:
        return QuerySyntaxError(
            "The pattern is too large.",
            "Lower the numbers in { }, or combine several patterns with OR.",
        )
    return QuerySyntaxError(
        f"The regular expression is not valid: {text.replace(': ', ' in ', 1)}", _ESCAPE_SIGNS
    )


# Pieces of a pattern


def _pieces(text: str) -> Iterator[_PatternPiece]:
    """Yield the pieces of `text`."""
    offset = 0
    is_in_class = False
    while offset < len(text):
        found = (_INSIDE_CLASS if is_in_class else _OUTSIDE_CLASS).match(text, offset)
        assert found is not None
        kind = found.lastgroup or ""
        end = found.end()
        while kind == "other" and end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
        yield _PatternPiece(kind, text[offset:end], offset, is_in_class)
        is_in_class = (is_in_class and kind != "end") or kind == "class"
        offset = end


def _refuse_unsupported(piece: _PatternPiece) -> None:
    """Raise `QuerySyntaxError` if patterns do not support `piece`."""
    if piece.kind == "class" and piece.is_in_class:
        raise QuerySyntaxError(
            "Square brackets cannot be nested.",
            r"Write \pL for letters, \d for digits, \w for both, \[ for the bracket itself.",
            piece.span,
        )
    if piece.kind == "group" and piece.text not in {"(", "(?:"}:
        message = _FLAGS if piece.text == "(?" else _LOOKAROUND
        raise QuerySyntaxError(message, _REMEDIES[message], piece.span)
    if piece.kind == "escape":
        letter = piece.text[1]
        if letter.isalnum() and letter not in _SUPPORTED_ESCAPES:
            message = _UNSUPPORTED_ESCAPES.get(
                letter, f"{piece.text} is not supported in patterns."
            )
            remedy = _REMEDIES.get(message, r"Use \w, \d, \pL or the letter itself.")
            raise QuerySyntaxError(message, remedy, piece.span)


def _folded(piece: _PatternPiece) -> str:
    """Return the piece as terms contain it."""
    if piece.kind != "other" or not piece.text[0].isalnum():
        return piece.text
    folded = fold(piece.text)
    if len(folded) == 1:
        return folded
    return piece.text if piece.is_in_class else f"(?:{folded})"


def _translated(piece: _PatternPiece) -> str:
    """Return the piece in RE2's syntax."""
    if piece.kind == "times":
        return "{0" + piece.text[1:]
    characters = _CLASSES.get(piece.text[1]) if piece.kind == "escape" else None
    if characters is None:
        return piece.text
    return characters if piece.is_in_class else f"[{characters}]"
