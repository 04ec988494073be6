"""A member of a container before it is read, and the limits that hold for all containers."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.formats.reading_rules import NO_RULES, FileRules

__all__ = [
    "FREE_BYTES",
    "MAX_BYTES",
    "MAX_MEMBERS",
    "MAX_MEMBER_BYTES",
    "MAX_RATIO",
    "MAX_ROWS",
    "METS_SUFFIXES",
    "REPLACE",
    "SPLIT",
    "UNPACK",
    "Container",
    "Entries",
    "Entry",
    "ContainerHints",
    "too_large",
    "unread",
]

MAX_MEMBER_BYTES: Final = 256 << 20
"""Largest member that is read."""
MAX_BYTES: Final = 4 << 30
"""Largest size of all members of an archive together."""
MAX_MEMBERS: Final = 100_000
"""Members of an archive that are read."""
MAX_ROWS: Final = 1_000_000
"""Rows of a table and messages of a mailbox that are read."""
MAX_RATIO: Final = 200
"""Largest ratio of content to file, checked above `FREE_BYTES`: no text is compressed that well."""
FREE_BYTES: Final = 16 << 20
METS_SUFFIXES: Final = (".xml", ".mets")
"""Suffixes of files that may be METS, which lists others as pages."""
REPLACE: Final = Instruction("Replace it with an intact copy.")
SPLIT: Final = Instruction("Split it into parts.")
UNPACK: Final = Instruction("Unpack it.")


class ContainerHints(NamedTuple):
    """The decisions of the user about a container.

    rules             the rules of the collection for it
    default_encoding  the encoding of a text that declares none, "" to detect it
    """

    rules: FileRules = NO_RULES
    default_encoding: str = ""


class Entry(NamedTuple):
    """A member of a container that was not read yet.

    name    its path within the container, "" for the container itself
    size    in bytes, as far as it is known
    load    returns its bytes, unless a later member was reached; raises Unreadable
    format  the name of its format if the container determines it, "" if its content does
    reason  why it cannot be read, "" if it can
    rule    why it is left out, "" if it is not
    """

    name: str
    size: int
    load: Callable[[], bytes]
    format: str = ""
    reason: str = ""
    rule: str = ""

    @property
    def is_file(self) -> bool:
        """True if its name is that of a file, not the number of a row or the id of a message."""
        return self.format in {"", "mets"}


Entries = Iterator[Entry]


class Container(NamedTuple):
    """A container that was recognised.

    entries     its members, read one by one; raises Unreadable if it is damaged
    is_archive  True if archives may be in it
    """

    entries: Entries
    is_archive: bool = False


def unread(name: str, reason: str, *remedies: Instruction) -> Entry:
    """Return the entry of a member that cannot be read."""
    error = Unreadable(reason, *remedies)

    def load() -> bytes:
        raise error

    return Entry(name, 0, load, reason=error.reason)


def too_large(size: int, packed: int) -> str:
    """Return why a member of `size` bytes that takes `packed` bytes is not read, "" if it is."""
    ratio = size / max(1, packed)
    if size > MAX_MEMBER_BYTES or (size > FREE_BYTES and ratio > MAX_RATIO):
        return f"it decompresses to {size >> 20:,} MiB, {ratio:,.0f} times its size in the archive"
    return ""
