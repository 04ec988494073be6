"""The markup of a web page → Beautiful Soup's tree of it, without what only a search in the tree would need.

Beautiful Soup ties each element and string to its parent, its siblings and its neighbours in the source, and keeps a
dozen settings in each. That takes half the time of parsing, and makes of the tree a knot that only a search for garbage
undoes. Whoever reads a page from its top to its end needs names, attributes, contents and no more: so the tree is
Beautiful Soup's, parsed by lxml, of elements of our own. Attributes stay strings: the classes in one are not taken apart.
"""

import warnings
from collections.abc import Iterator, Mapping

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from bs4.builder import LXMLTreeBuilder  # type: ignore[attr-defined] # the stubs do not know it
from bs4.element import NavigableString, PageElement, Tag

from excerpt.errors import Unreadable

__all__ = ["Element", "Node", "Text", "inside", "parsed"]

Node = PageElement
"""An element, a string, or what is neither: a comment, a declaration or the like."""


class Text(NavigableString):
    """A string that is shown: no comment, declaration or the like."""

    hidden = False
    parent = next_element = previous_element = next_sibling = previous_sibling = None

    __new__ = str.__new__  # type: ignore[assignment]


class Element(Tag):
    """An element that knows what is in it and not where it is."""

    hidden = False
    prefix = parent = next_element = previous_element = next_sibling = previous_sibling = None
    attrs: dict[str, str]  # type: ignore[assignment]

    def __init__(self, name: str, attrs: dict[str, str]) -> None:
        self.name = name
        self.attrs = attrs
        self.contents = []

    __eq__ = object.__eq__  # Beautiful Soup's compares all that is inside
    __hash__ = object.__hash__


class _Builder(LXMLTreeBuilder):  # type: ignore[misc]
    """Hands on what lxml finds; of namespaces, which HTML has none of, nothing is kept."""

    def start(self, tag: str, attrib: Mapping[str, str], nsmap: Mapping[str, str] = {}) -> None:  # noqa: ARG002
        attributes = {
            name[name.find("}") + 1 :] if name[0] == "{" else name: value
            for name, value in attrib.items()
        }
        self.soup.endData()
        self.soup.pushTag(Element(tag, attributes))

    def feed(self, markup: str) -> None:
        # What lxml calls most often it calls without a function of Python's between.
        self.end, self.data = self.soup.handle_endtag, self.soup.current_data.append
        try:
            super().feed(markup)
        finally:
            self.parser = None  # which holds this builder, and with it the tree
            del self.end, self.data


class _Soup(BeautifulSoup):
    def endData(self, containerClass: type[NavigableString] | None = None) -> None:  # noqa: N802, N803
        """Put what was read since the last tag into the element that is open: as text, unless it is a comment or the like.

        White space alone is one space or line end, except where it is kept.
        """
        if not self.current_data:
            return
        text = "".join(self.current_data)
        self.current_data.clear()
        if not self.preserve_whitespace_tag_stack and not text.strip(self.ASCII_SPACES):
            text = "\n" if "\n" in text else " "
        self.currentTag.contents.append(  # type: ignore[union-attr]
            (containerClass or Text)(text)
        )


def parsed(source: str) -> list[Node]:
    """What stands at the top of the page whose markup is `source`.

    Raises:
        Unreadable: if the parser can make nothing of it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        try:
            builder = _Builder(multi_valued_attributes=None, string_containers={})
            soup = _Soup(source, builder=builder)
        except (ValueError, AssertionError, RecursionError) as error:
            raise Unreadable(f"the HTML parser gives up: {error}") from error
    contents = soup.contents
    vars(soup).clear()  # it is in its own stack of open elements, and so would stay, with the tree
    return contents


def inside(element: Element, limit: int) -> Iterator[Node]:
    """What is in `element` at any depth, in its order, up to `limit` elements and strings."""
    stack = [iter(element.contents)]
    while stack and limit:
        below = next(stack[-1], None)
        if below is None:
            stack.pop()
            continue
        limit -= 1
        yield below
        if isinstance(below, Element):
            stack.append(iter(below.contents))
