"""The words of some passages of a stream, side by side, to look for matches in them alone."""

from functools import cached_property

import numpy as np

from excerpt.engines.columnar.storage import Array
from excerpt.engines.columnar.stream import BARRIER, Stream

__all__ = ["Excerpts"]


class Excerpts:
    """The words of some passages, row by row, each with the `ahead` positions that follow it and a barrier at its end.

    `entries` are all of them one after the other, `first` where each row begins, `n_own` how many of a row are the
    passage's own.
    """

    def __init__(self, body: Stream, passages: Array, ahead: int = 0) -> None:
        starts = body.unit_starts[passages]
        ends = body.unit_starts[passages + 1]
        lengths = np.minimum(ends + ahead, body.n_positions) - starts + 1
        stops = np.cumsum(lengths)
        self.first = stops - lengths
        self.n_own = ends - starts
        at = np.arange(stops[-1] if stops.size else 0)
        at += np.repeat(starts - self.first, lengths)
        at[stops - 1] = 0
        self.entries = body.entries_at(at)
        self.entries[stops - 1] = BARRIER
        self._lengths = lengths

    @cached_property
    def row_of(self) -> Array:
        """The row of each entry."""
        return np.repeat(np.arange(self._lengths.size), self._lengths)

    @cached_property
    def numbers(self) -> Array:
        """How many words stand before each entry in its row."""
        is_word = self.entries != BARRIER
        before: Array = np.cumsum(is_word) - is_word
        numbers: Array = before - before[self.first][self.row_of]
        return numbers
