"""What was measured at several sizes → a table for people, and one JSON object for programs."""

import json
import os
from collections.abc import Iterator
from typing import Any, Final

from excerpt.measure.growth import Growth
from excerpt.measure.report import SCHEMA, aligned, machine_of, short

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
        "kinds": {
            name: {
                "questions": kind.figures[0].n,
                "median_ms": [figures.median_ms for figures in kind.figures],
                "p95_ms": [figures.p95_ms for figures in kind.figures],
                "ratio": kind.ratio,
            }
            for name, kind in growth.kinds.items()
        },
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
        f"questions  {growth.n_asked:,} that find something, asked in {growth.wishes.rounds} rounds after one to warm up,"
        f" all sizes in turn; the ten best with texts, marks and exact totals; seed {growth.wishes.seed}"
    )
    yield ""
    yield from aligned([("size", "MB", "build MB/s", "peak MB", "index/text"), *_size_rows(growth)], 1)
    yield ""
    times = [size.times for size in growth.sizes]
    head = ("median ms", "asked", *(f"{each} times" for each in times), f"{times[-1]} to {times[0]}")
    yield from aligned([head, *_kind_rows(growth)], 1)


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


def _kind_rows(growth: Growth) -> Iterator[tuple[str, ...]]:
    for name, kind in growth.kinds.items():
        medians = (short(figures.median_ms) for figures in kind.figures)
        yield (name, str(min(figures.n for figures in kind.figures)), *medians, short(kind.ratio))
