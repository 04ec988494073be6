"""PDF → Document.

`library` and `page` read the lines of each page with their coordinates and font; `lines`
distinguishes running headers, page numbers and notes from the body text, `headings` finds the
headings, `labels` the labels of the pages, and `blocks` joins lines to blocks.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.formats.blocks.hyphens import find_hyphenated
from excerpt.ingest.formats.guarded import allow_seconds
from excerpt.ingest.formats.ocr_commands import ADD_TEXT, REPLACE_TEXT
from excerpt.ingest.formats.pdf.blocks import write_text
from excerpt.ingest.formats.pdf.fragments import join_fragments
from excerpt.ingest.formats.pdf.headings import find_headings, letters_of
from excerpt.ingest.formats.pdf.labels import page_labels
from excerpt.ingest.formats.pdf.library import DAMAGED, ENCRYPTED, UNKNOWN_ENCRYPTION, Pdf, PdfError
from excerpt.ingest.formats.pdf.lines import Line, body_size, find_roles, lines_of
from excerpt.ingest.formats.pdf.metadata import clean_author, clean_title, date_of
from excerpt.ingest.formats.pdf.page import PdfLine, PdfPage
from excerpt.ingest.formats.source import Source
from excerpt.ingest.language import language_code
from excerpt.model import Block, BlockKind, Document
from excerpt.text.running_text import IGNORED, running_text

__all__ = ["read"]

MAX_PAGES: Final = 25_000
"""Pages of the longest document: a small file may claim billions."""
SECONDS_PER_PAGE: Final = 0.2
MIN_CHARACTERS: Final = 25
"""Characters of a page that has a text."""
IMAGES: Final = 0.1
"""The share of a page that images cover if they may hold its text."""
UNMAPPED: Final = 0.2
"""Share of characters without a Unicode mapping from which a text may be useless."""
LOST: Final = 0.1
"""Share of pieces of text without a width from which a page is reported."""
MAX_FAILURES: Final = 1_000
"""Pages in a row that cannot be read, after which no other is tried."""
_PAGES_AT_ONCE: Final = 20
_TABLE: Final = b"startxref"
"""The word before the offset of the table of objects."""
_SAVE_AGAIN: Final = Instruction("Open it in a viewer and save it again.")


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is encrypted, or no page can be read.
    """
    document, is_blank = _read_data(source.data, source.passwords)
    if not is_blank:
        return document
    # Where the table of objects is wrong, pages may be blank. Without it, PDFium looks for them.
    data = source.data.replace(_TABLE, _TABLE.upper())
    repaired, is_blank = _read_data(data, source.passwords)
    if is_blank:
        return document
    warning = "its table of objects is damaged and was not used"
    return repaired._replace(warnings=(*repaired.warnings, warning))


def _read_data(data: bytes, passwords: Sequence[str]) -> tuple[Document, bool]:
    """Return the document in the bytes of a file, and whether all of its pages are blank.

    Raises:
        Unreadable: if it is encrypted, or no page can be read.
    """
    try:
        pdf = Pdf(data, passwords)
    except PdfError as error:
        if error.args[0] == ENCRYPTED:
            raise Unreadable(
                "the file is encrypted",
                Instruction("Save it without a password, or build with --passwords FILE."),
            ) from None
        if error.args[0] == UNKNOWN_ENCRYPTION:
            raise Unreadable(
                "the file is encrypted in a way that is not supported, such as for certain readers",
                Instruction("Save it without encryption."),
            ) from None
        detail = "" if error.args[0] == DAMAGED else f" (error {error.args[0]} of PDFium)"
        raise Unreadable(f"the file is damaged: no page can be read{detail}", _SAVE_AGAIN) from None
    try:
        return _read(pdf)
    finally:
        pdf.close()


def _read(pdf: Pdf) -> tuple[Document, bool]:
    if pdf.n_pages > MAX_PAGES:
        raise Unreadable(
            f"it has more than {MAX_PAGES:,} pages", Instruction("Split it into parts.")
        )
    pages, failed = _read_pages(pdf)
    if len(failed) == len(pages):
        raise Unreadable("the file is damaged: no page can be read", _SAVE_AGAIN)
    lines = lines_of(pages)
    size = body_size(line for page in pages for line in page.lines)
    bookmarks = pdf.bookmarks()
    find_roles(pages, lines, size, frozenset(letters_of(each.title) for each in bookmarks))
    find_headings(lines, bookmarks, size)
    labels = page_labels(pages, lines)
    for page, own in zip(pages, lines, strict=True):
        own.extend(_additions(page))
    written = write_text(lines, labels)
    author = clean_author(pdf.metadata("Author"))
    date = date_of(pdf.metadata("CreationDate"))
    facts = [("author", author), ("published", date)]
    document = Document(
        text=written.text,
        blocks=written.blocks,
        format="pdf",
        pages=written.pages,
        marks=written.marks,
        title=clean_title(pdf.metadata("Title")) or _first_heading(written.text, written.blocks),
        language=language_code(pdf.language),
        metadata=tuple((name, value) for name, value in facts if value),
        hyphenated=find_hyphenated(running_text(written.text, written.marks)),
        warnings=(*_warnings(pages, failed), *_attachments(pdf.attachments)),
        has_lines=False,
    )
    return document, not written.text and not any(page.images or page.lost for page in pages)


def _read_pages(pdf: Pdf) -> tuple[list[PdfPage], list[int]]:
    """Return the pages, and the numbers of those that could not be read, which are empty."""
    pages: list[PdfPage] = []
    failed: list[int] = []
    n_in_a_row = 0
    for index in range(pdf.n_pages):
        page = pdf.read_page(index) if n_in_a_row < MAX_FAILURES else None
        n_in_a_row = 0 if page else n_in_a_row + 1
        if page:
            page.lines = join_fragments(page.lines)
        if page is None:
            failed.append(index + 1)
        pages.append(page or PdfPage(index + 1))
        if (index + 1) % _PAGES_AT_ONCE == 0 and not n_in_a_row:
            allow_seconds(SECONDS_PER_PAGE * _PAGES_AT_ONCE)
    return pages, failed


def _additions(page: PdfPage) -> list[Line]:
    """Return the values of form fields and the annotations of a page, as lines below it."""
    kinds = [(page.values, BlockKind.CELL), (page.notes, BlockKind.NOTE)]
    y = page.bottom
    added = []
    for texts, kind in kinds:
        for text in filter(None, texts):
            y += page.top - page.bottom + 1  # upwards, so that it continues no note before it
            added.append(Line(page.number - 1, PdfLine(text, 0, 0, y, 0, 0), kind))
    return added


def _first_heading(text: str, blocks: Iterable[Block]) -> str:
    """Return the first heading of the highest level on the first pages, "" if there is none."""
    headings = [block for block in blocks if block.kind is BlockKind.HEADING][:5]
    if not headings:
        return ""
    best = min(headings, key=lambda block: block.level)
    return " ".join(best.span.of(text).replace(IGNORED, "").split())


def _warnings(pages: Sequence[PdfPage], failed: Sequence[int]) -> list[str]:
    """Return sentences on pages without a text that can be found."""
    of_total = f"of {len(pages):,}"
    warnings = [f"{_listed(failed)} {of_total} could not be read"] if failed else []
    lengths = [sum(len(line.text) for line in page.lines) for page in pages]
    images = [
        page.number
        for page, length in zip(pages, lengths, strict=True)
        if page.images >= IMAGES and length < MIN_CHARACTERS
    ]
    if images:
        verb = "is an image" if len(images) == 1 else "are images"
        warnings.append(
            f"{len(images):,} {of_total} pages {verb} without text: {_ranges(images)}. Add a text"
            f" layer with `{ADD_TEXT} -l LANGUAGE IN.pdf OUT.pdf`"
        )
    elif not any(lengths) and not any(any(page.notes + page.values) for page in pages):
        warnings.append(f"there is no text on {len(pages):,} {of_total} pages")
    unmapped = [page.number for page in pages if page.unmapped >= UNMAPPED and _is_garbled(page)]
    if unmapped:
        warnings.append(
            f"the text layer of {_listed(unmapped)} {of_total} has no Unicode mapping: its words"
            " cannot be found. Replace it with"
            f" `{REPLACE_TEXT} -l LANGUAGE IN.pdf OUT.pdf`"
        )
    lost = [page.number for page in pages if page.lost >= LOST]
    if lost:
        warnings.append(
            f"text on {_listed(lost)} {of_total} could not be read, because its font is neither in"
            " the file nor installed"
        )
    n_ocr = sum(page.is_ocr for page in pages)
    if n_ocr:
        warnings.append(f"the text of {n_ocr:,} {of_total} pages is an OCR layer")
    return warnings


def _is_garbled(page: PdfPage) -> bool:
    """Return whether a text is none: many words of signs alone, or letters of many scripts."""
    words = " ".join(line.text for line in page.lines).split()
    n_signs = sum(not any(map(str.isalnum, word)) for word in words)
    # Latin letters fill eight blocks of 128, other alphabets one or two each.
    letters = filter(str.isalpha, "".join(words))
    blocks = {ord(letter) >> 7 for letter in letters if letter < "\u2e80"}
    return 4 * n_signs > len(words) or len(blocks) > 8


def _attachments(names: Sequence[str]) -> list[str]:
    """Return the warning that names attached files, if there are any."""
    if not names:
        return []
    count = "1 attachment is" if len(names) == 1 else f"{len(names):,} attachments are"
    return [f"{count} not read: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}"]


def _listed(numbers: Sequence[int]) -> str:
    return f"{'pages' if len(numbers) > 1 else 'page'} {_ranges(numbers)}"


def _ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers as ranges: 3, 5–9, 12."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in ranges[:20]]
    return ", ".join(shown) + (" …" if len(ranges) > 20 else "")
