"""A message with attachments → the message, and each attachment in a format that is read."""

import re
from functools import partial
from typing import Final

from excerpt.errors import Unreadable
from excerpt.ingest.containers.entry import Entries, Entry
from excerpt.ingest.formats.mail.parts import SUFFIXES, MailPart
from excerpt.ingest.formats.mail.reader import attachments_of
from excerpt.ingest.formats.signatures import is_message
from excerpt.ingest.formats.source import Source

__all__ = ["has_attachments", "read_message"]

_INLINE: Final = frozenset({"text/plain", "text/html"})
"""Types that are texts of a message unless they are declared as attachments."""
_TYPES: Final = "|".join(re.escape(type_) for type_ in SUFFIXES if type_ not in _INLINE)
_ATTACHMENT = re.compile(
    rb"\b(?:file)?name\*?(?:\d\*?)?\s*="
    rb"|(?:^|[\r\n])content-disposition[ \t]*:\s*attachment"
    rb"|(?:^|[\r\n])content-type[ \t]*:\s*(?:" + _TYPES.encode() + rb")",
    re.IGNORECASE,
)
"""Signs of a message with an attachment: its name, or its header. Most messages have neither."""
_SUFFIX: Final = "eml"


def has_attachments(data: bytes) -> bool:
    """Return whether `data` is a message with an attachment in a format that is read."""
    if _ATTACHMENT.search(data) is None:
        return False
    source = Source(_SUFFIX, data)
    try:
        return is_message(source) and bool(attachments_of(source))
    except Unreadable:
        return False


def read_message(data: bytes) -> Entries:
    """Yield the message in `data`, under no name, and its attachments under theirs."""
    yield Entry("", len(data), partial(bytes, data), "mail")
    for name, part in attachments_of(Source(_SUFFIX, data)):
        yield Entry(name, len(part.content), partial(_decoded, part))


def _decoded(part: MailPart) -> bytes:
    return part.file()
