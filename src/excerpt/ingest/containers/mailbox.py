"""Mailboxes (mbox) → their messages.

A message begins at a line that starts with "From ", is the first or follows an empty line, and
either has a time, or an address, a single word or a year and then a header: sentences begin with
that word too. Some programs
write no empty line; then it must have a day and a time, and be followed by a header. The file is
read in parts, so that a mailbox of any size takes the memory of one message.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from excerpt.errors import Unreadable
from excerpt.ingest.containers.entry import (
    MAX_MEMBER_BYTES,
    MAX_ROWS,
    SPLIT,
    Entries,
    Entry,
    unread,
)

__all__ = ["SEPARATOR", "read_mailbox"]

_PART: Final = 4 << 20
_MAX_LINE: Final = 2_000
"""Bytes of the line that separates messages, and of the header after it that are examined."""
SEPARATOR = re.compile(
    rb"From (?:"
    rb"(?:(?<=\n\nFrom )|(?<=\n\r\nFrom )|(?<=\r\rFrom ))"
    rb"(?:[^\r\n]{1,300}\d\d:\d\d[^\r\n]{0,100}(?=[\r\n])"
    rb"|(?:[^\s@]{1,200}|[^\r\n@]{0,100}@[^\r\n]{1,200}|[^\r\n]{1,200} (?:19|20)\d\d)[ \t]*"
    rb"(?:\r?\n|\r)(?=[A-Za-z][A-Za-z0-9-]{0,60}:))"
    rb"|(?<=[\r\n]From )[^\r\n]{1,300} (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [A-Za-z0-9 ]{1,12}"
    rb" \d\d:\d\d[^\r\n]{0,100}(?:\r?\n|\r)(?=[A-Za-z][A-Za-z0-9-]{0,60}:[ \t]))"
)
"""The beginning of a message that is not the first.

It begins with a literal, for which the module looks at about the speed of memory; what comes before
that is looked at afterwards.
"""
_ENVELOPE = re.compile(rb"\s*From [^\r\n]*(?:\r?\n|\r)")
_ESCAPED = re.compile(rb"(^|[\r\n])>(?=>*From )")
"""The sign that a mail program puts before a line of the text that looks like a separator."""
_ID = re.compile(rb"(?:^|[\r\n])message-id:\s*<?\s*([^\s<>]{1,400})", re.IGNORECASE)
_MAX_HEADERS: Final = 1 << 18
_HEADERS_END = re.compile(rb"\n\r?\n|\r\r")


def read_mailbox(stream: BinaryIO) -> Entries:
    """Yield the messages of a mailbox, named by their ids, or else by their numbers."""
    for number, (message, size) in enumerate(_messages(stream), 1):
        if number > MAX_ROWS:
            yield unread("", f"messages after the first {MAX_ROWS:,} were not read", SPLIT)
            return
        name = _message_id(message) or f"message {number}"
        if size > MAX_MEMBER_BYTES:
            yield unread(name, f"it is larger than {MAX_MEMBER_BYTES >> 20} MiB")
        else:
            yield Entry(name, size, partial(_content, message), "mail")


def _messages(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the messages with their sizes; one that is too large is cut."""
    stream.seek(0)
    pending = b""
    size = searched = 0
    while part := stream.read(_PART):
        data = pending + part
        start = 0
        # The end of the data may be the beginning of a separator.
        end = len(data) - _MAX_LINE
        for found in SEPARATOR.finditer(data, max(0, searched)):
            if found.start() > end:
                break
            yield data[start : found.start()], size + found.start() - start
            start, size = found.start(), 0
        pending = data[start:]
        searched = max(5, len(pending) - 2 * _MAX_LINE)
        if len(pending) > MAX_MEMBER_BYTES + _PART:
            size += len(pending) - 4 * _MAX_LINE
            pending = pending[-4 * _MAX_LINE :]
            searched = 0
    last = 0
    for found in SEPARATOR.finditer(pending, min(5, len(pending))):
        yield pending[last : found.start()], size + found.start() - last
        last, size = found.start(), 0
    if pending[last:].strip():
        yield pending[last:], size + len(pending) - last


def _message_id(message: bytes) -> str:
    envelope = _ENVELOPE.match(message)
    start = envelope.end() if envelope else 0
    end = _HEADERS_END.search(message, start, start + _MAX_HEADERS)
    # The pattern begins with the line end before a header.
    first = max(0, start - 1)
    found = _ID.search(message, first, end.start() if end else start + _MAX_HEADERS)
    if found is None:
        return ""
    name = found[1].decode("utf-8", "replace")
    return "".join(character for character in name if character.isprintable()).strip("/")


def _content(message: bytes) -> bytes:
    """Return a message without the line of the mailbox before it."""
    if not message.strip():
        raise Unreadable("it is empty")
    text = _ENVELOPE.sub(b"", message, count=1)
    if b">From " in text:
        text = _ESCAPED.sub(rb"\1", text)
    return text.rstrip(b"\r\n") + b"\n"
