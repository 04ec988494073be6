"""A corpus → the speed of excerpt and of its peers, from the build to the first answer.

Everything happens in a temporary folder, on a copy of the corpus. Each engine builds and answers in
a process of its own. A query is timed in several ways:

uncached     once, by a process that has answered other queries before
highlighted  as uncached, with the matches highlighted, by engines that do so themselves
repeated     again and again; caches of earlier identical queries answer, where an engine has them
concurrent   as repeated, by several processes at the same time
cold         by a new process that opens the index, dropped from the system's file cache

Engines are compared on the same queries, which they answer in turn. Uncached and repeated queries
are timed by the clock and by the work on a processor.
"""

import os
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from excerpt.benchmark.corpora import BenchmarkCorpus, prepare_corpus
from excerpt.benchmark.html_rate import HtmlRate, measure_html_rate
from excerpt.benchmark.passage_file import PassageFile
from excerpt.benchmark.peer_process import PeerProcess, SeriesResult
from excerpt.benchmark.peer_runner import NEW_WORD, BuildCost, PeerRunner, ReadCost
from excerpt.benchmark.peers import AnswerContent, load_peer
from excerpt.benchmark.queries import (
    USUAL_KINDS,
    BenchmarkQuery,
    QueryType,
    no_matches,
    sample_queries,
)
from excerpt.benchmark.rounds import Rounds, run_concurrently, run_round, run_rounds
from excerpt.benchmark.start_up import MINIMAL_IMPORTS, StartUpTime, measure_start_up
from excerpt.benchmark.timing import Timing, compare_concurrent, compare_rounds
from excerpt.errors import ExcerptError

__all__ = [
    "BenchmarkOptions",
    "KindResult",
    "PeerResult",
    "SpeedResult",
    "measure_speed",
    "queries_from",
    "warm_up_queries",
]

_SELF: Final = "excerpt"
_N_SAMPLED: Final = 2_000
"""Passages from which queries are sampled."""
_STARTS_PER_ROUND: Final = 2


@dataclass(frozen=True, slots=True)
class BenchmarkOptions:
    """The options of a benchmark.

    against    other engines to measure
    copies     size of the corpus in copies of the texts
    queries    the queries (empty: they are sampled)
    n_given    number of queries in the file that `queries` were read from
    kinds      kinds of queries to sample
    n_queries  queries to sample of each kind
    rounds     repetitions per query; for an uncached query, in a new process each
    processes  worker processes of a build, and processes that answer concurrently
    seed       random seed of the sample
    ranking    ranking of excerpt: "default" or "bm25"
    """

    against: tuple[str, ...] = ()
    copies: int = 1
    queries: tuple[BenchmarkQuery, ...] = ()
    n_given: int = 0
    kinds: tuple[str, ...] = USUAL_KINDS
    n_queries: int = 100
    rounds: int = 5
    processes: int = 2
    seed: int = 1
    ranking: str = "default"


@dataclass(frozen=True, slots=True)
class KindResult:
    """The timings of an engine on the queries of one kind; `_cpu` stands for work on a processor.

    highlighted  None if the engine does not highlight matches of this kind
    n_found      number of queries that returned something
    n_matches    number of matching passages of all queries (None: not counted)
    reading      reading of the median query (None: unknown)
    """

    uncached: Timing
    uncached_cpu: Timing
    highlighted: Timing | None
    repeated: Timing
    repeated_cpu: Timing
    concurrent: Timing
    cold: Timing
    n_found: int
    n_matches: int | None
    reading: ReadCost | None = None


@dataclass(slots=True)
class PeerResult:
    """The results of one engine.

    settings   its configuration, for the report
    built      cost of its build
    memory     bytes of a process that has answered all queries
    change     seconds until a changed document is found
    unchanged  seconds of a build in which no file has changed (None: the engine reads no files)
    kinds      results for each kind of query
    """

    name: str
    settings: dict[str, str]
    built: BuildCost
    memory: int = 0
    change: float = 0.0
    unchanged: float | None = None
    kinds: dict[str, KindResult] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpeedResult:
    """The results of a benchmark.

    corpus        name of the corpus
    n_documents   number of distinct source files; their bytes, passages and words follow
    n_terms       number of distinct words
    n_sampled     number of queries sampled or given
    n_used        number of these that match something, which all engines answered
    n_warm_up     number of other queries, which were run before
    unmatched     kinds without a query that matches something
    peers         results of each engine, excerpt first
    left_out      reason for each engine that could not be measured
    starts        start-up times, for plain words and for operators
    html          build rate on HTML (None: the corpus has none)
    is_evicted    True if indexes were dropped from the file cache before cold answers
    load          load average of the machine at the beginning
    """

    corpus: str
    n_documents: int
    n_bytes: int
    n_passages: int
    n_words: int
    n_terms: int
    options: BenchmarkOptions
    n_sampled: int
    n_used: int
    n_warm_up: int
    unmatched: tuple[str, ...]
    peers: tuple[PeerResult, ...]
    left_out: dict[str, str]
    starts: dict[str, StartUpTime]
    html: HtmlRate | None
    is_evicted: bool
    load: float = 0.0


def measure_speed(
    corpus: Path | int,
    options: BenchmarkOptions,
    report: Callable[[str], None] = lambda _: None,
) -> SpeedResult:
    """Run the benchmark on the folder `corpus`, or on as many megabytes of noise.

    `report` is called with each step before it begins.

    Raises:
        CorpusError: if there is no text in it.
        ExcerptError: if the disk has no space, no query matches anything, or excerpt fails.
    """
    load = os.getloadavg()[0]
    with TemporaryDirectory(prefix="excerpt-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        texts = prepare_corpus(corpus, options.copies, 1 + len(options.against), folder, report)
        result = _measure_engines(folder, texts, options, stack=stack, report=report)
    return replace(result, load=load)


def _measure_engines(
    folder: Path,
    texts: BenchmarkCorpus,
    options: BenchmarkOptions,
    *,
    stack: ExitStack,
    report: Callable[[str], None],
) -> SpeedResult:
    """Run all parts of the benchmark on `folder`/corpus, which holds `texts`."""
    passages, rounds = texts.passages, options.rounds
    queries = options.queries or queries_from(texts.original, options)
    runner = PeerRunner(folder, passages, options.ranking, options.processes, rounds)
    peers, left_out = _build_all(runner, queries, options, report)
    used = runner.queries_with_matches(queries)
    if not used:
        raise no_matches(texts.name)
    warm_up = warm_up_queries(used, texts.original, options)
    processes = _time_queries(
        runner, peers, used, warm_up, options=options, stack=stack, report=report
    )
    report("timing start-up, HTML and a changed document")
    starts = _measure_starts(runner, folder / "compiled", used, rounds)
    html = measure_html_rate(folder / "corpus", folder / "html", rounds, options.processes)
    for peer in peers:
        peer.change = runner.time_change(processes[peer.name])
    peers[0].unchanged = runner.time_unchanged(processes[_SELF])
    n_words, n_terms = processes[_SELF].call("vocabulary_size")[0]
    return SpeedResult(
        corpus=texts.name,
        n_documents=passages.n_documents,
        n_bytes=passages.n_bytes,
        n_passages=passages.n_passages,
        n_words=n_words,
        n_terms=n_terms,
        options=options,
        n_sampled=len(queries),
        n_used=len(used),
        n_warm_up=len(warm_up),
        unmatched=_unmatched_kinds(queries, used, options),
        peers=tuple(peers),
        left_out=left_out,
        starts=starts,
        html=html,
        is_evicted=runner.is_evicted,
    )


def _build_all(
    runner: PeerRunner,
    queries: Sequence[BenchmarkQuery],
    options: BenchmarkOptions,
    report: Callable[[str], None],
) -> tuple[list[PeerResult], dict[str, str]]:
    """Build the index of every engine; return these, and the reason for each that failed."""
    peers: list[PeerResult] = []
    left_out: dict[str, str] = {}
    for name in (_SELF, *options.against):
        report(f"building with {name}")
        try:
            settings = dict(load_peer(name, options.ranking).settings)
            peer = PeerResult(name, settings, runner.build(name))
            runner.check(name, queries)
        except (ExcerptError, ImportError) as error:
            if name == _SELF:
                raise
            reason = error.message if isinstance(error, ExcerptError) else str(error)
            left_out[name] = reason.partition("\n")[0]
        else:
            peers.append(peer)
    return peers, left_out


class _RawTimes(NamedTuple):
    """The results of one engine by kind of query, one field for each way of timing."""

    uncached: Rounds
    highlighted: Rounds
    repeated: Rounds
    concurrent: dict[str, list[list[float]]]
    cold: dict[str, list[float]]


def _time_queries(
    runner: PeerRunner,
    peers: Sequence[PeerResult],
    queries: Sequence[BenchmarkQuery],
    warm_up: Sequence[BenchmarkQuery],
    *,
    options: BenchmarkOptions,
    stack: ExitStack,
    report: Callable[[str], None],
) -> dict[str, PeerProcess]:
    """Time `queries` in every way and store the results in `peers`.

    Returns a process of each engine, with its index open.
    """
    report(f"running {len(queries):,} queries: cold")
    names = [peer.name for peer in peers]
    cold = runner.time_cold(names, queries)
    reading = runner.read_costs(queries)
    report(f"running {len(warm_up):,} others before these, once in each new process: uncached")
    uncached = runner.run_uncached(names, warm_up, queries)
    highlighted = runner.run_uncached(names, warm_up, queries, AnswerContent.HIGHLIGHTS)
    opened = {
        peer.name: runner.open_several(peer.name, [*warm_up, *queries], stack) for peer in peers
    }
    processes = {name: several[0] for name, several in opened.items()}
    report("repeating them, and running them in concurrent processes")
    first = run_round(processes, queries)
    repeated = run_rounds(processes, queries, first, options.rounds)
    concurrent = {
        name: run_concurrently(several, queries, options.rounds) for name, several in opened.items()
    }
    times = {
        name: _RawTimes(
            uncached[name], highlighted[name], repeated[name], concurrent[name], cold[name]
        )
        for name in opened
    }
    for peer in peers:
        peer.kinds = {
            kind: _kind_result(
                kind, times[peer.name], times[_SELF], reading[kind] if peer.name == _SELF else None
            )
            for kind in times[peer.name].uncached
        }
        peer.memory = processes[peer.name].memory()
    return processes


def _kind_result(
    kind: str, theirs: _RawTimes, ours: _RawTimes, reading: ReadCost | None
) -> KindResult:
    first = theirs.uncached[kind][0]
    totals = [total for total in first.totals if total is not None]
    uncached, uncached_cpu = _timings(theirs.uncached[kind], ours.uncached[kind])
    repeated, repeated_cpu = _timings(theirs.repeated[kind], ours.repeated[kind])
    is_highlighted = kind in theirs.highlighted
    return KindResult(
        uncached=uncached,
        uncached_cpu=uncached_cpu,
        highlighted=(
            _timings(theirs.highlighted[kind], ours.highlighted[kind])[0]
            if is_highlighted
            else None
        ),
        repeated=repeated,
        repeated_cpu=repeated_cpu,
        concurrent=compare_concurrent(theirs.concurrent[kind], ours.concurrent[kind]),
        cold=compare_rounds([theirs.cold[kind]], [ours.cold[kind]]),
        n_found=sum(1 for n_returned in first.n_returned if n_returned),
        n_matches=sum(totals) if len(totals) == len(first.totals) else None,
        reading=reading,
    )


def _timings(theirs: Sequence[SeriesResult], ours: Sequence[SeriesResult]) -> tuple[Timing, Timing]:
    """Return the timing by the clock, and by the work on a processor."""
    return (
        compare_rounds([each.seconds for each in theirs], [each.seconds for each in ours]),
        compare_rounds([each.cpu_seconds for each in theirs], [each.cpu_seconds for each in ours]),
    )


def _measure_starts(
    runner: PeerRunner, compiled: Path, queries: Sequence[BenchmarkQuery], rounds: int
) -> dict[str, StartUpTime]:
    """Time searches from the shell for one word of `queries`, without and with an operator."""
    plain = [query for query in queries if query.type is not QueryType.QUERY]
    word = [*plain, *queries][0].words[0]
    texts = {"words": word, "operators": f"{word} NOT {NEW_WORD}"}
    n = _STARTS_PER_ROUND * rounds
    return {
        name: measure_start_up(text, MINIMAL_IMPORTS[name], runner.index_folder(_SELF), compiled, n)
        for name, text in texts.items()
    }


def queries_from(passages: PassageFile, options: BenchmarkOptions) -> tuple[BenchmarkQuery, ...]:
    """Return queries sampled from random passages."""
    chance = random.Random(options.seed)  # noqa: S311 - a sample, no secret
    n = min(_N_SAMPLED, passages.n_passages)
    texts = [
        passages.passage(index).text
        for index in sorted(chance.sample(range(passages.n_passages), n))
    ]
    return tuple(sample_queries(texts, options.n_queries, options.seed, options.kinds))


def warm_up_queries(
    queries: Sequence[BenchmarkQuery], passages: PassageFile, options: BenchmarkOptions
) -> list[BenchmarkQuery]:
    """Return queries of the same kinds that are not among `queries`, so that those are new."""
    known = {(query.type, query.words) for query in queries}
    others = queries_from(passages, replace(options, seed=options.seed + 1))
    return [query for query in others if (query.type, query.words) not in known]


def _unmatched_kinds(
    queries: Sequence[BenchmarkQuery], used: Sequence[BenchmarkQuery], options: BenchmarkOptions
) -> tuple[str, ...]:
    """Return the kinds without a query in `used`: none could be sampled, or none matches."""
    found = {query.kind for query in used}
    wanted = dict.fromkeys(query.kind for query in queries) if options.queries else options.kinds
    return tuple(kind for kind in wanted if kind not in found)
