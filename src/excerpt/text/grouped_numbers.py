"""Text → the numbers in it that are written in groups of digits: 3,000 and 1.000.000.

Such a number is one word, without its signs: 3000. A part of it is not a word. The groups after the
first have three digits, and the same sign stands between all of them: a comma, an apostrophe or a
no-break space. Full stops group digits only if there are several, as in 1.000.000, or if a decimal
comma follows: 1.000 may be 1. Letters at the end belong to the word: 3,000th.

Digits with signs between them that are not divided in this way are a list, a date, a section or an
address, and each of their parts is a word: 1,2,300 and 1.5.1848 and 192.168.0.1. So are the decimal
places after a number in groups.
"""

import re
import unicodedata
from typing import Final

from excerpt.text.characters import COMMAS, DASHES, GROUP_SIGNS, character_classes

__all__ = ["find_grouped_numbers"]

_SIGNS: Final = GROUP_SIGNS.replace(".", "")

_ZERO, _DIGIT, _OTHER = "0", "1", "w"
_END: Final = r"(?![01])[01w]*(?![01w])"
"""After three digits: no fourth one, and the letters that follow."""
_NUMBER: Final = (
    rf"(?<![01w])(?<![01][.{COMMAS}])1[01]{{0,2}}(?:"
    rf"(?P<sign>[{_SIGNS}])[01]{{3}}(?:(?P=sign)[01]{{3}})*{_END}(?!(?P=sign)[01])"
    rf"|\.[01]{{3}}(?:\.[01]{{3}})+{_END}(?!\.[01])"
    rf"|\.[01]{{3}}(?=,(?:[01]{{1,2}}(?![01w])|[{DASHES}])))"
)
"""A number, in the kinds of its characters (see `_Kinds`). It is compiled when it is first used:
few queries have digits."""


class _Kinds(dict[int, str]):
    """A table for `str.translate`: zero, another digit, another character of a word, a sign.

    The signs around numbers stand for themselves, and a space for all other characters.
    """

    def __missing__(self, point: int) -> str:
        character = chr(point)
        kind = character_classes(character)
        if character in GROUP_SIGNS or character in DASHES:
            name = character
        elif kind == "0" and character.isdecimal():
            name = _DIGIT if unicodedata.decimal(character) else _ZERO
        else:
            name = _OTHER if kind in "aA0m" else "" if kind in "zs" else " "
        self[point] = name
        return name


_KINDS: Final = _Kinds()


def find_grouped_numbers(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each number in groups of digits, in order.

    >>> find_grouped_numbers("3,000 men on 1.5.1848"), find_grouped_numbers("1,2,300")
    ([(0, 5)], [])
    """
    kinds = text.translate(_KINDS)
    found = [match.span() for match in re.finditer(_NUMBER, kinds) if _is_first(match)]
    if not found or len(kinds) == len(text):
        return found
    # Characters that are ignored in words have no kind.
    kept = [offset for offset, character in enumerate(text) if _KINDS[ord(character)]]
    return [(kept[start], kept[end - 1] + 1) for start, end in found]


def _is_first(found: re.Match[str]) -> bool:
    """Return whether no other digits precede a number with the sign that it has itself."""
    start = found.start()
    before, sign = found.string[max(start - 2, 0) : start], found["sign"]
    return before[1:] != sign or before[0] not in "01"
