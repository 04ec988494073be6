"""Rich text (RTF) → Document.

A group inherits the properties of the one around it and ends with them; a stack holds them, so that
depth costs memory only. Notes follow the paragraph that refers to them. Headers and footers are
boilerplate, each once. Pictures, instructions of fields and unknown destinations are skipped.
"""

import re
from collections.abc import Callable
from typing import Final

from excerpt.ingest.formats.dublin_core import read_properties
from excerpt.ingest.formats.office.rtf_characters import CharacterBuffer
from excerpt.ingest.formats.office.rtf_definitions import Definitions
from excerpt.ingest.formats.office.rtf_groups import (
    COLLECTED,
    DEFINITIONS,
    ENDS,
    FOOTERS,
    HEADERS,
    INSERTED,
    OPTIONAL,
    SKIPPED,
    GroupState,
)
from excerpt.ingest.formats.office.rtf_tables import CHARACTERS
from excerpt.ingest.formats.office.styles import ParagraphRole, role_of_item, role_of_level
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_builder import TextBuilder, first_heading
from excerpt.model import BlockKind, Document, Reason

__all__ = ["read"]

_TOKEN = re.compile(
    r"\\(?:(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})?\d*+ ?"
    r"|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>[^A-Za-z]))"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]++)|[\r\n]++",
    re.DOTALL,
)
_CONTROLS = re.compile(r"[\0-\x08\x0c-\x1f]")
_CELL_ENDS: Final = frozenset({"cell", "nestcell"})
_PROPERTIES: Final = {"title": "title", "author": "creator", "subject": "subject"}
MAX_INSERTIONS: Final = 8
"""Notes within notes."""
MAX_PROPERTY_LENGTH: Final = 2_000
"""Characters of a property."""


def read(source: Source) -> Document:
    """Return the document in `source`."""
    reader = _RtfReader(source.data.decode("latin-1"))
    document = reader.read()
    properties = reader.properties()
    return document._replace(
        title=properties.pop("title", "") or first_heading(document),
        metadata=tuple(properties.items()),
        encoding=reader.encoding,
        warnings=tuple(reader.warnings),
    )


class _RtfReader:
    """A reader of one document, given as a string of its bytes."""

    def __init__(self, data: str) -> None:
        self.warnings: list[str] = []
        self._data = data
        self._position = 0
        self._definitions = Definitions()
        self._text = TextBuilder(collapses=False)
        self._state = GroupState()
        self._stack: list[GroupState] = []
        self._endings: dict[int, Callable[[], None]] = {}
        """The functions that end a group, by its depth."""
        self._characters = CharacterBuffer()
        self._is_optional = self._is_open = self._is_after_number = False
        self._collected = self._label = ""
        self._properties: dict[str, str] = {}
        self._margins: dict[Reason, dict[str, Document]] = {}
        self._n_notes = self._n_insertions = 0
        self._n_hidden = 0

    def read(self) -> Document:
        """Return the text of the document."""
        data, match = self._data, _TOKEN.match
        is_whole = "{\\rtf" in data[:100]  # or else a part of a document
        while token := match(data, self._position):
            self._position = token.end()
            kind = token.lastgroup
            if kind == "text":
                self._add_bytes(token.group())
            elif kind == "hex":
                self._add_bytes(chr(int(token["hex"], 16)))
            elif kind == "brace":
                self._brace(token.group())
                if is_whole and not self._stack:
                    break
            elif kind == "sign":
                self._sign(token["sign"])
            elif kind is not None:
                number = token["number"]
                self._word(token["word"], int(number) if number else None)
        if self._stack:
            self.warnings.append("truncated: its end is missing")
            while self._stack:
                self._brace("}")
        self._flush()
        if self._n_hidden:
            self.warnings.append(f"hidden text was not read: {self._n_hidden:,} characters")
        return self._with_margins(self._text.build("rtf"))

    def _with_margins(self, body: Document) -> Document:
        """Return the document with its headers before the text, and its footers after it."""
        if not self._margins:
            return body
        text = TextBuilder(collapses=False)
        headers, footers = (
            self._margins.get(reason, {}).values()
            for reason in (Reason.PAGE_HEADER, Reason.PAGE_FOOTER)
        )
        for document in (*headers, body, *footers):
            text.append(document)
        return text.build("rtf")

    @property
    def encoding(self) -> str:
        """The encoding of fonts without one of their own."""
        return self._definitions.codec.replace("cp125", "windows-125")

    def properties(self) -> dict[str, str]:
        """Return title, author, subject and date, as in an office document."""
        return read_properties(self._properties.items())

    def _brace(self, brace: str) -> None:
        self._flush()
        self._characters.n_to_skip = 0
        self._is_optional = False
        if brace == "{":
            self._stack.append(self._state)
            return
        if ending := self._endings.pop(len(self._stack), None):
            ending()
        if self._state.target in DEFINITIONS:
            self._end_definition()
        self._state = self._stack.pop() if self._stack else self._state

    def _sign(self, sign: str) -> None:
        if self._characters.skips():
            return
        self._flush()
        if sign == "*":
            self._is_optional = True
        elif sign in CHARACTERS:
            self._add(CHARACTERS[sign])
        elif sign in "\r\n":
            self._end_paragraph()

    def _add_bytes(self, characters: str) -> None:
        characters = self._characters.without_fallback(characters)
        if characters and self._state.target != "skip":
            if self._characters.has_units:
                self._flush()
            self._characters.add_bytes(characters)

    def _flush(self) -> None:
        """Add the characters that are not yet added."""
        if text := self._characters.take(self._state.codec, self._definitions, self._state.font):
            self._add(text)

    def _add(self, text: str) -> None:
        """Add text to the target of the group."""
        state = self._state
        if state.target in COLLECTED or state.target in DEFINITIONS:
            self._collected = (self._collected + _CONTROLS.sub("", text))[:MAX_PROPERTY_LENGTH]
        if state.target:
            return
        if state.is_hidden:
            self._n_hidden += len(text)
            return
        text = _CONTROLS.sub("", text)
        if not self._is_open and not text.strip():
            return
        self._begin()
        if self._is_after_number:
            text, self._is_after_number = " " + text.lstrip(), False
        self._text.add(text.upper() if state.is_upper else text)

    def _begin(self) -> None:
        """Open a paragraph unless one is open."""
        if not self._is_open:
            self._text.open(*self._role())
            self._is_open = True
            if any(map(str.isalnum, self._label)):
                self._text.add(f"{self._label} ")
            self._label = ""

    def _role(self) -> ParagraphRole:
        """Return the role of a paragraph with the present properties."""
        state = self._state
        if state.role:
            return state.role
        if 0 <= state.level < 9:
            return role_of_level(state.level)
        role = self._definitions.role_of(state.style)
        if role.kind is BlockKind.HEADING:
            return role
        if state.is_cell:
            return ParagraphRole(BlockKind.CELL)
        if (state.item >= 0 or self._label) and role.kind is BlockKind.PARAGRAPH:
            return role_of_item(max(state.item, 0))
        return role

    def _end_paragraph(self) -> None:
        self._flush()
        if not self._state.target:
            self._text.end()
            self._is_open = self._is_after_number = False

    def _word(self, word: str, number: int | None) -> None:
        """Do what a control word demands."""
        if word == "bin":
            self._flush()
            self._position += max(0, number or 0)
            return
        if self._characters.skips():
            return
        is_optional, self._is_optional = self._is_optional, False
        if self._state.target == "skip":
            return
        if word == "u":
            if self._characters.has_bytes:
                self._flush()
            self._characters.add_unit(number or 0, self._state.n_fallback)
            return
        self._flush()
        if word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in ENDS:
            self._flush()
            if word in _CELL_ENDS and self._is_open and self._state.role is None:
                self._text.turn_into_cell()
            self._end_paragraph()
            if word in _CELL_ENDS:
                self._text.begin_cell()
        elif word in SKIPPED or (is_optional and word not in OPTIONAL):
            self._state = self._state._replace(target="skip")
        elif self._state.target in DEFINITIONS:
            self._define(word, number or 0)
        elif self._state.target == "creatim":
            self._date(word, number or 0)
        elif not self._enter(word):
            self._format(word, number)

    def _enter(self, word: str) -> bool:
        """Begin a group that is read in its own way; return whether `word` begins one."""
        if word in {"info", "creatim"} or word in DEFINITIONS or word in COLLECTED:
            self._state = self._state._replace(target=word)
            self._collected = ""
            if word in COLLECTED:
                self._endings[len(self._stack)] = self._end_property
        elif word in INSERTED:
            self._insert(INSERTED[word])
        elif word in HEADERS:
            self._begin_margin(Reason.PAGE_HEADER)
        elif word in FOOTERS:
            self._begin_margin(Reason.PAGE_FOOTER)
        elif word == "chftn":
            self._add_note_mark()
        else:
            return False
        return True

    def _may_end(self) -> bool:
        """Return whether something may be done at the end of the group: it begins only one."""
        return bool(self._stack) and len(self._stack) not in self._endings

    def _insert(self, kind: BlockKind) -> None:
        """Let the group be inserted after the paragraph that it is in."""
        role = ParagraphRole(kind) if kind is BlockKind.NOTE else None
        self._state = self._state._replace(role=role or self._state.role, style=0, level=-1)
        if not self._may_end() or self._n_insertions >= MAX_INSERTIONS:
            return
        was_open, self._is_open = self._is_open, False
        self._text.begin_insertion()
        self._n_insertions += 1

        def end() -> None:
            self._text.end_insertion()
            self._n_insertions -= 1
            self._is_open = was_open

        self._endings[len(self._stack)] = end

    def _begin_margin(self, reason: Reason) -> None:
        """Let the group be read as a header or footer, unless there is one with the same text."""
        if not self._may_end():
            return
        outer, was_open = self._text, self._is_open
        self._text, self._is_open = TextBuilder(collapses=False), False
        role = ParagraphRole(BlockKind.BOILERPLATE, reason)
        self._state = self._state._replace(role=role)

        def end() -> None:
            document = self._text.build("rtf")
            if document.text:
                self._margins.setdefault(reason, {}).setdefault(document.text, document)
            self._text, self._is_open = outer, was_open

        self._endings[len(self._stack)] = end

    def _add_note_mark(self) -> None:
        """Add the number of a note: in the text, or at the beginning of the note."""
        if self._state.target:
            return
        is_in_note = self._state.role is not None
        if not is_in_note:
            self._n_notes += 1
        self._begin()
        self._text.add_mark(str(self._n_notes), BlockKind.REFERENCE)
        self._is_after_number = is_in_note

    def _end_property(self) -> None:
        name, value = self._state.target, " ".join(self._collected.split())
        self._collected = ""
        if name in {"pntext", "listtext"}:
            self._label = value
        if name == "bkmkstart":
            if value and not value.startswith("_"):
                self._text.set_anchor(value)
        elif value and name in _PROPERTIES:
            self._properties.setdefault(_PROPERTIES[name], value)

    def _define(self, word: str, number: int) -> None:
        """Read a control word about a font or a style."""
        if self._state.target == "stylesheet":
            self._definitions.define_style(word, number)
            return
        if word == "f":
            self._end_definition()
        self._definitions.define_font(word, number)

    def _end_definition(self) -> None:
        """End the definition of a font or style with its name."""
        name, self._collected = self._collected.strip(" ;"), ""
        if name and self._state.target == "fonttbl":
            self._definitions.end_font(name)
        elif name:
            self._definitions.end_style(name)

    def _date(self, word: str, number: int) -> None:
        """Read the year, month or day on which the document was made."""
        day = self._properties.get("created", "")
        if word in {"yr", "mo", "dy"} and 0 < number < 10_000 and len(day) < 10:
            self._properties["created"] = f"{day}-{number:02}" if day else f"{number:04}"

    def _format(self, word: str, number: int | None) -> None:
        """Read a control word about characters or paragraphs."""
        state, value = self._state, 1 if number is None else number
        match word:
            case "f":
                codec = self._definitions.codec_of(value)
                self._state = state._replace(font=value, codec=codec)
            case "plain":
                font = self._definitions.default_font
                codec = self._definitions.codec_of(font)
                self._state = state._replace(
                    font=font, codec=codec, is_hidden=False, is_upper=False
                )
            case "pard":
                self._state = state._replace(style=0, level=-1, is_cell=False, item=-1)
            case "s":
                self._state = state._replace(style=value)
            case "outlinelevel":
                self._state = state._replace(level=value)
            case "trowd" if not self._is_open:
                self._text.begin_row()
                self._text.begin_cell()
            case "intbl":
                self._state = state._replace(is_cell=True)
            case "ls":
                self._state = state._replace(item=max(state.item, 0) if value else -1)
            case "ilvl":
                self._state = state._replace(item=max(value, 0))
            case "v" | "deleted":
                self._state = state._replace(is_hidden=bool(value))
            case "caps":
                self._state = state._replace(is_upper=bool(value))
            case "uc":
                self._state = state._replace(n_fallback=min(max(value, 0), 100))
            case "deff":
                self._definitions.default_font = value
            case _:
                if self._definitions.set_codec(word, value):
                    self._state = state._replace(codec=self._definitions.codec)
