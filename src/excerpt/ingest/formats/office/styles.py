"""The styles of word processors → the roles of their paragraphs: in Word documents and rich text.

Styles are known by their names, which are the same in all languages, unlike their ids.
"""

import re
from typing import Final, NamedTuple

from excerpt.model import BlockKind, Reason

__all__ = ["OfficeStyle", "ParagraphRole", "role_of_item", "role_of_level", "role_of_style"]

_HEADING_NAME = re.compile(r"heading ([1-9])")
_QUOTE_NAMES: Final = frozenset(
    {
        *("quote", "quotes", "quotation", "quotations", "intense quote", "block text", "extract"),
        *("block quote", "blockquote", "block quotation", "long quote", "long quotation"),
        *("zitat", "blockzitat", "citation longue", "citazione", "cita", "citaat", "citat"),
    }
)
"""Names of styles for quotations: those of Word and LibreOffice, and others that are common."""
_CAPTION_NAMES: Final = frozenset({"caption", "image caption", "table caption"})
MAX_LIST_DEPTH: Final = 9
_PARAGRAPH, _HEADING, _ITEM = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM


class OfficeStyle(NamedTuple):
    """A style as its own element gives it.

    name     in lower case
    based    id of the style whose settings it inherits
    level    outline level from 0, -1 if it gives none
    item     level of the list from 0, -1 for none, None if it does not say
    hides    True if its text is hidden
    list_id  id of the list, "" if it gives none
    """

    name: str = ""
    based: str = ""
    level: int = -1
    item: int | None = None
    hides: bool = False
    list_id: str = ""


class ParagraphRole(NamedTuple):
    """The kind and level of the paragraphs of a style."""

    kind: BlockKind = _PARAGRAPH
    level: int = 0


def role_of_level(level: int) -> ParagraphRole:
    """Return the role of a paragraph with this outline level from 0; level 9 is body text."""
    return ParagraphRole(_HEADING, min(level + 1, 6)) if level < 9 else ParagraphRole()


def role_of_item(level: int) -> ParagraphRole:
    """Return the role of a paragraph with this level of a list from 0, -1 for none."""
    return ParagraphRole(_ITEM, min(level, MAX_LIST_DEPTH) + 1) if level >= 0 else ParagraphRole()


def role_of_style(chain: list[OfficeStyle]) -> ParagraphRole:
    """Return the role of the paragraphs of a style, given with those on which it is based."""
    for style in chain:
        if named := _HEADING_NAME.fullmatch(style.name):
            return ParagraphRole(_HEADING, min(int(named.group(1)), 6))
        if style.level >= 0:
            return role_of_level(style.level)
        if style.name == "title":
            return ParagraphRole(_HEADING, 1)
        if style.name in _QUOTE_NAMES:
            return ParagraphRole(BlockKind.QUOTE)
        if style.name in _CAPTION_NAMES:
            return ParagraphRole(BlockKind.CAPTION)
        if style.name.startswith("toc ") and style.name[4:].isdecimal():
            return ParagraphRole(BlockKind.BOILERPLATE, Reason.NAVIGATION)
        if style.item is not None:
            return role_of_item(style.item)
    return ParagraphRole()
