"""The build's side of a worker process: its pipes, and what the worker has been given to do."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from math import inf
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Final

from excerpt.errors import ExcerptError
from excerpt.indexing.changes import Job
from excerpt.indexing.messages import BatchEnd, SegmentResult
from excerpt.indexing.worker import ID_BYTES
from excerpt.text_store.compression import Dictionary

__all__ = ["WorkerProcess"]

FILE_SECONDS: Final = 60.0
"""The time that a worker may take for a file, apart from a second for each `SLOW_BYTES` of it."""
SLOW_BYTES: Final = 200_000
"""The fewest bytes that a worker must read in a second."""
CONTAINER_SECONDS: Final = 300.0
"""The time that it may take more to reach a member: all before it may have to be decompressed."""
_EXIT_SECONDS: Final = 1.0
"""The time to wait for a worker to exit after its pipe was closed, before it is killed."""
_READ_BYTES: Final = 1 << 16
_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1));"
    "from excerpt.indexing.worker import main; main(sys.argv[1:])"
)
"""The program of a worker. `multiprocessing.Process` is not used: it would import the module
`__main__` of the program that builds, or copy its locked locks with a fork."""


class WorkerProcess:
    """A worker process.

    pipe          the pipe to it
    is_ready      True if it has sent its first message
    jobs          what it was given and has not put into a finished segment yet, by document id
    n_batches     number of batches that it has not finished reading
    is_finishing  True if a requested result has not come yet
    current_job   the file that it reads
    seconds       time that the build has waited for the current file; while the build itself is
                  busy, or stopped, no time passes
    """

    def __init__(self, corpus: Path, folder: Path, engine: str) -> None:
        self.pipe, worker_pipe = Pipe()
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        self._started = os.fdopen(read_end, "rb", buffering=0)
        with worker_pipe, os.fdopen(write_end, "wb"):
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [
                    *(sys.executable, "-c", _PROGRAM, json.dumps(sys.path)),
                    *(str(worker_pipe.fileno()), str(write_end), corpus, folder, engine),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[worker_pipe.fileno(), write_end],
                start_new_session=True,  # Ctrl-C reaches the build alone
            )
        self.is_ready = False
        self.jobs: dict[int, Job] = {}
        self.n_batches = 0
        self.is_finishing = False
        self.current_job: Job | None = None
        self.seconds = 0.0

    def send_dictionary(self, dictionary: Dictionary) -> None:
        """Send the dictionary, which the worker waits for before anything else."""
        self._send(dictionary)

    def send_batch(self, batch: Sequence[Job]) -> None:
        """Send a batch to be indexed."""
        self.jobs |= {job.document: job for job in batch}
        self.n_batches += 1
        self._send(batch)

    def request_result(self) -> None:
        """Ask for the result of all batches, if there are any."""
        if self.jobs and not self.is_finishing:
            self.is_finishing = True
            self._send(())

    def _send(self, message: Sequence[Job] | Dictionary) -> None:
        with suppress(OSError):  # the worker has died, which is noticed when its messages are read
            self.pipe.send(message)

    def read_started(self) -> list[int]:
        """Return the documents whose files were started since the last call; 0 ends a batch."""
        data = b""
        # read() returns None if the pipe is empty, and b"" if the worker has died.
        while chunk := self._started.read(_READ_BYTES):
            data += chunk
        documents = [
            int.from_bytes(data[first : first + ID_BYTES], "little")
            for first in range(0, len(data), ID_BYTES)
        ]
        if documents:
            self.current_job, self.seconds = self.jobs.get(documents[-1]), 0.0
        return documents

    def receive(self) -> BatchEnd | SegmentResult | None:
        """Return the worker's next message, None if it only says that it is ready.

        Raises:
            EOFError, OSError: if the worker has died.
            ExcerptError: if it could not write a segment.
        """
        message: BatchEnd | SegmentResult | ExcerptError | None = self.pipe.recv()
        if isinstance(message, ExcerptError):
            raise message
        if isinstance(message, SegmentResult):
            for document in message.document_ids:
                del self.jobs[document]
            if self.current_job is not None and self.current_job.document not in self.jobs:
                self.current_job = None
            self.is_finishing = self.is_finishing and not message.is_requested
        elif isinstance(message, BatchEnd):
            self.n_batches -= 1
        else:
            self.is_ready = True
        return message

    @property
    def seconds_left(self) -> float:
        """The time that is left for the current file."""
        if self.current_job is None:
            return inf
        file = self.current_job.file
        seconds = FILE_SECONDS + file.size / SLOW_BYTES
        return seconds + (CONTAINER_SECONDS if file.member else 0.0) - self.seconds

    def end(self) -> int:
        """End the process and return its exit code; -n if the signal n has killed it."""
        self.pipe.close()
        self._started.close()
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(_EXIT_SECONDS)
        self._process.kill()
        return self._process.wait()

    def kill(self) -> None:
        """Kill the process, unless it has ended."""
        self._process.kill()
