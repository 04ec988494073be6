"""The styles of a Word document → the role of each paragraph."""

import re
from collections.abc import Iterator
from typing import Any, Final

from excerpt.ingest.formats.office.styles import (
    OfficeStyle,
    ParagraphRole,
    role_of_item,
    role_of_level,
    role_of_style,
)
from excerpt.model import BlockKind

__all__ = ["FALSE", "VALUE", "W", "Styles"]

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of the elements."""
VALUE: Final = W + "val"
FALSE: Final = frozenset({"0", "false", "off"})
_PROPERTIES: Final = W + "pPr"
_USUAL_ID = re.compile(r"(?<=[a-z])(?=[0-9A-Z])")


class Styles:
    """The styles of a document, whose part of styles has this root element, if it has one."""

    def __init__(self, root: Any) -> None:
        self._styles = _read_styles(root)
        self._roles: dict[str, ParagraphRole] = {}
        self._fonts = _read_fonts(root)
        self.hidden = frozenset(
            id_ for id_ in self._styles if any(style.hides for style in self._chain(id_))
        )
        """Ids of the styles whose text is hidden."""

    def _role_of(self, style_id: str) -> ParagraphRole:
        """Return the role of the paragraphs of a style.

        Programs that write no styles rely on the ids of those that word processors have.
        """
        if style_id not in self._roles:
            chain = list(self._chain(style_id))
            if style_id and not self._styles:
                chain = [OfficeStyle(_USUAL_ID.sub(" ", style_id).casefold())]
            self._roles[style_id] = role_of_style(chain)
        return self._roles[style_id]

    def _chain(self, style_id: str) -> Iterator[OfficeStyle]:
        """Yield a style, and those on which it is based."""
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            yield self._styles[style_id]
            style_id = self._styles[style_id].based

    def hides(self, paragraph: Any) -> bool:
        """Return whether the style of a paragraph hides it."""
        if not self.hidden:
            return False
        properties = paragraph.find(_PROPERTIES)
        return properties is not None and _value(properties, "pStyle") in self.hidden

    def font_of(self, run: Any) -> str:
        """Return the font of a run, "" if neither it nor its style names one."""
        properties = run.find(W + "rPr")
        if properties is None:
            return ""
        return _font_in(properties) or self._fonts.get(_value(properties, "rStyle"), "")

    def list_of(self, paragraph: Any) -> tuple[str, int, str]:
        """Return the list of a paragraph, its level there, and the style that puts it there.

        The id is "" if the paragraph is in no list. The level of a style is -1, because the list
        may name the style; that of the paragraph itself counts from 0.
        """
        properties = paragraph.find(_PROPERTIES)
        if properties is None:
            return "", 0, ""
        number = properties.find(W + "numPr")
        own = _value(number, "numId") if number is not None else ""
        level = _value(number, "ilvl") if number is not None else ""
        style_id = _value(properties, "pStyle")
        if own:
            return ("" if own == "0" else own), int(level[:2]) if level.isdecimal() else 0, ""
        chain = list(self._chain(style_id))
        id_ = next((style.list_id for style in chain if style.list_id), "")
        item = next((style.item for style in chain if style.list_id), None)
        if id_ in {"", "0"}:
            return "", 0, ""
        if level.isdecimal():
            return id_, int(level[:2]), ""
        return id_, item or -1, style_id

    def role_of(self, paragraph: Any) -> ParagraphRole:
        """Return the role of a paragraph by its own properties and by its style."""
        properties = paragraph.find(_PROPERTIES)
        if properties is None:
            return ParagraphRole()
        level = _value(properties, "outlineLvl")
        if level.isdecimal():
            return role_of_level(int(level[:2]))
        role = self._role_of(_value(properties, "pStyle"))
        number = properties.find(W + "numPr")
        if number is not None and role.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM}:
            return role_of_item(_list_level(number))
        return role


def _read_styles(root: Any) -> dict[str, OfficeStyle]:
    """Return the styles of a document by id."""
    styles: dict[str, OfficeStyle] = {}
    for element in root.iter(W + "style") if root is not None else ():
        properties, run = element.find(_PROPERTIES), element.find(W + "rPr")
        level, item, number = -1, None, None
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
            _value(number, "numId") if number is not None else "",
        )
    return styles


def _read_fonts(root: Any) -> dict[str, str]:
    """Return the fonts that styles name, by the id of the style."""
    fonts = {}
    for element in root.iter(W + "style") if root is not None else ():
        properties = element.find(W + "rPr")
        if properties is not None and (font := _font_in(properties)):
            fonts[element.get(W + "styleId") or ""] = font
    return fonts


def _font_in(properties: Any) -> str:
    fonts = properties.find(W + "rFonts")
    return "" if fonts is None else fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or ""


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
