"""`excerpt watch`: keep the index up to date while source files change."""

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Unpack

import click

from excerpt.cli.build_summary import rebuild_sentence
from excerpt.cli.options import corpus_argument, folder_options, named_corpus
from excerpt.cli.output import note, plural, write
from excerpt.cli.remedies import command_line, remedy_line
from excerpt.errors import ExcerptError
from excerpt.indexing.options import BuildOptions
from excerpt.indexing.preconditions import corpus_of
from excerpt.indexing.report import Report
from excerpt.indexing.watch import watch
from excerpt.present.terminal import printable_path

__all__ = ["command"]


@click.command("watch")
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Exclude files that match PATTERN. Can be repeated.",
)
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Continue even if more than half of the documents would be removed.",
)
@folder_options
@corpus_argument
def command(folder: Path | None, corpus: Path, index: Path, **options: Unpack[BuildOptions]) -> int:
    """Bring the index up to date now and after every change, until Ctrl-C.

    Each build that changes the index writes one line.
    """
    root = named_corpus(folder, corpus) or corpus_of(index) or corpus
    note(f"Watching {printable_path(str(root))}. Press Ctrl-C to stop.")
    try:
        _report_builds(watch(root, index, **options), index)
    except KeyboardInterrupt:
        note("Stopped.")
    return 0


def _report_builds(outcomes: Iterable[Report | ExcerptError], index: Path) -> None:
    """Write a line for each build that changed anything, and note errors and problems.

    An error, a warning or a removal that waits is not repeated for as long as it lasts.
    """
    unreadable: tuple[object, ...] | None = None
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    error = ""
    for outcome in outcomes:
        now = time.strftime("%H:%M:%S")
        if isinstance(outcome, ExcerptError):
            if outcome.message != error:
                error = outcome.message
                note(" ".join([f"{now}  {error}", *map(remedy_line, outcome.remedies)]))
            continue
        error = ""
        if sentence := rebuild_sentence(outcome):
            note(f"{now}  {sentence}")
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
        if outcome.missing != missing:
            missing = outcome.missing
            note(f"{now}  {_missing_sentence(len(missing), index)}")


def _missing_sentence(n: int, index: Path) -> str:
    """Return what became of documents whose files are missing, and what the user can do."""
    if not n:
        return "No indexed file is missing any more."
    are, its_text, it = ("is", "its text", "it") if n == 1 else ("are", "their texts", "them")
    remove = command_line(index, "build", "--allow-removals")
    return (
        f"{plural(n, 'file')} {are} missing; the index keeps {its_text}."
        f" Put {it} back, or confirm the removal: {remove}"
    )
