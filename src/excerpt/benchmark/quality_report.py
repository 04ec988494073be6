"""The quality of a ranking → a table for people, and one JSON object for programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from excerpt._version import __version__
from excerpt.benchmark.metrics import METRICS, N_PERMUTATIONS
from excerpt.benchmark.quality import QualityResult

__all__ = ["SCHEMA", "json_report", "quality_record", "table_lines"]

SCHEMA: Final = 2
"""Version of the JSON object."""


def quality_record(result: QualityResult) -> dict[str, Any]:
    """Return the results except for the rankings, as JSON values; metrics are between 0 and 1."""
    comparisons = {name: asdict(each) for name, each in result.comparisons.items()}
    return {
        "schema": SCHEMA,
        "excerpt": __version__,
        "collection": {
            "name": result.collection,
            "documents": result.n_documents,
            "passages": result.n_passages,
            "queries": result.n_queries,
            "left_out": result.n_left_out,
            "absent": result.n_absent,
        },
        "metrics": result.metrics,
        "answered": result.answered,
        "against": comparisons or None,
    }


def json_report(result: QualityResult) -> str:
    """Return the results as one JSON object."""
    return json.dumps(quality_record(result), indent=2, ensure_ascii=False)


def table_lines(result: QualityResult) -> Iterator[str]:
    """Yield the report: the metrics for each length of the queries, then the comparison."""
    yield (
        f"{result.collection}: {result.n_documents:,} documents, {result.n_passages:,} passages,"
        f" {result.n_queries:,} queries"
    )
    if result.n_left_out:
        yield f"Left out: {result.n_left_out:,} queries without a relevant document."
    if result.n_absent:
        yield f"Judgements of documents that the collection does not contain: {result.n_absent:,}."
    yield ""
    yield _row("", list(METRICS))
    for name, means in result.metrics.items():
        yield _row(name, [f"{means[metric]:.3f}" for metric in METRICS])
    if result.answered is not None:
        yield ""
        yield f"The first passage contains the answer to {result.answered:.1%} of the queries."
    if result.comparisons:
        compared = [result.comparisons[name] for name in METRICS]
        yield ""
        yield _row("earlier run", [f"{each.before:.3f}" for each in compared])
        yield _row("difference", [f"{each.difference:+.3f}" for each in compared])
        yield _row("p-value", [f"{each.p_value:.4f}" for each in compared])
        yield (
            "p-value: paired randomisation test over the queries, two-sided,"
            f" {N_PERMUTATIONS:,} permutations."
        )


def _row(name: str, cells: list[str]) -> str:
    return "".join([name.ljust(20), *(cell.rjust(12) for cell in cells)])
