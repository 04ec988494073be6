"""A text → the approximate number of words between any two offsets, and the number of lines.

Words are separated by white space; in scripts that do not separate words, each character counts as
one. This is accurate enough for the size of a passage, and fast.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

from excerpt.text.whitespace import MAX_LENGTH, UNSPACED_RANGES, Whitespace, WordEnds, WordStarts

__all__ = [
    "LINE_END_HYPHENS",
    "MAX_WORD",
    "SIGNS_AFTER_CHARACTERS",
    "WordCounter",
    "count_line_ends",
]

MAX_WORD: Final = 20
"""Characters that count as one word at least, so that text without white space is split too."""
LINE_END_HYPHENS: Final = "-=\u00ac\u00ad\u2010\u2011\u2e17"
"""Characters after which a word may continue on the next line."""
SIGNS_AFTER_CHARACTERS: Final = "、。，！？「」『』（）(),.;:!?"
"""Signs before which a text in a script without spaces may be cut."""
_SPACES_PER_DOUBLE: Final = 20
"""Spaces per double space in a text that counts as evenly spaced."""
_UNSPACED = re.compile(f"[{UNSPACED_RANGES}]")
_OTHER_LEAD_BYTES = bytes(
    lead for lead in range(256) if not (0xE0 <= lead <= 0xF4 and lead != 0xE2)
)
"""First bytes in UTF-8 of no character in `UNSPACED_RANGES`, and all bytes that are not first."""


class WordCounter:
    """A counter of the words and lines of a text.

    The text is examined once: words are counted by its spaces and line ends, unless it has
    characters of scripts without spaces, or many spaces in a row.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._whitespace = Whitespace(text) if len(text) <= MAX_LENGTH else None
        self._has_words_in_spaces = (
            self._whitespace.is_spaced if self._whitespace else _is_spaced(text)
        )
        self._is_even = self._has_words_in_spaces and self._has_few_double_spaces()

    def _has_few_double_spaces(self) -> bool:
        whitespace, text = self._whitespace, self._text
        # `n_double` is never less than the number of double spaces, and already counted.
        if whitespace and whitespace.n_double * _SPACES_PER_DOUBLE <= whitespace.n_spaces:
            return True
        return text.count("  ") * _SPACES_PER_DOUBLE <= text.count(" ")

    def count(self, start: int, end: int) -> int:
        """Return the approximate number of words from `start` to `end`."""
        text = self._text
        if self._is_even:
            n_words = text.count(" ", start, end) + text.count("\n", start, end) + 1
        elif self._whitespace is not None and not self._has_words_in_spaces:
            n_words = self._words.n_between([start], [end])[0]
        else:
            piece = text[start:end]
            n_words = len(piece.split())
            if not self._has_words_in_spaces:
                n_words += len(_UNSPACED.findall(piece))
        return max(n_words, (end - start) // MAX_WORD)

    def word_ends(self, text: str, start: int, limit: int, n_words: int) -> list[int] | None:
        """Return the ends of `n_words` words after `start`, where `text` may be cut, below `limit`.

        Returns:
            None if there are fewer, or if `text` is not that of the counter, or long.
        """
        if text is not self._text or self._whitespace is None:
            return None
        return self._word_ends.after(start, limit, n_words)

    @cached_property
    def _word_ends(self) -> WordEnds:
        return WordEnds(self._text, LINE_END_HYPHENS, SIGNS_AFTER_CHARACTERS)

    @cached_property
    def _words(self) -> WordStarts:
        return WordStarts(self._text)

    def count_all(self, starts: Sequence[int], ends: Sequence[int]) -> Iterable[int]:
        """Return the same for each pair of a start and an end."""
        if self._whitespace is None:
            return map(self.count, starts, ends)
        if not self._is_even:
            pairs = zip(starts, ends, self._words.n_between(starts, ends), strict=True)
            return [max(n_words, (end - start) // MAX_WORD) for start, end, n_words in pairs]
        pairs = zip(starts, ends, self._whitespace.n_between(starts, ends), strict=True)
        return [max(n_gaps + 1, (end - start) // MAX_WORD) for start, end, n_gaps in pairs]

    def n_lines(self, offsets: Sequence[int]) -> list[int]:
        """Return the number of line ends before each of `offsets`."""
        if self._whitespace is not None:
            return self._whitespace.n_lines(offsets)
        return count_line_ends(self._text, offsets)


def count_line_ends(text: str, offsets: Sequence[int]) -> list[int]:
    """Return the number of line ends in `text` before each of `offsets`."""
    ascending = sorted(offsets)
    counts = accumulate(text.count("\n", *part) for part in pairwise([0, *ascending]))
    count_before = dict(zip(ascending, counts, strict=True))
    return [count_before[offset] for offset in offsets]


def _is_spaced(text: str) -> bool:
    """Return whether no character of `text` is of a script without spaces.

    The first bytes of characters in UTF-8 decide for most texts, several times as fast as a regular
    expression.
    """
    if text.isascii() or not text.encode("utf-8", "replace").translate(None, _OTHER_LEAD_BYTES):
        return True
    return _UNSPACED.search(text) is None
