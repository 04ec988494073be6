"""A source file → whether it is in a certain format.

Its content decides; the suffix helps where the content alone may be something else.
"""

import codecs
import re
from collections.abc import Callable

from excerpt.errors import Unreadable
from excerpt.ingest.formats import text_signatures
from excerpt.ingest.formats.source import PAGE_SUFFIXES, TABLE_SUFFIXES, Source
from excerpt.ingest.formats.tei.names import PARTS as TEI_PARTS
from excerpt.ingest.formats.tei.names import ROOTS as TEI_ROOTS
from excerpt.ingest.formats.zip_package import OLE

__all__ = [
    "always",
    "has_ole_stream",
    "has_package_type",
    "has_root",
    "is_hocr",
    "is_json",
    "is_mailbox",
    "is_message",
    "is_open_document",
    "is_pdf",
    "is_rtf",
    "is_saved_page",
    "is_subtitles",
    "is_table",
    "is_tei",
    "is_web_page",
    "is_wiki",
    "is_word_xml",
    "never",
]

_TEI_NAMESPACE = "http://www.tei-c.org/ns/1.0"
_START = 4_000
"""Characters in which the root element of XML declares its namespace."""
_WIKI_HEADING = re.compile(
    r"\n(?:(={2,6})(?!=)(?=[^\n]*[^\W_])[^\n]*[^=\n]\1|= (?=[^\n]*[^\W\d_])[^=\n]* =)"
    r"[^\S\n]*(?=\n|\Z)"
)
"""A heading with as many signs after it as before it: OCR programs also read rules as signs."""
_HOCR_PAGE = re.compile(r"\sclass\s{0,9}=\s{0,9}[\"']?ocr_page\b")
_NEXT_MESSAGE = re.compile(
    rb"(?:\n\r?\n|\r\r)From [^\n\r]{1,200}\d\d:\d\d|\n\0\r?\0?\n\0F\0r\0o\0m\0 \0"
)
_PDF_OBJECT = re.compile(rb"^\d+ \d+ obj\b", re.MULTILINE)


def is_web_page(source: Source) -> bool:
    """Return whether the content starts as an HTML document does."""
    return source.markup_language == "html"


def is_pdf(source: Source) -> bool:
    """Return whether the content starts as a PDF does.

    Viewers accept other bytes before that; it may be a text about PDF if its name does not say so.
    With that name, it may also be a PDF whose first line is damaged.
    """
    start = source.data[:1024]
    if source.suffix != "pdf":
        return start.lstrip().startswith(b"%PDF-")
    return b"%PDF-" in start or (_PDF_OBJECT.search(start) is not None and b"endobj" in source.data)


def is_rtf(source: Source) -> bool:
    """Return whether the content starts as rich text does, or a part of one."""
    start = source.data[:1024].removeprefix(codecs.BOM_UTF8).lstrip()
    return start.startswith((b"{\\rtf", b"{\\") if source.suffix == "rtf" else b"{\\rtf")


def is_subtitles(source: Source) -> bool:
    """Return whether the content starts with a cue, or has cues and is named as subtitles."""
    if source.suffix in {"srt", "vtt"} and "-->" in source.raw_text:
        return True
    return text_signatures.is_subtitles(source.raw_text)


def is_message(source: Source) -> bool:
    """Return whether the content is a single message."""
    text = source.raw_text
    is_named = source.suffix in {"eml", "msg"} and text_signatures.has_headers(text)
    return (is_named or text_signatures.is_mail(text)) and not is_mailbox(source)


def is_mailbox(source: Source) -> bool:
    """Return whether the content is a file of several messages."""
    text = source.raw_text
    if not (text.lstrip().startswith("From ") and text_signatures.is_mail(text)):
        return False
    return source.suffix in {"mbox", "mbx"} or _NEXT_MESSAGE.search(source.data) is not None


def is_saved_page(source: Source) -> bool:
    """Return whether the content is a web page that a browser saved as a message."""
    text = source.raw_text
    is_named = source.suffix in {"mht", "mhtml"} and text_signatures.has_headers(text)
    return is_named or text_signatures.is_saved_page(text)


def is_wiki(source: Source) -> bool:
    """Return whether the content is text with a heading between equals signs."""
    text = source.decoded.text
    if "=" not in text:  # searching for one character is many times as fast as for two
        return False
    starts_line = text.startswith("=") or "\n=" in text
    return starts_line and _WIKI_HEADING.search("\n" + text) is not None


def is_hocr(source: Source) -> bool:
    """Return whether the content is a web page with recognised text in hOCR."""
    return (
        source.markup_language == "html"
        and "ocr_page" in source.raw_text
        and _HOCR_PAGE.search(source.raw_text) is not None
    )


def is_open_document(source: Source) -> bool:
    """Return whether the content is a text in OpenDocument, in a zip file or in one of XML."""
    if source.package_type == "odt":
        return True
    is_xml = source.markup_language == "xml" and source.xml_root == "document"
    return is_xml and "application/vnd.oasis.opendocument.text" in source.raw_text


def is_tei(source: Source) -> bool:
    """Return whether the content is TEI: a whole document, or a part such as a chapter."""
    if source.markup_language != "xml":
        return False
    is_part = source.xml_root in TEI_PARTS and _TEI_NAMESPACE in source.raw_text[:_START]
    return is_part or source.xml_root in TEI_ROOTS


def is_word_xml(source: Source) -> bool:
    """Return whether the content is a document of Word 2003, or a package, in one file of XML."""
    return source.markup_language == "xml" and (
        source.xml_root == "wordDocument"
        or (source.xml_root == "package" and "office/2006/xmlPackage" in source.raw_text)
    )


def has_package_type(name: str) -> Callable[[Source], bool]:
    """Return what recognises packages in the format `name`."""
    return lambda source: source.package_type == name


def has_ole_stream(name: str) -> Callable[[Source], bool]:
    """Return what recognises old office files that contain a stream with this name."""
    written = name.encode("utf-16-le")
    return lambda source: source.data.startswith(OLE) and written in source.data


def has_root(names: frozenset[str]) -> Callable[[Source], bool]:
    """Return what recognises XML with one of these root elements."""
    return lambda source: source.markup_language == "xml" and source.xml_root in names


def is_json(source: Source) -> bool:
    """Return whether the content is JSON; only text that may be is decoded."""
    if source.suffix in PAGE_SUFFIXES or not source.raw_text.lstrip().startswith(("{", "[")):
        return False
    return text_signatures.is_json(_text(source))


def is_table(source: Source) -> bool:
    """Return whether the content is a table; only text that may be one is decoded."""
    if source.suffix in PAGE_SUFFIXES or is_json(source):
        return False
    line = source.raw_text.lstrip("\n").partition("\n")[0]
    has_cells = any(delimiter in line for delimiter in "\t,;|")
    if has_cells and text_signatures.is_table(_text(source)):
        return True
    return source.suffix in TABLE_SUFFIXES and text_signatures.has_equal_rows(_text(source))


def _text(source: Source) -> str:
    """Return the text of `source`, "" if it is none."""
    try:
        return source.decoded.text
    except Unreadable:
        return ""


def never(source: Source) -> bool:  # noqa: ARG001
    """Return False: for formats that only their suffix distinguishes from plain text."""
    return False


def always(source: Source) -> bool:  # noqa: ARG001
    """Return True: for plain text, which is compared last."""
    return True
