"""A source file as the readers get it: its bytes and its suffix, and what its start shows."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from excerpt.ingest.decode import Decoded, Hints, decode
from excerpt.ingest.encodings import declared_in_text
from excerpt.ingest.formats import text_signatures
from excerpt.ingest.formats.reading_rules import NO_RULES, FileRules
from excerpt.ingest.formats.zip_package import package_type

__all__ = ["PAGE_SUFFIXES", "TABLE_SUFFIXES", "Source"]

PAGE_SUFFIXES: Final = frozenset(
    ["htm", "html", "xhtml", "shtml", "xht", "php", "asp", "aspx", "jsp", "cfm", "hocr"]
)
"""Suffixes of web pages."""
TABLE_SUFFIXES: Final = frozenset(["csv", "tsv", "tab", "psv"])
_BYTE_ORDER_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class Source:
    """The content of a source file.

    suffix            of its name, in lower case and without the dot; "" if it has none
    data              its bytes, decompressed
    rules             the rules of the collection for it
    default_encoding  its encoding if it declares none, "" to detect it
    passwords         passwords to try if it is encrypted
    warnings          sentences on what went wrong before a reader got it
    """

    suffix: str
    data: bytes
    rules: FileRules = NO_RULES
    default_encoding: str = ""
    passwords: Sequence[str] = ()
    warnings: list[str] = field(default_factory=list)

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
        start = self.data[: 2 * text_signatures.SAMPLE]
        if b"\0" in start:  # searching for one byte is many times as fast as replacing it
            start = start.replace(b"\0", b"")
        for mark in _BYTE_ORDER_MARKS:
            start = start.removeprefix(mark)
        if b"\r" in start:
            start = start.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return start.decode("latin-1")

    @cached_property
    def markup_language(self) -> str:
        """The result of `text_signatures.markup_language`."""
        end = self.data[-text_signatures.SAMPLE :].replace(b"\0", b"").decode("latin-1")
        is_page = self.suffix in PAGE_SUFFIXES
        found = text_signatures.markup_language(self.raw_text, end, is_page=is_page)
        return found or ("xml" if self.suffix == "xml" and "<" in self.raw_text else "")

    @cached_property
    def xml_root(self) -> str:
        """The name of the root element of XML, without its prefix."""
        return text_signatures.xml_root(self.raw_text)

    @cached_property
    def package_type(self) -> str:
        """The result of `zip_package.package_type`."""
        return package_type(self.data, self.suffix)
