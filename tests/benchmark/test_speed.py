"""A whole benchmark: every engine is built and every kind of query is run, in every way."""

from pathlib import Path

import pytest

from excerpt.benchmark.passage_file import PassageFile
from excerpt.benchmark.queries import USUAL_KINDS
from excerpt.benchmark.speed import (
    BenchmarkOptions,
    PeerResult,
    SpeedResult,
    measure_speed,
    queries_from,
    warm_up_queries,
)
from excerpt.benchmark.speed_report import speed_record, table_lines
from excerpt.benchmark.timing import Timing

FolderState = dict[str, tuple[int, int, int]]


def state_of(folder: Path) -> FolderState:
    """Return the size and the times of everything in `folder`."""
    stats = {str(path): path.stat() for path in folder.rglob("*")}
    return {
        path: (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for path, stat in stats.items()
    }


@pytest.fixture(scope="module")
def state(corpus: Path) -> FolderState:
    """The state of the corpus before the benchmark."""
    return state_of(corpus)


@pytest.fixture(scope="module")
def result(corpus: Path, state: FolderState) -> SpeedResult:
    """A benchmark against one other engine."""
    return measure_speed(
        corpus, BenchmarkOptions(against=("fts5",), n_queries=3, rounds=1, processes=1)
    )


@pytest.mark.benchmark
def test_a_benchmark_does_not_change_the_corpus(
    corpus: Path, state: FolderState, result: SpeedResult
) -> None:
    """Sizes and times of all files stay the same."""
    assert result.n_documents == 12
    assert state_of(corpus) == state


@pytest.mark.benchmark
def test_everything_is_measured(result: SpeedResult) -> None:
    """Each engine has the times of its build, of a change, and of every kind that it answers."""
    assert [peer.name for peer in result.peers] == ["excerpt", "fts5"]
    ours, other = result.peers
    assert list(ours.kinds) == list(USUAL_KINDS)
    assert list(other.kinds) == [kind for kind in USUAL_KINDS if kind != "fuzzy"]
    assert result.unmatched == ()
    for peer in result.peers:
        assert min(peer.built.seconds, peer.built.size, peer.change) > 0
        for kind in peer.kinds.values():
            assert kind.n_found == kind.repeated.stats.n == kind.uncached.stats.n == 3
            assert kind.cold.stats.n == result.options.rounds
            assert kind.highlighted is not None
    assert ours.unchanged is not None
    assert other.unchanged is None
    assert {timing.ratio for timing in timings_of(ours)} == {1.0}
    assert all(kind.reading is not None for kind in ours.kinds.values())
    assert all(start.search > 0 for start in result.starts.values())
    assert result.n_warm_up > 0
    assert result.html is None


@pytest.mark.benchmark
def test_the_results_can_be_reported(result: SpeedResult) -> None:
    """The table and the record name every kind and both engines."""
    text = "\n".join(table_lines(result))
    assert all(f"\n{kind} " in text for kind in USUAL_KINDS)
    assert [engine["name"] for engine in speed_record(result)["engines"]] == ["excerpt", "fts5"]


def timings_of(peer: PeerResult) -> list[Timing]:
    """Return the timings of all kinds in every way."""
    timings = []
    for kind in peer.kinds.values():
        timings += [kind.uncached, kind.uncached_cpu, kind.repeated, kind.repeated_cpu]
        timings += [kind.cold, kind.concurrent]
        timings += [kind.highlighted] if kind.highlighted else []
    return timings


def test_queries_that_warm_up_are_not_measured(passages: PassageFile) -> None:
    """They are of the same kinds, but different, so that the measured ones are new."""
    options = BenchmarkOptions(n_queries=8)
    queries = queries_from(passages, options)
    others = warm_up_queries(queries, passages, options)
    assert {query.kind for query in others} == set(USUAL_KINDS)
    measured = {(query.type, query.words) for query in queries}
    assert {(query.type, query.words) for query in others} & measured == set()
