"""A passage and the digest of its file ⇄ the line of text with which a quotation can be checked.

    excerpt 94f7126523ab01cd; blake2b-128 4b41f5…; read 2026-11-27

The digest is that of all bytes of the source file: `b2sum -l 128 FILE` writes the same 32 digits if
the file is still the one that was cited. The day is that on which the file is known to have had
this content: the day of the citation, or that of the last build if the file cannot be compared.
"; changed since" follows if the file differed on the day of the citation.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["CheckLine", "find_check_lines"]

_LINE = re.compile(
    r"\bexcerpt(?:\s+([0-9a-f]{6,32}))?;\s*blake2b-128\s+([0-9a-f]{32});"
    r"\s*read\s+(\d{4}-\d\d-\d\d)(;\s*changed\s+since)?",
    re.IGNORECASE,
)


class CheckLine(NamedTuple):
    """The parts of a check line.

    passage   the id of the passage, "" if a whole document is cited
    digest    of the bytes of the source file: BLAKE2b with 128 bits, in hexadecimal
    read      the day on which the file had these bytes, in ISO 8601
    is_stale  True if the file had changed when it was cited
    """

    passage: str
    digest: str
    read: str
    is_stale: bool = False

    def __str__(self) -> str:
        parts = [f"excerpt {self.passage}".strip(), f"blake2b-128 {self.digest}"]
        return "; ".join([*parts, f"read {self.read}", *["changed since"] * self.is_stale])


def find_check_lines(text: str) -> Iterator[CheckLine]:
    """Yield the check lines in `text`, which may be broken anywhere between words.

    >>> line = CheckLine("94f7126523ab01cd", "0" * 32, "2026-11-27", is_stale=True)
    >>> next(find_check_lines(f"See {line}.")) == line
    True
    """
    for found in _LINE.finditer(text):
        passage, digest, read, changed = found.groups()
        yield CheckLine((passage or "").lower(), digest.lower(), read, bool(changed))
