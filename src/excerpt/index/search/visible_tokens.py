"""The tokens of a stream that are looked at for an operand: all, or those in some ranges.

Where the rarest words of an operand are rare, ranges around them hold all its matches, and reading
these takes less time than the postings of its frequent words.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from excerpt.arrays import Mask
from excerpt.index.arrays import FormIds, Positions
from excerpt.index.format.pair_postings import PairPostings
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.search.occurrences import FormsOf, find_occurrences
from excerpt.index.search.proximity import same_section
from excerpt.index.sets import distinct, search_ascending
from excerpt.query.ast import Operand

__all__ = ["CHUNK", "Ranges", "VisibleTokens", "merge_ranges"]

Ranges = tuple[Positions, Positions]
"""The starts and ends of disjoint stretches of a stream, ascending."""
CHUNK: Final = 1 << 20
"""Positions whose matches are in memory at a time, if their sections are no longer."""


def merge_ranges(starts: Positions, ends: Positions) -> Ranges:
    """Return the union of stretches, which are given in the order of their starts.

    >>> merge_ranges(np.array([0, 2, 9]), np.array([3, 5, 10]))
    (array([0, 9]), array([ 5, 10]))
    """
    if not starts.size:
        return starts, ends
    reached = np.maximum.accumulate(ends)
    is_new = np.ones(starts.size, np.bool_)
    is_new[1:] = starts[1:] > reached[:-1]
    first = np.flatnonzero(is_new)
    return starts[first], reached[np.append(first[1:], starts.size) - 1]


class VisibleTokens:
    """Tokens of `stream`: all of them, or those in `ranges`.

    No match crosses a barrier, nor one of `unit_starts` if there are any.
    """

    def __init__(
        self,
        stream: TokenStream,
        forms_of: FormsOf,
        pairs: PairPostings | None = None,
        ranges: Ranges | None = None,
        unit_starts: Positions | None = None,
    ) -> None:
        self._stream = stream
        self._forms_of = forms_of
        self._pairs = pairs
        self._ranges = ranges
        self.has_phrases = ranges is None
        """True if `positions` finds phrases of words, too."""
        self._unit_starts = unit_starts
        self._of_operand: dict[Operand, Positions] = {}

    def positions(self, operand: Operand) -> Positions:
        """Return the positions, ascending, at which an operand of one token begins to match."""
        found = self._of_operand.get(operand)
        if found is None:
            found = self._of_operand[operand] = self._find(operand)
        return found

    def _find(self, operand: Operand) -> Positions:
        if self._ranges is None:
            return find_occurrences(operand, self._stream, self._forms_of, self._pairs).starts
        is_match = self._forms_of(operand).contains(self._form_ids)
        return self._read_positions.take(np.flatnonzero(is_match))

    def are_together(self, first: Positions, last: Positions) -> Mask:
        """Return for each pair of positions whether there is no boundary between them."""
        is_together = same_section(first, last, self._stream)
        if self._unit_starts is not None:
            units = search_ascending(self._unit_starts, first, "right")
            is_together &= search_ascending(self._unit_starts, last, "right") == units
        return is_together

    def chunks(self) -> Iterator["VisibleTokens"]:
        """Yield the tokens in parts small enough to be joined in memory; no match crosses them."""
        if self._ranges is not None or self._stream.n_positions <= 2 * CHUNK:
            yield self
            return
        wanted = np.arange(CHUNK, self._stream.n_positions, CHUNK)
        cuts = distinct(self._stream.next_barrier(wanted)).tolist()
        for start, end in pairwise([0, *cuts, self._stream.n_positions]):
            yield _Chunk(self, start, end)

    @cached_property
    def _read_positions(self) -> Positions:
        assert self._ranges is not None
        starts, ends = self._ranges
        sizes = ends - starts
        before = np.cumsum(sizes) - sizes
        positions: Positions = np.arange(int(sizes.sum()))
        positions += np.repeat(starts - before, sizes)
        return positions

    @cached_property
    def _form_ids(self) -> FormIds:
        return self._stream.form_ids_at(self._read_positions)


class _Chunk(VisibleTokens):
    """The tokens of others from `start` to `end`."""

    def __init__(self, tokens: VisibleTokens, start: int, end: int) -> None:
        self._tokens = tokens
        self.has_phrases = tokens.has_phrases
        self._limits = np.array((start, end))

    def are_together(self, first: Positions, last: Positions) -> Mask:
        """Return for each pair of positions whether there is no boundary between them."""
        return self._tokens.are_together(first, last)

    def positions(self, operand: Operand) -> Positions:
        """Return the positions in the chunk."""
        found = self._tokens.positions(operand)
        low, high = found.searchsorted(self._limits).tolist()
        return found[low:high]
