"""What was measured of the ranking → a table for people, and one JSON object for programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from excerpt._version import __version__
from excerpt.benchmark.metrics import METRICS, ROUNDS
from excerpt.benchmark.quality import Quality

__all__ = ["SCHEMA", "json_of", "lines_of", "record_of"]

SCHEMA: Final = 1


def record_of(quality: Quality) -> dict[str, Any]:
    """Everything that was measured, but for the run, as JSON values; metrics and shares are from 0 to 1."""
    return {
        "schema": SCHEMA,
        "excerpt": __version__,
        "collection": {
            "name": quality.collection,
            "documents": quality.n_documents,
            "passages": quality.n_passages,
            "queries": quality.n_queries,
            "left_out": quality.n_left_out,
            "absent": quality.n_absent,
        },
        "figures": quality.figures,
        "answered": quality.answered,
        "against": {name: asdict(one) for name, one in quality.comparisons.items()} or None,
    }


def json_of(quality: Quality) -> str:
    """Everything that was measured as one JSON object."""
    return json.dumps(record_of(quality), indent=2, ensure_ascii=False)


def lines_of(quality: Quality) -> Iterator[str]:
    """The figures as tables: each way of asking, and what has changed since the earlier run."""
    yield (
        f"{quality.collection}: {quality.n_documents:,} documents, {quality.n_passages:,} passages,"
        f" {quality.n_queries:,} queries"
    )
    if quality.n_left_out:
        yield f"Left out: {quality.n_left_out:,} queries for which nothing is judged relevant."
    if quality.n_absent:
        yield f"{quality.n_absent:,} judgements are of documents that are not there."
    yield ""
    yield _row("", list(METRICS))
    for form, means in quality.figures.items():
        yield _row(form, [f"{means[name]:.3f}" for name in METRICS])
    if quality.answered is not None:
        yield ""
        yield f"The first passage holds the answer to {quality.answered:.1%} of the questions."
    if quality.comparisons:
        compared = [quality.comparisons[name] for name in METRICS]
        yield ""
        yield _row("earlier run", [f"{one.before:.3f}" for one in compared])
        yield _row("difference", [f"{one.difference:+.3f}" for one in compared])
        yield _row("by chance (p)", [f"{one.chance:.4f}" for one in compared])
        yield f"p: paired randomisation test over the queries, two-sided, {ROUNDS:,} rounds."


def _row(name: str, cells: list[str]) -> str:
    return "".join([name.ljust(20), *(cell.rjust(12) for cell in cells)])
