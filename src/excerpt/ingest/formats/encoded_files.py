"""A text → the files in it that are encoded as text: uuencode, Base64, and the output of PGP.

Their lines are not words of anybody.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.blocks.block_edits import change_kinds
from excerpt.model import BlockKind, Mark, Reason

__all__ = ["EncodedFile", "find_encoded", "is_mixed", "set_files_apart"]

_ENCODED: Final = re.compile(
    r"^begin [0-7]{3,4} (?P<file>\S[^\n]{0,200})\n(?>[ -`]{1,62}[ \t]*\n)++(?:end[ \t]*(?:\n|\Z))?"
    r"|^-----BEGIN PGP (?P<what>MESSAGE|SIGNATURE|PUBLIC KEY BLOCK)-----\n"
    r"(?>(?:[A-Z][A-Za-z]{1,12}: [^\n]{0,200}|[A-Za-z0-9+/=]{0,80})[ \t]*\n)*+"
    r"-----END PGP (?P=what)-----[ \t]*(?:\n|\Z)"
    r"|^(?P<base64>(?>[A-Za-z0-9+/]{60,76}[ \t]*\n){4,}+"
    r"(?:[A-Za-z0-9+/]{24,76}={0,2}[ \t]*(?:\n|\Z)|[A-Za-z0-9+/]{2,23}={1,2}[ \t]*(?:\n|\Z))?)",
    re.MULTILINE,
)
_BEGINNING: Final = re.compile(r"\n(?:[A-Za-z0-9+/]{60}|begin [0-7]{3}|-----BEGIN PGP )")
"""A line end, and what follows it if a line begins there that `_ENCODED` may match.

An expression that begins with a line end is found ten times as fast as one that begins with `^`.
"""
_MAX_BEGINNING_LENGTH: Final = 60
"""Characters of the line that `_BEGINNING` examines."""


class EncodedFile(NamedTuple):
    """A file within a text.

    start  offset of its first line
    end    offset after its last line
    name   its name, "" if it has none
    what   "MESSAGE", "SIGNATURE" or "PUBLIC KEY BLOCK" if PGP made it, else ""
    """

    start: int
    end: int
    name: str = ""
    what: str = ""


def find_encoded(text: str) -> Iterator[EncodedFile]:
    """Yield the encoded files in `text`, in order."""
    if not (_BEGINNING.search(text) or _BEGINNING.match(f"\n{text[:_MAX_BEGINNING_LENGTH]}")):
        return  # which is fast, and true of most texts
    for found in _ENCODED.finditer(text):
        base64 = found["base64"]
        if base64 is None or is_mixed(base64):
            yield EncodedFile(*found.span(), found["file"] or "", found["what"] or "")


def set_files_apart(builder: BlockBuilder) -> tuple[str, ...]:
    """Make boilerplate of the encoded files in a text, and return a warning if there are any."""
    stretches = [(file.start, file.end) for file in find_encoded(builder.text)]
    if not stretches:
        return ()
    change_kinds(builder, stretches, BlockKind.BOILERPLATE, Reason.ENCODED)
    starts = [start for start, _ in stretches]

    def is_kept(mark: Mark) -> bool:
        number = bisect_right(starts, mark.span.start) - 1
        return number < 0 or stretches[number][1] <= mark.span.start

    builder.marks = list(filter(is_kept, builder.marks))
    return ("set apart: an encoded file within the text",)


def is_mixed(coded: str) -> bool:
    """Return whether a text has capitals, small letters and digits, as Base64 but no prose has."""
    return all(re.search(kind, coded) for kind in ("[A-Z]", "[a-z]", "[0-9]"))
