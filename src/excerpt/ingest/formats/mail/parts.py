"""A message → its parts: headers and contents, as MIME nests them.

The parser of the standard library recurses, and passes each line through all levels of nesting;
here, depth and number of parts are limited. Its class `Message` interprets the headers.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from email.errors import HeaderParseError, InvalidBase64CharactersDefect
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from typing import Final, NamedTuple

from excerpt.errors import Unreadable
from excerpt.ingest.decode import decode
from excerpt.ingest.formats.encoded_files import is_mixed

__all__ = [
    "MAX_DEPTH",
    "MAX_PARTS",
    "SUFFIXES",
    "MailPart",
    "MailParts",
    "decoded_words",
    "split_message",
]

MAX_DEPTH: Final = 20
"""Levels of parts within parts."""
MAX_PARTS: Final = 1_000
"""Parts of a message."""
MAX_HEADERS: Final = 1 << 18
"""Bytes of the headers of a part."""
MAX_VALUE: Final = 10_000
"""Characters of a header: `Message` takes quadratic time."""
MIN_LINE: Final = 60
"""Characters of a line of Base64 that no header declares."""
MIN_BASE64: Final = 200
"""Characters of all such lines."""
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIXES: Final = {
    "text/plain": "txt",
    "text/html": "html",
    "application/xhtml+xml": "xhtml",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    _OFFICE: "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/epub+zip": "epub",
    "text/markdown": "md",
    "text/vtt": "vtt",
    "application/x-subrip": "srt",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/tei+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/mbox": "mbox",
    "application/zip": "zip",
}
"""Suffixes for the types of attachments that have no names."""
_HEADER = re.compile(r"([^\s:][^\n:]{0,100})[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)")
_STARTS_WITH_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}[ \t]{0,9}:")
_SEPARATOR = re.compile(rb"\n(?:\n|[ \t]{1,99}\n(?![ \t\n]|[A-Za-z][A-Za-z0-9-]{0,60}[ \t]{0,9}:))")
"""The end of the headers: an empty line, or a blank one that no header follows."""
_ENVELOPE = re.compile(rb">?From (?![ \t]*:)[^\n]*\n(?=[A-Za-z][A-Za-z0-9-]*[ \t]{0,9}:)")
"""The line of a mailbox before a message, which also attached messages may have."""


class MailPart(NamedTuple):
    """A message or a part of one: its headers, and its content as it is encoded."""

    headers: Message
    content: bytes

    @property
    def type(self) -> str:
        """The type of the content, such as "text/plain"."""
        return self.headers.get_content_type()

    def data(self) -> bytes:
        """Return the content, decoded for transfer; damage is added to `headers.defects`.

        Content that is declared as Base64 and is something else is returned as it is.
        """
        encoding = str(self.headers.get("content-transfer-encoding", "")).strip().lower()
        if encoding not in {"base64", "quoted-printable", "uuencode", "x-uuencode", "uue", "x-uue"}:
            return self.content
        if encoding == "base64" and not _is_base64(self.content):
            self.headers.defects.append(InvalidBase64CharactersDefect())
            return self.content
        message: Message = Message(policy=compat32)
        message["Content-Transfer-Encoding"] = encoding
        message.set_payload(self.content.decode("ascii", "surrogateescape"))
        data = message.get_payload(decode=True)
        self.headers.defects += message.defects
        return data if isinstance(data, bytes) else self.content

    def file(self) -> bytes:
        """Return the content as a file, decoded even if it is Base64 without a declaration."""
        data = self.data()
        return _undeclared_base64(data) if data is self.content else data


def _is_base64(content: bytes) -> bool:
    """Return whether most of `content` is in lines of Base64, which have no spaces."""
    lines = [line for each in content.split(b"\n") if (line := each.strip())]
    n_coded = sum(len(line) for line in lines if _BASE64.fullmatch(line))
    return 2 * n_coded >= sum(map(len, lines))


def _undeclared_base64(content: bytes) -> bytes:
    """Return `content` decoded if all of it is in equally long lines of Base64, or as it is."""
    lines = content.split()
    *full, last = lines or [b""]
    lengths = {len(line) for line in full} or {len(last)}
    is_even = len(lengths) == 1 and max(lengths) >= MIN_LINE and len(last) <= max(lengths)
    if not is_even or sum(map(len, lines)) < MIN_BASE64 or not all(map(_BASE64.fullmatch, lines)):
        return content
    coded = b"".join(lines)
    if not is_mixed(coded.decode("ascii")):
        return content
    try:
        return b64decode(coded, validate=True)
    except ValueError:
        return content


class MailParts:
    """The way through the parts of a message, with what was left out."""

    def __init__(self) -> None:
        self.warnings: dict[str, None] = {}
        self._n_parts = 0

    def may_enter(self, depth: int) -> bool:
        """Return whether parts at this depth are read."""
        if depth >= MAX_DEPTH:
            self.warnings[f"not read: parts nested more than {MAX_DEPTH} deep"] = None
        return depth < MAX_DEPTH

    def of(self, part: MailPart, depth: int) -> list[MailPart]:
        """Return the parts within a part at this depth; one that cannot be divided is a text."""
        if not self.may_enter(depth):
            return []
        boundary = part.headers.get_boundary()
        parts = list(map(split_message, self._pieces(part.content, boundary))) if boundary else []
        if parts or not part.content.strip():
            return parts
        self.warnings["read as one text: no boundary divides its parts"] = None
        return [MailPart(Message(policy=compat32), part.content)]

    def _pieces(self, content: bytes, boundary: str) -> Iterator[bytes]:
        """Yield the stretches between boundaries; the last boundary may be missing."""
        mark = re.escape(boundary.encode("utf-8", "replace"))
        line = re.compile(rb"^--" + mark + rb"(--)?[ \t]*$", re.MULTILINE)
        start = -1
        for found in line.finditer(content):
            if start >= 0:
                yield content[start : max(start, found.start() - 1)]
                self._n_parts += 1
            start = found.end() + 1
            if found.group(1):
                return
            if self._n_parts >= MAX_PARTS:
                self.warnings[f"not read: parts after the first {MAX_PARTS:,}"] = None
                return
        if start >= 0 and content[start:].strip():
            yield content[start:]


def split_message(data: bytes) -> MailPart:
    """Return the headers and the content of a message or part, whose line ends are "\\n"."""
    headers: Message = Message(policy=compat32)
    if envelope := _ENVELOPE.match(data):
        data = data[envelope.end() :]
    if data.startswith(b"\n") or not _STARTS_WITH_HEADER.match(data):
        return MailPart(headers, data.removeprefix(b"\n"))
    separator = _SEPARATOR.search(data)
    end, start = separator.span() if separator else (len(data), len(data))
    for name, value in _HEADER.findall(_header_text(data[: min(end, MAX_HEADERS)])):
        headers[name.rstrip()] = " ".join(value[:MAX_VALUE].split("\n"))
    return MailPart(headers, data[start:])


def _header_text(data: bytes) -> str:
    try:
        return decode(data).text
    except Unreadable:
        return data.decode("latin-1")


def decoded_words(value: object) -> str:
    """Return the value of a header with its encoded words decoded, and single spaces.

    >>> decoded_words("=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?IGF1cyBSeWRl?=")
    'Grüße aus Ryde'
    """
    text = str(value or "")
    try:
        words = decode_header(text) if "=?" in text else [(text, None)]
    except (HeaderParseError, ValueError):
        words = [(text, None)]
    decoded = "".join(_decoded_word(word, charset) for word, charset in words)
    return " ".join((decoded or text).split())


def _decoded_word(word: str | bytes, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    if charset is None:
        return word.decode("raw-unicode-escape", "replace")  # as `decode_header` encodes it
    try:
        return decode(word, declared=charset).text
    except Unreadable:
        return word.decode("latin-1")
