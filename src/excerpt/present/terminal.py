"""Text → what can be printed: harmless characters, measured in columns, coloured on a terminal.

No text, title or file name of a corpus can control the terminal, not even through a pipe: each
control character and each control of writing direction is replaced by one visible character.
Replacing one by one keeps the offsets of highlights valid.
"""

import os
import re
import unicodedata
from typing import Literal, NamedTuple, TextIO

from excerpt.model import Span

__all__ = [
    "PLAIN",
    "ColorMode",
    "Style",
    "choose_style",
    "clean",
    "display_width",
    "escape_path",
    "format_location",
    "is_narrow",
    "link",
    "paint",
    "printable_path",
    "shorten",
    "terminal_width",
    "text_width",
    "underline_span",
    "with_links",
]

ColorMode = Literal["auto", "always", "never"]

_REPLACEMENT = "\ufffd"
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
"""C0, DEL and C1 controls, controls of direction, line separators, lone surrogates, tags."""
_UNDECODABLE = "[\udc80-\udcff]"
"""Bytes of a path that are not UTF-8, as Python represents them (PEP 383)."""
_NARROW = "[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e]*"
"""Text of characters that take one column each, which most texts consist of."""
_UNLIMITED = 1 << 30
"""A width that no line reaches."""
_CONTEXT_CHARACTERS = 50
"""Characters of a long query to show on each side of its error."""


def _visible(match: re.Match[str]) -> str:
    point = ord(match[0])
    if point < 0x20:
        return chr(0x2400 + point)  # the control pictures
    return "\u2421" if point == 0x7F else _REPLACEMENT


def clean(text: str) -> str:
    """Return `text` with each character that could control a terminal replaced by a visible one.

    >>> clean("\\x1b[31mred\\x07")
    '␛[31mred␇'
    """
    return text if text.isprintable() else re.sub(_UNSAFE, _visible, text)


def shorten(text: str, length: int) -> str:
    """Return the clean `text`, cut to at most `length` characters with … in place of the rest.

    >>> shorten("united front", 7)
    'united…'
    """
    return clean(text if len(text) <= length else f"{text[: length - 1]}…")


def escape_path(path: str) -> str:
    r"""Return `path` with bytes that are not UTF-8 written as \x.., so that it can be encoded."""
    if path.isascii():
        return path
    return re.sub(_UNDECODABLE, lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", path)


def printable_path(path: str) -> str:
    r"""Return `path` as it is displayed: clean, and with bytes that are not UTF-8 as \x.. ."""
    return clean(escape_path(path))


def format_location(
    path: str, line: int | None, anchor: str, day: str = "", number: int = 0
) -> str:
    """Return `path:line`, `path#anchor`, or only the path if there is neither.

    `day` is added after a comma, as in the citation of a letter, and `number`, that of a passage,
    after a paragraph sign, unless it is 0.
    """
    shown = printable_path(path)
    if line is not None:
        shown = f"{shown}:{line}"
    else:
        shown = f"{shown}#{clean(anchor)}" if anchor else shown
        shown = f"{shown}, {clean(day)}" if day else shown
    return f"{shown} ¶{number}" if number else shown


def is_narrow(text: str) -> bool:
    """Return True if each character of the clean `text` takes one column."""
    return text.isascii() or re.fullmatch(_NARROW, text) is not None


def display_width(text: str) -> int:
    """Return the number of columns that the clean `text` takes on a terminal."""
    if is_narrow(text):
        return len(text)
    from wcwidth import wcswidth

    # Composed first: terminals draw a letter and its accents in one cell.
    width: int = wcswidth(unicodedata.normalize("NFC", text))
    return width if width >= 0 else len(text)


def underline_span(source: str, span: Span) -> list[str]:
    """Return two lines: a query, shortened around `span` if it is long, and carets below `span`."""
    start = max(0, span.start - _CONTEXT_CHARACTERS)
    end = min(len(source), span.start + _CONTEXT_CHARACTERS)
    before = ("…" if start else "") + clean(source[start : span.start])
    inside = clean(source[span.start : min(span.end, end)])
    after = clean(source[span.start + len(inside) : end]) + ("…" if end < len(source) else "")
    carets = "^" * max(1, display_width(inside))
    return [f"{before}{inside}{after}", " " * display_width(before) + carets]


def terminal_width(stream: TextIO, limit: int) -> int:
    """Return the number of columns to fill on `stream`, at most `limit`.

    The environment variable COLUMNS overrides the width of the terminal. Without either, it is
    `limit`. For text to be wrapped, see `text_width`.
    """
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return min(int(columns), limit)
    try:
        width = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        width = 0
    return min(width or limit, limit)


def text_width(stream: TextIO, limit: int) -> int:
    """Return the number of columns at which text on `stream` is wrapped.

    On a terminal, and if COLUMNS is set, it is at most `limit`. Otherwise another program reads the
    text, and lines are not wrapped.
    """
    if not stream.isatty() and not os.environ.get("COLUMNS"):
        return _UNLIMITED
    return terminal_width(stream, limit)


class Style(NamedTuple):
    """The colours of the parts of a result: SGR codes, "" for none.

    match     the matches
    title     titles and headings
    location  paths, lines and anchors
    faint     everything of less importance
    corpus    the folder to which locations are linked, "" for no links
    """

    match: str = ""
    title: str = ""
    location: str = ""
    faint: str = ""
    corpus: str = ""


PLAIN = Style()
_COLOURED = Style(match="1;31", title="1", location="35", faint="2")


def paint(text: str, code: str) -> str:
    """Return `text` between the SGR `code` and a reset, or unchanged if either is empty."""
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text


def link(text: str, path: str, style: Style) -> str:
    """Return `text` in the colour of locations, on a terminal as a link to the file at `path`.

    The link is an OSC 8 sequence, which terminals that do not know it ignore.
    """
    painted = paint(text, style.location)
    if not style.corpus:
        return painted
    from urllib.parse import quote

    target = "file://" + quote(os.fsencode(os.path.join(style.corpus, path)))  # noqa: PTH118
    return f"\x1b]8;;{target}\x1b\\{painted}\x1b]8;;\x1b\\"


def with_links(style: Style, stream: TextIO, corpus: "os.PathLike[str]") -> Style:
    """Return `style` with links to the files in `corpus`, if `stream` is a terminal with colours.

    The environment variable EXCERPT_LINKS=0 turns them off.
    """
    is_wanted = style.location and stream.isatty() and os.environ.get("EXCERPT_LINKS") != "0"
    return style._replace(corpus=os.path.abspath(corpus)) if is_wanted else style  # noqa: PTH100


def choose_style(stream: TextIO, mode: ColorMode = "auto") -> Style:
    """Return the style for `stream`.

    "auto" is coloured on a terminal; NO_COLOR turns colours off, FORCE_COLOR turns them on
    elsewhere too.
    """
    if mode == "auto":
        is_terminal = stream.isatty() and os.environ.get("TERM", "") != "dumb"
        is_forced = bool(os.environ.get("FORCE_COLOR"))
        is_coloured = not os.environ.get("NO_COLOR") and (is_forced or is_terminal)
    else:
        is_coloured = mode == "always"
    return _COLOURED if is_coloured else PLAIN
