"""Recognised text in ALTO, versions 1 to 4 → Document.

Only the words and their order are used, not their positions.
"""

from collections.abc import Iterator
from typing import Any, Final

from excerpt.ingest.formats.ocr.layout import (
    HYPHENS,
    LayoutText,
    PageFacts,
    join_words,
    printed_number,
    role_of,
)
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.xml_tree import attribute, local_name, parse_xml
from excerpt.ingest.language import language_code
from excerpt.model import BlockKind, Document, Reason

__all__ = ["add_pages", "read"]

_MARGINS: Final = {
    "TopMargin": (BlockKind.BOILERPLATE, Reason.PAGE_HEADER),
    "BottomMargin": (BlockKind.BOILERPLATE, Reason.PAGE_FOOTER),
}


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not well-formed.
    """
    text = LayoutText()
    return text.build("alto", add_pages(source, text))


def add_pages(source: Source, text: LayoutText) -> PageFacts:
    """Add the pages in `source` to the text.

    Raises:
        Unreadable: if it is not well-formed.
    """
    tree = parse_xml(source.data)
    types = {
        attribute(tag, "ID"): attribute(tag, name)
        for tag in tree.root.iterfind("{*}Tags/*")
        for name in ("TYPE", "LABEL")
        if role_of(attribute(tag, name))[0] is not BlockKind.PARAGRAPH
    }
    pages = list(tree.root.iter("{*}Page"))
    for page in pages:
        _add_page(page, types, text, is_alone=len(pages) == 1)
    images = ("".join(each.itertext()).strip() for each in tree.root.iter("{*}fileName"))
    languages = (
        attribute(element, name)
        for element in tree.root.iter("{*}Page", "{*}TextBlock")
        for name in ("LANG", "language")
    )
    return PageFacts(
        language_code(next(filter(None, languages), "")),
        tree.encoding,
        tree.warnings,
        next(images, "") if len(pages) == 1 else "",
    )


def _add_page(page: Any, types: dict[str, str], text: LayoutText, *, is_alone: bool) -> None:
    """Add the blocks of a page."""
    blocks = [
        (block, _role_of(block, types), list(_lines_of(block)))
        for block in page.iter("{*}TextBlock")
    ]
    printed = (
        printed_number(" ".join(lines)) for _, role, lines in blocks if role[0] is BlockKind.PAGE
    )
    number = attribute(page, "PHYSICAL_IMG_NR")
    if is_alone and number in {"0", "1"}:
        number = ""  # a file for each page: programs number none of them
    text.begin_page(attribute(page, "PRINTED_IMG_NR") or next(filter(None, printed), "") or number)
    for block, (kind, level), lines in blocks:
        text.add_region(lines, kind, level, attribute(block, "ID"))


def _role_of(block: Any, types: dict[str, str]) -> tuple[BlockKind, int]:
    """Return the kind and level of a block: by its type, its tags or the margin that it is in."""
    tags = attribute(block, "TAGREFS").split()
    for name in (attribute(block, "TYPE"), *(types.get(tag, "") for tag in tags)):
        role = role_of(name)
        if role[0] is not BlockKind.PARAGRAPH:
            return role
    for around in block.iterancestors():
        if local_name(around) in _MARGINS:
            return _MARGINS[local_name(around)]
    return BlockKind.PARAGRAPH, 0


def _lines_of(block: Any) -> Iterator[str]:
    """Yield the lines of a block; a hyphen at the end of one is an element of its own."""
    for line in block.iterfind("{*}TextLine"):
        words: list[str] = []
        for element in line:
            name = local_name(element)
            content = element.get("CONTENT") or ""
            if name == "String":
                words.append(content)
            elif name == "HYP" and words and words[-1][-1:] not in HYPHENS:
                words[-1] += content or "-"
        yield join_words(words)
