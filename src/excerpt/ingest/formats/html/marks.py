"""Inline elements of a web page → note references, page numbers, glosses and controls.

They interrupt a sentence, which continues after them. Classes and roles name some of them; others
are recognised by their text (7, [12], *), by the target of their link and by the text before them.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final, Literal, NamedTuple

from excerpt.ingest.formats.html.block import OpenHtmlBlock
from excerpt.ingest.formats.html.raised_numbers import RaisedNumbers
from excerpt.ingest.formats.html.roles import (
    BLOCK_ELEMENTS,
    SKIPPED_ELEMENTS,
    is_hidden,
    joined_names,
    names_and_parts,
    names_of,
    split_names,
)
from excerpt.ingest.formats.html.targets import texts_at_targets
from excerpt.ingest.formats.html.tree import Element, Node, Text, descendants
from excerpt.memory import memoized
from excerpt.model import BlockKind

__all__ = [
    "MAX_CONTROL_LENGTH",
    "MAX_PAGE_NUMBER_LENGTH",
    "PAGE_ID",
    "PAGE_NAMES",
    "FoundMark",
    "InlineRole",
    "MarkFinder",
    "anchor_of",
    "find_page_of_block",
    "inline_role",
    "page_label",
    "short_text",
]

MAX_REFERENCE_LENGTH: Final = 14
"""Characters of a note reference."""
MAX_PAGE_NUMBER_LENGTH: Final = 30
"""Characters of a page number with the words around it."""
MAX_CONTROL_LENGTH: Final = 200
"""Characters of a button or a label, and of a gloss."""
_MAX_NODES: Final = 60
"""Elements and strings in an inline element that is too complex for a mark."""

InlineRole = Literal["page", "reference", "number", "note", "boilerplate", ""]

_NUMBER = r"(?:\d{1,5}[a-z]?|[ivxlcdm]{1,9})"
_PAGE_WORD = (
    r"(?:pages?|pag|pgs?|pp?|seiten?|s|página|pagina|pág|fol|folio|f|blatt|bl|стр|с|str|sid|side)"
    r"\b\.?"
)
_PAGE_NUMBER = re.compile(
    rf"[\W_]*(?:{_PAGE_WORD}\s*)?([a-z]?[-.]?{_NUMBER})(?:\s*(?:of|/|von|de)\s*\d+)?[\W_]*",
    re.IGNORECASE,
)
"""A page number as a class announces it: [Pg 12], 12, A-3."""
_BRACKETED_PAGE = re.compile(
    rf"\s*(?:[\[{{]\s*{_PAGE_WORD}\s*{_NUMBER}\s*[\]}}]|[<{{|]\s*\d{{1,5}}\s*[>}}|])\s*",
    re.IGNORECASE,
)
"""A page number that needs no class: [p. 12], <25>."""
PAGE_ID = re.compile(
    r"_?(?:page|pag|pg|seite|pagina)[-_.]?(?:no|num)?[-_.]?(\d{1,5}|[ivxlcdm]{1,9})", re.IGNORECASE
)
"""The id of the place where a page begins: Page_12."""
_NUMBERED_ID = re.compile(r"(?:p|s|page|pg|pag)?[-_.]?0*(\d{1,5})", re.IGNORECASE)
_REFERENCE_TEXT = re.compile(
    r"\s*[\[({]?\s*(?:(?:(?:foot|end)?note|fu(?:ß|ss)note|nota|anm|fn|nb|n)\b\.?\s*)?"
    r"(?:\d{1,4}[a-z]?|[*†‡§¶#‖※]{1,4}|[a-z]{1,2}|[ivxl]{1,6}|[⁰¹²³⁴-⁹]{1,4}|[↩↑⇑↵⏎^]\ufe0e?)"
    r"(?:\s*[,;–-]\s*\d{1,4}){0,3}\s*[\])}.]*\s*",
    re.IGNORECASE,
)
_CITED_PAGES = re.compile(r"\s*:\s*\d{1,5}(?:\s*[,;–-]\s*\d{1,5}){0,3}\s*")
"""The pages after a reference: [3]:12."""
_BRACKETED = re.compile(
    r"\s*(?:[\[({].*[\])}]|[*†‡§¶‖※⁰¹²³⁴-⁹↩↑⇑↵⏎]+\ufe0e?|\d{1,3}\))\s*", re.DOTALL
)
"""A reference that cannot be read as a part of the sentence."""
_NOTE_TARGET = re.compile(
    r"_?(?:(?:foot|end|side|cite)[-_]?)?(?:note|nt|fn|ftn|edn|en|n|sdfootnote|sdendnote|r|ref)"
    r"[-_:.]?(?:note|ref|sym|anc|text)?[-_:.]?\d+\w?",
    re.IGNORECASE,
)
_FIRST_NUMBER = re.compile(r"[\[(]?(\d+)")
_NOTES_FILE = re.compile(r"(?:foot|end)?notes?[-_\d]*\.\w+|notes?[-_\d]*", re.IGNORECASE)
"""The name of a file of notes."""
_WORD = re.compile(
    r"\s*(?!p[aá]g|seite|fol|blatt|стр|(?:foot|end)?note|fu(?:ß|ss)note|nota|anm)"
    r"[^\W\d_]{2}[^\W\d_ivxlcdm]",
    re.IGNORECASE,
)
"""The beginning of a text that is none of the above."""
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(?:super|text-top|top)", re.IGNORECASE)
PAGE_NAMES = split_names(
    "pagebreak docpagebreak pagenum pageno pagenumber pagenr pgnum pgno pgnumber pagemark "
    "pagemarker origpage newpage pb page folio"
)
_REFERENCE_NAME = re.compile(
    r"(?:mso|sd)?(?:foot|end|side|margin|rear|e|f)?(?:note|notes|nt|fn|en|ftn)"
    r"(?:s?ref(?:erence)?s?|anc(?:hor)?|sym(?:bol)?|mark(?:er)?|num(?:ber)?|nr|no|link|call|"
    r"back(?:link|ref)?|reflink|toggle)|fnref|reference|docnoteref|docbacklink|refnote"
)
_NUMBER_NAMES = split_names(
    "linenum linenumber lineno linenr lnum ln versenum versenumber verseno versenr vnum vn "
    "chapternum chapternumber chapnum"
)
"""Classes of the numbers of lines and verses."""
_LINK_NAMES = split_names("fn en nt note footnote endnote")
"""Classes of links to notes."""
_REFERENCE_PARTS = frozenset({"noteref", "footnoteref", "fnref", "fnanchor", "reference"})
_INLINE_NOTE_NAMES = split_names(
    "footnote endnote sidenote marginnote marginalia docfootnote docendnote rearnote "
    "footnotetext sidenotetext inlinenote note"
)
_INLINE_NOTE_PARTS = frozenset({"sidenote", "marginnote"})
_BOILERPLATE_NAMES = split_names(
    "mweditsection editsection headerlink headeranchor anchorlink headinganchor permalink "
    "hanchor copybutton mwcitebacklink inlinetemplate templatefact noprint mwjumplink"
)


class FoundMark(NamedTuple):
    """A mark.

    text     as it is shown
    kind     of the mark
    label    of the page that begins at it, or ""
    anchor   id of the element, or of one in it, or ""
    is_note  True if a note begins with it
    target   the anchor in the page to which it leads, or ""
    """

    text: str
    kind: BlockKind
    label: str = ""
    anchor: str = ""
    is_note: bool = False
    target: str = ""


@memoized(2_000_000)
def inline_role(names: str) -> InlineRole:
    """Return the role of an inline element by its class, `epub:type` and `role`."""
    joined = joined_names(names)
    if not joined.isdisjoint(PAGE_NAMES):
        return "page"
    if not joined.isdisjoint(_NUMBER_NAMES):
        return "number"
    if any(_REFERENCE_NAME.fullmatch(name) for name in joined):
        return "reference"
    parts = names_and_parts(names)
    if not parts.isdisjoint(_REFERENCE_PARTS):
        return "reference"
    if not (joined.isdisjoint(_INLINE_NOTE_NAMES) and parts.isdisjoint(_INLINE_NOTE_PARTS)):
        return "note"
    return "" if joined.isdisjoint(_BOILERPLATE_NAMES) else "boilerplate"


def page_label(text: str) -> str:
    """Return the label in the page number `text`, or "" if it is none."""
    if len(text) > MAX_PAGE_NUMBER_LENGTH:
        return ""
    found = _PAGE_NUMBER.fullmatch(text)
    return found.group(1) if found else ""


def page_of(node: Element, text: str) -> str:
    """Return the label of the page that the element `node` marks, which shows `text`."""
    attributes = node.attrs
    keys = ("title", "aria-label", "data-page", "data-page-number", "data-n")
    for value in (*(attributes.get(key, "") for key in keys), text):
        if value and (label := page_label(value)):
            return label
    id_ = anchor_of(node)
    found = PAGE_ID.fullmatch(id_) or _NUMBERED_ID.fullmatch(id_)
    return found.group(1) if found else ""


def anchor_of(node: Element) -> str:
    """Return the id or name of `node`, or that of an element at its beginning, or ""."""
    for _ in range(3):
        if id_ := node.attrs.get("id", "") or (
            node.attrs.get("name", "") if node.name == "a" else ""
        ):
            return id_
        if not node.contents or not isinstance(node.contents[0], Element):
            return ""
        node = node.contents[0]
    return ""


def short_text(node: Element, limit: int) -> str | None:
    """Return the text of `node`, or None if it is longer or is not only a line of text."""
    contents = node.contents
    if len(contents) == 1 and isinstance(contents[0], str):
        text = contents[0]
        return text if len(text) <= limit and isinstance(text, Text) else None
    parts: list[str] = []
    length = n_nodes = 0
    for below in descendants(node.contents, _MAX_NODES):
        n_nodes += 1
        if isinstance(below, Element):
            if below.name in BLOCK_ELEMENTS or below.name == "br" or below.name in SKIPPED_ELEMENTS:
                return None
            if below.attrs and is_hidden(below.attrs):
                return None
        elif isinstance(below, Text):
            parts.append(below)
            length += len(below)
            if length > limit:
                return None
    return None if n_nodes == _MAX_NODES else "".join(parts)


def find_page_of_block(node: Element) -> FoundMark | None:
    """Return the page number that the block element `node` is, or None.

    Without text, it is the beginning of the page that is all of `node`.
    """
    attributes = node.attrs
    names = names_of(attributes)
    if names and inline_role(names) == "page":
        text = short_text(node, MAX_PAGE_NUMBER_LENGTH) or ""
        label = page_of(node, text)
        return FoundMark(text, BlockKind.PAGE, label, anchor_of(node)) if label else None
    if not node.contents and (found := PAGE_ID.fullmatch(attributes.get("id", ""))):
        return FoundMark("", BlockKind.PAGE, found.group(1), found.group())
    return None


class MarkFinder:
    """A finder of marks in one page, whose top-level nodes are given."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes
        self._targets: frozenset[str] | None = None

    @cached_property
    def _texts(self) -> dict[str, str]:
        return texts_at_targets(self._nodes)

    @cached_property
    def _raised(self) -> RaisedNumbers:
        return RaisedNumbers(self._nodes, _is_raised)

    def _is_target(self, name: str) -> bool:
        """Return whether a link within the page leads to the element with this id or name."""
        if not name:
            return False
        if self._targets is None:
            self._targets = frozenset(
                node.attrs["href"].rpartition("#")[2]
                for node in descendants(self._nodes)
                if isinstance(node, Element) and "#" in node.attrs.get("href", "")
            )
        return name in self._targets

    def find(
        self, node: Element, role: InlineRole, block: OpenHtmlBlock, kind: BlockKind
    ) -> FoundMark | None:
        """Return the mark that the inline element `node` with this role is, or None.

        `block` is the block that is being read, of this kind, to which the mark would be added.
        """
        attributes = node.attrs
        if role == "page":
            return self._page(node)
        first = node.contents[0] if node.contents else ""
        if isinstance(first, str) and (
            len(first) > MAX_PAGE_NUMBER_LENGTH or (not role and _WORD.match(first))
        ):
            return None
        if role == "boilerplate":
            text = short_text(node, MAX_CONTROL_LENGTH)
            return FoundMark(text, BlockKind.BOILERPLATE) if text else None
        text = short_text(node, MAX_PAGE_NUMBER_LENGTH)
        if text is None:
            return None
        if not text.strip():
            return self._start_of_page(node)
        if role == "number":
            is_number = len(text) <= MAX_REFERENCE_LENGTH and any(map(str.isdigit, text))
            return FoundMark(text, BlockKind.REFERENCE, "", anchor_of(node)) if is_number else None
        if role == "reference" and _CITED_PAGES.fullmatch(text):
            return FoundMark(text, BlockKind.REFERENCE)
        if len(text) <= MAX_REFERENCE_LENGTH and _REFERENCE_TEXT.fullmatch(text):
            mark = self._numbered(node, text, role, block, kind)
            link = _link_of(node) if mark and mark.kind is BlockKind.REFERENCE else None
            if mark and link and "#" in link[0]:
                return mark._replace(target=link[0].rpartition("#")[2])
            return mark
        if _BRACKETED_PAGE.fullmatch(text) and "#" not in attributes.get("href", ""):
            return FoundMark(text, BlockKind.PAGE, page_of(node, text), anchor_of(node))
        return None if "href" in attributes else self._page_by_id(node, text)

    def _page(self, node: Element) -> FoundMark | None:
        """Return the page number that `node` is by its class."""
        text = short_text(node, MAX_PAGE_NUMBER_LENGTH)
        if text is None:
            return None
        label = page_of(node, text)
        if not label and text.strip() and "page" in node.attrs.get("class", "").split():
            return None
        return FoundMark(text, BlockKind.PAGE, label, anchor_of(node))

    def _start_of_page(self, node: Element) -> FoundMark | None:
        """Return the page that begins at an empty element, by its id: Page_12."""
        found = PAGE_ID.fullmatch(anchor_of(node))
        return FoundMark("", BlockKind.PAGE, found.group(1), found.group()) if found else None

    def _page_by_id(self, node: Element, text: str) -> FoundMark | None:
        """Return the page number that `node` is by its id and text, which agree."""
        found, label = PAGE_ID.fullmatch(anchor_of(node)), page_label(text)
        if found is None or found.group(1) != label:
            return None
        return FoundMark(text, BlockKind.PAGE, label, anchor_of(node))

    def _numbered(
        self, node: Element, text: str, role: InlineRole, block: OpenHtmlBlock, kind: BlockKind
    ) -> FoundMark | None:
        """Return the note reference or the page number that an element with a number is."""
        is_first, is_in_note = block.is_blank(), kind is BlockKind.NOTE
        anchor = anchor_of(node)
        link = _link_of(node)
        if role in {"reference", "note"}:
            return self._reference(text, anchor, is_first=is_first, block=block)
        if link is None:
            if page := self._anchored_page(text, anchor, is_first=is_first):
                return page
            if _is_raised(node) and not text.strip().isalpha():
                return self._raised_mark(node, text, block, is_in_note=is_in_note)
            if node.name == "a" and anchor and _BRACKETED.fullmatch(text):
                return self._reference(text, anchor, is_first=is_first, block=block)
            return None
        href, is_raised = link
        if text.strip().isdecimal() and _is_glued_to_letter(block):
            return self._reference(text, anchor, is_first=is_first, block=block)
        if "#" not in href:
            return None
        file, _, target = href.rpartition("#")
        is_evident = is_raised or _BRACKETED.fullmatch(text) or (is_first and is_in_note)
        if not is_evident and _NOTE_TARGET.fullmatch(target):
            is_evident = _is_glued(block) or (is_first and self._is_target(anchor))
            names = joined_names(names_of(node.attrs))
            is_evident = is_evident or not names.isdisjoint(_LINK_NAMES)
        if not is_evident and _is_glued(block):
            is_evident = _NOTES_FILE.fullmatch(file.rpartition("/")[2]) is not None
        if not is_evident and text.isdecimal() and "".join(block.strings[-2:]).endswith("("):
            found = _FIRST_NUMBER.match(self._texts.get(target, ""))
            is_evident = found is not None and found.group(1) == text
        if is_evident and kind is not BlockKind.HEADING:
            return self._reference(text, anchor, is_first=is_first, block=block)
        return None

    def _raised_mark(
        self, node: Element, text: str, block: OpenHtmlBlock, *, is_in_note: bool
    ) -> FoundMark | None:
        """Return the mark that a raised number without a link is, if it is not a power."""
        is_note = False
        if block.is_blank():
            is_note = self._raised.is_note(node)
            is_mark = is_in_note or is_note
        else:
            is_mark = _follows_word(block) or self._raised.is_after_number(node)
        is_mark = is_mark or self._raised.is_before_word(node)
        return FoundMark(text, BlockKind.REFERENCE, is_note=is_note) if is_mark else None

    def _reference(
        self, text: str, anchor: str, *, is_first: bool, block: OpenHtmlBlock
    ) -> FoundMark:
        names = [anchor] if anchor else []
        if is_first and block.is_fresh:
            names.append(block.anchor)
        is_note = is_first and any(map(self._is_target, names))
        return FoundMark(text, BlockKind.REFERENCE, "", anchor if is_first else "", is_note)

    def _anchored_page(self, text: str, anchor: str, *, is_first: bool) -> FoundMark | None:
        """Return the page number that is the text of an anchor: `<a name="p25">[25]</a>`."""
        label = page_label(text)
        if not anchor or not label:
            return None
        if _BRACKETED_PAGE.fullmatch(text) or PAGE_ID.fullmatch(anchor):
            return FoundMark(text, BlockKind.PAGE, label, anchor)
        numbered = _NUMBERED_ID.fullmatch(anchor)
        if numbered is None or numbered.group(1) != label or (is_first and self._is_target(anchor)):
            return None
        is_certain = _BRACKETED.fullmatch(text) is not None or not is_first
        return FoundMark(text, BlockKind.PAGE, label, anchor) if is_certain else None


def _link_of(node: Element) -> tuple[str, bool] | None:
    """Return the target of the link that `node` is or holds, and whether its text is raised."""
    is_raised = False
    href: str | None = None
    for _ in range(4):
        is_raised = is_raised or _is_raised(node)
        href = node.attrs.get("href", href)
        if len(node.contents) != 1 or not isinstance(node.contents[0], Element):
            break
        node = node.contents[0]
    return None if href is None else (href, is_raised)


def _is_raised(node: Element) -> bool:
    """Return whether the text of `node` is raised."""
    if node.name == "sup":
        return True
    return "style" in node.attrs and _RAISED_STYLE.search(node.attrs["style"]) is not None


def _is_glued_to_letter(block: OpenHtmlBlock) -> bool:
    """Return whether a letter precedes the next string."""
    return "".join(block.strings[-2:])[-1:].isalpha()


def _follows_word(block: OpenHtmlBlock) -> bool:
    """Return whether a raised number may be a note reference after the text so far.

    It may follow a word or the end of a sentence, but not a number or a unit (km²).
    """
    before = "".join(block.strings[-3:])[-4:]
    return len(before) == 4 and (before[-1] in '.,;:!?”’"»)' or before[-3:].isalpha())


def _is_glued(block: OpenHtmlBlock) -> bool:
    """Return whether no white space precedes the next string."""
    before = "".join(block.strings[-2:])
    return bool(before) and not before[-1].isspace()
