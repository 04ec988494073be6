"""The results of a benchmark → a table for people, and one JSON object for programs.

Both name the corpus, the machine and the settings, because times mean little without them.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any, Final

from excerpt.benchmark.report import (
    MEGA,
    SCHEMA,
    align_columns,
    labelled,
    machine_record,
    short_number,
)
from excerpt.benchmark.speed import KindResult, PeerResult, SpeedResult
from excerpt.benchmark.start_up import MINIMAL_IMPORTS
from excerpt.benchmark.timing import Timing

__all__ = ["json_report", "speed_record", "table_lines"]

_TIMINGS: Final = (
    "uncached",
    "uncached_cpu",
    "highlighted",
    "repeated",
    "repeated_cpu",
    "concurrent",
    "cold",
)
"""The timings of `KindResult`."""


def speed_record(result: SpeedResult) -> dict[str, Any]:
    """Return the results as JSON values: seconds, milliseconds (`_ms`), bytes, ratios."""
    options = result.options
    return {
        "schema": SCHEMA,
        "machine": machine_record(result.load),
        "corpus": {
            "name": result.corpus,
            "documents": result.n_documents,
            "bytes": result.n_bytes,
            "passages": result.n_passages,
            "words": result.n_words,
            "terms": result.n_terms,
            "copies": options.copies,
        },
        "settings": {
            "rounds": options.rounds,
            "processes": options.processes,
            "queries": options.n_queries,
            "kinds": list(options.kinds),
            "seed": options.seed,
            "ranking": options.ranking,
            "evicted": result.is_evicted,
        },
        "queries": {
            "given": options.n_given,
            "sampled": result.n_sampled,
            "used": result.n_used,
            "warm_up": result.n_warm_up,
            "unmatched": list(result.unmatched),
        },
        "engines": [_engine_record(peer, result) for peer in result.peers],
        "left_out": result.left_out,
        "start": {name: asdict(start) for name, start in result.starts.items()},
        "html": result.html and asdict(result.html),
    }


def _engine_record(peer: PeerResult, result: SpeedResult) -> dict[str, Any]:
    return {
        "name": peer.name,
        "settings": peer.settings,
        "build": {
            "seconds": peer.built.seconds,
            "megabytes_per_second": result.n_bytes / MEGA / peer.built.seconds,
            "peak_memory": peer.built.peak_memory,
            "size": peer.built.size,
            "size_to_text": peer.built.size / result.n_bytes,
        },
        "change": peer.change,
        "unchanged": peer.unchanged,
        "memory": peer.memory,
        "kinds": {name: _kind_record(kind) for name, kind in peer.kinds.items()},
    }


def _kind_record(kind: KindResult) -> dict[str, Any]:
    return {
        "queries": kind.uncached.stats.n,
        "found": kind.n_found,
        "matches": kind.n_matches,
        **{name: _timing_record(getattr(kind, name)) for name in _TIMINGS},
        "read": kind.reading and kind.reading.n_bytes,
        "times_reading": _times_reading(kind),
    }


def _timing_record(timing: Timing | None) -> dict[str, Any] | None:
    if timing is None:
        return None
    stats = timing.stats
    return {
        "median_ms": stats.median_ms,
        "p95_ms": stats.p95_ms,
        "per_second": stats.per_second,
        "ratio": timing.ratio,
    }


def _times_reading(kind: KindResult) -> float | None:
    """Return the ratio of the uncached median to `numpy.sum` over the bytes a query reads."""
    if kind.reading is None or not kind.reading.seconds:
        return None
    return kind.uncached.stats.median_ms / 1e3 / kind.reading.seconds


def json_report(result: SpeedResult) -> str:
    """Return the results as one JSON object."""
    return json.dumps(speed_record(result), indent=2)


_NONE: Final = "-"
"""A cell for something that an engine does not do or that is unknown."""
_BUILD_HEAD: Final = (
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
    (
        "times",
        "the ten best passages with their texts; see above what else an answer of an engine has",
    ),
    (
        "uncached",
        "each query once, in a process that has answered others; CPU: work on a processor",
    ),
    (
        "highlighted",
        "as uncached, with the matches highlighted, by engines that do so themselves",
    ),
    ("repeated", "the same query again, answered from caches where an engine has them"),
    ("concurrent", "as repeated, by processes that run the same queries at the same time"),
    (
        "cold",
        "a few queries, each in a new process; the index was dropped from the file cache",
    ),
    (
        "reading",
        "bytes of the index that an uncached query reads; its median / numpy.sum over the bytes",
    ),
)
_GROUPS: Final = (
    *("", "", ""),
    *("uncached", "", "", "", ""),
    *("highlighted", "", ""),
    *("repeated", "", "", ""),
    *("cold", ""),
)
_TIME_HEAD: Final = (
    "query",
    "",
    "queries",
    *("median ms", "95 %", "times excerpt", "CPU ms", "times excerpt"),
    *("median ms", "95 %", "times excerpt"),
    *("median ms", "times excerpt", "CPU ms", "times excerpt"),
    *("median ms", "times excerpt"),
)
_RATE_GROUPS: Final = ("", "", "one process", "concurrent", "", "", "", "", "", "")
_RATE_HEAD: Final = (
    "query",
    "",
    "per second",
    "per second",
    "median ms",
    "95 %",
    "times excerpt",
    "matches",
    "KB read",
    "times reading",
)


def table_lines(result: SpeedResult) -> Iterator[str]:
    """Yield the report: corpus, machine and settings, then a table of builds and two of queries."""
    yield labelled(
        "corpus",
        f"{result.corpus}: {result.n_documents:,} documents, {result.n_bytes / MEGA:,.1f} MB,"
        f" {result.n_passages:,} passages, {result.n_words:,} words ({result.n_terms:,} distinct)",
    )
    yield labelled("machine", machine_record(result.load))
    for peer in result.peers:
        yield labelled(peer.name, peer.settings)
    for name, reason in result.left_out.items():
        yield labelled("left out", f"{name}: {reason}")
    for name in result.unmatched:
        yield labelled("left out", f"{name}: no query of this kind matches anything")
    yield ""
    rows = (_build_row(peer, result.n_bytes) for peer in result.peers)
    yield from align_columns([_BUILD_HEAD, *rows], 1)
    yield ""
    yield from _start_lines(result)
    yield from _html_lines(result)
    yield _queries_line(result)
    for label, text in _EXPLANATIONS:
        yield labelled(label, text)
    yield ""
    yield from align_columns([_GROUPS, _TIME_HEAD, *_kind_rows(result, _time_cells)], 2)
    yield ""
    yield from align_columns([_RATE_GROUPS, _RATE_HEAD, *_kind_rows(result, _rate_cells)], 2)


def _start_lines(result: SpeedResult) -> Iterator[str]:
    for name, start in result.starts.items():
        yield labelled(
            "start",
            f"excerpt search, {name}: {start.search:.2f} s, {start.ratio:.2f} times as long as"
            f" python -c 'import {MINIMAL_IMPORTS[name]}' ({start.imports:.2f} s)",
        )


def _html_lines(result: SpeedResult) -> Iterator[str]:
    html = result.html
    if html is not None:
        size = html.n_bytes / MEGA
        n_processes = result.options.processes
        processes = "1 process" if n_processes == 1 else f"{n_processes} processes"
        yield labelled(
            "html",
            f"{html.n_documents:,} documents, {short_number(size)} MB: built at"
            f" {short_number(size / html.build)} MB/s by {processes}, which is"
            f" {short_number(100 * html.share)} % of the rate of Beautiful Soup only parsing them"
            f" ({short_number(size / html.parse)} MB/s, 1 process)",
        )


def _queries_line(result: SpeedResult) -> str:
    options = result.options
    if options.queries:
        source = f"{options.n_given:,} given, {result.n_sampled:,} distinct ones of known kinds"
    else:
        source = f"{result.n_sampled:,} sampled with seed {options.seed}"
    return labelled("queries", f"{source}; {result.n_used:,} match something and are run")


def _build_row(peer: PeerResult, n_bytes: int) -> tuple[str, ...]:
    built = peer.built
    return (
        peer.name,
        short_number(n_bytes / MEGA / built.seconds),
        short_number(built.seconds),
        short_number(built.peak_memory / MEGA),
        short_number(built.size / MEGA),
        short_number(built.size / n_bytes),
        short_number(peer.change),
        _NONE if peer.unchanged is None else short_number(peer.unchanged),
        short_number(peer.memory / MEGA),
    )


def _kind_rows(
    result: SpeedResult, cells: Callable[[KindResult], tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """Yield for each kind of query a row for excerpt and one for each engine that answers it."""
    for name in result.peers[0].kinds:
        for peer in result.peers:
            if name in peer.kinds:
                label = name if peer is result.peers[0] else ""
                yield (label, peer.name, *cells(peer.kinds[name]))


def _time_cells(kind: KindResult) -> tuple[str, ...]:
    return (
        str(kind.uncached.stats.n),
        *_timing_cells(kind.uncached),
        *_median_cells(kind.uncached_cpu),
        *((_NONE,) * 3 if kind.highlighted is None else _timing_cells(kind.highlighted)),
        *_median_cells(kind.repeated),
        *_median_cells(kind.repeated_cpu),
        *_median_cells(kind.cold),
    )


def _timing_cells(timing: Timing) -> tuple[str, ...]:
    stats = timing.stats
    return short_number(stats.median_ms), short_number(stats.p95_ms), short_number(timing.ratio)


def _median_cells(timing: Timing) -> tuple[str, ...]:
    return short_number(timing.stats.median_ms), short_number(timing.ratio)


def _rate_cells(kind: KindResult) -> tuple[str, ...]:
    times = _times_reading(kind)
    return (
        short_number(kind.repeated.stats.per_second),
        short_number(kind.concurrent.stats.per_second),
        *_timing_cells(kind.concurrent),
        _NONE if kind.n_matches is None else f"{kind.n_matches:,}",
        "" if kind.reading is None else short_number(kind.reading.n_bytes / 1e3),
        "" if times is None else short_number(times),
    )
