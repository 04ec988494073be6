"""`excerpt build`: make the index of a corpus, or bring it up to date."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from excerpt.cli.options import note, place_options, write
from excerpt.cli.progress import run
from excerpt.engines import ENGINES
from excerpt.errors import IndexBusy, IndexDamaged, IndexMissing
from excerpt.errors import command as command_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from excerpt.build import Report
    from excerpt.catalog import Problem

__all__ = ["command"]

_MOST_LISTED = 20
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
    from excerpt.ingest.extract.head import language_code

    code = language_code(value)
    if value and not code:
        raise click.BadParameter(f"{value!r} is no code of a language. Write two letters: de, en, fr.")
    return code


@click.command("build", epilog=_EPILOG)
@click.option(
    "--exclude", multiple=True, metavar="PATTERN", help="Leave out files that fit PATTERN; repeatable."
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
@click.option("--from-scratch", is_flag=True, help="Read everything again, whatever the index holds.")
@click.option("--checksum", is_flag=True, help="Look at the bytes of every file, not only at size and times.")
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
    "--processes", type=click.IntRange(1), help="Read so many files side by side.  [default: one per core]"
)
@click.option(
    "--all-unreadable",
    "is_all",
    is_flag=True,
    help="List every file that could not be read or is not supported, not only some.",
)
@place_options
@click.pass_context
def command(context: click.Context, /, corpus: Path, index: Path, *, is_all: bool, **wishes: Any) -> int:
    """Make the index of a corpus, or bring it up to date: only what has changed is read.

    Without --corpus, an index that is there already is brought up to date with the corpus it was built from.
    """
    is_named = context.get_parameter_source("corpus") is not ParameterSource.DEFAULT
    report = _run(corpus, index, is_named=is_named, **wishes)
    write([f"Dry run: {report.counted()}" if wishes["dry_run"] else report.summary()])
    sys.stdout.flush()
    for warning in report.warnings:
        note(f"Note: {warning}")
    _tell(report, index, None if is_all else _MOST_LISTED)
    if not wishes["dry_run"]:
        _tell_repaired(report.n_repaired, index)
    return 2 if report.unreadable and not wishes["dry_run"] and _is_empty(index) else 0


def _is_empty(index: Path) -> bool:
    from excerpt.search import Index

    with Index(index) as built:
        return not built.status().counts["documents"]


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


def _tell(report: "Report", index: Path, most: int | None) -> None:
    """Say what of the corpus is not in the index, or not as it was written."""
    if report.started_over not in {"", "as asked"}:
        why = report.started_over
        note(f"Everything is read again{f': the index was {why}' if why.startswith('made') else f', {why}'}")
    status = command_on(index, "status", "--all")
    n, noun = len(report.unreadable), "file" if len(report.unreadable) == 1 else "files"
    _list(f"{n:,} {noun} could not be read:", report.unreadable, most, status)
    n = len(report.unsupported)
    formats = "1 file is in a format that is" if n == 1 else f"{n:,} files are in formats that are"
    _list(f"{formats} not supported yet:", report.unsupported, most, status)


def _tell_repaired(n: int, index: Path) -> None:
    """Say how many documents are not quite as they were written, and how to see which."""
    if n:
        were = "1 document was" if n == 1 else f"{n:,} documents were"
        note(
            f"{were} read with repairs (a guessed encoding, replaced bytes or a cut):"
            f" {command_on(index, 'coverage')} lists them."
        )


def _list(title: str, problems: "Sequence[Problem]", most: int | None, lister: str) -> None:
    from excerpt.present.terminal import shown_path

    if not problems:
        return
    note(title)
    for problem in problems[:most]:
        note(f"  {shown_path(problem.path)}: {problem.reason}")
    if most is not None and len(problems) > most:
        note(f"  and {len(problems) - most:,} more; {lister} lists them all.")
