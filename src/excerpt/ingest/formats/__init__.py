"""The bytes of a source file → a Document.

`table.py` lists the formats; each has a module of its own. `identification.py` finds the
one of a file, and `third_party.py` those of other packages. The other modules are shared:
`block_builder`, `outline` and `pagination` find blocks and pages in lines of text, `hyphens` the
words broken at line ends, and the modules `html_*` read web pages.
"""

from typing import Final

from excerpt.ingest.formats.compressed import GZIP, decompress
from excerpt.ingest.formats.contents_list import set_apart_contents
from excerpt.ingest.formats.identification import find_format, format_of_member, read
from excerpt.ingest.formats.reading_rules import NO_RULES, OF_PAGES, FileRules
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_rules import apply_rules
from excerpt.ingest.formats.title_text import with_title_as_text
from excerpt.ingest.language import likely_language
from excerpt.ingest.metadata import metadata_of_path
from excerpt.model import Document

__all__ = ["VERSION", "read_document"]

VERSION = 29
"""The version of what all readers share. Increase it with every change there to the text, the
blocks, the passages or the metadata of documents: an index of another version is then rebuilt. For
a change to one reader, increase `Format.version` in `table.py`: its files alone are read again."""

_LANGUAGE_OF_USER: Final = frozenset({"docx", "odt", "pdf", "mail"})
"""Formats whose files declare a language although nobody chose it."""
LONGEST_TITLE: Final = 300
"""Characters of a title, which is shown with every hit; the whole of it is in the text."""


def read_document(
    path: str,
    data: bytes,
    rules: FileRules = NO_RULES,
    default_encoding: str = "",
    format_name: str = "",
) -> Document:
    """Return the document in the file at `path` with the bytes `data`.

    `rules` are those of the collection for this file. `default_encoding` is used if the file
    declares no encoding; "" to detect it. `format_name` names the format of a member that its
    container determines.

    Raises:
        Unreadable: if it is not text, in an unsupported format, or too large when decompressed.
    """
    name = path.rpartition("/")[2].lower()
    if data.startswith(GZIP) and not format_name:
        data = decompress(data)
        name = name.removesuffix(".gz")
    source = Source(name.rpartition(".")[2] if "." in name else "", data, rules, default_encoding)
    format_ = format_of_member(format_name) if format_name else find_format(source)
    document = read(format_, source)
    if document.language and document.format in _LANGUAGE_OF_USER:
        language = likely_language(document.language, document.text)
        document = document._replace(language=language)
    if document.format not in OF_PAGES:
        document = apply_rules(document, rules.text)
    document = set_apart_contents(with_title_as_text(document))
    if len(document.title) > LONGEST_TITLE:
        shown = document.title[:LONGEST_TITLE].rpartition(" ")[0] or document.title[:LONGEST_TITLE]
        document = document._replace(title=f"{shown}…")
    # A build passes a path without a name and merges this metadata itself: a file may be moved
    # without being read again. Other callers get it here.
    known = {key for key, _ in document.metadata}
    from_path = tuple((key, value) for key, value in metadata_of_path(path) if key not in known)
    return document._replace(metadata=document.metadata + from_path) if from_path else document
