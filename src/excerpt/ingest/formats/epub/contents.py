"""The table of contents and the list of pages of an e-book → titles and page labels.

Both are lists of links: in a web page with `nav` elements (EPUB 3), or in an NCX file (EPUB 2).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname
from typing import Any, Final

from excerpt.errors import Unreadable
from excerpt.ingest.formats.epub.package import Item, Publication, resolve
from excerpt.ingest.formats.xml_tree import attribute, local_name, parse_xml, text_of

__all__ = ["Contents", "read_contents"]

_TYPE: Final = "{http://www.idpf.org/2007/ops}type"
_NCX_TYPE: Final = "application/x-dtbncx+xml"
MAX_TITLE_LENGTH: Final = 300
"""Characters of the title of a chapter."""
_Link = tuple[str, str, str, int]
"""Path, fragment, text and level of a link."""


@dataclass(slots=True)
class Contents:
    """The lists of a book.

    titles  title and level of each chapter, by its path
    pages   labels of pages by the path of their chapter and the id at which they begin
    """

    titles: dict[str, tuple[str, int]] = field(default_factory=dict)
    pages: dict[str, dict[str, str]] = field(default_factory=dict)


def read_contents(book: Publication) -> Contents:
    """Return the lists of `book`; those that cannot be read are empty."""
    contents = Contents()
    for item in book.items.values():
        is_nav = "nav" in item.properties
        if not is_nav and item.media_type != _NCX_TYPE:
            continue
        try:
            data = book.package.read(item.path)
            root = parse_xml(data).root if data else None
        except Unreadable:
            continue
        if root is None:
            continue
        titles, pages = (_links_of_nav if is_nav else _links_of_ncx)(root, item)
        for path, _, text, level in titles:
            contents.titles.setdefault(path, (text[:MAX_TITLE_LENGTH], min(level, 6)))
        for path, fragment, text, _ in pages:
            contents.pages.setdefault(path, {}).setdefault(fragment, text)
    return contents


def _links_of_nav(root: Any, item: Item) -> tuple[list[_Link], list[_Link]]:
    """Return the links of the table of contents and of the list of pages."""
    found: dict[str, list[_Link]] = {"toc": [], "page-list": []}
    for nav in root.iter("{*}nav"):
        for type_ in attribute(nav, _TYPE).split():
            if type_ in found:
                found[type_] += _links_in(nav, item)
    return found["toc"], found["page-list"]


def _links_in(nav: Any, item: Item) -> Iterator[_Link]:
    """Yield the links in a `nav` element; the level of each is the number of lists around it."""
    level = 0
    stack = [iter(nav)]
    names = [""]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            level -= names.pop() == "ol"
            continue
        if not isinstance(element.tag, str):
            continue
        name = local_name(element)
        if name == "a" and (text := text_of(element)):
            yield *resolve(dirname(item.path), attribute(element, "href")), text, max(level, 1)
        level += name == "ol"
        stack.append(iter(element))
        names.append(name)


def _links_of_ncx(root: Any, item: Item) -> tuple[list[_Link], list[_Link]]:
    """Return the links of the table of contents and of the list of pages."""
    levels: dict[Any, int] = {}
    titles: list[_Link] = []
    for point in root.iter("{*}navPoint"):
        levels[point] = level = levels.get(point.getparent(), 0) + 1
        titles += _link_of(point, item, level)
    pages = [link for target in root.iter("{*}pageTarget") for link in _link_of(target, item, 1)]
    return titles, pages


def _link_of(point: Any, item: Item, level: int) -> Iterator[_Link]:
    content, label = point.find("{*}content"), point.find("{*}navLabel")
    text = text_of(label)
    if content is not None and text:
        yield *resolve(dirname(item.path), attribute(content, "src")), text, level
