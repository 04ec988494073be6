"""The bytes of a source → a Document. One module for each format; the format is found without being asked.

text       plain text                     wiki       == Heading == and its kin, read as text
markdown   Markdown                       html       web pages
"""

import re

from excerpt.ingest.decode import decode
from excerpt.ingest.formats.compressed import unpack
from excerpt.ingest.formats.plain_text import extract_text
from excerpt.ingest.formats.wiki import extract_wiki, is_wiki
from excerpt.ingest.metadata import metadata_of_path
from excerpt.model import Document

__all__ = ["VERSION", "extract"]

VERSION = 4
"""Raised by every change that extracts or cuts differently: documents of an index made before are read again."""

_HTML = frozenset({"htm", "html", "xhtml", "shtml", "xht", "php", "asp", "aspx", "jsp", "cfm"})
_MARKDOWN = frozenset({"md", "markdown", "mdown", "mkd", "mkdn"})
_WIKI = frozenset({"wiki", "mediawiki", "wikitext"})
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(rb"<[a-zA-Z!/?]")


def extract(path: str, data: bytes) -> Document:
    """The document that `data`, found at `path`, holds.

    Raises:
        Unreadable: if it is no text, or more than may be read.
    """
    name = path.rpartition("/")[2].lower()
    if data.startswith(b"\x1f\x8b"):
        data = unpack(data)
        name = name.removesuffix(".gz")
    document = _extract(_format(name.rpartition(".")[2] if "." in name else "", data), data)
    known = {key for key, _ in document.metadata}
    from_path = tuple((key, value) for key, value in metadata_of_path(path) if key not in known)
    return document._replace(metadata=document.metadata + from_path) if from_path else document


def _format(suffix: str, data: bytes) -> str:
    """What `data` is: by the suffix of its name, unless its content says otherwise; "" for text of any kind."""
    if suffix in _HTML:
        return "html" if _TAG.search(data) or b"\0" in data[:4] else "text"
    if suffix in _MARKDOWN:
        return "markdown"
    if suffix in _WIKI:
        return "wiki"
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")
    return "html" if _PAGE.match(start.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")) else ""


def _extract(kind: str, data: bytes) -> Document:
    if kind == "html":
        from excerpt.ingest.formats.html import extract_html

        return extract_html(data)
    decoded = decode(data)
    if kind == "markdown":
        from excerpt.ingest.formats.markdown import extract_markdown

        return extract_markdown(decoded)
    if kind == "wiki" or (not kind and is_wiki(decoded.text)):
        return extract_wiki(decoded)
    return extract_text(decoded)
