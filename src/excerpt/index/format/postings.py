"""Inverted lists ⇄ columns: in which units each of many things stands, how often, and where.

A list has its units as gaps of 8 or 16 bits or as plain numbers of 32, by how dense they are; how often in each in 4 bits
(left out where it is always once); and, where asked for, the offset of each occurrence in its unit in 8 bits (see
`narrow.py` for what does not fit). What is listed is numbered: the variants of words, stems, pairs of words.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from excerpt.index.format.bit_packing import PackedArray, read_packed
from excerpt.index.format.columns import Array, Column, Columns
from excerpt.index.write.inverter import Inverter, Units

__all__ = ["PostingLists", "encode_lists"]

_GAPS8: Final = 32
_GAPS16: Final = 4096
"""A list with at least one in so many units has gaps of 8 or 16 bits: few of them need more."""
_HEAD: Final = 4
"""Numbers in the head of a list, each up to the next: its units, occurrences, and where its units and counts begin."""


def encode_lists(
    name: str,
    listed: Callable[[], Iterable[Array]],
    units: Units,
    ranges: Iterable[tuple[int, int]],
    *,
    has_offsets: bool = True,
) -> Iterator[Column]:
    """The columns of the lists `name`.

    `listed` gives, as often as it is called, the number of the list that each position of `units` belongs to (unsigned,
    parts of any size); a number that is no list's means none. The lists of each of `ranges`, which follow on one another,
    are inverted together (see `together`).
    """
    draft = _Draft(units.n, has_offsets=has_offsets)
    for begin, end in ranges:
        inverted = Inverter(begin, end)
        for part in listed():
            inverted.add(part)
        for first, last in inverted.ranges():
            number, position = inverted.occurrences(first, last)
            unit = units.of(position)
            position -= units.starts.take(unit)
            draft.add(number, unit, position, inverted.tokens[first:last])
        del inverted  # the largest part of the memory of a build: what follows takes some too
    for column, array in draft.columns():
        yield f"{name}.{column}", array


def _width(n_units: Array, n_all: int) -> Array:
    """How many bits the gaps of a list of `n_units` of `n_all` units take."""
    return np.where(n_units * _GAPS8 >= n_all, 8, np.where(n_units * _GAPS16 >= n_all, 16, 32))


class _Draft:
    """The occurrences of each list, encoded as they come in."""

    def __init__(self, n_units: int, *, has_offsets: bool) -> None:
        self._n_all = n_units
        self._gaps = {8: PackedArray(8), 16: PackedArray(16)}
        self._plain: list[Array] = [np.empty(0, np.uint32)]
        self._counts = PackedArray(4)
        self._offsets = PackedArray(8) if has_offsets else None
        self._n_units: list[Array] = [np.empty(0, np.int64)]
        self._tokens: list[Array] = [np.empty(0, np.int64)]

    def add(self, number: Array, unit: Array, offset: Array, tokens: Array) -> None:
        """Occurrences in order of list and position; lists are numbered from 0, `tokens` counts each."""
        is_first = np.ones(number.size, np.bool_)
        is_first[1:] = (number[1:] != number[:-1]) | (unit[1:] != unit[:-1])
        first = np.flatnonzero(is_first)
        counts = np.diff(np.append(first, number.size))
        of_list, unit = number[first], unit[first].astype(np.int64)
        n_units = np.bincount(of_list, minlength=tokens.size)
        gaps = unit + 1
        gaps[1:] -= np.where(of_list[1:] == of_list[:-1], unit[:-1] + 1, 0)
        width = _width(n_units, self._n_all)[of_list]
        for bits, narrow in self._gaps.items():
            narrow.add(gaps[width == bits])
        self._plain.append(unit[width == 32].astype(np.uint32))
        self._counts.add(counts[(tokens != n_units)[of_list]])
        if self._offsets:
            self._offsets.add(offset)
        self._n_units.append(n_units)
        self._tokens.append(tokens)

    def columns(self) -> Iterator[Column]:
        """All columns, of which those that were taken are kept no more."""
        n_units, tokens = np.concatenate(self._n_units), np.concatenate(self._tokens)
        heads = np.zeros((n_units.size + 1, _HEAD), np.uint32)
        heads[1:, 0] = np.cumsum(n_units)
        heads[1:, 1] = np.cumsum(tokens)
        width = _width(n_units, self._n_all)
        for bits in (8, 16, 32):
            mine = np.flatnonzero(width == bits)
            heads[mine, 2] = np.cumsum(n_units[mine]) - n_units[mine]
        n_counts = np.where(tokens != n_units, n_units, 0)
        heads[1:, 3] = np.cumsum(n_counts)
        yield "heads", heads.reshape(-1)
        yield "plain", np.concatenate(self._plain)
        yield from self._gaps[8].columns("gaps8")
        yield from self._gaps[16].columns("gaps16")
        yield from self._counts.columns("counts")
        if self._offsets:
            yield from self._offsets.columns("offsets")


class PostingLists:
    """The lists `name` of a segment, read from its columns. `starts` gives the first position of each unit (int64)."""

    def __init__(self, columns: Columns, name: str, n_units: int) -> None:
        self._columns = columns
        self._name = name
        self._n_all = n_units
        self._heads = f"{name}.heads"
        self.n = columns.length(self._heads) // _HEAD - 1

    def _head(self, number: int) -> list[int]:
        """Its units, occurrences, and where its units and counts begin; then the same of the next list."""
        at = _HEAD * number
        head: list[int] = self._columns.read(self._heads, at, at + 2 * _HEAD).tolist()
        return head

    def n_units(self, number: int) -> int:
        """In how many units the list has an occurrence."""
        head = self._head(number)
        return head[4] - head[0]

    def n_tokens(self, number: int) -> int:
        """How many occurrences the list has."""
        head = self._head(number)
        return head[5] - head[1]

    def n_tokens_between(self, first: Array, last: Array) -> Array:
        """How many occurrences the lists from each of `first` to each of `last` (int64) have together."""
        before, after = (
            self._columns.take(self._heads, _HEAD * number + 1) for number in (first, last)
        )
        return np.asarray(after - before)

    def units(self, number: int) -> Array:
        """The units of the list, ascending (int64)."""
        head = self._head(number)
        return self._units(head[4] - head[0], head[2])

    def _units(self, n: int, start: int) -> Array:
        if not n:
            return np.empty(0, np.int64)
        if n * _GAPS16 < self._n_all:
            return self._columns.read(f"{self._name}.plain", start, start + n).astype(np.int64)
        bits = 8 if n * _GAPS8 >= self._n_all else 16
        gaps = read_packed(self._columns, f"{self._name}.gaps{bits}", bits, start, start + n)
        units: Array = np.cumsum(gaps, dtype=np.int64)
        units -= 1
        return units

    def postings(self, number: int) -> tuple[Array, Array | None]:
        """The units of the list, ascending (int64), and how often it occurs in each; None for always once."""
        units, tokens, start, counts, units_end, tokens_end, _, counts_end = self._head(number)
        found = self._units(units_end - units, start)
        if tokens_end - tokens == units_end - units:
            return found, None
        return found, read_packed(self._columns, f"{self._name}.counts", 4, counts, counts_end)

    def positions(self, number: int, starts: Array) -> Array:
        """The positions of its occurrences, ascending (int64), where units begin at `starts` (int64)."""
        head = self._head(number)
        units, counts = self.postings(number)
        offsets = read_packed(self._columns, f"{self._name}.offsets", 8, head[1], head[5])
        return np.asarray(
            offsets + (starts[units] if counts is None else np.repeat(starts[units], counts))
        )
