"""Recognised text in hOCR → Document.

hOCR is a web page whose classes name the pages, paragraphs, lines and words. Read as any other web
page, the lines of a paragraph would run together, and each word would be an anchor.
"""

import re
from collections.abc import Iterator
from typing import Final

from excerpt.ingest.decode import Hints, decode
from excerpt.ingest.formats.html.charset import declared_charset, text_bytes
from excerpt.ingest.formats.html.reader import MAX_BYTES
from excerpt.ingest.formats.html.tree import Element, Text, descendants, joined_text, parse
from excerpt.ingest.formats.ocr.layout import (
    LayoutText,
    PageFacts,
    join_words,
    printed_number,
    role_of,
)
from excerpt.ingest.formats.source import Source
from excerpt.ingest.language import language_code
from excerpt.model import BlockKind, Document

__all__ = ["add_pages", "read"]

_LINES: Final = frozenset({"ocr_line", "ocrx_line", "ocr_caption", "ocr_header", "ocr_textfloat"})
"""Classes of lines; Tesseract gives the last three to the lines of captions, headers and floats."""
_NAMES: Final = """
par blockquote title chapter section subsection subsubsection header footer pageno footnote abstract
author caption table
"""
_REGIONS: Final = frozenset(f"ocr_{name}" for name in _NAMES.split())
_HEADINGS: Final = {
    "ocr_title": 1,
    "ocr_chapter": 1,
    "ocr_section": 2,
    "ocr_subsection": 3,
    "ocr_subsubsection": 4,
}
_SKIPPED: Final = frozenset({"head", "script", "style", "title"})
_PAGE = re.compile(r"\b(lpageno|ppageno)\s+[\"']?([^\s;\"']{1,20})")
_IMAGE = re.compile(r"\bimage\s+[\"']?([^\"';]{1,500})")
_FILE_NAME = re.compile(r"\S{1,200}\.\w{2,4}")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not text, or the parser fails.
    """
    text = LayoutText()
    return text.build("hocr", add_pages(source, text))


def add_pages(source: Source, text: LayoutText) -> PageFacts:
    """Add the pages in `source` to the text.

    Raises:
        Unreadable: if it is not text, or the parser fails.
    """
    hints = Hints(declared_charset(source.data), extract=text_bytes)
    decoded = decode(source.data[:MAX_BYTES], hints=hints)
    n_bytes = len(source.data)
    cut = f"truncated: only the first {MAX_BYTES >> 20} MiB of {n_bytes:,} bytes were read"
    declaration = _XML_DECLARATION.match(decoded.text)
    root = Element("page", {})
    root.contents = parse(decoded.text[declaration.end() if declaration else 0 :])
    walk = _HocrWalk(root, text)
    walk.read()
    warnings = (*decoded.warnings, *((cut,) if n_bytes > MAX_BYTES else ()))
    language = language_code(walk.language)
    return PageFacts(language, decoded.encoding, warnings, walk.image, _title_of(root))


def _classes(element: Element) -> frozenset[str]:
    return frozenset(element.attrs.get("class", "").split())


def _text(element: Element) -> str:
    return " ".join(joined_text(element).split())


def _title_of(root: Element) -> str:
    for node in descendants(root.contents, 50):
        if isinstance(node, Element) and node.name == "title":
            title = _text(node)
            return "" if _FILE_NAME.fullmatch(title) else title
    return ""


class _HocrWalk:
    """A walk through the elements in `root`, which adds their text to `layout`."""

    def __init__(self, root: Element, layout: LayoutText) -> None:
        self._root = root
        self._layout = layout
        self._loose: list[str] = []
        """Lines outside of regions."""
        self._pages = [
            node
            for node in descendants(root.contents)
            if isinstance(node, Element) and "ocr_page" in _classes(node)
        ]
        self.language = ""
        """The language that a page, paragraph or word declares."""

    def read(self) -> None:
        """Add the text of all pages."""
        stack = [iter(self._root.contents)]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
            elif isinstance(node, Text):
                self._loose.append(node)
            elif isinstance(node, Element) and node.name not in _SKIPPED:
                classes = _classes(node)
                if "ocr_page" in classes:
                    self._end_loose()
                    self._layout.begin_page(self._label_of(node))
                if classes & _LINES and node.name == "span":
                    self._loose.append(_line(node))
                elif classes & _REGIONS:
                    self._end_loose()
                    self._add_region(node, classes)
                else:
                    if node.name in {"div", "p"}:
                        self._end_loose()
                    stack.append(iter(node.contents))
        self._end_loose()

    @property
    def image(self) -> str:
        """The name of the image of a single page, "" if it is unknown."""
        if len(self._pages) != 1:
            return ""
        image = _IMAGE.search(self._pages[0].attrs.get("title", ""))
        return image[1] if image else ""

    def _end_loose(self) -> None:
        """Add the lines that are outside of regions."""
        if any(line.strip() for line in self._loose):
            self._layout.add_region(self._loose, BlockKind.PARAGRAPH, 0, "")
        self._loose = []

    def _label_of(self, page: Element) -> str:
        """Return the label of a page: the printed one, or the number of its picture."""
        numbers: dict[str, str] = dict(_PAGE.findall(page.attrs.get("title", "")))
        self._note_language(page)
        if "lpageno" in numbers:
            return numbers["lpageno"]
        for node in descendants(page.contents):
            if isinstance(node, Element) and "ocr_pageno" in _classes(node):
                return printed_number(_text(node))
        physical = numbers.get("ppageno", "")
        return str(int(physical) + 1) if len(self._pages) > 1 and physical.isdecimal() else ""

    def _add_region(self, region: Element, classes: frozenset[str]) -> None:
        """Add a region with its lines; the kinds of these may decide what it is."""
        self._note_language(region)
        lines = list(self._lines_of(region))
        kinds = {kind for _, kind in lines}
        kind, level = BlockKind.PARAGRAPH, 0
        named = [name for name in classes if name in _REGIONS]
        if named and named[0] in _HEADINGS:
            kind, level = BlockKind.HEADING, _HEADINGS[named[0]]
        elif named and named[0] != "ocr_par":
            name = named[0].removeprefix("ocr_")
            kind, level = role_of("page-number" if name == "pageno" else name)
        elif kinds == {"ocr_header"}:
            kind, level = BlockKind.HEADING, 2
        elif kinds == {"ocr_caption"}:
            kind = BlockKind.CAPTION
        texts = [text for text, _ in lines] or [_text(region)]
        self._layout.add_region(texts, kind, level, region.attrs.get("id", ""))

    def _lines_of(self, region: Element) -> Iterator[tuple[str, str]]:
        """Yield the text and the class of each line in a region."""
        for node in descendants(region.contents):
            if not isinstance(node, Element):
                continue
            found = _classes(node) & _LINES
            if found:
                self._note_language(node)
                yield _line(node), next(iter(found))

    def _note_language(self, element: Element) -> None:
        self.language = self.language or element.attrs.get("lang", "")


def _line(line: Element) -> str:
    """Return the text of a line; a word may consist of elements for its characters."""
    words: list[str] = []
    for node in descendants(line.contents):
        if isinstance(node, Element) and _classes(node) & {"ocrx_word", "ocr_word"}:
            text = _text(node)
            has_characters = any(
                isinstance(child, Element) and "ocrx_cinfo" in _classes(child)
                for child in descendants(node.contents, 100)
            )
            words.append(text.replace(" ", "") if has_characters else text)
    return join_words(list(filter(None, words))) if words else _text(line)
