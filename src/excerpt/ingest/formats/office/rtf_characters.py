"""The characters of RTF that are not decoded yet: bytes of a code page, and units of UTF-16."""

import re

from excerpt.ingest.formats.office.docx_symbols import symbol
from excerpt.ingest.formats.office.rtf_definitions import Definitions
from excerpt.ingest.formats.office.rtf_tables import SYMBOL

__all__ = ["CharacterBuffer"]

_PRIVATE = re.compile("[\uf000-\uf0ff]")


class CharacterBuffer:
    """A buffer of characters; it holds bytes, or units of UTF-16, but not both.

    n_to_skip  characters to skip: they are the fallback for a unit of UTF-16
    """

    def __init__(self) -> None:
        self.n_to_skip = 0
        self._bytes = bytearray()
        self._units: list[int] = []

    @property
    def has_bytes(self) -> bool:
        """True if it holds bytes."""
        return bool(self._bytes)

    @property
    def has_units(self) -> bool:
        """True if it holds units of UTF-16."""
        return bool(self._units)

    def skips(self) -> bool:
        """Return whether a token is a part of a fallback."""
        if self.n_to_skip:
            self.n_to_skip -= 1
            return True
        return False

    def without_fallback(self, characters: str) -> str:
        """Return the characters that are not part of a fallback."""
        n_skipped = min(self.n_to_skip, len(characters))
        self.n_to_skip -= n_skipped
        return characters[n_skipped:] if n_skipped else characters

    def add_bytes(self, characters: str) -> None:
        """Add bytes, each given as a character."""
        self._bytes += characters.encode("latin-1")

    def add_unit(self, number: int, n_fallback: int) -> None:
        """Add a unit of UTF-16, as a signed number; its fallback has `n_fallback` characters."""
        self._units.append(number & 0xFFFF if -0x8000 <= number <= 0xFFFF else 0xFFFD)
        self.n_to_skip = n_fallback

    def take(self, codec: str, definitions: Definitions, font: int) -> str:
        """Return the characters as text in the font of this number, and empty the buffer."""
        if self._units:
            units, self._units = self._units, []
            data = b"".join(unit.to_bytes(2, "little") for unit in units)
            text = data.decode("utf-16-le", "replace")
            if not _PRIVATE.search(text):
                return text
            return _signs(text, 0, definitions.name_of(font) if codec == SYMBOL else SYMBOL)
        if not self._bytes:
            return ""
        data, self._bytes = bytes(self._bytes), bytearray()
        if codec == SYMBOL:
            return _signs(data.decode("latin-1"), 0xF000, definitions.name_of(font))
        return data.decode(codec, "replace")


def _signs(text: str, base: int, font: str) -> str:
    """Return text with the characters of a font of signs as characters of Unicode."""
    return "".join(
        symbol(f"{ord(sign) + base:x}", font) if ord(sign) + base >= 0xF000 else sign
        for sign in text
    )
