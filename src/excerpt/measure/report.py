"""What was measured → a table for people, and one JSON object for programs. Both say on what, and with which settings."""

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from excerpt._version import __version__
from excerpt.measure.bench import Bench, Kind, Measured

__all__ = ["SCHEMA", "json_of", "lines_of", "record_of"]

SCHEMA: Final = 1
_MEGA: Final = 1e6


def machine() -> dict[str, Any]:
    """What the figures depend on besides the corpus."""
    return {
        "excerpt": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def record_of(bench: Bench) -> dict[str, Any]:
    """Everything that was measured as JSON values: seconds, milliseconds (`_ms`), bytes, ratios."""
    return {
        "schema": SCHEMA,
        "machine": machine(),
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
            "seed": bench.wishes.seed,
            "ranking": bench.wishes.ranking,
            "evicted": bench.is_evicted,
        },
        "questions": {"drawn": bench.n_drawn, "asked": bench.n_asked},
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
    }


def json_of(bench: Bench) -> str:
    """Everything that was measured as one JSON object."""
    return json.dumps(record_of(bench), indent=2)


def lines_of(bench: Bench) -> Iterator[str]:
    """The figures as tables: the corpus, what holds for each peer, the questions kind by kind."""
    yield (
        f"corpus     {bench.corpus}: {bench.n_documents:,} documents, {bench.n_bytes / _MEGA:,.1f} MB,"
        f" {bench.n_passages:,} passages"
    )
    yield "machine    " + ", ".join(f"{name} {value}" for name, value in machine().items())
    for peer in bench.peers:
        told = ", ".join(f"{name} {value}" for name, value in peer.settings.items())
        yield f"{peer.name:<10} {told}"
    for name, reason in bench.left_out.items():
        yield f"left out   {name}: {reason}"
    yield ""
    yield from _aligned([_HEAD, *(_row_of(peer, bench) for peer in bench.peers)], 1)
    yield ""
    yield (
        f"start      excerpt search: {bench.start.search:.2f} s, {bench.start.ratio:.2f} times as long as"
        f" python -c 'import numpy, click' ({bench.start.imports:.2f} s)"
    )
    yield (
        f"questions  {bench.n_asked:,} of {bench.n_drawn:,} find something;"
        f" the first {bench.wishes.n_questions} of a kind, {bench.wishes.rounds} rounds, seed {bench.wishes.seed}"
    )
    yield ""
    yield from _aligned([_KIND_HEAD, *_kind_rows(bench)], 2)


_HEAD = ("", "build MB/s", "seconds", "peak MB", "index/text", "change s", "first answer ms", "memory MB")
_KIND_HEAD = ("question", "", "median ms", "95 % ms", "a second", "together", "ratio", "matches")


def _row_of(peer: Measured, bench: Bench) -> tuple[str, ...]:
    return (
        peer.name,
        f"{bench.n_bytes / _MEGA / peer.built.seconds:.1f}",
        f"{peer.built.seconds:.1f}",
        f"{peer.built.memory / _MEGA:,.0f}",
        f"{peer.built.size / bench.n_bytes:.2f}",
        f"{peer.change:.2f}",
        f"{peer.cold * 1e3:.0f}",
        f"{peer.memory / _MEGA:,.0f}",
    )


def _kind_rows(bench: Bench) -> Iterator[tuple[str, ...]]:
    for name in bench.peers[0].kinds:
        for peer in bench.peers:
            kind = peer.kinds.get(name)
            if kind is None:
                continue
            yield (
                name if peer is bench.peers[0] else "",
                peer.name,
                f"{kind.figures.median_ms:.2f}",
                f"{kind.figures.p95_ms:.2f}",
                f"{kind.figures.per_second:,.0f}",
                f"{kind.per_second_together:,.0f}",
                f"{kind.ratio:.2f}",
                "" if kind.n_matches is None else f"{kind.n_matches:,}",
            )


def _aligned(rows: list[tuple[str, ...]], n_names: int) -> Iterator[str]:
    """`rows` as columns: the first `n_names` to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        names = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)][:n_names]
        numbers = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)][n_names:]
        yield "  ".join(names + numbers).rstrip()
