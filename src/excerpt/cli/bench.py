"""`excerpt bench`: measure how fast excerpt is on a corpus, alone or against other engines."""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click

from excerpt.benchmark import growth_report, speed_report
from excerpt.benchmark.growth import measure_growth
from excerpt.benchmark.peers import OTHERS
from excerpt.benchmark.plot import growth_plot, import_matplotlib, speed_plot
from excerpt.benchmark.queries import read_queries, select_kinds
from excerpt.benchmark.speed import BenchmarkOptions, measure_speed
from excerpt.cli.output import note, write

Renderers = tuple[Callable[[], Iterable[str]], Callable[[], str], Callable[[], bytes]]
"""Functions that render the results as a table, as JSON and as a plot."""

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt bench ~/texts
  excerpt bench ~/texts --against tantivy,fts5
  excerpt bench ~/texts --kinds all --plot bench.svg
  excerpt bench ~/texts --copies 5
  excerpt bench ~/texts --growth 1,2,5,10
  excerpt bench --noise 100
  excerpt bench ~/texts --json > bench.json
\b
Other engines are installed with: pip install "excerpt[bench]"
Xapian comes with the system (Debian: python3-xapian). Lucene needs Java and its jar.
excerpt help benchmarks explains the columns of the report.
"""


def _parse_engines(
    context: click.Context, parameter: click.Parameter, value: str
) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    for name in names:
        if name not in OTHERS:
            raise click.BadParameter(
                f"unknown engine {name!r}. Choose from {', '.join(OTHERS)}.", context, parameter
            )
    return names


def _parse_kinds(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    try:
        return select_kinds(value)
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from error


def _parse_sizes(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[int, ...]:
    try:
        sizes = tuple(sorted({int(size) for size in value.split(",")})) if value is not None else ()
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is not a list of whole numbers like 1,2,5.", context, parameter
        ) from error
    if sizes and sizes[0] < 1:
        raise click.BadParameter("each number must be at least 1.", context, parameter)
    return sizes


@click.command("bench", epilog=_EPILOG)
@click.argument("corpus", type=click.Path(path_type=Path), required=False)
@click.option(
    "--against",
    default="",
    metavar="NAME,...",
    callback=_parse_engines,
    help="Also measure other engines: whoosh, fts5, tantivy, bm25s, xapian, lucene.",
)
@click.option(
    "--copies",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Measure on N times CORPUS: the texts and N - 1 changed copies of them.",
)
@click.option(
    "--noise",
    type=click.IntRange(1),
    metavar="MB",
    help="Measure on MB megabytes of generated text like a bad scan, instead of CORPUS.",
)
@click.option(
    "--growth",
    "sizes",
    metavar="1,2,5,...",
    callback=_parse_sizes,
    help="Measure excerpt alone, on several multiples of CORPUS made like those of --copies.",
)
@click.option(
    "--plot", type=click.File("wb"), metavar="FILE.svg", help="Draw the uncached medians."
)
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    metavar="N",
    help="Worker processes of a build, and processes that answer concurrently.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="N",
    help="Repetitions per query; uncached, each in a new process.",
)
@click.option(
    "--sample",
    "n_queries",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    metavar="N",
    help="Queries to sample of each kind.",
)
@click.option(
    "--queries",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Run the queries in FILE instead: one JSON object a line, with a query and tags "
    "(term, intersection, union, phrase).",
)
@click.option(
    "--kinds",
    default="usual",
    metavar="WORD,...",
    callback=_parse_kinds,
    help="Sample queries of the kinds whose names contain one of the words; usual: those that "
    "most engines can answer; all: every form of the query language.",
)
@click.option("--seed", default=1, show_default=True, metavar="N", help="Random seed.")
@click.option(
    "--ranking",
    type=click.Choice(["default", "bm25"]),
    default="default",
    show_default=True,
    help="Ranking of excerpt: its own, or BM25 over plain words like other engines.",
)
def command(
    corpus: Path | None,
    *,
    noise: int | None,
    queries: Path | None,
    plot: BinaryIO | None,
    is_json: bool,
    sizes: tuple[int, ...],
    **given: Any,
) -> int:
    """Measure how fast excerpt is on the texts in the folder CORPUS.

    This measures a build, the start of the command, a changed file, and queries: uncached, with
    highlights, repeated, by several processes at the same time, and after a cold start. Each answer
    has the ten best passages with their texts.

    It works on a copy in a temporary folder (set TMPDIR to move it) and changes neither CORPUS nor
    an index.
    """
    if sizes and (given["against"] or given["copies"] > 1):
        raise click.UsageError("--growth cannot be combined with --against or --copies.")
    source = noise if corpus is None else corpus
    if source is None or (corpus and noise):
        raise click.UsageError("Give either the folder CORPUS or --noise.")
    if plot is not None:
        import_matplotlib()  # fail now, not after the benchmark
    read, n_given = read_queries(queries) if queries else ([], 0)
    options = BenchmarkOptions(queries=tuple(read), n_given=n_given, **given)
    table, json, svg = (
        _measure_growth(source, sizes, options) if sizes else _measure_speed(source, options)
    )
    if plot is not None:
        plot.write(svg())
    if is_json:
        write([json() + "\n"], is_data=True)
    else:
        write(table())
    return 0


def _measure_speed(corpus: Path | int, options: BenchmarkOptions) -> Renderers:
    result = measure_speed(corpus, options, _report_step)
    return (
        partial(speed_report.table_lines, result),
        partial(speed_report.json_report, result),
        partial(speed_plot, result),
    )


def _measure_growth(
    corpus: Path | int, sizes: tuple[int, ...], options: BenchmarkOptions
) -> Renderers:
    result = measure_growth(corpus, sizes, options, _report_step)
    return (
        partial(growth_report.table_lines, result),
        partial(growth_report.json_report, result),
        partial(growth_plot, result),
    )


def _report_step(text: str) -> None:
    """Write the next step to standard error if that is a terminal."""
    if sys.stderr.isatty():
        note(f"{text} ...")
