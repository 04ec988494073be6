"""Names of elements, classes, ids and roles → their meaning for the text in an element.

Only names are judged here; `walk.py` walks the page and asks for them.
"""

import re
from collections.abc import Mapping

from excerpt.ingest.formats.html.regions import Role
from excerpt.memory import memoized
from excerpt.model import BlockKind

__all__ = [
    "BLOCK_ELEMENTS",
    "EMPTY_ELEMENTS",
    "HEADING_LEVELS",
    "KINDS",
    "LAYOUT_ELEMENTS",
    "META_ELEMENTS",
    "NEUTRAL_BLOCKS",
    "PREFORMATTED_ELEMENTS",
    "PROGRAM_ELEMENTS",
    "SKIPPED_ELEMENTS",
    "SPECIAL_INLINES",
    "UNSEEN_ELEMENTS",
    "Attributes",
    "heading_level",
    "is_article",
    "is_block",
    "is_caption",
    "is_centered",
    "is_hidden",
    "is_note",
    "is_titled",
    "join_values",
    "joined_names",
    "names_and_parts",
    "names_heading",
    "names_of",
    "region_role",
    "split_names",
]

Attributes = Mapping[str, str]


def split_names(listed: str) -> frozenset[str]:
    """Return the names in `listed`, which have spaces between them."""
    return frozenset(listed.split())


HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
SKIPPED_ELEMENTS = split_names(
    "script style svg iframe noembed datalist select option optgroup annotation annotation-xml img"
)
"""Elements whose content is not text of the page. Some are replaced: images by their alternative
text, formulas in TeX by their source."""
EMPTY_ELEMENTS = split_names(
    "area basefont bgsound col command embed frame input keygen nextid param source spacer track "
    "wbr"
)
"""Elements without an end. The parser takes all that follows some of them for their content."""
UNSEEN_ELEMENTS = split_names("template object applet canvas audio video")
"""Elements whose content is not shown, or shown only if something is missing."""
BLOCK_ELEMENTS = split_names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset header hgroup hr html isindex legend li main marquee "
    "menu multicol nav noframes noscript ol p pre section summary table tbody td textarea tfoot th "
    "thead tr ul listing xmp plaintext search"
) | frozenset(HEADING_LEVELS)
"""Elements that begin and end on lines of their own."""
PREFORMATTED_ELEMENTS = split_names("pre listing xmp plaintext textarea")
"""Elements whose white space is shown as it is."""
PROGRAM_ELEMENTS = split_names("code samp kbd tt var")
"""Elements within preformatted text that show that it is part of a program."""
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
_REGION_ELEMENTS = {
    "nav": Role.NAVIGATION,
    "header": Role.HEADER,
    "footer": Role.FOOTER,
    "noscript": Role.FALLBACK,
    "noframes": Role.FALLBACK,
    "search": Role.CONTROL,
    "menu": Role.MENU,
}
"""Elements that may be boilerplate."""
META_ELEMENTS = frozenset({"meta", "link", "title", "html", "base"})
"""Elements that describe the page and contain no text of it."""
LAYOUT_ELEMENTS = frozenset(
    {"table", "blockquote", "ul", "ol", "form", "article", "section", "nav", *HEADING_LEVELS}
)
"""Elements that occur only in tables used for layout, not in tables of data."""
NEUTRAL_BLOCKS = (
    BLOCK_ELEMENTS
    - KINDS.keys()
    - _REGION_ELEMENTS.keys()
    - HEADING_LEVELS.keys()
    - PREFORMATTED_ELEMENTS
    - split_names(
        "hgroup article main section figure details dialog center ul ol dl dir table td th"
    )
)
"""Block elements that say nothing about their text, unless they have attributes."""
SPECIAL_INLINES = split_names("sup b strong big button label rt rp rtc")
"""Inline elements that mean something even without attributes."""
_ARTICLE_ELEMENTS = split_names("article main section aside blockquote figure li dd details dialog")
"""Elements whose `header` and `footer` are not those of the page."""

_NO_REGIONS = frozenset({"html", "body", "main", "article", *HEADING_LEVELS})
_NAVIGATION_NAMES = split_names(
    "nav navbar navbox topnav sidenav subnav mainnav bottomnav navlinks navi mainmenu topmenu "
    "submenu menubar breadcrumb breadcrumbs footerlinks skiplink skiplinks skipnav pagination "
    "catlinks metanav sitenav pagenav postnav globalnav primarynav secondarynav footernav navmenu "
    "navlist sitemenu sidemenu dropdownmenu sitesidebar leftsidebar rightsidebar sharebuttons "
    "sharelinks sociallinks socialmedia socialicons socialbuttons toclinks linkback "
    "mwnavigation mwhead mwpanel"
)
_MENU_NAMES = split_names(
    "menu navigation pager share sharing social sidebar toc tableofcontents tochead toolbar topbar"
)
_HEADER_NAMES = split_names("masthead siteheader pageheader")
_FOOTER_NAMES = split_names("footer pagefooter sitefooter printfooter")
_CONTROL_NAMES = split_names(
    "cookiebanner cookienotice cookieconsent searchbox searchform loginform sitesub jumptonav "
    "noprint"
)
_REGION_NAMES = (
    (_NAVIGATION_NAMES, Role.NAVIGATION),
    (_MENU_NAMES, Role.MENU),
    (_HEADER_NAMES, Role.HEADER),
    (_FOOTER_NAMES, Role.FOOTER),
    (_CONTROL_NAMES, Role.CONTROL),
)
"""Classes and ids of boilerplate, without hyphens and underscores: nav-bar matches, but
social-democracy does not."""
_REGION_ROLES = {
    "navigation": Role.NAVIGATION,
    "banner": Role.HEADER,
    "contentinfo": Role.FOOTER,
    "search": Role.CONTROL,
}
_NOTE_NAMES = split_names(
    "footnote footnotes endnote endnotes enote enotes note notes rearnote rearnotes fnote "
    "footnotetext msofootnotetext msoendnotetext sdfootnote sdendnote sidenote marginnote "
    "marginalia editornote footnotesection"
)
_NOTE_PARTS = split_names("footnote footnotes endnote endnotes enote enotes sidenote rearnote")
"""Parts of a class that mark a note: footnote-text."""
_NOTE_ROLES = split_names("doc-endnotes doc-footnote doc-endnote note")
_NOTE_ID = re.compile(
    r"cite_note-.+|_?(?:(?:foot|end|side|cite_)?note|ftn|edn|fn|sdfootnote|sdendnote)[-_:.]?\d+",
    re.IGNORECASE,
)
_NOTE_STYLE = re.compile(r"mso-element\s*:\s*(?:foot|end)note(?:-list)?\s*(?:;|$)")
_ARTICLE_PARTS = split_names(
    "letter poem verse epigraph article story entry post chapter quote quotation speech document"
)
"""Parts of the class of a text: its `header` and `footer` are not those of the page."""
_TITLE_PARTS = split_names("title article entry post chapter story letter document abstract")
"""Parts of the class or id of a header that holds the title of a text."""
_SEPARATORS = re.compile(r"[_-]+")
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)\b", re.IGNORECASE)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CENTERED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_CAPTION_NAMES = split_names(
    "caption figcaption wpcaptiontext thumbcaption imagecaption photocaption"
)
"""Classes of blocks that are captions."""
_HEADING_NAMES = split_names(
    "title booktitle chapter chaptertitle chapterhead chapternumber parttitle sectiontitle heading "
    "subheading subtitle"
)
"""Classes of paragraphs that are headings."""
_CENTERED_NAMES = split_names("center centered centre aligncenter textcenter c")
_HEADING_CLASS = re.compile(r"p?h([1-6])|(?:mso)?heading([1-6])", re.IGNORECASE)


@memoized(2_000_000)
def joined_names(names: str) -> frozenset[str]:
    """Return the names in an attribute, in lower case, without hyphens and underscores."""
    return frozenset(_SEPARATORS.sub("", name) for name in names.lower().split())


@memoized(2_000_000)
def names_and_parts(names: str) -> frozenset[str]:
    """Return the names in an attribute, without hyphens and underscores, and the parts of each."""
    return joined_names(names).union(*(_SEPARATORS.split(name) for name in names.lower().split()))


def join_values(attributes: Attributes, *keys: str) -> str:
    """Return the values of the attributes named `keys`, with spaces between them."""
    return " ".join([attributes.get(key, "") for key in keys])


def names_of(attributes: Attributes) -> str:
    """Return the class, the `epub:type` and the `role` of an inline element."""
    class_ = attributes.get("class", "")
    if "epub:type" not in attributes and "role" not in attributes:
        return class_
    return join_values(attributes, "class", "epub:type", "role")


def is_block(name: str, attributes: Attributes) -> bool:
    """Return whether an element begins and ends on lines of its own."""
    return name in BLOCK_ELEMENTS or (
        "style" in attributes
        and name not in {"ruby", "rt", "rp", "sup", "math"}
        and _BLOCK_STYLE.search(attributes["style"]) is not None
    )


def is_hidden(attributes: Attributes) -> bool:
    """Return whether an element with these attributes is not shown."""
    if "hidden" in attributes:
        return attributes["hidden"].lower() != "until-found"
    return "style" in attributes and _INVISIBLE.search(attributes["style"]) is not None


def region_role(name: str, attributes: Attributes, *, is_in_article: bool) -> Role:
    """Return the role of the block element `name` with these attributes.

    In an article, `header` and `footer` have none.
    """
    role = _REGION_ELEMENTS.get(name, Role.NONE)
    if role is Role.NONE and attributes and name not in _NO_REGIONS:
        names = join_values(attributes, "class", "id", "epub:type")
        role = _REGION_ROLES.get(attributes.get("role", "").lower()) or _role_of_names(names)
    is_edge = role is Role.HEADER or role is Role.FOOTER
    return Role.NONE if is_edge and is_in_article else role


@memoized(2_000_000, result_bytes=0)  # each role exists once
def _role_of_names(names: str) -> Role:
    joined = joined_names(names)
    return next((role for known, role in _REGION_NAMES if not known.isdisjoint(joined)), Role.NONE)


def is_note(name: str, attributes: Attributes) -> bool:
    """Return whether the block element `name` with these attributes is a note, or holds notes.

    Examples are class="footnote-text", class="footer-note" and id="fn7".
    """
    if not attributes or name == "aside":
        return name == "aside"
    if name in {"html", "body", "main"} or name in HEADING_LEVELS:
        return False
    if attributes.get("role", "").lower() in _NOTE_ROLES:
        return True
    if "id" in attributes and _NOTE_ID.fullmatch(attributes["id"]):
        return True
    if "style" in attributes and _NOTE_STYLE.search(attributes["style"]):
        return True
    return _names_note(join_values(attributes, "class", "id", "epub:type"))


@memoized(2_000_000)
def _names_note(names: str) -> bool:
    if not joined_names(names).isdisjoint(_NOTE_NAMES):
        return True
    parts = [_SEPARATORS.split(name) for name in names.lower().split()]
    return any(part[-1] in {"note", "notes"} or not _NOTE_PARTS.isdisjoint(part) for part in parts)


def is_article(name: str, attributes: Attributes) -> bool:
    """Return whether `header` and `footer` in a block element are not those of the page."""
    if name in _ARTICLE_ELEMENTS:
        return True
    if not attributes or name != "div":
        return False
    return not names_and_parts(attributes.get("class", "")).isdisjoint(_ARTICLE_PARTS)


def is_titled(attributes: Attributes) -> bool:
    """Return whether a header says in its class or id that it holds the title of a text."""
    parts = names_and_parts(join_values(attributes, "class", "id"))
    return not parts.isdisjoint(_TITLE_PARTS) and "site" not in parts


def is_centered(name: str, attributes: Attributes) -> bool:
    """Return whether the lines in an element are centred."""
    if name == "center" or attributes.get("align", "").lower() == "center":
        return True
    if "style" in attributes and _CENTERED.search(attributes["style"]):
        return True
    return "class" in attributes and not joined_names(attributes["class"]).isdisjoint(
        _CENTERED_NAMES
    )


def is_caption(attributes: Attributes) -> bool:
    """Return whether a block element says in its class that it is a caption."""
    return "class" in attributes and not joined_names(attributes["class"]).isdisjoint(
        _CAPTION_NAMES
    )


def names_heading(name: str, attributes: Attributes) -> bool:
    """Return whether a paragraph says in its class that it is a heading."""
    if name != "p" or "class" not in attributes:
        return False
    return not joined_names(attributes["class"]).isdisjoint(_HEADING_NAMES)


def heading_level(name: str, attributes: Attributes) -> int:
    """Return the level of an element that is a heading by its name, role or class, or 0."""
    if name in HEADING_LEVELS or not attributes:
        return HEADING_LEVELS.get(name, 0)
    if attributes.get("role", "").lower() == "heading":
        level = attributes.get("aria-level", "2")
        return min(max(int(level), 1), 6) if level.isdecimal() else 2
    if name not in {"p", "div"} or "class" not in attributes:
        return 0
    for class_ in attributes["class"].split():
        if found := _HEADING_CLASS.fullmatch(class_):
            return int(found.group(1) or found.group(2))
    return 0
