"""A page of PDFium → its lines, with their coordinates and font.

PDFium gives the text of a page in the order in which it is drawn, with a line end wherever the text
moves to another line. At a hyphen at a line end it puts U+FFFE in place of both. Looking up the
coordinates and font of every character would be ten times as slow as reading the text; only those
of two or three characters in a line are.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby, pairwise
from operator import add
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from excerpt.ingest.formats.pdf.characters import Characters, turned, turns_of_text
from excerpt.ingest.formats.pdf.columns import (
    Gap,
    Stretch,
    find_gutters,
    is_across,
    is_row_by_row,
)
from excerpt.ingest.formats.pdf.objects import heading_levels, look_at_objects

__all__ = ["PdfLine", "PdfPage", "read_page"]

_SCAN: Final = 0.5
"""The share of a page that an image covers if the page is a scan."""
_LINE_END = re.compile("\r\n|\n|(?<=\ufffe)")
_SHOWN: Final = {
    **dict.fromkeys([*range(32), *range(127, 160), 0xFFFE, 0xFFFF], " "),
    0xAD: "-",  # fonts call their hyphen a soft one; in a PDF, it is drawn
}
_SAME_SIZE: Final = 0.05
_SPACES = re.compile(r"(?<=\S) +(?=\S)")
_WIDE: Final = 0.9
"""Width of a gap between columns, at least, in sizes of the font."""
_REGULAR: Final = 450
_MIN_VERTICAL: Final = 3
"""Characters of a vertical line, more than these."""
_TALL: Final = 3
"""Height of a vertical line, at least, in its widths."""
_UPWARDS: Final = 1
_DOWNWARDS: Final = 3
"""Turns of text on its side, against the page."""


class PdfLine(NamedTuple):
    """A line of text. Coordinates are those of the page as it is read, in points, upwards.

    text         without white space around it; "-" ends a word broken at the line end
    left, right  its ends
    y            its baseline
    size         of its font
    weight       of its font: 400 is regular, 700 bold; fonts differ much in what they declare
    level        its level as a heading in the structure tree, 0 if it is none
    breaks_word  True if its last word continues on the next line
    references   the starts and ends in `text` of raised numbers: references to notes
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    weight: int
    level: int = 0
    breaks_word: bool = False
    references: tuple[tuple[int, int], ...] = ()

    def moved(self, right: float, up: float) -> "PdfLine":
        """Return the line at another place."""
        left = self.left + right
        return self._replace(left=left, right=self.right + right, y=self.y + up)


@dataclass(slots=True)
class PdfPage:
    """A page.

    number       from 1
    lines        in the order in which they are drawn
    bottom, top  the ends of the page in the direction in which lines follow each other
    label        as the file gives it, "" if it gives none
    notes        the texts of annotations
    values       the values of form fields
    images       the share of it that images cover
    is_ocr       True if that is more than half, and it also has invisible text
    unmapped     the share of characters for which the font has no Unicode
    lost         the share of pieces of text without a width: PDFium leaves them out, because their
                 font is neither in the file nor installed
    """

    number: int
    lines: list[PdfLine] = field(default_factory=list)
    bottom: float = 0.0
    top: float = 0.0
    label: str = ""
    notes: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    images: float = 0.0
    is_ocr: bool = False
    unmapped: float = 0.0
    lost: float = 0.0


def read_page(page: Any, number: int) -> PdfPage | None:
    """Return a loaded page of PDFium, None if its text cannot be read."""
    turn = pdfium.FPDFPage_GetRotation(page) % 4
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return None
    try:
        votes = turns_of_text(text_page)
        best = max(votes, key=lambda each: (votes[each], each == turn), default=turn)
        if best != turn:
            # PDFium finds the lines, and their order, in the page as it is shown.
            pdfium.FPDFText_ClosePage(text_page)
            pdfium.FPDFPage_SetRotation(page, best)
            text_page = pdfium.FPDFText_LoadPage(page)
        if not text_page:
            return None
        return _PdfPageReader(page, text_page, best, is_mixed=len(votes) > 1).read(number)
    finally:
        if text_page:
            pdfium.FPDFText_ClosePage(text_page)


class _PdfPageReader:
    """A reader of one page, which is shown turned so that most of its text is upright.

    `is_mixed` is true if other text on it is not.
    """

    def __init__(self, page: Any, text_page: Any, turn: int, *, is_mixed: bool) -> None:
        self._page = page
        self._text_page = text_page
        self._turn = turn
        self._is_mixed = is_mixed
        self._characters = Characters(text_page, turn)

    def read(self, number: int) -> PdfPage:
        """Return the page."""
        bounds = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(self._page, bounds)
        found = PdfPage(number)
        stretches = list(self._stretches())
        if self._is_vertical(stretches):
            # The lines follow each other from right to left, as if they ran downwards.
            self._turn, self._is_mixed = (self._turn + _DOWNWARDS) % 4, False
            self._characters = Characters(self._text_page, self._turn)
            stretches = list(self._stretches())
        found.lines = self._lines(stretches)
        corners = [(bounds.left, bounds.bottom), (bounds.right, bounds.top)]
        ends = [turned(x, y, self._turn)[1] for x, y in corners]
        found.bottom, found.top = min(ends), max(ends)
        found.images, found.lost = look_at_objects(self._page, bounds)
        characters = self._characters
        if characters.count and found.images > _SCAN:
            sample = range(0, characters.count, max(1, characters.count // 5))
            found.is_ocr = any(map(characters.is_invisible, sample))
        found.unmapped = characters.share_without_unicode()
        return found

    def _is_vertical(self, stretches: Sequence[Stretch]) -> bool:
        """Return whether letters stand upright below each other, as in Japanese."""
        n_vertical = 0
        for stretch in stretches:
            if len(stretch.text) > _MIN_VERTICAL and not stretch.text.isascii():
                ends = map(stretch.index_of, (0, len(stretch.text) - 1))
                (left, right, _, top), (other, after, bottom, _) = map(
                    self._characters.box_of, ends
                )
                is_tall = top - bottom > _TALL * (max(right, after) - min(left, other))
                n_vertical += is_tall * len(stretch.text)
        return 2 * n_vertical > sum(len(stretch.text) for stretch in stretches)

    def _lines(self, stretches: Sequence[Stretch]) -> list[PdfLine]:
        """Return the lines in the order in which they are drawn, or in that of columns."""
        if self._is_mixed:
            stretches = [part for each in stretches for part in self._turned_parts(each)]
        levels = heading_levels(self._page)
        lines = [self._line(stretch, levels) for stretch in stretches]
        if not is_row_by_row(stretches, self._gaps_in):
            return self._in_turned_order(stretches, lines, levels)
        gaps = [self._gaps_in(stretch) for stretch in stretches]
        gutters = find_gutters(stretches, gaps, [self._ends_of(stretch) for stretch in stretches])
        if not gutters:
            return self._in_turned_order(stretches, lines, levels)
        return self._in_columns(stretches, lines, gaps, gutters, levels)

    def _in_turned_order(
        self, stretches: Sequence[Stretch], lines: Sequence[PdfLine], levels: dict[int, int]
    ) -> list[PdfLine]:
        """Return lines with those that stand on their side next to each other below each other.

        PDFium sorts what begins at one height from left to right, and so reverses lines that run
        downwards.
        """
        if not self._is_mixed:
            return list(lines)
        ordered: list[PdfLine] = []
        pairs = zip(stretches, lines, strict=True)
        for turn, group in groupby(pairs, lambda pair: self._turn_at(pair[0].index_of(0))):
            own = list(group)
            shown = [line for _, line in own]
            if turn in (_UPWARDS, _DOWNWARDS) and len(own) > 1:
                characters = Characters(self._text_page, (self._turn + turn) % 4)
                upright = [self._line(stretch, levels, characters) for stretch, _ in own]
                upright.sort(key=lambda line: -line.y)
                right = min(line.left for line in shown) - min(line.left for line in upright)
                up = max(line.y for line in shown) - upright[0].y
                shown = [line.moved(right, up) for line in upright]
            ordered += shown
        return ordered

    def _turn_at(self, index: int) -> int | None:
        """Return the turn of a character against that of the page."""
        turn = self._characters.turn_of(index)
        return None if turn is None else (turn - self._turn) % 4

    def _turned_parts(self, stretch: Stretch) -> list[Stretch]:
        """Return the parts of a line that differ in their turn, and lines that stand on their side.

        PDFium takes everything at one height for one line.
        """
        text, index = stretch.text, stretch.index_of
        cuts = [0]
        turn, place = self._turn_at(index(0)), self._characters.origin_of(index(0))[0]
        for offset in range(1, len(text)):
            own = self._turn_at(index(offset))
            if own is None or text[offset] == " ":
                continue
            x = self._characters.origin_of(index(offset))[0]
            is_on_side = own in (_UPWARDS, _DOWNWARDS)
            is_far = is_on_side and abs(x - place) > self._characters.size_of(index(offset)) / 2
            if own != turn or is_far:
                cuts.append(offset)
            turn, place = own, x
        return [
            Stretch(
                text[start:end].rstrip(),
                partial(_after, index, start),
                breaks_word=stretch.breaks_word and end == len(text),
            )
            for start, end in pairwise([*cuts, len(text)])
        ]

    def _in_columns(
        self,
        stretches: Sequence[Stretch],
        lines: Sequence[PdfLine],
        gaps: Sequence[Sequence[Gap]],
        gutters: Sequence[float],
        levels: dict[int, int],
    ) -> list[PdfLine]:
        """Return lines cut at gutters, column by column; a line across all columns ends them."""
        ordered: list[PdfLine] = []
        columns: list[list[PdfLine]] = [[] for _ in range(len(gutters) + 1)]

        def end_columns() -> None:
            for column in columns:
                ordered.extend(sorted(column, key=lambda line: -line.y))
                column.clear()

        for stretch, line, own in zip(stretches, lines, gaps, strict=True):
            cuts = [gap.offset for gap in own if gap.is_cut(gutters)]
            if not cuts and is_across(line.left, line.right, gutters):
                end_columns()
                ordered.append(line)
                continue
            for start, end in zip([0, *cuts], [*cuts, len(stretch.text)], strict=True):
                piece = line
                if cuts:
                    is_last = end == len(stretch.text)
                    part = Stretch(
                        stretch.text[start:end].rstrip(),
                        partial(_after, stretch.index_of, start),
                        breaks_word=stretch.breaks_word and is_last,
                    )
                    piece = self._line(part, levels)
                number = sum(gutter <= piece.left for gutter in gutters)
                columns[number].append(piece)
        end_columns()
        return ordered

    def _gaps_in(self, stretch: Stretch) -> list[Gap]:
        """Return the gaps in a line that are wider than spaces, and the jumps back in it."""
        gaps = []
        size = self._characters.size_of(stretch.index_of(_middle(stretch.text)))
        for match in _SPACES.finditer(stretch.text):
            _, left, _, _ = self._characters.box_of(stretch.index_of(match.start() - 1))
            right, _, _, _ = self._characters.box_of(stretch.index_of(match.end()))
            if right - left > _WIDE * size or right < left - size:
                gaps.append(Gap(match.end(), left, right))
        return gaps

    def _ends_of(self, stretch: Stretch) -> tuple[float, float]:
        """Return where a line begins and ends."""
        last = stretch.index_of(len(stretch.text) - 1)
        return self._characters.box_of(stretch.index_of(0))[0], self._characters.box_of(last)[1]

    def _stretches(self) -> Iterator[Stretch]:
        text = self._characters.text()
        is_shifted = self._characters.is_shifted
        start = 0
        for part in _LINE_END.split(text):
            breaks_word = part.endswith("\ufffe")
            shown = part.rstrip("\ufffe").translate(_SHOWN)
            stripped = shown.strip()
            if stripped:
                first = start + len(shown) - len(shown.lstrip())
                index = partial(self._shifted, first) if is_shifted else partial(add, first)
                yield Stretch(stripped, index, breaks_word)
            start += len(part)
            start += 0 if breaks_word else 2 if text.startswith("\r\n", start) else 1

    def _shifted(self, first: int, offset: int) -> int:
        """Return the index of a character on a page where indices are not offsets in the text."""
        return self._characters.index_in_text(first + offset)

    def _line(
        self, stretch: Stretch, levels: dict[int, int], characters: Characters | None = None
    ) -> PdfLine:
        """Return a line with its font, and its coordinates as `characters` give them."""
        text, index, breaks_word = stretch
        characters = characters or self._characters
        first, middle = index(0), index(_middle(text))
        left, right, _, _ = characters.box_of(first)
        other_left, other_right, _, _ = characters.box_of(index(len(text) - 1))
        size = characters.size_of(middle)
        if abs(characters.size_of(first) - size) > _SAME_SIZE * size:
            middle, size = characters.usual_place(text, index)
        y = characters.origin_of(middle)[1]
        weight = characters.weight_of(middle)
        weight = min(weight, characters.weight_of(first)) if weight > _REGULAR else weight
        level = levels.get(characters.content_of(middle), 0) if levels else 0
        references = tuple(characters.references(text, index, size, y))
        false = {
            *characters.false_spaces(text, index, size),
            *characters.spacing(text, index, size),
            *characters.spaces_in_words(text, index, size),
        }
        for offset in sorted(false, reverse=True):
            text = text[:offset] + text[offset + 1 :]
            references = tuple((a - (a > offset), b - (b > offset)) for a, b in references)
        return PdfLine(
            text + "-" if breaks_word else text,
            min(left, other_left),
            max(right, other_right),
            y,
            round(size, 1),
            weight,
            level,
            breaks_word,
            references,
        )


def _after(index: Callable[[int], int], start: int, offset: int) -> int:
    """Return the index of the character at an `offset` after `start`."""
    return index(start + offset)


def _middle(text: str) -> int:
    """Return the offset of a character in the middle; not of a space, which may have no font."""
    middle = len(text) // 2
    return middle if text[middle] != " " else middle - 1
