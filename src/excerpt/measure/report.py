"""What was measured → a table for people, and one JSON object for programs. Both say on what, and with which settings."""

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict
from math import floor, log10
from typing import Any, Final

import numpy as np

from excerpt._version import __version__
from excerpt.measure.bench import Bench, Kind, Measured

__all__ = ["SCHEMA", "aligned", "json_of", "lines_of", "machine_of", "record_of", "short"]

SCHEMA: Final = 1
_MEGA: Final = 1e6


def machine_of(load: float) -> dict[str, Any]:
    """What the figures depend on besides the corpus."""
    return {
        "excerpt": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load": round(load, 1),
    }


def record_of(bench: Bench) -> dict[str, Any]:
    """Everything that was measured as JSON values: seconds, milliseconds (`_ms`), bytes, ratios."""
    return {
        "schema": SCHEMA,
        "machine": machine_of(bench.load),
        "corpus": {
            "name": bench.corpus,
            "documents": bench.n_documents,
            "bytes": bench.n_bytes,
            "passages": bench.n_passages,
        },
        "settings": {
            "rounds": bench.wishes.rounds,
            "processes": bench.wishes.processes,
            "questions": bench.wishes.n_questions,
            "kinds": list(bench.wishes.kinds),
            "seed": bench.wishes.seed,
            "ranking": bench.wishes.ranking,
            "evicted": bench.is_evicted,
        },
        "questions": {
            "drawn": bench.n_drawn,
            "asked": bench.n_asked,
            "without_hits": list(bench.without_hits),
        },
        "peers": [_record_of(peer, bench) for peer in bench.peers],
        "left_out": bench.left_out,
        "start": asdict(bench.start),
    }


def _record_of(peer: Measured, bench: Bench) -> dict[str, Any]:
    return {
        "name": peer.name,
        "settings": peer.settings,
        "build": {
            "seconds": peer.built.seconds,
            "megabytes_per_second": bench.n_bytes / _MEGA / peer.built.seconds,
            "peak_memory": peer.built.memory,
            "size": peer.built.size,
            "size_to_text": peer.built.size / bench.n_bytes,
        },
        "change": peer.change,
        "first_answer": peer.cold,
        "memory": peer.memory,
        "kinds": {name: _record_of_kind(kind) for name, kind in peer.kinds.items()},
    }


def _record_of_kind(kind: Kind) -> dict[str, Any]:
    return {
        "questions": kind.figures.n,
        "median_ms": kind.figures.median_ms,
        "p95_ms": kind.figures.p95_ms,
        "per_second": kind.figures.per_second,
        "per_second_together": kind.per_second_together,
        "found": kind.n_found,
        "matches": kind.n_matches,
        "ratio": kind.ratio,
        "read": kind.reading and kind.reading.n_bytes,
        "times_reading": _times_reading(kind),
    }


def _times_reading(kind: Kind) -> float | None:
    """How many times as long the median question takes as `numpy.sum` over what it reads."""
    if kind.reading is None or not kind.reading.seconds:
        return None
    return kind.figures.median_ms / 1e3 / kind.reading.seconds


def json_of(bench: Bench) -> str:
    """Everything that was measured as one JSON object."""
    return json.dumps(record_of(bench), indent=2)


def lines_of(bench: Bench) -> Iterator[str]:
    """The figures as tables: the corpus, what holds for each peer, the questions kind by kind."""
    yield (
        f"corpus     {bench.corpus}: {bench.n_documents:,} documents, {bench.n_bytes / _MEGA:,.1f} MB,"
        f" {bench.n_passages:,} passages"
    )
    yield "machine    " + ", ".join(f"{name} {value}" for name, value in machine_of(bench.load).items())
    for peer in bench.peers:
        told = ", ".join(f"{name} {value}" for name, value in peer.settings.items())
        yield f"{peer.name:<10} {told}"
    for name, reason in bench.left_out.items():
        yield f"left out   {name}: {reason}"
    for name in bench.without_hits:
        yield f"left out   {name}: no question of this kind finds anything here"
    yield ""
    yield from aligned([_HEAD, *(_row_of(peer, bench) for peer in bench.peers)], 1)
    yield ""
    yield (
        f"start      excerpt search: {bench.start.search:.2f} s, {bench.start.ratio:.2f} times as long as"
        f" python -c 'import numpy, click' ({bench.start.imports:.2f} s)"
    )
    yield (
        f"questions  {bench.n_drawn:,} {'given' if bench.wishes.questions else 'drawn'}, of which {bench.n_asked:,} find"
        f" something and are asked in {bench.wishes.rounds} rounds after one to warm up; seed {bench.wishes.seed};"
        f" together: {bench.wishes.processes} processes"
    )
    yield "times      for the ten best with their texts, as the settings above say what each engine does for an answer"
    yield (
        "reading    what of the index a question reads when it is first asked; times reading: the median"
        " against numpy.sum over the same bytes"
    )
    yield ""
    yield from aligned([_KIND_HEAD, *_kind_rows(bench)], 2)


_HEAD = ("", "build MB/s", "seconds", "peak MB", "index/text", "change s", "first answer ms", "memory MB")
_KIND_HEAD = (
    "question",
    "",
    "asked",
    "median ms",
    "95 % ms",
    "a second",
    "together",
    "times excerpt",
    "matches",
    "KB read",
    "times reading",
)


def _row_of(peer: Measured, bench: Bench) -> tuple[str, ...]:
    return (
        peer.name,
        *map(
            short,
            (
                bench.n_bytes / _MEGA / peer.built.seconds,
                peer.built.seconds,
                peer.built.memory / _MEGA,
                peer.built.size / bench.n_bytes,
                peer.change,
                peer.cold * 1e3,
                peer.memory / _MEGA,
            ),
        ),
    )


def _kind_rows(bench: Bench) -> Iterator[tuple[str, ...]]:
    """For each kind of question a row for excerpt and one for each peer that was asked."""
    for name in bench.peers[0].kinds:
        for peer in bench.peers:
            if name in peer.kinds:
                yield (name if peer is bench.peers[0] else "", peer.name, *_cells(peer.kinds[name]))


def _cells(kind: Kind) -> tuple[str, ...]:
    figures = kind.figures
    values = (figures.median_ms, figures.p95_ms, figures.per_second, kind.per_second_together, kind.ratio)
    return (
        str(figures.n),
        *map(short, values),
        "" if kind.n_matches is None else f"{kind.n_matches:,}",
        "" if kind.reading is None else short(kind.reading.n_bytes / 1e3),
        "" if (times := _times_reading(kind)) is None else short(times),
    )


def short(value: float) -> str:
    """`value` with three digits that count, or all of its whole part.

    >>> short(0.012345), short(1234.5), short(12.0)
    ('0.0123', '1,234', '12.0')
    """
    if value >= 100 or not value:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - floor(log10(value)))}f}"


def aligned(rows: list[tuple[str, ...]], n_names: int) -> Iterator[str]:
    """`rows` as columns: the first `n_names` to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        names = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)][:n_names]
        numbers = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)][n_names:]
        yield "  ".join(names + numbers).rstrip()
