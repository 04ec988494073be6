"""Web pages → Document.

The tree of a page is walked element by element: block elements and line breaks separate words,
inline elements (links, emphasis) never do. Since strings have no offsets in the source, offsets
refer to the text made here. Navigation and the page's header and footer are boilerplate, and so are
note marks and page marks within a sentence, which continues after them. The walk keeps its own
stack, so that even extremely deep nesting loses no text and ends in no recursion error.
"""

import re
import sys
from collections.abc import Iterator
from typing import Final

from excerpt.ingest.decode import decode
from excerpt.ingest.formats import html_roles, plain_text
from excerpt.ingest.formats.block_builder import mark_notes
from excerpt.ingest.formats.gutenberg import separate_gutenberg
from excerpt.ingest.formats.html_builder import Context, HtmlBuilder
from excerpt.ingest.formats.html_tree import Element, Node, Text, descendants, parse
from excerpt.ingest.formats.hyphens import find_hyphenated
from excerpt.ingest.formats.table import Source
from excerpt.model import BlockKind, Document

__all__ = ["read"]

MAX_BYTES: Final = 64 << 20
"""Bytes read of a page: a parsed page takes about twenty times its size in memory."""
MAX_LIST_DEPTH: Final = 100
"""Largest level of an item in nested lists."""
_MAX_MARK_NODES: Final = 9
"""Elements and strings in an inline element that is too complex for a note mark."""

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,500}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE
)
_TAG = re.compile(rb"<[a-zA-Z!/?]")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_PAGE_LABEL = re.compile(r"\d{1,5}|\b[ivxlcdm]{1,9}\b", re.IGNORECASE)


def read(source: Source) -> Document:
    """Return the document in `source`; if there is no tag in it, it is read as plain text.

    Raises:
        Unreadable: if it is not text, or the parser fails.
    """
    data = source.data
    # NUL bytes at the start are those of UTF-16, where a tag does not match.
    if not _TAG.search(data) and b"\0" not in data[:4]:
        return plain_text.read(source)
    truncated = []
    if len(data) > MAX_BYTES:
        truncated = [
            f"truncated: only the first {MAX_BYTES >> 20} MiB of {len(data):,} bytes were read"
        ]
    charset = _CHARSET.search(data[:4096])
    declared = charset.group(1).decode("ascii", "replace") if charset else ""
    decoded = decode(data[:MAX_BYTES], declared)
    declaration = _XML_DECLARATION.match(decoded.text)
    markup = decoded.text[declaration.end() :] if declaration else decoded.text
    html = HtmlBuilder(warnings=[*decoded.warnings, *truncated, *_unclosed_comment(markup)])
    _walk(parse(markup), html)
    builder = html.finish()
    html.head.add_facts(separate_gutenberg(builder).pairs)
    mark_notes(builder)
    headings = (
        builder.source_of(block)
        for block in builder.blocks
        if block.kind is BlockKind.HEADING and block.level == 1
    )
    return Document(
        text=builder.text,
        blocks=builder.build(),
        format="html",
        pages=tuple(builder.pages),
        marks=builder.build_marks(),
        anchors=builder.build_anchors(),
        title=html.head.best_title(headings),
        language=html.head.best_language(),
        metadata=html.head.metadata(),
        encoding=decoded.encoding,
        hyphenated=find_hyphenated(builder.text),
        warnings=tuple(html.warnings),
        has_lines=False,
    )


def _unclosed_comment(markup: str) -> list[str]:
    """Return the warning about a comment that is never closed, or no warning."""
    start = markup.find("<!--", markup.rfind("-->") + 1)
    if start < 0 or "</script" in markup[start:].lower():
        return []
    n_lost = len(markup) - start
    where = f"the last {n_lost:,} characters, from {start:,} on, were not read"
    return [f"truncated at a comment that is never closed: {where}"]


def _walk(nodes: list[Node], html: HtmlBuilder) -> None:
    """Add the text of the tree with these top-level nodes to `html`."""
    context = Context()
    # For each open element: the nodes still to come; the context to return to, or None if it is the
    # same; whether it is a block element; the anchor to return to, or None if the anchors in the
    # element remain valid after it.
    stack: list[tuple[Iterator[Node], Context | None, bool, str | None]]
    stack = [(iter(nodes), None, False, None)]
    while stack:
        children, outer, is_block, anchor = stack[-1]
        for node in children:
            if isinstance(node, Text):
                if context.is_in_mark or context.is_in_link:
                    _register_string(node, context, html)
                html.buffer.append(node)
                continue
            if not isinstance(node, Element):
                continue
            anchor_before = html.anchor
            inner = _enter(node, context, html)
            if inner is None:
                continue
            starts_line = node.name in html_roles.BLOCK_ELEMENTS
            if inner is context:
                stack.append((iter(node.contents), None, starts_line, None))
            else:
                restored = anchor_before if _contains_its_anchors(inner, context) else None
                stack.append((iter(node.contents), context, starts_line, restored))
                context = inner
            break
        else:
            stack.pop()
            if context.is_in_heading and outer is not None and not outer.is_in_heading:
                html.flush(context)
            elif is_block:
                html.break_block(context)
            if outer is not None:
                context = outer
            if anchor is not None:
                html.restore_anchor(anchor)
    html.flush(context)


def _contains_its_anchors(inner: Context, outer: Context) -> bool:
    """Return whether anchors in an element end with it: in notes and in regions of the page."""
    is_note = inner.kind is BlockKind.NOTE and outer.kind is not BlockKind.NOTE
    return is_note or inner.region != outer.region


def _register_string(node: Text, context: Context, html: HtmlBuilder) -> None:
    """Register that the string which is added next is in a link or a mark."""
    if context.is_in_mark:
        html.mark_indices.append(len(html.buffer))
    if context.is_in_link:
        html.regions[context.region].n_in_links += len(" ".join(node.split()))


def _enter(node: Element, context: Context, html: HtmlBuilder) -> Context | None:
    """Return the context inside `node`, or None if nothing in it is to be read."""
    name, attributes = node.name, node.attrs
    if name == "br":
        html.break_line(context)
        return None
    if name in html_roles.HIDDEN_ELEMENTS or (attributes and html_roles.is_hidden(attributes)):
        if name == "script" and "ld+json" in attributes.get("type", "").lower():
            html.head.add_json_ld("".join(_strings(node)))
        return None
    if name in html_roles.META_ELEMENTS:
        return _enter_meta(node, context, html)
    is_block = name in html_roles.BLOCK_ELEMENTS
    if is_block:
        html.break_block(context)
    elif not attributes and name != "sup" and name not in html_roles.CONTROL_ELEMENTS:
        return context
    anchor = attributes.get("id", "") or (attributes.get("name", "") if name == "a" else "")
    if not is_block:
        if name == "time":
            html.head.add_time(attributes, starts_block=all(map(str.isspace, html.buffer)))
        return _enter_inline(node, context, html, anchor)
    if not attributes and name in html_roles.NEUTRAL_BLOCKS:
        return context
    inner = _block_context(node, context, html)
    if anchor and not html.regions[inner.region].is_certain:
        html.set_anchor(anchor)
    return inner


def _enter_meta(node: Element, context: Context, html: HtmlBuilder) -> Context | None:
    attributes, head = node.attrs, html.head
    if node.name == "title":
        head.title = head.title or "".join(_strings(node))
    elif node.name == "meta":
        keys = ("name", "property", "itemprop", "http-equiv")
        key = next((attributes[key] for key in keys if attributes.get(key)), "")
        head.add_meta(key, attributes.get("content", ""))
    elif node.name == "link" and "canonical" in attributes.get("rel", ""):
        head.add_meta("canonical", attributes.get("href", ""))
    elif node.name == "html":
        head.language = attributes.get("lang") or attributes.get("xml:lang") or ""
        return context
    return None


def _strings(node: Element) -> Iterator[str]:
    return (part for part in descendants(node, sys.maxsize) if isinstance(part, Text))


def _enter_inline(node: Element, context: Context, html: HtmlBuilder, anchor: str) -> Context:
    is_certain = html.regions[context.region].is_certain
    if node.name in html_roles.CONTROL_ELEMENTS and not is_certain:
        return context._replace(region=html.start_region(is_certain=True))
    if not node.attrs and node.name != "sup":
        return context
    if not context.is_in_mark and _is_mark(node, html):
        return context._replace(is_in_mark=True)
    if anchor and not is_certain:
        html.set_anchor(anchor)
    starts_link = node.name == "a" and "href" in node.attrs and not context.is_in_link
    # Link text is counted to judge regions; outside of them it does not matter.
    return context._replace(is_in_link=True) if starts_link and context.region else context


def _is_mark(node: Element, html: HtmlBuilder) -> bool:
    """Return whether the inline element `node` is a note mark or a page mark.

    Adds the page of a page mark to `html`.
    """
    attributes = node.attrs
    if html_roles.is_page_mark(attributes):
        source = attributes.get("title") or attributes.get("aria-label") or _short_text(node)
        label = _PAGE_LABEL.search(source)
        if label:
            html.add_page_mark(label.group())
        return True
    if node.name not in {"a", "sup", "span"} or not node.contents:
        return False
    first = node.contents[0]
    if isinstance(first, str) and len(first) > html_roles.LONGEST_MARK:
        return False
    if not html_roles.looks_like_note_mark(_short_text(node)):
        return False
    if html_roles.is_note_reference(node.name, attributes, None):
        return True
    inner = first if len(node.contents) == 1 else None
    if not isinstance(inner, Element):
        return node.name == "sup" and _follows_word(html)
    link, raised = (inner, node) if node.name == "sup" else (node, inner)
    return raised.name == "sup" and html_roles.is_note_reference("sup", inner.attrs, link.attrs)


def _short_text(node: Element) -> str:
    """Return the text of `node`, or a text too long for a mark if there are many nodes in it."""
    if len(node.contents) == 1 and isinstance(node.contents[0], str):
        return node.contents[0]
    nodes = list(descendants(node, _MAX_MARK_NODES))
    if len(nodes) == _MAX_MARK_NODES:
        return "…" * (html_roles.LONGEST_MARK + 1)
    return "".join(part for part in nodes if isinstance(part, str))


def _follows_word(html: HtmlBuilder) -> bool:
    """Return whether a note mark may follow the text so far.

    It may follow a word or the end of a sentence, but not a number or a unit (km²).
    """
    before = "".join(html.buffer[-3:])[-4:]
    return len(before) == 4 and (before[-1] in '.,;:!?”’"»)' or before[-3:].isalpha())


def _block_context(node: Element, context: Context, html: HtmlBuilder) -> Context:
    """Return the context inside the block element `node`."""
    name, attributes = node.name, node.attrs
    if context.is_in_heading:
        return context
    if level := _heading_level(node):
        return context._replace(kind=BlockKind.HEADING, level=level, is_in_heading=True)
    inner = _with_role(node, context, html)
    if name in {"pre", "listing", "xmp", "plaintext"}:
        inner = inner._replace(is_preformatted=True)
    elif name in {"article", "main", "section"}:
        inner = inner._replace(is_in_article=True)
    elif name in {"ul", "ol", "dl", "dir"}:
        inner = inner._replace(list_depth=inner.list_depth + 1)
    elif name == "table":
        inner = inner._replace(is_in_data_table=_holds_data(node))
    if attributes and not {"info", "information"}.isdisjoint(attributes.get("class", "").split()):
        inner = inner._replace(is_in_info=True)
    return inner


def _heading_level(node: Element) -> int:
    """Return the level of the heading `node`, that of its first heading for a group, or 0."""
    if node.name != "hgroup":
        return html_roles.HEADING_LEVELS.get(node.name, 0)
    names = (below.name for below in descendants(node, 20) if isinstance(below, Element))
    levels = (html_roles.HEADING_LEVELS.get(name, 0) for name in names)
    return next(filter(None, levels), 0)


def _with_role(node: Element, context: Context, html: HtmlBuilder) -> Context:
    """Return `context` with what the name, class and role of `node` change in it."""
    name = node.name
    role = html_roles.role_of(name, node.attrs)
    is_region = role == "region" or (
        name in html_roles.REGION_ELEMENTS
        and not (name in {"header", "footer"} and context.is_in_article)
    )
    if (is_region and not html.regions[context.region].is_certain) or (
        role == "maybe region" and not context.region
    ):
        return context._replace(region=html.start_region(is_certain=is_region))
    if context.kind is BlockKind.NOTE:
        return context
    kind = BlockKind.NOTE if role == "note" else html_roles.KINDS.get(name)
    if name in {"td", "th"} and context.is_in_data_table:
        kind = BlockKind.CELL
    if kind is None or (context.kind is BlockKind.QUOTE and kind is BlockKind.ITEM):
        return context
    is_item = kind is BlockKind.ITEM
    level = min(max(context.list_depth, 1), MAX_LIST_DEPTH) if is_item else 0
    return context._replace(kind=kind, level=level)


def _holds_data(table: Element) -> bool:
    """Return whether a table holds data, rather than the layout of the page."""
    if table.attrs.get("role", "").lower() in {"presentation", "none"}:
        return False
    n_cells = 0
    for node in descendants(table, sys.maxsize):
        if isinstance(node, Element):
            if node.name in html_roles.LAYOUT_ELEMENTS:
                return False
            n_cells += node.name in {"td", "th"}
    return n_cells > 1
