"""Values with keys → the values in order of their keys, in little memory: an external merge sort.

Values are collected in memory, sorted and appended to a temporary file as a run whenever they reach
RUN_BYTES; at the end all runs are merged. The merge holds BLOCK_BYTES of each run, which comes to a
few bytes per value.
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
    """Yield the values of the pairs (key, values) in order of the keys.

    Keys and values are sequences of JSON values. The sort is stable.

    Raises:
        ExcerptError: if the disk has no room for the runs.

    >>> list(sort_on_disk([(["b"], [1]), (["a"], [2]), (["a", "a"], [3]), (["b"], [4])]))
    [[2], [3], [1], [4]]
    """
    run: list[tuple[Sequence[Any], int, bytes]] = []
    size = 0
    with ExitStack() as stack:
        file: BinaryIO | None = None
        ends = [0]
        # The number makes the sort stable, and values are never compared.
        for number, (key, values) in enumerate(pairs):
            entry = json.dumps([key, number, values]).encode()
            run.append((key, number, entry))
            size += len(entry)
            if size >= RUN_BYTES:
                file = file or stack.enter_context(scratch_file())
                ends.append(_append_run(run, file))
                run, size = [], 0
        run.sort()
        last_run = (json.loads(entry) for _, _, entry in run)
        stored = [_read_run(file, *ends[n : n + 2]) for n in range(len(ends) - 1)] if file else []
        for _, _, values in merge(*stored, last_run):
            yield values


def _append_run(run: list[tuple[Sequence[Any], int, bytes]], file: BinaryIO) -> int:
    """Sort `run`, append it to `file` and return the new size of the file."""
    run.sort()
    file.writelines(entry + b"\n" for _, _, entry in run)
    file.flush()
    return file.tell()


def _read_run(file: BinaryIO, start: int, end: int) -> Iterator[list[Any]]:
    """Yield the entries of the run between the offsets `start` and `end`."""
    rest = b""
    while start < end:
        # pread leaves the position of the file alone: all runs are read in turn.
        block = os.pread(file.fileno(), min(BLOCK_BYTES, end - start), start)
        start += len(block)
        *whole, rest = (rest + block).split(b"\n")
        yield from map(json.loads, whole)
