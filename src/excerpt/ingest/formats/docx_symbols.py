"""Characters that a Word document gives by code and font → text."""

from typing import Final

__all__ = ["symbol"]

_SYMBOLS: Final = dict(
    zip(
        "ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprstufcywV",
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψως",
        strict=True,
    )
)
"""Letters of the font Symbol, which Word stores in the private area of Unicode."""
_SAME_SYMBOLS: Final = frozenset("0123456789!#%&()+,./:;<=>?[]_{|}")
"""Characters that the font Symbol shows as ASCII does."""
UNKNOWN_SYMBOL: Final = "\u25a1"
"""A box, for a sign of a font whose signs have no code in Unicode."""


def symbol(code_source: str, font: str) -> str:
    """Return a character that is given by its code and its font."""
    try:
        code = int(code_source, 16)
        character = chr(code)
    except (ValueError, OverflowError):
        return UNKNOWN_SYMBOL
    if not 0xF000 <= code <= 0xF0FF:
        return character if character.isprintable() else UNKNOWN_SYMBOL
    if font.lower() == "symbol":
        sign = chr(code - 0xF000)
        return _SYMBOLS.get(sign, sign if sign in _SAME_SYMBOLS else UNKNOWN_SYMBOL)
    return UNKNOWN_SYMBOL
