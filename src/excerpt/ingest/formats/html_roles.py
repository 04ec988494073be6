"""What the elements and attributes of a web page say about the text in them.

Tables of names alone: `html.py` walks the page and asks here.
"""

import re
from collections.abc import Mapping

from excerpt.memory import memoized
from excerpt.model import BlockKind

__all__ = [
    "BLOCKS",
    "CONTROLS",
    "HEADINGS",
    "KINDS",
    "LAYOUT",
    "LONGEST_MARK",
    "OF_THE_PAGE",
    "PLAIN_BLOCKS",
    "REGIONS",
    "SILENT",
    "is_hidden",
    "is_note_mark",
    "is_page_mark",
    "role_of",
    "role_of_note",
]


def _names_in(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


HEADINGS = {f"h{level}": level for level in range(1, 7)}
SILENT = _names_in(
    "script style template svg iframe noembed noframes canvas audio video map area param source track datalist rp"
    " textarea select option optgroup object applet embed"
)
"""Elements whose content is not shown as text."""
BLOCKS = _names_in(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frameset header hgroup hr html isindex legend li main menu nav noscript ol p pre section summary"
    " table tbody td tfoot th thead tr ul listing xmp plaintext search"
) | frozenset(HEADINGS)
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
REGIONS = frozenset({"nav", "header", "footer", "noscript", "search", "button", "menu"})
"""Elements that are boilerplate, the header and footer of a page at least."""
CONTROLS = frozenset({"button", "label", "input"})
"""Elements of a line that are boilerplate."""
OF_THE_PAGE = frozenset({"meta", "link", "title", "html", "base"})
"""Elements that say something of the page and hold none of its text."""
LAYOUT = frozenset(
    {"table", "blockquote", "ul", "ol", "form", "article", "section", "nav", *HEADINGS}
)
"""Elements that no table of data holds: it is there for the look of the page."""
PLAIN_BLOCKS = (
    BLOCKS
    - KINDS.keys()
    - REGIONS
    - HEADINGS.keys()
    - _names_in("hgroup pre listing xmp plaintext article main section ul ol dl dir table td th")
)
"""Blocks that, without attributes, say nothing of the text in them."""

LONGEST_MARK = 12
"""Characters of a reference to a note."""

_NAVIGATION = _names_in(
    "nav navbar navigation navbox topnav sidenav subnav mainnav bottomnav navlinks navi menu mainmenu topmenu submenu"
    " menubar breadcrumb breadcrumbs footer pagefooter sitefooter footerlinks masthead toolbar skiplink skiplinks"
    " skipnav pagination pager cookie cookies share sharing social sidebar toc searchbox login printfooter linkback"
    " catlinks metanav sitenav pagenav postnav globalnav primarynav secondarynav footernav navmenu navlist sitemenu"
    " sidemenu dropdownmenu siteheader pageheader topbar sitesidebar leftsidebar rightsidebar tableofcontents"
    " cookiebanner cookienotice cookieconsent sharebuttons sharelinks sociallinks socialmedia socialicons"
    " socialbuttons searchform loginform tochead toclinks"
)
"""Whole names of a class or an id, without the signs in them: nav-bar is navbar, social-democracy is none of them."""
_NOTES = _names_in(
    "footnote footnotes endnote endnotes enote enotes note notes rearnote rearnotes fnote footnotetext sidenote"
    " marginnote marginalia editornote footnotesection"
)
_NOTE_PARTS = _names_in("footnote footnotes endnote endnotes enote enotes sidenote rearnote")
"""Parts of a name that make notes of what bears it: footnote-text."""
_ROLES = {
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
_REFERENCE = frozenset(
    {"noteref", "footnoteref", "fnref", "fnanchor", "reference", "footnotereference", "enoteref"}
)
_PAGE_MARKS = frozenset({"pagebreak", "pagenum", "pageno", "pagenumber", "pb"})
_PARTS = re.compile(r"[_-]+")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

Attributes = Mapping[str, str]


@memoized(2_000_000)
def _wholes(names: str) -> frozenset[str]:
    """The names in an attribute, without the signs in them."""
    return frozenset(_PARTS.sub("", name) for name in names.lower().split())


@memoized(2_000_000)
def _parts(names: str) -> frozenset[str]:
    """The names in an attribute, whole and in their parts."""
    return _wholes(names).union(*(_PARTS.split(name) for name in names.lower().split()))


def _listed(attributes: Attributes, *keys: str) -> str:
    """What stands in the attributes `keys`, together."""
    return " ".join([attributes.get(key, "") for key in keys])


def is_hidden(attributes: Attributes) -> bool:
    """Whether an element with these attributes is not shown."""
    if "hidden" in attributes:
        return attributes["hidden"].lower() != "until-found"
    return "style" in attributes and _INVISIBLE.search(attributes["style"]) is not None


def role_of(name: str, attributes: Attributes) -> str:
    """What a block element is: "region" for navigation and the like by its role, "maybe" for the same by its class or
    id alone, "note", or ""."""
    if not attributes:
        return ""
    role = _ROLES.get(attributes.get("role", "").lower(), "")
    if role or name in {"html", "body", "main"} or name in HEADINGS:
        return role
    names = _wholes(_listed(attributes, "class", "id", "epub:type"))
    if not names.isdisjoint(_NOTES) or _is_note(attributes):
        return "note"
    return "maybe" if name != "article" and not names.isdisjoint(_NAVIGATION) else ""


def _is_note(attributes: Attributes) -> bool:
    """Whether a part of a name says that this is a note: class="footnote-text", class="footer-note", id="fn7"."""
    if _NOTE_ID.fullmatch(attributes.get("id", "")):
        return True
    names = _listed(attributes, "class").lower()
    if "note" not in names:
        return False
    parts = [_PARTS.split(name) for name in names.split()]
    return any(part[-1] in {"note", "notes"} or not _NOTE_PARTS.isdisjoint(part) for part in parts)


def role_of_note(name: str, attributes: Attributes, link: Attributes | None) -> bool:
    """Whether an inline element says of itself that it refers to a note."""
    if (
        attributes.get("role") == "doc-noteref"
        or _parts(_listed(attributes, "epub:type", "class")) & _REFERENCE
    ):
        return True
    return name == "sup" and link is not None and "#" in link.get("href", "")


def is_note_mark(text: str) -> bool:
    """Whether `text` is what a reference to a note looks like: 7, [12], *, (a)."""
    return len(text) <= LONGEST_MARK and _NOTE_MARK.fullmatch(text) is not None


def is_page_mark(attributes: Attributes) -> bool:
    """Whether an inline element holds the number of the page that begins here."""
    if not ("class" in attributes or "epub:type" in attributes or "role" in attributes):
        return False
    return _is_page_mark(_listed(attributes, "class", "epub:type", "role"))


@memoized(2_000_000)
def _is_page_mark(names: str) -> bool:
    return not _PAGE_MARKS.isdisjoint(_parts(names))
