"""Text in lines → text in one line, in which no word is divided."""

import re
from typing import Final

__all__ = ["BREAK", "one_line"]

BREAK = re.compile(r"[-\u2010\u2011\u00ac\u00ad=]\s*\n\s*")
"""A hyphen at the end of a line."""
_ONLY_BREAKS: Final = "\u00ac\u00ad="
"""Signs that only divide words, and are not part of them."""


def one_line(text: str) -> str:
    r"""Return `text` on one line, without the hyphens at its line ends that divide words.

    >>> one_line("the mill-\nowner of 1914-\n1918, Austro-\nHungarian")
    'the millowner of 1914-1918, Austro-Hungarian'
    """
    return " ".join(BREAK.sub(_rejoined, text).split())


def _rejoined(match: re.Match[str]) -> str:
    """Return a hyphen without its line end, or nothing if it only divides a word."""
    before = match.string[: match.start()][-1:]
    after = match.string[match.end() :][:1]
    if not (before.isalnum() and after.isalnum()):
        return match[0]  # a dash, or a line of them
    is_word = before.isalpha() and after.isalpha() and not after.isupper()
    return "" if is_word or match[0][0] in _ONLY_BREAKS else match[0][0]
