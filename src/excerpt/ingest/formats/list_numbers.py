"""The number of an item of a list → how OpenDocument writes it."""

from collections.abc import Callable
from typing import Final

from excerpt.ingest.formats.pages.labels import roman

__all__ = ["write_number"]

_MAX_ROMAN: Final = 3999
_N_LETTERS: Final = 26


def _letters(number: int) -> str:
    """Return a number in letters: a to z, then aa, ab and so on."""
    written = ""
    while number > 0:
        number, rest = divmod(number - 1, _N_LETTERS)
        written = chr(ord("a") + rest) + written
    return written


def _roman(number: int) -> str:
    return roman(number) if number <= _MAX_ROMAN else str(number)


_WRITERS: Final[dict[str, Callable[[int], str]]] = {
    "a": _letters,
    "A": lambda number: _letters(number).upper(),
    "i": _roman,
    "I": lambda number: _roman(number).upper(),
}


def write_number(number: int, format_: str) -> str:
    """Return a number in letters ("a", "A"), Roman numerals ("i", "I") or, otherwise, digits.

    Letters and Roman numerals begin at 1.

    >>> [write_number(28, format_) for format_ in "aAiI1"]
    ['ab', 'AB', 'xxviii', 'XXVIII', '28']
    """
    writer = _WRITERS.get(format_) if number > 0 else None
    return writer(number) if writer else str(number)
