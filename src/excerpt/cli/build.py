"""`excerpt build`: make the index of a corpus, or bring it up to date."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from excerpt.cli.build_summary import tell
from excerpt.cli.options import note, place_options, write
from excerpt.cli.progress import run
from excerpt.engines import ENGINES
from excerpt.errors import IndexBusy, IndexDamaged, IndexMissing
from excerpt.ingest.language import language_code
from excerpt.search.index import Index

if TYPE_CHECKING:
    from excerpt.indexing.pipeline import Report

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt build
  excerpt build --corpus ~/texts --index ~/texts-index
  excerpt build --exclude '*.bak' --exclude drafts/ --dry-run
\b
A file .excerptignore in the corpus says what to leave out, in the syntax of .gitignore.
An interrupted build goes on where it was. Exit code 2 if nothing could be read.
"""


def _language(_: click.Context, __: click.Parameter, value: str) -> str:
    code = language_code(value)
    if value and not code:
        raise click.BadParameter(
            f"{value!r} is no code of a language. Write two letters: de, en, fr."
        )
    return code


@click.command("build", epilog=_EPILOG)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Leave out files that fit PATTERN; repeatable.",
)
@click.option(
    "--language",
    callback=_language,
    default="",
    metavar="CODE",
    help="The language of the texts to be read that do not say their own, such as de; else it is found out.",
)
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would be done.")
@click.option(
    "--allow-removals", is_flag=True, help="Go on even if more than half of the documents are gone."
)
@click.option(
    "--from-scratch", is_flag=True, help="Read everything again, whatever the index holds."
)
@click.option(
    "--checksum", is_flag=True, help="Look at the bytes of every file, not only at size and times."
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="How the words are kept; an index stays with its engine until it is built from scratch."
    "  [default: that of the index, or columnar]",
)
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for another build of this index; without it, give up at once.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="Read so many files side by side.  [default: one per core]",
)
@click.option(
    "--all-unreadable",
    "is_all",
    is_flag=True,
    help="List every file that could not be read or is not supported, not only some.",
)
@place_options
@click.pass_context
def command(
    context: click.Context, /, corpus: Path, index: Path, *, is_all: bool, **wishes: Any
) -> int:
    """Make the index of a corpus, or bring it up to date: only what has changed is read.

    Without --corpus, an index that is there already is brought up to date with the corpus it was built from.
    """
    is_named = context.get_parameter_source("corpus") is not ParameterSource.DEFAULT
    report = _run(corpus, index, is_named=is_named, **wishes)
    write([f"Dry run: {report.counted()}" if wishes["dry_run"] else report.summary()])
    sys.stdout.flush()
    tell(report, index, is_all=is_all, is_done=not wishes["dry_run"])
    return 2 if report.unreadable and not wishes["dry_run"] and _is_empty(index) else 0


def _is_empty(index: Path) -> bool:
    with Index(index) as built:
        return not built.status().counts.documents


def _run(corpus: Path, index: Path, *, is_named: bool, **wishes: Any) -> "Report":
    """Build from the corpus that is named, or from that of the index, or if it does not tell from the usual one."""
    if not is_named:
        try:
            return _run_in_turn(None, index, **wishes)
        except IndexMissing:
            pass
        except IndexDamaged:
            if not wishes["from_scratch"] or not corpus.is_dir():
                raise
    return _run_in_turn(corpus, index, **wishes)


def _run_in_turn(corpus: Path | None, index: Path, *, wait: float, **wishes: Any) -> "Report":
    """Build at once if nobody else does; else say who does, and wait."""
    if wait:
        try:
            return run(corpus, index, **wishes)
        except IndexBusy as busy:
            note(f"{busy.message} Waiting for up to {wait:g} s.")
    return run(corpus, index, wait=wait, **wishes)
