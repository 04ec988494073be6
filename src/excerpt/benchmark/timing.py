"""Durations → medians, percentiles, rates and ratios.

Machines are shared, and their speed varies. Engines are therefore timed in turn, round by round; a
query counts with the median of its rounds, and a ratio is the median of the ratios within each
round.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

__all__ = [
    "LatencyStats",
    "Seconds",
    "Timing",
    "compare_concurrent",
    "compare_rounds",
    "latency_stats",
    "median_ratio",
    "percentile",
]

Seconds = Sequence[float]
"""The duration of each query of a series."""


@dataclass(frozen=True, slots=True)
class LatencyStats:
    """The durations of `n` queries in milliseconds, and the queries answered per second."""

    n: int
    median_ms: float
    p95_ms: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Timing:
    """The durations of an engine, and their ratio to those of excerpt."""

    stats: LatencyStats
    ratio: float


def percentile(values: Seconds, share: float) -> float:
    """Return the value below which `share` of `values` lie, interpolated between neighbours.

    >>> percentile([1.0, 2.0, 3.0], 0.75)
    2.5
    """
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def latency_stats(rounds: Sequence[Seconds]) -> LatencyStats:
    """Return the statistics of queries that were run in several rounds.

    Queries that some round did not reach are left out.
    """
    medians = [median(query) for query in zip(*rounds, strict=False)]
    return LatencyStats(
        len(medians),
        median(medians) * 1e3,
        percentile(medians, 0.95) * 1e3,
        len(medians) / sum(medians),
    )


def compare_rounds(rounds: Sequence[Seconds], ours: Sequence[Seconds]) -> Timing:
    """Return the timing of an engine from its rounds and those of excerpt."""
    return Timing(latency_stats(rounds), median_ratio(rounds, ours))


def compare_concurrent(processes: Sequence[Seconds], ours: Sequence[Seconds]) -> Timing:
    """Return the timing of all answers of concurrent processes, with their rates added up.

    >>> compare_concurrent([[0.1], [0.2, 0.2]], [[0.1, 0.1], [0.1]])
    Timing(stats=LatencyStats(n=3, median_ms=200.0, p95_ms=200.0, per_second=15.0), ratio=2.0)
    """
    theirs = [seconds for process in processes for seconds in process]
    rate = sum(len(process) / sum(process) for process in processes)
    mine = [seconds for process in ours for seconds in process]
    stats = replace(latency_stats([theirs]), per_second=rate)
    return Timing(stats, median(theirs) / median(mine))


def median_ratio(rounds: Sequence[Seconds], others: Sequence[Seconds]) -> float:
    """Return the median over the rounds of the ratio between the medians of both.

    Only queries that both have answered in every round count.

    >>> median_ratio([[1.0, 4.0, 3.0], [8.0, 8.0, 8.0]], [[1.0, 1.0, 1.0], [4.0, 4.0, 4.0]])
    2.5
    """
    n = min(map(len, (*rounds, *others)))
    return median(
        median(mine[:n]) / median(theirs[:n]) for mine, theirs in zip(rounds, others, strict=True)
    )
