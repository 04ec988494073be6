"""The measuring of one engine by itself: builds, first answers from a cold cache, what is read, a change."""

import random
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

from excerpt.benchmark.passages import Cut
from excerpt.benchmark.peers import Change
from excerpt.benchmark.process import PeerProcess, evict, fetch
from excerpt.benchmark.queries import Form, Question
from excerpt.benchmark.rounds import by_kind
from excerpt.errors import ExcerptError

__all__ = ["NEW_WORD", "Built", "Course", "ReadCost"]

_SELF: Final = "excerpt"
_CHANGES: Final = 3
NEW_WORD: Final = "zqxjk"
"""How words begin that are put into changed documents: no text holds such."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build took: seconds, most memory of all its processes in bytes (0: not known), bytes on disk."""

    seconds: float
    memory: int
    size: int


@dataclass(frozen=True, slots=True)
class ReadCost:
    """Bytes of the index that a question reads, and the seconds that `numpy.sum` takes to read them from memory."""

    n_bytes: float
    seconds: float


class Course:
    """Measures on the copy of a corpus in `folder` and the passages it is cut into. Indexes are made beside them."""

    def __init__(self, folder: Path, cut: Cut, ranking: str, processes: int, rounds: int) -> None:
        self._folder, self._cut, self._ranking = folder, cut, ranking
        self._processes, self._rounds = processes, rounds
        self.is_evicted = False

    def index(self, name: str) -> Path:
        """Where the index of the peer `name` is."""
        return self._folder / f"index-{name}"

    def _process(self, name: str) -> PeerProcess:
        return PeerProcess(name, self._ranking)

    def build(self, name: str) -> Built:
        """Build the index of the peer `name`."""
        folder = self.index(name)
        folder.mkdir()
        with self._process(name) as process, process.watched() as memory:
            _, seconds = process.call(
                "build", self._folder / "corpus", self._cut.file, folder, self._processes
            )
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return Built(seconds, memory.peak, size)

    def try_out(self, name: str, questions: Sequence[Question]) -> None:
        """Ask the peer `name` one question of each form, so that it fails now if it does.

        Raises:
            ExcerptError: if it fails.
        """
        with self._process(name) as process:
            process.call("open", self.index(name))
            firsts = {question.form: question for question in reversed(questions)}
            process.ask([firsts[form] for form in firsts if form in process.forms()])

    def matching(self, questions: Sequence[Question]) -> list[Question]:
        """Those of `questions` for which there is a passage, as excerpt sees it."""
        with self._process(_SELF) as process:
            process.call("open", self.index(_SELF))
            counts, _ = process.call("count", questions)
        return [question for question, count in zip(questions, counts, strict=True) if count]

    def cold(
        self, names: Sequence[str], questions: Sequence[Question]
    ) -> dict[str, dict[str, list[float]]]:
        """Seconds in which a new process of each of `names` opens its index and answers one question, of each kind as
        many as there are rounds; the files of the index are dropped from the system's cache before, where it can."""
        taken: dict[str, dict[str, list[float]]] = {name: {} for name in names}
        for kind, asked in by_kind(questions):
            for question in _spread(asked, self._rounds):
                for name in names:
                    self.is_evicted = evict(self.index(name))
                    with self._process(name) as process:
                        if question.form in process.forms():
                            _, seconds = process.call("first_answer", self.index(name), question)
                            taken[name].setdefault(kind, []).append(seconds)
        return taken

    def read(self, questions: Sequence[Question]) -> dict[str, ReadCost]:
        """What excerpt reads for the median question of each kind when all are asked once."""
        with self._process(_SELF) as process:
            process.call("open", self.index(_SELF))
            read = {}
            for kind, asked in by_kind(questions):
                each, _ = process.call("read", asked)
                sizes, seconds = zip(*each, strict=True)
                read[kind] = ReadCost(float(median(sizes)), median(seconds))
        return read

    def opened(
        self, name: str, questions: Sequence[Question], stack: ExitStack
    ) -> list[PeerProcess]:
        """As many processes of the peer `name` as shall answer together, each with the index open, which the system has
        in its cache, and one of `questions` answered: some peers compile themselves first."""
        return [self.opened_one(name, questions, stack) for _ in range(self._processes)]

    def opened_one(self, name: str, questions: Sequence[Question], stack: ExitStack) -> PeerProcess:
        """One of these."""
        fetch(self.index(name))
        process = stack.enter_context(self._process(name))
        process.call("open", self.index(name))
        process.ask([question for question in questions if question.form in process.forms()][:1])
        return process

    def change(self, process: PeerProcess) -> float:
        """Seconds from the change of a document until it is found, by a process that has answered before.

        Raises:
            ExcerptError: if it is not.
        """
        document, path, texts = self._cut.middling()
        chance = random.Random(path)  # noqa: S311 - a made-up word, no secret
        taken = []
        for _ in range(_CHANGES):
            word = NEW_WORD + "".join(chance.choices("bdfglmnprtvw", k=8))
            change = Change(document, path, (*texts, f"And {word} besides."))
            is_found, seconds = process.call(
                "change", change, Question("change", Form.WORD, (word,))
            )
            if not is_found:
                raise ExcerptError(
                    f"a word that was just added to {path} is not found there.",
                    where=process.name,
                )
            taken.append(seconds)
        return median(taken)

    def update(self, process: PeerProcess) -> float:
        """Seconds in which excerpt sees that nothing has changed: its walk over all files."""
        return median(process.call("update")[1] for _ in range(_CHANGES))


def _spread(values: Sequence[T], n: int) -> Sequence[T]:
    """`n` of `values`, evenly."""
    return [values[number * len(values) // n] for number in range(min(n, len(values)))]
