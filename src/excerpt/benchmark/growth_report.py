"""The results at several sizes → a table for people, and one JSON object for programs."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from excerpt.benchmark.growth import GrowthResult, GrowthSeries
from excerpt.benchmark.report import (
    MEGA,
    SCHEMA,
    align_columns,
    labelled,
    machine_record,
    short_number,
)

__all__ = ["growth_record", "json_report", "table_lines"]


def growth_record(result: GrowthResult) -> dict[str, Any]:
    """Return the results as JSON values: seconds, milliseconds (`_ms`), bytes, ratios."""
    options = result.options
    return {
        "schema": SCHEMA,
        "machine": machine_record(os.getloadavg()[0]),
        "corpus": {"name": result.corpus, "passages": result.n_passages},
        "settings": {
            "rounds": options.rounds,
            "processes": options.processes,
            "seed": options.seed,
            "ranking": options.ranking,
        },
        "queries": {"used": result.n_used},
        "sizes": [
            {
                "times": size.times,
                "bytes": size.n_bytes,
                "seconds": size.built.seconds,
                "peak_memory": size.built.peak_memory,
                "size": size.built.size,
            }
            for size in result.sizes
        ],
        "kinds": _kinds_record(result.kinds),
        "totals": _kinds_record(result.totals),
    }


def _kinds_record(kinds: Mapping[str, GrowthSeries]) -> dict[str, Any]:
    return {
        name: {
            "queries": series.stats[0].n,
            "median_ms": [stats.median_ms for stats in series.stats],
            "p95_ms": [stats.p95_ms for stats in series.stats],
            "ratio": series.ratio,
        }
        for name, series in kinds.items()
    }


def json_report(result: GrowthResult) -> str:
    """Return the results as one JSON object."""
    return json.dumps(growth_record(result), indent=2)


def table_lines(result: GrowthResult) -> Iterator[str]:
    """Yield the report: a row for each size, then a row of medians for each kind of query."""
    options = result.options
    yield labelled(
        "corpus", f"{result.corpus}: {result.n_passages:,} passages, and changed copies of them"
    )
    yield labelled("machine", machine_record(os.getloadavg()[0]))
    yield labelled(
        "queries",
        f"{result.n_used:,} that match something, sampled with seed {options.seed};"
        f" each run once in {options.rounds} rounds, in new processes that have answered others,"
        " all sizes in turn",
    )
    yield labelled("ten best", "the ten best passages with their texts, and the exact total")
    yield labelled("total", "the exact total alone")
    yield ""
    yield from align_columns(
        [("size", "MB", "build MB/s", "peak MB", "index/text"), *_size_rows(result)], 1
    )
    times = [size.times for size in result.sizes]
    for name, kinds in (("ten best", result.kinds), ("total", result.totals)):
        head = (
            f"{name}, median ms",
            "queries",
            *(f"{multiple} times" for multiple in times),
            f"{times[-1]} to {times[0]}",
        )
        yield ""
        yield from align_columns([head, *_kind_rows(kinds)], 1)


def _size_rows(result: GrowthResult) -> Iterator[tuple[str, ...]]:
    for size in result.sizes:
        built = size.built
        figures = (
            size.n_bytes / MEGA,
            size.n_bytes / MEGA / built.seconds,
            built.peak_memory / MEGA,
            built.size / size.n_bytes,
        )
        yield (f"{size.times} times", *map(short_number, figures))


def _kind_rows(kinds: Mapping[str, GrowthSeries]) -> Iterator[tuple[str, ...]]:
    for name, series in kinds.items():
        medians = (short_number(stats.median_ms) for stats in series.stats)
        n_queries = str(min(stats.n for stats in series.stats))
        yield (name, n_queries, *medians, short_number(series.ratio))
