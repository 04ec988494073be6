"""Places in a document → the words around them.

Context is counted in words, as the index counts them, and goes over the ends of passages and paragraphs. White space
is closed up, so that hard-wrapped and running texts look alike.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from excerpt.model import Span
from excerpt.present.highlight import TextAt
from excerpt.text import token_spans, tokenize

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument

__all__ = ["ContextWindow", "read_context"]

_SPACE = re.compile(r"\s+")
_LETTERS = 8
"""Characters to read for each word of context: more are read where they do not do."""
_MARGIN = 64
_MOST_READ = 1 << 20
"""Characters of context, however few words are in them."""
_start_of = attrgetter("start")


@dataclass(frozen=True, slots=True)
class ContextWindow:
    """A stretch of a document, from the character `start` on, with the places of its words in the document."""

    start: int
    text: str
    words: list[Span]
    hyphenated: frozenset[str]

    def closed(self, place: Span) -> str:
        """The text at `place` with its white space closed up."""
        return _SPACE.sub(" ", self._at(place))

    def left(self, place: Span, most: int) -> str:
        """The last `most` words before `place`, and all up to it."""
        if not most:
            return ""
        n_before = self.n_before(place.start)
        start = self.words[n_before - most].start if n_before >= most else self.start
        return self.closed(Span(start, place.start)).lstrip()

    def right(self, place: Span, most: int) -> str:
        """All from `place` to the end of the first `most` words after it."""
        if not most:
            return ""
        last = self.n_before(place.end) + most - 1
        end = self.words[last].end if last < len(self.words) else self.start + len(self.text)
        return self.closed(Span(place.end, end)).rstrip()

    def terms_before(self, place: Span, most: int) -> list[str]:
        """The last `most` words before `place` as they are searched by, the nearest first."""
        n_before = self.n_before(place.start)
        return self._terms(self.words[max(0, n_before - most) : n_before])[::-1]

    def terms_after(self, place: Span, most: int) -> list[str]:
        """The first `most` words after `place` as they are searched by, the nearest first."""
        first = self.n_before(place.end)
        return self._terms(self.words[first : first + most])

    def n_before(self, position: int) -> int:
        """How many of the words begin before `position`."""
        return bisect_left(self.words, position, key=_start_of)

    def _terms(self, words: list[Span]) -> list[str]:
        stretch = Span(words[0].start, words[-1].end) if words else Span(self.start, self.start)
        return [word.term for word in tokenize(self._at(stretch), 0, self.hyphenated)]

    def _at(self, place: Span) -> str:
        return self.text[place.start - self.start : place.end - self.start]


def read_context(
    places: Sequence[Span], n_words: int, record: "StoredDocument", text_of: TextAt
) -> ContextWindow:
    """What stands around `places`, which ascend: `n_words` words at least on each side, if there are so many."""
    first, last = places[0].start, max(place.end for place in places)
    before = after = min(n_words * _LETTERS + _MARGIN, _MOST_READ)
    while True:
        start, end = max(0, first - before), min(record.n_characters, last + after)
        text = text_of(Span(start, end))
        found = ContextWindow(
            start, text, token_spans(text, start, record.hyphenated), record.hyphenated
        )
        # The first and the last word may be pieces of longer ones, and do not count.
        lacks_before = start > 0 and before < _MOST_READ and found.n_before(first) <= n_words
        n_after = len(found.words) - found.n_before(last)
        lacks_after = end < record.n_characters and after < _MOST_READ and n_after <= n_words
        if not lacks_before and not lacks_after:
            return found
        before *= 1 + lacks_before
        after *= 1 + lacks_after
