"""Frequencies of leaves, kept for later queries: those that were asked for last, up to so many bytes."""

from typing import Final, NamedTuple

import numpy as np

from excerpt.index.search.frequencies import MOST, DensePostings, Norms, SparsePostings, tenths_of
from excerpt.index.arrays import Array
from excerpt.memory import BoundedCache, size_of
from excerpt.query.ast import Form, Operand, Term, Word

__all__ = ["FrequencyCache"]

WORD_BYTES: Final = 128_000_000
MADE_BYTES: Final = 128_000_000
LIST_BYTES: Final = 64_000_000
"""Bytes of the columns of words, of the columns of all else, and of the lists."""
_ARRAYS_BYTES: Final = 500
"""Bytes of a list without its elements: its arrays."""


class _Packed(NamedTuple):
    """A list as it is kept: in a sixth of its memory."""

    passages: Array
    tenths: Array
    n_occurrences: int
    aside: Array | None

    @classmethod
    def of(cls, listed: SparsePostings) -> "_Packed":
        passages, tenths = listed.passages.astype(np.uint32), tenths_of(listed.frequencies)
        return cls(passages, tenths, listed.n_occurrences, listed.aside)

    @property
    def n_bytes(self) -> int:
        n_aside = 0 if self.aside is None else self.aside.nbytes
        return int(self.passages.nbytes + self.tenths.nbytes + n_aside) + _ARRAYS_BYTES

    def listed(self, lengths: Norms) -> SparsePostings:
        passages, frequencies = self.passages.astype(np.int64), self.tenths / 10
        return SparsePostings(passages, frequencies, self.n_occurrences, lengths, self.aside)


class FrequencyCache:
    """The frequencies of the leaves that were asked for last: up to so many bytes of columns of words, which the index
    lists, of columns of all else, which takes ten times as long to make again, and of lists, which are many."""

    def __init__(self) -> None:
        self._words: BoundedCache[Operand, DensePostings] = BoundedCache(WORD_BYTES)
        self._made: BoundedCache[Operand, DensePostings] = BoundedCache(MADE_BYTES)
        self._lists: BoundedCache[Operand, _Packed] = BoundedCache(LIST_BYTES)

    def _columns(self, leaf: Operand) -> BoundedCache[Operand, DensePostings]:
        return self._words if isinstance(leaf, Word | Term | Form) else self._made

    def get(self, leaf: Operand, lengths: Norms) -> SparsePostings | DensePostings | None:
        """Those of `leaf`, if they are kept, where passages have these `lengths`."""
        column = self._columns(leaf).get(leaf)
        if column is not None:
            return column
        packed = self._lists.get(leaf)
        return None if packed is None else packed.listed(lengths)

    def keep(self, leaf: Operand, found: SparsePostings | DensePostings) -> None:
        """Keep what was `found`, and drop what is then too much."""
        if isinstance(found, DensePostings):
            self._columns(leaf).put(leaf, found, size_of(leaf) + found.n_bytes)
        elif found.frequencies.max(initial=0) <= MOST:
            packed = _Packed.of(found)
            self._lists.put(leaf, packed, size_of(leaf) + packed.n_bytes)
