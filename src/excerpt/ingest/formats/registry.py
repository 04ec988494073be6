"""The formats that excerpt reads, and those that it recognises but cannot read, in two tables.

A format is a module with a function `read(source: Source) -> Document` and a line in `FORMATS`; a
format that becomes supported may keep its line in `UNSUPPORTED`, since `FORMATS` takes precedence.
Readers are named, not imported: each is loaded when the first file needs it, because the parsers
they use take long to import. `identification` finds the format of a file in these tables and among
the formats of other packages.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Final, NamedTuple

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.formats import text_signatures
from excerpt.ingest.formats.signatures import (
    always,
    has_ole_stream,
    has_package_type,
    has_root,
    is_hocr,
    is_json,
    is_mailbox,
    is_message,
    is_open_document,
    is_pdf,
    is_rtf,
    is_saved_page,
    is_subtitles,
    is_table,
    is_tei,
    is_web_page,
    is_wiki,
    is_word_xml,
    never,
)
from excerpt.ingest.formats.source import PAGE_SUFFIXES, TABLE_SUFFIXES, Source
from excerpt.ingest.formats.zip_package import OLE, ZIP
from excerpt.model import Document

__all__ = [
    "CONTAINERS",
    "FORMATS",
    "MISNAMED",
    "ROW",
    "UNSUPPORTED",
    "Format",
    "Limits",
    "UnsupportedFormat",
    "load_reader",
]


class Limits(NamedTuple):
    """The limits within which a guarded reader works (see `guarded`).

    file_bytes    size of the largest file
    memory_bytes  memory of its process, without the files that are mapped; 2 GB with them
    seconds       time for a file, apart from the time that the reader allows itself as it proceeds
    """

    file_bytes: int = 1 << 30
    memory_bytes: int = 1_750 << 20
    seconds: float = 20.0


class Format(NamedTuple):
    """A format that excerpt reads.

    name        as in the query `format:html`
    suffixes    of files in this format, in lower case and without the dot
    sniff       recognises the format by its content, in files whose suffix belongs to no format
    reader      "module:function"; the function takes a `Source` and returns a `Document`
    limits      if its files may crash or hang the reader: those of the process that reads them
    is_certain  True if only `sniff` decides, before any other format is considered
    is_text     True if content that an unsupported format claims is not compared with it
    version     of the reader; a build reads the files of this format again if it is another one
    needs       modules that the reader imports, if they are not installed with the reader
    package     name and version of the package that adds the format, "" if excerpt does
    """

    name: str
    suffixes: frozenset[str]
    sniff: Callable[[Source], bool]
    reader: str
    limits: Limits | None = None
    is_certain: bool = False
    is_text: bool = False
    version: int = 1
    needs: tuple[str, ...] = ()
    package: str = ""

    def read(self, source: Source) -> Document:
        """Return the document in `source`.

        Raises:
            Unreadable: if it cannot be read.
        """
        if self.limits is not None:
            from excerpt.ingest.formats.guarded import read_guarded  # starts processes

            return read_guarded(self.reader, source, self.limits)
        return load_reader(self.reader)(source)


def load_reader(name: str) -> Callable[[Source], Document]:
    """Return the reader with the name "module:function".

    Raises:
        Unreadable: if it cannot be imported.
    """
    module, _, function = name.partition(":")
    try:
        reader: Callable[[Source], Document] = getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise Unreadable(
            f"its reader cannot be loaded: {error}",
            Instruction("Install the package again, then build with --checksum."),
        ) from error
    return reader


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
    def remedies(self) -> tuple[Instruction, ...]:
        """The remedy as a sentence, in a tuple that is empty if there is none."""
        return (Instruction(f"{self.remedy[0].upper()}{self.remedy[1:]}."),) if self.remedy else ()


def _suffixes(names: str) -> frozenset[str]:
    return frozenset(names.split())


_ALTO: Final = frozenset({"alto"})
_PAGE: Final = frozenset({"PcGts"})
_MAIL: Final = "excerpt.ingest.formats.mail.reader"
_SUBTITLES: Final = "excerpt.ingest.formats.subtitles:read"
FORMATS: tuple[Format, ...] = (
    # The suffix of a zip file says little: its members decide.
    Format(
        "docx",
        frozenset(),
        has_package_type("docx"),
        "excerpt.ingest.formats.office.docx:read",
        version=3,
    ),
    Format(
        "epub", frozenset(), has_package_type("epub"), "excerpt.ingest.formats.epub.reader:read"
    ),
    Format(
        "hocr",
        frozenset(),
        is_hocr,
        "excerpt.ingest.formats.ocr.hocr:read",
        is_certain=True,
        version=2,
    ),
    Format("alto", frozenset(), has_root(_ALTO), "excerpt.ingest.formats.ocr.alto:read", version=2),
    Format(
        "page", frozenset(), has_root(_PAGE), "excerpt.ingest.formats.ocr.page_xml:read", version=3
    ),
    # The members of containers: their pages are in other files.
    Format("mets", frozenset(), never, "excerpt.ingest.formats.ocr.mets:read"),
    Format(
        "odt",
        frozenset(),
        is_open_document,
        "excerpt.ingest.formats.office.odt:read",
        version=2,
    ),
    Format("tei", frozenset(), is_tei, "excerpt.ingest.formats.tei.reader:read", version=6),
    Format(
        "pdf",
        _suffixes("pdf"),
        is_pdf,
        "excerpt.ingest.formats.pdf.reader:read",
        Limits(),
        is_certain=True,
        version=9,
    ),
    Format(
        "rtf",
        _suffixes("rtf"),
        is_rtf,
        "excerpt.ingest.formats.office.rtf:read",
        is_certain=True,
        version=2,
    ),
    Format(
        "vtt",
        _suffixes("vtt"),
        lambda source: is_subtitles(source) and source.raw_text.lstrip().startswith("WEBVTT"),
        _SUBTITLES,
        is_certain=True,
    ),
    Format("srt", _suffixes("srt"), is_subtitles, _SUBTITLES, is_certain=True),
    Format("mhtml", _suffixes("mht mhtml"), is_saved_page, f"{_MAIL}:read_page", is_certain=True),
    Format("mail", _suffixes("eml"), is_message, f"{_MAIL}:read", is_certain=True, version=4),
    Format(
        "table",
        TABLE_SUFFIXES,
        is_table,
        "excerpt.ingest.formats.table_text:read",
        version=5,
        is_certain=True,
    ),
    Format(
        "html",
        # Other XML is recognised by its content before suffixes are considered.
        PAGE_SUFFIXES | {"xml"},
        is_web_page,
        "excerpt.ingest.formats.html.reader:read",
    ),
    Format(
        "markdown",
        _suffixes("md markdown mdown mkd mkdn"),
        never,
        "excerpt.ingest.formats.markup.markdown:read",
    ),
    Format(
        "wiki",
        _suffixes("wiki mediawiki wikitext"),
        is_wiki,
        "excerpt.ingest.formats.markup.wiki:read",
        is_text=True,
    ),
    Format(
        "text", frozenset(), always, "excerpt.ingest.formats.plain.plain_text:read", is_text=True
    ),
)
"""The formats that excerpt reads, in the order in which contents are compared with them."""

_TO_EPUB: Final = "convert it with `ebook-convert FILE book.epub`"
_TO_DOCX: Final = "save it as DOCX, as with `soffice --headless --convert-to docx FILE`"
CONTAINERS: Final = _suffixes(
    "zip tar tgz tbz tbz2 txz tar.gz tar.bz2 tar.xz mbox mbx json jsonl ndjson"
)
"""Suffixes of containers, which are opened, and reported if they turn out to hold no text."""
MISNAMED: Final = _suffixes("doc dot xls msg")
"""Suffixes that programs also give to rich text, web pages, mail and other formats that are
read."""
ROW: Final = Format("table", frozenset(), never, "excerpt.ingest.formats.table_row:read")
"""The format of a row, in which only the reader of a table writes it."""
UNSUPPORTED: tuple[UnsupportedFormat, ...] = (
    UnsupportedFormat(
        "Word 97 document (DOC)",
        _suffixes("doc dot"),
        remedy=_TO_DOCX,
        sniff=has_ole_stream("WordDocument"),
    ),
    UnsupportedFormat(
        "spreadsheet",
        _suffixes("xls xlsx xlsm xlsb xlt xltx xltm ods numbers"),
        remedy="save its sheets as CSV",
        sniff=has_ole_stream("Workbook"),
    ),
    UnsupportedFormat(
        "presentation",
        _suffixes("ppt pptx pptm pps ppsx ppsm pot potx potm odp key"),
        remedy="save it as PDF",
        sniff=has_ole_stream("PowerPoint Document"),
    ),
    UnsupportedFormat(
        "Outlook message (MSG)",
        _suffixes("msg"),
        remedy="save it as .eml, as with `msgconvert FILE`",
        sniff=has_ole_stream("__properties_version1.0"),
    ),
    UnsupportedFormat(
        "Outlook mailbox (PST)",
        _suffixes("pst ost"),
        (b"!BDN",),
        "export it as mbox, as with `readpst FILE`",
    ),
    UnsupportedFormat("office document", _suffixes("pages wpd wps wri"), (OLE,), _TO_DOCX),
    UnsupportedFormat(
        "Kindle e-book (MOBI)",
        _suffixes("mobi azw azw3 prc kfx"),
        remedy=_TO_EPUB,
        sniff=lambda source: source.data[60:68] in {b"BOOKMOBI", b"TEXtREAd"},
    ),
    UnsupportedFormat(
        "DjVu scan",
        _suffixes("djvu djv"),
        (b"AT&TFORM",),
        "convert it to PDF with `ddjvu -format=pdf FILE scan.pdf`",
    ),
    UnsupportedFormat("e-book", _suffixes("fb2 lit pdb"), (b"ITOLITLS",), _TO_EPUB),
    UnsupportedFormat(
        "zip archive or office document",
        frozenset(),
        (ZIP,),
        "unpack it, or save it as text or HTML",
    ),
    UnsupportedFormat(
        "archive",
        _suffixes("zip tar tgz tbz txz zst 7z rar lz4 jar cab iso dmg deb rpm warc tar.gz warc.gz"),
        (b"\x1f\x8b", b"BZh91AY&SY", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!\x1a"),
        "unpack it",
    ),
    UnsupportedFormat(
        "image",
        _suffixes("png jpg jpeg gif tif tiff bmp webp ico svg jp2 psd heic avif eps ps xcf"),
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  "),
        "recognise its text with an OCR program, such as `tesseract FILE page pdf`",
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
        "pointer to a file in Git LFS",
        frozenset(),
        (b"version https://git-lfs.github.com/spec/",),
        "fetch the file with `git lfs pull`",
    ),
    UnsupportedFormat(
        "Apple Mail message (EMLX)",
        _suffixes("emlx"),
        remedy="export it as a mailbox (.mbox) or as messages (.eml)",
    ),
    UnsupportedFormat(
        "mailbox",
        frozenset(),
        remedy="save each message as a file of its own (.eml)",
        sniff=is_mailbox,
    ),
    UnsupportedFormat(
        "METS list of pages",
        frozenset(),
        remedy="put the files of recognised text that it lists where it expects them",
        sniff=lambda source: source.markup_language == "xml" and source.xml_root == "mets",
    ),
    UnsupportedFormat(
        "Word document in a single file of XML",
        frozenset(),
        remedy=_TO_DOCX,
        sniff=is_word_xml,
    ),
    UnsupportedFormat(
        "XML",
        _suffixes(
            "rss atom rdf xsl xslt xsd dtd sgm sgml nxml jats mods opml kml gpx musicxml folia"
        ),
        remedy="convert it to text or HTML",
        sniff=lambda source: source.markup_language == "xml",
    ),
    UnsupportedFormat(
        "subtitles",
        _suffixes("ass ssa sbv sub ttml dfxp smi sami lrc"),
        remedy="convert them to SRT or WebVTT",
        sniff=lambda source: text_signatures.is_subtitle_script(source.raw_text),
    ),
    UnsupportedFormat(
        "bibliographic records",
        _suffixes("bib bibtex ris enw nbib ciw mrc marc mrk"),
        remedy="export titles and notes as a table (CSV) with a column text",
        sniff=lambda source: text_signatures.is_bibliography(source.raw_text),
    ),
    UnsupportedFormat(
        "calendar or address book",
        _suffixes("ics ical ifb vcf vcard vcs"),
        remedy="export its entries as a table (CSV)",
        sniff=lambda source: text_signatures.is_calendar(source.raw_text),
    ),
    UnsupportedFormat(
        "JSON",
        _suffixes("json jsonl ndjson geojson ipynb conll conllu"),
        remedy="save the text of each object under the name text",
        sniff=is_json,
    ),
)
"""Formats that are reported by name."""
