"""Images, formulas and drawings of a web page → the text that stands for them.

The alternative text of an image is a caption. That of a drop capital is the first letter of a word,
and that of an image in a heading may be all of its text.
"""

import re
from typing import Final

from excerpt.ingest.formats.html_block import Context
from excerpt.ingest.formats.html_builder import LONGEST_INITIAL, HtmlBuilder
from excerpt.ingest.formats.html_roles import split_names
from excerpt.ingest.formats.html_tree import Element
from excerpt.model import BlockKind

__all__ = ["add_caption", "add_formula", "add_image"]

LONGEST_FORMULA: Final = 2_000
"""Characters of the source of a formula."""
SMALLEST_IMAGE: Final = 16
"""Pixels in width or height of an image that is more than a bullet or a line."""
_FILE_NAME = re.compile(r"[^\s/]+\.(?:gif|jpe?g|png|svg|webp|bmp|tiff?)", re.IGNORECASE)
_DECORATIONS = split_names(
    "image img picture photo logo icon spacer bullet line bar divider blank pixel graphic"
)
_FORMULA = re.compile(r"\s*(?:\{?\\[a-zA-Z]+|\$[^$]+\$\s*$)")


def add_image(node: Element, context: Context, html: HtmlBuilder) -> None:
    """Add the alternative text of an image, if there is any."""
    alternative = " ".join(node.attrs.get("alt", "").split())
    if not any(map(str.isalnum, alternative)) or _is_small(node):
        return
    if _FORMULA.match(alternative):
        add_formula(alternative, html)
    elif len(alternative) <= LONGEST_INITIAL:
        html.add_initial(alternative)
    elif _FILE_NAME.fullmatch(alternative) or alternative.lower() in _DECORATIONS:
        return
    elif context.is_in_heading:
        html.add_heading_image(alternative)
    else:
        add_caption(alternative, context, html)


def _is_small(node: Element) -> bool:
    sizes = (node.attrs.get(name, "") for name in ("width", "height"))
    return any(size.isdecimal() and int(size[:6]) < SMALLEST_IMAGE for size in sizes)


def add_caption(text: str, context: Context, html: HtmlBuilder) -> None:
    """Add `text` as a caption after the open block, if it is not there already."""
    text = " ".join(text.split())
    if not text or text in html.captions:
        return
    html.captions.add(text)
    if context.is_in_link:
        html.regions[context.region].n_in_links += len(text)
    html.insert(text, Context(kind=BlockKind.CAPTION, region=context.region))


def add_formula(source: str, html: HtmlBuilder) -> None:
    """Add the source of a formula as a mark."""
    source = " ".join(source.split())
    if 0 < len(source) <= LONGEST_FORMULA:
        html.add_mark(source, BlockKind.MARKUP)
