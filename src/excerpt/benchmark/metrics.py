"""Rankings and judgements → metrics of the rankings, and the p-value of a difference between two.

The metrics are those of trec_eval, through the library ir-measures, so that they can be compared
with published ones. Grades are used as gains without transformation (K. Järvelin, J. Kekäläinen:
Cumulated Gain-Based Evaluation of IR Techniques, 2002). Two runs are compared query by query with
Fisher's randomisation test (M. Smucker, J. Allan, B. Carterette: A Comparison of Statistical
Significance Tests for Information Retrieval Evaluation, 2007).
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import numpy as np

from excerpt.benchmark.judged_collection import Judgements
from excerpt.benchmark.run_files import TrecRun
from excerpt.errors import ExcerptError, Instruction

__all__ = [
    "METRICS",
    "N_PERMUTATIONS",
    "MetricValues",
    "evaluate",
    "import_ir_measures",
    "randomisation_test",
]

METRICS: Final = {"nDCG@10": "nDCG@10", "MAP@100": "AP@100", "recall@100": "R@100", "MRR": "RR"}
"""Name of each metric here and in ir-measures. MRR considers all documents of a run."""
N_PERMUTATIONS: Final = 10_000
"""Random permutations of the test."""
_BATCH: Final = 1_000
"""Permutations computed at once, to bound the memory."""
_EPSILON: Final = 1e-12
"""Permutations this close to the observed difference count as equal to it."""

MetricValues = dict[str, dict[str, float]]
"""For each metric the value of each query."""


def import_ir_measures() -> Any:
    """Return the module `ir_measures`.

    Raises:
        ExcerptError: if it is not installed.
    """
    try:
        return import_module("ir_measures")
    except ImportError as error:
        raise ExcerptError(
            "The metrics need the library ir-measures, which is not installed.",
            Instruction('Install it: pip install "excerpt[quality]"'),
        ) from error


def evaluate(run: TrecRun, judgements: Judgements) -> MetricValues:
    """Return the metrics of `run` for each query of `judgements`; 0 for a query without results.

    Raises:
        ExcerptError: if ir-measures is not installed.
    """
    library = import_ir_measures()
    names = {library.parse_measure(theirs): ours for ours, theirs in METRICS.items()}
    # trec_eval sorts by score and breaks ties by name. With the rank as score, the order of the run
    # is kept.
    by_rank = {
        query: {document: float(-rank) for rank, (document, _) in enumerate(run[query])}
        for query in judgements
        if run.get(query)
    }
    values: MetricValues = {name: dict.fromkeys(judgements, 0.0) for name in METRICS}
    for result in library.iter_calc(list(names), judgements, by_rank):
        values[names[result.measure]][result.query_id] = float(result.value)
    return values


def randomisation_test(
    differences: Sequence[float], n_permutations: int = N_PERMUTATIONS, seed: int = 1
) -> float:
    """Return the two-sided p-value of paired `differences`.

    It is the probability of a mean at least as far from 0 if the sign of each difference is random.

    >>> randomisation_test([0.0, 0.0])
    1.0
    >>> randomisation_test([0.1] * 20) < 0.001
    True
    """
    values = np.asarray(differences, np.float64)
    observed = abs(float(values.sum())) - _EPSILON
    chance = np.random.default_rng(seed)
    n_extreme = 0
    for start in range(0, n_permutations, _BATCH):
        shape = (min(_BATCH, n_permutations - start), values.size)
        signs = chance.integers(0, 2, shape, np.int8) * 2 - 1
        n_extreme += int(np.count_nonzero(abs(signs @ values) >= observed))
    return (n_extreme + 1) / (n_permutations + 1)
