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
    blocks: tuple[int, ...],
    spans: Sequence[tuple[int, int]],
    *,
    has_compounds: bool,
) -> list[tuple[int, int]] | None:
    """Return the start and end of each of some spans of words, in code points.

    blocks         the start and end of each block of the text in turn: no word crosses them
    spans          the number of the first word of each, and the end
    has_compounds  False if no line break divides a word that has its own hyphen

    None without the kernel, for a text that it leaves to `tokenizer`, or if a span ends after the
    last word.
    """
    if not native.kernel:
        return None
    table = _table()
    while True:
        found: list[tuple[int, int]] | int | None = native.kernel.find_tokens(
            text, table, blocks, has_compounds, list(spans)
        )
        if not isinstance(found, int):
            return found
        table[found] = ord(character_classes(chr(found)))
