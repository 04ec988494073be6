"""A PDF file → its outline, metadata and pages, through PDFium.

This module, `page`, `characters` and `objects` are the only ones that call PDFium. It
must not run in two threads, and a hostile file may crash it, so it is used in guarded processes
only (see `guarded`).
"""

import ctypes
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from excerpt.ingest.formats.pdf.objects import MAX_NODES, clean, string_of
from excerpt.ingest.formats.pdf.page import PdfPage, read_page

__all__ = ["DAMAGED", "ENCRYPTED", "UNKNOWN_ENCRYPTION", "Bookmark", "Pdf", "PdfError"]

DAMAGED: Final = 3
ENCRYPTED: Final = 4
UNKNOWN_ENCRYPTION: Final = 5
"""Error codes of `PdfError`, those of PDFium."""
_CODECS: Final = ("utf-8", "latin-1")
_MAX_DEPTH: Final = 40
"""Depth of the outline."""
_TEXT_FIELDS: Final = frozenset({4, 5, 6})
"""Types of form fields with a text as their value: combo box, list box, text field."""
_TEXT_TYPES: Final = frozenset({"Tx", "Ch"})
"""The same types as a field declares them."""


class PdfError(Exception):
    """A document that cannot be opened; its argument is PDFium's error code."""


class Bookmark(NamedTuple):
    """An entry of the outline: its title, its depth from 1, and the index of its page or -1."""

    title: str
    depth: int
    page: int


class Pdf:
    """An open document; the passwords are tried if it is encrypted."""

    def __init__(self, data: bytes, passwords: Sequence[str] = ()) -> None:
        pdfium.FPDF_InitLibrary()
        self._data = data  # PDFium reads it as long as the document is open
        # Older files have passwords in the encoding of the system that made them.
        tried = [None, *(word.encode(codec, "ignore") for word in passwords for codec in _CODECS)]
        for password in dict.fromkeys(tried):
            self._document = pdfium.FPDF_LoadMemDocument64(data, len(data), password)
            if self._document:
                break
            error = pdfium.FPDF_GetLastError()
            if error != ENCRYPTED:
                raise PdfError(error)
        else:
            raise PdfError(ENCRYPTED)
        self._form_info = pdfium.FPDF_FORMFILLINFO(version=2)
        self._form = pdfium.FPDFDOC_InitFormFillEnvironment(self._document, self._form_info)
        self.n_pages: int = pdfium.FPDF_GetPageCount(self._document)

    def close(self) -> None:
        """Close the document."""
        if self._form:
            pdfium.FPDFDOC_ExitFormFillEnvironment(self._form)
        pdfium.FPDF_CloseDocument(self._document)

    def metadata(self, name: str) -> str:
        """Return a value of the information dictionary, such as that of "Title"."""
        return clean(string_of(pdfium.FPDF_GetMetaText, self._document, name.encode()))

    @property
    def language(self) -> str:
        """The language that the document declares."""
        return clean(string_of(pdfium.FPDFCatalog_GetLanguage, self._document))

    @property
    def attachments(self) -> list[str]:
        """The names of the attached files."""
        count = min(pdfium.FPDFDoc_GetAttachmentCount(self._document), MAX_NODES)
        opened = (pdfium.FPDFDoc_GetAttachment(self._document, number) for number in range(count))
        return [clean(string_of(pdfium.FPDFAttachment_GetName, each)) for each in opened]

    def bookmarks(self) -> list[Bookmark]:
        """Return the entries of the outline."""
        found: list[Bookmark] = []
        seen: set[int] = set()
        pending = [(pdfium.FPDFBookmark_GetFirstChild(self._document, None), 1)]
        while pending and len(found) < MAX_NODES:
            bookmark, depth = pending.pop()
            address = ctypes.cast(bookmark, ctypes.c_void_p).value if bookmark else None
            if address is None or address in seen or depth > _MAX_DEPTH:
                continue
            seen.add(address)
            title = clean(string_of(pdfium.FPDFBookmark_GetTitle, bookmark))
            found.append(Bookmark(title, depth, self._page_of(bookmark)))
            pending.append((pdfium.FPDFBookmark_GetNextSibling(self._document, bookmark), depth))
            pending.append((pdfium.FPDFBookmark_GetFirstChild(self._document, bookmark), depth + 1))
        return found

    def _page_of(self, bookmark: Any) -> int:
        target = pdfium.FPDFBookmark_GetDest(self._document, bookmark)
        if not target and (action := pdfium.FPDFBookmark_GetAction(bookmark)):
            target = pdfium.FPDFAction_GetDest(self._document, action)
        return int(pdfium.FPDFDest_GetDestPageIndex(self._document, target)) if target else -1

    def read_page(self, index: int) -> PdfPage | None:
        """Return the page with an index from 0, None if it cannot be loaded."""
        page = pdfium.FPDF_LoadPage(self._document, index)
        if not page:
            return None
        try:
            found = read_page(page, index + 1)
            if found is not None:
                found.label = clean(string_of(pdfium.FPDF_GetPageLabel, self._document, index))
                self._read_annotations(page, found)
            return found
        finally:
            pdfium.FPDF_ClosePage(page)

    def _read_annotations(self, page: Any, found: PdfPage) -> None:
        """Add the texts of annotations and the values of form fields."""
        for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), MAX_NODES)):
            annotation = pdfium.FPDFPage_GetAnnot(page, number)
            if not annotation:
                continue
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            if kind == pdfium.FPDF_ANNOT_WIDGET:
                found.values.append(clean(self._value_of(annotation)))
            elif kind not in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP):
                text = string_of(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents")
                found.notes.append(clean(text))
            pdfium.FPDFPage_CloseAnnot(annotation)

    def _value_of(self, field: Any) -> str:
        """Return the text in a field of a form, "" if it has none."""
        kind = pdfium.FPDFAnnot_GetFormFieldType(self._form, field)
        if kind in _TEXT_FIELDS:
            return string_of(pdfium.FPDFAnnot_GetFormFieldValue, self._form, field)
        # A page that was taken out of a form has fields, but the file has no form.
        if kind < 0 and string_of(pdfium.FPDFAnnot_GetStringValue, field, b"FT") in _TEXT_TYPES:
            return string_of(pdfium.FPDFAnnot_GetStringValue, field, b"V")
        return ""
