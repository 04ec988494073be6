"""Page labels → numbers that can be compared: 12, xii, 3r; and numbers → Roman numerals."""

import re
from typing import Final, NamedTuple

__all__ = ["PageNumber", "n_pages_between", "page_number", "roman"]

_ROMAN = re.compile(
    r"(?=[ivxlc])(c{0,3})(xc|xl|l?x{0,4})(ix|iv|v?i{0,4})",
    re.IGNORECASE | re.ASCII,  # the Turkish ı is not a numeral
)  # printers also wrote xxxx and iiii
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_NUMERALS: Final = {
    1000: "m",
    900: "cm",
    500: "d",
    400: "cd",
    100: "c",
    90: "xc",
    50: "l",
    40: "xl",
    10: "x",
    9: "ix",
    5: "v",
    4: "iv",
    1: "i",
}
MAX_ROMAN: Final = 3_999
"""The largest number that is written in Roman numerals."""
_FOLIO = re.compile(r"(\d{1,5})([rv])")


class PageNumber(NamedTuple):
    """The number of a page or folio.

    system  "arabic", "roman" or "folio"
    value   ascends by one from page to page
    """

    system: str
    value: int


def page_number(label: str) -> PageNumber | None:
    """Return the number that `label` stands for, None if it is not well formed.

    >>> [page_number(label) for label in ("12", "civil", "ı")]
    [PageNumber(system='arabic', value=12), None, None]
    >>> page_number("xiv"), page_number("3v")
    (PageNumber(system='roman', value=14), PageNumber(system='folio', value=7))
    """
    if label.isdecimal():
        return PageNumber("arabic", int(label))
    folio = _FOLIO.fullmatch(label)
    if folio:
        return PageNumber("folio", 2 * int(folio[1]) + (folio[2] == "v"))
    if not _ROMAN.fullmatch(label):
        return None
    values = [_ROMAN_VALUES[letter] for letter in label.lower()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return PageNumber("roman", sum(-value if value < after else value for value, after in pairs))


def roman(number: int) -> str:
    """Return a number in small Roman numerals, or in digits if it is too large for them.

    >>> roman(4), roman(1999), roman(4000)
    ('iv', 'mcmxcix', '4000')
    """
    if number > MAX_ROMAN:
        return str(number)
    written = ""
    for value, numeral in _NUMERALS.items():
        count, number = divmod(number, value)
        written += numeral * count
    return written


def n_pages_between(first: PageNumber, second: PageNumber) -> int | None:
    """Return how many pages after `first` comes `second`; None if that is unknown.

    After the last Roman number comes 1.
    """
    if first.system == second.system:
        difference = second.value - first.value
        # Folios may be numbered on one side only.
        return 1 if first.system == "folio" and difference == 2 else difference
    return 1 if first.system == "roman" and second == PageNumber("arabic", 1) else None
