"""The measuring itself: builds, first answers, rounds of questions, processes side by side, a change, a start."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

from excerpt.errors import ExcerptError
from excerpt.measure.passages import Cut
from excerpt.measure.peers import Change
from excerpt.measure.process import Asked, PeerProcess, evict
from excerpt.measure.sample import Form, Question

__all__ = ["Built", "Course", "Reading", "Rounds", "Start", "by_kind"]

_CHANGES: Final = 3
_STARTS_A_ROUND: Final = 2
_SECONDS_A_ROUND: Final = 0.1
"""For which processes side by side are asked on and on: enough to make up for not starting as one."""
_NEW_WORD: Final = "zqxjk"
"""How words begin that are put into changed documents: no text holds such."""

T = TypeVar("T")
Rounds = dict[str, list[Asked]]
"""For each kind of question what came of it, round by round."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build took: seconds, most memory of all its processes in bytes (0: not known), bytes on disk."""

    seconds: float
    memory: int
    size: int


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds of `excerpt search WORD` in a new process, of the imports it cannot do without, and how many times as
    long the first takes; medians of runs in turn."""

    search: float
    imports: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Bytes of the index that a question reads, and the seconds that `numpy.sum` takes to read them from memory."""

    n_bytes: float
    seconds: float


class Course:
    """Measures on the copy of a corpus in `folder` and the passages it is cut into. Indexes are made beside them."""

    def __init__(self, folder: Path, cut: Cut, ranking: str, processes: int, rounds: int) -> None:
        self._folder, self._cut, self._ranking = folder, cut, ranking
        self._processes, self._rounds = processes, rounds
        self.is_evicted = False

    def _index(self, name: str) -> Path:
        return self._folder / f"index-{name}"

    def _process(self, name: str) -> PeerProcess:
        return PeerProcess(name, self._ranking)

    def build(self, name: str) -> Built:
        """Build the index of the peer `name`."""
        folder = self._index(name)
        folder.mkdir()
        with self._process(name) as process, process.watched() as memory:
            _, seconds = process.call(
                "build", self._folder / "corpus", self._cut.file, folder, self._processes
            )
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return Built(seconds, memory.peak, size)

    def first_answer(self, name: str, questions: Sequence[Question]) -> float:
        """Seconds in which a new process opens the index of the peer `name` and answers one question.

        Of `questions`, that it is able to answer, simple ones are taken. The median of one for each round, the files of the index dropped from the system's cache before, where it can.
        """
        taken = []
        simple = [question for question in questions if question.form in {Form.WORD, Form.ANY}]
        for question in _spread(simple or questions, self._rounds):
            self.is_evicted = evict(self._index(name))
            with self._process(name) as process:
                _, seconds = process.call("first_answer", self._index(name), question)
                taken.append(seconds)
        return median(taken) if taken else 0.0

    def try_out(self, name: str, questions: Sequence[Question]) -> None:
        """Ask the peer `name` one question of each form, so that it fails now if it does.

        Raises:
            ExcerptError: if it fails.
        """
        with self._process(name) as process:
            process.call("open", self._index(name))
            firsts = {question.form: question for question in reversed(questions)}
            process.ask([firsts[form] for form in firsts if form in process.forms])

    def matching(self, questions: Sequence[Question]) -> list[Question]:
        """Those of `questions` for which there is a passage, as excerpt sees it."""
        with self._process("excerpt") as process:
            process.call("open", self._index("excerpt"))
            counts, _ = process.call("count", questions)
        return [question for question, count in zip(questions, counts, strict=True) if count]

    def read(self, questions: Sequence[Question]) -> dict[str, Reading]:
        """What excerpt reads for the median question of each kind when all are asked once."""
        with self._process("excerpt") as process:
            process.call("open", self._index("excerpt"))
            read = {}
            for kind, asked in by_kind(questions):
                each, _ = process.call("read", asked)
                sizes, seconds = zip(*each, strict=True)
                read[kind] = Reading(float(median(sizes)), median(seconds))
        return read

    def opened(self, name: str, questions: Sequence[Question], stack: ExitStack) -> list[PeerProcess]:
        """As many processes of the peer `name` as shall answer together, each with the index open and one of
        `questions` answered: some peers compile themselves first."""
        return [self.opened_one(name, questions, stack) for _ in range(self._processes)]

    def opened_one(self, name: str, questions: Sequence[Question], stack: ExitStack) -> PeerProcess:
        """One of these."""
        process = stack.enter_context(self._process(name))
        process.call("open", self._index(name))
        process.ask([question for question in questions if question.form in process.forms][:1])
        return process

    def rounds(
        self, processes: Mapping[str, PeerProcess], questions: Sequence[Question]
    ) -> dict[str, Rounds]:
        """What comes of `questions` in rounds, in which the peers take turns kind by kind, after one to warm up.

        A peer that is too slow for all questions of a kind in that first round is asked the first of them from then on.
        """
        warm = {name: dict(_answers(process, questions)) for name, process in processes.items()}
        found: dict[str, Rounds] = {name: {kind: [] for kind in kinds} for name, kinds in warm.items()}
        for number in range(self._rounds):
            for kind, asked in by_kind(questions):
                for name, process in _turned(list(processes.items()), number):
                    if kind in warm[name]:
                        found[name][kind].append(process.ask(asked[: len(warm[name][kind].seconds)]))
        return found

    def together(self, processes: Sequence[PeerProcess], questions: Sequence[Question]) -> dict[str, float]:
        """Answers a second of `processes` side by side, which are all asked the same in different order."""
        rates = {}
        for kind, asked in by_kind(questions):
            if asked[0].form not in processes[0].forms:
                continue
            for number, process in enumerate(processes):
                turned = _turned(asked, number * len(asked) // len(processes))
                process.send("ask_on", turned, _SECONDS_A_ROUND * self._rounds)
            rates[kind] = sum(process.receive()[0] for process in processes)
        return rates

    def change(self, process: PeerProcess) -> float:
        """Seconds from the change of a document until it is found, by a process that has answered before.

        Raises:
            ExcerptError: if it is not.
        """
        document, path, texts = self._cut.middling()
        chance = random.Random(path)  # noqa: S311 - a made-up word, no secret
        taken = []
        for _ in range(_CHANGES):
            word = _NEW_WORD + "".join(chance.choices("bdfglmnprtvw", k=8))
            change = Change(document, path, (*texts, f"And {word} besides."))
            is_found, seconds = process.call("change", change, Question("change", Form.WORD, (word,)))
            if not is_found:
                raise ExcerptError(
                    f"{process.name}: a word is not found in {path}, where it has just been added."
                )
            taken.append(seconds)
        return median(taken)

    def start(self, word: str) -> Start:
        """How long a search from the shell takes."""
        search = ["-m", "excerpt", "search", word, "--index", str(self._index("excerpt"))]
        imports = ["-c", "import numpy, click"]
        compiled = str(self._folder / "compiled")
        pairs = [
            (_run(search, compiled), _run(imports, compiled))
            for _ in range(_STARTS_A_ROUND * self._rounds + 1)
        ][1:]
        searches, others = zip(*pairs, strict=True)
        return Start(median(searches), median(others), median(mine / other for mine, other in pairs))


def _answers(process: PeerProcess, questions: Sequence[Question]) -> Iterator[tuple[str, Asked]]:
    for kind, asked in by_kind(questions):
        if asked[0].form in process.forms:
            yield kind, process.ask(asked)


def by_kind(questions: Sequence[Question]) -> Iterator[tuple[str, list[Question]]]:
    """`questions` by their kind, as they come."""
    for kind, group in groupby(questions, lambda question: question.kind):
        yield kind, list(group)


def _turned(values: Sequence[T], by: int) -> list[T]:
    at = by % len(values)
    return [*values[at:], *values[:at]]


def _spread(values: Sequence[T], n: int) -> Sequence[T]:
    """`n` of `values`, evenly."""
    return [values[number * len(values) // n] for number in range(min(n, len(values)))]


def _run(arguments: list[str], compiled: str) -> float:
    """Seconds of a Python process that finds its modules compiled, as installed ones are, from the second time on."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, *arguments],
        env=variables | {"PYTHONPYCACHEPREFIX": compiled},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started
