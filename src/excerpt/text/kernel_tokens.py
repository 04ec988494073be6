"""Spans of words in a text → their offsets, found by the kernel as `tokenizer` finds them."""

import unicodedata
from collections.abc import Sequence
from functools import cache

from excerpt import native
from excerpt.text.characters import (
    COMMAS,
    DASHES,
    GROUP_APOSTROPHES,
    NO_BREAK_SPACES,
    character_classes,
)

__all__ = ["find_offsets"]

_N_POINTS = 0x3000
"""Code points whose classes are in the table: those of alphabets and of general punctuation."""
_CLASSES_OF_SIGNS = {
    sign: first + number
    for first, signs in ((0x80, GROUP_APOSTROPHES), (0xA0, COMMAS), (0xC0, NO_BREAK_SPACES))
    for number, sign in enumerate(signs)
}
"""The signs that may group digits, other than the full stop, and their classes."""


@cache
def _table() -> bytearray:
    """Return the class of each code point as a byte, 0 where it has not been looked up yet."""
    table = bytearray(_N_POINTS)
    table[:128] = bytes(map(_class_of, map(chr, range(128))))
    return table


def _class_of(character: str) -> int:
    """Return the class of a character in the kernel.

    It is that of `characters`, but each sign between digits has a class of its own, from 0x80 on,
    dashes have "d", digits other than zero "1", and numbers that are not digits "9".
    """
    if character in _CLASSES_OF_SIGNS:
        return _CLASSES_OF_SIGNS[character]
    kind = character_classes(character)
    if kind == "0":
        kind = "9" if not character.isdecimal() else "1" if unicodedata.decimal(character) else "0"
    return ord("d" if kind == "x" and character in DASHES else kind)


def find_offsets(
    text: str,
    details: str,
    spans: Sequence[tuple[int, int]],
    *,
    has_compounds: bool,
) -> tuple[list[int], list[int]] | None:
    """Return the starts and the ends of some spans of words, in code points.

    Spans that overlap become one.

    details        those of the passage, with its blocks: no word crosses them
    spans          the number of the first word of each, and the end, ascending
    has_compounds  False if no line break divides a word that has its own hyphen

    None without the kernel, for a text that it leaves to `tokenizer` or with inline marks, or if a
    span ends after the last word.
    """
    if not native.kernel:
        return None
    table = _table()
    while True:
        found: tuple[list[int], list[int]] | int | None = native.kernel.find_span_offsets(
            text, table, details, has_compounds, list(spans)
        )
        if not isinstance(found, int):
            return found
        table[found] = _class_of(chr(found))
