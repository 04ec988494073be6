"""A page of PDFium → its lines, with their coordinates and font.

PDFium gives the text of a page in the order in which it is drawn, with a line end wherever the text
moves to another line. At a hyphen at a line end it puts U+FFFE in place of both. Looking up the
coordinates and font of every character would be ten times as slow as reading the text; only those
of two or three characters in a line are.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import add
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from excerpt.ingest.formats.pdf.characters import Characters
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
_TURNS: Final = ((1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0))
"""For a page that is shown turned by 0, 90, 180 and 270 degrees: x and y there from those in it."""


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
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return None
    try:
        return _PdfPageReader(page, text_page).read(number)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


class _RawLine(NamedTuple):
    """A line with its box and the origin of its first character, in the coordinates of the file."""

    text: str
    box: tuple[float, float, float, float]
    origin: tuple[float, float]
    ends: tuple[float, float]
    size: float
    weight: int
    level: int
    breaks_word: bool
    references: tuple[tuple[int, int], ...]


class _PdfPageReader:
    """A reader of one page."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self._page = page
        self._characters = Characters(text_page)

    def read(self, number: int) -> PdfPage:
        """Return the page."""
        bounds = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(self._page, bounds)
        found = PdfPage(number)
        lines = self._lines()
        turn = pdfium.FPDFPage_GetRotation(self._page) % 4
        turn = (turn + _turn_of(lines)) % 4
        found.lines = [_turned(line, turn) for line in lines]
        _, _, to_x, to_y = _TURNS[turn]
        ends = [to_x * x + to_y * y for x, y in _corners(bounds)]
        found.bottom, found.top = min(ends), max(ends)
        found.images, found.lost = look_at_objects(self._page, bounds)
        characters = self._characters
        if characters.count and found.images > _SCAN:
            sample = range(0, characters.count, max(1, characters.count // 5))
            found.is_ocr = any(map(characters.is_invisible, sample))
        found.unmapped = characters.share_without_unicode()
        return found

    def _lines(self) -> list[_RawLine]:
        """Return the lines in the order in which they are drawn, or in that of columns."""
        stretches = list(self._stretches())
        levels = heading_levels(self._page)
        lines = [self._line(stretch, levels) for stretch in stretches]
        if not is_row_by_row(stretches, self._gaps_in) or _turn_of(lines):
            return lines
        gaps = [self._gaps_in(stretch) for stretch in stretches]
        gutters = find_gutters(stretches, gaps, [self._ends_of(stretch) for stretch in stretches])
        if not gutters:
            return lines
        return self._in_columns(stretches, lines, gaps, gutters, levels)

    def _in_columns(
        self,
        stretches: Sequence[Stretch],
        lines: Sequence[_RawLine],
        gaps: Sequence[Sequence[Gap]],
        gutters: Sequence[float],
        levels: dict[int, int],
    ) -> list[_RawLine]:
        """Return lines cut at gutters, column by column; a line across all columns ends them."""
        ordered: list[_RawLine] = []
        columns: list[list[_RawLine]] = [[] for _ in range(len(gutters) + 1)]

        def end_columns() -> None:
            for column in columns:
                ordered.extend(sorted(column, key=lambda line: -line.origin[1]))
                column.clear()

        for stretch, line, own in zip(stretches, lines, gaps, strict=True):
            cuts = [gap.offset for gap in own if gap.is_cut(gutters)]
            if not cuts and is_across(line.box[0], line.box[1], gutters):
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
                number = sum(gutter <= piece.box[0] for gutter in gutters)
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
        is_shifted = len(text) != self._characters.count
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

    def _line(self, stretch: Stretch, levels: dict[int, int]) -> _RawLine:
        """Return a line with its coordinates and font."""
        text, index, breaks_word = stretch
        characters = self._characters
        first, middle = index(0), index(_middle(text))
        left, right, bottom, top = characters.box_of(first)
        other = characters.box_of(index(len(text) - 1))
        box = (min(left, other[0]), max(right, other[1]), min(bottom, other[2]), max(top, other[3]))
        size = characters.size_of(middle)
        if abs(characters.size_of(first) - size) > _SAME_SIZE * size:
            middle, size = characters.usual_place(text, index)
        origin = characters.origin_of(middle)
        weight = characters.weight_of(middle)
        weight = min(weight, characters.weight_of(first)) if weight > _REGULAR else weight
        level = levels.get(characters.content_of(middle), 0) if levels else 0
        references = tuple(characters.references(text, index, size, origin[1]))
        false = {
            *characters.false_spaces(text, index, size),
            *characters.spacing(text, index, size),
            *characters.spaces_in_words(text, index, size),
        }
        for offset in sorted(false, reverse=True):
            text = text[:offset] + text[offset + 1 :]
            references = tuple((a - (a > offset), b - (b > offset)) for a, b in references)
        return _RawLine(
            text + "-" if breaks_word else text,
            box,
            origin,
            (bottom, other[2]),
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


def _corners(bounds: Any) -> list[tuple[float, float]]:
    return [(bounds.left, bounds.bottom), (bounds.right, bounds.top)]


def _turn_of(lines: list[_RawLine]) -> int:
    """Return the turn, in steps of 90 degrees, in which most of the text runs."""
    votes: Counter[int] = Counter()
    for line in lines:
        left, right, bottom, top = line.box
        length = len(line.text)
        if length > 3 and top - bottom > 3 * (right - left):
            votes[1 if line.ends[0] < line.ends[1] else 3] += length
        else:
            votes[0] += length
    return votes.most_common(1)[0][0] if votes else 0


def _turned(line: _RawLine, turn: int) -> PdfLine:
    """Return a line with its coordinates on the page after this turn."""
    x_from_x, x_from_y, y_from_x, y_from_y = _TURNS[turn]
    left, right, bottom, top = line.box
    sides = [x_from_x * x + x_from_y * y for x, y in ((left, bottom), (right, top))]
    x, y = line.origin
    return PdfLine(
        line.text,
        min(sides),
        max(sides),
        y_from_x * x + y_from_y * y,
        line.size,
        line.weight,
        line.level,
        line.breaks_word,
        line.references,
    )
