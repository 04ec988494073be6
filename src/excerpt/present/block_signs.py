"""Markdown as it is written → the same length of text without front matter and signs of blocks.

A line of a concordance takes the words around a match from the text of the document, whatever
blocks they are in. What only divides the text into blocks is blanked out there: rules of tables,
the bars at their edges, signs of headings, items and quotations.
"""

import re
from collections.abc import Callable
from typing import Final

from excerpt.model import Span

__all__ = ["without_block_signs"]

_FRONT_MATTER: Final = re.compile(
    r"\A---[ \t]*\n(?=[\w\"'-][^\n]*:)(?s:.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_MAX_FRONT_MATTER: Final = 1 << 14
"""Characters in which the end of the front matter is looked for."""
_SIGNS: Final = re.compile(
    r"(?<=\n)[ \t]*+(?:"
    r"(?=[-|: \t]*(?:\n|\Z))[|:][|: \t]*-[-|: \t]*"  # the rule of a table
    r"|(?:=+|-{2,}|(?:[-*_][ \t]*){3,})(?=\n|\Z)"  # another rule
    r"|(?:>[ \t]?)*(?:\#{1,6}[ \t]+|[-*+][ \t]+|>[ \t]*|\|))"  # a heading, item, quotation, row
    r"|(?<![ \t])[ \t]*\|[ \t]*(?=\n|\Z)"  # the end of a row
)


def without_block_signs(text: str, start: int, text_at: Callable[[Span], str]) -> str:
    """Return `text`, which begins at the offset `start` of a Markdown document, without signs.

    `text_at` returns other parts of the document.
    """
    before = text_at(Span(0, start)) if 0 < start <= _MAX_FRONT_MATTER else ""
    found = _FRONT_MATTER.match(before + text) if start <= _MAX_FRONT_MATTER else None
    n_blank = max(0, found.end() - start) if found else 0
    first = "\n" if not start or before.endswith("\n") else " "  # a line may begin before `text`
    rest = _SIGNS.sub(lambda signs: re.sub(r"[^\n]", " ", signs[0]), first + text[n_blank:])[1:]
    return re.sub(r"[^\n]", " ", text[:n_blank]) + rest
