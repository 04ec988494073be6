"""Images, formulas, drawings and scripts of a web page → the text that stands for them.

The alternative text of an image is a caption. That of a drop capital is the first letter of a word,
and that of an image in a heading may be all of its text.
"""

import re
from collections.abc import Iterator
from typing import Final

from excerpt.ingest.formats.html.block import Context
from excerpt.ingest.formats.html.builder import MAX_INITIAL_LENGTH, HtmlBuilder
from excerpt.ingest.formats.html.roles import BLOCK_ELEMENTS, split_names
from excerpt.ingest.formats.html.tree import Element, Text, joined_text
from excerpt.model import BlockKind

__all__ = ["holds_blocks", "replace_element"]

MAX_FORMULA_LENGTH: Final = 2_000
"""Characters of the source of a formula."""
MIN_IMAGE_SIZE: Final = 16
"""Pixels in width or height of an image that is more than a bullet or a line."""
_FILE_NAME = re.compile(r"[^\s/]+\.(?:gif|jpe?g|png|svg|webp|bmp|tiff?)", re.IGNORECASE)
_DECORATIONS = split_names(
    "image img picture photo logo icon spacer bullet line bar divider blank pixel graphic"
)
_FORMULA = re.compile(r"\s*(?:\{?\\[a-zA-Z]+|\$[^$]+\$\s*$)")


def replace_element(node: Element, context: Context, html: HtmlBuilder) -> None:
    """Add the text that stands for an image, a formula or a drawing, or the facts in a script."""
    if node.name == "img":
        _add_image(node, context, html)
    elif node.name == "script":
        type_ = node.attrs.get("type", "").lower()
        if "ld+json" in type_:
            html.head.add_json_ld(joined_text(node))
        elif type_.startswith("math/tex"):
            _add_formula(joined_text(node), html)
    elif node.name == "svg":
        for label in _labels(node):
            _add_caption(label, context, html)


def _add_image(node: Element, context: Context, html: HtmlBuilder) -> None:
    """Add the alternative text of an image, if there is any."""
    alternative = " ".join(node.attrs.get("alt", "").split())
    if not any(map(str.isalnum, alternative)) or _is_small(node):
        return
    if _FORMULA.match(alternative):
        _add_formula(alternative, html)
    elif len(alternative) <= MAX_INITIAL_LENGTH:
        html.add_initial(alternative)
    elif _FILE_NAME.fullmatch(alternative) or alternative.lower() in _DECORATIONS:
        return
    elif context.is_in_heading:
        html.add_heading_image(alternative)
    else:
        _add_caption(alternative, context, html)


def _is_small(node: Element) -> bool:
    sizes = (node.attrs.get(name, "") for name in ("width", "height"))
    return any(size.isdecimal() and int(size[:6]) < MIN_IMAGE_SIZE for size in sizes)


def _add_caption(text: str, context: Context, html: HtmlBuilder) -> None:
    """Add `text` as a caption after the open block, if it is not there already."""
    text = " ".join(text.split())
    if not text or text in html.captions:
        return
    html.captions.add(text)
    if context.is_in_link:
        html.regions[context.region].n_in_links += len(text)
    html.insert(text, Context(kind=BlockKind.CAPTION, region=context.region))


def _add_formula(source: str, html: HtmlBuilder) -> None:
    """Add the source of a formula as a mark."""
    source = " ".join(source.split())
    if 0 < len(source) <= MAX_FORMULA_LENGTH:
        html.add_mark(source, BlockKind.MARKUP)


def holds_blocks(drawing: Element) -> bool:
    """Return whether there are block elements in a drawing, outside of foreign objects."""
    stack = [iter(drawing.contents)]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif isinstance(node, Element) and node.name != "foreignobject":
            if node.name in BLOCK_ELEMENTS:
                return True
            stack.append(iter(node.contents))
    return False


def _labels(drawing: Element) -> Iterator[str]:
    """Yield the texts in a drawing."""
    parts: list[str] = []
    n_around = 0
    stack = [(iter(drawing.contents), False)]
    while stack:
        node = next(stack[-1][0], None)
        if node is None:
            n_around -= stack.pop()[1]
            if parts and not n_around:
                yield "".join(parts)
                parts.clear()
        elif isinstance(node, Element):
            is_text = node.name in {"text", "foreignobject"}
            n_around += is_text
            stack.append((iter(node.contents), is_text))
        elif n_around and isinstance(node, Text):
            parts.append(node)
