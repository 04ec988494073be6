"""An engine in another process reports errors and memory, and answers in turn or together."""

import sys
from pathlib import Path

import pytest

from benchmark_texts import queries_from
from excerpt.benchmark.passage_file import PassageFile
from excerpt.benchmark.peer_process import (
    PeerProcess,
    SeriesResult,
    drop_from_cache,
    load_into_cache,
)
from excerpt.benchmark.peers import AnswerContent
from excerpt.benchmark.queries import QueryType
from excerpt.benchmark.rounds import run_concurrently, run_rounds
from excerpt.errors import ExcerptError
from excerpt.indexing.pipeline import build


def test_an_error_of_an_engine_names_it(tmp_path: Path) -> None:
    """The process goes on and answers further calls."""
    with PeerProcess("excerpt", "default") as process:
        with pytest.raises(ExcerptError, match=r"^excerpt: "):
            process.call("open", tmp_path)
        for content in AnswerContent:
            assert process.query_types(content) == frozenset(QueryType)


def test_the_end_of_a_process_is_an_error() -> None:
    """The message has its exit code."""
    with PeerProcess("excerpt", "default") as process:
        process._process.kill()
        with pytest.raises(ExcerptError, match="ended with exit code -9"):
            process.call("peak_memory")


def test_the_memory_of_an_engine_is_watched(
    corpus: Path, passages: PassageFile, tmp_path: Path
) -> None:
    """A build takes more than five megabytes, the least that Python itself does."""
    with PeerProcess("excerpt", "default") as process, process.watch_memory() as memory:
        process.call("build", corpus, passages.file, tmp_path / "index", 1)
    assert memory.peak > 5_000_000


def test_several_processes_answer_together(
    corpus: Path, passages: PassageFile, tmp_path: Path
) -> None:
    """Each runs all queries repeatedly; a round runs no more queries than the first one did."""
    build(corpus, tmp_path / "index")
    queries = [query for query in queries_from(passages) if query.type is QueryType.WORD]
    with PeerProcess("excerpt", "default") as one, PeerProcess("excerpt", "default") as other:
        for process in (one, other):
            process.call("open", tmp_path / "index")
        (durations,) = run_concurrently([one, other], queries, 1).values()
        first = {"one": {"one word": SeriesResult((0.1, 0.1), (0.1, 0.1), (1, 1), (1, 1))}}
        again = run_rounds({"one": one}, queries, first, 2)
        totals = one.run(queries, AnswerContent.TOTAL)
    assert len(durations) == 2
    assert all(seconds > 0 for of_process in durations for seconds in of_process)
    assert [len(each.seconds) for each in again["one"]["one word"]] == [2, 2]
    assert again["one"]["one word"][0].totals == totals.totals[:2]
    assert set(totals.n_returned) == {0}


def test_files_are_moved_out_of_and_into_the_cache(tmp_path: Path) -> None:
    """On Linux, files are dropped from the cache; their contents stay the same."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"data")
    assert drop_from_cache(tmp_path) is (sys.platform == "linux")
    load_into_cache(tmp_path)
    assert (tmp_path / "a" / "file").read_bytes() == b"data"
