"""`excerpt watch`: keep the index up to date while source files change."""

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Unpack

import click
from click.core import ParameterSource

from excerpt.catalog import Catalog
from excerpt.cli.options import folder_options
from excerpt.cli.output import note, write
from excerpt.cli.remedies import remedy_line
from excerpt.errors import ExcerptError
from excerpt.indexing.options import BuildOptions
from excerpt.indexing.report import Report
from excerpt.indexing.watch import watch
from excerpt.present.terminal import printable_path

__all__ = ["command"]


@click.command("watch")
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Exclude files that match PATTERN. May be repeated.",
)
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Continue even if more than half of the documents would be removed.",
)
@folder_options
@click.pass_context
def command(
    context: click.Context, /, corpus: Path, index: Path, **options: Unpack[BuildOptions]
) -> int:
    """Bring the index up to date now and after every change, until Ctrl-C.

    Each build that changes the index writes one line.
    """
    is_named = context.get_parameter_source("corpus") is not ParameterSource.DEFAULT
    root = corpus if is_named else _corpus_of(index) or corpus
    note(f"Watching {printable_path(str(root))}. Press Ctrl-C to stop.")
    try:
        _report_builds(watch(root, index, **options))
    except KeyboardInterrupt:
        note("Stopped.")
    return 0


def _corpus_of(index: Path) -> Path | None:
    """Return the corpus recorded in the index, None if the index cannot be read."""
    try:
        with Catalog.open(index) as catalog:
            return catalog.corpus
    except ExcerptError:
        return None


def _report_builds(outcomes: Iterable[Report | ExcerptError]) -> None:
    """Write a line for each build that changed anything, and note errors and new warnings."""
    unreadable: tuple[object, ...] | None = None
    warnings: tuple[str, ...] = ()
    for outcome in outcomes:
        now = time.strftime("%H:%M:%S")
        if isinstance(outcome, ExcerptError):
            note(" ".join([f"{now}  {outcome.message}", *map(remedy_line, outcome.remedies)]))
            continue
        changes = (
            outcome.new,
            outcome.changed,
            outcome.moved,
            outcome.removed,
            outcome.copies,
        )
        if any(changes) or outcome.unreadable != unreadable:
            unreadable = outcome.unreadable
            write([f"{now}  {outcome.summary()}"])
            sys.stdout.flush()
        for warning in outcome.warnings if outcome.warnings != warnings else ():
            note(f"{now}  Warning: {warning}")
        warnings = outcome.warnings
