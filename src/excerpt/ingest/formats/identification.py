"""A source file, or its name alone → its format.

Formats that their content makes certain come first, then suffixes, then any content. The formats of
other packages come after certain ones of excerpt, and before all that merely may be something else.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from excerpt.errors import Unreadable
from excerpt.ingest.formats import registry, third_party
from excerpt.ingest.formats.compressed import COMPRESSED_SUFFIXES
from excerpt.ingest.formats.registry import Format, UnsupportedFormat
from excerpt.ingest.formats.source import Source
from excerpt.model import Document

__all__ = [
    "all_formats",
    "find_format",
    "format_named",
    "format_of_member",
    "has_read_suffix",
    "is_misnamed",
    "read",
    "unsupported_by_name",
]


_BOM: Final = b"\xef\xbb\xbf"
_STARTS: Final = (b"{\\rtf", b"<", b"%PDF-", b"PK\x03\x04", b"MIME-Version:")
"""The beginnings of rich text, web pages, PDF, packages of XML and saved web pages."""
_HEADER: Final = re.compile(rb"From [!-~]|[A-Za-z][A-Za-z0-9-]{1,50}[ \t]*:")
"""The beginning of a message."""
_PACKAGES: Final = frozenset({"docx", "docm", "odt", "epub"})
"""Suffixes of formats that are recognised by the members of a zip file."""
_BINARY: Final = _PACKAGES | {"pdf"}
"""Suffixes of formats that are not text."""


class _Registry(NamedTuple):
    """The formats by name, the unsupported ones by suffix, and the suffixes that are read."""

    by_name: dict[str, Format]
    unsupported: dict[str, UnsupportedFormat]
    read_suffixes: frozenset[str]


def find_format(source: Source) -> Format:
    """Return the format of `source`: by certain contents, by its suffix, or else by its content.

    Raises:
        Unreadable: if the file is in an unsupported format.
    """
    for format_ in registry.FORMATS:
        if format_.is_certain and format_.sniff(source):
            return format_
    if added := _find_added(source):
        return added
    by_content = _unsupported_by_content(source)
    unsupported = by_content or _registry().unsupported.get(source.suffix)
    if unsupported is None:
        for format_ in registry.FORMATS:
            if source.suffix in format_.suffixes and not format_.is_certain:
                return format_
    for format_ in registry.FORMATS:
        if not (unsupported and format_.is_text) and format_.sniff(source):
            return format_
    assert unsupported is not None  # or it would be plain text
    by = "content" if by_content else "name"
    raise Unreadable(
        f"its {by} identifies it as {unsupported.name}, which is not supported yet",
        *unsupported.remedies,
    )


def read(format_: Format, source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it cannot be read.
    """
    document = third_party.read(format_, source) if format_.package else format_.read(source)
    warnings = list(source.warnings)
    if format_.name == "text" and source.suffix in _BINARY:
        warnings.append(f"its name ends in .{source.suffix}, but it was read as plain text")
    if warnings:
        document = document._replace(warnings=(*document.warnings, *warnings))
    return document


def all_formats() -> tuple[Format, ...]:
    """Return the formats of excerpt and those of other packages."""
    return (*registry.FORMATS, *third_party.added_formats().usable)


def format_named(name: str) -> Format | None:
    """Return the format with this name, None if there is none."""
    return _registry().by_name.get(name)


def format_of_member(name: str) -> Format:
    """Return the format of a member whose container determines it."""
    return registry.ROW if name == registry.ROW.name else _registry().by_name[name]


def has_read_suffix(name: str) -> bool:
    """Return whether the suffix of a name is that of a format that is read, or of a container."""
    _, *suffixes = name.lower().rsplit(".", 1)
    return not _registry().read_suffixes.isdisjoint(suffixes)


def unsupported_by_name(name: str) -> UnsupportedFormat | None:
    """Return the unsupported format to which the suffix of a file's name belongs, if any."""
    _, *suffixes = name.lower().rsplit(".", 2)
    known = _registry().unsupported
    if not registry.CONTAINERS.isdisjoint({".".join(suffixes), *suffixes[-1:]}):
        return None
    return known.get(".".join(suffixes)) or (known.get(suffixes[-1]) if suffixes else None)


def is_misnamed(name: str, start: bytes) -> bool:
    """Return whether a file with an unsupported suffix begins as a supported format does.

    Word saves rich text and web pages as .doc, many programs save web pages as .xls, and messages
    with headers are also named .msg.
    """
    suffix = name.lower().rpartition(".")[2]
    start = start.removeprefix(_BOM).lstrip()
    if suffix == "msg":
        return _HEADER.match(start) is not None
    return suffix in registry.MISNAMED and start.startswith(_STARTS)


def _find_added(source: Source) -> Format | None:
    """Return the format of another package that has the suffix of `source`, or recognises it."""
    usable = third_party.added_formats().usable
    for format_ in usable:
        if source.suffix in format_.suffixes:
            return format_
    return next((each for each in usable if third_party.recognises(each, source)), None)


@cache
def _registry() -> _Registry:
    formats = all_formats()
    supported = frozenset().union(*(format_.suffixes for format_ in formats))
    return _Registry(
        {format_.name: format_ for format_ in formats},
        {suffix: each for each in registry.UNSUPPORTED for suffix in each.suffixes - supported},
        supported | registry.CONTAINERS | _PACKAGES | COMPRESSED_SUFFIXES | {"txt", "text"},
    )


def _unsupported_by_content(source: Source) -> UnsupportedFormat | None:
    for format_ in registry.UNSUPPORTED:
        if source.data.startswith(format_.magic) or (format_.sniff and format_.sniff(source)):
            return format_
    return None
