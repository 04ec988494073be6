"""The styles of a Word document → the role of each paragraph.

Styles are known by their names, which are the same in all languages, unlike their ids.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from excerpt.model import BlockKind, Reason

__all__ = ["FALSE", "VALUE", "W", "ParagraphRole", "Styles", "OfficeStyle", "role_of_style"]

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of the elements."""
VALUE: Final = W + "val"
FALSE: Final = frozenset({"0", "false", "off"})
_HEADING_NAME = re.compile(r"heading ([1-9])")
_QUOTE_NAMES: Final = frozenset({"quote", "intense quote", "block text", "block quote"})
_CAPTION_NAMES: Final = frozenset({"caption", "image caption", "table caption"})
MAX_LIST_DEPTH: Final = 9
_PROPERTIES: Final = W + "pPr"
_PARAGRAPH, _HEADING, _ITEM = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM


class OfficeStyle(NamedTuple):
    """A style as its own element gives it.

    name     in lower case
    based    id of the style whose settings it inherits
    level    outline level from 0, -1 if it gives none
    item     level of the list from 0, -1 for none, None if it does not say
    hides    True if its text is hidden
    """

    name: str = ""
    based: str = ""
    level: int = -1
    item: int | None = None
    hides: bool = False


class ParagraphRole(NamedTuple):
    """The kind and level of the paragraphs of a style."""

    kind: BlockKind = _PARAGRAPH
    level: int = 0


class Styles:
    """The styles of a document, whose part of styles has this root element, if it has one."""

    def __init__(self, root: Any) -> None:
        self._styles = _read_styles(root)
        self._roles: dict[str, ParagraphRole] = {}
        self.hidden = frozenset(id_ for id_, style in self._styles.items() if style.hides)
        """Ids of the styles whose text is hidden."""

    def _role_of(self, style_id: str) -> ParagraphRole:
        """Return the role of the paragraphs of a style."""
        if style_id not in self._roles:
            self._roles[style_id] = role_of_style(list(self._chain(style_id)))
        return self._roles[style_id]

    def _chain(self, style_id: str) -> Iterator[OfficeStyle]:
        """Yield a style, and those on which it is based."""
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            yield self._styles[style_id]
            style_id = self._styles[style_id].based

    def role_of(self, paragraph: Any) -> ParagraphRole:
        """Return the role of a paragraph by its own properties and by its style."""
        properties = paragraph.find(_PROPERTIES)
        if properties is None:
            return ParagraphRole()
        level = _value(properties, "outlineLvl")
        if level.isdecimal():
            return _role_of_level(int(level[:2]))
        role = self._role_of(_value(properties, "pStyle"))
        number = properties.find(W + "numPr")
        if number is not None and role.kind in {_PARAGRAPH, _ITEM}:
            return _role_of_item(_list_level(number))
        return role


def _role_of_level(level: int) -> ParagraphRole:
    """Return the role of a paragraph with this outline level from 0; level 9 is body text."""
    return ParagraphRole(_HEADING, min(level + 1, 6)) if level < 9 else ParagraphRole()


def _role_of_item(level: int) -> ParagraphRole:
    """Return the role of a paragraph with this level of a list from 0, -1 for none."""
    return ParagraphRole(_ITEM, min(level, MAX_LIST_DEPTH) + 1) if level >= 0 else ParagraphRole()


def _read_styles(root: Any) -> dict[str, OfficeStyle]:
    """Return the styles of a document by id."""
    styles: dict[str, OfficeStyle] = {}
    for element in root.iter(W + "style") if root is not None else ():
        properties, run = element.find(_PROPERTIES), element.find(W + "rPr")
        level, item = -1, None
        if properties is not None:
            value = _value(properties, "outlineLvl")
            level = int(value[:2]) if value.isdecimal() else -1
            number = properties.find(W + "numPr")
            item = _list_level(number) if number is not None else None
        vanish = run.find(W + "vanish") if run is not None else None
        styles[element.get(W + "styleId") or ""] = OfficeStyle(
            _value(element, "name").casefold(),
            _value(element, "basedOn"),
            level,
            item,
            vanish is not None and vanish.get(VALUE) not in FALSE,
        )
    return styles


def role_of_style(chain: list[OfficeStyle]) -> ParagraphRole:
    """Return the role of the paragraphs of a style, given with those on which it is based."""
    for style in chain:
        if named := _HEADING_NAME.fullmatch(style.name):
            return ParagraphRole(_HEADING, min(int(named.group(1)), 6))
        if style.level >= 0:
            return _role_of_level(style.level)
        if style.name == "title":
            return ParagraphRole(_HEADING, 1)
        if style.name in _QUOTE_NAMES:
            return ParagraphRole(BlockKind.QUOTE)
        if style.name in _CAPTION_NAMES:
            return ParagraphRole(BlockKind.CAPTION)
        if style.name.startswith("toc ") and style.name[4:].isdecimal():
            return ParagraphRole(BlockKind.BOILERPLATE, Reason.NAVIGATION)
        if style.item is not None:
            return _role_of_item(style.item)
    return ParagraphRole()


def _value(element: Any, name: str) -> str:
    """Return the value of the property `name` among the children of `element`, or ""."""
    child = element.find(W + name)
    return "" if child is None else child.get(VALUE) or ""


def _list_level(number: Any) -> int:
    """Return the level of a list item from 0, -1 if it is none."""
    if _value(number, "numId") == "0":
        return -1
    level = _value(number, "ilvl")
    return int(level[:2]) if level.isdecimal() else 0
