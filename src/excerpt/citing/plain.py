"""Text of a corpus → text for one line of a record."""

import unicodedata
from typing import Final

__all__ = ["single_line"]

_DROPPED: Final = frozenset({"Cc", "Cs"})
"""Categories of characters that no record can hold: controls and lone surrogates."""


def single_line(text: str) -> str:
    r"""Return `text` on one line, without control characters, with single spaces.

    >>> single_line(" two\n lines\x1b ")
    'two lines'
    """
    if text.isprintable():
        return " ".join(text.split())
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in _DROPPED)
    return " ".join("".join(kept).split())
