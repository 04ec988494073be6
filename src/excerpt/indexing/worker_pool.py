"""Batches of files → what became of them, by worker processes that may die.

Plain child processes over a socket each: they import no `__main__`, inherit no lock, and the death of either side is
the end of the socket on the other. A worker leaves word of which file it reads; when it dies or takes too long, that file
is tried once more alone and then given up, and the rest of what was to be in its segment goes on without it.

Batches are small, and a worker gets the next when it has read one, so that all end at about the same time; a segment is made
of many, and is only finished where it is full, or where there is no more to come.
"""

import json
import os
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

from excerpt.errors import ExcerptError, RunCommand
from excerpt.indexing.changes import Job
from excerpt.indexing.worker import NUMBER, OUT_OF_MEMORY, Lost, News, Outcome, Rows

__all__ = ["WorkerPool"]

PATIENCE: Final = 60.0
"""Seconds that a file may take, besides a second for each `SLOWEST` bytes of it."""
SLOWEST: Final = 200_000
_DYING: Final = 1.0
"""Seconds between the end of the socket and the end of a process that does not notice it."""
_GLANCE: Final = 1.0
"""Seconds after which it is looked again at which files are read."""
_AT_ONCE: Final = 2
"""Batches that a worker has, so that it need not wait for the next."""
_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1));"
    "from excerpt.indexing.worker import main; main(sys.argv[1:])"
)


class _WorkerProcess:
    """A worker process, and what it is at."""

    def __init__(self, corpus: Path, folder: Path, engine: str) -> None:
        self.pipe, theirs = Pipe()
        ours, words = os.pipe()
        os.set_blocking(ours, False)
        self._words = os.fdopen(ours, "rb", buffering=0)
        with theirs, os.fdopen(words, "wb"):
            self.process = subprocess.Popen(  # noqa: S603 - this program itself
                [
                    *(sys.executable, "-c", _PROGRAM, json.dumps(sys.path)),
                    *(str(theirs.fileno()), str(words), corpus, folder, engine),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno(), words],
                start_new_session=True,  # an interrupt is the build's to handle
            )
        self.is_ready = False
        """Whether it has said a word."""
        self.jobs: dict[int, Job] = {}
        """What it was given, and has not put into a segment yet."""
        self.n_batches = 0
        """It has not read yet."""
        self.is_finishing = False
        """Whether it was asked for the outcome."""
        self.culprit: Job | None = None
        """The file it reads."""
        self.seconds = 0.0
        """How long it was waited for since it took that up: while the build is elsewhere no time counts."""

    def give(self, batch: Sequence[Job]) -> None:
        """Hand over a batch."""
        self.jobs |= {job.document: job for job in batch}
        self.n_batches += 1
        self._send(batch)

    def finish(self) -> None:
        """Ask for the outcome of all batches, if there is any to be asked for."""
        if self.jobs and not self.is_finishing:
            self.is_finishing = True
            self._send(())

    def equip(self, dictionary: bytes) -> None:
        """Hand over what it waits for before anything else."""
        self._send(dictionary)

    def _send(self, message: Sequence[Job] | bytes) -> None:
        with suppress(OSError):  # it has died: that is found out when it is listened to
            self.pipe.send(message)

    def look(self) -> list[int]:
        """The documents whose files it has taken up since the last time, 0 for the end of a batch."""
        said = b""
        while more := self._words.read(
            1 << 16
        ):  # None where nothing is said, b"" where nobody is left to say it
            said += more
        found = [
            int.from_bytes(said[at : at + NUMBER], "little") for at in range(0, len(said), NUMBER)
        ]
        if found:
            self.culprit, self.seconds = self.jobs.get(found[-1]), 0.0
        return found

    def hear(self, news: Rows | Outcome) -> None:
        """It has read a batch, or filled a segment."""
        if isinstance(news, Outcome):
            for document in news.documents:
                del self.jobs[document]
            if self.culprit is not None and self.culprit.document not in self.jobs:
                self.culprit = None
            self.is_finishing = self.is_finishing and not news.is_asked
        else:
            self.n_batches -= news.is_last

    @property
    def seconds_left(self) -> float:
        """How long the file it reads may still take."""
        if self.culprit is None:
            return inf
        return PATIENCE + self.culprit.file.size / SLOWEST - self.seconds

    def end(self) -> int:
        """Make an end of it; returns its exit code, that of its own death if it is dead."""
        self.pipe.close()
        self._words.close()
        with suppress(subprocess.TimeoutExpired):
            return self.process.wait(_DYING)
        self.process.kill()
        return self.process.wait()


class WorkerPool:
    """A few worker processes that index files of `corpus` into segments of the index of `engine` in `folder`.

    They start at once, and wait to be equipped.
    """

    def __init__(self, corpus: Path, folder: Path, processes: int, engine: str = "") -> None:
        self._given = corpus, folder, engine
        self._dictionary = b""
        self._workers = [_WorkerProcess(*self._given) for _ in range(processes)]
        self._ahead: deque[Sequence[Job]] = deque()
        self._again: deque[Sequence[Job]] = deque()
        """Batches that each get a segment of their own, for one of their files may be deadly."""
        self._is_more = True
        self._is_to_settle = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()

    def equip(self, dictionary: bytes) -> None:
        """Let them compress texts with the `dictionary`."""
        self._dictionary = dictionary
        for worker in self._workers:
            worker.equip(dictionary)

    @property
    def is_settled(self) -> bool:
        """Whether all that is read is in a segment."""
        return not any(worker.jobs for worker in self._workers)

    def settle(self) -> None:
        """See that all that is read comes to be in a segment, so that a state may be committed."""
        self._is_to_settle = True

    def index(
        self, batches: Iterator[Sequence[Job]], reading: Callable[[int], None]
    ) -> Iterator[News]:
        """What becomes of `batches`, in the order in which it does; a few are taken ahead of their turn.

        `reading` is called with the number of each document before its file is read.

        Raises:
            ExcerptError: if worker processes cannot be started, or a segment cannot be written.
        """
        while True:
            self._hand_out()
            if self._is_more and len(self._ahead) < len(self._workers):
                batch = next(batches, None)
                self._is_more = batch is not None
                self._ahead.extend([batch] if batch else [])
                yield from self._listen(reading, timeout=0)
            elif self._ahead or self._again or not self.is_settled:
                yield from self._listen(reading, timeout=PATIENCE)
            else:
                return
            self._is_to_settle = self._is_to_settle and not self.is_settled

    def _hand_out(self) -> None:
        """Give each worker what it needs to be busy, and let those finish that get no more."""
        for worker in self._workers:
            if not worker.is_ready or worker.is_finishing:
                continue
            if self._again:
                if not worker.jobs:
                    worker.give(self._again.popleft())
                worker.finish()
                continue
            while self._ahead and worker.n_batches < _AT_ONCE and not self._is_to_settle:
                worker.give(self._ahead.popleft())
            if self._is_to_settle or not (self._is_more or self._ahead):
                worker.finish()

    def _listen(self, reading: Callable[[int], None], timeout: float) -> Iterator[News]:
        by_pipe = {worker.pipe: worker for worker in self._workers}
        deadline = min(worker.seconds_left for worker in self._workers)
        started = time.monotonic()
        ready = wait(list(by_pipe), max(0, min(timeout, deadline, _GLANCE)))
        seconds = time.monotonic() - started
        for worker in by_pipe.values():
            worker.seconds += seconds
            for document in worker.look():
                reading(document)
        for pipe in ready:
            worker = by_pipe[cast("Connection", pipe)]
            try:
                message = worker.pipe.recv()
            except (EOFError, OSError):
                worker.look()
                yield from self._bury(worker, "")
                continue
            if isinstance(message, Rows | Outcome):
                worker.hear(message)
                self._hand_out()  # before the news are looked at: the worker need not wait for that
                yield message
            elif isinstance(message, ExcerptError):
                raise message
            else:
                worker.is_ready = True
        for worker in by_pipe.values():
            if worker in self._workers and worker.seconds_left <= 0:
                yield from self._bury(worker, "reading it takes too long")

    def _bury(self, worker: _WorkerProcess, reason: str) -> Iterator[News]:
        """Put a new worker in the place of one that died, and see that its batches go on."""
        code = worker.end()
        reason = reason or _cause_of_death(code)
        if not worker.is_ready:
            raise ExcerptError(
                f"A worker process did not start: {reason}.",
                RunCommand(
                    "Build without worker processes",
                    self._given[1],
                    "build",
                    ("--processes", "1"),
                ),
            )
        successor = self._workers[self._workers.index(worker)] = _WorkerProcess(*self._given)
        successor.equip(self._dictionary)
        jobs, culprit = list(worker.jobs.values()), worker.culprit
        if jobs:
            yield Lost([job.document for job in jobs])
        if len(jobs) == 1:
            yield Outcome(failures=[(jobs[0].document, reason)])
        elif culprit is not None:
            self._again += [[culprit], [job for job in jobs if job is not culprit]]
        elif jobs:
            self._again += [jobs[: len(jobs) // 2], jobs[len(jobs) // 2 :]]


def _cause_of_death(code: int) -> str:
    if code == OUT_OF_MEMORY:
        return "reading it takes more memory than there is"
    if code == -signal.SIGKILL:
        return "its reader was killed, as the system does when memory runs out"
    return f"its reader crashed ({signal.Signals(-code).name if code < 0 else f'exit code {code}'})"
