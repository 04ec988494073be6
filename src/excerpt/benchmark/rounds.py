"""Queries → the results of several processes, which answer in turn, kind by kind, round by round.

Engines that take turns are slowed down alike when the machine is. A round after the first runs only
as many queries of a kind as the engine had time for in the first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import Final, TypeVar

from excerpt.benchmark.peer_process import PeerProcess, SeriesResult
from excerpt.benchmark.peers import AnswerContent
from excerpt.benchmark.queries import BenchmarkQuery

__all__ = [
    "Round",
    "Rounds",
    "group_by_kind",
    "run_concurrently",
    "run_round",
    "run_rounds",
    "run_uncached",
]

_CONCURRENT_SECONDS: Final = 0.1
"""Time for each round in which processes answer concurrently; long compared to their delays."""

T = TypeVar("T")
Round = dict[str, SeriesResult]
"""The result of one round for each kind of query."""
Rounds = dict[str, list[SeriesResult]]
"""The results of several rounds for each kind of query."""


def run_round(
    processes: Mapping[str, PeerProcess],
    queries: Sequence[BenchmarkQuery],
    content: AnswerContent = AnswerContent.TEXTS,
    number: int = 0,
    first: Mapping[str, Round] | None = None,
) -> dict[str, Round]:
    """Run `queries` once on each of `processes`, by name; `number` decides which begins.

    With `first`, an earlier round, run no more queries of a kind than were answered in it.
    """
    results: dict[str, Round] = {name: {} for name in processes}
    for kind, group in group_by_kind(queries):
        for name, process in _rotate(list(processes.items()), number):
            if group[0].type in process.query_types(content):
                n = len(first[name][kind].seconds) if first else len(group)
                results[name][kind] = process.run(group[:n], content)
    return results


def run_rounds(
    processes: Mapping[str, PeerProcess],
    queries: Sequence[BenchmarkQuery],
    first: Mapping[str, Round],
    n: int,
    content: AnswerContent = AnswerContent.TEXTS,
) -> dict[str, Rounds]:
    """Run `n` more rounds after the round `first`; return the results by process and kind."""
    return _join_rounds(
        [run_round(processes, queries, content, number, first) for number in range(n)]
    )


def run_uncached(
    open_all: Callable[[ExitStack], Mapping[str, PeerProcess]],
    warm_up: Sequence[BenchmarkQuery],
    queries: Sequence[BenchmarkQuery],
    n: int,
    content: AnswerContent = AnswerContent.TEXTS,
) -> dict[str, Rounds]:
    """Run `queries` once in each of `n` rounds, in new processes that answered `warm_up` before.

    `open_all` opens the processes of a round. Returns the results by process and kind.
    """
    rounds = []
    for number in range(n):
        with ExitStack() as stack:
            processes = open_all(stack)
            run_round(processes, warm_up, content)
            rounds.append(run_round(processes, queries, content, number))
    return _join_rounds(rounds)


def _join_rounds(rounds: Sequence[Mapping[str, Round]]) -> dict[str, Rounds]:
    """Return the results of several rounds by process and kind."""
    return {
        name: {kind: [each[name][kind] for each in rounds] for kind in first}
        for name, first in rounds[0].items()
    }


def run_concurrently(
    processes: Sequence[PeerProcess], queries: Sequence[BenchmarkQuery], n: int
) -> dict[str, list[list[float]]]:
    """Run the same queries on all of `processes` at the same time, for the time of `n` rounds.

    Each process begins with another query. Returns for each kind and process the seconds of each
    answer.
    """
    times = {}
    for kind, group in group_by_kind(queries):
        if group[0].type in processes[0].query_types():
            for number, process in enumerate(processes):
                rotated = _rotate(group, number * len(group) // len(processes))
                process.send("run_for", rotated, _CONCURRENT_SECONDS * n)
            times[kind] = [process.receive()[0] for process in processes]
    return times


def group_by_kind(
    queries: Sequence[BenchmarkQuery],
) -> Iterator[tuple[str, list[BenchmarkQuery]]]:
    """Yield each kind with its queries. Queries of a kind must be consecutive."""
    for kind, group in groupby(queries, lambda query: query.kind):
        yield kind, list(group)


def _rotate(values: Sequence[T], by: int) -> list[T]:
    start = by % len(values)
    return [*values[start:], *values[:start]]
