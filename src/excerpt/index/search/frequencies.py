"""How often a leaf of a query occurs in each passage → what that says there.

Of a leaf that stands in few passages these are listed. Of one that stands in many, its frequencies in all passages are a
column of bytes; two more bound what it says in each passage, and in each block of passages, so that queries look at those
that can matter. Both are kept for later queries, see `frequency_cache`.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final, Protocol

import numpy as np

from excerpt.index.search.sets import is_member, runs
from excerpt.index.arrays import Array
from excerpt.query.ranking import norm, saturate

__all__ = [
    "BLOCK",
    "MOST",
    "DensePostings",
    "Frequencies",
    "Norms",
    "SparsePostings",
    "bits_at",
    "counted_units",
    "summed",
    "tenths_of",
]

_BLOCK_BITS: Final = 6
BLOCK: Final = 1 << _BLOCK_BITS
"""Passages in a row whose greatest saturation a column knows."""
MOST: Final = 6553.0
"""Frequencies are whole tenths, see `ranking`: up to this they fit into 16 bits."""
_TABLED: Final = 1024
"""Norms for which a table of bounds stays in the cache."""
_DENSE: Final = 64
"""A table of all passages pays where at least one in so many is looked up."""


class Norms:
    """The number of `words` of each passage (unsigned), as `ranking` needs it: with the `average` of the whole index.

    What is made of a length is made once for each that occurs, not for each passage.
    """

    def __init__(self, words: Array, average: float) -> None:
        self.n = words.size
        self._words = words
        each = np.arange(int(words.max(initial=0)) + 1.0)
        # Where there is no word at all nothing says anything.
        self._halves = norm(each, average) if average else np.full(each.size, np.inf)

    def halves(self, passages: Array) -> Array:
        """See `ranking.norm`; for each of `passages`."""
        return np.asarray(self._halves.take(self._words.take(passages)))

    def saturation(self, frequency: Array, passages: Array) -> Array:
        """See `ranking.saturation`; for each of `passages`."""
        return np.asarray(saturate(frequency, self.halves(passages)))

    def bounds(self, tenths: Array, passages: Array) -> Array:
        """The saturation that frequencies of so many `tenths` make in each of `passages`, as 255ths, rounded up (uint8)."""
        n_lengths = self._halves.size
        if tenths.dtype != np.uint8 or n_lengths > _TABLED or passages.size < n_lengths << 8:
            return _rounded_up(self.saturation(tenths / 10, passages))
        rows = np.multiply(tenths, n_lengths, dtype=np.intp)
        rows += self._words.take(passages)
        return np.asarray(self._bounds.take(rows))

    @cached_property
    def _bounds(self) -> Array:
        """The bounds of all tenths that fit a byte, for each length: fewer than the passages these are asked of."""
        return _rounded_up(saturate(np.arange(256)[:, np.newaxis] / 10, self._halves)).reshape(-1)


class Frequencies(Protocol):
    """How often a leaf occurs in live passages.

    `passages` have it in their own words, in their title or in their headings; `own` in their own words.
    """

    @property
    def n_own(self) -> int:
        """How many passages have it in their own words."""

    @property
    def n_occurrences(self) -> int:
        """How often they have it."""

    @property
    def size(self) -> int:
        """How many passages have it."""

    @property
    def is_aside(self) -> bool:
        """Whether some have it in title or headings alone."""

    @property
    def passages(self) -> Array:
        """The passages that have it, ascending."""

    @property
    def own(self) -> Array:
        """Those that have it in their own words, ascending."""

    def is_in(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it."""

    def is_own(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it in its own words."""

    def frequency(self, passages: Array) -> Array:
        """How often it occurs in each of the ascending `passages`, as `ranking` counts it (float64)."""

    def saturation(self, passages: Array) -> Array:
        """What that says there (float64)."""


class SparsePostings:
    """Frequencies of a leaf that stands in few passages: how often in each of the ascending `passages` (float64).

    It occurs `n_occurrences` times in their own words. `aside` says for each whether it has it in title or headings alone;
    None: none has.
    """

    def __init__(
        self,
        passages: Array,
        frequencies: Array,
        n_occurrences: int,
        lengths: Norms,
        aside: Array | None = None,
    ) -> None:
        self.passages = passages
        self.n_occurrences = n_occurrences
        self.frequencies = frequencies
        self.aside = aside
        self._lengths = lengths

    @cached_property
    def own(self) -> Array:
        """Those that have it in their own words, ascending."""
        return self.passages if self.aside is None else self.passages[~self.aside]

    @property
    def n_own(self) -> int:
        """How many passages have it in their own words."""
        return int(self.own.size)

    @property
    def size(self) -> int:
        """How many passages have it."""
        return int(self.passages.size)

    @property
    def is_aside(self) -> bool:
        """Whether some have it in title or headings alone."""
        return self.aside is not None

    @cached_property
    def saturations(self) -> Array:
        """What these say, of each passage (float64)."""
        return self._lengths.saturation(self.frequencies, self.passages)

    def is_in(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it."""
        return is_member(passages, self.passages, self._lengths.n)

    def is_own(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it in its own words."""
        return is_member(passages, self.own, self._lengths.n)

    def frequency(self, passages: Array) -> Array:
        """How often it occurs in each of the ascending `passages`, as `ranking` counts it (float64)."""
        if passages.size * _DENSE < self._lengths.n:
            return _look_up(self.passages, self.frequencies, passages)
        table = np.zeros(self._lengths.n)
        table[self.passages] = self.frequencies
        return table.take(passages)

    def saturation(self, passages: Array) -> Array:
        """What that says there (float64)."""
        if passages is self.passages:
            return self.saturations
        return self._lengths.saturation(self.frequency(passages), passages)


class DensePostings:
    """Frequencies of a leaf that stands in many passages, as tenths for all (0 where it is not): they are whole ones.

    They go on to the end of a `BLOCK`. None is above `MOST`.
    """

    def __init__(self, listed: SparsePostings, lengths: Norms) -> None:
        tenths = tenths_of(listed.frequencies)
        n_blocks = -(-lengths.n // BLOCK)
        self._tenths: Array = np.zeros(n_blocks * BLOCK, tenths.dtype)
        self._tenths[listed.passages] = tenths
        self.bounds = np.zeros(self._tenths.size, np.uint8)
        """Its saturation in each passage, as 255ths, rounded up."""
        bounds = lengths.bounds(tenths, listed.passages)
        self.bounds[listed.passages] = bounds
        self.greatest = np.zeros(n_blocks, np.float32)
        """The same of each block."""
        blocks = listed.passages >> _BLOCK_BITS
        first = runs(blocks)
        if first.size:
            self.greatest[blocks[first]] = np.maximum.reduceat(bounds, first) / np.float32(255)
        self.n_own = listed.n_own
        self.size = listed.size
        self.n_occurrences = listed.n_occurrences
        self.bits = np.packbits(self._tenths > 0, bitorder="little")
        """One for each passage, set where it has the leaf."""
        self.own_bits = self.bits
        """The same of its own words."""
        if listed.is_aside:
            flags = np.zeros(self._tenths.size, np.bool_)
            flags[listed.own] = True
            self.own_bits = np.packbits(flags, bitorder="little")
        self.is_aside = listed.is_aside
        self._lengths = lengths

    @property
    def n_bytes(self) -> int:
        """What it takes in memory."""
        n_bits = self.bits.nbytes << self.is_aside  # else they are one array
        return int(self._tenths.nbytes + self.bounds.nbytes + self.greatest.nbytes + n_bits)

    @property
    def passages(self) -> Array:
        """The passages that have it, ascending."""
        return _set_in(self.bits)

    @property
    def own(self) -> Array:
        """Those that have it in their own words, ascending."""
        return _set_in(self.own_bits)

    def is_in(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it."""
        return np.asarray(self._tenths.take(passages) > 0)

    def is_own(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it in its own words."""
        return bits_at(self.own_bits, passages).view(np.bool_)

    def frequency(self, passages: Array) -> Array:
        """How often it occurs in each of `passages` (float64)."""
        return np.asarray(self._tenths.take(passages) / 10)

    def saturation(self, passages: Array) -> Array:
        """What that says there (float64)."""
        return self._lengths.saturation(self.frequency(passages), passages)


def tenths_of(frequencies: Array) -> Array:
    """As whole tenths, in a byte each if they fit (uint8 or uint16). None may be above `MOST`."""
    tenths = (frequencies * 10 + 0.5).astype(np.uint16)
    return tenths.astype(np.uint8) if int(tenths.max(initial=0)) < 1 << 8 else tenths


def _rounded_up(saturations: Array) -> Array:
    """As 255ths (uint8)."""
    return np.asarray(np.ceil(saturations * 255).astype(np.uint8))


def bits_at(bits: Array, numbers: Array) -> Array:
    """The bit of each of `numbers`, 0 or 1 (uint8)."""
    return np.asarray(bits.take(numbers >> 3) >> (numbers & 7).astype(np.uint8) & 1)


def _set_in(bits: Array) -> Array:
    """The numbers whose bits are set, ascending."""
    return np.flatnonzero(np.unpackbits(bits, bitorder="little").view(np.bool_))


def _look_up(keys: Array, values: Array, asked: Array) -> Array:
    """The value of each of `asked` (ascending, like `keys`); 0 where there is none."""
    if not keys.size:
        return np.zeros(asked.size)
    at = keys.searchsorted(asked)
    at[at == keys.size] = 0
    return np.where(keys.take(at) == asked, values.take(at), 0)


def counted_units(units: Array) -> tuple[Array, Array]:
    """The distinct of the ascending `units`, and how often each is there (float64)."""
    first = runs(units)
    return units[first], np.diff(np.append(first, units.size)).astype(np.float64)


def summed(parts: Sequence[tuple[Array, Array | None]], n_units: int) -> tuple[Array, Array]:
    """The units of all `parts`, ascending, with the sum of their numbers in each (float64); None stands for ones."""
    full = [
        (units, np.ones(units.size) if numbers is None else numbers.astype(np.float64))
        for units, numbers in parts
        if units.size
    ]
    if not full:
        return np.empty(0, np.int64), np.empty(0)
    if len(full) == 1:
        return full[0]
    units = np.concatenate([units for units, _ in full])
    numbers = np.concatenate([numbers for _, numbers in full])
    if units.size * 16 < n_units:
        order = np.argsort(units, kind="stable")
        units, numbers = units[order], numbers[order]
        first = runs(units)
        return units[first], np.add.reduceat(numbers, first)
    sums = np.bincount(units, weights=numbers, minlength=n_units)
    units = np.flatnonzero(sums > 0)
    return units, sums[units]
