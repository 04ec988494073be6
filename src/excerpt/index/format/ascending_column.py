"""Ascending integers ⇄ columns: a sample of them, and the gaps between all.

Offsets take 4 bytes each as they are, and the strings or lists between them are mostly shorter than
255; noisy text has half a million of them. Gaps take one byte, and the samples another eighth:

    values        0 5 5 8 ... 61 70
    NAME.samples  0 61             uint32: the values 0, 32, 64 ...
    NAME.gaps     0 5 0 3 ... 4 9  packed into 8 bits: each value less the one before, the first 0

A value is the sample before it plus at most 31 gaps, so that any of them can be read alone.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import Final, Literal

import numpy as np

from excerpt.arrays import Array, Int64Array
from excerpt.index.arrays import Integers
from excerpt.index.format.bit_packing import PackedArray, read_packed
from excerpt.storage.columns import Column, Columns

__all__ = ["STEP", "AscendingColumn", "encode_ascending"]

STEP: Final = 32
"""The number of values from one sample to the next."""
_MARKER: Final = 255
"""A gap that does not fit in its byte."""
_FEW: Final = 8
"""Up to this number, values are looked up one by one: faster than the arrays for many."""


def encode_ascending(name: str, values: Integers) -> Iterator[Column]:
    """Yield the columns of ascending `values` under `name`."""
    yield f"{name}.samples", values[::STEP].astype(np.uint32)
    gaps = PackedArray(8)
    increases: Array = np.diff(values.astype(np.int64), prepend=values[:1])
    gaps.add(increases)
    yield from gaps.columns(f"{name}.gaps")


class AscendingColumn:
    """The `n` ascending integers `name`."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._columns = columns
        self._samples = f"{name}.samples"
        self._gaps = f"{name}.gaps"
        self.n = columns.length(self._gaps)

    def item(self, index: int) -> int:
        """Return the value at `index`."""
        sample = index // STEP
        gaps = self._read_gaps(sample * STEP + 1, index + 1)
        return self._columns.item(self._samples, sample) + sum(gaps)

    def pair(self, index: int) -> tuple[int, int]:
        """Return the values at `index` and after it: the range of a list, if they are offsets."""
        sample = index // STEP
        *gaps, last = self._read_gaps(sample * STEP + 1, index + 2)
        start = self._columns.item(self._samples, sample) + sum(gaps)
        return start, start + last

    def unchecked_pair(self, sample: int) -> tuple[int, int]:
        """Return the value of this sample and the one after it, read without verifying them."""
        samples, gaps = self._views
        start, gap = samples[sample], gaps[sample * STEP + 1]
        return (start, start + gap) if gap < _MARKER else self.pair(sample * STEP)

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview]:
        """The two columns as buffers: an item of a memoryview costs less than one of an array."""
        return (
            self._columns.unverified(self._samples).data,
            self._columns.unverified(self._gaps).data,
        )

    def few(self, start: int, end: int) -> list[int]:
        """Return the values from `start` to `end`, faster than `read` if these are few."""
        return list(accumulate(self._read_gaps(start + 1, end), initial=self.item(start)))

    def _read_gaps(self, start: int, end: int) -> bytes | list[int]:
        gaps = self._columns.read(self._gaps, start, end).tobytes()
        if _MARKER not in gaps:
            return gaps
        packed: list[int] = read_packed(self._columns, self._gaps, 8, start, end).tolist()
        return packed

    def read(self, start: int = 0, end: int | None = None) -> Int64Array:
        """Return the values from `start` to `end`."""
        end = self.n if end is None else end
        if start >= end:
            return np.empty(0, np.int64)
        values = read_packed(self._columns, self._gaps, 8, start, end).astype(np.int64)
        values[0] = self.item(start)
        return np.cumsum(values, out=values)

    def take(self, indexes: Int64Array) -> Int64Array:
        """Return the values at `indexes`."""
        if indexes.size <= _FEW:
            return np.array([self.item(index) for index in indexes.tolist()], np.int64)
        if indexes.size * STEP >= self.n:
            return self.read()[indexes]
        rows, within = np.divmod(indexes, STEP)
        return np.asarray(self._rows(rows)[np.arange(rows.size), within])

    def pairs(self, indexes: Int64Array) -> tuple[Int64Array, Int64Array]:
        """Return the values at `indexes`, and the value after each."""
        if not 0 < indexes.size <= _FEW:
            return self.take(indexes), self.take(indexes + 1)
        first, last = zip(*map(self.pair, indexes.tolist()), strict=True)
        return np.array(first, np.int64), np.array(last, np.int64)

    def bisect_right(self, value: int) -> int:
        """Return how many elements are at most `value`."""
        samples, _ = self._views
        start = max(bisect_right(samples, value) - 1, 0) * STEP
        end = min(start + STEP, self.n)
        # The samples were not verified: the verified values must be on the right sides of `value`.
        found = self.few(start, min(end + 1, self.n))
        index = start + bisect_right(found, value, hi=end - start)
        if (found[0] <= value or start == 0) and (end == self.n or found[-1] > value):
            return index
        return int(self.read().searchsorted(value, "right"))

    def searchsorted(
        self, values: Int64Array, side: Literal["left", "right"] = "left"
    ) -> Int64Array:
        """Return, for each of `values`, how many elements are less; with "right", or equal."""
        if values.size * STEP >= self.n:
            return self.read().searchsorted(values, side)
        rows = self._columns.read(self._samples).searchsorted(values, side) - 1
        np.maximum(rows, 0, out=rows)
        found, wanted = self._rows(rows), values[:, np.newaxis]
        is_before = found < wanted if side == "left" else found <= wanted
        return np.asarray(np.minimum(rows * STEP + is_before.sum(axis=1), self.n))

    def _rows(self, rows: Int64Array) -> Int64Array:
        """Return the `STEP` values from each of these samples on; the last value fills the end."""
        indexes = rows[:, np.newaxis] * STEP + np.arange(STEP)
        gaps = self._columns.take(self._gaps, np.minimum(indexes, self.n - 1)).astype(np.int64)
        gaps[indexes >= self.n] = 0
        for row, column in np.argwhere(gaps == _MARKER).tolist():
            (gaps[row, column],) = self._read_gaps(indexes[row, column], indexes[row, column] + 1)
        gaps[:, 0] = self._columns.take(self._samples, rows)
        return np.cumsum(gaps, axis=1)
