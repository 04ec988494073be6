"""A text → the compounds that it writes with a hyphen, where line ends make them ambiguous.

A word broken at a line end may be one word (revolu- / tion) or a compound broken at its own hyphen
(self- / government). It is a compound if the same text also writes it with a hyphen within a line.
"""

import re
from typing import Final

from excerpt.text import hyphenated_compounds

__all__ = ["find_hyphenated"]

_MAX_PART_LENGTH: Final = 200
"""Characters before a hyphen in which the beginning of its word is sought."""
_OTHER_HYPHENS: Final = "=\u00ac\u00ad\u2010\u2011\u2e17"
# Each part is read only once, however much white space there is.
_AFTER_HYPHEN: Final = r"\S*+(?:[^\S\n]*+\n\s*+\S+)?"
_AT_LINE_END: Final = r"[^\S\n]*+\n\s*+[^\W\d_]"


_IN_LINE: Final = r"(?=[^\s\-])"


def _patterns(hyphen: str) -> tuple[re.Pattern[str], ...]:
    """Return what finds a word broken at a line end, one hyphenated within a line, and its rest."""
    ends = (_AT_LINE_END, _IN_LINE, _AFTER_HYPHEN)
    return tuple(re.compile(hyphen + end) for end in ends)


_ASCII: Final = _patterns("-")
"""Several times as fast as `_ANY`, and enough for most texts."""
_ANY: Final = _patterns(f"[-{_OTHER_HYPHENS}]")


def find_hyphenated(text: str) -> frozenset[str]:
    """Return `hyphenated_compounds(text)`, examining only the words with hyphens."""
    is_ascii = not any(hyphen in text for hyphen in _OTHER_HYPHENS)
    broken, in_line, hyphenated = _ASCII if is_ascii else _ANY
    if not (broken.search(text) and in_line.search(text)):
        return frozenset()
    words: list[str] = []
    end = 0
    for match in hyphenated.finditer(text):
        before = text[max(end, match.start() - _MAX_PART_LENGTH) : match.start()]
        words.append(f" {before[len(before.rpartition(' ')[0]) :]}{match.group()}")
        end = match.end()
    return hyphenated_compounds(" ".join(words))
