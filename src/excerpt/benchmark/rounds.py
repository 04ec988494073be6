"""Questions → what comes of them when several processes are asked in turn, kind by kind, round by round.

Engines that take turns meet the same moods of a machine. A round that is not the first asks a peer only as many
questions of a kind as it had the time for in the first.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, TypeVar

from excerpt.benchmark.peers import Way
from excerpt.benchmark.process import Asked, PeerProcess
from excerpt.benchmark.queries import Question

__all__ = ["Round", "Rounds", "ask_again", "ask_round", "ask_together", "by_kind"]

_SECONDS_A_ROUND: Final = 0.1
"""For which processes side by side are asked on and on: enough to make up for not starting as one."""

T = TypeVar("T")
Round = dict[str, Asked]
Rounds = dict[str, list[Asked]]
"""For each kind of question what came of it, once or in several rounds."""


def ask_round(
    processes: Mapping[str, PeerProcess],
    questions: Sequence[Question],
    way: Way = Way.TEXTS,
    number: int = 0,
    first: Mapping[str, Round] | None = None,
) -> dict[str, Round]:
    """What comes of `questions`, for each of `processes`; the `number` of the round says who begins."""
    found: dict[str, Round] = {name: {} for name in processes}
    for kind, asked in by_kind(questions):
        for name, process in _turned(list(processes.items()), number):
            if asked[0].form in process.forms(way):
                n = len(first[name][kind].seconds) if first else len(asked)
                found[name][kind] = process.ask(asked[:n], way)
    return found


def ask_again(
    processes: Mapping[str, PeerProcess],
    questions: Sequence[Question],
    first: Mapping[str, Round],
    n: int,
    way: Way = Way.TEXTS,
) -> dict[str, Rounds]:
    """What comes of `questions` in `n` more rounds after the `first`: for each of `processes` and each kind, in turn."""
    rounds = [ask_round(processes, questions, way, number, first) for number in range(n)]
    return {
        name: {kind: [each[name][kind] for each in rounds] for kind in rounds[0][name]}
        for name in processes
    }


def ask_together(
    processes: Sequence[PeerProcess], questions: Sequence[Question], n: int
) -> dict[str, list[list[float]]]:
    """The seconds of each answer of each of `processes`, which are all asked the same side by side in different order,
    for as long as `n` rounds."""
    taken = {}
    for kind, asked in by_kind(questions):
        if asked[0].form in processes[0].forms():
            for number, process in enumerate(processes):
                turned = _turned(asked, number * len(asked) // len(processes))
                process.send("ask_on", turned, _SECONDS_A_ROUND * n)
            taken[kind] = [process.receive()[0] for process in processes]
    return taken


def by_kind(questions: Sequence[Question]) -> Iterator[tuple[str, list[Question]]]:
    """`questions` by their kind, as they come."""
    for kind, group in groupby(questions, lambda question: question.kind):
        yield kind, list(group)


def _turned(values: Sequence[T], by: int) -> list[T]:
    at = by % len(values)
    return [*values[at:], *values[:at]]
