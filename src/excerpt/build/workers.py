"""Batches of files → what became of them, by worker processes that may die.

Plain child processes over a socket each: they import no `__main__`, inherit no lock, and the death of either side is
the end of the socket on the other. A worker says which file it reads; when it dies or takes too long, that file
is tried once more alone and then given up, and the rest of its batch goes on without it.
"""

import json
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from math import inf
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Final, Self, cast

from excerpt.build.changes import Job
from excerpt.build.worker import OUT_OF_MEMORY, Outcome
from excerpt.errors import ExcerptError, build_command

__all__ = ["Workers"]

PATIENCE: Final = 60.0
"""Seconds that a file may take, besides a second for each `SLOWEST` bytes of it."""
SLOWEST: Final = 200_000
_DYING: Final = 1.0
"""Seconds between the end of the socket and the end of a process that does not notice it."""
_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1));"
    "from excerpt.build.worker import main; main(sys.argv[1:])"
)


class _Worker:
    """A worker process, and what it is at."""

    def __init__(self, corpus: Path, folder: Path, engine: str, dictionary: bytes) -> None:
        self.pipe, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - this program itself
                [
                    *(sys.executable, "-c", _PROGRAM, json.dumps(sys.path)),
                    *(str(theirs.fileno()), corpus, folder, engine),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # an interrupt is the build's to handle
            )
        with suppress(OSError):  # it has died already: that is found out soon
            self.pipe.send(dictionary)
        self.is_ready = False
        """Whether it has said a word."""
        self.batch: Sequence[Job] = ()
        self.culprit: Job | None = None
        """The file it reads."""
        self._jobs: dict[int, Job] = {}
        self._since = time.monotonic()

    def give(self, batch: Sequence[Job]) -> None:
        """Hand over a batch."""
        self.batch, self.culprit = batch, None
        self._jobs = {job.document: job for job in batch}
        self.pipe.send(batch)

    def note(self, document: int) -> None:
        """It reads the file of `document` now; 0: it is ready, or writes its segment."""
        self.is_ready = True
        self.culprit, self._since = self._jobs.get(document), time.monotonic()

    @property
    def seconds_left(self) -> float:
        """How long the file it reads may still take."""
        if self.culprit is None:
            return inf
        return self._since + PATIENCE + self.culprit.file.size / SLOWEST - time.monotonic()

    def end(self) -> int:
        """Make an end of it; returns its exit code, that of its own death if it is dead."""
        self.pipe.close()
        with suppress(subprocess.TimeoutExpired):
            return self.process.wait(_DYING)
        self.process.kill()
        return self.process.wait()


class Workers:
    """A few worker processes that index files of `corpus` into segments of the index of `engine` in `folder`.

    They compress texts with the `dictionary`.
    """

    def __init__(
        self, corpus: Path, folder: Path, processes: int, engine: str = "", dictionary: bytes = b""
    ) -> None:
        self._given = corpus, folder, engine, dictionary
        self._workers = [_Worker(*self._given) for _ in range(processes)]
        self._ahead: deque[Sequence[Job]] = deque()
        self._again: deque[Sequence[Job]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()

    def index(self, batches: Iterator[Sequence[Job]], reading: Callable[[int], None]) -> Iterator[Outcome]:
        """What becomes of `batches`, in the order in which they are done; a few are taken ahead of their turn.

        `reading` is called with the number of each document before its file is read.

        Raises:
            ExcerptError: if worker processes cannot be started, or a segment cannot be written.
        """
        is_more = True
        while True:
            self._hand_out()
            if is_more and len(self._ahead) < len(self._workers):
                batch = next(batches, None)
                is_more = batch is not None
                self._ahead.extend([batch] if batch else [])
                yield from self._listen(reading, timeout=0)
            elif self._ahead or self._again or any(worker.batch for worker in self._workers):
                yield from self._listen(reading, timeout=PATIENCE)
            else:
                return

    def _hand_out(self) -> None:
        for worker in self._workers:
            if worker.is_ready and not worker.batch and (self._again or self._ahead):
                worker.give((self._again or self._ahead).popleft())

    def _listen(self, reading: Callable[[int], None], timeout: float) -> Iterator[Outcome]:
        by_pipe = {worker.pipe: worker for worker in self._workers}
        deadline = min(worker.seconds_left for worker in self._workers)
        for pipe in wait(list(by_pipe), max(0, min(timeout, deadline))):
            worker = by_pipe[cast("Connection", pipe)]
            try:
                message = worker.pipe.recv()
            except (EOFError, OSError):
                yield from self._bury(worker, "")
                continue
            if isinstance(message, Outcome):
                worker.batch = ()
                self._hand_out()  # before the outcome is looked at: the worker need not wait for that
                yield message
            elif isinstance(message, ExcerptError):
                raise message
            else:
                worker.note(message)
                reading(message)
        for worker in by_pipe.values():
            if worker in self._workers and worker.seconds_left <= 0:
                yield from self._bury(worker, "reading it takes too long")

    def _bury(self, worker: _Worker, reason: str) -> Iterator[Outcome]:
        """Put a new worker in the place of one that died, and see that its batch goes on."""
        code = worker.end()
        reason = reason or _cause_of_death(code)
        if not worker.is_ready:
            raise ExcerptError(
                f"a worker process did not start: {reason}.",
                f"Build without any: {build_command(self._given[1], '--processes', '1')}",
            )
        self._workers[self._workers.index(worker)] = _Worker(*self._given)
        batch, culprit = worker.batch, worker.culprit
        if len(batch) == 1:
            yield Outcome(failures=[(batch[0].document, reason)])
        elif culprit is not None:
            self._again += [[culprit], [job for job in batch if job is not culprit]]
        elif batch:
            self._again += [batch[: len(batch) // 2], batch[len(batch) // 2 :]]


def _cause_of_death(code: int) -> str:
    if code == OUT_OF_MEMORY:
        return "reading it takes more memory than there is"
    if code == -signal.SIGKILL:
        return "its reader was killed, as the system does when memory runs out"
    return f"its reader crashed ({signal.Signals(-code).name if code < 0 else f'exit code {code}'})"
