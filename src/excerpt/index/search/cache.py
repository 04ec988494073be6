"""Frequencies of leaves, kept for later queries: those that were asked for last, up to so many bytes."""

from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np

from excerpt.index.search.frequencies import MOST, DensePostings, Norms, SparsePostings, tenths_of
from excerpt.index.format.columns import Array
from excerpt.query.ast import Form, Operand, Term, Word

__all__ = ["FrequencyCache"]

_LEAF_BYTES: Final = 1_000
"""For each list, however short: a leaf and some arrays."""

Kept = TypeVar("Kept", "DensePostings", "_Packed")


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
        return int(self.passages.nbytes + self.tenths.nbytes + n_aside) + _LEAF_BYTES

    def listed(self, lengths: Norms) -> SparsePostings:
        passages, frequencies = self.passages.astype(np.int64), self.tenths / 10
        return SparsePostings(passages, frequencies, self.n_occurrences, lengths, self.aside)


class FrequencyCache:
    """The frequencies of the leaves that were asked for last: up to so many bytes of columns of words, which the index
    lists, of columns of all else, which takes ten times as long to make again, and of lists, which are many."""

    def __init__(
        self, word_bytes: int = 128_000_000, made_bytes: int = 128_000_000, list_bytes: int = 64_000_000
    ) -> None:
        self._words: _Last[DensePostings] = _Last(word_bytes)
        self._made: _Last[DensePostings] = _Last(made_bytes)
        self._lists: _Last[_Packed] = _Last(list_bytes)

    def _columns(self, leaf: Operand) -> "_Last[DensePostings]":
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
            self._columns(leaf).keep(leaf, found)
        elif found.frequencies.max(initial=0) <= MOST:
            self._lists.keep(leaf, _Packed.of(found))


class _Last(Generic[Kept]):
    """What was asked for last, up to so many bytes."""

    def __init__(self, n_bytes: int) -> None:
        self._most = n_bytes
        self._n_bytes = 0
        self._kept: dict[Operand, Kept] = {}

    def get(self, leaf: Operand) -> Kept | None:
        found = self._kept.pop(leaf, None)
        if found is not None:
            self._kept[leaf] = found  # the last to be dropped
        return found

    def keep(self, leaf: Operand, found: Kept) -> None:
        former = self._kept.pop(leaf, None)
        self._kept[leaf] = found
        self._n_bytes += found.n_bytes - (former.n_bytes if former else 0)
        while self._n_bytes > self._most:
            self._n_bytes -= self._kept.pop(next(iter(self._kept))).n_bytes
