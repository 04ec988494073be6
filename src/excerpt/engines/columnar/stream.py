"""A stream of words ⇄ columns: which word stands at each position, and at which positions each word stands.

A segment has three streams: the passages' words, the words of their heading paths, and those of the titles. A stream is
cut into units (passages, passages, documents); a barrier, entry 0, stands at a position of its own before each section
(heading, title), so that words in a row are positions in a row and never run over a barrier.

Words are 16 bits; the few entries above that stand in a list. Positions of a variant are the units it stands in (gaps of
8 or 16 bits, or plain numbers of 32, by how dense they are), how often in each (left out where it is always once), and
the offset of each occurrence in its unit in 8 bits. What is too large for its type is marked and stands in a list.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from excerpt.engines.columnar.storage import Array, Columns

__all__ = ["BARRIER", "Stream", "counted", "encode", "mapped"]

BARRIER = 0
_FAR16 = 0xFFFF
_FAR8 = 0xFF
_CHUNK = 1_000_000
"""Occurrences inverted at a time: bounds the memory of building and merging."""


def encode(
    name: str, entries: Array, unit_start: Array, variant_of: Array, n_variants: int
) -> dict[str, Array]:
    """The columns of the stream `name`.

    `entries` (uint32, one for each position), `unit_start` (the first position of each unit), `variant_of` (the variant
    of each entry; that of the barrier is not used).
    """
    starts = np.append(unit_start, entries.size).astype(np.uint32)
    rare = np.flatnonzero(entries >= _FAR16)
    barriers = np.flatnonzero(entries == BARRIER)
    columns: dict[str, Array] = {
        "words": np.minimum(entries, _FAR16).astype(np.uint16),
        "rare_at": rare.astype(np.uint32),
        "rare": entries[rare].astype(np.uint32),
        "start": starts,
        "length": (np.diff(starts) - np.diff(np.searchsorted(barriers, starts))).astype(np.uint32),
        "barriers": barriers.astype(np.uint32),
        **_inverted(mapped(variant_of, entries), entries == BARRIER, starts, n_variants),
    }
    return {f"{name}.{column}": array for column, array in columns.items()}


def mapped(table: Array, numbers: Array) -> Array:
    """`table[numbers]`, some at a time: NumPy would first copy all the numbers into 64 bits."""
    found = np.empty(numbers.size, table.dtype)
    for first in range(0, numbers.size, _CHUNK):
        table.take(numbers[first : first + _CHUNK], out=found[first : first + _CHUNK], mode="clip")
    return found


def counted(numbers: Array, n: int) -> Array:
    """How often each of 0 to `n` - 1 is among `numbers` (int64), some at a time for the same reason."""
    counts = np.zeros(n, np.int64)
    for first in range(0, numbers.size, _CHUNK):
        counts += np.bincount(numbers[first : first + _CHUNK], minlength=n)
    return counts


def _inverted(variants: Array, is_barrier: Array, starts: Array, n_variants: int) -> dict[str, Array]:
    """The columns of the places of each variant, given the variant at each position."""
    variants[is_barrier] = n_variants
    tokens = counted(variants, n_variants + 1)[:n_variants]
    unit_of = np.repeat(np.arange(-1, starts.size - 1, dtype=np.int32), np.diff(starts, prepend=0))
    lists = _Lists(starts.size - 1)
    for first, last in _ranges(tokens, max(_CHUNK, variants.size // 32)):
        at = np.flatnonzero((variants >= first) & (variants < last))
        keys = variants[at].astype(np.uint64) << np.uint64(32)
        keys |= at.astype(np.uint64)
        keys.sort()
        position = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
        variant = (keys >> np.uint64(32)).astype(np.int64) - first
        unit = unit_of[position]
        lists.add(variant, unit, position - starts[unit], tokens[first:last])
    return {"tokens": _cumulated(tokens), **lists.columns()}


def _ranges(tokens: Array, size: int) -> Iterator[tuple[int, int]]:
    """Ranges of variants with about `size` occurrences each (one variant may have more)."""
    ends = np.cumsum(tokens)
    first = 0
    while first < tokens.size:
        done = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, done + size)), first + 1)
        yield first, last
        first = last


def _cumulated(counts: Array) -> Array:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.uint32)


def _width(n_units: Array, n_all: int) -> Array:
    """How many bits the gaps of a list of `n_units` of `n_all` units take: 8 and 16 where few gaps need more."""
    return np.where(n_units * 32 >= n_all, 8, np.where(n_units * 4096 >= n_all, 16, 32))


class _Narrow:
    """Numbers in a narrow type; those that do not fit are marked by its greatest value and listed."""

    def __init__(self, dtype: type[np.uint8 | np.uint16]) -> None:
        self._dtype = dtype
        self._far_value = int(np.iinfo(dtype).max)
        self._parts: list[Array] = []
        self._far_at: list[Array] = []
        self._far: list[Array] = []
        self._size = 0

    def add(self, values: Array) -> None:
        far = np.flatnonzero(values >= self._far_value)
        self._parts.append(np.minimum(values, self._far_value).astype(self._dtype))
        self._far_at.append((far + self._size).astype(np.uint32))
        self._far.append(values[far].astype(np.uint32))
        self._size += values.size

    def columns(self, name: str) -> dict[str, Array]:
        def joined(parts: list[Array], dtype: type) -> Array:
            return np.concatenate(parts) if parts else np.empty(0, dtype)

        return {
            name: joined(self._parts, self._dtype),
            f"{name}.far_at": joined(self._far_at, np.uint32),
            f"{name}.far": joined(self._far, np.uint32),
        }


class _Lists:
    """The occurrences of each variant, encoded as they come in."""

    def __init__(self, n_units: int) -> None:
        self._n_all = n_units
        self._gaps = {8: _Narrow(np.uint8), 16: _Narrow(np.uint16)}
        self._plain: list[Array] = []
        self._counts = _Narrow(np.uint8)
        self._offsets = _Narrow(np.uint8)
        self._n_units: list[Array] = []
        self._has_counts: list[Array] = []

    def add(self, variant: Array, unit: Array, offset: Array, tokens: Array) -> None:
        """Occurrences in order of variant and position; variants are numbered from 0, `tokens` counts each."""
        is_first = np.ones(variant.size, np.bool_)
        is_first[1:] = (variant[1:] != variant[:-1]) | (unit[1:] != unit[:-1])
        first = np.flatnonzero(is_first)
        counts = np.diff(np.append(first, variant.size))
        listed, unit = variant[first], unit[first].astype(np.int64)
        n_units = np.bincount(listed, minlength=tokens.size)
        gaps = unit + 1
        gaps[1:] -= np.where(listed[1:] == listed[:-1], unit[:-1] + 1, 0)
        width = _width(n_units, self._n_all)[listed]
        for bits, narrow in self._gaps.items():
            narrow.add(gaps[width == bits])
        self._plain.append(unit[width == 32].astype(np.uint32))
        has_counts = tokens != n_units
        self._counts.add(counts[has_counts[listed]])
        self._offsets.add(offset)
        self._n_units.append(n_units)
        self._has_counts.append(has_counts)

    def columns(self) -> dict[str, Array]:
        n_units = np.concatenate(self._n_units) if self._n_units else np.empty(0, np.int64)
        has_counts = np.concatenate(self._has_counts) if self._has_counts else np.empty(0, np.bool_)
        width = _width(n_units, self._n_all)
        at = np.zeros(n_units.size, np.int64)
        for bits in (8, 16, 32):
            mine = width == bits
            at[mine] = np.cumsum(n_units[mine]) - n_units[mine]
        counted = np.where(has_counts, n_units, 0)
        return {
            "units": _cumulated(n_units),
            "at": at.astype(np.uint32),
            "counts_at": (np.cumsum(counted) - counted).astype(np.uint32),
            "plain": np.concatenate(self._plain) if self._plain else np.empty(0, np.uint32),
            **self._gaps[8].columns("gaps8"),
            **self._gaps[16].columns("gaps16"),
            **self._counts.columns("counts"),
            **self._offsets.columns("offsets"),
        }


class Stream:
    """The stream `name` of a segment, read from its columns."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._columns = columns
        self.name = name
        self.n_units = columns.length(f"{name}.start") - 1
        self.n_positions = columns.length(f"{name}.words")
        self._has_rare = columns.length(f"{name}.rare") > 0

    def _read(self, name: str, start: int = 0, end: int | None = None) -> Array:
        return self._columns.read(f"{self.name}.{name}", start, end)

    @property
    def starts(self) -> Array:
        """The first position of each unit, and the end of the last (uint32)."""
        return self._read("start")

    @cached_property
    def _starts(self) -> Array:
        """The same in the type of positions: a search in mixed types would copy them every time."""
        return self.starts.astype(np.int64)

    @cached_property
    def _barriers(self) -> Array:
        return self.barriers.astype(np.int64)

    @property
    def lengths(self) -> Array:
        """The number of words of each unit, barriers left out (uint32)."""
        return self._read("length")

    @property
    def barriers(self) -> Array:
        """The positions of the barriers (uint32), ascending."""
        return self._read("barriers")

    def entries(self, start: int, end: int) -> Array:
        """The entries at the positions `start` to `end` (int64)."""
        words = self._read("words", start, end).astype(np.int64)
        if self._has_rare:
            at = self._read("rare_at")
            low, high = np.searchsorted(at, (start, end))
            if high > low:
                words[at[low:high].astype(np.int64) - start] = self._read("rare", int(low), int(high))
        return words

    def entries_at(self, positions: Array) -> Array:
        """The entries at `positions` (int64); beyond the end there is a barrier."""
        is_inside = positions < self.n_positions
        if not is_inside.all():
            words = np.zeros(positions.size, np.int64)
            words[is_inside] = self.entries_at(positions[is_inside])
            return words
        words = self._columns.take(f"{self.name}.words", positions).astype(np.int64)
        if self._has_rare:
            far = np.flatnonzero(words == _FAR16)
            if far.size:
                words[far] = self._read("rare")[np.searchsorted(self._read("rare_at"), positions[far])]
        return words

    def n_tokens(self, variant: int) -> int:
        """How often `variant` occurs."""
        start, end = self._read("tokens", variant, variant + 2).tolist()
        return int(end - start)

    def units(self, variant: int) -> Array:
        """The units in which `variant` stands, ascending (int64)."""
        first, last = self._read("units", variant, variant + 2).tolist()
        n = last - first
        if not n:
            return np.empty(0, np.int64)
        start = int(self._read("at", variant, variant + 1)[0])
        if n * 4096 < self.n_units:
            return self._read("plain", start, start + n).astype(np.int64)
        name = "gaps8" if n * 32 >= self.n_units else "gaps16"
        gaps = self._narrow(name, start, start + n)
        np.cumsum(gaps, out=gaps)
        gaps -= 1
        return gaps

    def postings(self, variant: int) -> tuple[Array, Array]:
        """The units in which `variant` stands, ascending, and how often in each (both int64)."""
        units = self.units(variant)
        if units.size == self.n_tokens(variant):
            return units, np.ones(units.size, np.int64)
        start = int(self._read("counts_at", variant, variant + 1)[0])
        return units, self._narrow("counts", start, start + units.size)

    def positions(self, variant: int) -> Array:
        """The positions at which `variant` stands, ascending (int64)."""
        start, end = self._read("tokens", variant, variant + 2).tolist()
        units, counts = self.postings(variant)
        offsets = self._narrow("offsets", start, end)
        offsets += np.repeat(self._starts[units], counts)
        return offsets

    def _narrow(self, name: str, start: int, end: int) -> Array:
        values = self._read(name, start, end).astype(np.int64)
        far_at = self._read(f"{name}.far_at")
        if far_at.size:
            low, high = np.searchsorted(far_at, (start, end))
            if high > low:
                values[far_at[low:high].astype(np.int64) - start] = self._read(
                    f"{name}.far", int(low), int(high)
                )
        return values

    def unit_of(self, positions: Array) -> Array:
        """The unit of each of the sorted `positions` (int64)."""
        return np.searchsorted(self._starts, positions, side="right") - 1

    def word_positions(self, unit: int, n: int) -> list[int]:
        """The positions of the first `n` words from the beginning of `unit` on."""
        start = int(self.starts[unit])
        ahead = start
        while True:  # a barrier takes a position too: read on until there are enough words
            ahead += max(n, 64)
            words = np.flatnonzero(self.entries(start, min(ahead, self.n_positions)) != BARRIER)
            if words.size >= n or ahead >= self.n_positions:
                return [start + at for at in words[:n].tolist()]

    def word_number(self, positions: Array) -> Array:
        """How many words stand before each of `positions`, barriers left out."""
        return positions - np.searchsorted(self._barriers, positions)
