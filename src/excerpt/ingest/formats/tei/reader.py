"""Documents of the Text Encoding Initiative (TEI P4 and P5) → Document.

The text is read as it is in the source: of several readings, the original one. Notes follow the
paragraph that they are in. Page breaks give the pages, ids the anchors, and the header the
metadata.
"""

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from lxml import etree

from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.tei.capitals import restore_names
from excerpt.ingest.formats.tei.header import read_header, read_language
from excerpt.ingest.formats.tei.names import (
    ANCHORED,
    APART,
    BLOCKS,
    CONTAINERS,
    DIVISIONS,
    INLINE,
    JOINING_GLYPHS,
    PREFERRED,
    SKIPPED,
    UNITS,
)
from excerpt.ingest.formats.text_builder import BREAK, TextBuilder, first_heading
from excerpt.ingest.formats.xml_tree import attribute, parse_xml, text_of
from excerpt.model import BlockKind, Document

__all__ = ["read"]

_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
MAX_MARK_LENGTH: Final = 8
"""Characters of the mark of a note."""
MAX_DELETION_LENGTH: Final = 300
"""Characters of a deletion that is set apart; a longer one is read as text."""
MAX_ELEMENTS: Final = 20
"""Elements of a deletion, likewise."""
_VERSES: Final = frozenset({"l", "line"})
_LISTS: Final = frozenset({"list", "castList", "listBibl"})
_CAPTIONED: Final = frozenset({"figure", "table"})
_IN_TABLES: Final = frozenset({"item", "castItem", "cell"})
_PARTS: Final = frozenset({"text", "front", "body", "back", "group"})
_QUOTED: Final = frozenset({"p", "l", "lg", "list", "table", "div", "ab", "sp"})
"""An element that contains one of these is more than a part of a sentence."""
_IN_WORD: Final = frozenset({"hyphenInWord", "inWord", "inword"})
_PAGE_NUMBERS: Final = frozenset({"pagenum", "pagenumber", "page", "pn", "folnum"})
_OTHER_READINGS: Final = {
    "choice": "corrected, modern or expanded forms",
    "app": "other readings of the apparatus",
}
_MIN_SPACED: Final = 3
"""Milestones next to white space, at least, if those without it are within words."""
_PAUSES: Final = frozenset(".,;:!?…)]}»”’\u201c")
"""Signs after which a word begins. “ closes quotations in German."""
_HYPHENS: Final = frozenset("-\u2010\u00ac\u2e17\u00ad=")
_FACSIMILE = re.compile(r"[^/#]+?(?=(?:\.(?:jpe?g|png|tiff?|gif|jp2))?$)", re.IGNORECASE)
_QUOTE, _NOTE, _CAPTION = BlockKind.QUOTE, BlockKind.NOTE, BlockKind.CAPTION
_HEADING, _PARAGRAPH, _ITEM = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not well-formed.
    """
    tree = parse_xml(source.data)
    restore_names(tree.root)
    header = next(tree.root.iter("{*}teiHeader"), None)
    walk = _TeiWalk(tree.root)
    document = walk.read()
    properties = read_header(header)
    return document._replace(
        title=properties.pop("title", "") or first_heading(document),
        language=read_language(tree.root, header),
        metadata=tuple(properties.items()),
        encoding=tree.encoding,
        warnings=(*tree.warnings, *walk.warnings()),
    )


class _TeiWalk:
    """A walk through the document with this root element."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._text = TextBuilder(collapses=True)
        self._names: dict[str, str] = {}
        self._kinds: list[tuple[Any, BlockKind]] = []
        """The elements in which all blocks have one kind, with that kind."""
        self._insertions: list[tuple[Any, Any]] = []
        """The notes and captions that interrupt a block, each with the verse around it."""
        self._divisions: list[list[int]] = [[0]]
        """The number of headings of each open division, the document included."""
        self._n_lists = 0
        self._skipped: set[Any] = set()
        self._dropped: set[Any] = set()
        self._unread: Counter[str] = Counter()
        self._is_joined = False
        """True after the end of a line within a word."""
        self._is_apart = False
        """True where the next word is another one, with or without white space."""
        self._mark = ""
        """The mark of the note that begins, until its first words."""
        self._are_words_divided: dict[str, bool] = {}
        self._verse: Any = None
        """The parent of the lines of verse that are being read."""
        self._edition: str | None = None
        self._enter: dict[str, Callable[[Any], bool]] = {
            "pb": self._enter_page,
            "lb": self._enter_line,
            "milestone": self._enter_milestone,
            "cb": self._enter_milestone,
            "gb": self._enter_milestone,
            "l": self._enter_verse,
            "line": self._enter_verse,
            "note": self._enter_note,
            "fw": self._enter_frame,
            "del": self._enter_deletion,
            "gap": self._enter_gap,
            "g": self._enter_glyph,
            "ref": self._enter_reference,
            "w": self._enter_word,
            "space": self._enter_space,
            "head": self._enter_heading,
            "include": self._enter_inclusion,
        }
        notes = (element.get(_ID) or element.get("id") for element in root.iter("{*}note"))
        self._notes = frozenset(f"#{id_}" for id_ in notes if id_)

    def read(self) -> Document:
        """Return the text of the document."""
        has_text = next(self._root.iter("{*}text"), None) is not None
        walker = etree.iterwalk(self._root, events=("start", "end"))
        for event, element in walker:
            name = self._name_of(element)
            if event == "start":
                is_source = name == "sourceDoc" and has_text
                if name in SKIPPED or is_source or not self._start(element, name):
                    walker.skip_subtree()
                    self._skipped.add(element)
                elif element.text and name not in PREFERRED:
                    self._add(element.text)
                continue
            if element in self._skipped:
                self._skipped.discard(element)
            else:
                self._end(element, name)
            parent = element.getparent()
            if element.tail and parent is not None and self._name_of(parent) not in PREFERRED:
                self._add(element.tail)
        return self._text.build("tei")

    def _name_of(self, element: Any) -> str:
        tag = element.tag
        name = self._names.get(tag)
        if name is None:
            name = tag if isinstance(tag, str) else ""
            name = self._names[tag] = name[name.find("}") + 1 :]
        return name

    def _add(self, text: str) -> None:
        if self._is_joined:
            text = text.lstrip()
            self._is_joined = not text
        if not text:
            return
        if self._mark and not text.isspace():
            self._text.add_mark(self._mark, BlockKind.REFERENCE)
            self._text.add(" ")
            self._mark = ""
        if self._is_apart:
            self._is_apart = False
            if _begins_word(text) and _may_end_word(self._text.last_character):
                self._text.add(" ")
        self._text.add(text)

    def _default(self) -> tuple[BlockKind, int]:
        """Return the kind and level of a block that nothing else decides."""
        kind = self._kinds[-1][1] if self._kinds else _PARAGRAPH
        return kind, self._n_lists if kind is _ITEM else 0

    def _open(self, kind: BlockKind | None = None, level: int = 0) -> None:
        """Open a block; in a note or the like, it is of the kind of the note."""
        self._verse = None
        self._is_joined = self._is_apart = False
        if kind is None or self._kinds:
            self._text.open(*self._default())
        else:
            self._text.open(kind, level)

    def _is_block(self, element: Any, name: str) -> bool:
        """Return whether an element is a block of its own where it stands."""
        if name not in INLINE:
            return name in BLOCKS
        around = element.getparent()
        if name == "quote" and around is not None and self._name_of(around) == "cit":
            around = around.getparent()
        if around is not None and self._name_of(around) in CONTAINERS:
            return True
        return name == "quote" and any(self._name_of(child) in _QUOTED for child in element)

    def _start(self, element: Any, name: str) -> bool:
        """Begin an element; return whether its contents are to be read."""
        if element in self._dropped:
            self._dropped.discard(element)
            return False
        if (
            name in ANCHORED
            and element is not self._root
            and (id_ := element.get(_ID) or element.get("id"))
        ):
            self._text.set_anchor(id_)
        self._is_apart = self._is_apart or name in APART
        if name in self._enter:
            return self._enter[name](element)
        if name in UNITS and self._follows_unit(element):
            self._add(" ")
        if name in PREFERRED:
            self._choose(element, name)
        elif name == "figure" and self._text.has_text:
            self._insert(element, _CAPTION)
        elif name == "figDesc" or (name in _IN_TABLES and not self._is_in_note()):
            if name == "cell":
                self._text.begin_cell()
            self._kinds.append((element, BLOCKS[name]))
            self._open()
        elif self._is_block(element, name):
            if name == "quote":
                self._kinds.append((element, self._kinds[-1][1] if self._kinds else _QUOTE))
            self._open(BLOCKS[name])
        elif name in CONTAINERS:
            self._open()
            if name == "row":
                self._text.begin_row()
            self._n_lists += name in _LISTS
            if name in DIVISIONS:
                self._divisions.append([0])
        return True

    def _follows_unit(self, element: Any) -> bool:
        """Return whether nothing stands between an element and another one like it."""
        before = element.getprevious()
        return before is not None and not before.tail and self._name_of(before) in UNITS

    def _is_in_note(self) -> bool:
        return any(kind is _NOTE for _, kind in self._kinds)

    def _end(self, element: Any, name: str) -> None:
        """End an element whose contents were read."""
        is_block = name in CONTAINERS or self._is_block(element, name)
        if self._kinds and self._kinds[-1][0] is element:
            self._kinds.pop()
            is_block = True
        if self._insertions and self._insertions[-1][0] is element:
            self._text.end_insertion()
            self._mark = ""
            self._verse = self._insertions.pop()[1]
            self._is_apart = name in APART
            return
        if name in DIVISIONS:
            self._divisions.pop()
        self._n_lists -= name in _LISTS
        if (is_block and name not in self._enter) or name == "head":
            self._open()
        elif name in _VERSES:
            self._text.add(BREAK)
        self._is_apart = self._is_apart or name in APART

    def _insert(self, element: Any, kind: BlockKind) -> None:
        """Begin an insertion; all blocks in it have this kind."""
        self._insertions.append((element, self._verse))
        self._kinds.append((element, kind))
        self._text.begin_insertion()
        self._open()

    def _choose(self, element: Any, name: str) -> None:
        """Drop all readings except the one in the source."""
        children = [child for child in element if isinstance(child.tag, str)]
        if not PREFERRED[name] or not children:
            return
        named = {self._name_of(child): child for child in reversed(children)}
        wanted = next((named[each] for each in PREFERRED[name] if each in named), children[0])
        others = [child for child in children if child is not wanted]
        self._dropped.update(others)
        if others:
            self._unread[_OTHER_READINGS[name]] += len(others)

    def _enter_page(self, element: Any) -> bool:
        """Begin a page; of several editions, the first counts."""
        edition = attribute(element, "ed")
        if self._edition is None:
            self._edition = edition
        if edition == self._edition:
            self._text.set_page(_label_of(element))
        self._divide_words(element, "pb")
        return False

    def _enter_milestone(self, element: Any) -> bool:
        if attribute(element, "unit") == "page" and attribute(element, "n"):
            self._text.set_page(_label_of(element))
        self._divide_words(element, self._name_of(element))
        return False

    def _divide_words(self, element: Any, name: str) -> None:
        """End the word before a milestone with this name, unless it continues after it.

        It does if the milestone says so. If most milestones stand next to white space, it also does
        at those that do not.
        """
        if attribute(element, "break") == "no":
            self._join()
        elif not self._is_joined:
            if name not in self._are_words_divided:
                self._are_words_divided[name] = not _is_mostly_spaced(self._root, name)
            if self._text.last_character in _HYPHENS:
                self._text.add(BREAK)
            elif self._are_words_divided[name]:
                self._is_apart = True

    def _enter_line(self, element: Any) -> bool:
        """Begin a line, unless a word continues in it."""
        is_in_word = attribute(element, "type") in _IN_WORD
        if attribute(element, "break") == "no" or is_in_word:
            self._join()
        elif not self._is_joined:
            self._text.add(BREAK)
        return False

    def _join(self) -> None:
        """Let a word continue after the end of a line."""
        self._is_apart = False
        if self._text.trim() in _HYPHENS:
            self._text.add(BREAK)
        else:
            self._is_joined = True

    def _enter_verse(self, element: Any) -> bool:
        """Begin a line of verse: in a new block, or in a new line of that of the line before."""
        parent = element.getparent()
        if self._verse is parent:
            self._text.add(BREAK)
        else:
            self._open(_PARAGRAPH)
            self._verse = parent
        return True

    def _enter_note(self, element: Any) -> bool:
        """Insert a note, with its mark in both places."""
        mark = attribute(element, "n")
        mark = mark if len(mark) <= MAX_MARK_LENGTH else ""
        if mark and self._text.has_text:
            self._text.add_mark(mark, BlockKind.REFERENCE)
        self._insert(element, _NOTE)
        self._mark = mark
        return True

    def _enter_frame(self, element: Any) -> bool:
        """Add a header, footer or catchword of a page."""
        text = text_of(element)
        if text:
            is_number = attribute(element, "type").lower() in _PAGE_NUMBERS
            self._text.add_mark(text, BlockKind.PAGE if is_number else BlockKind.BOILERPLATE)
        return False

    def _enter_deletion(self, element: Any) -> bool:
        """Set a deletion within a sentence apart."""
        below = list(islice(element.iter(), MAX_ELEMENTS))
        names = set(map(self._name_of, below))
        if len(below) == MAX_ELEMENTS or not names.isdisjoint(_QUOTED):
            return True
        text = text_of(element)
        if len(text) > MAX_DELETION_LENGTH:
            return True
        if text:
            self._text.add_mark(text, BlockKind.MARKUP)
        return False

    def _enter_gap(self, _: Any) -> bool:
        self._add("…" if self._text.last_character == "[" else "[…]")
        return False

    def _enter_space(self, _: Any) -> bool:
        self._add(" ")
        return False

    def _enter_glyph(self, element: Any) -> bool:
        """Read a character, or let the word continue at a hyphen at the end of a line."""
        is_joining = attribute(element, "ref") in JOINING_GLYPHS
        if is_joining:
            self._join()
        return not is_joining

    def _enter_reference(self, element: Any) -> bool:
        """Add the reference to a note as a mark."""
        if attribute(element, "target") not in self._notes:
            return True
        text = text_of(element)
        if not text or len(text) > MAX_MARK_LENGTH:
            return True
        self._text.add_mark(text, BlockKind.REFERENCE)
        return False

    def _enter_word(self, element: Any) -> bool:
        """Separate a word from the one before it if only their elements do."""
        before = element.getprevious()
        is_part = element.get("part") or element.get("join") or element.get("prev")
        if before is None or before.tail or is_part:
            return True
        name = self._name_of(before)
        if name == "w" or (name == "pc" and self._text.last_character in _PAUSES):
            self._add(" ")
        return True

    def _enter_heading(self, element: Any) -> bool:
        """Open a heading; its level is the depth of its division."""
        around = self._name_of(element.getparent())
        if around in _CAPTIONED:
            self._kinds.append((element, _CAPTION))
            self._open()
        elif around in _LISTS:
            self._open(_PARAGRAPH)
        else:
            counts = self._divisions
            n_before = counts[-1][0] if around in DIVISIONS or around in _PARTS else 1
            above = 1 if len(counts) > 1 and counts[0][0] else 0
            depth = max(len(counts) - 1, 1) + above
            self._open(_HEADING, min(depth + n_before, 6))
            if around in DIVISIONS or around in _PARTS:
                counts[-1][0] += 1
        return True

    def _enter_inclusion(self, _: Any) -> bool:
        self._unread["inclusions of other files"] += 1
        return False

    def warnings(self) -> list[str]:
        """Return a sentence on what was not read."""
        facts = [f"{what} ({n:,})" for what, n in self._unread.items()]
        return [f"not read: {', '.join(facts)}"] if facts else []


def _begins_word(text: str) -> bool:
    """Return whether `text` begins with a word; an `s` alone is an ending."""
    return text[0].isalnum() and not (text[0] == "s" and not text[1:2].isalnum())


def _may_end_word(character: str) -> bool:
    return character.isalnum() or character in _PAUSES


def _is_mostly_spaced(root: Any, name: str) -> bool:
    """Return whether most milestones with this name within texts stand next to white space."""
    n_spaced = n_others = 0
    for element in root.iter(f"{{*}}{name}"):
        before = element.getprevious()
        text = (element.getparent().text if before is None else before.tail) or ""
        tail = element.tail or ""
        if text.strip() and tail.strip():
            is_spaced = text[-1].isspace() or tail[0].isspace()
            n_spaced += is_spaced
            n_others += not is_spaced
    return n_spaced >= max(_MIN_SPACED, n_others)


def _label_of(element: Any) -> str:
    """Return the label of the page that begins at `element`, or the name of its picture."""
    label = attribute(element, "n").strip("[]() ")
    if label:
        return label
    facsimile = _FACSIMILE.search(attribute(element, "facs"))
    name = facsimile.group() if facsimile else ""
    return name if any(map(str.isdigit, name)) else ""
