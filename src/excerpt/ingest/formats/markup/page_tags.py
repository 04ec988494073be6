"""Tags, comments and attributes in Markdown and wiki markup → the pages that begin at them.

bro<span class="pagenum">14</span>ken    [14]{.pagenum}    <a id="page_14">    <!-- p. 14 -->
"""

import re
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.html.marks import (
    MAX_PAGE_NUMBER_LENGTH,
    PAGE_ID,
    PAGE_NAMES,
    page_label,
)
from excerpt.ingest.formats.html.roles import joined_names
from excerpt.model import Anchor, BlockKind, Page

__all__ = ["add_page_of_comment", "add_page_of_tag", "page_of_attributes"]

MAX_ELEMENT_LENGTH: Final = 200
"""Characters of a page number with the tags in it."""
_NAMES: Final = PAGE_NAMES - {"page"}
"""Classes of page numbers, without hyphens; a "page" may be a whole page here."""
_ATTRIBUTE = re.compile(
    r"""\b(class|epub:type|role|id|name|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"<!--\s*(?:\[|pb\s+)?\s*(?:pages?|pp?\.|pg\.?|s\.|seite|fol\.)?[\s:#=]*"
    r"(\d{1,5}[rv]?|[ivxlcdm]{1,9})\s*\]?\s*-->",
    re.IGNORECASE,
)
_PAGE_WORD = re.compile(r"(?:page|pp?\.|pg|pb|s\.|seite|fol\.)", re.IGNORECASE)
_TAG = re.compile("<[^<>]*>")


def add_page_of_comment(builder: BlockBuilder, start: int, end: int) -> None:
    """Add the page that the comment from `start` to `end` names."""
    if end - start < MAX_ELEMENT_LENGTH:
        comment = _COMMENT.fullmatch(builder.text, start, end)
        if comment and _PAGE_WORD.search(comment.group()):
            builder.pages.append(Page(start, comment.group(1)))


def add_page_of_tag(builder: BlockBuilder, name: str, start: int, end: int, limit: int) -> int:
    """Add the page that an opening tag, or its element, numbers.

    Return the offset after the page number, or 0 if there is none, so that the tag is like any
    other.
    """
    text = builder.text
    if end - start > MAX_ELEMENT_LENGTH:
        return 0
    values = {
        key.lower(): one or two or three
        for key, one, two, three in _ATTRIBUTE.findall(text, start, end)
    }
    id_ = values.get("id") or values.get("name") or ""
    if not (id_ or values.keys() & {"class", "epub:type", "role"}):
        return 0
    names = " ".join(values.get(key, "") for key in ("class", "epub:type", "role"))
    closing = text.find(f"</{name}", end, min(limit, end + MAX_ELEMENT_LENGTH))
    after = text.find(">", closing, limit) + 1 if closing >= 0 else 0
    content = _TAG.sub("", text[end:closing]) if after else ""
    label = page_of_attributes(names, id_ or values.get("title", ""), content)
    if label and content.strip() and len(content) <= MAX_PAGE_NUMBER_LENGTH:
        builder.add_mark(start, after, BlockKind.PAGE)
    elif found := (PAGE_ID.fullmatch(id_) if not content.strip() else None):
        label, after = found.group(1), 0
    elif not label or content.strip():
        return 0
    builder.pages.append(Page(start, label))
    if after and id_:
        builder.anchors.append(Anchor(start, id_))
    return after if content.strip() else 0


def page_of_attributes(names: str, id_: str, content: str) -> str:
    """Return the label of the page that an element with these classes numbers, "" if it is none.

    >>> page_of_attributes("page-num", "", "[Pg 13]"), page_of_attributes("", "Page_12", "")
    ('13', '12')
    """
    found = PAGE_ID.fullmatch(id_)
    if not joined_names(names).isdisjoint(_NAMES):
        return page_label(content) or (found.group(1) if found else "") or page_label(id_)
    return found.group(1) if found and not content.strip() else ""
