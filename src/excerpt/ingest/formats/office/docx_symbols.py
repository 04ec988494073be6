"""Characters that a Word document gives by code and font → text."""

import re
from typing import Final

__all__ = ["has_symbols", "symbol", "with_symbols"]

_SYMBOLS: Final = dict(
    zip(
        "ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprstufcywVJjv"
        "\"$'*-@\\^`~¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼"
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàåò",
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψωςϑϕϖ"
        "∀∃∋∗−≅∴⊥‾∼ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…"
        "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊∑∫",
        strict=True,
    )
)
"""Signs of the font Symbol by their codes, which Word stores in the private area of Unicode."""
_SAME_SYMBOLS: Final = frozenset("0123456789!#%&()+,./:;<=>?[]_{|}")
"""Characters that the font Symbol shows as ASCII does."""
_PRIVATE = re.compile("[\uf000-\uf0ff]")
UNKNOWN_SYMBOL: Final = "\u25a1"
"""A box, for a sign of a font whose signs have no code in Unicode."""


def symbol(code_source: str, font: str) -> str:
    """Return a character that is given by its code and its font."""
    try:
        code = int(code_source, 16)
        character = chr(code)
    except (ValueError, OverflowError):
        return UNKNOWN_SYMBOL
    is_symbol = font.lower() == "symbol"
    if not (0xF000 <= code <= 0xF0FF or (is_symbol and code <= 0xFF)):
        return character if character.isprintable() else UNKNOWN_SYMBOL
    if is_symbol:
        sign = chr(code & 0xFF)
        return _SYMBOLS.get(sign, sign if sign in _SAME_SYMBOLS else UNKNOWN_SYMBOL)
    return UNKNOWN_SYMBOL


def has_symbols(text: str) -> bool:
    """Return whether there are characters in `text` that only a font of signs gives a meaning."""
    return not text.isascii() and max(text) >= "\uf000" and _PRIVATE.search(text) is not None


def with_symbols(text: str, font: str) -> str:
    """Return `text` with such characters as those that `font` shows."""
    return _PRIVATE.sub(lambda found: symbol(f"{ord(found.group()):x}", font), text)
