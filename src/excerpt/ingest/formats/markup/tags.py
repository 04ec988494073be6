"""Tags of HTML within Markdown and wiki markup → marks.

A tag of an unknown element without attributes, such as `<name>`, is text: it is more often a
placeholder than markup.
"""

import re
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.blocks.note_references import is_power
from excerpt.ingest.formats.html.roles import split_names
from excerpt.ingest.formats.markup.page_tags import add_page_of_tag
from excerpt.model import Anchor, BlockKind

__all__ = ["TAG", "add_tag", "is_after_word"]

TAG: Final = r"""</?[A-Za-z][A-Za-z0-9:-]*+(?>[^<>"'=]++|=\s*+(?>"[^"<]*+"|'[^'<]*+')?+|["'])*+>"""
"""A pattern, in which white space is ignored, of what may be a tag."""
_RAW_ELEMENTS: Final = frozenset({"script", "style"})
"""Elements whose contents are not text."""
_ELEMENTS: Final = split_names(
    """
    a abbr acronym address area article aside audio b base bdi bdo big blink blockquote body br
    button canvas caption center cite code col colgroup data datalist dd del details dfn dialog
    dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4
    h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark
    marquee menu meta meter nav nobr noframes noscript object ol optgroup option output p param
    picture pre progress q rb rp rt rtc ruby s samp script section select small source span strike
    strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr
    track tt u ul var video wbr references gallery poem noinclude includeonly onlyinclude tabber
    indicator categorytree translate languages
    """
)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]*)")
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_ANCHOR = re.compile(
    r"""\b(?:id|name)\s*=\s*(?:"([^"\s]+)"|'([^'\s]+)'|([^"'\s>]+))""", re.IGNORECASE
)
_NOTE_MARK = re.compile(r"<sup\b[^<>]*>\s*[\[(]?(?:\d{1,3}|[*†‡§])[\])]?\s*</sup>", re.IGNORECASE)
"""A note mark in superscript, from its tag on."""
_LINKED_NOTE_MARK = re.compile(
    r"""(?:<sup\b[^<>]*+>\s*)?<a\b[^<>]{0,200}\bhref\s*=\s*["']?\#[^<>]{0,200}+>\s*(?:<sup>)?
    [\[(]?(?:\d{1,3}|[*†‡§])[\])]?\s*(?:</sup>)?</a>(?:\s*</sup>)?""",
    re.IGNORECASE | re.VERBOSE,
)
"""A note mark that is a link within the text."""


def add_tag(builder: BlockBuilder, start: int, end: int, limit: int) -> int:
    """Add the marks and the anchor of the tag from `start` to `end`; return where to go on.

    The alternative text of a picture is a caption. A number in superscript after a word is a note
    mark, up to its closing tag, if that is before `limit`.
    """
    text = builder.text
    tag = text[start:end]
    name = _tag_name(tag)
    if not name:
        return start + 1
    note = _NOTE_MARK.match(text, start, limit) if name == "sup" else None
    if name in {"sup", "a"} and (link := _LINKED_NOTE_MARK.match(text, start, limit)):
        if anchor := _ANCHOR.search(tag):
            builder.anchors.append(Anchor(start, anchor.group(anchor.lastindex or 0)))
        builder.add_mark(start, link.end(), BlockKind.REFERENCE)
        return link.end()
    if note and is_after_word(text, start):
        builder.add_mark(start, note.end(), BlockKind.REFERENCE)
        return note.end()
    if tag[1] != "/" and (after := add_page_of_tag(builder, name, start, end, limit)):
        return after
    if name in _RAW_ELEMENTS and tag[1] != "/":
        end = _end_of_element(text, name, end, limit)
    elif name == "img" and (alt := _ALT.search(tag)):
        first, last = alt.span(alt.lastindex or 0)
        builder.add_mark(start, start + first, BlockKind.MARKUP)
        builder.add_mark(start + first, start + last, BlockKind.CAPTION)
        start += last
    elif tag[1] != "/" and (anchor := _ANCHOR.search(tag)):
        builder.anchors.append(Anchor(start, anchor.group(anchor.lastindex or 0)))
    builder.add_mark(start, end, BlockKind.MARKUP)
    return end


def is_after_word(text: str, offset: int) -> bool:
    """Return whether a word or its punctuation ends at `offset`, not a symbol with an exponent."""
    before = text[max(0, offset - 1) : offset]
    return before.strip() != "" and not before.isdecimal() and not is_power(text, offset)


def _tag_name(tag: str) -> str:
    """Return the name of the element in lower case, "" if the tag is text.

    >>> _tag_name("</B>"), _tag_name("<name>"), _tag_name('<x-box id="1">')
    ('b', '', 'x-box')
    """
    found = _NAME.match(tag)
    name = found.group(1).lower() if found else ""
    is_known = name in _ELEMENTS or "-" in name or "=" in tag
    return name if is_known else ""


def _end_of_element(text: str, name: str, start: int, end: int) -> int:
    """Return the offset after the closing tag of the element `name` whose content is at `start`.

    It is `end` if the tag is missing.
    """
    closing = re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE).search(text, start, end)
    return closing.end() if closing else end
