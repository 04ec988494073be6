"""The program of a worker process: it indexes the batches that a build sends through a pipe.

The build sends the dictionary first, then batches; an empty batch asks for the result of those
before. The worker answers with `WorkerMessage`s. A second pipe carries the ids of the documents
whose files it starts to read. The build looks at that pipe from time to time: to wake it up for
each file would cost more than some files.
"""

import gc
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from excerpt.errors import ExcerptError
from excerpt.indexing.changes import Job
from excerpt.indexing.indexer import Indexer

__all__ = ["EXIT_OUT_OF_MEMORY", "ID_BYTES", "main"]

EXIT_OUT_OF_MEMORY: Final = 77
"""Exit code of a worker that ran out of memory while it held the words of several files."""
ID_BYTES: Final = 8
"""Size of a document's id in the pipe of started files."""

_ARENA_BYTES: Final = 31 << 20
"""Size of an allocation that is freed at once. Afterwards, glibc keeps the memory of freed arrays
up to this size, and need not ask the system for cleared pages each time."""
_GARBAGE_THRESHOLD: Final = 50_000
"""New objects between two searches for reference cycles. The few cycles are in the trees of web
pages. Python's default, 700, costs a tenth of the time here."""
_MAX_BYTES: Final = 6 << 30
"""The most memory that a worker may allocate. A text of 1 GB takes some six times its size, so it
fits; a document made to exhaust memory does not."""


def main(arguments: Sequence[str]) -> None:
    """Serve a build until it closes the pipe.

    `arguments` are the descriptors of the two pipes, the corpus, the folder of the index, and the
    name of the engine.
    """
    descriptor, started, corpus, folder, engine = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build handles Ctrl-C
    _limit_memory()
    bytes(_ARENA_BYTES)
    gc.freeze()
    gc.set_threshold(_GARBAGE_THRESHOLD)
    pipe = Connection(int(descriptor))
    dictionary = pipe.recv()
    batches: SimpleQueue[Sequence[Job]] = SimpleQueue()
    pipe.send(None)  # ready
    threading.Thread(target=_receive, args=(pipe, batches), daemon=True).start()
    on_start = partial(_report_start, int(started))
    indexer = Indexer(Path(corpus), Path(folder), on_start, engine, dictionary)
    while True:
        try:
            jobs = batches.get()
            for message in indexer.index(jobs) if jobs else [indexer.finish()]:
                pipe.send(message)
        except ExcerptError as error:
            pipe.send(error)
        except MemoryError:  # in the middle of a segment, which is lost
            os._exit(EXIT_OUT_OF_MEMORY)


def _report_start(descriptor: int, document: int) -> None:
    os.write(descriptor, document.to_bytes(ID_BYTES, "little"))


def _receive(pipe: Connection, batches: "SimpleQueue[Sequence[Job]]") -> None:
    """Queue batches until the pipe is closed, then end the process.

    A closed pipe means that the build has ended or died. The worker must end at once: another build
    may take over the index, and this one must not write into it.
    """
    with suppress(EOFError, OSError):
        while True:
            batches.put(pipe.recv())
    os._exit(0)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource  # POSIX only

        # On Linux, RLIMIT_AS would count mapped files too, which take no memory.
        kind: Any = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        limit = min(_MAX_BYTES, installed * 3 // 4)
        resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
