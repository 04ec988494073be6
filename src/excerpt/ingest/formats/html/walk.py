"""The tree of a web page → its text and blocks, in an `HtmlBuilder`.

The tree is walked element by element. Block elements and line breaks separate words, inline
elements (links, emphasis) never do. The walk keeps its own stack, so that even extremely deep
nesting loses no text and ends in no recursion error.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from excerpt.ingest.formats.html import roles as html_roles
from excerpt.ingest.formats.html.block import Context
from excerpt.ingest.formats.html.builder import HtmlBuilder
from excerpt.ingest.formats.html.headings import emphasis_of
from excerpt.ingest.formats.html.hidden import judge_hidden
from excerpt.ingest.formats.html.marks import (
    MAX_CONTROL_LENGTH,
    FoundMark,
    InlineRole,
    MarkFinder,
    anchor_of,
    find_page_of_block,
    inline_role,
    short_text,
)
from excerpt.ingest.formats.html.regions import Role
from excerpt.ingest.formats.html.replacements import holds_blocks, replace_element
from excerpt.ingest.formats.html.rows import is_row_of_links
from excerpt.ingest.formats.html.rules import NO_PAGE_RULES, ElementRole, PageRules
from excerpt.ingest.formats.html.tree import Element, Node, Text, descendants, joined_text, parse
from excerpt.model import SET_APART, BlockKind

__all__ = ["walk"]

MAX_LIST_DEPTH: Final = 100
"""Largest level of an item in nested lists."""
_NO_FRAMES = re.compile(r"</?noframes\b[^>]{0,200}>", re.IGNORECASE)
_EMPHATIC = frozenset({"b", "strong", "big", "font"})
_INFO_CLASSES = frozenset({"info", "information"})
_BOILERPLATE = BlockKind.BOILERPLATE
_NOTE, _ITEM, _QUOTE = BlockKind.NOTE, BlockKind.ITEM, BlockKind.QUOTE


_Ending = tuple[str, str, int]
"""Anchor, page and number of interrupted blocks before an element. A named tuple would take seven
times as long to make, and one is made for each element."""


class _PageTree:
    """The tree of a page, its marks and its hidden elements."""

    def __init__(
        self, nodes: Sequence[Node], rules: PageRules, shown: frozenset[int] = frozenset()
    ) -> None:
        self.nodes = nodes
        self.rules = rules
        self.marks = MarkFinder(nodes)
        self.hidden: list[Element] = []
        """Hidden elements that are not read."""
        self._shown = shown
        """Ids of the hidden elements that are read."""
        self._roles: dict[str, InlineRole] = {}
        self._has_open_drawing = False

    def is_open_drawing(self, node: Element) -> bool:
        """Return whether the drawing `node` is never closed: browsers end it at the first block.

        On such a page, the drawings within it are not searched again.
        """
        self._has_open_drawing = self._has_open_drawing or holds_blocks(node)
        return self._has_open_drawing

    def role_of(self, names: str) -> InlineRole:
        """Return `inline_role(names)`; most pages repeat few names many times."""
        role = self._roles.get(names)
        if role is None:
            role = self._roles[names] = inline_role(names)
        return role

    def is_shown(self, node: Element) -> bool:
        """Return whether the hidden element `node` is read nevertheless."""
        is_rendered = node.name == "template" and "shadowrootmode" in node.attrs
        if is_rendered or id(node) in self._shown:
            return True
        self.hidden.append(node)
        return False


def walk(nodes: Sequence[Node], rules: PageRules = NO_PAGE_RULES) -> HtmlBuilder:
    """Return the text of the tree with these top-level nodes, read by the `rules` for it."""
    page = _PageTree(nodes, rules)
    html = _walk(page)
    if not page.hidden:
        return html
    shown, warning = judge_hidden(nodes, page.hidden)
    if shown:
        html = _walk(_PageTree(nodes, rules, shown))
    if warning:
        html.warnings.append(warning)
    return html


def _walk(page: _PageTree) -> HtmlBuilder:
    """Return the text of `page`."""
    html = HtmlBuilder(page=page.rules.first_label)
    html.open.page = page.rules.first_label
    context = Context()
    # For each open element: its remaining children; the context to restore at its end (None: it
    # has not changed); whether it is a block element; the state to restore (None: anchors in it
    # remain valid).
    stack: list[tuple[Iterator[Node], Context | None, bool, _Ending | None]]
    stack = [(iter(page.nodes), None, False, None)]
    notes = _NotesElement()
    while stack:
        children, outer, is_block, ending = stack[-1]
        for node in children:
            if isinstance(node, Text):
                strings = html.open.strings
                if not strings and node.isspace() and not context.is_preformatted:
                    continue  # most of the white space between blocks
                if context.is_tracked:
                    _register_string(node, context, html)
                strings.append(node)
                continue
            if not isinstance(node, Element):
                continue
            before = (html.anchor, html.page, len(html.outer))
            inner = _enter(node, context, html, page)
            if inner is None:
                continue
            starts_line = html_roles.is_block(node.name, node.attrs)
            if inner is context:
                stack.append((iter(node.contents), None, starts_line, None))
            else:
                ending = before if _contains_its_anchors(inner, context) else None
                stack.append((iter(node.contents), context, starts_line, ending))
                context = inner
            break
        else:
            stack.pop()
            if is_block or outer is not None:
                context = _leave(outer, context, html, is_block=is_block, ending=ending)
                if html.notes_heading >= 0 or notes.depth:
                    notes.leave(html, len(stack))
    html.flush(context)
    return html


@dataclass(slots=True)
class _NotesElement:
    """The element around a heading that announces notes.

    depth  number of elements that are open in it, 0 if there is no such heading
    start  of the heading in the text
    """

    depth: int = 0
    start: int = -1

    def leave(self, html: HtmlBuilder, depth: int) -> None:
        """Note the end of an element; `depth` elements remain open."""
        if html.notes_heading >= 0:
            self.depth, self.start, html.notes_heading = depth, html.notes_heading, -1
        elif depth < self.depth:
            last = html.blocks[-1].kind if html.blocks else _BOILERPLATE
            if last is BlockKind.HEADING or last in SET_APART:
                self.depth = depth  # the element contains only the heading
            else:
                html.notes_ends[self.start] = html.length
                self.depth = 0


def _leave(
    outer: Context | None,
    context: Context,
    html: HtmlBuilder,
    *,
    is_block: bool,
    ending: _Ending | None,
) -> Context:
    """End an element, and return the context around it."""
    anchor, page, n_outer = ending or ("", "", 0)
    if ending is not None and len(html.outer) > n_outer:
        html.end_insertion(context)
        html.anchor, html.page = anchor, page
        return outer or context
    if context.is_in_heading and outer is not None and not outer.is_in_heading:
        html.flush(context)
    elif is_block:
        html.break_block(context)
    if outer is None:
        return context
    if ending is not None:
        html.restore(anchor, page if context.region != outer.region else html.page)
    return outer


def _contains_its_anchors(inner: Context, outer: Context) -> bool:
    """Return whether anchors in an element end with it: in notes and in regions of the page."""
    is_note = inner.kind is _NOTE and outer.kind is not _NOTE
    return is_note or inner.region != outer.region


def _register_string(node: Text, context: Context, html: HtmlBuilder) -> None:
    """Register that the string which is added next is in a link, or emphatic."""
    if context.emphasis:
        html.open.emphasis[len(html.open.strings)] = context.emphasis
    if context.is_in_link:
        html.regions[context.region].n_in_links += len(" ".join(node.split()))


def _enter(node: Element, context: Context, html: HtmlBuilder, page: _PageTree) -> Context | None:
    """Return the context inside `node`, or None if nothing in it is to be read."""
    name, attributes = node.name, node.attrs
    if name == "br":
        html.break_line(context)
        return None
    if name == "hr":
        html.break_block(context)
        html.rules.append(html.length)
    if name in html_roles.EMPTY_ELEMENTS:
        return context
    if name in html_roles.SKIPPED_ELEMENTS:
        if name == "svg" and page.is_open_drawing(node):
            return context
        if name == "iframe" and attributes.get("srcdoc") and not html_roles.is_hidden(attributes):
            # A page within the page: browsers render it in a frame of its own.
            node.name, node.contents = "div", parse(attributes["srcdoc"])
            html.break_block(context)
            return context
        replace_element(node, context, html)
        return None
    if (
        (attributes and html_roles.is_hidden(attributes)) or name in html_roles.UNSEEN_ELEMENTS
    ) and not page.is_shown(node):
        return None
    if name in html_roles.META_ELEMENTS:
        return _enter_meta(node, context, html)
    if page.rules.roles and (role := page.rules.roles.get(node)):
        return _enter_by_rule(node, role, context, html)
    if name not in html_roles.BLOCK_ELEMENTS:
        if html_roles.is_block(name, attributes):
            html.break_block(context)
        if name == "time":
            html.head.add_time(attributes, starts_block=html.open.is_blank())
        if not attributes and name not in html_roles.SPECIAL_INLINES:
            return context
        return _enter_inline(node, context, html, page)
    if not attributes and name in html_roles.NEUTRAL_BLOCKS:
        html.break_block(context)
        if name == "tr":
            html.gap.begin_row()
        return _in_row(node, context, html)
    return _enter_block(node, context, html)


def _in_row(node: Element, context: Context, html: HtmlBuilder) -> Context:
    """Return `context`, in a region of its own if the block element `node` is a row of links."""
    if context.region or not is_row_of_links(node):
        return context
    return context._replace(region=html.start_region(Role.ROW, context.region))


def _enter_by_rule(
    node: Element, role: ElementRole, context: Context, html: HtmlBuilder
) -> Context | None:
    """Return the context inside an element with a role by a rule, or None if it is a mark."""
    is_block = node.name in html_roles.BLOCK_ELEMENTS
    anchor = anchor_of(node)
    if role.kind is _NOTE:
        return _enter_note(context, html, anchor, is_inline=not is_block)
    if role.kind is _BOILERPLATE and is_block:
        html.break_block(context)
        html.set_anchor(anchor or html.anchor)
        return context._replace(region=html.start_region(Role.COLLECTION, context.region))
    mark = FoundMark(joined_text(node), role.kind, role.label, anchor)
    if is_block:
        html.break_block(context)
    html.add_found(mark)
    if is_block:
        html.break_block(context)
    return None


def _enter_note(context: Context, html: HtmlBuilder, anchor: str, *, is_inline: bool) -> Context:
    """Return the context inside a note, which interrupts a sentence or begins a block."""
    inner = context._replace(kind=_NOTE, level=0)
    if context.kind is not _NOTE and (is_inline or html.ends_in_sentence()):
        html.begin_insertion()
        inner = Context(kind=_NOTE, region=context.region, is_in_article=True)
    elif not is_inline:
        html.break_block(context)
    if anchor:
        html.set_anchor(anchor)
    return inner


def _enter_meta(node: Element, context: Context, html: HtmlBuilder) -> Context | None:
    attributes, head = node.attrs, html.head
    if node.name == "title":
        head.title = head.title or joined_text(node)
    elif node.name == "meta":
        keys = ("name", "property", "itemprop", "http-equiv")
        key = next((attributes[key] for key in keys if attributes.get(key)), "")
        head.add_meta(key, attributes.get("content", ""))
    elif node.name == "link" and "canonical" in attributes.get("rel", ""):
        head.add_meta("canonical", attributes.get("href", ""))
    elif node.name == "html":
        language = attributes.get("lang") or attributes.get("xml:lang") or ""
        head.language = head.language or language
        return context
    return None


def _enter_inline(
    node: Element, context: Context, html: HtmlBuilder, page: _PageTree
) -> Context | None:
    """Return the context inside an inline element, or None if it is a mark."""
    name, attributes = node.name, node.attrs
    if name in {"rt", "rp", "rtc"}:
        return _enter_gloss(node, context, html)
    if name in {"button", "label"} and not context.is_in_heading:
        return _enter_control(node, context, html)
    names = html_roles.names_of(attributes)
    role = page.role_of(names) if names else ""
    if attributes or name == "sup":
        mark = page.marks.find(node, role, html.open, context.kind)
        if mark is not None:
            html.add_found(mark)
            return None
    inner = context
    if attributes:
        if role == "note" and context.kind is not _NOTE and not _is_label(node, html):
            html.begin_insertion()
            inner = Context(kind=_NOTE, region=context.region, is_in_article=True)
        anchor = attributes.get("id", "") or (attributes.get("name", "") if name == "a" else "")
        if anchor:
            html.set_anchor(anchor)
        if name == "a" and "href" in attributes and context.region and not context.is_in_link:
            html.regions[context.region].n_links += 1
            inner = inner._replace(is_in_link=True, is_tracked=True)
    is_plain = name not in _EMPHATIC and "style" not in attributes
    return inner if is_plain else _with_emphasis(node, inner, html)


def _is_label(node: Element, html: HtmlBuilder) -> bool:
    """Return whether `node` is the word "Note:" at the beginning of a paragraph."""
    return html.open.is_blank() and node.attrs.get("class", "").lower() == "note"


def _enter_gloss(node: Element, context: Context, html: HtmlBuilder) -> Context | None:
    """Add a gloss as a mark; one that is not a line of text is read as text."""
    text = short_text(node, MAX_CONTROL_LENGTH)
    if text is None:
        return context
    html.add_mark(text, BlockKind.GLOSS)
    return None


def _enter_control(node: Element, context: Context, html: HtmlBuilder) -> Context | None:
    """Add a button or label as a mark; one that is not a line of text is read as text."""
    text = short_text(node, MAX_CONTROL_LENGTH)
    if text is None:
        return context
    if node.name == "button":
        html.open.strings.append(" ")
    html.add_mark(text, BlockKind.BOILERPLATE)
    if node.name == "button":
        html.open.strings.append(" ")
    return None


def _with_emphasis(node: Element, context: Context, html: HtmlBuilder) -> Context:
    """Return `context` with the emphasis of `node`, if the open block is emphatic so far."""
    emphasis = emphasis_of(node.name, node.attrs)
    if emphasis <= context.emphasis or context.is_in_heading:
        return context
    # Once there are other characters in a block, it cannot be a heading.
    if not html.open.emphasis and not html.open.is_blank():
        return context
    return context._replace(emphasis=emphasis, is_tracked=True)


def _enter_block(node: Element, context: Context, html: HtmlBuilder) -> Context | None:
    """Return the context inside a block element, or None if it is the number of a page."""
    name, attributes = node.name, node.attrs
    is_note = html_roles.is_note(name, attributes)
    if is_note and context.kind is not _NOTE and html.ends_in_sentence():
        # The sentence continues after the note.
        html.begin_insertion()
        context = Context(region=context.region)
    else:
        html.break_block(context)
    if attributes and (mark := find_page_of_block(node)):
        html.add_found(mark)
        if mark.text:
            html.break_block(context)
        if mark.text or not node.contents:
            return None
    if name == "tr":
        html.gap.begin_row()
    elif name in {"td", "th"}:
        html.gap.begin_cell()
    anchor = attributes.get("id", "")
    inner = context
    role = html_roles.region_role(name, attributes, is_in_article=context.is_in_article)
    if role is not Role.NONE and html.regions[context.region].role is not Role.FALLBACK:
        region = html.start_region(role, context.region)
        html.regions[region].is_titled = html_roles.is_titled(attributes)
        inner = context._replace(region=region)
    else:
        inner = _in_row(node, inner, html)
    if anchor:
        html.set_anchor(anchor)
    if name == "noframes":
        _parse_contents(node)
    if context.is_in_heading:
        return inner
    if level := _heading_level(node):
        return inner._replace(kind=BlockKind.HEADING, level=level, is_in_heading=True)
    return _with_emphasis(node, _with_kind(node, inner, is_note=is_note), html)


def _parse_contents(node: Element) -> None:
    """Parse the content of `node`, which the parser takes for a string."""
    source = joined_text(node)
    if "<" in source:
        node.contents = list(parse(_NO_FRAMES.sub("", source)))


def _heading_level(node: Element) -> int:
    """Return the level of the heading `node`, that of its first heading for a group, or 0."""
    if node.name != "hgroup":
        return html_roles.heading_level(node.name, node.attrs)
    names = (below.name for below in descendants(node.contents, 20) if isinstance(below, Element))
    levels = (html_roles.HEADING_LEVELS.get(name, 0) for name in names)
    return next(filter(None, levels), 0)


def _with_kind(node: Element, context: Context, *, is_note: bool) -> Context:
    """Return `context` with what the name and the attributes of `node` change in it."""
    name, attributes = node.name, node.attrs
    inner = _with_block_kind(node, context, is_note=is_note)
    if name in html_roles.PREFORMATTED_ELEMENTS:
        inner = inner._replace(is_preformatted=True, is_program=_is_program(node))
    elif name in {"ul", "ol", "dl", "dir"}:
        inner = inner._replace(list_depth=inner.list_depth + 1)
    elif name == "table":
        inner = inner._replace(is_in_data_table=_holds_data(node))
    if not inner.is_in_article and html_roles.is_article(name, attributes):
        inner = inner._replace(is_in_article=True)
    if not inner.is_centered and html_roles.is_centered(name, attributes):
        inner = inner._replace(is_centered=True)
    if "class" in attributes and not _INFO_CLASSES.isdisjoint(attributes["class"].split()):
        inner = inner._replace(is_in_info=True)
    return inner


def _with_block_kind(node: Element, context: Context, *, is_note: bool) -> Context:
    """Return `context` with the kind of blocks in `node`."""
    if context.kind is _NOTE:
        return context
    kind = _NOTE if is_note else html_roles.KINDS.get(node.name)
    if node.name in {"td", "th"} and context.is_in_data_table:
        kind = BlockKind.CELL
    elif kind is None and html_roles.is_caption(node.attrs):
        kind = BlockKind.CAPTION
    if kind is None or (context.kind is _QUOTE and kind is _ITEM):
        return context
    is_item = kind is _ITEM
    level = min(max(context.list_depth, 1), MAX_LIST_DEPTH) if is_item else 0
    return context._replace(kind=kind, level=level)


def _is_program(node: Element) -> bool:
    """Return whether preformatted text is the text of a program."""
    if node.name == "textarea":
        return True
    return any(
        isinstance(below, Element) and below.name in html_roles.PROGRAM_ELEMENTS
        for below in descendants(node.contents, 3)
    )


def _holds_data(table: Element) -> bool:
    """Return whether a table holds data, rather than the layout of the page."""
    if table.attrs.get("role", "").lower() in {"presentation", "none"}:
        return False
    n_cells = 0
    for node in descendants(table.contents):
        if isinstance(node, Element):
            if node.name in html_roles.LAYOUT_ELEMENTS:
                return False
            n_cells += node.name in {"td", "th"}
    return n_cells > 1
