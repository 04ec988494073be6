"""Hidden elements of a web page → those that are read nevertheless.

Text that is folded, or shown by a script, is hidden. If most of the text of a page is hidden, it is
read as the text of the page.
"""

from collections.abc import Collection, Sequence
from typing import Final

from excerpt.ingest.formats.html.roles import META_ELEMENTS, SKIPPED_ELEMENTS
from excerpt.ingest.formats.html.tree import Element, Node, Text

__all__ = ["judge_hidden"]

MIN_HIDDEN: Final = 40
"""Characters outside links of hidden text that is the main text of a page."""
MAX_UNREPORTED_LENGTH: Final = 200
"""Characters outside links of hidden text that is not reported."""


def judge_hidden(nodes: Sequence[Node], hidden: Sequence[Element]) -> tuple[frozenset[int], str]:
    """Return the ids of the `hidden` elements that are read nevertheless, and a warning or "".

    `nodes` are the top-level nodes of the page.
    """
    sizes = {id(node): _size_outside_links(node.contents) for node in hidden}
    largest = max(sizes.values())
    n_visible = _size_outside_links(nodes, sizes.keys()) if largest > MIN_HIDDEN else 0
    if largest > max(n_visible, MIN_HIDDEN):
        shown = frozenset(key for key, size in sizes.items() if size * 4 >= largest)
        n_read = sum(sizes[key] for key in shown)
        return shown, f"hidden text was read, since it is most of the page: {n_read:,} characters"
    if largest > MAX_UNREPORTED_LENGTH:
        return frozenset(), f"hidden text was not read: {sum(sizes.values()):,} characters"
    return frozenset(), ""


def _size_outside_links(nodes: Sequence[Node], hidden: Collection[int] = ()) -> int:
    """Return the number of characters in `nodes` that are neither links nor scripts.

    Elements with an id in `hidden` are left out.
    """
    size = 0
    skipped = SKIPPED_ELEMENTS | META_ELEMENTS - {"html"}
    stack = [iter(nodes)]
    while stack:
        below = next(stack[-1], None)
        if below is None:
            stack.pop()
        elif isinstance(below, Text):
            size += len(" ".join(below.split()))
        elif isinstance(below, Element) and not (
            below.name in skipped
            or (below.name == "a" and "href" in below.attrs)
            or id(below) in hidden
        ):
            stack.append(iter(below.contents))
    return size
