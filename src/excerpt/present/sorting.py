"""Values with keys → the values in the order of their keys, in little memory: sorted runs in a file, merged.

Values that have the same key stay in the order in which they came. A run is about `RUN_BYTES`, and so much of each run
as `BLOCK_BYTES` is held while they are merged: a few bytes for each value, however many there are.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from heapq import merge
from typing import Any, BinaryIO

from excerpt.files import scratch_file

__all__ = ["sort_on_disk"]

RUN_BYTES = 1 << 19
BLOCK_BYTES = 1 << 12


def sort_on_disk(pairs: Iterable[tuple[Sequence[Any], Sequence[Any]]]) -> Iterator[list[Any]]:
    """The second of each of `pairs` in the order of the first. Both hold JSON values.

    Raises:
        ExcerptError: if there is no room on the disk for what memory should not hold.

    >>> list(in_order([(["b"], [1]), (["a"], [2]), (["a", "a"], [3]), (["b"], [4])]))
    [[2], [3], [1], [4]]
    """
    run: list[tuple[Sequence[Any], int, bytes]] = []
    size = 0
    with ExitStack() as stack:
        file: BinaryIO | None = None
        ends = [0]
        for number, (key, values) in enumerate(pairs):
            entry = json.dumps([key, number, values]).encode()
            run.append((key, number, entry))
            size += len(entry)
            if size >= RUN_BYTES:
                file = file or stack.enter_context(scratch_file())
                ends.append(_spill(run, file))
                run, size = [], 0
        run.sort()
        entries = (entry for _, _, entry in run)
        stored = [_read(file, *ends[at : at + 2]) for at in range(len(ends) - 1)] if file else []
        for _, _, values in merge(*stored, map(json.loads, entries)):
            yield values


def _spill(run: list[tuple[Sequence[Any], int, bytes]], file: BinaryIO) -> int:
    """Write `run` in order to the end of `file`; returns where that is now."""
    run.sort()
    file.writelines(entry + b"\n" for _, _, entry in run)
    file.flush()
    return file.tell()


def _read(file: BinaryIO, start: int, end: int) -> Iterator[list[Any]]:
    """The entries of the run in `file` from `start` to `end`."""
    rest = b""
    while start < end:
        block = os.pread(file.fileno(), min(BLOCK_BYTES, end - start), start)
        start += len(block)
        *whole, rest = (rest + block).split(b"\n")
        yield from map(json.loads, whole)
