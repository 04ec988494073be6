"""What excerpt does → how much work it is: numbers and bytes of the index read, functions called, memory held.

Work is the same on every machine and at every hour, unlike time: a test can hold it, and a time can be compared with
the one that reading these bytes takes. It is counted only for the length of a block; searching knows nothing of it.
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

from excerpt.index.format.columns import Array, Columns

__all__ = ["Memory", "Work", "calls_of", "counted", "held", "summing"]

_SUMS: Final = 3
"""Times that the same is summed up, to take the median."""


@dataclass(slots=True)
class Work:
    """The bytes of each part of a column that `Columns` has handed out, and how many numbers they are in all: postings,
    for the most part. Whole columns are not counted: they are handed out for a few of their elements to be looked up."""

    sizes: list[int] = field(default_factory=list)
    n_numbers: int = 0

    @property
    def n_bytes(self) -> int:
        """Bytes in all."""
        return sum(self.sizes)


@contextmanager
def counted() -> Iterator[Work]:
    """Count what all `Columns` of this process hand out, for the length of the block."""
    work = Work()
    item, read, take = Columns.item, Columns.read, Columns.take

    def note(found: Array) -> None:
        work.sizes.append(found.nbytes)
        work.n_numbers += found.size

    def counted_item(self: Columns, name: str, index: int) -> int:
        work.sizes.append(self.unchecked(name).itemsize)
        work.n_numbers += 1
        return item(self, name, index)

    def counted_read(self: Columns, name: str, start: int = 0, end: int | None = None) -> Array:
        found = read(self, name, start, end)
        if end is not None:
            note(found)
        return found

    def counted_take(self: Columns, name: str, indexes: Array) -> Array:
        found = take(self, name, indexes)
        note(found)
        return found

    with patch.multiple(Columns, item=counted_item, read=counted_read, take=counted_take):
        yield work


@contextmanager
def calls_of() -> Iterator[list[int]]:
    """Count the calls of functions, in Python and in C, for the length of the block: the one number of the list."""
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
class Memory:
    """The bytes of the objects and arrays that were held at once, at most, besides what was there before."""

    n_bytes: int = 0


@contextmanager
def held() -> Iterator[Memory]:
    """Watch what Python and NumPy hold in memory for the length of the block. It slows them down."""
    memory = Memory()
    tracemalloc.start()
    try:
        yield memory
        memory.n_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def summing(sizes: Sequence[int]) -> float:
    """Seconds that `numpy.sum` takes for arrays of so many bytes, each for itself: what reading them costs at least."""
    numbers = np.ones(max(sizes, default=0) // 8 + 1, np.int64)
    taken = []
    for _ in range(_SUMS):
        started = time.perf_counter()
        for size in sizes:
            numbers[: -(-size // 8)].sum()
        taken.append(time.perf_counter() - started)
    return median(taken)
