"""Spans of a document → the words around them.

Context is counted in the index's words and crosses the ends of passages and paragraphs. White space
is collapsed, so that hard-wrapped and running texts look alike.
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

_WHITE_SPACE = re.compile(r"\s+")
_CHARACTERS_PER_WORD = 8
"""Characters to read first for each word of context; more are read if these do not suffice."""
_MARGIN = 64
"""Characters to read in addition."""
_MAX_CHARACTERS = 1 << 20
"""Characters of context on one side, however few words they hold."""
_get_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class ContextWindow:
    """A part of a document with its words. All spans are offsets in the document.

    start       offset of the first character
    text        the text of the part
    words       the spans of its words, ascending
    hyphenated  the hyphenated compounds of the document (see `Document.hyphenated`)
    """

    start: int
    text: str
    words: list[Span]
    hyphenated: frozenset[str]

    def collapsed(self, span: Span) -> str:
        """Return the text of `span` with each run of white space collapsed to one space."""
        return _WHITE_SPACE.sub(" ", self._text_of(span))

    def left(self, span: Span, n_words: int) -> str:
        """Return the text from the last `n_words` words before `span` up to it."""
        if not n_words:
            return ""
        n_before = self.count_before(span.start)
        start = self.words[n_before - n_words].start if n_before >= n_words else self.start
        return self.collapsed(Span(start, span.start)).lstrip()

    def right(self, span: Span, n_words: int) -> str:
        """Return the text from `span` to the end of the first `n_words` words after it."""
        if not n_words:
            return ""
        last = self.count_before(span.end) + n_words - 1
        end = self.words[last].end if last < len(self.words) else self.start + len(self.text)
        return self.collapsed(Span(span.end, end)).rstrip()

    def terms_before(self, span: Span, n_words: int) -> list[str]:
        """Return the terms of the last `n_words` words before `span`, the nearest first."""
        n_before = self.count_before(span.start)
        return self._terms(self.words[max(0, n_before - n_words) : n_before])[::-1]

    def terms_after(self, span: Span, n_words: int) -> list[str]:
        """Return the terms of the first `n_words` words after `span`, the nearest first."""
        first = self.count_before(span.end)
        return self._terms(self.words[first : first + n_words])

    def count_before(self, offset: int) -> int:
        """Return the number of words that begin before `offset`."""
        return bisect_left(self.words, offset, key=_get_start)

    def _terms(self, words: list[Span]) -> list[str]:
        if not words:
            return []
        text = self._text_of(Span(words[0].start, words[-1].end))
        return [token.term for token in tokenize(text, 0, self.hyphenated)]

    def _text_of(self, span: Span) -> str:
        return self.text[span.start - self.start : span.end - self.start]


def read_context(
    spans: Sequence[Span], n_words: int, document: "StoredDocument", text_at: TextAt
) -> ContextWindow:
    """Return a window with at least `n_words` words, if there are as many, around all `spans`.

    `spans` ascend. The window grows by doubling until it holds enough words on both sides.
    """
    first, last = spans[0].start, max(span.end for span in spans)
    before = after = min(n_words * _CHARACTERS_PER_WORD + _MARGIN, _MAX_CHARACTERS)
    while True:
        start, end = max(0, first - before), min(document.n_characters, last + after)
        text = text_at(Span(start, end))
        if document.format == "markdown":
            from excerpt.present.block_signs import without_block_signs  # not for other formats

            text = without_block_signs(text, start, text_at)
        words = token_spans(text, start, document.hyphenated)
        window = ContextWindow(start, text, words, document.hyphenated)
        # One word more than needed on each side: the outermost word may be cut.
        n_after = len(words) - window.count_before(last)
        lacks_before = (
            start > 0 and before < _MAX_CHARACTERS and window.count_before(first) <= n_words
        )
        lacks_after = end < document.n_characters and after < _MAX_CHARACTERS and n_after <= n_words
        if not lacks_before and not lacks_after:
            return window
        before *= 1 + lacks_before
        after *= 1 + lacks_after
