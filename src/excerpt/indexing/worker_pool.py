"""Batches of files → messages about them, by worker processes that may die.

The workers are plain child processes with pipes: they import no `__main__`, inherit no lock, and
when one side dies, the other sees the end of the pipe. A worker reports which file it starts. If it
dies or takes too long, that file is tried once more alone, then given up; the other files whose
segment was not finished are indexed again without it.

Batches are small, and a worker gets the next when it has read one, so that all workers finish at
about the same time. A segment is made of many batches. It is finished only when it is full, before
a commit, or at the end.
"""

import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Final, Self, cast

from excerpt.errors import ExcerptError, RunCommand
from excerpt.indexing.changes import Job
from excerpt.indexing.indexer import OUT_OF_MEMORY
from excerpt.indexing.messages import ReadFailure, SegmentResult, WorkerMessage
from excerpt.indexing.worker import EXIT_OUT_OF_MEMORY
from excerpt.indexing.worker_process import WorkerProcess
from excerpt.text_store.compression import NO_DICTIONARY, Dictionary

__all__ = ["WorkerPool"]

_POLL_SECONDS: Final = 1.0
"""The longest wait for messages, after which the started files are looked at again."""
_MAX_BATCHES: Final = 2
"""Batches that a worker has at once, so that it need not wait for the next."""


class WorkerPool:
    """Worker processes that index files of `corpus` into segments of the index in `folder`.

    They start at once, and begin to work when the dictionary is set.
    """

    def __init__(self, corpus: Path, folder: Path, engine: str, n_processes: int) -> None:
        self._arguments = corpus, folder, engine
        self._dictionary = NO_DICTIONARY
        self._workers: list[WorkerProcess] = []
        try:
            for _ in range(n_processes):
                self._workers.append(WorkerProcess(*self._arguments))
        except BaseException:  # Ctrl-C, or the system starts no more processes
            self._end()
            raise
        self._queue: deque[Sequence[Job]] = deque()
        """Batches that no worker has yet."""
        self._retries: deque[Sequence[Job]] = deque()
        """Batches of workers that died. Each gets a segment of its own, since it may be deadly."""
        self._has_more = True
        self._is_flush_requested = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        """End all workers, even if a second Ctrl-C comes while the first still waits for one."""
        try:
            for worker in self._workers:
                worker.end()
        finally:
            for worker in self._workers:
                worker.kill()

    def set_dictionary(self, dictionary: Dictionary) -> None:
        """Compress texts with `dictionary`."""
        self._dictionary = dictionary
        for worker in self._workers:
            worker.send_dictionary(dictionary)

    @property
    def is_flushed(self) -> bool:
        """True if all documents that were read are in a segment."""
        return not any(worker.jobs for worker in self._workers)

    def flush(self) -> None:
        """Have all workers finish their segments, so that the build can commit."""
        self._is_flush_requested = True

    def index(
        self, batches: Iterator[Sequence[Job]], on_start: Callable[[int], None]
    ) -> Iterator[WorkerMessage]:
        """Yield what happens to `batches`; a few of them are taken in advance.

        `on_start` is called with the id of each document when its file is about to be read.

        Raises:
            ExcerptError: if workers cannot be started, or a segment cannot be written.
        """
        while True:
            self._distribute()
            if self._has_more and len(self._queue) < len(self._workers):
                batch = next(batches, None)
                self._has_more = batch is not None
                self._queue.extend([batch] if batch else [])
                yield from self._receive(on_start, timeout=0)
            elif self._queue or self._retries or not self.is_flushed:
                yield from self._receive(on_start, timeout=_POLL_SECONDS)
            else:
                return
            self._is_flush_requested = self._is_flush_requested and not self.is_flushed

    def _distribute(self) -> None:
        """Give each worker enough to do, and have those finish that get no more."""
        for worker in self._workers:
            if not worker.is_ready or worker.is_finishing:
                continue
            if self._retries:
                if not worker.jobs:
                    worker.send_batch(self._retries.popleft())
                worker.request_result()
                continue
            while self._queue and worker.n_batches < _MAX_BATCHES and not self._is_flush_requested:
                worker.send_batch(self._queue.popleft())
            if self._is_flush_requested or not (self._has_more or self._queue):
                worker.request_result()

    def _receive(self, on_start: Callable[[int], None], timeout: float) -> Iterator[WorkerMessage]:
        """Wait up to `timeout` seconds for messages, and yield them."""
        by_pipe = {worker.pipe: worker for worker in self._workers}
        deadline = min(worker.seconds_left for worker in self._workers)
        started = time.monotonic()
        ready = wait(list(by_pipe), max(0, min(timeout, deadline)))
        seconds = time.monotonic() - started
        for worker in by_pipe.values():
            worker.seconds += seconds
            for document in worker.read_started():
                on_start(document)
        for pipe in ready:
            worker = by_pipe[cast("Connection", pipe)]
            try:
                message = worker.receive()
            except (EOFError, OSError):
                worker.read_started()
                yield from self._replace(worker)
                continue
            if message is not None:
                # The worker gets its next batch before the message is processed.
                self._distribute()
                yield message
        for worker in by_pipe.values():
            if worker in self._workers and worker.seconds_left <= 0:
                yield from self._replace(worker, "it takes too long to read")

    def _replace(self, worker: WorkerProcess, reason: str = "") -> Iterator[WorkerMessage]:
        """Start a worker in place of one that died, and queue what that one had not finished.

        `reason` is why the worker must be ended; "" if it has died by itself.
        """
        exit_code = worker.end()
        reason = reason or _cause_of_death(exit_code)
        if not worker.is_ready:
            raise ExcerptError(
                f"A worker process did not start: {reason}.",
                RunCommand(
                    "Build without worker processes",
                    self._arguments[1],
                    "build",
                    ("--processes", "1"),
                ),
            )
        successor = WorkerProcess(*self._arguments)
        self._workers[self._workers.index(worker)] = successor
        successor.send_dictionary(self._dictionary)
        jobs, current = list(worker.jobs.values()), worker.current_job
        if len(jobs) == 1:
            yield SegmentResult(failures=[ReadFailure(jobs[0].document, reason)])
        elif current is not None:
            self._retries += [[current], [job for job in jobs if job is not current]]
        elif jobs:
            # It died between two files. Bisection finds the file that kills workers, if any.
            self._retries += [jobs[: len(jobs) // 2], jobs[len(jobs) // 2 :]]


def _cause_of_death(exit_code: int) -> str:
    if exit_code == EXIT_OUT_OF_MEMORY:
        return OUT_OF_MEMORY
    if exit_code == -signal.SIGKILL:
        return "its reader was killed, as the system does when memory runs out"
    cause = signal.Signals(-exit_code).name if exit_code < 0 else f"exit code {exit_code}"
    return f"its reader crashed ({cause})"
