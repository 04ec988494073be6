"""The characters of a page of PDFium: their text, coordinates, sizes and fonts.

An index is the number of a character on its page.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Callable, Iterator
from ctypes import byref, c_double
from itertools import accumulate
from math import hypot
from typing import Any, Final

import pypdfium2.raw as pdfium

from excerpt.ingest.formats.pdf.right_to_left import in_reading_order

__all__ = ["Characters", "turned", "turns_of_text"]

_TURNS: Final = ((1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0))
"""For a page that is shown turned by 0, 90, 180 and 270 degrees: x and y there from those in it."""

_N_SAMPLES: Final = 40
"""Characters of a page whose mapping to Unicode is checked."""
_INVISIBLE: Final = 3
"""The mode of text that is not drawn, as OCR adds it to a scan."""
_SUPERSCRIPT = re.compile(r"(?<=\S)[⁰¹²³⁴-⁹]+")
_NUMBER = re.compile(
    r"(?<=[^\s\d\[(])(?<!\d[.,])\d{1,3}(?!\w)|^\d{1,3}(?=[^\W\d_])"
    r"|(?<=[^\W\d_] )\d{1,3}(?=[ .,;:)]|$)"
)
_LIGATURE = re.compile(r"(?<=\w)f[fil] (?=[^\W\d_A-Z])")
_BEFORE_LAST = re.compile(r"(?<=\S) (?=\w(?!\w))")
"""The space before a letter that stands alone, which may be the last one of a word."""
_UNEVEN: Final = 0.03
"""The difference of gaps between letters, at most, in sizes of the font."""
_NARROW: Final = 0.2
"""The gap after a ligature within a word, at most, in sizes of the font."""
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_]{1,3} ){3,}[^\W\d_]{1,3}(?!\S)")
"""Short words in succession, which may be parts of words with wide spacing."""
_SPACING: Final = 0.19
"""The gap between letters, at most, in sizes of the font; the space of a narrow line is 0.22."""
_N_SIZES: Final = 10
"""Characters whose size is looked at in a line with several sizes."""
_SLANT: Final = 0.15
"""The rise of a line, at most, in its widths."""
_SMALL: Final = 0.85
_RAISED: Final = 0.1
"""Size of a raised number, at most, and its height, at least, in sizes of the text around it."""
_BOLD = re.compile(rb"bold|black|heavy|demi(?!light)", re.IGNORECASE)
_BOLD_WEIGHT: Final = 700
_NAME_BYTES: Final = 100
"""Bytes of the name of a font that are looked at."""


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Return coordinates in a page as those in the page turned clockwise, `turn` times 90 degrees.

    >>> turned(10, 700, 1)
    (700, -10)
    """
    x_from_x, x_from_y, y_from_x, y_from_y = _TURNS[turn]
    return x_from_x * x + x_from_y * y, y_from_x * x + y_from_y * y


def turns_of_text(text_page: Any) -> Counter[int]:
    """Return how many of a sample of characters each turn of the page makes upright.

    A turn is in steps of 90 degrees clockwise.
    """
    characters = Characters(text_page)
    step = max(1, characters.count // _N_SAMPLES)
    turns = map(characters.turn_of, range(0, characters.count, step))
    return Counter(turn for turn in turns if turn is not None)


class Characters:
    """The characters of an open text page; coordinates are those in the page after a turn."""

    def __init__(self, text_page: Any, turn: int = 0) -> None:
        self._text_page = text_page
        self._turn = turn
        self._units: list[int] = []
        """For a text with letters beyond 16 bits, the offset of each character in UTF-16."""
        self.is_shifted = False
        self.count = max(0, pdfium.FPDFText_CountChars(text_page))
        self._box = [c_double() for _ in range(4)]
        self._box_pointers = [byref(each) for each in self._box]
        self._origin = [c_double(), c_double()]
        self._origin_pointers = [byref(each) for each in self._origin]
        self._matrix = pdfium.FS_MATRIX()
        self._rectangle = pdfium.FS_RECTF()
        self._font_name = ctypes.create_string_buffer(_NAME_BYTES + 1)
        self._font_flags = ctypes.c_int()

    def text(self) -> str:
        """Return the text of the page; offsets in it are indices, unless `is_shifted`."""
        size = 2 * self.count + 2
        buffer = (ctypes.c_ushort * size)()
        length = max(0, pdfium.FPDFText_GetText(self._text_page, 0, self.count, buffer) - 1)
        text = bytes(memoryview(buffer).cast("B")[: 2 * length]).decode("utf-16-le", "replace")
        if len(text) != length:
            widths = (1 + (character > "\uffff") for character in text)
            self._units = [0, *accumulate(widths)]
        self.is_shifted = bool(self._units) or length != self.count
        index = self.index_in_text if self.is_shifted else int
        return in_reading_order(text, lambda offset: self.box_of(index(offset)))

    def index_in_text(self, offset: int) -> int:
        """Return the index of the character at an offset in the text of the page."""
        unit = self._units[offset] if self._units else offset
        index: int = pdfium.FPDFText_GetCharIndexFromTextIndex(self._text_page, unit)
        return index

    def origin_of(self, index: int) -> tuple[float, float]:
        """Return the coordinates of a character on its baseline."""
        pdfium.FPDFText_GetCharOrigin(self._text_page, index, *self._origin_pointers)
        return turned(self._origin[0].value, self._origin[1].value, self._turn)

    def turn_of(self, index: int) -> int | None:
        """Return the turn of the page, in steps of 90 degrees, that makes a character upright.

        None stands for a character that is not drawn by itself, such as a space between lines, and
        for one in a slanting line.
        """
        if not pdfium.FPDFText_GetMatrix(self._text_page, index, self._matrix):
            return None
        x, y = self._matrix.a, self._matrix.b  # the direction in which it is written
        if min(abs(x), abs(y)) > _SLANT * max(abs(x), abs(y)):
            return None
        if abs(x) >= abs(y):
            # A negative width alone mirrors it; it is as high as before.
            return 2 if x < 0 and self._matrix.d < 0 else 0
        return 1 if y > 0 else 3

    def content_of(self, index: int) -> int:
        """Return the id of the marked content that a character belongs to, -1 for none."""
        piece = pdfium.FPDFText_GetTextObject(self._text_page, index)
        return pdfium.FPDFPageObj_GetMarkedContentID(piece) if piece else -1

    def share_without_unicode(self) -> float:
        """Return the share of characters whose font does not tell their Unicode."""
        sample = range(0, self.count, max(1, self.count // _N_SAMPLES))
        unmapped = (pdfium.FPDFText_HasUnicodeMapError(self._text_page, i) == 1 for i in sample)
        return sum(map(bool, unmapped)) / max(1, len(sample))

    def usual_place(self, text: str, index: Callable[[int], int]) -> tuple[int, float]:
        """Return the index and the size of a character in the size of a line that has several.

        That is the largest one with a part of the line, so that neither an initial nor raised
        numbers or small capitals count.
        """
        step = max(1, len(text) // _N_SIZES)
        sizes: dict[float, list[int]] = {}
        for offset in range(0, len(text), step):
            if text[offset] != " ":
                at = index(offset)
                sizes.setdefault(round(self.size_of(at), 1), []).append(at)
        fewest = min(2, max(map(len, sizes.values())))
        size = max(size for size, found in sizes.items() if len(found) >= fewest)
        return sizes[size][len(sizes[size]) // 2], size

    def weight_of(self, index: int) -> int:
        """Return the weight that the font of a character declares, or that of a bold one."""
        name, flags = self._font_name, self._font_flags
        pdfium.FPDFText_GetFontInfo(self._text_page, index, name, _NAME_BYTES, byref(flags))
        declared: int = pdfium.FPDFText_GetFontWeight(self._text_page, index)
        return max(declared, _BOLD_WEIGHT) if _BOLD.search(name.value) else declared

    def size_of(self, index: int) -> float:
        """Return the size of a character: that of its font, scaled by the matrix."""
        pdfium.FPDFText_GetMatrix(self._text_page, index, self._matrix)
        scale: float = hypot(self._matrix.c, self._matrix.d)
        size: float = pdfium.FPDFText_GetFontSize(self._text_page, index)
        return size * scale if scale else size

    def references(
        self, text: str, index: Callable[[int], int], size: float, y: float
    ) -> Iterator[tuple[int, int]]:
        """Yield the raised numbers in a line with the baseline `y`; others belong to a formula."""
        for match in _NUMBER.finditer(text):
            number = index(match.start())
            is_small = self.size_of(number) < _SMALL * size
            if is_small and self.origin_of(number)[1] > y + _RAISED * size:
                yield match.span()
        if not text.isascii():
            yield from (match.span() for match in _SUPERSCRIPT.finditer(text))

    def false_spaces(self, text: str, index: Callable[[int], int], size: float) -> list[int]:
        """Return the offsets of spaces after a ligature that lie under it: def|fi |nir.

        Some programs write one with a negative width, because the ligature is too wide.
        """
        found = []
        for match in _LIGATURE.finditer(text):
            box = self.box_of(index(match.start()))
            space, after = (self.box_of(index(match.end() + n)) for n in (-1, 0))
            is_one = box == self.box_of(index(match.start() + 1))
            if is_one and space[0] < box[1] and after[0] - box[1] < _NARROW * size:
                found.append(match.end() - 1)
        return found

    def spacing(self, text: str, index: Callable[[int], int], size: float) -> list[int]:
        """Return the offsets of spaces that stand for wide spacing of letters: `w i d e`.

        PDFium puts a space wherever letters are further apart than usual, though less than words.
        """
        found = []
        for match in _SPACED.finditer(text):
            for offset in range(match.start() + 1, match.end() - 1):
                if text[offset] != " ":
                    continue
                is_added = pdfium.FPDFText_IsGenerated(self._text_page, index(offset)) == 1
                if is_added and self._gap(index(offset - 1), index(offset + 1)) < _SPACING * size:
                    found.append(offset)
        return found

    def spaces_in_words(self, text: str, index: Callable[[int], int], size: float) -> list[int]:
        """Return the offsets of spaces before the last letter of a word: `Vist a`.

        Some programs draw that letter apart from the others. Where these are spaced, as in the
        recognised text of a typescript, PDFium puts a space before it.
        """
        added = [
            match.start()
            for match in _BEFORE_LAST.finditer(text)
            if pdfium.FPDFText_IsGenerated(self._text_page, index(match.start())) == 1
        ]

        def follows_one_letter(offset: int) -> bool:
            return not text[max(0, offset - 2) : offset - 1].strip()

        found: list[int] = []
        widest = 0.0
        # A word of two letters has no gap to compare with but those of other words in the line.
        for offset in sorted(added, key=follows_one_letter):
            before = index(offset - 1)
            if not follows_one_letter(offset):
                usual = self._gap(index(offset - 2), before)
            elif found:
                usual = widest
            else:
                break
            if self._gap(before, index(offset + 1)) <= usual + _UNEVEN * size:
                found.append(offset)
                widest = max(widest, usual)
        return found

    def _gap(self, before: int, after: int) -> float:
        """Return the white between two characters, in either direction."""
        return max(
            self._start_of(after) - self._end_of(before),
            self._start_of(before) - self._end_of(after),
        )

    def _start_of(self, index: int) -> float:
        """Return where the space of a character begins, with the white at its sides."""
        return min(self._sides_of(index))

    def _end_of(self, index: int) -> float:
        """Return where the space of a character ends."""
        return max(self._sides_of(index))

    def _sides_of(self, index: int) -> tuple[float, float]:
        """Return the two sides of the space of a character."""
        box = self._rectangle
        pdfium.FPDFText_GetLooseCharBox(self._text_page, index, box)
        if not self._turn:
            return box.left, box.right
        one, other = (
            turned(x, y, self._turn) for x, y in ((box.left, box.bottom), (box.right, box.top))
        )
        return one[0], other[0]

    def box_of(self, index: int) -> tuple[float, float, float, float]:
        """Return left, right, bottom and top of a character."""
        pdfium.FPDFText_GetCharBox(self._text_page, index, *self._box_pointers)
        left, right, bottom, top = (each.value for each in self._box)
        if not self._turn:
            return left, right, bottom, top
        x, y = turned(left, bottom, self._turn)
        other_x, other_y = turned(right, top, self._turn)
        return min(x, other_x), max(x, other_x), min(y, other_y), max(y, other_y)

    def is_invisible(self, index: int) -> bool:
        """Return whether a character is not drawn."""
        piece = pdfium.FPDFText_GetTextObject(self._text_page, index)
        return bool(piece) and pdfium.FPDFTextObj_GetTextRenderMode(piece) == _INVISIBLE
