"""`excerpt bench`: how fast excerpt is on a corpus, alone or beside others."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from excerpt.cli.options import note, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from excerpt.benchmark.speed import Wishes

    Forms = tuple[Callable[[], Iterable[str]], Callable[[], str], Callable[[], bytes]]

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
Others come with: pip install "excerpt[bench]"; Xapian with the system (python3-xapian).
"""


def _names(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    from excerpt.benchmark.peers import OTHERS

    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    for name in names:
        if name not in OTHERS:
            raise click.BadParameter(
                f"{name!r} is none of {', '.join(OTHERS)}.", context, parameter
            )
    return names


def _kinds(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    from excerpt.benchmark.queries import kinds_of

    try:
        return kinds_of(value)
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from error


def _sizes(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[int, ...]:
    try:
        sizes = tuple(sorted({int(size) for size in value.split(",")})) if value is not None else ()
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is no list of numbers like 1,2,5.", context, parameter
        ) from error
    if sizes and sizes[0] < 1:
        raise click.BadParameter(
            "a corpus is at least 1 time as large as it is.", context, parameter
        )
    return sizes


@click.command("bench", epilog=_EPILOG)
@click.argument("corpus", type=click.Path(path_type=Path), required=False)
@click.option(
    "--against",
    default="",
    metavar="NAME,...",
    callback=_names,
    help="Measure others beside it: whoosh, fts5, tantivy, bm25s, xapian.",
)
@click.option(
    "--copies",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Measure on so many times CORPUS: itself and changed copies of it.",
)
@click.option(
    "--noise",
    type=click.IntRange(1),
    metavar="MB",
    help="Measure on generated text of this size, like a bad scan, instead of CORPUS.",
)
@click.option(
    "--growth",
    "sizes",
    metavar="1,2,5,...",
    callback=_sizes,
    help="Measure only how the times of excerpt grow, from corpora like those of --copies.",
)
@click.option(
    "--plot", type=click.File("wb"), metavar="FILE.svg", help="Draw the medians into a file."
)
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Build with so many processes, and let so many answer side by side.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Ask each question so many times.",
)
@click.option(
    "--sample",
    "n_questions",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Draw so many questions of each kind.",
)
@click.option(
    "--queries",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Ask these instead: JSON objects a line, with a query and tags (term, intersection, union, phrase).",
)
@click.option(
    "--kinds",
    default="usual",
    metavar="WORD,...",
    callback=_kinds,
    help="Draw questions of the kinds whose names contain one of these words; usual, or all: every form of queries.",
)
@click.option("--seed", default=1, show_default=True, help="Draw other questions.")
@click.option(
    "--ranking",
    type=click.Choice(["default", "bm25"]),
    default="default",
    show_default=True,
    help="excerpt's own ranking, or BM25 over plain words as others have it.",
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
    """Measure how fast excerpt is on the folder CORPUS: to build, to answer, to start, to notice a change.

    What is measured are the ten best passages with their texts: warm, for the first time, cold, with the matches
    highlighted, and by several processes side by side. Everything happens on a copy in a temporary folder (TMPDIR says
    where); neither CORPUS nor an index is touched.
    """
    from excerpt.benchmark.plot import matplotlib
    from excerpt.benchmark.queries import read_questions
    from excerpt.benchmark.speed import Wishes

    if sizes and (given["against"] or given["copies"] > 1):
        raise click.UsageError("--growth measures excerpt alone: leave out --against and --copies.")
    measured = noise if corpus is None else corpus
    if measured is None or (corpus and noise):
        raise click.UsageError("Name the folder CORPUS, or say --noise: one of both.")
    if plot is not None:
        matplotlib()  # not only when everything is measured
    questions, n_given = read_questions(queries) if queries else ([], 0)
    wishes = Wishes(questions=tuple(questions), n_given=n_given, **given)
    lines, json, svg = _grown(measured, sizes, wishes) if sizes else _measured(measured, wishes)
    if plot is not None:
        plot.write(svg())
    if is_json:
        write([json() + "\n"], is_data=True)
    else:
        write(lines())
    return 0


def _measured(corpus: Path | int, wishes: "Wishes") -> "Forms":
    from excerpt.benchmark.plot import svg_of
    from excerpt.benchmark.speed import measure
    from excerpt.benchmark.speed_report import json_of, lines_of

    found = measure(corpus, wishes, _say)
    return partial(lines_of, found), partial(json_of, found), partial(svg_of, found)


def _grown(corpus: Path | int, sizes: tuple[int, ...], wishes: "Wishes") -> "Forms":
    from excerpt.benchmark.growth import measure_growth
    from excerpt.benchmark.growth_report import json_of, lines_of
    from excerpt.benchmark.plot import growth_svg_of

    found = measure_growth(corpus, sizes, wishes, _say)
    return partial(lines_of, found), partial(json_of, found), partial(growth_svg_of, found)


def _say(text: str) -> None:
    """Tell what is done next, if somebody watches."""
    if sys.stderr.isatty():
        note(f"{text} ...")
