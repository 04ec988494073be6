"""The bytes of a web page → the encoding that it declares, and the bytes of its text.

A page is searched as bytes, because its encoding is not known yet: in all encodings in which pages
declare one, tags are written in ASCII.
"""

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["declared_charset", "text_bytes"]

HEAD_BYTES: Final = 1 << 20
"""Bytes of a page in which a declaration is looked for, up to its body."""
TAG_BYTES: Final = 5_000
"""Length of the longest tag; a `<` that is farther from its `>` is a sign."""
TEXT_BYTES: Final = 4 << 20
"""Bytes of a page whose text is extracted for a guess."""

_NAME: Final = rb"[\"']?\s{0,9}([\w:.()+-]{1,60})"
_XML = re.compile(rb"\s{0,99}<\?xml\b[^>]{0,500}?\bencoding\s{0,9}=\s{0,9}" + _NAME, re.IGNORECASE)
_MARKUP = re.compile(
    rb"<(?:(?P<comment>!--)|(?P<raw>script|style|title|textarea|noembed|xmp)\b|(?P<meta>meta)\b"
    rb"|(?P<body>body)\b)",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    rb"([^\s=/>\"']{1,60})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"?|'([^']*)'?|([^\s>\"']+))"
)
_TAG_END = re.compile(rb"[<>]")
_CONTENT_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}" + _NAME, re.IGNORECASE)
_HIDDEN = re.compile(
    rb"<(?:(?P<comment>!--)|(?P<name>script|style)\b[^<>]{0,%d}>?)" % TAG_BYTES, re.IGNORECASE
)
_TAG = re.compile(rb"<[a-zA-Z/!?][^<>]{0,%d}>" % TAG_BYTES)
_ENTITY = re.compile(rb"&(?:#?\w{1,10});?")


def declared_charset(data: bytes) -> str:
    """Return the encoding that a page declares, "" if it declares none.

    It is in an XML declaration or in the first meta element that names one, anywhere in the head,
    but not in a comment, script or title.
    """
    declaration = _XML.match(data[:HEAD_BYTES])
    if declaration:
        return declaration.group(1).decode("ascii", "replace")
    head = data[:HEAD_BYTES]
    unclosed: set[bytes] = set()  # each is looked for once: a page may open one again and again
    position = 0
    while found := _MARKUP.search(head, position):
        if found.group("body"):
            break
        if found.group("meta"):
            end = _TAG_END.search(head, found.end(), found.end() + TAG_BYTES)
            tag = head[found.end() : end.start()] if end else b""
            charset = _charset_of(tag)
            if charset:
                return charset
            position = found.end()
            continue
        element = (found.group("raw") or b"").lower()
        position = found.end()
        if element not in unclosed:
            position = _end_of_hidden(head, position, element)
            if position == found.end():
                unclosed.add(element)
    return ""


def _charset_of(tag: bytes) -> str:
    """Return the encoding that the attributes of a meta element name, or ""."""
    attributes = {name.lower(): b"".join(values) for name, *values in _ATTRIBUTE.findall(tag)}
    charset = attributes.get(b"charset", b"")
    if not charset and attributes.get(b"http-equiv", b"").strip().lower() == b"content-type":
        found = _CONTENT_CHARSET.search(attributes.get(b"content", b""))
        charset = found.group(1) if found else b""
    return charset.strip().decode("ascii", "replace")


def _end_of_hidden(data: bytes, start: int, element: bytes) -> int:
    """Return the end of a comment or of an element without tags in it; `start` if it has none."""
    end = re.compile(rb"</%s\s{0,9}>?" % element if element else rb"-->", re.IGNORECASE)
    found = end.search(data, start)
    return found.end() if found else start


def text_bytes(data: bytes) -> bytes:
    """Return the text in a page, without tags, comments, scripts, style sheets and entities.

    Tags and scripts are in ASCII characters: with them, a page in Russian or Hebrew would look like
    one in English. If there is no text, the whole page is returned.
    """
    text = b" ".join(_shown(data[:TEXT_BYTES]))
    text = _ENTITY.sub(b" ", _TAG.sub(b" ", text))
    return data if text.isascii() else text


def _shown(data: bytes) -> Iterator[bytes]:
    """Yield the parts of a page between comments, scripts and style sheets."""
    position = 0
    while found := _HIDDEN.search(data, position):
        yield data[position : found.start()]
        end = _end_of_hidden(data, found.end(), found.group("name") or b"")
        if end == found.end():
            position = end
            break
        position = end
    yield data[position:]
