"""Web pages → Document.

The tree of a page is walked block by block, so that inline elements (links, emphasis) never break a word or a phrase,
and block elements and line breaks always do. White space is collapsed as browsers do it; blocks stand apart by a blank
line. As strings have no place in the source, the text made here is the one that offsets count in.
Navigation and the head and foot of a page are boilerplate, and so is the mark of a note in a running sentence, which
goes on behind it. The walk keeps its own stack, so that no nesting, however deep, loses text or ends in recursion.
"""

import re
import sys
from collections.abc import Iterator
from typing import Final

from excerpt.ingest.decode import decode
from excerpt.ingest.formats import html_roles
from excerpt.ingest.formats.block_builder import BlockBuilders, mark_notes
from excerpt.ingest.formats.html_text import BREAK, Context, PageText, Region, judge_regions
from excerpt.ingest.formats.html_tree import Element, Node, Text, inside, parsed
from excerpt.ingest.formats.plain_text import hyphenated_in
from excerpt.model import BlockKind, Document

__all__ = ["extract_html"]

MAX_BYTES: Final = 64 << 20
"""More of a page is cut off: a parsed page takes some twenty times its size in memory."""
DEEPEST: Final = 100
"""The level of an item in lists within lists, at most."""

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,500}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE
)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_LABEL = re.compile(r"\d{1,5}|\b[ivxlcdm]{1,9}\b", re.IGNORECASE)


def extract_html(data: bytes) -> Document:
    """The document that a web page is.

    Raises:
        Unreadable: if it is no text, or no page the parser can make anything of.
    """
    cut = (
        [f"cut after {MAX_BYTES >> 20} MiB of {len(data):,} bytes"] if len(data) > MAX_BYTES else []
    )
    declared = _CHARSET.search(data[:4096])
    decoded = decode(
        data[:MAX_BYTES], declared.group(1).decode("ascii", "replace") if declared else ""
    )
    declaration = _DECLARATION.match(decoded.text)
    source = decoded.text[declaration.end() :] if declaration else decoded.text
    page = PageText(warnings=[*decoded.warnings, *cut, *_unclosed_comment(source)])
    _walk(parsed(source), page)
    found = BlockBuilders("".join(page.parts), page.drafts, page.pages)
    judge_regions(page, found)
    mark_notes(found)
    headings = (
        found.text[d.start : d.end]
        for d in found.drafts
        if d.kind is BlockKind.HEADING and d.level == 1
    )
    return Document(
        text=found.text,
        blocks=found.blocks(),
        format="html",
        pages=tuple(found.pages),
        title=page.head.best_title(headings),
        language=page.head.best_language(),
        metadata=page.head.metadata(),
        encoding=decoded.encoding,
        hyphenated=hyphenated_in(found.text),
        warnings=tuple(page.warnings),
        has_lines=False,
    )


def _unclosed_comment(source: str) -> list[str]:
    start = source.find("<!--", source.rfind("-->") + 1)
    if start < 0 or "</script" in source[start:].lower():
        return []
    return [
        f"cut at a comment that never ends: {len(source) - start:,} characters from {start:,} on are not read"
    ]


def _walk(contents: list[Node], page: PageText) -> None:
    """Read all of the tree with these `contents` into `page`."""
    context = Context()
    # Each level: the children still to come, the context to go back to, None for an inline element without one, whether
    # it is a block, and the anchor to go back to, None if the anchors in it hold for what follows.
    stack: list[tuple[Iterator[Node], Context | None, bool, str | None]]
    stack = [(iter(contents), None, False, None)]
    while stack:
        children, outer, is_block, anchor = stack[-1]
        for node in children:
            if isinstance(node, Text):
                if context.is_mark or context.is_link:
                    _note_string(node, context, page)
                page.buffer.append(node)
                continue
            if not isinstance(node, Element):
                continue
            nearest = page.anchor
            inner = _enter(node, context, page)
            if inner is None:
                continue
            is_line = node.name in html_roles.BLOCKS
            if inner is context:
                stack.append((iter(node.contents), None, is_line, None))
            else:
                kept = nearest if _keeps_anchors(inner, context) else None
                stack.append((iter(node.contents), context, is_line, kept))
                context = inner
            break
        else:
            stack.pop()
            if context.is_fused and outer is not None and not outer.is_fused:
                page.flush(context)
            elif is_block:
                _end_line(context, page)
            if outer is not None:
                context = outer
            if anchor is not None:
                page.return_to(anchor)
    page.flush(context)


def _keeps_anchors(inner: Context, outer: Context) -> bool:
    """Whether the anchors inside an element stand for nothing behind it: it is a note, or a region of the page."""
    is_note = inner.kind is BlockKind.NOTE and outer.kind is not BlockKind.NOTE
    return is_note or inner.region != outer.region


def _note_string(node: Text, context: Context, page: PageText) -> None:
    """Take note of a string in a link or a mark, which is read next."""
    if context.is_mark:
        page.marks.append(len(page.buffer))
    if context.is_link:
        page.regions[context.region].n_in_links += len(" ".join(node.split()))


def _end_line(context: Context, page: PageText) -> None:
    """A block element begins or ends."""
    if context.is_fused:
        page.buffer.append(BREAK)
    elif page.buffer:
        page.flush(context)


def _break_line(context: Context, page: PageText) -> None:
    """A line break; two in a row are how old pages end a paragraph."""
    last = next((part for part in reversed(page.buffer) if part == BREAK or not part.isspace()), "")
    if last == BREAK and not context.is_fused and not context.is_preformatted:
        page.flush(context)
    else:
        page.buffer.append(BREAK)


def _enter(node: Element, context: Context, page: PageText) -> Context | None:
    """The context inside `node`, None if there is nothing to be read in it."""
    name, attributes = node.name, node.attrs
    if name == "br":
        _break_line(context, page)
        return None
    if name in html_roles.SILENT or (attributes and html_roles.is_hidden(attributes)):
        return None
    if name in html_roles.OF_THE_PAGE:
        return _enter_head(node, context, page)
    is_block = name in html_roles.BLOCKS
    if is_block:
        _end_line(context, page)
    elif not attributes and name != "sup" and name not in html_roles.CONTROLS:
        return context
    anchor = attributes.get("id", "") or (attributes.get("name", "") if name == "a" else "")
    if not is_block:
        return _enter_inline(node, context, page, anchor)
    if not attributes and name in html_roles.PLAIN_BLOCKS:
        return context
    inner = _block_context(node, context, page)
    if anchor and not page.regions[inner.region].is_certain:
        page.name_anchor(anchor)
    return inner


def _enter_head(node: Element, context: Context, page: PageText) -> Context | None:
    attributes = node.attrs
    if node.name == "title":
        page.head.title = page.head.title or "".join(_strings(node))
    elif node.name == "meta":
        key = (
            attributes.get("name")
            or attributes.get("property")
            or attributes.get("http-equiv")
            or ""
        )
        page.head.add_meta(key, attributes.get("content", ""))
    elif node.name == "link" and "canonical" in attributes.get("rel", ""):
        page.head.add_meta("canonical", attributes.get("href", ""))
    elif node.name == "html":
        page.head.language = attributes.get("lang") or attributes.get("xml:lang") or ""
        return context
    return None


def _strings(node: Element) -> Iterator[str]:
    return (part for part in inside(node, sys.maxsize) if isinstance(part, Text))


def _enter_inline(node: Element, context: Context, page: PageText, anchor: str) -> Context:
    if node.name in html_roles.CONTROLS and not page.regions[context.region].is_certain:
        return _new_region(context, page, is_certain=True)
    if not node.attrs and node.name != "sup":
        return context
    is_link = node.name == "a" and "href" in node.attrs
    if not context.is_mark and _is_mark(node, page):
        return context._replace(is_mark=True)
    if anchor and not page.regions[context.region].is_certain:
        page.name_anchor(anchor)
    return (
        context._replace(is_link=True)
        if is_link and context.region and not context.is_link
        else context
    )


def _is_mark(node: Element, page: PageText) -> bool:
    """Whether the inline element `node` is the mark of a note or a page, which interrupts no sentence."""
    if html_roles.is_page_mark(node.attrs):
        label = _LABEL.search(
            node.attrs.get("title") or node.attrs.get("aria-label") or _short_text(node)
        )
        if label:
            page.marks.append(len(page.buffer))
            page.labels[len(page.buffer)] = label.group()
            page.buffer.append("")
        return True
    if node.name not in {"a", "sup", "span"} or not node.contents:
        return False
    first = node.contents[0]
    if isinstance(first, str) and len(first) > html_roles.LONGEST_MARK:
        return False
    if not html_roles.is_note_mark(_short_text(node)):
        return False
    if html_roles.role_of_note(node.name, node.attrs, None):
        return True
    inner = node.contents[0] if len(node.contents) == 1 else None
    if not isinstance(inner, Element):
        return node.name == "sup" and _follows_word(page)
    link, raised = (inner, node) if node.name == "sup" else (node, inner)
    return raised.name == "sup" and html_roles.role_of_note("sup", inner.attrs, link.attrs)


def _short_text(node: Element) -> str:
    """The text of `node`, if it is as short as a mark is."""
    if len(node.contents) == 1 and isinstance(node.contents[0], str):
        return node.contents[0]
    nodes = list(inside(node, 9))
    if len(nodes) == 9:
        return "…" * 20
    return "".join(part for part in nodes if isinstance(part, str))


def _follows_word(page: PageText) -> bool:
    """Whether the text so far ends as a word or sentence that a note may be put to, rather than as a number or unit."""
    before = "".join(page.buffer[-3:])[-4:]
    return len(before) == 4 and (before[-1] in '.,;:!?”’"»)' or before[-3:].isalpha())


def _new_region(context: Context, page: PageText, *, is_certain: bool) -> Context:
    page.regions.append(Region(is_certain))
    return context._replace(region=len(page.regions) - 1)


def _block_context(node: Element, context: Context, page: PageText) -> Context:
    """The context inside the block element `node`."""
    name, attributes = node.name, node.attrs
    if context.is_fused:
        return context
    level = html_roles.HEADINGS.get(name, 0)
    if name == "hgroup":
        names = (below.name for below in inside(node, 20) if isinstance(below, Element))
        level = next(
            (html_roles.HEADINGS[below] for below in names if below in html_roles.HEADINGS), 0
        )
    if level:
        return context._replace(kind=BlockKind.HEADING, level=level, is_fused=True)
    inner = _with_role(node, context, page)
    if name in {"pre", "listing", "xmp", "plaintext"}:
        inner = inner._replace(is_preformatted=True)
    elif name in {"article", "main", "section"}:
        inner = inner._replace(is_article=True)
    elif name in {"ul", "ol", "dl", "dir"}:
        inner = inner._replace(depth=inner.depth + 1)
    elif name == "table":
        inner = inner._replace(is_data=_holds_data(node))
    if attributes and not {"info", "information"}.isdisjoint(attributes.get("class", "").split()):
        inner = inner._replace(is_info=True)
    return inner


def _with_role(node: Element, context: Context, page: PageText) -> Context:
    """`context` with what the name, class and role of `node` make of the text in it."""
    name = node.name
    role = html_roles.role_of(name, node.attrs)
    is_region = name in html_roles.REGIONS and not (
        name in {"header", "footer"} and context.is_article
    )
    is_region = is_region or role == "region"
    if (is_region and not page.regions[context.region].is_certain) or (
        role == "maybe" and not context.region
    ):
        return _new_region(context, page, is_certain=is_region)
    if context.kind is BlockKind.NOTE:
        return context
    kind = BlockKind.NOTE if role == "note" else html_roles.KINDS.get(name)
    if name in {"td", "th"} and context.is_data:
        kind = BlockKind.CELL
    if kind is None or (context.kind is BlockKind.QUOTE and kind is BlockKind.ITEM):
        return context
    return context._replace(
        kind=kind, level=min(max(context.depth, 1), DEEPEST) if kind is BlockKind.ITEM else 0
    )


def _holds_data(table: Element) -> bool:
    """Whether a table is one, and not the layout of a page."""
    if table.attrs.get("role", "").lower() in {"presentation", "none"}:
        return False
    n_cells = 0
    for node in inside(table, sys.maxsize):
        if isinstance(node, Element):
            if node.name in html_roles.LAYOUT:
                return False
            n_cells += node.name in {"td", "th"}
    return n_cells > 1
