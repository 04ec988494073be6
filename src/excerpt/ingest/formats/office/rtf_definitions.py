"""The fonts and styles that an RTF document defines → codecs of text, roles of paragraphs."""

from typing import Final

from excerpt.ingest.formats.office.rtf_tables import CODECS_BY_CHARSET, SYMBOL, codec_of_page
from excerpt.ingest.formats.office.styles import OfficeStyle, ParagraphRole, role_of_style

__all__ = ["Definitions"]

_CODECS: Final = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
"""Codecs by the control word that names a character set."""
_NO_STYLE: Final = 222
"""In place of the number of a style on which another is based."""


class Definitions:
    """The fonts and styles defined so far."""

    def __init__(self) -> None:
        self.codec = "cp1252"
        """The encoding of fonts without one of their own."""
        self.default_font = 0
        self._codecs: dict[int, str] = {}
        self._font_names: dict[int, str] = {}
        self._styles: dict[int, OfficeStyle] = {}
        self._roles: dict[int, ParagraphRole] = {}
        self._font = self._style = 0
        """Numbers of the font and the style that are being defined."""

    def set_codec(self, word: str, number: int) -> bool:
        """Do what a control word about the codec demands; return whether it is one."""
        if word == "ansicpg":
            self.codec = codec_of_page(number) if number else self.codec
        elif word in _CODECS:
            self.codec = _CODECS[word]
        else:
            return False
        return True

    def codec_of(self, font: int) -> str:
        """Return the codec of a font."""
        return self._codecs.get(font, self.codec)

    def name_of(self, font: int) -> str:
        """Return the name of a font, "" if it is unknown."""
        return self._font_names.get(font, "")

    def define_font(self, word: str, number: int) -> None:
        """Read a control word in the table of fonts."""
        if word == "f":
            self._font = number
        elif word == "fcharset":
            self._codecs[self._font] = CODECS_BY_CHARSET.get(number, self.codec)
        elif word == "cpg":
            self._codecs[self._font] = codec_of_page(number)

    def end_font(self, name: str) -> None:
        """End the definition of a font."""
        self._font_names[self._font] = name
        if name.casefold() == "symbol":
            self._codecs[self._font] = SYMBOL

    def define_style(self, word: str, number: int) -> None:
        """Read a control word in the table of styles."""
        style = self._styles.get(self._style, OfficeStyle())
        if word == "s":
            self._style = number
        elif word == "sbasedon":
            based = str(number) if number != _NO_STYLE else ""
            self._styles[self._style] = style._replace(based=based)
        elif word == "outlinelevel":
            self._styles[self._style] = style._replace(level=number)

    def end_style(self, name: str) -> None:
        """End the definition of a style."""
        style = self._styles.get(self._style, OfficeStyle())
        self._styles[self._style] = style._replace(name=name.casefold())
        self._style = 0

    def role_of(self, style: int) -> ParagraphRole:
        """Return the role of the paragraphs of a style."""
        if style not in self._roles:
            chain: dict[int, OfficeStyle] = {}
            based = style
            while based in self._styles and based not in chain:
                chain[based] = self._styles[based]
                based = int(chain[based].based or -1)
            self._roles[style] = role_of_style(list(chain.values()))
        return self._roles[style]
