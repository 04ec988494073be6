"""`excerpt watch`: keep the index up to date while sources are saved."""

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from excerpt.catalog import Catalog
from excerpt.cli.options import note, place_options, write
from excerpt.cli.remedies import remedy_line
from excerpt.errors import ExcerptError
from excerpt.indexing.report import Report
from excerpt.indexing.watch import watch
from excerpt.present.terminal import printable_path

__all__ = ["command"]


@click.command("watch")
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Leave out files that fit PATTERN; repeatable.",
)
@click.option(
    "--allow-removals", is_flag=True, help="Go on even if more than half of the documents are gone."
)
@place_options
@click.pass_context
def command(context: click.Context, /, corpus: Path, index: Path, **wishes: Any) -> int:
    """Bring the index up to date now and after every save, until Ctrl-C. One line tells of each build."""
    is_named = context.get_parameter_source("corpus") is not ParameterSource.DEFAULT
    root = corpus if is_named else _corpus_of(index) or corpus
    note(f"Watching {printable_path(str(root))}. Ctrl-C stops.")
    try:
        _tell(watch(root, index, **wishes))
    except KeyboardInterrupt:
        note("Stopped.")
    return 0


def _corpus_of(index: Path) -> Path | None:
    """The corpus that the index remembers, if there is one that can be read."""
    try:
        with Catalog.open(index) as catalog:
            return catalog.corpus
    except ExcerptError:
        return None


def _tell(outcomes: Iterable[Report | ExcerptError]) -> None:
    """Say what each build has done, unless it had nothing to do."""
    unreadable: tuple[object, ...] | None = None
    warnings: tuple[str, ...] = ()
    for outcome in outcomes:
        at = time.strftime("%H:%M:%S")
        if isinstance(outcome, ExcerptError):
            note(" ".join([f"{at}  {outcome.message}", *map(remedy_line, outcome.remedies)]))
            continue
        done = (outcome.new, outcome.changed, outcome.moved, outcome.removed, outcome.duplicates)
        if any(done) or outcome.unreadable != unreadable:
            unreadable = outcome.unreadable
            write([f"{at}  {outcome.summary()}"])
            sys.stdout.flush()
        for warning in outcome.warnings if outcome.warnings != warnings else ():
            note(f"{at}  Note: {warning}")
        warnings = outcome.warnings
