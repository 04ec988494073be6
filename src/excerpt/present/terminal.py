"""Text → what may be shown: harmless characters, their width in columns, and colour where it is wanted.

Nothing that a document, a title or a file name holds may steer a terminal, piped or not: every control character
and every control of direction is shown as a visible character in its place, one for one, so that marks stay true.
"""

import os
import re
import unicodedata
from typing import Literal, NamedTuple, TextIO

from excerpt.model import Span

__all__ = [
    "PLAIN",
    "Style",
    "clean",
    "display_width",
    "escape_path",
    "is_narrow",
    "paint",
    "underline_span",
    "printable_path",
    "choose_style",
    "terminal_width",
]

ColorWish = Literal["auto", "always", "never"]

_REPLACEMENT = "\ufffd"
_UNSAFE = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
"""C0, DEL, C1, controls of direction, separators of lines, lone surrogates, tags."""
_BESIDE = 50
"""Characters of a long query that are shown on each side of the place where it goes wrong."""
_FOREIGN = "[\udc80-\udcff]"
"""Bytes of a path that are not UTF-8, as Python has them (PEP 383)."""
_NARROW = "[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e]*"
"""Text in which each character takes one column: what most texts are made of."""


def _visible(found: re.Match[str]) -> str:
    point = ord(found[0])
    if point < 0x20:
        return chr(0x2400 + point)  # the control pictures
    return "\u2421" if point == 0x7F else _REPLACEMENT


def clean(text: str) -> str:
    """`text` with each character that could steer a terminal replaced by a visible one.

    >>> clean("\\x1b[31mred\\x07")
    '␛[31mred␇'
    """
    return text if text.isprintable() else re.sub(_UNSAFE, _visible, text)


def escape_path(path: str) -> str:
    """`path` with the bytes in it that are not UTF-8 as \\x.., so that it is a text like any other."""
    return (
        path
        if path.isascii()
        else re.sub(_FOREIGN, lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", path)
    )


def printable_path(path: str) -> str:
    """A path as it is shown: bytes that are not UTF-8 as \\x.., and nothing that could steer a terminal."""
    return clean(escape_path(path))


def format_location(path: str, line: int | None, anchor: str) -> str:
    """Where something stands, as it is shown: `path:line`, `path#anchor`, or the path alone."""
    shown = printable_path(path)
    if line is not None:
        return f"{shown}:{line}"
    return f"{shown}#{clean(anchor)}" if anchor else shown


def is_narrow(text: str) -> bool:
    """Whether each character of `text` takes one column; `text` is clean."""
    return text.isascii() or re.fullmatch(_NARROW, text) is not None


def display_width(text: str) -> int:
    """The columns `text` takes on a terminal; `text` is clean."""
    if is_narrow(text):
        return len(text)
    from wcwidth import wcswidth

    found: int = wcswidth(unicodedata.normalize("NFC", text))
    return found if found >= 0 else len(text)


def underline_span(source: str, place: Span) -> list[str]:
    """A query in one line, and below it carets under `place`; of a long one the part around it."""
    start = max(0, place.start - _BESIDE)
    end = min(len(source), place.start + _BESIDE)
    before = ("…" if start else "") + clean(source[start : place.start])
    here = clean(source[place.start : min(place.end, end)])
    after = clean(source[place.start + len(here) : end]) + ("…" if end < len(source) else "")
    return [
        f"{before}{here}{after}",
        " " * display_width(before) + "^" * max(1, display_width(here)),
    ]


def terminal_width(stream: TextIO, most: int) -> int:
    """The columns of the terminal behind `stream`, at most `most`; `most` where there is none and COLUMNS is unset."""
    wished = os.environ.get("COLUMNS", "")
    if wished.isdecimal() and int(wished) > 0:
        return min(int(wished), most)
    try:
        found = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        found = 0
    return min(found or most, most)


class Style(NamedTuple):
    """How the parts of a result are painted: an SGR code for each, "" for none."""

    match: str = ""
    title: str = ""
    place: str = ""
    faint: str = ""


PLAIN = Style()
_COLOURED = Style(match="1;31", title="1", place="35", faint="2")


def paint(text: str, code: str) -> str:
    """`text` between the SGR `code` and the code that ends it; `text` itself where there is no code."""
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text


def choose_style(stream: TextIO, wish: ColorWish = "auto") -> Style:
    """The style for `stream`: on a terminal in colour, unless NO_COLOR is set; elsewhere plain, unless FORCE_COLOR is."""
    if wish == "auto":
        if os.environ.get("NO_COLOR"):
            return PLAIN
        is_wanted = bool(os.environ.get("FORCE_COLOR")) or (
            stream.isatty() and os.environ.get("TERM", "") != "dumb"
        )
        return _COLOURED if is_wanted else PLAIN
    return _COLOURED if wish == "always" else PLAIN
