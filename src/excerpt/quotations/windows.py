"""Passages of an index → the words of a stretch of a document, with their offsets in its text."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from excerpt.model import BARRIERS, BlockKind, Key, Span, Token
from excerpt.text import tokenize
from excerpt.text.running_text import running_text, text_of_blocks

if TYPE_CHECKING:
    from excerpt.catalog import Catalog, StoredPassage

__all__ = ["Window", "read_window", "window_around"]

_BATCH: Final = 4
"""Passages that are read at once while a window is extended."""
_MAX_PASSAGES: Final = 60
"""Passages on each side of the first one."""
_APART: Final = BARRIERS - {BlockKind.CELL}
"""Kinds of blocks that may come between the words of a quotation: headings, notes, captions."""


class Window:
    """The words of some passages of one document, in the order of its text.

    tokens  the words, with offsets in the document's text
    terms   their folded forms
    free    whether a word is in a heading, note or the like, which a quotation may leave out
    gaps    indexes of words before which passages are missing
    """

    def __init__(self, passages: Sequence["StoredPassage"]) -> None:
        self.passages = passages
        self.document = passages[0].document
        self.tokens: list[Token] = []
        self.free: list[bool] = []
        self.gaps: list[int] = []
        former = passages[0].key.ordinal - 1
        for stored in passages:
            if stored.key.ordinal != former + 1:
                self.gaps.append(len(self.tokens))
            former = stored.key.ordinal
            self._add(stored)
        self.terms = [token.term for token in self.tokens]

    def _add(self, stored: "StoredPassage") -> None:
        start = stored.passage.span.start
        text = running_text(stored.text, stored.passage.marks, start)
        for block in stored.passage.blocks:
            span = block.span
            tokens = tokenize(
                text[span.start - start : span.end - start], span.start, self.document.hyphenated
            )
            self.tokens += tokens
            self.free += [block.kind in _APART] * len(tokens)

    @cached_property
    def _texts(self) -> list[str]:
        """The running texts of the passages."""
        return [text_of_blocks(stored.text, stored.passage) for stored in self.passages]

    @cached_property
    def _ends(self) -> list[int]:
        return [stored.passage.span.end for stored in self.passages]

    def text(self, span: Span) -> str:
        """Return the running text in a span of the document, as far as the passages have it.

        Between two passages there is one line end.
        """
        parts = []
        for number in range(bisect_right(self._ends, span.start), len(self.passages)):
            own = self.passages[number].passage.span
            if own.start >= span.end:
                break
            parts.append(self._texts[number][max(0, span.start - own.start) : span.end - own.start])
        return "\n".join(parts)

    def passage_at(self, offset: int) -> "StoredPassage":
        """Return the passage with the code point at `offset`."""
        number = bisect_right(self._ends, offset)
        return self.passages[min(number, len(self.passages) - 1)]


def read_window(catalog: "Catalog", keys: Iterable[Key]) -> Window:
    """Return the window of the passages with these `keys` of one document."""
    return Window(catalog.passages(sorted(set(keys))))


def window_around(catalog: "Catalog", key: Key, n_before: int, n_after: int) -> Window:
    """Return the window of a passage and its neighbours, with about that many words around it.

    A passage that is set apart, or a note within a sentence, stands alone.
    """
    (stored,) = catalog.passages([key])
    if key.ordinal >= stored.document.n_running:
        return Window([stored])
    before = _extend(catalog, stored, -1, n_before)
    after = _extend(catalog, stored, 1, n_after)
    return Window([*reversed(before), stored, *after])


def _extend(
    catalog: "Catalog", stored: "StoredPassage", step: int, n_words: int
) -> list["StoredPassage"]:
    """Return the passages before or after `stored` that have at least `n_words` words together."""
    found: list[StoredPassage] = []
    ordinal = stored.key.ordinal + step
    left = n_words
    while left > 0 and len(found) < _MAX_PASSAGES:
        wanted = [ordinal + step * n for n in range(_BATCH)]
        keys = [Key(stored.key.document, n) for n in wanted if 0 <= n < stored.document.n_running]
        if not keys:
            break
        for passage in catalog.passages(keys):
            found.append(passage)
            left -= passage.text.count(" ") + 1
            if left <= 0:
                break
        ordinal += step * _BATCH
    return found
