"""Character → class: one ASCII letter each, so that rules about words are regular expressions.

a  letter              A  capital letter      0  digit or other number
m  combining mark      h  character of a script without spaces (Han, kana, Thai …): a word
z  ignored in a word (zero-width characters)  s  soft hyphen
.  full stop           -  hyphen              n  line end
=  hyphen only at a line end (¬ = ⸗)          _  other white space
x  anything else
"""

import unicodedata
from typing import Final

__all__ = [
    "COMMAS",
    "DASHES",
    "GROUP_APOSTROPHES",
    "GROUP_SIGNS",
    "HYPHENS",
    "LINE_END_HYPHENS",
    "NO_BREAK_SPACES",
    "PRIVATE_LETTERS",
    "character_classes",
    "is_unspaced",
]

HYPHENS: Final = frozenset("-\u2010\u2011")
LINE_END_HYPHENS: Final = HYPHENS | frozenset("=\u00ac\u2e17")
"""Characters other than the soft hyphen that break a word at a line end. OCR programs write the not
sign for a hyphen that they found there, and old type has double hyphens."""
COMMAS: Final = ",\u066c\uff0c"
NO_BREAK_SPACES: Final = "\u00a0\u2007\u2009\u202f"
"""The spaces between groups of digits: with others, two numbers may stand side by side."""
GROUP_APOSTROPHES: Final = "'\u2018\u2019\u201b\u02bc\uff07`\u00b4"
GROUP_SIGNS: Final = f".{COMMAS}{GROUP_APOSTROPHES}{NO_BREAK_SPACES}"
"""The signs that may stand between groups of digits."""
DASHES: Final = "".join(sorted(HYPHENS)) + "\u2013\u2014"
"""The signs in place of decimals: 1.000,-"""
_UNSPACED = (
    (0x0E00, 0x0E7F),  # Thai
    (0x0E80, 0x0EFF),  # Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x19E0, 0x19FF),  # Khmer symbols
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),  # 々〆〇
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3031, 0x3035),  # kana repeat marks
    (0x3041, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # Han extension A
    (0x4E00, 0x9FFF),  # Han
    (0xA9E0, 0xA9FF),  # Myanmar extended B
    (0xAA60, 0xAA7F),  # Myanmar extended A
    (0xF900, 0xFAFF),  # Han compatibility
    (0xFF66, 0xFF9F),  # half-width kana
    (0x1AFF0, 0x1B16F),  # kana supplements
    (0x20000, 0x3FFFF),  # Han extensions B and later
)
_RADICALS = frozenset(map(chr, range(0x2E80, 0x2FE0)))
_SQUARED = (*range(0x3371, 0x3378), *range(0x3380, 0x33E0))
"""Units of measurement in one character, symbols for Unicode: ㎏ is kg. Some are not words (㏂)."""
_IGNORABLE = frozenset(
    "\u034f\u061c\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d\u200e\u200f"
    "\u2060\u2061\u2062\u2063\u2064\ufeff" + "".join(map(chr, range(0xFE00, 0xFE10)))
)
_VARIATION_SELECTORS = range(0xE0100, 0xE01F0)
PRIVATE_LETTERS: Final = {
    "\ue42c": "a\u0364",
    "\ue644": "o\u0364",
    "\ue72b": "u\u0364",
    "\ueada": "\u017ft",
    "\ueba2": "\u017fi",
    "\ueba3": "\u017fl",
    "\ueba6": "\u017f\u017f",
    "\ueba7": "\u017f\u017fi",
    "\ueec4": "ck",
    "\ueec5": "ct",
    "\ueedc": "tz",
    "\uf4f9": "ll",
    "\uf502": "ch",
}
"""Private characters of the Medieval Unicode Font Initiative, with the letters that they show.
Transcribers of Fraktur write them for vowels with a small e and for ligatures."""
_SPECIAL = {".": ".", "\u00ad": "s", "\n": "n", "\r": "n"}
_SPECIAL |= dict.fromkeys(PRIVATE_LETTERS, "a")
_SPECIAL |= dict.fromkeys(LINE_END_HYPHENS, "=") | dict.fromkeys(HYPHENS, "-")
# Unicode files this apostrophe under letters; it is used like the other apostrophes.
_SPECIAL["\u02bc"] = "x"
# So does this old Korean vowel, a letter for Unicode: Korean texts write it for a middle dot.
_SPECIAL["\u318d"] = "x"
# Unicode files the voiced sound marks of half-width kana under letters; they are used as marks.
_SPECIAL |= dict.fromkeys("\uff9e\uff9f", "m")


def is_unspaced(character: str) -> bool:
    """Return whether `character` belongs to a script without spaces, where it is a word."""
    point = ord(character)
    return point >= 0x0E00 and any(low <= point <= high for low, high in _UNSPACED)


def _class_of(character: str) -> str:
    """Return the class of one character, by its Unicode category where no table has it."""
    special = _SPECIAL.get(character)
    if special:
        return special
    if character in _IGNORABLE or ord(character) in _VARIATION_SELECTORS:
        return "z"
    category = unicodedata.category(character)
    if category[0] == "M":
        return "m"
    if ord(character) in _SQUARED and unicodedata.normalize("NFKC", character).isalnum():
        return "a"
    # Unicode files radicals under symbols; PDF files write them for characters: ⼈ for 人.
    is_character = category[0] in "LN" and category != "Nd"
    if (is_character or (category == "So" and character in _RADICALS)) and is_unspaced(character):
        return "h"
    if category in {"Lu", "Lt"}:
        return "A"
    if category[0] == "L":
        return "a"
    if category[0] == "N":
        return "0"
    return "_" if character.isspace() else "x"


class _Classes(dict[int, str]):
    """A table for `str.translate` that looks up each character once, when it first occurs."""

    def __missing__(self, point: int) -> str:
        name = self[point] = _class_of(chr(point))
        return name


_CLASSES = _Classes()


def character_classes(text: str) -> str:
    """Return the classes of the characters of `text`, a string of the same length."""
    return text.translate(_CLASSES)
