"""A page of PDFium → its lines, with their place and font.

PDFium gives the text of a page in the order in which it is drawn, with a line end wherever the text
moves to another line. At a hyphen at a line end it puts U+FFFE in place of both. Looking up the
place and font of every character would be ten times as slow as reading the text, so that only those
of two or three characters in a line are.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from ctypes import byref, c_double, c_float
from dataclasses import dataclass, field
from functools import partial
from math import hypot
from operator import add
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from excerpt.ingest.formats.pdf_columns import (
    Gap,
    Stretch,
    find_gutters,
    is_across,
    is_row_by_row,
)

__all__ = ["MAX_NODES", "PdfLine", "PdfPage", "clean", "read_page", "string_of"]

MAX_NODES: Final = 50_000
"""Entries of the outline, elements of a structure tree, annotations of a page that are read."""
_MAX_DEPTH: Final = 40
"""Depth of the structure tree."""
_MAX_OBJECTS: Final = 200
"""Objects of a page among which images are sought: a scan has few."""
_N_SAMPLES: Final = 40
"""Characters of a page whose mapping to Unicode is checked."""
_INVISIBLE: Final = 3
"""The mode of text that is not drawn, as OCR adds it to a scan."""
_LINE_END = re.compile("\r\n|\n|(?<=\ufffe)")
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160), 0xFFFE, 0xFFFF], " ")
_SUPERSCRIPT = re.compile(r"(?<=\S)[⁰¹²³⁴-⁹]+")
_NUMBER = re.compile(r"(?<=[^\s\d\[(])(?<!\d[.,])\d{1,3}(?!\w)|^\d{1,3}(?=[^\W\d_])")
_SMALL: Final = 0.85
_RAISED: Final = 0.1
"""Size of a raised number, at most, and its height, at least, in sizes of the text around it."""
_SPACES = re.compile(r"(?<=\S) +(?=\S)")
_WIDE: Final = 0.9
"""Width of a gap between columns, at least, in sizes of the font."""
_BOLD = re.compile(rb"bold|black|heavy|demi(?!light)", re.IGNORECASE)
_REGULAR: Final = 450
_BOLD_WEIGHT: Final = 700
_NAME_BYTES: Final = 100
"""Bytes of the name of a font that are looked at."""
_TAG = re.compile(r"H([1-6])|H|Title")
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
    is_scan      True if an image covers more than half of it
    is_ocr       True if it also has invisible text
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
    is_scan: bool = False
    is_ocr: bool = False
    unmapped: float = 0.0
    lost: float = 0.0


def clean(text: str) -> str:
    """Return `text` with spaces for control characters, without white space around it."""
    return text.translate(_CONTROLS).strip()


def string_of(function: Callable[..., int], *arguments: Any) -> str:
    """Return the UTF-16 string that a function of PDFium writes into a buffer."""
    size = function(*arguments, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    function(*arguments, pointer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


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
    """Reads one page."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self._page = page
        self._text_page = text_page
        self._n_characters = max(0, pdfium.FPDFText_CountChars(text_page))
        self._box = [c_double() for _ in range(4)]
        self._box_pointers = [byref(each) for each in self._box]
        self._origin = [c_double(), c_double()]
        self._origin_pointers = [byref(each) for each in self._origin]
        self._matrix = pdfium.FS_MATRIX()
        self._font_name = ctypes.create_string_buffer(_NAME_BYTES + 1)
        self._font_flags = ctypes.c_int()

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
        found.is_scan, found.lost = self._look_at_objects(bounds)
        if self._n_characters and found.is_scan:
            step = max(1, self._n_characters // 5)
            found.is_ocr = any(map(self._is_invisible, range(0, self._n_characters, step)))
        step = max(1, self._n_characters // _N_SAMPLES)
        sample = range(0, self._n_characters, step)
        n_unmapped = sum(
            pdfium.FPDFText_HasUnicodeMapError(self._text_page, index) == 1 for index in sample
        )
        found.unmapped = n_unmapped / max(1, len(sample))
        return found

    def _text(self) -> str:
        size = 2 * self._n_characters + 2
        buffer = (ctypes.c_ushort * size)()
        length = pdfium.FPDFText_GetText(self._text_page, 0, self._n_characters, buffer)
        data = memoryview(buffer).cast("B")[: 2 * max(0, length - 1)]
        return bytes(data).decode("utf-16-le", "replace")

    def _lines(self) -> list[_RawLine]:
        """Return the lines in the order in which they are drawn, or in that of columns."""
        stretches = list(self._stretches())
        levels = _heading_levels(self._page)
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
        size = self._size_of(stretch.index_of(_middle(stretch.text)))
        for match in _SPACES.finditer(stretch.text):
            _, left, _, _ = self._box_of(stretch.index_of(match.start() - 1))
            right, _, _, _ = self._box_of(stretch.index_of(match.end()))
            if right - left > _WIDE * size or right < left - size:
                gaps.append(Gap(match.end(), left, right))
        return gaps

    def _ends_of(self, stretch: Stretch) -> tuple[float, float]:
        """Return where a line begins and ends."""
        last = stretch.index_of(len(stretch.text) - 1)
        return self._box_of(stretch.index_of(0))[0], self._box_of(last)[1]

    def _stretches(self) -> Iterator[Stretch]:
        text = self._text()
        is_shifted = len(text) != self._n_characters
        start = 0
        for part in _LINE_END.split(text):
            breaks_word = part.endswith("\ufffe")
            shown = part.rstrip("\ufffe").translate(_CONTROLS)
            stripped = shown.strip()
            if stripped:
                first = start + len(shown) - len(shown.lstrip())
                index = partial(self._shifted, first) if is_shifted else partial(add, first)
                yield Stretch(stripped, index, breaks_word)
            start += len(part)
            start += 0 if breaks_word else 2 if text.startswith("\r\n", start) else 1

    def _shifted(self, first: int, offset: int) -> int:
        """Return the index of a character on a page where indices are not offsets in the text."""
        index: int = pdfium.FPDFText_GetCharIndexFromTextIndex(self._text_page, first + offset)
        return index

    def _line(self, stretch: Stretch, levels: dict[int, int]) -> _RawLine:
        """Return a line with its place and font."""
        text, index, breaks_word = stretch
        text_page = self._text_page
        first, middle = index(0), index(_middle(text))
        left, right, bottom, top = self._box_of(first)
        other = self._box_of(index(len(text) - 1))
        box = (min(left, other[0]), max(right, other[1]), min(bottom, other[2]), max(top, other[3]))
        pdfium.FPDFText_GetCharOrigin(text_page, middle, *self._origin_pointers)
        origin = self._origin[0].value, self._origin[1].value
        size = self._size_of(middle)
        weight = self._weight_of(middle)
        weight = min(weight, self._weight_of(first)) if weight > _REGULAR else weight
        level = 0
        if levels:
            piece = pdfium.FPDFText_GetTextObject(text_page, middle)
            level = levels.get(pdfium.FPDFPageObj_GetMarkedContentID(piece), 0) if piece else 0
        return _RawLine(
            text + "-" if breaks_word else text,
            box,
            origin,
            (bottom, other[2]),
            round(size, 1),
            weight,
            level,
            breaks_word,
            tuple(self._references(text, index, size, origin[1])),
        )

    def _weight_of(self, index: int) -> int:
        """Return the weight that the font of a character declares, or that of a bold one."""
        name, flags = self._font_name, self._font_flags
        pdfium.FPDFText_GetFontInfo(self._text_page, index, name, _NAME_BYTES, byref(flags))
        declared: int = pdfium.FPDFText_GetFontWeight(self._text_page, index)
        return max(declared, _BOLD_WEIGHT) if _BOLD.search(name.value) else declared

    def _size_of(self, index: int) -> float:
        """Return the size of a character: that of its font, scaled by the matrix."""
        pdfium.FPDFText_GetMatrix(self._text_page, index, self._matrix)
        scale = hypot(self._matrix.c, self._matrix.d)
        size: float = pdfium.FPDFText_GetFontSize(self._text_page, index)
        return size * (scale or 1)

    def _references(
        self, text: str, index: Callable[[int], int], size: float, y: float
    ) -> Iterator[tuple[int, int]]:
        """Yield the raised numbers in a line with the baseline `y`; others belong to a formula."""
        for match in _NUMBER.finditer(text):
            number = index(match.start())
            if self._size_of(number) < _SMALL * size:
                pdfium.FPDFText_GetCharOrigin(self._text_page, number, *self._origin_pointers)
                if self._origin[1].value > y + _RAISED * size:
                    yield match.span()
        if not text.isascii():
            yield from (match.span() for match in _SUPERSCRIPT.finditer(text))

    def _box_of(self, index: int) -> tuple[float, float, float, float]:
        """Return left, right, bottom and top of a character."""
        pdfium.FPDFText_GetCharBox(self._text_page, index, *self._box_pointers)
        left, right, bottom, top = self._box
        return left.value, right.value, bottom.value, top.value

    def _is_invisible(self, index: int) -> bool:
        piece = pdfium.FPDFText_GetTextObject(self._text_page, index)
        return bool(piece) and pdfium.FPDFTextObj_GetTextRenderMode(piece) == _INVISIBLE

    def _look_at_objects(self, bounds: Any) -> tuple[bool, float]:
        """Return whether an image covers half of the page, and the share of text without width."""
        area = (bounds.right - bounds.left) * (bounds.top - bounds.bottom)
        count = min(pdfium.FPDFPage_CountObjects(self._page), _MAX_OBJECTS)
        is_scan = False
        n_texts = n_lost = 0
        for number in range(count):
            piece = pdfium.FPDFPage_GetObject(self._page, number)
            kind = pdfium.FPDFPageObj_GetType(piece) if piece else 0
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                left, bottom, right, top = _bounds_of(piece)
                n_texts += 1
                n_lost += right == left and top > bottom
            elif kind in (pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_IMAGE) and not is_scan:
                is_scan = 2 * _image_area(piece, kind) > area > 0
        return is_scan, n_lost / max(1, n_texts)


def _image_area(piece: Any, kind: int) -> float:
    """Return the area of an image or of a form that may consist of one, 0 for anything else."""
    if kind == pdfium.FPDF_PAGEOBJ_FORM:
        count = min(pdfium.FPDFFormObj_CountObjects(piece), 3)
        parts = [pdfium.FPDFFormObj_GetObject(piece, number) for number in range(count)]
        if not any(pdfium.FPDFPageObj_GetType(p) == pdfium.FPDF_PAGEOBJ_IMAGE for p in parts if p):
            return 0.0
    left, bottom, right, top = _bounds_of(piece)
    return (right - left) * (top - bottom)


def _bounds_of(piece: Any) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of an object."""
    left, bottom, right, top = (c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(piece, byref(left), byref(bottom), byref(right), byref(top))
    return left.value, bottom.value, right.value, top.value


def _after(index: Callable[[int], int], start: int, offset: int) -> int:
    """Return the index of the character at an `offset` after `start`."""
    return index(start + offset)


def _middle(text: str) -> int:
    """Return the offset of a character in the middle that is no space, which may have no font."""
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
    """Return a line with its place on the page after this turn."""
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


def _heading_levels(page: Any) -> dict[int, int]:
    """Return the levels of the headings in the structure tree, by id of their marked content."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return {}
    levels: dict[int, int] = {}
    count = pdfium.FPDF_StructTree_CountChildren(tree)
    pending = [
        (pdfium.FPDF_StructTree_GetChildAtIndex(tree, number), 0, 0)
        for number in range(min(count, MAX_NODES))
    ]
    n_seen = 0
    while pending and n_seen < MAX_NODES:
        element, level, depth = pending.pop()
        n_seen += 1
        if not element or depth > _MAX_DEPTH:
            continue
        tag = _TAG.fullmatch(string_of(pdfium.FPDF_StructElement_GetType, element))
        level = int(tag[1] or 1) if tag else level
        for number in range(min(pdfium.FPDF_StructElement_CountChildren(element), MAX_NODES)):
            content = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, number)
            if content >= 0 and level:
                levels[content] = level
            elif content < 0:
                child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
                pending.append((child, level, depth + 1))
    pdfium.FPDF_StructTree_Close(tree)
    return levels
