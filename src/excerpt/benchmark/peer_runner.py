"""One engine on one corpus → the cost of its build, cold answers, reading and a changed file."""

import random
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

from excerpt.benchmark.passage_file import PassageFile
from excerpt.benchmark.peer_process import PeerProcess, drop_from_cache, load_into_cache
from excerpt.benchmark.peers import AnswerContent, DocumentChange
from excerpt.benchmark.queries import BenchmarkQuery, QueryType
from excerpt.benchmark.rounds import Rounds, group_by_kind, run_uncached
from excerpt.errors import ExcerptError

__all__ = ["NEW_WORD", "BuildCost", "PeerRunner", "ReadCost"]

_SELF: Final = "excerpt"
_N_CHANGES: Final = 3
"""Repetitions of a change; the median counts."""
NEW_WORD: Final = "zqxjk"
"""The beginning of words that are added to changed documents, which no text contains."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BuildCost:
    """The cost of a build.

    seconds      duration
    peak_memory  bytes of all its processes together (0: unknown)
    size         bytes of the index on disk
    """

    seconds: float
    peak_memory: int
    size: int


@dataclass(frozen=True, slots=True)
class ReadCost:
    """The bytes of the index that a query reads, and the seconds of `numpy.sum` over them."""

    n_bytes: float
    seconds: float


class PeerRunner:
    """A runner of engines on the corpus in `folder`, which also holds their indexes."""

    def __init__(
        self, folder: Path, passages: PassageFile, ranking: str, processes: int, rounds: int
    ) -> None:
        self._folder, self._passages, self._ranking = folder, passages, ranking
        self._processes, self._rounds = processes, rounds
        self.is_evicted = False
        """True if the last cold answer came from an index that was dropped from the file cache."""

    def index_folder(self, name: str) -> Path:
        """Return the folder of the index of the engine `name`."""
        return self._folder / f"index-{name}"

    def _process(self, name: str) -> PeerProcess:
        return PeerProcess(name, self._ranking)

    def build(self, name: str) -> BuildCost:
        """Build the index of the engine `name`."""
        folder = self.index_folder(name)
        folder.mkdir()
        with self._process(name) as process, process.watch_memory() as memory:
            _, seconds = process.call(
                "build", self._folder / "corpus", self._passages.file, folder, self._processes
            )
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return BuildCost(seconds, memory.peak, size)

    def check(self, name: str, queries: Sequence[BenchmarkQuery]) -> None:
        """Run one query of each type, so that an engine that fails does so at the beginning.

        Raises:
            ExcerptError: if it fails.
        """
        with self._process(name) as process:
            process.call("open", self.index_folder(name))
            first_of_type = {query.type: query for query in reversed(queries)}
            types = process.query_types()
            process.run([query for each, query in first_of_type.items() if each in types])

    def queries_with_matches(self, queries: Sequence[BenchmarkQuery]) -> list[BenchmarkQuery]:
        """Return the queries that match at least one passage in excerpt."""
        with self._process(_SELF) as process:
            process.call("open", self.index_folder(_SELF))
            counts, _ = process.call("count", queries)
        return [query for query, count in zip(queries, counts, strict=True) if count]

    def time_cold(
        self, names: Sequence[str], queries: Sequence[BenchmarkQuery]
    ) -> dict[str, dict[str, list[float]]]:
        """Return for each engine and kind the seconds until a new process gives its first answer.

        Each process opens the index and answers one query; of each kind, there is one query per
        round. Where the system can, the files of the index are dropped from its cache before.
        """
        times: dict[str, dict[str, list[float]]] = {name: {} for name in names}
        for kind, group in group_by_kind(queries):
            for query in _spread(group, self._rounds):
                for name in names:
                    folder = self.index_folder(name)
                    self.is_evicted = drop_from_cache(folder)
                    with self._process(name) as process:
                        if query.type in process.query_types():
                            _, seconds = process.call("first_answer", folder, query)
                            times[name].setdefault(kind, []).append(seconds)
        return times

    def read_costs(self, queries: Sequence[BenchmarkQuery]) -> dict[str, ReadCost]:
        """Return for each kind the reading of excerpt's median query, each query run once."""
        costs = {}
        with self._process(_SELF) as process:
            process.call("open", self.index_folder(_SELF))
            for kind, group in group_by_kind(queries):
                each, _ = process.call("read_costs", group)
                sizes, seconds = zip(*each, strict=True)
                costs[kind] = ReadCost(float(median(sizes)), median(seconds))
        return costs

    def run_uncached(
        self,
        names: Sequence[str],
        warm_up: Sequence[BenchmarkQuery],
        queries: Sequence[BenchmarkQuery],
        content: AnswerContent = AnswerContent.TEXTS,
    ) -> dict[str, Rounds]:
        """Run `queries` once in each round on the engines `names`; see `rounds.run_uncached`."""

        def open_all(stack: ExitStack) -> dict[str, PeerProcess]:
            return {name: self.open(name, warm_up, stack) for name in names}

        return run_uncached(open_all, warm_up, queries, self._rounds, content)

    def open_several(
        self, name: str, queries: Sequence[BenchmarkQuery], stack: ExitStack
    ) -> list[PeerProcess]:
        """Open the index in as many processes as answer concurrently; see `open`."""
        return [self.open(name, queries, stack) for _ in range(self._processes)]

    def open(self, name: str, queries: Sequence[BenchmarkQuery], stack: ExitStack) -> PeerProcess:
        """Open the index of the engine `name` in a new process and answer one of `queries`.

        Its files are loaded into the system's cache. The answer makes an engine compile itself that
        does so on demand.
        """
        load_into_cache(self.index_folder(name))
        process = stack.enter_context(self._process(name))
        process.call("open", self.index_folder(name))
        process.run([query for query in queries if query.type in process.query_types()][:1])
        return process

    def time_change(self, process: PeerProcess) -> float:
        """Return the seconds from a change of a document until the new text is found.

        Raises:
            ExcerptError: if it is not found.
        """
        document, path, texts = self._passages.median_document()
        chance = random.Random(path)  # noqa: S311 - a made-up word, no secret
        times = []
        for _ in range(_N_CHANGES):
            word = NEW_WORD + "".join(chance.choices("bdfglmnprtvw", k=8))
            change = DocumentChange(document, path, (*texts, f"And also {word}."))
            is_found, seconds = process.call(
                "change", change, BenchmarkQuery("change", QueryType.WORD, (word,))
            )
            if not is_found:
                raise ExcerptError(
                    f"a word that was just added to {path} is not found.", where=process.name
                )
            times.append(seconds)
        return median(times)

    def time_unchanged(self, process: PeerProcess) -> float:
        """Return the seconds of a build of excerpt in which no file has changed."""
        return median(process.call("rebuild_unchanged")[1] for _ in range(_N_CHANGES))


def _spread(values: Sequence[T], n: int) -> Sequence[T]:
    """Return `n` of `values`, evenly spaced."""
    return [values[index * len(values) // n] for index in range(min(n, len(values)))]
