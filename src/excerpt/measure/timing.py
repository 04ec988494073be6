"""Seconds → figures: medians, percentiles, rates and ratios.

Machines are shared and have moods. So engines are asked in turn, round by round, a question counts with the median
of its rounds, and a ratio is the median of the ratios within each round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

__all__ = ["Figures", "Seconds", "figures_of", "percentile", "ratio"]

Seconds = Sequence[float]


@dataclass(frozen=True, slots=True)
class Figures:
    """How long questions took, in milliseconds, and how many are answered in a second."""

    n: int
    median_ms: float
    p95_ms: float
    per_second: float


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
    return Figures(len(each), median(each) * 1e3, percentile(each, 0.95) * 1e3, len(each) / sum(each))


def ratio(rounds: Sequence[Seconds], others: Sequence[Seconds]) -> float:
    """How many times as long as `others` the median question of `rounds` took, among those that both were asked.

    >>> ratio([[1.0, 4.0, 3.0], [8.0, 8.0, 8.0]], [[1.0, 1.0, 1.0], [4.0, 4.0, 4.0]])
    2.5
    """
    n = min(map(len, (*rounds, *others)))
    return median(median(mine[:n]) / median(theirs[:n]) for mine, theirs in zip(rounds, others, strict=True))
