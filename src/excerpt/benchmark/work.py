"""A search → the work it does: numbers and bytes of the index read, function calls, memory used.

Unlike time, work is the same on every machine and at any load. A test can therefore limit it, and a
time can be compared with the time that reading as many bytes takes. Work is counted only while a
block runs, by patching the reader of columns; the code of a search knows nothing of it.
"""

import sys
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from types import FrameType
from typing import Any, Final
from unittest.mock import patch

import numpy as np

from excerpt import native
from excerpt.arrays import Array
from excerpt.storage.columns import Columns

__all__ = ["MemoryUse", "Work", "count_calls", "count_work", "time_sums", "track_memory"]

_N_SUMS: Final = 3
"""Repetitions of the sums; the median counts."""


@dataclass(slots=True)
class Work:
    """The parts of columns that `Columns` has returned, mostly postings.

    sizes      bytes of each part
    n_numbers  numbers in all parts

    Whole columns are not counted: they are mapped into memory, and only some of their elements are
    looked up.
    """

    sizes: list[int] = field(default_factory=list)
    n_numbers: int = 0

    @property
    def n_bytes(self) -> int:
        """Bytes of all parts."""
        return sum(self.sizes)


@contextmanager
def count_work() -> Iterator[Work]:
    """Count what all `Columns` of this process return while the block runs.

    The kernel, which would read the same parts without `Columns`, is not used meanwhile.
    """
    work = Work()
    item, read, take = Columns.item, Columns.read, Columns.take

    def record(array: Array) -> None:
        work.sizes.append(array.nbytes)
        work.n_numbers += array.size

    def counted_item(self: Columns, name: str, index: int) -> int:
        work.sizes.append(self.unverified(name).itemsize)
        work.n_numbers += 1
        return item(self, name, index)

    def counted_read(self: Columns, name: str, start: int = 0, end: int | None = None) -> Array:
        array = read(self, name, start, end)
        if end is not None:
            record(array)
        return array

    def counted_take(self: Columns, name: str, indexes: Array) -> Array:
        array = take(self, name, indexes)
        record(array)
        return array

    with (
        patch.multiple(Columns, item=counted_item, read=counted_read, take=counted_take),
        patch.object(native, "kernel", None),
    ):
        yield work


@contextmanager
def count_calls() -> Iterator[list[int]]:
    """Count calls of Python and C functions while the block runs; yield a list of one number."""
    calls = [0]

    def on_event(_: FrameType, event: str, __: Any) -> None:
        if event in {"call", "c_call"}:
            calls[0] += 1

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        yield calls
    finally:
        sys.setprofile(before)


@dataclass(slots=True)
class MemoryUse:
    """The peak, in bytes, of all objects and arrays allocated and alive at the same time."""

    n_bytes: int = 0


@contextmanager
def track_memory() -> Iterator[MemoryUse]:
    """Track what Python and NumPy allocate while the block runs, which slows them down.

    The peak is known once the block has ended.
    """
    memory = MemoryUse()
    tracemalloc.start()
    try:
        yield memory
        memory.n_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def time_sums(sizes: Sequence[int]) -> float:
    """Return the seconds of `numpy.sum` over an array of each size in bytes."""
    numbers = np.ones(max(sizes, default=0) // 8 + 1, np.int64)
    times = []
    for _ in range(_N_SUMS):
        started = time.perf_counter()
        for size in sizes:
            numbers[: -(-size // 8)].sum()
        times.append(time.perf_counter() - started)
    return median(times)
