"""The words of some passages of a stream, side by side, to look for matches in them alone."""

from functools import cached_property

import numpy as np

from excerpt.index.arrays import Array
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.token_stream import TokenStream

__all__ = ["PassageTokens"]


class PassageTokens:
    """The words of some passages, row by row, each with the `ahead` positions that follow it and a barrier at its end.

    `entries` are all of them one after the other, `first` where each row begins, `n_own` how many of a row are the
    passage's own.
    """

    def __init__(self, body: TokenStream, passages: Array, ahead: int = 0) -> None:
        starts, ends = body.ranges(passages)
        lengths = np.minimum(ends + ahead, body.n_positions) - starts + 1
        stops = np.cumsum(lengths)
        self.first = stops - lengths
        self.n_own = ends - starts
        at = np.arange(stops[-1] if stops.size else 0)
        at += np.repeat(starts - self.first, lengths)
        at[stops - 1] = 0
        self.entries = body.form_ids_at(at)
        self.entries[stops - 1] = BARRIER

    def row_of(self, at: Array) -> Array:
        """The row of each of the entries `at`."""
        return np.asarray(self.first.searchsorted(at, "right") - 1)

    def numbers(self, at: Array, rows: Array) -> Array:
        """How many words stand before each of the entries `at` in its row, which is given too."""
        before, before_row = (self._barriers.searchsorted(places) for places in (at, self.first))
        return np.asarray(at - self.first[rows] - (before - before_row[rows]))

    @cached_property
    def _barriers(self) -> Array:
        return np.flatnonzero(self.entries == BARRIER)
