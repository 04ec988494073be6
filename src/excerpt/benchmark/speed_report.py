"""What was measured → a table for people, and one JSON object for programs. Both say on what, and with which settings."""

import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict
from math import floor, log10
from typing import Any, Final

import numpy as np

from excerpt._version import __version__
from excerpt.benchmark.speed import Bench, Kind, Measured
from excerpt.benchmark.start_up import IMPORTS
from excerpt.benchmark.timing import Timing

__all__ = ["SCHEMA", "aligned", "json_of", "lines_of", "machine_of", "record_of", "short"]

SCHEMA: Final = 1
_MEGA: Final = 1e6
_WAYS: Final = ("warm", "first", "cold", "highlighted", "together")
"""In which questions are asked."""


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
            "words": bench.n_words,
            "terms": bench.n_terms,
            "copies": bench.wishes.copies,
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
            "given": bench.wishes.n_given,
            "drawn": bench.n_drawn,
            "asked": bench.n_asked,
            "others": bench.n_others,
            "without_hits": list(bench.without_hits),
        },
        "peers": [_record_of(peer, bench) for peer in bench.peers],
        "left_out": bench.left_out,
        "start": {name: asdict(start) for name, start in bench.starts.items()},
        "html": bench.markup and asdict(bench.markup),
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
        "update": peer.update,
        "memory": peer.memory,
        "kinds": {name: _record_of_kind(kind) for name, kind in peer.kinds.items()},
    }


def _record_of_kind(kind: Kind) -> dict[str, Any]:
    return {
        "questions": kind.warm.figures.n,
        "found": kind.n_found,
        "matches": kind.n_matches,
        **{name: _record_of_timing(getattr(kind, name)) for name in _WAYS},
        "read": kind.reading and kind.reading.n_bytes,
        "times_reading": _times_reading(kind),
    }


def _record_of_timing(timing: Timing | None) -> dict[str, Any] | None:
    if timing is None:
        return None
    figures = timing.figures
    return {
        "median_ms": figures.median_ms,
        "p95_ms": figures.p95_ms,
        "per_second": figures.per_second,
        "ratio": timing.ratio,
    }


def _times_reading(kind: Kind) -> float | None:
    """How many times as long the median question takes, when warm, as `numpy.sum` over what it reads."""
    if kind.reading is None or not kind.reading.seconds:
        return None
    return kind.warm.figures.median_ms / 1e3 / kind.reading.seconds


def json_of(bench: Bench) -> str:
    """Everything that was measured as one JSON object."""
    return json.dumps(record_of(bench), indent=2)


def lines_of(bench: Bench) -> Iterator[str]:
    """The figures as tables: the corpus, what holds for each peer, the questions kind by kind."""
    yield (
        f"corpus     {bench.corpus}: {bench.n_documents:,} documents, {bench.n_bytes / _MEGA:,.1f} MB,"
        f" {bench.n_passages:,} passages, {bench.n_words:,} words of {bench.n_terms:,} kinds"
    )
    yield "machine    " + ", ".join(
        f"{name} {value}" for name, value in machine_of(bench.load).items()
    )
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
    yield from _start_lines(bench)
    yield from _markup_lines(bench)
    yield _questions_line(bench)
    yield from _EXPLANATIONS
    yield ""
    yield from aligned([_GROUPS, _TIME_HEAD, *_kind_rows(bench, _time_cells)], 2)
    yield ""
    yield from aligned([_TOGETHER, _RATE_HEAD, *_kind_rows(bench, _rate_cells)], 2)


def _start_lines(bench: Bench) -> Iterator[str]:
    for name, start in bench.starts.items():
        yield (
            f"start      excerpt search, {name}: {start.search:.2f} s, {start.ratio:.2f} times as long as"
            f" python -c 'import {IMPORTS[name]}' ({start.imports:.2f} s)"
        )


def _markup_lines(bench: Bench) -> Iterator[str]:
    markup = bench.markup
    if markup is not None:
        size = markup.n_bytes / _MEGA
        yield (
            f"html       {markup.n_documents:,} documents, {short(size)} MB: built at"
            f" {short(size / markup.build)} MB/s by {bench.wishes.processes} processes, {short(100 * markup.share)} % of the rate at which Beautiful Soup alone"
            f" parses them in one ({short(size / markup.parse)} MB/s)"
        )


def _questions_line(bench: Bench) -> str:
    wishes = bench.wishes
    if wishes.questions:
        source = f"{wishes.n_given:,} given, {bench.n_drawn:,} different ones of known kinds"
    else:
        source = f"{bench.n_drawn:,} drawn, seed {wishes.seed}"
    return f"questions  {source}, of which {bench.n_asked:,} find something and are asked"


_NONE: Final = "–"
_HEAD: Final = (
    "",
    "build MB/s",
    "seconds",
    "peak MB",
    "index MB",
    "index/text",
    "change s",
    "unchanged s",
    "memory MB",
)
_EXPLANATIONS: Final = (
    "times      for the ten best with their texts; the settings above say what else an engine does for an answer",
    "warm       asked again and again: the median of the rounds of each question",
    "first time asked once, by a process that has answered other questions",
    "cold       asked of a new process that opens its index, dropped from the system's cache where it can be; a few",
    "highlight  the same again, with the matches marked in the whole texts, by engines that do so themselves",
    "together   warm, by processes side by side, each asking the same in another order on and on",
    "reading    what of the index a question reads when it is first asked, and the warm median against numpy.sum over it",
)
_GROUPS: Final = ("", "", "", "warm", "", "", "first time", "", "", "cold", "", "highlight", "", "")
_TIME_HEAD: Final = (
    "question",
    "",
    "asked",
    *("median ms", "95 %", "times excerpt") * 2,
    *("median ms", "times excerpt"),
    *("median ms", "95 %", "times excerpt"),
)
_TOGETHER: Final = ("", "", "one process", "together", "", "", "", "", "", "")
_RATE_HEAD: Final = (
    "question",
    "",
    "a second",
    "a second",
    "median ms",
    "95 %",
    "times excerpt",
    "matches",
    "KB read",
    "times reading",
)


def _row_of(peer: Measured, bench: Bench) -> tuple[str, ...]:
    built = peer.built
    return (
        peer.name,
        short(bench.n_bytes / _MEGA / built.seconds),
        short(built.seconds),
        short(built.memory / _MEGA),
        short(built.size / _MEGA),
        short(built.size / bench.n_bytes),
        short(peer.change),
        _NONE if peer.update is None else short(peer.update),
        short(peer.memory / _MEGA),
    )


def _kind_rows(bench: Bench, cells: Callable[[Kind], tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """For each kind of question a row for excerpt and one for each peer that was asked."""
    for name in bench.peers[0].kinds:
        for peer in bench.peers:
            if name in peer.kinds:
                yield (name if peer is bench.peers[0] else "", peer.name, *cells(peer.kinds[name]))


def _time_cells(kind: Kind) -> tuple[str, ...]:
    marked = (_NONE,) * 3 if kind.highlighted is None else _cells(kind.highlighted)
    cold = short(kind.cold.figures.median_ms), short(kind.cold.ratio)
    return (str(kind.warm.figures.n), *_cells(kind.warm), *_cells(kind.first), *cold, *marked)


def _cells(timing: Timing) -> tuple[str, ...]:
    return short(timing.figures.median_ms), short(timing.figures.p95_ms), short(timing.ratio)


def _rate_cells(kind: Kind) -> tuple[str, ...]:
    return (
        short(kind.warm.figures.per_second),
        short(kind.together.figures.per_second),
        *_cells(kind.together),
        _NONE if kind.n_matches is None else f"{kind.n_matches:,}",
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
