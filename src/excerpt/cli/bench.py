"""`excerpt bench`: how fast excerpt is on a corpus, alone or beside others."""

import sys
from pathlib import Path

import click

from excerpt.cli.options import note, write

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt bench ~/texts
  excerpt bench ~/texts --json > bench.json
"""


@click.command("bench", epilog=_EPILOG)
@click.argument("corpus", type=click.Path(path_type=Path))
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
    "--questions",
    "n_questions",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Draw so many questions of each kind.",
)
@click.option("--seed", default=1, show_default=True, help="Draw other questions.")
@click.option(
    "--ranking",
    type=click.Choice(["default", "bm25"]),
    default="default",
    show_default=True,
    help="excerpt's own ranking, or BM25 over plain words as others have it.",
)
def command(corpus: Path, *, is_json: bool, **wishes: object) -> int:
    """Measure how fast excerpt is on the folder CORPUS: to build, to answer, to start, to notice a change.

    Everything happens on a copy in a temporary folder (TMPDIR says where); neither CORPUS nor an index is touched.
    """
    from excerpt.measure.bench import Wishes, measure
    from excerpt.measure.report import json_of, lines_of

    say = (lambda text: note(f"{text} ...")) if sys.stderr.isatty() else (lambda _: None)
    measured = measure(corpus, Wishes(**wishes), say)  # type: ignore[arg-type]
    if is_json:
        write([json_of(measured) + "\n"], is_data=True)
    else:
        write(lines_of(measured))
    return 0
