"""The tree of a web page → the text at the targets of its links."""

from collections.abc import Sequence
from typing import Final

from excerpt.ingest.formats.html.roles import HEADING_LEVELS
from excerpt.ingest.formats.html.tree import Element, Node, Text, descendants

__all__ = ["texts_at_targets"]

_MAX_LENGTH: Final = 12
"""Characters of a text that are returned."""


def texts_at_targets(nodes: Sequence[Node]) -> dict[str, str]:
    """Return the beginning of the text at each id and name, except those of headings."""
    texts: dict[str, str] = {}
    waiting: list[str] = []
    for node in descendants(nodes):
        if isinstance(node, Text):
            if waiting and (text := node[: _MAX_LENGTH * 4].strip()):
                texts.update(dict.fromkeys(waiting, text[:_MAX_LENGTH]))
                waiting.clear()
        elif isinstance(node, Element):
            if node.name in HEADING_LEVELS:
                waiting.clear()
            elif name := node.attrs.get("id", "") or node.attrs.get("name", ""):
                waiting.append(name)
    return texts
