"""The name and the start of a file → the kind of container that it is, and its entries.

Most files are not containers. The suffix and the first bytes mostly suffice to tell.
"""

import codecs
import re
from functools import cache
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO, Final
from zipfile import is_zipfile

from excerpt.errors import Unreadable
from excerpt.ingest.containers.archive import (
    is_tar_header,
    open_limited,
    open_zip,
    read_tar,
    read_zip,
)
from excerpt.ingest.containers.entry import MAX_MEMBER_BYTES, Container, ContainerHints
from excerpt.ingest.containers.mailbox import SEPARATOR, read_mailbox
from excerpt.ingest.formats import text_signatures
from excerpt.ingest.formats.compressed import decompress, is_compressed, without_compressed_suffix
from excerpt.ingest.formats.source import PAGE_SUFFIXES, TABLE_SUFFIXES, Source
from excerpt.ingest.formats.third_party import added_formats
from excerpt.ingest.formats.zip_package import ZIP

__all__ = ["find_container", "message_container"]

_START: Final = 1 << 17
_EMPTY_ZIP: Final = b"PK\x05\x06"
_JSON_LINES: Final = frozenset(["jsonl", "ndjson"])
_MAILBOXES: Final = frozenset(["mbox", "mbx"])
_PACKAGES: Final = frozenset(["docx", "docm", "dotx", "dotm", "odt", "ott", "odm", "epub", "jar"])
"""Suffixes of zip files that are one document, or none."""
_PACKAGE_MEMBERS: Final = frozenset(
    ["[Content_Types].xml", "META-INF/container.xml", "mimetype", "META-INF/MANIFEST.MF"]
)
_PACKAGE_PART = re.compile(r"word/|content\.xml$|.*\.(?:opf|class)$")
"""The members by which a package is known even if those above are missing."""
_OTHER_TEXT: Final = PAGE_SUFFIXES | {"srt", "vtt", "rtf", "pdf", "xml", "eml", "mht", "mhtml"}
"""Suffixes of texts in which the look of a first line does not make a table."""
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAX_HEADER_LENGTH: Final = 4_000
"""Bytes of a line that names the columns of a table."""
_HEADER = re.compile(
    rb"\s{0,99}(?:Received|Return-Path|Delivered-To|Message-ID|MIME-Version|From|Date|Subject"
    rb"|X-[\w-]{1,60}):[ \t]",
    re.IGNORECASE,
)
"""The first header of most messages."""
_WORDS_OF_ATTACHMENTS: Final = (
    b"name",
    b"attachment",
    b"application/",
    *[b"text/" + type_ for type_ in (b"csv", b"tab-", b"rtf", b"markdown", b"vtt", b"xml")],
)
"""Words in the headers of attachments."""
_OBJECT_LINES = re.compile(r"\{[^\n]*\}[ \t]*\n\s*\{")
_OBJECT_LINE = re.compile(r"^\{[^\n]*\}[ \t\r]*$", re.MULTILINE)
_LIST = re.compile(r"\[\s*[{\"]")
"""The beginning of a list of objects or strings."""


def find_container(name: str, stream: BinaryIO, hints: ContainerHints) -> Container | None:
    """Return the container in `stream`, None if the file is not a container."""
    if _suffix(name) in _added_suffixes():
        return None
    stream.seek(0)
    start = stream.read(_START)
    suffix = _suffix(name)
    is_zip = start.startswith((ZIP, _EMPTY_ZIP)) or (suffix == "zip" and is_zipfile(stream))
    if is_zip:  # one that unpacks itself begins with a program
        return Container(read_zip(stream), True) if _is_archive(stream, suffix) else None
    if is_compressed(start):
        return _compressed_entries(name, stream, hints)
    if is_tar_header(start):
        return Container(read_tar(stream), True)
    if suffix in {"eml", "msg"} or _HEADER.match(start):
        return _message(stream)
    kind = _kind_of_text(start, suffix, stream)
    match kind:
        case "mailbox":
            return Container(read_mailbox(stream))
        case "tei":
            # lxml takes long to import, and few files need it here.
            from excerpt.ingest.containers.tei_corpus import read_corpus

            return Container(read_corpus(stream))
        case "table" | "lines" | "json":
            from excerpt.ingest.containers.rows import has_texts, read_rows

            is_read = has_texts(stream, kind, hints)
            return Container(read_rows(stream, kind, hints)) if is_read else None
        case _:
            return None


def _message(stream: BinaryIO) -> Container | None:
    """Return a message with attachments as a container."""
    if stream.seek(0, 2) > MAX_MEMBER_BYTES:
        return None
    stream.seek(0)
    return message_container(stream.read())


def message_container(data: bytes) -> Container | None:
    """Return the message in `data` as a container, None if it has no attachment that is read."""
    lower = data.lower()
    if not any(word in lower for word in _WORDS_OF_ATTACHMENTS):
        return None
    # The reader of mail takes long to import, and few files need it here.
    from excerpt.ingest.containers.message import has_attachments, read_message

    return Container(read_message(data)) if has_attachments(data) else None


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower()).suffix.removeprefix(".")


@cache
def _added_suffixes() -> frozenset[str]:
    """Return the suffixes of formats that other packages add: their files are not containers."""
    return frozenset().union(*(each.suffixes for each in added_formats().usable))


def _is_archive(stream: BinaryIO, suffix: str) -> bool:
    """Return whether a zip file is an archive, and no document that consists of several parts."""
    try:
        names = {info.filename for info in open_zip(stream).infolist()}
    except Unreadable:
        return suffix not in _PACKAGES  # a reader reports the damage
    if suffix in _PACKAGES and (not names or any(map(_PACKAGE_PART.match, names))):
        return False  # a damaged package
    return names.isdisjoint(_PACKAGE_MEMBERS)


def _compressed_entries(name: str, stream: BinaryIO, hints: ContainerHints) -> Container | None:
    """Return the entries of a compressed tar file, or of another container that is compressed."""
    opened = open_limited(stream)
    try:
        start = opened.read(_START) if opened else b""
    except (Unreadable, OSError, EOFError, ValueError):
        start = b""
    if is_tar_header(start):
        return Container(read_tar(stream), True)
    inner_name = without_compressed_suffix(name.lower())
    suffix = _suffix(inner_name)
    if not _kind_of_text(start, suffix, BytesIO(start)) and not start.startswith(ZIP):
        return None
    stream.seek(0)
    try:
        content = decompress(stream.read())
    except Unreadable:
        return None  # a worker reports it
    return find_container(inner_name, BytesIO(content), hints)


def _kind_of_text(start: bytes, suffix: str, stream: BinaryIO) -> str:
    """Return "mailbox", "table", "lines", "json", "tei" or ""."""
    head = start[:1000].lstrip()
    if head.startswith(b"\xef\xbb\xbf"):
        head = head[3:].lstrip()
    if head.startswith(b"From "):
        return "mailbox" if _is_mailbox(start, suffix, stream) else ""
    if head.startswith(b"<"):
        is_corpus = b"teiCorpus" in start[: text_signatures.SAMPLE]
        return "tei" if is_corpus and _is_corpus(Source(suffix, start)) else ""
    is_named = suffix in TABLE_SUFFIXES or suffix in _JSON_LINES
    is_binary = b"\0" in start[:1000] and not head.startswith(_UTF_16)
    if suffix in _OTHER_TEXT or (is_binary and not is_named):
        return ""
    # In UTF-16, a letter has two bytes.
    is_data = head.lstrip(b"\xff\xfe\0").startswith((b"{", b"["))
    if not (is_data or suffix in TABLE_SUFFIXES or _may_be_table(start)):
        return ""
    return _kind_of_data(Source(suffix, start), is_cut=len(start) >= _START)


def _is_mailbox(start: bytes, suffix: str, stream: BinaryIO) -> bool:
    if not text_signatures.is_mail(Source(suffix, start).raw_text):
        return False
    if suffix in _MAILBOXES or SEPARATOR.search(start, 5):
        return True
    # A first message may be long.
    stream.seek(0)
    last = b""
    while part := stream.read(1 << 22):
        if SEPARATOR.search(last + part, 5):
            return True
        last = part[-1000:]
    return False


def _is_corpus(source: Source) -> bool:
    return source.markup_language == "xml" and source.xml_root.startswith("teiCorpus")


def _may_be_table(start: bytes) -> bool:
    """Return whether the first line may name the columns of a table, which most lines do not.

    All files of a corpus are looked at, so that only bytes are compared.
    """
    line = start[:_MAX_HEADER_LENGTH].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n")
    line = line.partition(b"\n")[0]
    if b"\t" in line:
        return True
    return any(sign in line and sign + b" " not in line for sign in (b",", b";", b"|"))


def _kind_of_data(source: Source, *, is_cut: bool) -> str:
    """Return the kind of a text that may be a table or JSON."""
    text = source.raw_text.lstrip()
    sample = text
    if is_cut and len(text) <= text_signatures.SAMPLE:
        sample += " " * text_signatures.SAMPLE  # it is the beginning of a longer text
    if text.startswith("{") and source.suffix in _JSON_LINES:
        # Even if some are damaged; some programs indent the objects in such a file.
        return "lines" if "\n" not in text or _OBJECT_LINE.search(text) else "json"
    if text.startswith(("{", "[")):
        if not text_signatures.is_json(sample):
            return "json" if source.suffix == "json" else ""  # whose damage is reported
        if text.startswith("["):
            return "json" if _LIST.match(text) else ""
        return "lines" if source.suffix in _JSON_LINES or _OBJECT_LINES.match(text) else "json"
    if source.suffix in TABLE_SUFFIXES:
        return "table"
    return "table" if text_signatures.is_table(sample) else ""
