"""The formats that excerpt reads, and those that it recognises but cannot read, in two tables.

The walk (suffixes), the reading of a file (content, then the reader) and all messages look formats
up here. A format is a module with a function `read(source: Source) -> Document` and a line in
`FORMATS`; a format that becomes supported may keep its line in `UNSUPPORTED`, since `FORMATS` takes
precedence. Readers are named, not imported: each is loaded when the first file needs it, because
the parsers they use take long to import.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from typing import Final, NamedTuple

from excerpt.errors import Advice, Unreadable
from excerpt.ingest.decode import Decoded, Hints, decode
from excerpt.ingest.encodings import declared_in_text
from excerpt.ingest.formats import structured
from excerpt.ingest.formats.reading_rules import NO_RULES, FileRules
from excerpt.ingest.formats.tei_names import ROOTS as TEI_ROOTS
from excerpt.ingest.formats.zip_package import package_type
from excerpt.model import Document

__all__ = [
    "FORMATS",
    "UNSUPPORTED",
    "Format",
    "Limits",
    "Source",
    "UnsupportedFormat",
    "find_format",
    "unsupported_by_name",
]

_WIKI_HEADING = re.compile(
    r"\n(?:(={2,6})(?!=)(?=[^\n]*[^\W_])[^\n]*[^=\n]\1|= (?=[^\n]*[^\W\d_])[^=\n]* =)"
    r"[^\S\n]*(?=\n|\Z)"
)
"""A heading with as many signs after it as before it: OCR programs also read rules as signs."""
_HOCR_PAGE = re.compile(r"\sclass\s{0,9}=\s{0,9}[\"']?ocr_page\b")
_NEXT_MESSAGE = re.compile(
    rb"(?:\n\r?\n|\r\r)From [^\n\r]{1,200}\d\d:\d\d|\n\0\r?\0?\n\0F\0r\0o\0m\0 \0"
)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass
class Source:
    """The content of a source file.

    suffix            of its name, in lower case and without the dot; "" if it has none
    data              its bytes, decompressed
    rules             the rules of the collection for it
    default_encoding  its encoding if it declares none, "" to detect it
    """

    suffix: str
    data: bytes
    rules: FileRules = NO_RULES
    default_encoding: str = ""

    @cached_property
    def decoded(self) -> Decoded:
        """The text, for formats that declare no encoding but perhaps in a line at the top.

        Raises:
            Unreadable: if the data is not text.
        """
        declared = self.rules.encoding or declared_in_text(self.data)
        return decode(self.data, hints=Hints(declared, self.default_encoding))

    @cached_property
    def raw_text(self) -> str:
        """The start of the data with its marks in ASCII characters, whatever the encoding.

        NUL bytes are left out, so that UTF-16 is recognised too.
        """
        start = self.data[: 2 * structured.SAMPLE]
        if b"\0" in start:  # searching for one byte is many times as fast as replacing it
            start = start.replace(b"\0", b"")
        for mark in _BYTE_ORDER_MARKS:
            start = start.removeprefix(mark)
        if b"\r" in start:
            start = start.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return start.decode("latin-1")

    @cached_property
    def markup_language(self) -> str:
        """The result of `structured.markup_language`."""
        end = self.data[-structured.SAMPLE :].replace(b"\0", b"").decode("latin-1")
        is_page = self.suffix in PAGE_SUFFIXES
        found = structured.markup_language(self.raw_text, end, is_page=is_page)
        return found or ("xml" if self.suffix == "xml" and "<" in self.raw_text else "")

    @cached_property
    def xml_root(self) -> str:
        """The name of the root element of XML, without its prefix."""
        return structured.xml_root(self.raw_text)

    @cached_property
    def package_type(self) -> str:
        """The result of `zip_package.package_type`."""
        return package_type(self.data, self.suffix)

    @cached_property
    def unsupported(self) -> "UnsupportedFormat | None":
        """The unsupported format to which the content or the suffix belongs, if any."""
        return _unsupported_by_content(self) or _unsupported_by_suffix().get(self.suffix)


class Limits(NamedTuple):
    """The limits within which a guarded reader works (see `guarded`).

    file_bytes    size of the largest file
    memory_bytes  memory of its process
    seconds       time for a file, apart from the time that the reader allows itself as it proceeds
    """

    file_bytes: int = 1 << 30
    memory_bytes: int = 2 << 30
    seconds: float = 20.0


class Format(NamedTuple):
    """A format that excerpt reads.

    name        as in the query `format:html`
    suffixes    of files in this format, in lower case and without the dot
    sniff       recognises the format by its content, in files whose suffix belongs to no format
    reader      "module:function"; the function takes a `Source` and returns a `Document`
    limits      if its files may crash or hang the reader: those of the process that reads them
    is_certain  True if only `sniff` decides, before any other format is considered
    """

    name: str
    suffixes: frozenset[str]
    sniff: Callable[[Source], bool]
    reader: str
    limits: Limits | None = None
    is_certain: bool = False

    def read(self, source: Source) -> Document:
        """Return the document in `source`.

        Raises:
            Unreadable: if it cannot be read.
        """
        if self.limits is not None:
            from excerpt.ingest.formats.guarded import read_guarded  # starts processes

            return read_guarded(self.reader, source, self.limits)
        module, _, function = self.reader.partition(":")
        read: Callable[[Source], Document] = getattr(import_module(module), function)
        return read(source)


class UnsupportedFormat(NamedTuple):
    """A family of formats that excerpt recognises but cannot read.

    name      with its article, for messages
    suffixes  in lower case and without the dot, "tar.gz" included
    magic     first bytes of a file in one of these formats
    remedy    what the user can do about it, as an imperative; "" if nothing
    sniff     recognises a text in one of these formats, whatever its name
    """

    name: str
    suffixes: frozenset[str]
    magic: tuple[bytes, ...] = ()
    remedy: str = ""
    sniff: Callable[[Source], bool] | None = None

    @property
    def reason(self) -> str:
        """The reason for leaving a file out because of its name."""
        return f"{self.name}: not supported yet" + (f"; {self.remedy}" if self.remedy else "")

    @property
    def remedies(self) -> tuple[Advice, ...]:
        """The remedy as a sentence, in a tuple that is empty if there is none."""
        return (Advice(f"{self.remedy[0].upper()}{self.remedy[1:]}."),) if self.remedy else ()


def is_text(source: Source) -> bool:
    """Return whether the content is in no format that is known to be unsupported."""
    return source.unsupported is None


def is_web_page(source: Source) -> bool:
    """Return whether the content starts as an HTML document does."""
    return source.markup_language == "html"


def is_pdf(source: Source) -> bool:
    """Return whether the content starts as a PDF does.

    Viewers accept other bytes before that; it may be a text about PDF if its name does not say so.
    """
    start = source.data[:1024]
    return b"%PDF-" in start if source.suffix == "pdf" else start.lstrip().startswith(b"%PDF-")


def is_rtf(source: Source) -> bool:
    """Return whether the content starts as rich text does, or a part of one."""
    start = source.data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"{\\rtf", b"{\\") if source.suffix == "rtf" else b"{\\rtf")


def is_subtitles(source: Source) -> bool:
    """Return whether the content starts with a cue, or has cues and is named as subtitles."""
    if source.suffix in {"srt", "vtt"} and "-->" in source.raw_text:
        return True
    return structured.is_subtitles(source.raw_text)


def is_message(source: Source) -> bool:
    """Return whether the content is a single message."""
    text = source.raw_text
    is_named = source.suffix == "eml" and structured.has_headers(text)
    return (is_named or structured.is_mail(text)) and not is_mailbox(source)


def is_mailbox(source: Source) -> bool:
    """Return whether the content is a file of several messages."""
    text = source.raw_text
    if not (text.lstrip().startswith("From ") and structured.is_mail(text)):
        return False
    return source.suffix in {"mbox", "mbx"} or _NEXT_MESSAGE.search(source.data) is not None


def is_saved_page(source: Source) -> bool:
    """Return whether the content is a web page that a browser saved as a message."""
    text = source.raw_text
    is_named = source.suffix in {"mht", "mhtml"} and structured.has_headers(text)
    return is_named or structured.is_saved_page(text)


def is_wiki(source: Source) -> bool:
    """Return whether the content is text with a heading between equals signs."""
    if source.unsupported:
        return False
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


def _is_package(name: str) -> Callable[[Source], bool]:
    """Return what recognises packages in the format `name`."""
    return lambda source: source.package_type == name


def _has_root(names: frozenset[str]) -> Callable[[Source], bool]:
    """Return what recognises XML with one of these root elements."""
    return lambda source: source.markup_language == "xml" and source.xml_root in names


def never(source: Source) -> bool:  # noqa: ARG001
    """Return False: for formats that only their suffix distinguishes from plain text."""
    return False


def _suffixes(names: str) -> frozenset[str]:
    return frozenset(names.split())


PAGE_SUFFIXES: Final = _suffixes("htm html xhtml shtml xht php asp aspx jsp cfm hocr")
_ALTO: Final = frozenset({"alto"})
_PAGE: Final = frozenset({"PcGts"})
_MAIL: Final = "excerpt.ingest.formats.mail"
_SUBTITLES: Final = "excerpt.ingest.formats.subtitles:read"
FORMATS: tuple[Format, ...] = (
    # The suffix of a zip file says little: its members decide.
    Format("docx", frozenset(), _is_package("docx"), "excerpt.ingest.formats.docx:read"),
    Format("epub", frozenset(), _is_package("epub"), "excerpt.ingest.formats.epub:read"),
    Format("hocr", frozenset(), is_hocr, "excerpt.ingest.formats.hocr:read", is_certain=True),
    Format("alto", frozenset(), _has_root(_ALTO), "excerpt.ingest.formats.alto:read"),
    Format("page", frozenset(), _has_root(_PAGE), "excerpt.ingest.formats.page_xml:read"),
    Format("odt", frozenset(), is_open_document, "excerpt.ingest.formats.odt:read"),
    Format("tei", frozenset(), _has_root(TEI_ROOTS), "excerpt.ingest.formats.tei:read"),
    Format(
        "pdf",
        _suffixes("pdf"),
        is_pdf,
        "excerpt.ingest.formats.pdf:read",
        Limits(),
        is_certain=True,
    ),
    Format("rtf", _suffixes("rtf"), is_rtf, "excerpt.ingest.formats.rtf:read", is_certain=True),
    Format(
        "vtt",
        _suffixes("vtt"),
        lambda source: is_subtitles(source) and source.raw_text.lstrip().startswith("WEBVTT"),
        _SUBTITLES,
        is_certain=True,
    ),
    Format("srt", _suffixes("srt"), is_subtitles, _SUBTITLES, is_certain=True),
    Format("mhtml", _suffixes("mht mhtml"), is_saved_page, f"{_MAIL}:read_page", is_certain=True),
    Format("mail", _suffixes("eml"), is_message, f"{_MAIL}:read", is_certain=True),
    Format(
        "html",
        # Other XML is recognised by its content before suffixes are considered.
        PAGE_SUFFIXES | {"xml"},
        is_web_page,
        "excerpt.ingest.formats.html:read",
    ),
    Format(
        "markdown",
        _suffixes("md markdown mdown mkd mkdn"),
        never,
        "excerpt.ingest.formats.markdown:read",
    ),
    Format(
        "wiki",
        _suffixes("wiki mediawiki wikitext"),
        is_wiki,
        "excerpt.ingest.formats.wiki:read",
    ),
    Format("text", frozenset(), is_text, "excerpt.ingest.formats.plain_text:read"),
)
"""The formats that excerpt reads, in the order in which contents are compared with them."""

_SAVE_AS_TEXT: Final = "save it as text or HTML"
UNSUPPORTED: tuple[UnsupportedFormat, ...] = (
    UnsupportedFormat(
        "office document",
        _suffixes("doc ppt pptx odp xls xlsx ods pages numbers key wpd wps"),
        (b"\xd0\xcf\x11\xe0",),
        _SAVE_AS_TEXT,
    ),
    UnsupportedFormat(
        "e-book",
        _suffixes("mobi azw azw3 djvu fb2 lit"),
        remedy="convert it to text or HTML",
    ),
    UnsupportedFormat(
        "zip archive or office document",
        frozenset(),
        (b"PK\x03\x04",),
        "unpack it, or save it as text or HTML",
    ),
    UnsupportedFormat(
        "archive",
        _suffixes(
            "zip tar tgz tbz txz bz2 xz zst 7z rar lz4 jar cab iso dmg deb rpm warc tar.gz warc.gz"
        ),
        (b"\x1f\x8b", b"BZh", b"\xfd7zXZ"),
        "unpack it",
    ),
    UnsupportedFormat(
        "image",
        _suffixes("png jpg jpeg gif tif tiff bmp webp ico svg jp2 psd heic avif eps ps xcf"),
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    ),
    UnsupportedFormat("audio", _suffixes("mp3 wav ogg flac m4a aac wma opus mid")),
    UnsupportedFormat("video", _suffixes("mp4 m4v avi mov mkv webm wmv flv mpg mpeg")),
    UnsupportedFormat("font", _suffixes("woff woff2 ttf otf eot")),
    UnsupportedFormat(
        "program or style sheet",
        _suffixes("exe dll so dylib o a class pyc pyo wasm css js mjs map bin"),
        (b"\x7fELF",),
    ),
    UnsupportedFormat(
        "database",
        _suffixes("sqlite sqlite3 db mdb accdb dbf parquet npy npz pickle pkl h5 dat-journal"),
        (b"SQLite format 3",),
    ),
    UnsupportedFormat(
        "mailbox",
        _suffixes("emlx mbox mbx msg pst ost"),
        remedy="save each message as a file of its own (.eml)",
        sniff=is_mailbox,
    ),
    UnsupportedFormat(
        "XML",
        _suffixes(
            "rss atom rdf xsl xslt xsd dtd sgm sgml nxml jats mets mods opml kml gpx musicxml folia"
        ),
        remedy="convert it to text or HTML",
        sniff=lambda source: source.markup_language == "xml",
    ),
    UnsupportedFormat(
        "subtitles",
        _suffixes("ass ssa sbv sub ttml dfxp smi sami lrc"),
        remedy="convert them to SRT or WebVTT",
        sniff=lambda source: structured.is_subtitle_script(source.raw_text),
    ),
    UnsupportedFormat(
        "table or JSON",
        _suffixes("csv tsv tab psv json jsonl ndjson geojson ipynb conll conllu"),
        remedy="save the text of each row as a file of its own",
        sniff=lambda source: _is_data(source),  # noqa: PLW0108  (defined below)
    ),
)
"""Formats that are reported by name."""


def find_format(source: Source) -> Format:
    """Return the format of `source`: by its suffix, or else by its content.

    Raises:
        Unreadable: if the file is in an unsupported format.
    """
    for format_ in FORMATS:
        if format_.is_certain and format_.sniff(source):
            return format_
    unsupported = source.unsupported
    if unsupported is None:
        for format_ in FORMATS:
            if source.suffix in format_.suffixes and not format_.is_certain:
                return format_
    for format_ in FORMATS:
        if format_.sniff(source):
            return format_
    assert unsupported is not None  # or `is_text` would have accepted it
    by = "content" if _unsupported_by_content(source) else "name"
    raise Unreadable(
        f"its {by} identifies it as {unsupported.name}, which is not supported yet",
        *unsupported.remedies,
    )


def unsupported_by_name(name: str) -> UnsupportedFormat | None:
    """Return the unsupported format to which the suffix of a file's name belongs, if any."""
    _, *suffixes = name.lower().rsplit(".", 2)
    known = _unsupported_by_suffix()
    return known.get(".".join(suffixes)) or (known.get(suffixes[-1]) if suffixes else None)


@cache
def _unsupported_by_suffix() -> dict[str, UnsupportedFormat]:
    supported = frozenset().union(*(format_.suffixes for format_ in FORMATS))
    return {suffix: format_ for format_ in UNSUPPORTED for suffix in format_.suffixes - supported}


def _unsupported_by_content(source: Source) -> UnsupportedFormat | None:
    for format_ in UNSUPPORTED:
        if source.data.startswith(format_.magic) or (format_.sniff and format_.sniff(source)):
            return format_
    return None


def _is_data(source: Source) -> bool:
    """Return whether the content is JSON or a table; only text that may be either is decoded."""
    if source.suffix in PAGE_SUFFIXES:
        return False
    if source.raw_text.lstrip().startswith(("{", "[")) and structured.is_json(source.decoded.text):
        return True
    line = source.raw_text.lstrip("\n").partition("\n")[0]
    has_cells = any(delimiter in line for delimiter in "\t,;|")
    return has_cells and structured.is_table(source.decoded.text)
