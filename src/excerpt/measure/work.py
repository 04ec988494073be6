"""What excerpt does → how much work it is: bytes of the index read, arrays taken from it, statements of SQLite.

Work is the same on every machine and at every hour, unlike time: a test can hold it, and a time can be compared with
the one that reading these bytes takes. It is counted only for the length of a block; searching knows nothing of it.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from types import FrameType
from typing import Any, Final
from unittest.mock import patch

import numpy as np

from excerpt.engines.columnar.storage import Array, Columns

__all__ = ["Work", "calls_of", "counted", "summing"]

_SUMS: Final = 3
"""Times that the same is summed up, to take the median."""


@dataclass(slots=True)
class Work:
    """The bytes of each part of a column that `Columns` has handed out. Whole columns are not counted: they are handed
    out for a few of their elements to be looked up."""

    sizes: list[int] = field(default_factory=list)

    @property
    def n_bytes(self) -> int:
        """Bytes in all."""
        return sum(self.sizes)


@contextmanager
def counted() -> Iterator[Work]:
    """Count what all `Columns` of this process hand out, for the length of the block."""
    work = Work()
    read, take = Columns.read, Columns.take

    def counted_read(self: Columns, name: str, start: int = 0, end: int | None = None) -> Array:
        found = read(self, name, start, end)
        if end is not None:
            work.sizes.append(found.nbytes)
        return found

    def counted_take(self: Columns, name: str, indexes: Array) -> Array:
        found = take(self, name, indexes)
        work.sizes.append(found.nbytes)
        return found

    with patch.object(Columns, "read", counted_read), patch.object(Columns, "take", counted_take):
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
