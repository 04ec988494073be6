"""Uncached queries run in new processes, each once, after others."""

from contextlib import ExitStack
from typing import Any

from benchmark_texts import word_query
from excerpt.benchmark.peer_process import SeriesResult
from excerpt.benchmark.peers import AnswerContent
from excerpt.benchmark.queries import BenchmarkQuery, QueryType
from excerpt.benchmark.rounds import run_uncached


class FakeProcess:
    """A process that keeps the words of its queries."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def query_types(self, content: AnswerContent) -> frozenset[QueryType]:
        return frozenset(QueryType)

    def run(self, queries: list[BenchmarkQuery], content: AnswerContent) -> SeriesResult:
        self.words += [query.words[0] for query in queries]
        n = len(queries)
        return SeriesResult((1.0,) * n, (0.5,) * n, (1,) * n, (1,) * n)


def test_each_round_asks_new_processes_once() -> None:
    """Each process answers the other queries first, and then each query a single time."""
    opened: list[FakeProcess] = []

    def open_all(_: ExitStack) -> dict[str, Any]:
        opened.extend((FakeProcess(), FakeProcess()))
        return {"one": opened[-2], "other": opened[-1]}

    queries = [word_query("a"), word_query("b")]
    results = run_uncached(open_all, [word_query("warm")], queries, 3)
    assert [process.words for process in opened] == [["warm", "a", "b"]] * 6
    assert results.keys() == {"one", "other"}
    assert [each.cpu_seconds for each in results["one"]["one word"]] == [(0.5, 0.5)] * 3
