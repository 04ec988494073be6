"""Pairs of very frequent words that stand side by side ⇄ lists of where they do.

"of the" stands in half of all passages, each of its words in nearly all: to find the phrase among the places of its words
is to look at millions. Pairs of the most frequent words therefore have lists of their own. Words are terms, numbered by
falling frequency, so the most frequent come first; the list of a pair is that of row and column in a square.
"""

from collections.abc import Iterator
from math import isqrt
from typing import Final

import numpy as np

from excerpt.index.format.columns import Array, Column, Columns
from excerpt.index.format.form_ids import PackedFormIds
from excerpt.index.format.postings import PostingLists, encode_lists
from excerpt.index.write.inverter import Units

__all__ = ["PairPostings", "pair_columns"]

SHARE: Final = 400
"""A word is very frequent if it is one in so many, ..."""
LEAST = 2000
"""... and occurs so often in a segment: the places of rarer words are soon looked through."""
_MOST: Final = 255
"""So many words make pairs whose numbers fit 16 bits."""


def pair_columns(
    entries: PackedFormIds, units: Units, first_entries: Array, counts: Array
) -> Iterator[Column]:
    """The columns of the pairs in a stream of `entries`, cut into `units`.

    `first_entries` is the first entry of each term, and the end of those of the last; `counts` how often each entry occurs.
    """
    bounds = first_entries[: _MOST + 1].astype(np.int64)
    before = np.concatenate(([0], np.cumsum(counts[: bounds[-1]])))
    is_rare = np.diff(before[bounds]) < max(entries.n // SHARE, LEAST)
    n = int(is_rare.argmax()) if is_rare.any() else is_rare.size
    term_of = np.full(counts.size, n, np.uint16)
    term_of[bounds[0] : bounds[n]] = np.repeat(np.arange(n), np.diff(bounds[: n + 1]))

    def listed() -> Iterator[Array]:
        for terms in entries.mapped(term_of, more=1):
            yield _pairs(terms, n)

    yield from encode_lists(
        "pairs", listed, units, [(0, n * n)]
    )  # no more than some in a hundred positions


def _pairs(terms: Array, n: int) -> Array:
    """The pair that each of `terms` (uint16) makes with the next, `n * n` for none; the last, with none, is left out."""
    found = np.full(terms.size - 1, n * n, np.uint16)
    at = np.flatnonzero((terms[:-1] < n) & (terms[1:] < n))
    found[at] = terms[at] * np.uint16(n) + terms[at + 1]
    return found


class PairPostings:
    """The pairs of the body of a segment, read from its columns."""

    def __init__(self, columns: Columns, n_units: int) -> None:
        self._lists = PostingLists(columns, "pairs", n_units)
        self._n_terms = isqrt(self._lists.n)

    def pair_id(self, first: int, second: int) -> int:
        """The pair of these two terms, -1 if one of them is no very frequent word."""
        is_known = 0 <= first < self._n_terms and 0 <= second < self._n_terms
        return first * self._n_terms + second if is_known else -1

    def n_tokens(self, pair: int) -> int:
        """How often the pair occurs."""
        return self._lists.n_tokens(pair)

    def postings(self, pair: int) -> tuple[Array, Array | None]:
        """The units in which the first word of the pair stands, ascending, and how often (None: always once)."""
        return self._lists.postings(pair)

    def positions(self, pair: int, starts: Array) -> Array:
        """The positions of the first word of the pair, ascending (int64), where units begin at `starts` (int64)."""
        return self._lists.positions(pair, starts)
