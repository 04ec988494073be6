"""Rankings and judgements → how good the rankings are, and whether one is better than another by more than chance.

The metrics are those of trec_eval, through the library ir-measures, so that figures can be compared with published ones.
Grades are gains as they stand (K. Järvelin, J. Kekäläinen: Cumulated Gain-Based Evaluation of IR Techniques, 2002).
Two runs are compared query by query with Fisher's randomisation test (M. Smucker, J. Allan, B. Carterette: A Comparison
of Statistical Significance Tests for Information Retrieval Evaluation, 2007).
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from statistics import fmean
from typing import Any, Final

import numpy as np

from excerpt.benchmark.judged import Judgements
from excerpt.benchmark.run_files import Run
from excerpt.errors import Advice, ExcerptError

__all__ = ["METRICS", "ROUNDS", "Values", "chance_of", "library", "mean", "values_of"]

METRICS: Final = {"nDCG@10": "nDCG@10", "MAP@100": "AP@100", "recall@100": "R@100", "MRR": "RR"}
"""What figures are called here, and in the library; the last is of the documents that a run has."""
ROUNDS: Final = 10_000
"""Random rounds of the test."""
_AT_ONCE: Final = 1_000
_NEGLIGIBLE: Final = 1e-12

Values = dict[str, dict[str, float]]
"""For each metric the value of each query."""


def library() -> Any:
    """The module `ir_measures`.

    Raises:
        ExcerptError: if it is not installed.
    """
    try:
        return import_module("ir_measures")
    except ImportError as error:
        raise ExcerptError(
            "The metrics need the library ir-measures, which is not installed.",
            Advice('Install it: pip install "excerpt[quality]"'),
        ) from error


def values_of(run: Run, judgements: Judgements) -> Values:
    """The metrics of `run` for each query of `judgements`; 0 where it finds nothing.

    Raises:
        ExcerptError: if the library is not installed.
    """
    measures = library()
    names = {measures.parse_measure(theirs): ours for ours, theirs in METRICS.items()}
    # trec_eval sorts by score and breaks ties by name; the rank, taken for the score, keeps the run's own order.
    by_rank = {
        query: {document: float(-rank) for rank, (document, _) in enumerate(run[query])}
        for query in judgements
        if run.get(query)
    }
    values: Values = {name: dict.fromkeys(judgements, 0.0) for name in METRICS}
    for one in measures.iter_calc(list(names), judgements, by_rank):
        values[names[one.measure]][one.query_id] = float(one.value)
    return values


def mean(values: Mapping[str, float]) -> float:
    """The mean over all queries."""
    return fmean(values.values())


def chance_of(differences: Sequence[float], rounds: int = ROUNDS, seed: int = 1) -> float:
    """How probable a mean at least as far from 0 as that of `differences` is, if each might as well have the other sign.

    >>> chance_of([0.0, 0.0])
    1.0
    >>> chance_of([0.1] * 20) < 0.001
    True
    """
    values = np.asarray(differences, np.float64)
    observed = abs(float(values.sum())) - _NEGLIGIBLE
    chance = np.random.default_rng(seed)
    n_as_far = 0
    for first in range(0, rounds, _AT_ONCE):
        shape = (min(_AT_ONCE, rounds - first), values.size)
        signs = chance.integers(0, 2, shape, np.int8) * 2 - 1
        n_as_far += int(np.count_nonzero(abs(signs @ values) >= observed))
    return (n_as_far + 1) / (rounds + 1)
