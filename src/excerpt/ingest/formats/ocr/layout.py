"""The regions of scanned pages, in their reading order → the text of a document.

A region is a paragraph, and its lines are lines of the text, so that words divided at their ends
are found. A sentence may continue in the next region, past page numbers, catchwords and the like.
"""

import re
from typing import Final, NamedTuple

from excerpt.ingest.formats.blocks.outline import SENTENCE_ENDS
from excerpt.ingest.formats.text_builder import BREAK, TextBuilder, first_heading
from excerpt.model import SET_APART, BlockKind, Document, Page, Reason

__all__ = [
    "HYPHENS",
    "LayoutText",
    "PageFacts",
    "image_number",
    "join_words",
    "printed_number",
    "role_of",
]

_PARAGRAPH: Final = BlockKind.PARAGRAPH
_ROLES: Final[dict[str, tuple[BlockKind, int]]] = {
    "heading": (BlockKind.HEADING, 1),
    "title": (BlockKind.HEADING, 1),
    "caption": (BlockKind.CAPTION, 0),
    "footnote": (BlockKind.NOTE, 0),
    "footnotecontinued": (BlockKind.NOTE, 0),
    "endnote": (BlockKind.NOTE, 0),
    "marginalia": (BlockKind.NOTE, 0),
    "header": (BlockKind.BOILERPLATE, Reason.PAGE_HEADER),
    "footer": (BlockKind.BOILERPLATE, Reason.PAGE_FOOTER),
    "runningtitle": (BlockKind.BOILERPLATE, Reason.PAGE_HEADER),
    "catchword": (BlockKind.BOILERPLATE, Reason.PAGE_FOOTER),
    "signaturemark": (BlockKind.BOILERPLATE, Reason.PAGE_FOOTER),
    "pagenumber": (BlockKind.PAGE, 0),
    "table": (BlockKind.CELL, 0),
}
"""Kind and level of a region, by its type in lower case and without hyphens."""
_SIGNS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"[0-9]+")
HYPHENS: Final = frozenset("-\u00ad\u2010\u00ac\u2e17=")
"""Hyphens at the end of a line."""
_MAX_NUMBER_LENGTH: Final = 5
"""Digits of the number of a page; longer ones are dates, or identify the image."""
_NUMBER = re.compile(r"(?:\d{1,5}[a-z]?|[ivxlcdm]{1,10})", re.IGNORECASE)


def role_of(type_: str) -> tuple[BlockKind, int]:
    """Return the kind and level of a region of this type."""
    return _ROLES.get(_SIGNS.sub("", type_).lower(), (_PARAGRAPH, 0))


def printed_number(text: str) -> str:
    """Return the number in the text of a page number, "" if there is none.

    >>> printed_number("( 484 )"), printed_number("— xii —"), printed_number("Seite")
    ('484', 'xii', '')
    """
    number = _SIGNS.sub("", text)
    return number if _NUMBER.fullmatch(number) else ""


def image_number(name: str) -> int:
    """Return the number of a scanned page by the name of its image, 0 if it has none.

    >>> image_number("OCR-D-IMG/INPUT_0017.tif"), image_number("00000259.sw.tif")
    (17, 259)
    >>> image_number("page-1555_007_left.jpg"), image_number("x.tif")
    (7, 0)
    """
    stem = name.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    digits = _DIGITS.findall(stem)
    return int(digits[-1]) if digits and len(digits[-1].lstrip("0")) <= _MAX_NUMBER_LENGTH else 0


def join_words(words: list[str]) -> str:
    """Return the words of a line; a hyphen at its end belongs to the word before it.

    >>> join_words(["eine", "Stan", "-"]), join_words(["-"])
    ('eine Stan-', '-')
    """
    if len(words) > 1 and words[-1] in HYPHENS and words[-2][-1:].isalpha():
        words = [*words[:-2], words[-2] + words[-1]]
    return " ".join(words)


class PageFacts(NamedTuple):
    """The facts that a file of pages gives about itself.

    language  ISO 639-1 code, "" if it declares none
    encoding  the encoding that it was decoded from
    warnings  sentences on what was guessed, replaced or cut
    image     the name of the image of a single page, "" if it is unknown
    title     "" if it declares none
    """

    language: str
    encoding: str
    warnings: tuple[str, ...]
    image: str = ""
    title: str = ""


class LayoutText:
    """The text of pages, to which regions are added in their reading order."""

    def __init__(self) -> None:
        self._text = TextBuilder(collapses=True)
        self._end = ""
        """The last character of the paragraph that may continue, "" if there is none."""
        self._apart: list[tuple[str, BlockKind, int, tuple[str, int]]] = []
        """Text set apart since then, with its kind, its level, and the label and number of the page
        that begins at it."""
        self._named: tuple[str, int] = ("", 0)
        self._file = ""
        self._initial = ""
        self.n_empty = 0
        """Regions without text."""

    def name_page(self, label: str, number: int, file: str) -> None:
        """Give the next page this label, unless it is "", and number.

        Its anchors begin with the name of its file.
        """
        self._named, self._file = (label, number), file

    def begin_page(self, label: str) -> None:
        """Begin a page with this label, "" if it is unknown."""
        (named, number), self._named = self._named, ("", 0)
        self._apart.append(("", BlockKind.PAGE, 0, (named or label, number)))

    def add_initial(self, letter: str) -> None:
        """Add a drop capital, the first letter of the next paragraph."""
        self._initial += letter

    def add_region(self, lines: list[str], kind: BlockKind, level: int, anchor: str) -> None:
        """Add the lines of a region, and the anchor that begins at it."""
        lines = [line for line in (" ".join(line.split()) for line in lines) if line]
        if not lines:
            self.n_empty += 1
            return
        if kind in SET_APART:
            self._apart.append((BREAK.join(lines), kind, level, ("", 0)))
            return
        if kind is _PARAGRAPH:
            lines[0], self._initial = self._initial + lines[0], ""
        continues = (
            kind is _PARAGRAPH
            and self._end
            and self._end not in SENTENCE_ENDS
            and lines[0][0].islower()
        )
        self._place_apart(continues=bool(continues))
        if continues:
            self._text.add(BREAK)
        else:
            self._text.open(kind, level)
        if anchor or self._file:
            file = f"{self._file}#" if self._file and anchor else self._file
            self._text.set_anchor(file + anchor)
        self._text.add(BREAK.join(lines))
        self._end = lines[-1][-1] if kind is _PARAGRAPH else ""

    def _place_apart(self, *, continues: bool) -> None:
        """Add what was set apart: as marks if a paragraph continues after it, else as blocks."""
        for text, kind, level, page in self._apart:
            if not text:
                if not continues:
                    self._text.end()
                self._text.set_page(*page)
            elif continues:
                self._text.add(BREAK)
                self._text.add_mark(text, kind)
            else:
                self._text.open(kind, level)
                self._text.add(text)
        self._apart.clear()

    def build(self, format_: str, facts: PageFacts) -> Document:
        """Return the document of these facts. Without a title, its first heading is the title."""
        document = self._numbered(format_, facts.image)
        return document._replace(
            title=facts.title or first_heading(document),
            language=facts.language,
            encoding=facts.encoding,
            warnings=(*facts.warnings, *document.warnings),
        )

    def _numbered(self, format_: str, image: str) -> Document:
        """Return the text. A single page has the number of its `image`."""
        self._place_apart(continues=False)
        if self._initial:
            self._text.open(_PARAGRAPH)
            self._text.add(self._initial)
        document = self._text.build(format_)
        if document.text:
            number = image_number(image)
            pages = document.pages or (Page(0, ""),)
            numbered = tuple(page._replace(number=number) for page in pages)
            return document._replace(pages=numbered) if number else document
        regions = f"{self.n_empty:,} regions" if self.n_empty else "its pages"
        return document._replace(
            warnings=(f"no text: {regions} hold none. Recognise the text with an OCR program.",)
        )
