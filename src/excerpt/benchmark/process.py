"""A peer in a process of its own: its imports, its memory and its crashes are not the others'.

The process is asked through a pipe, one call at a time, and says how long each took on its own clock. Its memory is
looked at from outside, many times a second, together with that of all processes it has started.
"""

import gc
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Self

from excerpt.benchmark.peers import Answer, Change, Way, load
from excerpt.benchmark.queries import Form, Question
from excerpt.errors import Advice, ExcerptError

__all__ = ["Asked", "PeerProcess", "evict", "fetch"]

_PIECE: Final = 1 << 20
_GLANCE: Final = 0.05
"""Seconds between two looks at the memory."""
_LIMIT: Final = 10
"""The hits a question asks for."""
_PATIENCE: Final = 4.0
"""Seconds after which the questions of a series that are left are not asked any more."""
_FEWEST: Final = 5
"""Questions that are asked however long they take."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a series of questions, or of the first of them where all would take too long: how long each took in
    seconds, the number of passages that match (None where the peer does not count), and of those it returned."""

    seconds: tuple[float, ...]
    totals: tuple[int | None, ...]
    shown: tuple[int, ...]


class PeerProcess:
    """The peer `name` in a new process; a context manager. Its methods raise ExcerptError if the peer fails."""

    def __init__(self, name: str, ranking: str) -> None:
        self.name = name
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, name, ranking))
        self._process.start()
        theirs.close()
        self._forms: dict[Way, frozenset[Form]]
        self._forms, _ = self.call("load")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def call(self, method: str, *arguments: Any) -> tuple[Any, float]:
        """What `method` of the peer returns, and the seconds it took."""
        self.send(method, *arguments)
        return self.receive()

    def send(self, method: str, *arguments: Any) -> None:
        """Ask for something; `receive` gives the answer."""
        self._pipe.send((method, arguments))

    def receive(self) -> tuple[Any, float]:
        """The answer to what was sent: what was returned, and the seconds it took."""
        try:
            value, seconds = self._pipe.recv()
        except (EOFError, OSError) as error:
            self._process.join(5)
            raise ExcerptError(
                f"its process ended with exit code {self._process.exitcode}.",
                Advice("Leave it out, or use a smaller corpus."),
                where=self.name,
            ) from error
        if isinstance(value, ExcerptError):
            raise value
        return value, seconds

    def forms(self, way: Way = Way.TEXTS) -> frozenset[Form]:
        """The questions it can be asked in this way."""
        return self._forms[way]

    def ask(self, questions: Sequence[Question], way: Way = Way.TEXTS) -> Asked:
        """Ask all of `questions`, one after the other."""
        asked, _ = self.call("ask_all", questions, way)
        return asked  # type: ignore[no-any-return]

    def memory(self) -> int:
        """The bytes of memory it uses now."""
        return _memory_of(self._process.pid or 0)

    @contextmanager
    def watched(self) -> Iterator["Memory"]:
        """Look at the memory of the process and of all it starts, for the length of the block."""
        memory = Memory(self._process.pid or 0)
        watcher = threading.Thread(target=memory.watch, daemon=True)
        watcher.start()
        try:
            yield memory
            largest, _ = self.call("largest")
        finally:
            memory.is_over.set()
            watcher.join()
        memory.peak = max(memory.peak, largest if not memory.peak else 0)


class Memory:
    """The most memory, in bytes, that a process and its descendants have used together since it is watched."""

    def __init__(self, process: int) -> None:
        self.peak = 0
        self.is_over = threading.Event()
        self._process = process

    def watch(self) -> None:
        """Look again and again, until it is over."""
        while True:
            self.peak = max(self.peak, sum(map(_memory_of, _family(self._process))))
            if self.is_over.wait(_GLANCE):
                return


def _family(process: int) -> Iterator[int]:
    """A process and its descendants, where the system tells them."""
    yield process
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for child in thread.read_text().split():
                yield from _family(int(child))


def _memory_of(process: int) -> int:
    """The bytes a process uses; pages it shares count in proportion."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


def evict(folder: Path) -> bool:
    """Drop the files below `folder` from the system's file cache, and say whether the system can do so."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)
    return True


def fetch(folder: Path) -> None:
    """Read the files below `folder`, so that they are in the system's file cache, where there is room."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb", buffering=0) as file:
                while file.read(_PIECE):
                    pass


def _serve(pipe: Connection, name: str, ranking: str) -> None:
    """Do what the pipe asks for, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    served = _Served(name, ranking)
    with suppress(EOFError, OSError):
        while True:
            method, arguments = pipe.recv()
            started = time.perf_counter()
            try:
                value = served.do(method, arguments)
            except ExcerptError as error:
                value = ExcerptError(error.message, *error.remedies, where=name)
            except Exception as error:  # noqa: BLE001 - raised on the other side, whatever a peer raises
                value = ExcerptError(
                    f"{type(error).__name__}: {error}", Advice("Leave it out."), where=name
                )
            pipe.send((value, time.perf_counter() - started))


class _Served:
    """A peer, loaded by the first call, and what is asked of all peers alike."""

    def __init__(self, name: str, ranking: str) -> None:
        self._name, self._ranking = name, ranking

    def do(self, method: str, arguments: tuple[Any, ...]) -> Any:
        """Call a method of the peer, or one of those below."""
        if method in {"load", "ask_all", "ask_on", "change", "first_answer", "largest"}:
            return getattr(self, f"_{method}")(*arguments)
        return getattr(self._peer, method)(*arguments)

    def _load(self) -> dict[Way, frozenset[Form]]:
        self._peer: Any = load(self._name, self._ranking)
        counted = self._peer.forms if hasattr(self._peer, "count") else frozenset()
        return {Way.TEXTS: self._peer.forms, Way.HIGHLIGHTS: self._peer.marked, Way.TOTAL: counted}

    def _answer(self, question: Question, way: Way) -> Answer:
        if way is Way.TOTAL:
            return Answer(self._peer.count([question])[0], ())
        answer: Answer = self._peer.ask(question, _LIMIT, is_marked=way is Way.HIGHLIGHTS)
        return answer

    def _ask_all(self, questions: Sequence[Question], way: Way) -> Asked:
        gc.collect()
        gc.disable()
        answers: list[tuple[int | None, int]] = []
        seconds: list[float] = []
        try:
            for question in questions:
                if len(seconds) >= _FEWEST and sum(seconds) > _PATIENCE:
                    break
                started = time.perf_counter()
                answer = self._answer(question, way)
                seconds.append(time.perf_counter() - started)
                answers.append((answer.total, len(answer.texts)))
        finally:
            gc.enable()
        totals, shown = zip(*answers, strict=True) if answers else ((), ())
        return Asked(tuple(seconds), totals, shown)

    def _ask_on(self, questions: Sequence[Question], seconds: float) -> list[float]:
        """Ask `questions` over and over for so many `seconds`, and say how many each answer took."""
        taken: list[float] = []
        end = time.perf_counter() + seconds
        for question in cycle(questions):
            started = time.perf_counter()
            self._peer.ask(question, _LIMIT)
            taken.append(time.perf_counter() - started)
            if started + taken[-1] > end:
                break
        return taken

    def _change(self, change: Change, question: Question) -> bool:
        """Change a document, and say whether what the question asks for is found."""
        self._peer.change(change)
        found: Answer = self._peer.ask(question, _LIMIT)
        return any(question.words[0] in text for text in found.texts)

    def _first_answer(self, folder: Path, question: Question) -> None:
        self._peer.open(folder)
        self._peer.ask(question, _LIMIT)

    @staticmethod
    def _largest() -> int:
        """The most memory of this process or of one it started, in bytes: where the system tells no more."""
        scale = 1 if sys.platform == "darwin" else 1024
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        return max(resource.getrusage(kind).ru_maxrss for kind in kinds) * scale
