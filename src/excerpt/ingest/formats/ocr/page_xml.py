"""Recognised or transcribed text in PAGE XML → Document.

The same text may stand in regions, lines, words and glyphs; one level is read. Positions are not
used: the order is that of `ReadingOrder`, or else that of the attribute `custom`, or of the file.
The cells of a table follow each other row by row.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from excerpt.ingest.formats.ocr.layout import (
    LayoutText,
    PageFacts,
    join_words,
    printed_number,
    role_of,
)
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.xml_tree import attribute, local_name, parse_xml
from excerpt.ingest.language import language_code
from excerpt.model import BlockKind, Document

__all__ = ["add_pages", "read"]

_REGIONS: Final = ("{*}TextRegion", "{*}TableCell")
_LEVELS: Final = ("TextLine", "Word", "Glyph")
_ORDER = re.compile(r"readingOrder\s*\{\s*index\s*:\s*(\d{1,6})")
_STRUCTURE = re.compile(r"structure\s*\{[^}]{0,200}?type\s*:\s*([\w-]{1,40})")
_FIRST: Final = -1
"""Index of a text that has none: it precedes all alternatives."""
_LAST: Final = 1_000_000
"""Number of a region that has none."""


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not well-formed.
    """
    text = LayoutText()
    return text.build("page", add_pages(source, text))


def add_pages(source: Source, text: LayoutText) -> PageFacts:
    """Add the pages in `source` to the text.

    Raises:
        Unreadable: if it is not well-formed.
    """
    tree = parse_xml(source.data)
    pages = list(tree.root.iter("{*}Page"))
    for page in pages:
        _add_page(page, text)
    languages = (attribute(page, "primaryLanguage") for page in pages)
    return PageFacts(
        language_code(next(filter(None, languages), "")),
        tree.encoding,
        tree.warnings,
        attribute(pages[0], "imageFilename") if len(pages) == 1 else "",
    )


def _add_page(page: Any, text: LayoutText) -> None:
    """Add the regions of a page."""
    regions = [(region, _type_of(region), list(_lines_of(region))) for region in _ordered(page)]
    numbers = (
        printed_number(" ".join(lines)) for _, type_, lines in regions if type_ == "page-number"
    )
    text.begin_page(next(filter(None, numbers), ""))
    for region, type_, lines in regions:
        if type_ == "drop-capital":
            text.add_initial("".join(lines).strip())
            continue
        kind, level = role_of(type_)
        if kind is BlockKind.PARAGRAPH and _is_in_table(region):
            kind = BlockKind.CELL
        text.add_region(lines, kind, level, attribute(region, "id"))


def _is_in_table(region: Any) -> bool:
    """Return whether a region is a cell, as Transkribus writes it, or a region in a table."""
    return local_name(region) == "TableCell" or local_name(region.getparent()) == "TableRegion"


def _type_of(region: Any) -> str:
    """Return the type of a region, by its own attribute or by what Transkribus notes."""
    noted = _STRUCTURE.search(attribute(region, "custom"))
    return attribute(region, "type") or (noted.group(1) if noted else "")


def _ordered(page: Any) -> list[Any]:
    """Return the text regions and the cells of a page in their reading order."""
    regions = list(page.iter(*_REGIONS))
    places: dict[Any, int] = {}
    numbers: dict[str, int] = {}
    order = page.find("{*}ReadingOrder")
    for reference in _references(order) if order is not None else ():
        numbers.setdefault(attribute(reference, "regionRef"), len(numbers))

    def order_of(region: Any) -> int:
        for each in (region, *region.iterancestors()):
            number = numbers.get(attribute(each, "id")) if numbers else _noted_order(each)
            if number is not None:
                return number
        return _LAST

    def key_of(region: Any) -> tuple[int, int, int, int]:
        is_cell = local_name(region) == "TableCell"
        # Regions without a number follow in the order of the file, and a table is one of them.
        place = places.setdefault(region.getparent() if is_cell else region, len(places))
        row, column = (_integer(region.get(name)) if is_cell else 0 for name in ("row", "col"))
        return order_of(region), place, row, column

    return sorted(regions, key=key_of)


def _noted_order(element: Any) -> int | None:
    """Return the number of a region or line that its attribute `custom` gives, or None."""
    noted = _ORDER.search(attribute(element, "custom"))
    return int(noted.group(1)) if noted else None


def _references(group: Any) -> Iterator[Any]:
    """Yield the references to regions in a group and the groups in it, by their index."""
    stack = [iter([group])]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            continue
        if element.get("regionRef"):
            yield element
        children = [child for child in element if isinstance(child.tag, str)]
        children.sort(key=lambda child: _integer(child.get("index")))
        stack.append(iter(children))


def _integer(value: str | None) -> int:
    return int(value[:6]) if value and value.isdecimal() else _FIRST


def _lines_of(region: Any) -> Iterator[str]:
    """Yield the lines of a region: those of its lines, or else those of its own text."""
    lines = [line for line in region if local_name(line) == "TextLine"]
    order = [_noted_order(line) for line in lines]
    if None not in order:
        lines.sort(key=lambda line: _noted_order(line) or 0)
    texts = [_text_of(line, 1) for line in lines]
    if any(texts):
        yield from texts
    else:
        yield from _own_text(region).split("\n")


def _text_of(element: Any, level: int) -> str:
    """Return the text of a line, word or glyph: its own, or else that of the parts in it."""
    own = _own_text(element)
    if own or level == len(_LEVELS):
        return own
    parts = [_text_of(child, level + 1) for child in element if local_name(child) == _LEVELS[level]]
    parts = list(filter(None, parts))
    return join_words(parts) if level == 1 else "".join(parts)


def _own_text(element: Any) -> str:
    """Return the text with the lowest index among those of an element."""
    found = [
        (_integer(child.get("index")), number, child)
        for number, child in enumerate(element)
        if local_name(child) == "TextEquiv"
    ]
    for *_, child in sorted(found, key=lambda each: each[:2]):
        for name in ("Unicode", "PlainText"):
            text = child.findtext(f"{{*}}{name}") or ""
            if text.strip():
                return text.strip()
    return ""
