"""Seconds → figures: medians, percentiles, rates and ratios.

Machines are shared and have moods. So engines are asked in turn, round by round, a question counts with the median
of its rounds, and a ratio is the median of the ratios within each round.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

__all__ = [
    "Figures",
    "Seconds",
    "Timing",
    "figures_of",
    "percentile",
    "ratio",
    "timing_of",
    "together_of",
]

Seconds = Sequence[float]


@dataclass(frozen=True, slots=True)
class Figures:
    """How long questions took, in milliseconds, and how many are answered in a second."""

    n: int
    median_ms: float
    p95_ms: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Timing:
    """The figures of an engine for some questions, and how many times as long as excerpt it took for them."""

    figures: Figures
    ratio: float


def percentile(values: Seconds, share: float) -> float:
    """The value below which the `share` of all `values` lies, between its neighbours where it falls between two.

    >>> percentile([1.0, 2.0, 3.0], 0.75)
    2.5
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def figures_of(rounds: Sequence[Seconds]) -> Figures:
    """The figures of questions that took so long in each of several rounds, of those that were asked in all."""
    each = [median(question) for question in zip(*rounds, strict=False)]
    return Figures(
        len(each), median(each) * 1e3, percentile(each, 0.95) * 1e3, len(each) / sum(each)
    )


def timing_of(rounds: Sequence[Seconds], ours: Sequence[Seconds]) -> Timing:
    """The figures of an engine by its rounds and by those of excerpt."""
    return Timing(figures_of(rounds), ratio(rounds, ours))


def together_of(processes: Sequence[Seconds], ours: Sequence[Seconds]) -> Timing:
    """The figures of several processes side by side: of all their answers, and as many a second as they give together.

    >>> together_of([[0.1], [0.2, 0.2]], [[0.1, 0.1], [0.1]])
    Timing(figures=Figures(n=3, median_ms=200.0, p95_ms=200.0, per_second=15.0), ratio=2.0)
    """
    every = [seconds for process in processes for seconds in process]
    rate = sum(len(process) / sum(process) for process in processes)
    others = [seconds for process in ours for seconds in process]
    return Timing(replace(figures_of([every]), per_second=rate), median(every) / median(others))


def ratio(rounds: Sequence[Seconds], others: Sequence[Seconds]) -> float:
    """How many times as long as `others` the median question of `rounds` took, among those that both were asked.

    >>> ratio([[1.0, 4.0, 3.0], [8.0, 8.0, 8.0]], [[1.0, 1.0, 1.0], [4.0, 4.0, 4.0]])
    2.5
    """
    n = min(map(len, (*rounds, *others)))
    return median(
        median(mine[:n]) / median(theirs[:n]) for mine, theirs in zip(rounds, others, strict=True)
    )
