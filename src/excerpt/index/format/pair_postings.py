"""The postings of pairs of frequent words that follow each other: the columns `pairs.postings`.

"of the" occurs in half of all passages, and each of its words in nearly all. Finding the phrase by
the positions of its words would take millions of them. So pairs of the most frequent words have
postings of their own (`write.posting_lists` decides which). Term ids are given by falling
frequency, so these words are the first terms, and the pair of terms i and j is number i · n + j:

    terms   of (0)  the (1)  and (2), so n = 3
    lists   "of of" "of the" "of and" "the of" "the the" "the and" "and of" "and the" "and and"

The units and positions of a pair are those of its first word.
"""

from math import isqrt
from typing import Final

from excerpt.index.arrays import Frequencies, Offsets, Positions, UnitIds
from excerpt.index.format.postings import PostingLists
from excerpt.storage.columns import Columns

__all__ = ["PAIRS", "PairPostings"]

PAIRS: Final = "pairs.postings"
"""The name of the postings' columns."""


class PairPostings:
    """The postings of word pairs in the body of a segment, which has `n_units` passages."""

    def __init__(self, columns: Columns, n_units: int) -> None:
        self._lists = PostingLists(columns, PAIRS, n_units)
        self._n_terms = isqrt(self._lists.n)

    def pair_id(self, first: int, second: int) -> int:
        """Return the number of the pair of two term ids, -1 if one is not frequent enough."""
        has_list = 0 <= first < self._n_terms and 0 <= second < self._n_terms
        return first * self._n_terms + second if has_list else -1

    def n_tokens(self, pair: int) -> int:
        """Return the number of occurrences of a pair."""
        return self._lists.n_tokens(pair)

    def postings(self, pair: int) -> tuple[UnitIds, Frequencies | None]:
        """Return the units in which a pair begins, and its frequency in each (None: always 1)."""
        return self._lists.postings(pair)

    def positions(self, pair: int, unit_offsets: Offsets) -> Positions:
        """Return the positions at which a pair begins, where units begin at `unit_offsets`."""
        return self._lists.positions(pair, unit_offsets)
