"""A document → its outline and the matches of a query in it, as columns.

A reader needs to know where the passages of a document are and how many matches stand before each,
but not their texts. A document may have a hundred thousand passages and matches, so this is held in
arrays, and answered by searches in them. All arrays are of int64.

Matches are numbered from 1 through the whole document, by the beginnings of their passages, then by
their words.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.catalog import Catalog, StoredDocument

if TYPE_CHECKING:
    from excerpt.engines import Matches

__all__ = ["END", "NO_MATCHES", "DocumentMatches", "DocumentOutline", "matches_in", "outline_of"]

END: Final = 2**62
"""An offset after those of all texts."""
_REACH: Final = 4
"""Passages before a window whose matches may continue into it."""


class DocumentOutline(NamedTuple):
    """The passages of a document without their texts.

    starts, sizes  the offset and the length of every passage, by ordinal
    ordinals       those of the passages that together show the document once, in order
    shown_starts   the offset of each of these
    n_before       the number of paragraphs before each of these
    """

    starts: Int64Array
    sizes: Int64Array
    ordinals: Int64Array
    shown_starts: Int64Array
    n_before: Int64Array

    @property
    def n_shown(self) -> int:
        """The number of passages that show the document."""
        return int(self.ordinals.size)

    def offset_of(self, ordinal: int) -> int:
        """Return the offset of a passage."""
        return int(self.starts[ordinal])

    def number_at(self, offset: int) -> int:
        """Return the number, from 0, of the shown passage with the text at `offset`."""
        return max(0, int(self.shown_starts.searchsorted(offset, "right")) - 1)

    def extent(self, first: int, end: int) -> tuple[int, int]:
        """Return the offset of a few passages before a range of shown passages, and of its end.

        Matches that begin there may reach into the range.
        """
        begin = max(0, first - _REACH)
        starts = self.shown_starts[begin : end + 1].tolist()
        return (starts[0] if starts else 0), (starts[-1] if end < self.n_shown else END)

    def place_of(self, number: int, length: int) -> float:
        """Return where a shown passage begins, as a part of a document of `length` code points.

        The number after that of the last passage stands for the end.
        """
        if number >= self.n_shown:
            return 1.0
        return float(self.shown_starts[number]) / max(1, length) if number else 0.0


def outline_of(catalog: Catalog, document: int) -> DocumentOutline:
    """Return the outline of the document with this id."""
    rows = np.array(catalog.passage_outlines(document), np.int64).reshape(-1, 3)
    starts, sizes, n_paragraphs = rows.T.copy()
    ends = starts + sizes
    # By offset, the longest first; left out is what another passage shows (see `shown_passages`).
    by_place = np.lexsort((-ends, starts))
    furthest = np.maximum.accumulate(ends[by_place])
    is_shown = np.diff(furthest, prepend=0) > 0
    ordinals = by_place[is_shown]
    n_after = np.cumsum(n_paragraphs[ordinals])
    n_before = n_after - n_paragraphs[ordinals]
    return DocumentOutline(starts, sizes, ordinals, starts[ordinals], n_before)


class DocumentMatches(NamedTuple):
    """The matches of a query in a document, by offset in its text.

    ordinals       those of the passages with a match
    starts, sizes  the offsets and the lengths of these
    totals         the number of matches before each of these, and the number of all matches
    """

    ordinals: Int64Array
    starts: Int64Array
    sizes: Int64Array
    totals: Int64Array

    @property
    def n(self) -> int:
        """The number of all matches."""
        return int(self.totals[-1])

    def number_in(self, ordinal: int) -> int:
        """Return the number of the first match in a passage, 0 if there is none."""
        at = np.flatnonzero(self.ordinals == ordinal)
        return int(self.totals[at[0]]) + 1 if at.size else 0

    def passage_of(self, number: int) -> int:
        """Return the ordinal of the passage with the match of this number."""
        return int(self.ordinals[self.totals.searchsorted(number - 1, "right") - 1])

    def n_before(self, offsets: Int64Array) -> Int64Array:
        """Return the number of matches in passages that begin before each of the `offsets`."""
        return np.asarray(self.totals[self.starts.searchsorted(offsets)])

    def between(self, begin: int, end: int) -> dict[int, int]:
        """Return the ordinals of passages that begin in `[begin, end)`, and their first numbers."""
        low, high = self.starts.searchsorted([begin, end])
        numbers = (self.totals[low:high] + 1).tolist()
        return dict(zip(self.ordinals[low:high].tolist(), numbers, strict=True))

    def spread(self, n: int) -> list[tuple[int, int]]:
        """Return the numbers and the offsets of at most `n` matches, evenly chosen.

        Within a passage, matches are taken to be spread evenly.
        """
        step = max(1, -(-self.n // n))
        earlier = np.arange(0, self.n, step)
        at = self.totals.searchsorted(earlier, "right") - 1
        numbers = earlier - self.totals[at]
        counts = np.diff(self.totals)[at]
        offsets = self.starts[at] + self.sizes[at] * numbers // counts
        return list(zip((earlier + 1).tolist(), offsets.tolist(), strict=True))


NO_MATCHES: Final = DocumentMatches(*(np.zeros(size, np.int64) for size in (0, 0, 0, 1)))


def matches_in(
    matches: "Matches", document: StoredDocument, outline: DocumentOutline
) -> DocumentMatches:
    """Return the matches in a document."""
    ordinals, counts = matches.highlights_in(document.id)
    by_place = np.lexsort((ordinals, outline.starts[ordinals]))
    ordinals, counts = ordinals[by_place], counts[by_place]
    totals = np.concatenate([[0], np.cumsum(counts)])
    return DocumentMatches(ordinals, outline.starts[ordinals], outline.sizes[ordinals], totals)
