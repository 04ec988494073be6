"""The pages of a PDF → their labels, as a reader would cite them.

A label is the one that the file gives, unless it just counts the pages; otherwise the number
printed in running headers, if it grows with the pages; otherwise the number of the page.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from excerpt.ingest.formats.pdf_lines import Line
from excerpt.ingest.formats.pdf_page import PdfPage
from excerpt.model import BlockKind

__all__ = ["page_labels"]

_FEWEST_PAGES: Final = 3
"""Pages whose printed numbers agree."""
_DIGITS = "[1-9][0-9]{0,3}|[ivxlc]{1,8}|[IVXLC]{1,8}"
_NUMBER = re.compile(
    rf"^\W*(?:(?:page|seite|p\.|s\.)\s*)?({_DIGITS})(?![\w.,/:-]\w|\w)"
    rf"|(?<![\w.,/:])({_DIGITS})\W*$",
    re.IGNORECASE,
)
"""A number at the beginning or the end of a running header, as in "Page 7 of 57"."""
_VALUES: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_PRINTED: Final = frozenset({BlockKind.PAGE, BlockKind.BOILERPLATE})


def page_labels(pages: Sequence[PdfPage], lines: Sequence[Sequence[Line]]) -> list[str]:
    """Return the label of each page, "" for pages without one among others that have one."""
    if any(page.label not in {"", str(page.number)} for page in pages):
        return [page.label or str(page.number) for page in pages]
    printed = _printed_labels(lines)
    if not printed:
        return [str(page.number) for page in pages]
    return [printed.get(index, "") for index in range(len(pages))]


def _printed_labels(lines: Sequence[Sequence[Line]]) -> dict[int, str]:
    """Return the labels that are printed on pages, by the index of the page.

    All numbers in running headers are looked at. Those of pages have the same distance from the
    index of the page, on several pages.
    """
    found: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for index, own in enumerate(lines):
        for line in own:
            if line.kind in _PRINTED and not line.is_margin:
                for match in _NUMBER.finditer(line.source.text):
                    number = match[1] or match[2]
                    style, value = _value_of(number)
                    found[style, value - index][index] = number
    longest = max(map(len, found.values()), default=0)
    fewest = max(_FEWEST_PAGES, longest // 20)
    series = [each for each in found.items() if len(each[1]) >= fewest]
    series.sort(key=lambda each: len(each[1]))
    labels: dict[int, str] = {}
    of_page: dict[int, tuple[str, int]] = {}
    for key, own_labels in series:  # the longest series comes last and wins
        labels |= own_labels
        of_page |= dict.fromkeys(own_labels, key)
    known = sorted(of_page)
    for before, after in pairwise(known):
        style, offset = of_page[before]
        if of_page[after] == (style, offset):
            for index in range(before + 1, after):
                value = index + offset
                labels[index] = str(value) if style == "arabic" else _roman(value, style)
    return labels


def _value_of(number: str) -> tuple[str, int]:
    """Return the style and the value of a number."""
    if number.isdigit():
        return "arabic", int(number)
    digits = [_VALUES[letter] for letter in number.lower()]
    total = sum(
        -digit if digit < after else digit
        for digit, after in zip(digits, [*digits[1:], 0], strict=True)
    )
    return ("lower" if number.islower() else "upper"), total


def _roman(value: int, style: str) -> str:
    """Return a Roman number below 400."""
    if value < 1:
        return ""
    text = "c" * (value // 100)
    for digit, (one, five, ten) in ((value % 100 // 10, "xlc"), (value % 10, "ivx")):
        text += ("", one, one * 2, one * 3, one + five, five)[min(digit, 5)]
        text = text.removesuffix(five) + one + ten if digit == 9 else text + one * max(0, digit - 5)
    return text if style == "lower" else text.upper()
