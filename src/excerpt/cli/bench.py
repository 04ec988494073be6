"""`excerpt bench`: how fast excerpt is on a corpus, alone or beside others."""

import sys
from pathlib import Path
from typing import Any, BinaryIO

import click

from excerpt.cli.options import note, write

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt bench ~/texts
  excerpt bench ~/texts --against tantivy,fts5
  excerpt bench ~/texts --kinds all --plot bench.svg
  excerpt bench ~/texts --json > bench.json
\b
Others come with: pip install "excerpt[bench]"; Xapian with the system (python3-xapian).
"""


def _names(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    from excerpt.measure.peers import OTHERS

    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    for name in names:
        if name not in OTHERS:
            raise click.BadParameter(f"{name!r} is none of {', '.join(OTHERS)}.", context, parameter)
    return names


def _kinds(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    from excerpt.measure.sample import kinds_of

    try:
        return kinds_of(value)
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from error


@click.command("bench", epilog=_EPILOG)
@click.argument("corpus", type=click.Path(path_type=Path))
@click.option(
    "--against",
    default="",
    metavar="NAME,...",
    callback=_names,
    help="Measure others beside it: whoosh, fts5, tantivy, bm25s, xapian.",
)
@click.option("--plot", type=click.File("wb"), metavar="FILE.svg", help="Draw the medians into a file.")
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Build with so many processes, and let so many answer side by side.",
)
@click.option(
    "--rounds", type=click.IntRange(1), default=5, show_default=True, help="Ask each question so many times."
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
    help="Draw questions of the kinds whose names contain one of these words; all: every form of the query language.",
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
    corpus: Path, *, queries: Path | None, plot: BinaryIO | None, is_json: bool, **wishes: Any
) -> int:
    """Measure how fast excerpt is on the folder CORPUS: to build, to answer, to start, to notice a change.

    Everything happens on a copy in a temporary folder (TMPDIR says where); neither CORPUS nor an index is touched.
    """
    from excerpt.measure.bench import Wishes, measure
    from excerpt.measure.plot import matplotlib, svg_of
    from excerpt.measure.report import json_of, lines_of
    from excerpt.measure.sample import read_questions

    if plot is not None:
        matplotlib()  # not only when everything is measured
    questions = tuple(read_questions(queries)) if queries else ()
    say = (lambda text: note(f"{text} ...")) if sys.stderr.isatty() else (lambda _: None)
    measured = measure(corpus, Wishes(questions=questions, **wishes), say)
    if plot is not None:
        plot.write(svg_of(measured))
    if is_json:
        write([json_of(measured) + "\n"], is_data=True)
    else:
        write(lines_of(measured))
    return 0
