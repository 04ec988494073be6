"""OpenDocument texts (ODT, and FODT in a single XML file) → Document.

Notes and comments follow the paragraph that they are in. Headers and footers are boilerplate, each
once. Deleted text, which the file keeps apart, is not read.
"""

from collections.abc import Callable
from typing import Any, Final

from lxml import etree

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.formats.dublin_core import properties_in, read_properties
from excerpt.ingest.formats.office.odt_numbers import OdtNumbers
from excerpt.ingest.formats.office.styles import ParagraphRole, role_of_item
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_builder import BREAK, SPACE, TextBuilder, first_heading
from excerpt.ingest.formats.xml_tree import local_name, parse_xml, text_of
from excerpt.ingest.formats.zip_package import ZIP, ZipPackage
from excerpt.ingest.language import language_code
from excerpt.model import BlockKind, Document, Reason

__all__ = ["read"]

_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_MANIFEST: Final = "META-INF/manifest.xml"
MAX_SPACES: Final = 100
"""Spaces that one element may stand for: hostile files name billions."""
_SKIPPED: Final = frozenset(
    {
        _TEXT + "tracked-changes",
        _TEXT + "note-citation",
        _TEXT + "hidden-text",
        _TEXT + "hidden-paragraph",
        _TEXT + "script",
        _TEXT + "ruby-text",
        _TEXT + "number",
    }
)
_MARGINS: Final = {
    "header": Reason.PAGE_HEADER,
    "header-left": Reason.PAGE_HEADER,
    "header-first": Reason.PAGE_HEADER,
    "footer": Reason.PAGE_FOOTER,
    "footer-left": Reason.PAGE_FOOTER,
    "footer-first": Reason.PAGE_FOOTER,
}
_CONTENTS: Final = frozenset({"table-of-content", "illustration-index", "table-index"})
_QUOTE_STYLES: Final = frozenset({"Quotations", "Quote", "Block_20_Text"})
_CAPTION_STYLES: Final = frozenset({"Caption"})


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is encrypted, damaged or no text.
    """
    content, styles, meta = _parts(source.data)
    walk = _OdtWalk(content, styles)
    document = walk.read()
    pairs = properties_in(meta)
    ignored = {"date"}  # that of the last change; `creator` is who made it
    if any(name == "initial-creator" and value for name, value in pairs):
        ignored.add("creator")
    properties = read_properties(pair for pair in pairs if pair[0] not in ignored)
    return document._replace(
        title=properties.pop("title", "") or first_heading(document),
        language=language_code(properties.pop("language", "")),
        metadata=tuple(properties.items()),
        encoding="UTF-8",
        warnings=tuple(walk.warnings()),
    )


def _parts(data: bytes) -> tuple[Any, Any, Any]:
    """Return the root elements of the content and the styles, and the element of the properties."""
    if not data.startswith(ZIP):
        root = parse_xml(data).root
        return root, root, root.find("{*}meta")
    package = ZipPackage(data)
    if b"encryption-data" in (package.read(_MANIFEST) or b""):
        raise Unreadable("it is encrypted", Instruction("Save it without a password."))
    content, styles, meta = map(package.read, ("content.xml", "styles.xml", "meta.xml"))
    if content is None:
        raise Unreadable(
            "there is no text in it", Instruction("Open it in a word processor and save it again.")
        )
    properties = parse_xml(meta, "meta.xml").root.find("{*}meta") if meta else None
    return (
        parse_xml(content, "content.xml").root,
        parse_xml(styles, "styles.xml").root if styles else None,
        properties,
    )


class _OdtWalk:
    """A walk through the content and the styles with these root elements."""

    def __init__(self, content: Any, styles: Any) -> None:
        self._content = content
        self._styles = styles
        self._text = TextBuilder(collapses=True)
        self._parents = _read_styles([content, styles])
        self._numbers = OdtNumbers([content, styles])
        self._number = ""
        """The number of the item that begins."""
        self._fixed: list[tuple[Any, ParagraphRole]] = []
        """The elements in which all paragraphs have one role, with that role."""
        self._insertions: list[Any] = []
        self._n_open = [0]
        """Open paragraphs outside of insertions, and in each open insertion."""
        self._n_lists = self._n_cells = self._n_objects = 0
        self._mark = ""
        """The mark of the note that begins."""
        self._enter: dict[str, Callable[[Any], None]] = {
            "p": self._enter_paragraph,
            "h": self._enter_paragraph,
            "s": self._enter_spaces,
            "tab": lambda _: self._text.add(SPACE),
            "line-break": lambda _: self._text.add(BREAK),
            "note": self._enter_note,
            "annotation": lambda element: self._insert(element, ParagraphRole(BlockKind.NOTE)),
            "title": lambda element: self._insert(element, ParagraphRole(BlockKind.CAPTION)),
            "desc": lambda element: self._insert(element, ParagraphRole(BlockKind.CAPTION)),
            "bookmark": self._enter_bookmark,
            "bookmark-start": self._enter_bookmark,
            "object": self._enter_object,
        }

    def read(self) -> Document:
        """Return the text of the document."""
        body = self._content.find("{*}body/{*}text")
        if body is None:
            raise Unreadable("it is not a text", Instruction("Save it as an ODT file."))
        self._add_margins(Reason.PAGE_HEADER)
        self._walk(body)
        self._add_margins(Reason.PAGE_FOOTER)
        return self._text.build("odt")

    def warnings(self) -> list[str]:
        """Return a sentence on what was not read."""
        n = self._n_objects
        return [f"not read: embedded objects, such as formulas ({n:,})"] if n else []

    def _add_margins(self, reason: Reason) -> None:
        """Add the headers or footers, each text once."""
        seen: set[str] = set()
        for page in self._styles.iterfind(".//{*}master-page") if self._styles is not None else ():
            for element in page:
                words = text_of(element)
                if _MARGINS.get(local_name(element)) is reason and words not in seen:
                    seen.add(words)
                    self._fixed.append((element, ParagraphRole(BlockKind.BOILERPLATE, reason)))
                    self._walk(element)

    def _walk(self, root: Any) -> None:
        """Add the text in `root`."""
        walker = etree.iterwalk(root, events=("start", "end"))
        skipped: Any = None
        for event, element in walker:
            if event == "start":
                name = local_name(element)
                if element.tag in _SKIPPED or self._is_about_annotation(element):
                    walker.skip_subtree()
                    skipped = element
                    continue
                self._start(element, name)
                if element.text and self._n_open[-1]:
                    self._text.add(element.text)
                continue
            if element is not skipped:
                self._end(element, local_name(element))
            elif element.tag == _TEXT + "ruby-text" and element.text:
                self._text.add_mark(element.text, BlockKind.GLOSS)
            if element.tail and self._n_open[-1] and element is not root:
                self._text.add(element.tail)

    def _is_about_annotation(self, element: Any) -> bool:
        """Return whether an element names the author or the date of a comment."""
        around = element.getparent()
        is_other = not element.tag.startswith("{urn:oasis:names:tc:opendocument")
        return is_other and around is not None and local_name(around) == "annotation"

    def _start(self, element: Any, name: str) -> None:
        if name in self._enter:
            self._enter[name](element)
        elif name == "list":
            self._n_lists += 1
            self._numbers.begin_list(element)
        elif name == "list-item":
            self._number = self._numbers.number_of_item(element)
        elif name == "table-row":
            self._text.begin_row()
        elif name in {"table-cell", "covered-table-cell"}:
            self._text.begin_cell()
            self._n_cells += 1
        elif name in _CONTENTS:
            self._fixed.append((element, ParagraphRole(BlockKind.BOILERPLATE, Reason.NAVIGATION)))

    def _end(self, element: Any, name: str) -> None:
        if self._insertions and self._insertions[-1] is element:
            self._insertions.pop()
            self._n_open.pop()
            self._text.end_insertion()
        elif name in {"p", "h"}:
            self._n_open[-1] -= 1
            self._text.end()
        elif name == "list":
            self._n_lists -= 1
            self._numbers.end_list()
        elif name in {"table-cell", "covered-table-cell"}:
            self._n_cells -= 1
        if self._fixed and self._fixed[-1][0] is element:
            self._fixed.pop()

    def _enter_paragraph(self, element: Any) -> None:
        """Open a paragraph; one within another, in a frame, is inserted after it."""
        if self._n_open[-1]:
            self._begin_insertion(element)
        self._n_open[-1] += 1
        self._text.open(*self._role_of(element))
        if self._mark:
            self._text.add_mark(self._mark, BlockKind.REFERENCE)
            self._text.add(" ")
            self._mark = ""
        number, self._number = self._number, ""
        if not number and local_name(element) == "h" and not self._fixed:
            number = self._numbers.number_of_heading(element, _outline_level(element))
        if number:
            self._text.add_number(number)

    def _begin_insertion(self, element: Any) -> None:
        self._insertions.append(element)
        self._n_open.append(0)
        self._text.begin_insertion()

    def _role_of(self, element: Any) -> ParagraphRole:
        """Return the kind and level of a paragraph or heading."""
        if self._fixed:
            return self._fixed[-1][1]
        if local_name(element) == "h":
            return ParagraphRole(BlockKind.HEADING, min(_outline_level(element), 6))
        if self._n_cells:
            return ParagraphRole(BlockKind.CELL)
        if self._n_lists:
            return role_of_item(self._n_lists - 1)
        return self._role_of_style(element.get(_TEXT + "style-name") or "")

    def _role_of_style(self, style: str) -> ParagraphRole:
        """Return the role of the paragraphs of a style."""
        seen: set[str] = set()
        while style and style not in seen:
            seen.add(style)
            if style == "Title":
                return ParagraphRole(BlockKind.HEADING, 1)
            if style in _QUOTE_STYLES:
                return ParagraphRole(BlockKind.QUOTE)
            if style in _CAPTION_STYLES:
                return ParagraphRole(BlockKind.CAPTION)
            style = self._parents.get(style, "")
        return ParagraphRole()

    def _enter_spaces(self, element: Any) -> None:
        count = element.get(_TEXT + "c") or "1"
        self._text.add(SPACE * (min(int(count[:6]), MAX_SPACES) if count.isdecimal() else 1))

    def _enter_note(self, element: Any) -> None:
        """Insert a note, with its mark in both places."""
        mark = text_of(element.find(_TEXT + "note-citation"))
        if mark:
            self._text.add_mark(mark, BlockKind.REFERENCE)
        self._insert(element, ParagraphRole(BlockKind.NOTE))
        self._mark = mark

    def _insert(self, element: Any, role: ParagraphRole) -> None:
        """Begin an insertion; all paragraphs in it have this role."""
        if self._fixed:
            role = self._fixed[-1][1]
        self._fixed.append((element, role))
        self._begin_insertion(element)
        if local_name(element) in {"title", "desc"}:
            self._n_open[-1] += 1
            self._text.open(*role)

    def _enter_bookmark(self, element: Any) -> None:
        name = element.get(_TEXT + "name") or ""
        if name and not name.startswith("_"):
            self._text.set_anchor(name)

    def _enter_object(self, _: Any) -> None:
        self._n_objects += 1


def _outline_level(element: Any) -> int:
    """Return the level of a heading, from 1."""
    level = element.get(_TEXT + "outline-level") or "1"
    return max(int(level[:2]), 1) if level.isdecimal() else 1


def _read_styles(roots: list[Any]) -> dict[str, str]:
    """Return the style that each style of paragraphs is based on."""
    return {
        element.get(_STYLE + "name") or "": element.get(_STYLE + "parent-style-name") or ""
        for root in roots
        if root is not None
        for element in root.iter(_STYLE + "style")
        if element.get(_STYLE + "family") == "paragraph"
    }
