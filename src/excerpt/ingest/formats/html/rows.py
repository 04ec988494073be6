"""A block element of a web page → whether it is a row of links, as hand-made pages have them.

Such a row, "Previous | Contents | Next", has no class. Links to places in the same page are rather
a table of contents, and long ones are titles.
"""

from typing import Final

from excerpt.ingest.formats.html.tree import Element, Text, descendants

__all__ = ["is_row_of_links"]

_ELEMENTS: Final = frozenset({"p", "div", "center", "td", "tr", "table", "ul", "ol", "font"})
_MAX_NODES: Final = 60
MIN_LINKS: Final = 2
MAX_LINK_LENGTH: Final = 40
"""Characters of a link in a row."""
MAX_REST_LENGTH: Final = 3
"""Letters and digits outside the links of a row."""
_MAX_DEPTH: Final = 6


def is_row_of_links(node: Element) -> bool:
    """Return whether nearly all of the text in `node` is in a few short links to other pages."""
    if node.name not in _ELEMENTS or not _begins_with_link(node):
        return False
    n_links = n_rest = n_in_link = n_nodes = 0
    for below in descendants(node.contents, _MAX_NODES):
        n_nodes += 1
        if isinstance(below, Element) and below.name == "a":
            target = below.attrs.get("href", "")
            text = "".join(
                part for part in descendants(below.contents, 10) if isinstance(part, Text)
            )
            if not target or target.startswith("#") or len(text.strip()) > MAX_LINK_LENGTH:
                return False
            n_links += 1
            n_in_link += sum(map(str.isalnum, text))
        elif isinstance(below, Text):
            n_rest += sum(map(str.isalnum, below.strip()[: MAX_LINK_LENGTH * 3]))
            if n_rest - n_in_link > MAX_REST_LENGTH:
                return False
    return n_nodes < _MAX_NODES and n_links >= MIN_LINKS


def _begins_with_link(node: Element) -> bool:
    """Return whether a link is the first element in `node`, with at most a sign before it."""
    for _ in range(_MAX_DEPTH):
        for child in node.contents:
            if isinstance(child, Element):
                node = child
                break
            if isinstance(child, Text) and any(map(str.isalnum, child)):
                return False
        else:
            return False
        if node.name == "a":
            return True
    return False
