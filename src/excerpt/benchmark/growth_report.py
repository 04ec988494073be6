"""What was measured at several sizes → a table for people, and one JSON object for programs."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

from excerpt.benchmark.growth import Growing, Growth
from excerpt.benchmark.speed_report import SCHEMA, aligned, machine_of, short

__all__ = ["json_of", "lines_of", "record_of"]

_MEGA: Final = 1e6


def record_of(growth: Growth) -> dict[str, Any]:
    """Everything that was measured as JSON values: seconds, milliseconds (`_ms`), bytes, ratios."""
    return {
        "schema": SCHEMA,
        "machine": machine_of(os.getloadavg()[0]),
        "corpus": {"name": growth.corpus, "passages": growth.n_passages},
        "settings": {
            "rounds": growth.wishes.rounds,
            "processes": growth.wishes.processes,
            "seed": growth.wishes.seed,
            "ranking": growth.wishes.ranking,
        },
        "questions": {"asked": growth.n_asked},
        "sizes": [
            {
                "times": size.times,
                "bytes": size.n_bytes,
                "seconds": size.built.seconds,
                "peak_memory": size.built.memory,
                "size": size.built.size,
            }
            for size in growth.sizes
        ],
        "kinds": _record_of_kinds(growth.kinds),
        "totals": _record_of_kinds(growth.totals),
    }


def _record_of_kinds(kinds: Mapping[str, Growing]) -> dict[str, Any]:
    return {
        name: {
            "questions": kind.figures[0].n,
            "median_ms": [figures.median_ms for figures in kind.figures],
            "p95_ms": [figures.p95_ms for figures in kind.figures],
            "ratio": kind.ratio,
        }
        for name, kind in kinds.items()
    }


def json_of(growth: Growth) -> str:
    """Everything that was measured as one JSON object."""
    return json.dumps(record_of(growth), indent=2)


def lines_of(growth: Growth) -> Iterator[str]:
    """A row for each size and one for each kind of question, the median milliseconds at each size in columns."""
    yield f"corpus     {growth.corpus}: {growth.n_passages:,} passages, and changed copies of them"
    yield "machine    " + ", ".join(
        f"{name} {value}" for name, value in machine_of(os.getloadavg()[0]).items()
    )
    yield (
        f"questions  {growth.n_asked:,} that find something, asked in {growth.wishes.rounds} rounds after others to warm up"
        f" and a first time, all sizes in turn; seed {growth.wishes.seed}"
    )
    yield (
        "times      ten best: the ten best with their texts, and the exact total, without which excerpt gives none;"
        " total: this alone"
    )
    yield ""
    yield from aligned(
        [("size", "MB", "build MB/s", "peak MB", "index/text"), *_size_rows(growth)], 1
    )
    times = [size.times for size in growth.sizes]
    for what, kinds in (("ten best", growth.kinds), ("total", growth.totals)):
        head = (
            f"{what}, median ms",
            "asked",
            *(f"{each} times" for each in times),
            f"{times[-1]} to {times[0]}",
        )
        yield ""
        yield from aligned([head, *_kind_rows(kinds)], 1)


def _size_rows(growth: Growth) -> Iterator[tuple[str, ...]]:
    for size in growth.sizes:
        built = size.built
        figures = (
            size.n_bytes / _MEGA,
            size.n_bytes / _MEGA / built.seconds,
            built.memory / _MEGA,
            built.size / size.n_bytes,
        )
        yield (f"{size.times} times", *map(short, figures))


def _kind_rows(kinds: Mapping[str, Growing]) -> Iterator[tuple[str, ...]]:
    for name, kind in kinds.items():
        medians = (short(figures.median_ms) for figures in kind.figures)
        yield (name, str(min(figures.n for figures in kind.figures)), *medians, short(kind.ratio))
