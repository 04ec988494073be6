"""Word documents (DOCX) → Document.

A document is a package of parts that refer to each other by relationships. Its headings are known
by the outline level of their styles, or by the names of these, which are the same in all languages.
Notes and comments follow the paragraph that refers to them. Headers and footers are boilerplate,
each once. Inserted text is read, deleted text is not.
"""

from collections.abc import Callable
from typing import Any, Final

from lxml import etree

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.formats.dublin_core import properties_in, read_properties
from excerpt.ingest.formats.html import reader as html
from excerpt.ingest.formats.mail import reader as mail
from excerpt.ingest.formats.office import rtf
from excerpt.ingest.formats.office.docx_drawings import (
    CHART,
    DIAGRAM,
    A,
    description_of,
    texts_of_part,
)
from excerpt.ingest.formats.office.docx_numbers import Numbering
from excerpt.ingest.formats.office.docx_parts import OfficeParts
from excerpt.ingest.formats.office.docx_styles import FALSE, VALUE, Styles, W
from excerpt.ingest.formats.office.docx_symbols import has_symbols, symbol, with_symbols
from excerpt.ingest.formats.office.styles import ParagraphRole
from excerpt.ingest.formats.pages.labels import roman
from excerpt.ingest.formats.plain import plain_text
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_builder import BREAK, TextBuilder, first_heading
from excerpt.ingest.formats.xml_tree import local_name
from excerpt.ingest.formats.zip_package import OLE, ZipPackage
from excerpt.ingest.language import language_code
from excerpt.model import BlockKind, Document, Reason

__all__ = ["read"]

_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"
_NAMES: Final = """
p t tab ptab br cr noBreakHyphen softHyphen sym tr tc del moveFrom vanish rStyle ruby rt
footnoteReference endnoteReference commentReference bookmarkStart altChunk fldChar ddList subDoc
"""
_BRANCHES: Final = frozenset({_MC + "Choice", _MC + "Fallback"})
_WALKED: Final = [
    *(W + name for name in _NAMES.split()),
    *_BRANCHES,
    _MATH_TEXT,
    _DRAWING + "docPr",
    CHART + "chart",
    DIAGRAM + "relIds",
    A + "p",
    _VML + "textpath",
]
"""The elements that matter; the parser passes over all others."""
_P, _R, _T, _TC = (W + name for name in ("p", "r", "t", "tc"))
_RT, _RUBY = W + "rt", W + "ruby"
_CHARACTERS: Final = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": BREAK,
    W + "cr": BREAK,
    W + "noBreakHyphen": "\u2011",
    W + "softHyphen": "\u00ad",
}
_TEXTS: Final = frozenset({_T, _MATH_TEXT})
_DELETED: Final = frozenset({W + "del", W + "moveFrom"})
_JOINED: Final = [f"{W}pPr/{W}rPr/{W}{name}" for name in ("del", "moveFrom")]
"""Paths from a paragraph to what says that its end was deleted."""
_CHUNK_READERS: Final[dict[str, Callable[[Source], Document]]] = {
    **dict.fromkeys(("htm", "html", "xhtml", "xht"), html.read),
    **dict.fromkeys(("mht", "mhtml"), mail.read_page),
    "rtf": rtf.read,
    "txt": plain_text.read,
}
"""The readers of inserted files, by suffix."""
_OTHER_PARTS: Final = {
    "subDocument": "subdocuments",
    "oleObject": "embedded objects",
    "package": "embedded files",
}
"""Parts with text that is not read, by the type of the relationship to them."""


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is encrypted, damaged or no Word document.
    """
    if source.data.startswith(OLE):
        raise Unreadable("it is encrypted", Instruction("Save it without a password."))
    word = _WordReader(OfficeParts(ZipPackage(source.data)))
    document = word.read()
    properties = read_properties(properties_in(word.parts.part_of("", "core-properties")))
    return document._replace(
        title=properties.pop("title", "") or first_heading(document),
        language=language_code(properties.pop("language", "")),
        metadata=tuple(properties.items()),
        encoding=word.encoding,
        warnings=(*word.parts.warnings, *word.warnings),
    )


class _WordReader:
    """A reader of one document."""

    def __init__(self, parts: OfficeParts) -> None:
        self.parts = parts
        self.warnings: list[str] = []
        self.encoding = "UTF-8"
        self.text = TextBuilder(collapses=False)
        names = parts.names_of("", "officeDocument")
        self._part = names[0] if names else "word/document.xml"
        self._styles = Styles(parts.part_of(self._part, "styles"))
        self._numbering = Numbering(parts.part_of(self._part, "numbering"))
        self._set_apart: ParagraphRole | None = None
        """The role of all paragraphs of a header, footer or note."""
        self._notes: dict[str, dict[str, Any]] = {}
        self._numbers: dict[str, int] = {}
        self._n_hidden = 0
        self._unread: set[str] = set()

    def read(self) -> Document:
        """Return the text of the document."""
        root = self.parts.tree(self._part)
        if root is None or local_name(root) != "document":
            raise Unreadable(
                "there is no Word document in it",
                Instruction("Open it in a word processor and save it again."),
            )
        for type_ in ("footnote", "endnote", "comment"):
            notes = self.parts.part_of(self._part, f"{type_}s")
            self._notes[type_] = _read_notes(notes, type_)
        self._add_margins("header", Reason.PAGE_HEADER)
        self._walk(root)
        self._add_other_notes()
        self._add_margins("footer", Reason.PAGE_FOOTER)
        for type_, what in _OTHER_PARTS.items():
            if self.parts.names_of(self._part, type_):
                self._unread.add(what)
        if self._n_hidden:
            self.warnings.append(f"hidden text was not read: {self._n_hidden:,} characters")
        if self._unread:
            self.warnings.append(f"not read: {', '.join(sorted(self._unread))}")
        return self.text.build("docx")

    def _add_margins(self, type_: str, reason: Reason) -> None:
        """Add the headers or footers, each text once."""
        seen: set[str] = set()
        for name in dict.fromkeys(self.parts.names_of(self._part, type_)):
            root = self.parts.tree(name)
            if root is None:
                continue
            words = " ".join("".join(root.itertext(W + "t")).split())
            if words in seen:
                continue
            seen.add(words)
            part, self._part = self._part, name
            self._set_apart = ParagraphRole(BlockKind.BOILERPLATE, reason)
            self._walk(root)
            self._set_apart, self._part = None, part

    def _add_other_notes(self) -> None:
        """Add the notes and comments to which nothing refers."""
        for type_, notes in self._notes.items():
            for id_ in list(notes):
                self._add_note(type_, id_, "")

    def _add_note(self, type_: str, id_: str, number: str) -> None:
        """Insert a note, with its number."""
        note = self._notes[type_].pop(id_, None)
        if note is None:
            return
        outer, self._set_apart = self._set_apart, ParagraphRole(BlockKind.NOTE)
        self.text.begin_insertion()
        self._walk(note, number)
        self.text.end_insertion()
        self._set_apart = outer

    def _walk(self, root: Any, number: str = "") -> None:
        """Add the text in `root`; `number` is the mark at the beginning of a note."""
        walker = etree.iterwalk(root, events=("start", "end"), tag=_WALKED)
        state = _WalkState(number)
        for event, element in walker:
            tag = element.tag
            if event == "end":
                self._leave(element, tag, state)
            elif tag in _TEXTS:
                self._add_text(element, state)
            elif tag == _P:
                self._enter_paragraph(element, state)
            elif tag in _CHARACTERS:
                # A tab is also a property of a paragraph.
                if element.getparent().tag == _R and not state.is_in_code:
                    self.text.add(_CHARACTERS[tag])
            elif tag in _BRANCHES:
                if element.getprevious() is not None:
                    walker.skip_subtree()
            elif tag in _DELETED:
                walker.skip_subtree()
            else:
                self._enter_other(element, tag.rpartition("}")[2], state)

    def _leave(self, element: Any, tag: str, state: "_WalkState") -> None:
        """End an element."""
        if tag == _P:
            state.n_paragraphs -= 1
            state.fields = [False] * len(state.fields)  # the end of a code may be missing
            if state.n_paragraphs:
                self.text.end_insertion()
            elif any(element.find(path) is not None for path in _JOINED):
                state.is_joined = self.text.has_text
            else:
                self.text.end()
        elif tag == _TC:
            state.n_cells -= 1
        elif tag == _RT:
            state.is_gloss = False
        elif tag == _RUBY:
            # The gloss comes first in the file, but is shown after the word.
            self.text.add_mark(state.gloss, BlockKind.GLOSS)
            state.gloss = ""

    def _enter_paragraph(self, element: Any, state: "_WalkState") -> None:
        """Open a paragraph; one within another, in a text box, is inserted after it."""
        if state.n_paragraphs:
            self.text.begin_insertion()
        state.n_paragraphs += 1
        state.hides = self._styles.hides(element)
        if state.is_joined and state.n_paragraphs == 1:
            state.is_joined = False
        else:
            self.text.open(*(self._set_apart or self._role_of(element, state)))
        state.label = "" if self._set_apart else self._label_of(element)
        if state.number:
            self.text.add_mark(state.number, BlockKind.REFERENCE)

    def _label_of(self, paragraph: Any) -> str:
        """Return the number that Word shows before a paragraph of a list, "" if there is none."""
        id_, level, style = self._styles.list_of(paragraph)
        if not id_:
            return ""
        if level < 0:
            level = self._numbering.level_of_style(id_, style)
        return self._numbering.count(id_, level)

    def _role_of(self, paragraph: Any, state: "_WalkState") -> ParagraphRole:
        """Return the role of a paragraph of the text."""
        role = self._styles.role_of(paragraph)
        is_cell = state.n_cells and role.kind is not BlockKind.HEADING
        return ParagraphRole(BlockKind.CELL) if is_cell else role

    def _add_text(self, element: Any, state: "_WalkState") -> None:
        """Add the text of a run, unless it is hidden."""
        string = element.text or ""
        run = element.getparent()
        if state.hides or (state.hidden_run is not None and run is state.hidden_run):
            self._n_hidden += len(string)
            return
        if state.is_in_code:  # the result of a field within the code of another
            return
        if has_symbols(string):
            string = with_symbols(string, self._styles.font_of(run))
        if state.number:
            string, state.number = " " + string.lstrip(), ""
        if state.label and string.strip():
            self.text.add_number(state.label)
            state.label = ""
        if state.is_gloss:
            state.gloss += string
        else:
            self.text.add(string)

    def _enter_other(self, element: Any, name: str, state: "_WalkState") -> None:
        """Do what an element other than a text or a paragraph demands."""
        match name:
            case "tr":
                self.text.begin_row()
            case "tc":
                self.text.begin_cell()
                state.n_cells += 1
            case "rt":
                state.is_gloss = True
            case "vanish" | "rStyle":
                self._hide(element, name, state)
            case "sym":
                self.text.add(symbol(element.get(W + "char") or "", element.get(W + "font") or ""))
            case "bookmarkStart":
                anchor = element.get(W + "name") or ""
                if anchor and not anchor.startswith("_"):
                    self.text.set_anchor(anchor)
            case "footnoteReference" | "endnoteReference" | "commentReference":
                self._refer(element, name.removesuffix("Reference"))
            case "docPr":
                self._add_inserted(BlockKind.CAPTION, description_of(element))
            case "chart" | "relIds":
                for kind, text in texts_of_part(element, self.parts, self._part):
                    self._add_inserted(kind, text)
            case "p":
                self._add_inserted(BlockKind.CAPTION, "".join(element.itertext(A + "t")))
            case "textpath":
                self._add_inserted(BlockKind.CAPTION, element.get("string") or "")
            case "fldChar":
                state.enter_field(element.get(W + "fldCharType") or "")
            case "ddList":
                self.text.add(_selected(element))
            case "altChunk":
                self._add_chunk(element)

    def _hide(self, element: Any, name: str, state: "_WalkState") -> None:
        """Let the run end that has the property `element` if it is hidden by it."""
        run = element.getparent().getparent()
        if run is None or run.tag != _R:
            return
        value = element.get(VALUE) or ""
        is_hidden = value in self._styles.hidden if name == "rStyle" else value not in FALSE
        if is_hidden:
            state.hidden_run = run

    def _refer(self, element: Any, type_: str) -> None:
        """Add the reference to a note or comment, and the note after the paragraph."""
        id_ = element.get(W + "id") or ""
        if id_ not in self._notes[type_]:
            return
        number = ""
        if type_ != "comment" and element.get(W + "customMarkFollows") in {None, *FALSE}:
            self._numbers[type_] = n = self._numbers.get(type_, 0) + 1
            number = roman(n) if type_ == "endnote" else str(n)
            self.text.add_mark(number, BlockKind.REFERENCE)
        self._add_note(type_, id_, number)

    def _add_inserted(self, kind: BlockKind, text: str) -> None:
        """Add a text in a drawing after the paragraph."""
        if text.strip():
            self.text.begin_insertion()
            self.text.open(*(self._set_apart or ParagraphRole(kind)))
            self.text.add(text)
            self.text.end_insertion()

    def _add_chunk(self, element: Any) -> None:
        """Add an inserted file, if it is a web page or plain text."""
        _, name = self.parts.relations(self._part).get(
            element.get(_RELATION + "id") or "", ("", "")
        )
        data = self.parts.bytes_of(name) if name else None
        suffix = name.rpartition(".")[2].lower()
        reader = _CHUNK_READERS.get(suffix)
        if data is None or reader is None or self.text.is_in_insertion:
            self._unread.add(f"the inserted file {name}" if name else "an inserted file")
            return
        document = reader(Source(suffix, data))
        self.text.append(document)
        self.warnings += document.warnings


class _WalkState:
    """The state of a walk through a part.

    number        the mark that the next paragraph begins with
    label         the number in a list that the open paragraph begins with
    n_paragraphs  paragraphs that are open
    n_cells       table cells that are open
    is_gloss      True in a gloss
    gloss         the gloss of the word that is being read
    hidden_run    the last run that is hidden
    hides         True in a paragraph whose style hides it
    is_joined     True if the end of the last paragraph was deleted
    fields        for each field around, True in its code, False in its result
    """

    def __init__(self, number: str) -> None:
        self.number = number
        self.label = ""
        self.n_paragraphs = 0
        self.n_cells = 0
        self.is_gloss = False
        self.gloss = ""
        self.hidden_run: Any = None
        self.hides = self.is_joined = False
        self.fields: list[bool] = []

    @property
    def is_in_code(self) -> bool:
        """True in the code of a field, which is not shown."""
        return True in self.fields

    def enter_field(self, part: str) -> None:
        """Begin the code or the result of a field, or end it."""
        if part == "begin":
            self.fields.append(True)
        elif self.fields and part == "separate":
            self.fields[-1] = False
        elif self.fields and part == "end":
            self.fields.pop()


def _selected(choices: Any) -> str:
    """Return the chosen entry of a drop-down field, which is nowhere else in the file."""
    entries = [entry.get(VALUE) or "" for entry in choices.iter(W + "listEntry")]
    chosen = choices.find(W + "result")
    chosen = choices.find(W + "default") if chosen is None else chosen
    number = "0" if chosen is None else chosen.get(VALUE) or "0"
    return entries[int(number)] if number.isdecimal() and int(number) < len(entries) else ""


def _read_notes(root: Any, type_: str) -> dict[str, Any]:
    """Return the notes in a part by id, without the lines that separate them from the text."""
    return {
        element.get(W + "id") or "": element
        for element in (root.iter(W + type_) if root is not None else ())
        if element.get(W + "type") in {None, "normal"}
    }
