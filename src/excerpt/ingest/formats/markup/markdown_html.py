"""Blocks of HTML in Markdown → the headings, items, cells and the like in them.

<h1 align="center">Title</h1>
"""

import re
from collections import Counter
from typing import Final

from excerpt.ingest.formats.markup.markdown_inline import MarkdownInline
from excerpt.model import BlockKind

__all__ = ["add_html"]

_PIECE = re.compile(
    r"""
      (?P<skipped><!--(?>[^-]++|-(?!->))*+(?:-->)?
        |<(?P<raw>script|style|pre|textarea)\b.*?(?:</(?P=raw)\s*>|\Z))
    | <(?P<close>/)?(?P<name>h[1-6]|p|div|section|article|center|li|dt|dd|td|th|tr|table|caption
        |figcaption|blockquote|ul|ol|dl|summary|details|hr|footer|header)
        (?=[\s/>])(?P<attributes>[^<>]*+)>
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_NOTE_CLASS = re.compile(
    r"""\bclass\s*=\s*["']?[^"'>]*\b(?:foot|end|side)?notes?\b""", re.IGNORECASE
)
_KINDS: Final = {
    "li": BlockKind.ITEM,
    "dt": BlockKind.ITEM,
    "dd": BlockKind.ITEM,
    "td": BlockKind.CELL,
    "th": BlockKind.CELL,
    "caption": BlockKind.CAPTION,
    "figcaption": BlockKind.CAPTION,
}


class _OpenElements:
    """The elements that are open at a piece of HTML."""

    def __init__(self, kind: BlockKind, level: int) -> None:
        self._outer = kind, level
        self._open: Counter[str] = Counter()
        self._own: tuple[BlockKind, int] | None = None
        self._is_note = False

    def read(self, tag: re.Match[str]) -> None:
        """Follow the opening or closing `tag`."""
        name = tag["name"].lower()
        if tag["close"]:
            self._open[name] = max(0, self._open[name] - 1)
            self._own, self._is_note = None, False
            return
        self._open[name] += 1
        if name[0] == "h" and name[1].isdigit():
            self._own = BlockKind.HEADING, int(name[1])
        elif name in _KINDS:
            n_lists = self._open["ul"] + self._open["ol"] + self._open["dl"]
            kind = _KINDS[name]
            self._own = kind, max(1, n_lists) if kind is BlockKind.ITEM else 0
        if _NOTE_CLASS.search(tag["attributes"][:300]):
            self._is_note = True

    def kind(self) -> tuple[BlockKind, int]:
        """Return the kind and level of the text at this place."""
        if self._is_note:
            return BlockKind.NOTE, 0
        if self._own:
            return self._own
        return (BlockKind.QUOTE, 0) if self._open["blockquote"] else self._outer


def add_html(inline: MarkdownInline, start: int, end: int, kind: BlockKind, level: int) -> None:
    """Add the blocks from `start` to `end`, which is a block of HTML, with the marks in it.

    `kind` and `level` are those of text in no element that has another kind.
    """
    text = inline.builder.text
    state = _OpenElements(kind, level)
    position = last = start
    has_words = False
    for tag in _PIECE.finditer(text, start, end):
        if tag["skipped"]:
            continue
        has_words = has_words or (not text[last : tag.start()].isspace() and last < tag.start())
        last = tag.end()
        if has_words:  # tags without text are part of the block after them
            cut = tag.end() if tag["close"] else tag.start()
            _add_piece(inline, position, cut, state)
            position, has_words = cut, False
        state.read(tag)
    _add_piece(inline, position, end, state)


def _add_piece(inline: MarkdownInline, start: int, end: int, state: _OpenElements) -> None:
    block = inline.builder.add(start, end, *state.kind())
    if block:
        inline.read_html(block.start, block.end)
