"""Page functions → answers: quickly on a thread, or slowly in a process that can be killed.

The quick lane is one thread with one `Desk`. More threads would not answer more, since Python runs
one at a time, and each would take its own caches. The slow lane is a process with a `Desk` of its
own, for whatever takes longer: it runs one job at a time, and when a job exceeds its budget, or its
client is gone, the process is killed. A job that turns out to be slow on the quick lane is answered
by the slow one, now and whenever it is requested again.

Both lanes follow the index: each second the quick lane looks for a new state, opens it while
the old one answers, and changes over once it is warm.
"""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing, suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, Final, Self, cast

from excerpt.errors import ExcerptError, Instruction
from excerpt.memory import BoundedCache
from excerpt.serve.answers import PageAnswer, PageFunction, Request
from excerpt.serve.desk import Desk
from excerpt.serve.pages import warm_up

__all__ = ["Busy", "DeskSource", "Lanes", "OverBudget", "Stream", "main"]

Stream = Callable[[Desk, Request], Iterator[bytes]]
QUICK_SECONDS: Final = 0.5
SLOW_SECONDS: Final = 30.0
"""The time in which a slow job must be answered, or deliver its next piece."""
MAX_QUICK: Final = 64
"""Requests that wait for the quick lane; at 5 ms each, the last one waits a third of a second."""
MAX_WAITING: Final = 8
"""Requests that wait for the slow lane, apart from the one that runs."""
POLL_SECONDS: Final = 1.0
_LOG = logging.getLogger("excerpt.serve")
_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1));"
    "from excerpt.serve.lanes import main; main(sys.argv[1:])"
)
"""The program of the slow lane (see `indexing.worker_process`)."""


class Busy(ExcerptError):
    """More requests at once than a lane takes."""

    def __init__(self) -> None:
        super().__init__(
            "There are too many requests at once.", Instruction("Try again in a few seconds.")
        )


class OverBudget(ExcerptError):
    """A request that took too long."""

    def __init__(self) -> None:
        super().__init__(
            f"This took longer than {SLOW_SECONDS:.0f} seconds and was stopped.",
            Instruction("Search for fewer or rarer words, or ask the command, which has no limit."),
        )


class DeskSource:
    """The desk of the newest state of an index."""

    def __init__(self, folder: Path, corpus: Path | None) -> None:
        self._folder = folder
        self._corpus = corpus
        self._files = self._signature()
        self.desk = Desk(folder, corpus)
        warm_up(self.desk)

    def newer(self) -> Desk | None:
        """Return a warm desk of a newer state, None if there is none or it cannot be opened."""
        files = self._signature()
        if files == self._files:
            return None
        try:
            desk = Desk(self._folder, self._corpus)
        except (ExcerptError, OSError):
            return None  # a build is at work; the files are looked at again
        self._files = files
        if desk.state == self.desk.state:
            desk.close()
            return None
        warm_up(desk)
        return desk

    def _signature(self) -> list[tuple[int, int, int] | None]:
        """Return numbers that change when a commit writes to the catalog or to its log."""
        found: list[tuple[int, int, int] | None] = []
        for path in sorted(self._folder.glob("catalog.sqlite*")):
            if path.name.endswith("-shm"):
                continue
            try:
                stat = path.stat()
            except OSError:
                found.append(None)
            else:
                found.append((stat.st_ino, stat.st_mtime_ns, stat.st_size))
        return found

    def refresh(self) -> None:
        """Change over to a newer state, if there is one."""
        newer = self.newer()
        if newer is not None:
            former, self.desk = self.desk, newer
            former.close()


class Lanes:
    """Both lanes; use it within `async with`."""

    def __init__(self, folder: Path, corpus: Path | None = None) -> None:
        self._source = DeskSource(folder, corpus)
        self._thread = ThreadPoolExecutor(1, "quick")
        self._opener = ThreadPoolExecutor(1, "opener")
        self._n_quick = 0
        self._known_slow: BoundedCache[tuple[Any, ...], bool] = BoundedCache(1_000_000)
        self.slow = SlowLane(folder, corpus)
        self._poll: asyncio.Task[None] | None = None

    @property
    def desk(self) -> Desk:
        """The desk of the quick lane. Only its thread may use it."""
        return self._source.desk

    async def __aenter__(self) -> Self:
        self._poll = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._poll is not None:
            self._poll.cancel()
            with suppress(asyncio.CancelledError):
                await self._poll
        self.slow.kill()
        self._opener.shutdown(wait=True)
        self._thread.submit(self._source.desk.close)
        self._thread.shutdown(wait=True)

    async def answer(
        self, page: PageFunction, request: Request, *, is_slow: bool = False
    ) -> PageAnswer:
        """Return the answer of a page function.

        Raises:
            Busy: if too many requests wait.
            OverBudget: if it takes too long.
        """
        key = (page.__name__, request.target, tuple(sorted(request.parameters.items())))
        if is_slow or self._known_slow.get(key):
            return await self.slow.answer(page, request)
        if self._n_quick >= MAX_QUICK:
            raise Busy
        self._n_quick += 1
        future = self._thread.submit(self._run, page, request)
        future.add_done_callback(self._count_down)
        try:
            async with asyncio.timeout(QUICK_SECONDS):
                answer = await asyncio.wrap_future(future)
        except TimeoutError:
            # A thread cannot be stopped. What runs is known to be slow; what waits need not be.
            if future.running():
                self._known_slow.put(key, True)
            answer = None
        return await self.slow.answer(page, request) if answer is None else answer

    def _count_down(self, _: "Future[Any]") -> None:
        self._n_quick -= 1

    def _run(self, page: PageFunction, request: Request) -> PageAnswer | None:
        """Return the answer, None if it is left to the slow lane."""
        desk = self._source.desk
        is_slow = desk.is_slow(request, is_of_lines=page.__name__ == "lines")
        return None if is_slow else page(desk, request)

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                newer = await loop.run_in_executor(self._opener, self._source.newer)
            except Exception:  # noqa: BLE001 - logged, and tried again
                # Whatever it was, the present state can be served, and the next one may be intact.
                _LOG.exception("a new state of the index cannot be opened")
                continue
            if newer is not None:
                former, self._source.desk = self._source.desk, newer
                self._known_slow.clear()
                # After the answers that use it.
                self._thread.submit(former.close)


class SlowLane:
    """A process that runs one job at a time and is killed when one takes too long."""

    def __init__(self, folder: Path, corpus: Path | None) -> None:
        self._arguments = [str(folder), str(corpus) if corpus else ""]
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._reader = ThreadPoolExecutor(1, "slow")
        self._turn = asyncio.Lock()
        self._n_jobs = 0

    async def answer(self, page: PageFunction, request: Request) -> PageAnswer:
        """Return the answer of a page function.

        Raises:
            Busy: if too many requests wait.
            OverBudget: if it takes too long.
        """
        answers = [answer async for answer in self._job(page, request)]
        return cast("PageAnswer", answers[0])

    async def stream(self, stream: Stream, request: Request) -> AsyncGenerator[bytes]:
        """Yield the pieces of a file.

        Raises:
            Busy: if too many requests wait.
            OverBudget: if a piece takes too long.
        """
        # A generator that is not read to its end must be closed at once, to end its job.
        async with aclosing(self._job(stream, request)) as pieces:
            async for piece in pieces:
                yield cast("bytes", piece)

    async def _job(
        self, page: PageFunction | Stream, request: Request
    ) -> AsyncGenerator[PageAnswer | bytes]:
        if self._n_jobs > MAX_WAITING:
            raise Busy
        self._n_jobs += 1
        try:
            async with self._turn, aclosing(self._run(page, request)) as values:
                async for value in values:
                    yield value
        finally:
            self._n_jobs -= 1

    async def _run(
        self, page: PageFunction | Stream, request: Request
    ) -> AsyncGenerator[PageAnswer | bytes]:
        loop = asyncio.get_running_loop()
        is_done = False
        try:
            pipe = self._started()
            pipe.send((page, request))
            while True:
                async with asyncio.timeout(SLOW_SECONDS):
                    value = await loop.run_in_executor(self._reader, pipe.recv)
                if value is None:
                    is_done = True
                    return
                if isinstance(value, Exception):
                    is_done = True
                    raise value
                yield value
        except TimeoutError as error:
            raise OverBudget from error
        except (EOFError, OSError) as error:
            raise ExcerptError(
                "The process that computed this has ended.",
                Instruction("Search for fewer or rarer words."),
            ) from error
        finally:
            # Too slow, or nobody waits for the rest: nothing else stops the computation.
            if not is_done:
                self.kill()

    def _started(self) -> Connection:
        """Return the pipe to the process, which is started if there is none."""
        if self._pipe is not None and self._process is not None and self._process.poll() is None:
            return self._pipe
        self.kill()
        self._pipe, own = Pipe()
        with own:
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [
                    *(sys.executable, "-c", _PROGRAM, json.dumps(sys.path), str(own.fileno())),
                    *self._arguments,
                ],
                stdin=subprocess.DEVNULL,
                pass_fds=[own.fileno()],
                start_new_session=True,  # Ctrl-C reaches the server alone, which ends this process
            )
        return self._pipe

    def kill(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        # A thread that reads gets the end of the file, now that no process holds the other end.
        self._pipe = self._process = None


def main(arguments: list[str]) -> None:
    """Run the jobs that come through a pipe, until it ends: the process of the slow lane.

    `arguments` are the number of the pipe, the folder of the index, and that of the corpus or "".
    """
    with suppress(OSError):
        os.nice(5)  # quick answers come first
    pipe = Connection(int(arguments[0]))
    source = DeskSource(Path(arguments[1]), Path(arguments[2]) if arguments[2] else None)
    while True:
        try:
            page, request = pipe.recv()
            source.refresh()
            _do(pipe, source.desk, page, request)
        except (EOFError, OSError):
            return


def _do(pipe: Connection, desk: Desk, page: PageFunction | Stream, request: Request) -> None:
    try:
        result = page(desk, request)
        for piece in (result,) if isinstance(result, PageAnswer) else result:
            pipe.send(piece)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the server reports it
        pipe.send(error)
        return
    pipe.send(None)
