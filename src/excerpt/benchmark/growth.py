"""A corpus → the times of the same queries on several multiples of it, and the index sizes.

The larger corpora consist of the passages of the corpus and changed copies of them. All of them
answer in turn, so that the ratios hold on a machine whose speed varies. Each query is run once in
each round, in a process that has answered other queries before: in some processes for the ten best
passages with their texts, in others for the exact total alone.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from excerpt.benchmark.copies import write_copies
from excerpt.benchmark.corpora import prepare_corpus
from excerpt.benchmark.passage_file import PassageFile, check_disk_space
from excerpt.benchmark.peer_process import PeerProcess
from excerpt.benchmark.peer_runner import BuildCost, PeerRunner
from excerpt.benchmark.peers import AnswerContent
from excerpt.benchmark.queries import no_matches
from excerpt.benchmark.rounds import Rounds, run_uncached
from excerpt.benchmark.speed import BenchmarkOptions, queries_from, warm_up_queries
from excerpt.benchmark.timing import LatencyStats, latency_stats, median_ratio

__all__ = ["CorpusSize", "GrowthResult", "GrowthSeries", "measure_growth"]

_SELF: Final = "excerpt"


@dataclass(frozen=True, slots=True)
class CorpusSize:
    """A corpus `times` as large as the original: its bytes, and the cost of its build."""

    times: int
    n_bytes: int
    built: BuildCost


@dataclass(frozen=True, slots=True)
class GrowthSeries:
    """The times of one kind of query at each size, and the ratio of the last to the first."""

    stats: tuple[LatencyStats, ...]
    ratio: float


@dataclass(frozen=True, slots=True)
class GrowthResult:
    """The results at all sizes: `kinds` for the ten best passages, `totals` for the total alone."""

    corpus: str
    n_passages: int
    options: BenchmarkOptions
    n_used: int
    sizes: tuple[CorpusSize, ...]
    kinds: dict[str, GrowthSeries]
    totals: dict[str, GrowthSeries]


def measure_growth(
    corpus: Path | int,
    times: Sequence[int],
    options: BenchmarkOptions,
    report: Callable[[str], None] = lambda _: None,
) -> GrowthResult:
    """Measure on the folder `corpus` or as many megabytes of noise, at each multiple in `times`.

    `report` is called with each step before it begins.

    Raises:
        CorpusError: if there is no text in it.
        ExcerptError: if the disk has no space, or no query matches anything.
    """
    with TemporaryDirectory(prefix="excerpt-bench-") as name:
        folder = Path(name)
        texts = prepare_corpus(corpus, 1, 1, folder, report)
        runners, sizes = _build_sizes(texts.passages, times, folder, options, report)
        sampled = options.queries or queries_from(texts.passages, options)
        queries = runners[str(times[0])].queries_with_matches(sampled)
        if not queries:
            raise no_matches(texts.name)
        warm_up = warm_up_queries(queries, texts.passages, options)
        report(f"running {len(queries):,} queries")

        def open_all(stack: ExitStack) -> dict[str, PeerProcess]:
            return {size: each.open(_SELF, warm_up, stack) for size, each in runners.items()}

        answers, totals = (
            run_uncached(open_all, warm_up, queries, options.rounds, content)
            for content in (AnswerContent.TEXTS, AnswerContent.TOTAL)
        )
    return GrowthResult(
        corpus=texts.name,
        n_passages=texts.passages.n_passages,
        options=options,
        n_used=len(queries),
        sizes=tuple(sizes),
        kinds=_series([answers[size] for size in runners]),
        totals=_series([totals[size] for size in runners]),
    )


def _build_sizes(
    passages: PassageFile,
    times: Sequence[int],
    folder: Path,
    options: BenchmarkOptions,
    report: Callable[[str], None],
) -> tuple[dict[str, PeerRunner], list[CorpusSize]]:
    """Write the corpus and build its index at each of `times`, in a folder of that name."""
    check_disk_space(passages.n_bytes * sum(times), folder)
    runners, sizes = {}, []
    for multiple in times:
        report(f"building {multiple} times the corpus")
        n_bytes = write_copies(passages, multiple, folder / str(multiple) / "corpus")
        runner = PeerRunner(
            folder / str(multiple), passages, options.ranking, options.processes, options.rounds
        )
        runners[str(multiple)] = runner
        sizes.append(CorpusSize(multiple, n_bytes, runner.build(_SELF)))
    return runners, sizes


def _series(results: Sequence[Rounds]) -> dict[str, GrowthSeries]:
    """Return the times of each kind, given the results at each size."""
    seconds = [
        {kind: [each.seconds for each in rounds] for kind, rounds in size.items()}
        for size in results
    ]
    return {
        kind: GrowthSeries(
            tuple(latency_stats(size[kind]) for size in seconds),
            median_ratio(seconds[-1][kind], seconds[0][kind]),
        )
        for kind in seconds[0]
    }
