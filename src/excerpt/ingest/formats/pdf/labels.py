"""The pages of a PDF → their labels, as a reader would cite them.

A label is the one that the file gives, unless it just counts the pages; otherwise the number
printed in running headers, if it grows with the pages; otherwise the number of the page.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from excerpt.ingest.formats.pages.labels import page_number, roman
from excerpt.ingest.formats.pdf.lines import Line
from excerpt.ingest.formats.pdf.page import PdfPage
from excerpt.model import BlockKind

__all__ = ["page_labels"]

_MIN_PAGES: Final = 3
"""Pages whose printed numbers agree."""
_DIGITS = "[1-9][0-9]{0,4}|[ivxlc]{1,8}"
_NUMBER = re.compile(
    rf"^\W*(?:(?:page|seite|p\.|s\.)\s*)?({_DIGITS})(?![\w.,/:-]\w|\w)"
    rf"|(?<![\w.,/:])({_DIGITS})\W*$",
    re.IGNORECASE,
)
"""A number at the beginning or the end of a running header, as in "Page 7 of 57"."""
_PRINTED: Final = frozenset({BlockKind.PAGE, BlockKind.BOILERPLATE})


class _Series(NamedTuple):
    """Numbers of pages that increase with the index of the page.

    system    as in `PageNumber`
    is_upper  True for Roman numerals in capitals
    offset    to be added to the index of a page for its number
    """

    system: str
    is_upper: bool
    offset: int

    def label_of(self, index: int) -> str:
        """Return the label of the page with this index."""
        number = index + self.offset
        label = str(number) if self.system == "arabic" else roman(number)
        return label.upper() if self.is_upper else label


def page_labels(pages: Sequence[PdfPage], lines: Sequence[Sequence[Line]]) -> list[str]:
    """Return the label of each page; a page without one among others that have labels has ""."""
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
    found: dict[_Series, dict[int, str]] = defaultdict(dict)
    for index, own in enumerate(lines):
        for line in own:
            if line.kind in _PRINTED and not line.is_margin:
                for match in _NUMBER.finditer(line.source.text):
                    label = match[1] or match[2]
                    number = page_number(label)
                    if number is not None:
                        series = _Series(number.system, label.isupper(), number.value - index)
                        found[series][index] = label
    longest = max(map(len, found.values()), default=0)
    # Both pages of a file of two are enough.
    fewest = max(min(_MIN_PAGES, max(len(lines), 2)), longest // 20)
    long = [each for each in found.items() if len(each[1]) >= fewest]
    long.sort(key=lambda each: len(each[1]))
    labels: dict[int, str] = {}
    of_page: dict[int, _Series] = {}
    for series, own_labels in long:  # the longest series comes last and wins
        labels |= own_labels
        of_page |= dict.fromkeys(own_labels, series)
    known = sorted(of_page)
    for before, after in pairwise(known):
        if of_page[after] == of_page[before]:
            for index in range(before + 1, after):
                labels[index] = of_page[before].label_of(index)
    return labels
