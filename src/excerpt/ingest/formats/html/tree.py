"""The markup of a web page → a tree of elements and strings.

Beautiful Soup builds the tree, over lxml, but from elements and strings without links. Its own know
their parent, their siblings and their neighbours in the source, and a dozen settings. That takes
half the time of parsing, makes every look at an element slow, and turns the tree into one large
reference cycle, which only the garbage collector frees. A page that is read from top to bottom
needs only names, attributes and contents. Attributes remain strings: the classes in one are not
split.
"""

import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from bs4 import BeautifulSoup
from bs4.builder import LXMLTreeBuilder  # type: ignore[attr-defined] # missing in the stubs
from bs4.element import NavigableString

from excerpt.errors import Unreadable

__all__ = ["Element", "Node", "Text", "descendants", "joined_text", "parse", "repair"]

_STRAY_END = re.compile(r"</(?:([bB][rR])\s*/?>|[pP]\s*+>(?=\s*+[^\s<]))")
"""The end of a line break, or that of a paragraph with text after it."""


def repair(source: str) -> str:
    """Return the markup `source` with two frequent errors corrected, as browsers do it.

    `</br>` breaks the line. `</p>` ends a paragraph even if none is open: the parser would ignore
    it and join the words around it. Where a paragraph is open, an empty one is added after it.
    """
    return _STRAY_END.sub(lambda end: "<br>" if end[1] else "</p><p></p>", source)


class Text(str):
    """A string that is shown, unlike a comment or a declaration."""

    __slots__ = ()


@dataclass(slots=True, weakref_slot=True, eq=False)
class Element:
    """An element that knows its contents but not its position."""

    name: str
    attrs: dict[str, str]
    contents: list["Node"] = field(default_factory=list)

    prefix: ClassVar[None] = None
    """The prefix of its name, for which Beautiful Soup asks."""


Node: TypeAlias = Element | Text | NavigableString
"""An element, a string, or a comment, declaration or similar."""


class _Builder(LXMLTreeBuilder):  # type: ignore[misc]
    """A tree builder that drops namespaces, which HTML does not have."""

    def start(
        self,
        tag: str,
        attrib: Mapping[str, str],
        nsmap: Mapping[str, str] = {},  # noqa: ARG002
    ) -> None:
        attributes = {
            name[name.find("}") + 1 :] if name[0] == "{" else name: value
            for name, value in attrib.items()
        }
        self.soup.endData()
        self.soup.pushTag(Element(tag, attributes))

    def feed(self, markup: str) -> None:
        # lxml calls these two most often: it calls them directly, without a method in between.
        self.end, self.data = self.soup.handle_endtag, self.soup.current_data.append
        try:
            super().feed(markup)
        finally:
            self.parser = None  # it refers to this builder, and so to the tree
            del self.end, self.data


class _Soup(BeautifulSoup):
    def endData(  # noqa: N802
        self,
        containerClass: type[NavigableString] | None = None,  # noqa: N803
    ) -> None:
        """Add the data since the last tag to the open element: as `Text`, or else as given.

        White space alone becomes one space or line end, except in elements that preserve it.
        """
        if not self.current_data:
            return
        text = "".join(self.current_data)
        self.current_data.clear()
        if not self.preserve_whitespace_tag_stack and not text.strip(self.ASCII_SPACES):
            text = "\n" if "\n" in text else " "
        contents: list[Node] = self.currentTag.contents  # type: ignore[assignment, union-attr]
        contents.append((containerClass or Text)(text))


def parse(source: str) -> list[Node]:
    """Return the nodes at the top level of the page with the markup `source`.

    Raises:
        Unreadable: if the parser fails.
    """
    with warnings.catch_warnings():
        # Beautiful Soup warns of markup that looks like XML or like the name of a file.
        warnings.simplefilter("ignore", UserWarning)
        try:
            builder = _Builder(multi_valued_attributes=None, string_containers={})
            soup = _Soup(source, builder=builder)
        except (ValueError, AssertionError, RecursionError) as error:
            raise Unreadable(f"the HTML parser failed: {error}") from error
    contents: list[Node] = soup.contents  # type: ignore[assignment]
    # The soup is on its own stack of open elements. Without this cycle, the tree is freed at once.
    vars(soup).clear()
    return contents


def descendants(nodes: Sequence[Node], limit: int = sys.maxsize) -> Iterator[Node]:
    """Yield `nodes` and those in them at any depth in document order, `limit` of them at most."""
    stack = [iter(nodes)]
    while stack and limit:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
            continue
        limit -= 1
        yield node
        if isinstance(node, Element):
            stack.append(iter(node.contents))


def joined_text(element: Element) -> str:
    """Return the strings in `element` at any depth, joined."""
    return "".join(part for part in descendants(element.contents) if isinstance(part, Text))
