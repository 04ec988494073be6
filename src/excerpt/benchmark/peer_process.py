"""An engine in a process of its own: its imports, memory and crashes affect no other engine.

The process receives calls through a pipe, one at a time, and reports the duration of each by its
own clock. Its memory is sampled from outside, together with that of all processes it has started.
"""

import gc
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Self

from excerpt.benchmark.peers import Answer, AnswerContent, DocumentChange, Duration, load_peer
from excerpt.benchmark.queries import BenchmarkQuery, QueryType
from excerpt.errors import ExcerptError, Instruction

__all__ = ["PeerProcess", "SeriesResult", "drop_from_cache", "load_into_cache", "run_series"]

_CHUNK: Final = 1 << 20
"""Bytes read at once."""
_SAMPLING_INTERVAL: Final = 0.05
"""Seconds between two samples of the memory."""
_LIMIT: Final = 10
"""Hits of each query."""
_SERIES_SECONDS: Final = 4.0
"""A series of queries stops after this time, so that a slow engine does not hold up the others."""
_MIN_QUERIES: Final = 5
"""Queries of a series that are run however long they take."""


@dataclass(frozen=True, slots=True)
class SeriesResult:
    """The result of a series of queries, or of the first of them if the series took too long.

    For each query: its duration in seconds by the clock and on a processor, the number of matching
    passages (None: not counted), and the number of passages returned.
    """

    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    totals: tuple[int | None, ...]
    n_returned: tuple[int, ...]


class PeerProcess:
    """The engine `name` in a new process. It is a context manager.

    Its methods raise ExcerptError if the engine fails.
    """

    def __init__(self, name: str, ranking: str) -> None:
        self.name = name
        # A forked process would inherit the imports and the memory of this one.
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, name, ranking))
        self._process.start()
        theirs.close()
        self._query_types: dict[AnswerContent, frozenset[QueryType]]
        self._query_types, _ = self.call("load")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def call(self, method: str, *arguments: Any) -> tuple[Any, float]:
        """Call `method` of the engine; return its result and its duration in seconds."""
        self.send(method, *arguments)
        return self.receive()

    def send(self, method: str, *arguments: Any) -> None:
        """Send a call without waiting for its result, which `receive` returns."""
        self._pipe.send((method, arguments))

    def receive(self) -> tuple[Any, float]:
        """Return the result of the call sent before, and its duration in seconds."""
        try:
            value, seconds = self._pipe.recv()
        except (EOFError, OSError) as error:
            self._process.join(5)
            raise ExcerptError(
                f"its process ended with exit code {self._process.exitcode}.",
                Instruction("Leave this engine out, or use a smaller corpus."),
                where=self.name,
            ) from error
        if isinstance(value, ExcerptError):
            raise value
        return value, seconds

    def query_types(self, content: AnswerContent = AnswerContent.TEXTS) -> frozenset[QueryType]:
        """Return the types of queries that the engine answers with this content."""
        return self._query_types[content]

    def run(
        self, queries: Sequence[BenchmarkQuery], content: AnswerContent = AnswerContent.TEXTS
    ) -> SeriesResult:
        """Run `queries` one after the other."""
        result, _ = self.call("run_series", queries, content)
        return result  # type: ignore[no-any-return]

    def memory(self) -> int:
        """Return the memory in bytes of the process and of all it has started."""
        return sum(map(_memory_of, _process_tree(self._process.pid or 0)))

    @contextmanager
    def watch_memory(self) -> Iterator["MemoryWatcher"]:
        """Watch the memory of the process and of all it starts while the block runs."""
        watcher = MemoryWatcher(self._process.pid or 0)
        thread = threading.Thread(target=watcher.run, daemon=True)
        thread.start()
        try:
            yield watcher
            largest, _ = self.call("peak_memory")
        finally:
            watcher.stop.set()
            thread.join()
        # Without /proc nothing was sampled; the system still knows the largest single process.
        watcher.peak = watcher.peak or largest


class MemoryWatcher:
    """The peak memory, in bytes, of a process and its descendants together."""

    def __init__(self, process_id: int) -> None:
        self.peak = 0
        self.stop = threading.Event()
        self._process_id = process_id

    def run(self) -> None:
        """Sample the memory until `stop` is set."""
        while True:
            self.peak = max(self.peak, sum(map(_memory_of, _process_tree(self._process_id))))
            if self.stop.wait(_SAMPLING_INTERVAL):
                return


def _process_tree(process_id: int) -> Iterator[int]:
    """Yield a process and its descendants, as far as the system reports them (Linux)."""
    yield process_id
    for thread in Path(f"/proc/{process_id}/task").glob("*/children"):
        with suppress(OSError):
            for child in thread.read_text().split():
                yield from _process_tree(int(child))


def _memory_of(process_id: int) -> int:
    """Return the memory of a process in bytes; shared pages count in proportion. 0 if unknown."""
    with suppress(OSError):
        for line in Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


def drop_from_cache(folder: Path) -> bool:
    """Drop the files below `folder` from the system's file cache; return False if it cannot."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                # Only pages that are on the disk can be dropped.
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)
    return True


def load_into_cache(folder: Path) -> None:
    """Read the files below `folder`, so that they are in the system's file cache."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb", buffering=0) as file:
                while file.read(_CHUNK):
                    pass


def read_clocks() -> Duration:
    """Return the seconds by the clock, and the seconds that this process has worked."""
    return Duration(time.perf_counter(), time.process_time())


def run_series(
    queries: Sequence[BenchmarkQuery],
    answer: Callable[[BenchmarkQuery], Answer],
    clock: Callable[[], Duration] = read_clocks,
) -> SeriesResult:
    """Time `answer` on each of `queries` by `clock`, until `_SERIES_SECONDS` are over."""
    gc.collect()
    gc.disable()  # a collection would count for the query that it happens to interrupt
    rows: list[tuple[float, float, int | None, int]] = []
    spent = 0.0
    try:
        for query in queries:
            if len(rows) >= _MIN_QUERIES and spent > _SERIES_SECONDS:
                break
            found, (wall, cpu) = _time_answer(query, answer, clock)
            spent += wall
            rows.append((wall, cpu, found.total, len(found.texts)))
    finally:
        gc.enable()
    return SeriesResult(*zip(*rows, strict=True)) if rows else SeriesResult((), (), (), ())


def _time_answer(
    query: BenchmarkQuery,
    answer: Callable[[BenchmarkQuery], Answer],
    clock: Callable[[], Duration] = read_clocks,
) -> tuple[Answer, Duration]:
    """Return the answer to `query` and its duration, by `clock` or by the engine itself."""
    before = clock()
    found = answer(query)
    after = clock()
    return found, found.duration or Duration(after.wall - before.wall, after.cpu - before.cpu)


def _serve(pipe: Connection, name: str, ranking: str) -> None:
    """Answer the calls that arrive through `pipe` until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process handles Ctrl-C
    server = _Server(name, ranking)
    with suppress(EOFError, OSError):
        while True:
            method, arguments = pipe.recv()
            started = time.perf_counter()
            try:
                value = server.call(method, arguments)
            except ExcerptError as error:
                value = ExcerptError(error.message, *error.remedies, where=name)
            except Exception as error:  # noqa: BLE001 - raised again by the parent process
                value = ExcerptError(
                    f"{type(error).__name__}: {error}.",
                    Instruction("Leave this engine out."),
                    where=name,
                )
            pipe.send((value, time.perf_counter() - started))


class _Server:
    """An engine, loaded by the first call, with the calls that are the same for all engines."""

    def __init__(self, name: str, ranking: str) -> None:
        self._name, self._ranking = name, ranking
        self._own_calls: dict[str, Callable[..., Any]] = {
            "load": self._load,
            "run_series": self._run_series,
            "run_for": self._run_for,
            "change": self._change,
            "first_answer": self._first_answer,
            "peak_memory": _peak_memory,
        }

    def call(self, method: str, arguments: tuple[Any, ...]) -> Any:
        """Call one of the methods below, or else a method of the engine."""
        own = self._own_calls.get(method)
        return own(*arguments) if own else getattr(self._peer, method)(*arguments)

    def _load(self) -> dict[AnswerContent, frozenset[QueryType]]:
        self._peer: Any = load_peer(self._name, self._ranking)
        counted = self._peer.query_types if hasattr(self._peer, "count") else frozenset()
        return {
            AnswerContent.TEXTS: self._peer.query_types,
            AnswerContent.HIGHLIGHTS: self._peer.highlighted_types,
            AnswerContent.TOTAL: counted,
        }

    def _run_series(
        self, queries: Sequence[BenchmarkQuery], content: AnswerContent
    ) -> SeriesResult:
        def answer(query: BenchmarkQuery) -> Answer:
            if content is AnswerContent.TOTAL:
                return Answer(self._peer.count([query])[0], ())
            highlight = content is AnswerContent.HIGHLIGHTS
            found: Answer = self._peer.search(query, _LIMIT, highlight=highlight)
            return found

        return run_series(queries, answer)

    def _run_for(self, queries: Sequence[BenchmarkQuery], seconds: float) -> list[float]:
        """Run `queries` over and over for `seconds`; return the duration of each answer."""
        durations: list[float] = []
        end = time.perf_counter() + seconds
        for query in cycle(queries):
            _, duration = _time_answer(query, partial(self._peer.search, limit=_LIMIT))
            durations.append(duration.wall)
            if time.perf_counter() > end:
                break
        return durations

    def _change(self, change: DocumentChange, query: BenchmarkQuery) -> bool:
        """Change a document; return whether a search then finds the word of `query`."""
        self._peer.replace(change)
        found: Answer = self._peer.search(query, _LIMIT)
        return any(query.words[0] in text for text in found.texts)

    def _first_answer(self, folder: Path, query: BenchmarkQuery) -> None:
        self._peer.open(folder)
        self._peer.search(query, _LIMIT)


def _peak_memory() -> int:
    """Return the peak memory in bytes of this process or of the largest one that it started."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, kilobytes elsewhere
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) * unit
