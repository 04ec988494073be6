"""Names of elements, classes, ids and roles → their meaning for the text in an element.

Only names are judged here; `html.py` walks the page and asks for them.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

from excerpt.memory import memoized
from excerpt.model import BlockKind

__all__ = [
    "BLOCK_ELEMENTS",
    "CONTROL_ELEMENTS",
    "HEADING_LEVELS",
    "HIDDEN_ELEMENTS",
    "KINDS",
    "LAYOUT_ELEMENTS",
    "LONGEST_MARK",
    "META_ELEMENTS",
    "NEUTRAL_BLOCKS",
    "REGION_ELEMENTS",
    "is_hidden",
    "is_note_reference",
    "is_page_mark",
    "looks_like_note_mark",
    "role_of",
]

Attributes = Mapping[str, str]
Role = Literal["region", "maybe region", "note", ""]
"""The role of a block element: "region" is boilerplate by its `role`, "maybe region" only by its
class or id."""


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
HIDDEN_ELEMENTS = _names(
    "script style template svg iframe noembed noframes canvas audio video map area param source "
    "track datalist rp textarea select option optgroup object applet embed"
)
"""Elements whose content is not shown as text."""
BLOCK_ELEMENTS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset header hgroup hr html isindex legend li main menu nav "
    "noscript ol p pre section summary table tbody td tfoot th thead tr ul listing xmp plaintext "
    "search"
) | frozenset(HEADING_LEVELS)
"""Elements that begin and end on lines of their own."""
KINDS = {
    "blockquote": BlockKind.QUOTE,
    "li": BlockKind.ITEM,
    "dt": BlockKind.ITEM,
    "dd": BlockKind.ITEM,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
    "aside": BlockKind.NOTE,
}
"""Kinds of blocks by the element around them."""
REGION_ELEMENTS = frozenset({"nav", "header", "footer", "noscript", "search", "button", "menu"})
"""Elements that are boilerplate; in an article, `header` and `footer` are not."""
CONTROL_ELEMENTS = frozenset({"button", "label", "input"})
"""Inline elements that are boilerplate."""
META_ELEMENTS = frozenset({"meta", "link", "title", "html", "base"})
"""Elements that describe the page and contain no text of it."""
LAYOUT_ELEMENTS = frozenset(
    {"table", "blockquote", "ul", "ol", "form", "article", "section", "nav", *HEADING_LEVELS}
)
"""Elements that occur only in tables used for layout, not in tables of data."""
NEUTRAL_BLOCKS = (
    BLOCK_ELEMENTS
    - KINDS.keys()
    - REGION_ELEMENTS
    - HEADING_LEVELS.keys()
    - _names("hgroup pre listing xmp plaintext article main section ul ol dl dir table td th")
)
"""Block elements that say nothing about their text, unless they have attributes."""
LONGEST_MARK: Final = 12
"""Characters of a note mark."""

_REGION_NAMES = _names(
    "nav navbar navigation navbox topnav sidenav subnav mainnav bottomnav navlinks navi menu "
    "mainmenu topmenu submenu menubar breadcrumb breadcrumbs footer pagefooter sitefooter "
    "footerlinks masthead toolbar skiplink skiplinks skipnav pagination pager cookie cookies share "
    "sharing social sidebar toc searchbox login printfooter linkback catlinks metanav sitenav "
    "pagenav postnav globalnav primarynav secondarynav footernav navmenu navlist sitemenu sidemenu "
    "dropdownmenu siteheader pageheader topbar sitesidebar leftsidebar rightsidebar "
    "tableofcontents cookiebanner cookienotice cookieconsent sharebuttons sharelinks sociallinks "
    "socialmedia socialicons socialbuttons searchform loginform tochead toclinks"
)
"""Classes and ids of boilerplate, without hyphens and underscores: nav-bar matches, but
social-democracy does not."""
_NOTE_NAMES = _names(
    "footnote footnotes endnote endnotes enote enotes note notes rearnote rearnotes fnote "
    "footnotetext sidenote marginnote marginalia editornote footnotesection"
)
_NOTE_PARTS = _names("footnote footnotes endnote endnotes enote enotes sidenote rearnote")
"""Parts of a class that mark a note: footnote-text."""
_ROLES: dict[str, Role] = {
    "navigation": "region",
    "banner": "region",
    "contentinfo": "region",
    "search": "region",
    "doc-endnotes": "note",
    "doc-footnote": "note",
    "doc-endnote": "note",
    "note": "note",
}
_NOTE_ID = re.compile(r"_?(?:(?:foot|end|side|cite_)?note|ftn|edn|fn)[-_:.]?\d+", re.IGNORECASE)
_NOTE_MARK = re.compile(
    r"\s*[\[(]?\s*(?:\d{1,4}|[*†‡§¶#]{1,4}|[a-z]|[ivx]{1,5})\s*[\])]?\s*", re.IGNORECASE
)
_REFERENCE_NAMES = frozenset(
    {"noteref", "footnoteref", "fnref", "fnanchor", "reference", "footnotereference", "enoteref"}
)
_PAGE_MARK_NAMES = frozenset({"pagebreak", "pagenum", "pageno", "pagenumber", "pb"})
_SEPARATORS = re.compile(r"[_-]+")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@memoized(2_000_000)
def _joined_names(names: str) -> frozenset[str]:
    """Return the names in an attribute, without hyphens and underscores."""
    return frozenset(_SEPARATORS.sub("", name) for name in names.lower().split())


@memoized(2_000_000)
def _names_and_parts(names: str) -> frozenset[str]:
    """Return the names in an attribute, without hyphens and underscores, and the parts of each."""
    return _joined_names(names).union(*(_SEPARATORS.split(name) for name in names.lower().split()))


def _join_values(attributes: Attributes, *keys: str) -> str:
    return " ".join([attributes.get(key, "") for key in keys])


def is_hidden(attributes: Attributes) -> bool:
    """Return whether an element with these attributes is not shown."""
    if "hidden" in attributes:
        return attributes["hidden"].lower() != "until-found"
    return "style" in attributes and _INVISIBLE.search(attributes["style"]) is not None


def role_of(name: str, attributes: Attributes) -> Role:
    """Return the role of the block element `name` with these attributes."""
    if not attributes:
        return ""
    role = _ROLES.get(attributes.get("role", "").lower(), "")
    if role or name in {"html", "body", "main"} or name in HEADING_LEVELS:
        return role
    names = _joined_names(_join_values(attributes, "class", "id", "epub:type"))
    if not names.isdisjoint(_NOTE_NAMES) or _is_note(attributes):
        return "note"
    is_region = name != "article" and not names.isdisjoint(_REGION_NAMES)
    return "maybe region" if is_region else ""


def _is_note(attributes: Attributes) -> bool:
    """Return whether a part of a class, or the id, marks a note.

    Examples are class="footnote-text", class="footer-note" and id="fn7".
    """
    if _NOTE_ID.fullmatch(attributes.get("id", "")):
        return True
    names = attributes.get("class", "").lower()
    if "note" not in names:
        return False
    parts = [_SEPARATORS.split(name) for name in names.split()]
    return any(part[-1] in {"note", "notes"} or not _NOTE_PARTS.isdisjoint(part) for part in parts)


def is_note_reference(name: str, attributes: Attributes, link: Attributes | None) -> bool:
    """Return whether the attributes of the inline element `name` mark a reference to a note.

    `link` holds the attributes of the link around or within it, if there is one.
    """
    if attributes.get("role") == "doc-noteref":
        return True
    if _names_and_parts(_join_values(attributes, "epub:type", "class")) & _REFERENCE_NAMES:
        return True
    return name == "sup" and link is not None and "#" in link.get("href", "")


def looks_like_note_mark(text: str) -> bool:
    """Return whether `text` looks like a note mark: 7, [12], *, (a)."""
    return len(text) <= LONGEST_MARK and _NOTE_MARK.fullmatch(text) is not None


def is_page_mark(attributes: Attributes) -> bool:
    """Return whether an inline element holds the number of the page that begins there."""
    if not ("class" in attributes or "epub:type" in attributes or "role" in attributes):
        return False
    return _has_page_mark_name(_join_values(attributes, "class", "epub:type", "role"))


@memoized(2_000_000)
def _has_page_mark_name(names: str) -> bool:
    return not _PAGE_MARK_NAMES.isdisjoint(_names_and_parts(names))
