"""Messages (.eml) and web pages saved as messages (MHTML) → Document.

Of alternatives, the plain text is read, or else the web page. Quoted lines are quotations, and the
signature is boilerplate. Attachments are documents of their own if their format is read (see
`ingest/containers/message.py`), and otherwise named in a warning.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_tz
from typing import Final

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.decode import Decoded, Hints, decode
from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.encoded_files import find_encoded
from excerpt.ingest.formats.html import reader as html
from excerpt.ingest.formats.identification import has_read_suffix
from excerpt.ingest.formats.mail.parts import (
    SUFFIXES,
    MailPart,
    MailParts,
    decoded_words,
    split_message,
)
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_builder import TextBuilder
from excerpt.ingest.language import language_code
from excerpt.model import BlockKind, Document, Reason

__all__ = ["attachments_of", "read", "read_page"]

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"
_ENVELOPE = re.compile(rb"From (?![ \t]*:)")
"""The beginning of the line of a mailbox before a message."""
_READ_TYPES: Final = frozenset({"text/plain", "text/html", "text/enriched", "text/rfc822-headers"})
_PARAGRAPH = re.compile(
    r"(?P<quote>(?>^[ \t]{0,3}>[^\n]*+(?:\n|\Z))++)"
    r"|(?>^(?![ \t]{0,3}>)[^\S\n]*+\S[^\n]*+(?:\n|\Z))++",
    re.MULTILINE,
)
_SIGNATURE = re.compile(r"^(?:-- ?|_{20,}\n[^\n]{0,200}mailing list[^\n]{0,200})$", re.MULTILINE)
MAX_SIGNATURE_LENGTH: Final = 1_000
"""Characters of a signature."""
_MAX_NAMED: Final = 10
"""Attachments named in a warning."""
_FIELDS: Final = {
    "from": "author",
    "to": "recipient",
    "cc": "cc",
    "newsgroups": "newsgroups",
    "message-id": "message_id",
    "in-reply-to": "in_reply_to",
}
"""Names in excerpt by the names of headers."""


def read(source: Source) -> Document:
    """Return the document in `source`, a message.

    Raises:
        Unreadable: if it is not text.
    """
    return _MessageReader(source).read()


def attachments_of(source: Source) -> list[tuple[str, MailPart]]:
    """Return the names and the parts of the attachments in formats that are read.

    They are documents of their own.

    Raises:
        Unreadable: if the message is not text.
    """
    reader = _MessageReader(source)
    reader.read()
    return reader.attachments


def read_page(source: Source) -> Document:
    """Return the document in `source`, a web page saved with its pictures.

    Raises:
        Unreadable: if there is no web page in it.
    """
    root = split_message(_unified(source))
    parts = MailParts()
    pages = [part for part in _all_parts(root, parts) if part.type == "text/html"]
    if not pages:
        raise Unreadable("there is no web page in it", Instruction("Save the page as HTML."))
    page, *frames = pages
    unread = [f"not read: {len(frames):,} frames of the page"] if frames else []
    document = _read_html(page, source)
    address = root.headers.get("snapshot-content-location") or page.headers.get("content-location")
    known = dict(document.metadata)
    if address:
        known.setdefault("source", " ".join(str(address).split()))
    return document._replace(
        format="mhtml",
        title=document.title or decoded_words(root.headers.get("subject")),
        metadata=tuple(known.items()),
        warnings=(*document.warnings, *unread, *parts.warnings),
    )


def _unified(source: Source) -> bytes:
    """Return the data with the line ends of Unix, in an encoding that contains ASCII."""
    data = source.data
    if data.startswith(_UTF_16) or b"\0" in data[:4]:
        data = source.decoded.text.encode("utf-8", "replace")
    data = data.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip()
    return data[data.find(b"\n") + 1 :] if _ENVELOPE.match(data) else data


def _all_parts(part: MailPart, parts: MailParts, depth: int = 0) -> Iterator[MailPart]:
    """Yield the parts that contain no others."""
    if not part.type.startswith("multipart/"):
        yield part
        return
    for inner in parts.of(part, depth):
        yield from _all_parts(inner, parts, depth + 1)


def _read_html(part: MailPart, source: Source) -> Document:
    """Return the web page in a part, in the encoding that the part or else the page declares."""
    data = part.data()
    charset = part.headers.get_content_charset()
    if charset:
        text = decode(data, declared=charset).text
        data = _BOM + text.encode("utf-8", "replace")
    return html.read(Source("html", data, source.rules, source.default_encoding))


class _MessageReader:
    """A reader of one message."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = TextBuilder(collapses=False)
        self._parts = MailParts()
        self.attachments: list[tuple[str, MailPart]] = []
        self._n_attachments = 0
        self._unread: list[str] = []
        self._warnings: dict[str, None] = {}
        self._encoding = self._id = ""

    def read(self) -> Document:
        """Return the text of the message, with its headers as metadata."""
        message = split_message(_unified(self._source))
        metadata = _metadata(message)
        self._id = metadata.get("message_id", "")
        self._add(message, 0)
        document = self._text.build("mail")
        return document._replace(
            title=decoded_words(message.headers.get("subject")),
            language=language_code(str(message.headers.get("content-language", ""))),
            metadata=tuple(metadata.items()),
            encoding=self._encoding or "utf-8",
            warnings=(*self._warnings, *self._parts.warnings, *self._attachment_warning()),
        )

    def _attachment_warning(self) -> Iterator[str]:
        if self._unread:
            names = ", ".join(self._unread[:_MAX_NAMED])
            n_more = len(self._unread) - _MAX_NAMED
            yield f"not read: attachments: {names}" + (f" and {n_more:,} more" * (n_more > 0))

    def _add(self, part: MailPart, depth: int) -> None:
        """Add the text of a part and of those within it."""
        type_ = part.type
        is_message = type_ in {"message/rfc822", "message/global"}
        if part.headers.get_content_disposition() == "attachment" and not is_message:
            self._name_attachment(part)
        elif type_ == "message/partial":
            self._add_piece(part, depth)
        elif type_.startswith("multipart/"):
            for each in self._chosen(part, depth):
                self._add(each, depth + 1)
        elif is_message:
            self._add_message(part, depth)
        elif type_ in _READ_TYPES or type_.startswith("message/"):
            self._add_text(part)
        else:
            self._name_attachment(part)

    def _chosen(self, part: MailPart, depth: int) -> list[MailPart]:
        """Return the parts within a part that are to be read."""
        inner = self._parts.of(part, depth)
        if part.type == "multipart/alternative" and inner:
            return [_best(inner, depth)]
        return inner[:1] if part.type == "multipart/related" else inner

    def _name_attachment(self, part: MailPart) -> None:
        self._n_attachments += 1
        name = decoded_words(part.headers.get_filename()).replace("/", "_")
        if not name and (suffix := SUFFIXES.get(part.type)):
            name = f"attachment-{self._n_attachments}.{suffix}"
        if has_read_suffix(name):
            self.attachments.append((name, part))
        else:
            self._unread.append(name[:100] or part.type)

    def _add_message(self, part: MailPart, depth: int) -> None:
        """Add a message within the message, with its headers before it."""
        if not self._parts.may_enter(depth):
            return
        message = split_message(part.data().replace(b"\r\n", b"\n").lstrip(b"\n"))
        subject = decoded_words(message.headers.get("subject"))
        if subject:
            self._text.open(BlockKind.HEADING, 2)
            self._text.add(subject)
        for name in ("From", "To", "Date"):
            if value := decoded_words(message.headers.get(name)):
                self._text.open(BlockKind.BOILERPLATE, Reason.METADATA)
                self._text.add(f"{name}: {value}")
        self._text.end()
        self._add(message, depth + 1)

    def _add_piece(self, part: MailPart, depth: int) -> None:
        """Add the first piece of a message that was sent in pieces; the others may be anything."""
        number, total = part.headers.get_param("number"), part.headers.get_param("total")
        self._warnings[f"a message sent in {total or 'several'} pieces, this is {number}"] = None
        if str(number) == "1":
            self._add(split_message(part.content.lstrip(b"\n")), depth + 1)

    def _add_text(self, part: MailPart) -> None:
        """Add a plain text or a web page."""
        try:
            if part.type == "text/html":
                document = _read_html(part, self._source)._replace(anchors=())
            else:
                document = self._read_plain(part)
        except Unreadable as error:
            self._warnings[f"a part of it was not read: {error.reason}"] = None
            return
        self._text.append(document, self._id)
        if part.headers.defects:
            self._warnings["a part of it is damaged: it is not valid Base64"] = None
        self._encoding = self._encoding or document.encoding
        self._warnings.update(dict.fromkeys(document.warnings))

    def _read_plain(self, part: MailPart) -> Document:
        charset = part.headers.get_content_charset() or ""
        hints = Hints(self._source.rules.encoding or charset, self._source.default_encoding)
        decoded = decode(part.data(), hints=hints)
        text = self._without_files(decoded.text)
        if str(part.headers.get_param("format", "")).lower() == "flowed":
            joins = str(part.headers.get_param("delsp", "")).lower() == "yes"
            text = _without_stuffing(text, joins_words=joins)
        return _plain_document(replace(decoded, text=text))

    def _without_files(self, text: str) -> str:
        """Return a text without the files encoded in it, which are named."""
        parts, end = [], 0
        for file in find_encoded(text):
            parts.append(text[end : file.start])
            end = file.end
            if file.name:
                self._unread.append(file.name[:100])
            elif file.what == "MESSAGE":
                self._warnings["a part of it is encrypted with PGP"] = None
            elif not file.what:
                self._warnings["not read: a file in Base64 within the text"] = None
        return "".join([*parts, text[end:]])


def _without_stuffing(text: str, *, joins_words: bool) -> str:
    """Return a text in the format "flowed" (RFC 3676) without the spaces that this format adds.

    A line that begins as a quotation or an envelope would has a space before it. With
    `joins_words`, a line that ends in a space continues in the next one, without that space.
    """
    lines: list[str] = []
    last_quote = None
    for line in text.split("\n"):
        content = line.lstrip(">")
        quote = line[: len(line) - len(content)]
        content = content.removeprefix(" ")
        if quote == last_quote:
            lines[-1] = lines[-1][:-1] + content
        elif quote:
            lines.append(f"{quote} {content}")
        else:
            lines.append(content)
        is_soft = joins_words and content.endswith(" ") and content != "-- "
        last_quote = quote if is_soft else None
    return "\n".join(lines)


def _plain_document(decoded: Decoded) -> Document:
    """Return the paragraphs, the quotations and the signature in a plain text."""
    text = decoded.text.strip("\n")
    builder = BlockBuilder(text)
    end = _signature_start(text)
    for found in _PARAGRAPH.finditer(text, 0, end):
        kind = BlockKind.QUOTE if found.group("quote") else BlockKind.PARAGRAPH
        builder.add(*found.span(), kind)
    builder.add(end, len(text), BlockKind.BOILERPLATE, Reason.SIGNATURE)
    return Document(
        text=text,
        blocks=builder.build(),
        format="mail",
        encoding=decoded.encoding,
        warnings=decoded.warnings,
    )


def _signature_start(text: str) -> int:
    """Return where the signature begins, or the length of the text."""
    last = len(text.rstrip())
    found = _SIGNATURE.search(text, max(0, last - MAX_SIGNATURE_LENGTH))
    return found.start() if found and text[: found.start()].strip() else len(text)


def _best(parts: list[MailPart], depth: int) -> MailPart:
    """Return one of several forms of a text: the plain one unless it is empty, or a web page."""
    types = [[leaf.type for leaf in _all_parts(part, MailParts(), depth + 1)] for part in parts]
    for part, contained in zip(parts, types, strict=True):
        if "text/plain" in contained and part.content.strip():
            return part
    pages = [part for part, contained in zip(parts, types, strict=True) if "text/html" in contained]
    return pages[-1] if pages else parts[-1]


def _metadata(message: MailPart) -> dict[str, str]:
    """Return the headers that describe a message; the date is the day where it was sent."""
    found = {
        name: decoded_words(message.headers.get(header))
        for header, name in _FIELDS.items()
        if message.headers.get(header)
    }
    for name in ("message_id", "in_reply_to"):
        if name in found:
            found[name] = found[name].strip("<> ")
    if date := decoded_words(message.headers.get("date")):
        found["date"] = _day(date) or date
    return {name: value for name, value in found.items() if value}


def _day(date: str) -> str:
    """Return the day of a date and time, as in ISO 8601, "" if there is none.

    >>> _day("Fri, 4 May 2001 14:05:44 -0400")
    '2001-05-04'
    """
    try:
        time = parsedate_tz(date)
    except (ValueError, IndexError, TypeError):  # dates that the library does not expect
        return ""
    if time is None or not (1 <= time[1] <= 12 and 1 <= time[2] <= 31):
        return ""
    return f"{time[0]:04}-{time[1]:02}-{time[2]:02}"
