"""The bytes of a source file → a Document.

`read_document` finds the format of a file, calls its reader, and applies what all formats share.

    registry         the formats, in one table: names, suffixes, readers
    identification   a file → its format
    signatures       the tests for formats by content; `text_signatures` for those of text
    third_party      formats of other packages
    source           a file as its reader gets it; `compressed` for compressed files
    guarded          readers that may crash or hang, in a process with limits

Readers:

    plain            plain text
    html             web pages
    markup           Markdown and wiki markup
    pdf              PDF
    office           Word documents, OpenDocument texts, rich text
    epub             e-books
    tei              TEI
    ocr              ALTO, PAGE XML and hOCR
    mail             messages and saved web pages
    subtitles        SRT and WebVTT
    table_row        a row of a table; `table_text` reads a table without a column of texts

Parts of readers:

    blocks           blocks, found by the look of lines
    pages            pages, found by page numbers and running headers
    text_builder     strings in order → text, blocks, marks, anchors and pages
    xml_tree         XML → its tree
    zip_package      a zip file → its members
    entities         character references of HTML
    encoded_files    files in Base64 and the like within a text
    list_numbers     numbers of items, in letters and Roman numerals
    ocr_commands     commands that recognise the text of scans, for warnings
    dublin_core      properties of office documents and e-books; `placeholders` of programs
    nested_values    mappings and lists → names and values

After the reader:

    title_text       a title without a text
    contents_list    tables of contents, set apart
    reading_rules    the rules of a collection for one file; `text_rules` applies them to a text,
                     with `rule_patterns` and `rule_facts`
"""

from collections.abc import Sequence
from typing import Final

from excerpt.ingest.formats.compressed import (
    decompress,
    is_compressed,
    without_compressed_suffix,
)
from excerpt.ingest.formats.contents_list import set_apart_contents
from excerpt.ingest.formats.identification import find_format, format_of_member, read
from excerpt.ingest.formats.reading_rules import NO_RULES, OF_PAGES, FileRules
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_rules import apply_rules
from excerpt.ingest.formats.title_text import with_title_as_text
from excerpt.ingest.language import likely_language
from excerpt.ingest.path_dates import metadata_of_path
from excerpt.model import Document

__all__ = ["VERSION", "read_document"]

VERSION = 38
"""The version of what all readers share. Increase it with every change there to the text, the
blocks, the passages or the metadata of documents: an index of another version is then rebuilt. For
a change to one reader, increase `Format.version` in `registry.py`: only its files are read
again."""

_LANGUAGE_OF_USER: Final = frozenset({"docx", "odt", "pdf", "mail"})
"""Formats whose files declare a language although nobody chose it."""
MAX_TITLE_LENGTH: Final = 300
"""Characters of a title, which is shown with every hit; the whole of it is in the text."""


def read_document(
    path: str,
    data: bytes,
    rules: FileRules = NO_RULES,
    default_encoding: str = "",
    format_name: str = "",
    *,
    passwords: Sequence[str] = (),
) -> Document:
    """Return the document in the file at `path` with the bytes `data`.

    `rules` are those of the collection for this file. `default_encoding` is used if the file
    declares no encoding; "" to detect it. `format_name` names the format of a member that its
    container determines. `passwords` are tried if it is encrypted.

    Raises:
        Unreadable: if it is not text, in an unsupported format, or too large when decompressed.
    """
    name = path.rpartition("/")[2].lower()
    if is_compressed(data) and not format_name:
        data = decompress(data)
        name = without_compressed_suffix(name)
    suffix = name.rpartition(".")[2] if "." in name else ""
    source = Source(suffix, data, rules, default_encoding, passwords)
    format_ = format_of_member(format_name) if format_name else find_format(source)
    document = read(format_, source)
    if document.language and document.format in _LANGUAGE_OF_USER:
        language = likely_language(document.language, document.text)
        document = document._replace(language=language)
    if document.format not in OF_PAGES:
        document = apply_rules(document, rules.text)
    document = set_apart_contents(with_title_as_text(document))
    if len(document.title) > MAX_TITLE_LENGTH:
        shown = (
            document.title[:MAX_TITLE_LENGTH].rpartition(" ")[0]
            or document.title[:MAX_TITLE_LENGTH]
        )
        document = document._replace(title=f"{shown}…")
    # A build passes a path without a name and merges this metadata itself: a file may be moved
    # without being read again. Other callers get it here.
    known = {key for key, _ in document.metadata}
    from_path = tuple((key, value) for key, value in metadata_of_path(path) if key not in known)
    return document._replace(metadata=document.metadata + from_path) if from_path else document
