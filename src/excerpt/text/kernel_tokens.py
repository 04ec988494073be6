"""Spans of words in a text → their offsets, found by the kernel as `tokenizer` finds them."""

from collections.abc import Sequence
from functools import cache

from excerpt import native
from excerpt.text.characters import character_classes

__all__ = ["find_offsets"]

_N_POINTS = 0x3000
"""Code points whose classes are in the table: those of alphabets and of general punctuation."""


@cache
def _table() -> bytearray:
    """Return the class of each code point as a byte, 0 where it has not been looked up yet."""
    table = bytearray(_N_POINTS)
    ascii_points = bytes(range(128)).decode("ascii")
    table[: len(ascii_points)] = character_classes(ascii_points).encode("ascii")
    return table


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
        table[found] = ord(character_classes(chr(found)))
