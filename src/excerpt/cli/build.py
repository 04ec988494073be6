"""`excerpt build`: build an index, or bring it up to date."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from excerpt.cli.build_sample import lines_of_effects
from excerpt.cli.build_summary import note_problems
from excerpt.cli.options import corpus_argument, folder_options, named_corpus
from excerpt.cli.output import note, write
from excerpt.cli.progress import build_with_progress
from excerpt.engines import ENGINES
from excerpt.errors import IndexBusy, IndexDamaged, IndexMissing
from excerpt.indexing.options import BuildOptions
from excerpt.indexing.preconditions import corpus_of
from excerpt.search.index import Index

if TYPE_CHECKING:
    from excerpt.indexing.pipeline import Report

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt build
  excerpt build letters
  excerpt build --corpus ~/texts --index ~/texts-index
  excerpt build --exclude '*.bak' --exclude drafts/ --dry-run
\b
A file .excerptignore in the corpus excludes files; its syntax is that of .gitignore.
An interrupted build resumes where it stopped.
Exit code: 0 on success, 2 if no file could be read.
"""


def _read_passwords(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    """Return the passwords in the lines of a file; none is ever stored or shown."""
    try:
        lines = Path(value).read_text(encoding="utf-8-sig").splitlines() if value else []
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not in UTF-8"
        raise click.BadParameter(f"{value} cannot be read: {reason.lower()}.") from error
    return tuple(filter(None, lines))


@click.command("build", epilog=_EPILOG)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Exclude files that match PATTERN. Can be repeated.",
)
@click.option(
    "--language",
    default="",
    metavar="CODE",
    help="Default language for files that declare none, such as de.  [default: detected]",
)
@click.option(
    "--encoding",
    default="",
    metavar="NAME",
    help="Default encoding for files that declare none, such as windows-1251.  [default: detected]",
)
@click.option(
    "--passwords",
    callback=_read_passwords,
    default="",
    metavar="FILE",
    help="Try the passwords in FILE, one per line, for encrypted PDF files.",
)
@click.option(
    "--checksum", is_flag=True, help="Compare the contents of files, not only sizes and times."
)
@click.option(
    "--from-scratch", is_flag=True, help="Index all files again, whatever the index holds."
)
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Continue even if more than half of the documents would be removed.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="Index engine; a change requires --from-scratch."
    "  [default: that of the index, or columnar]",
)
@click.option(
    "--url",
    default="",
    metavar="URL",
    help="With --engine opensearch: address of the cluster.  [default: that of the index]",
)
@click.option(
    "--name",
    default="",
    metavar="NAME",
    help="With --engine opensearch: name of the index in the cluster.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    metavar="N",
    help="Number of worker processes.  [default: one per core]",
)
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=0.0,
    metavar="SECONDS",
    help="Wait up to SECONDS for another build of this index to finish.",
)
@click.option("-n", "--dry-run", is_flag=True, help="Report what would change, and change nothing.")
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="With --dry-run: show how N files would be read, before and after a change of the rules.",
)
@click.option(
    "--all-unreadable",
    "is_all",
    is_flag=True,
    help="List all files that could not be read or are not supported.",
)
@folder_options
@corpus_argument
def command(
    folder: Path | None,
    corpus: Path,
    index: Path,
    *,
    is_all: bool,
    wait: float,
    **options: Unpack[BuildOptions],
) -> int:
    """Build the index of a corpus, or bring it up to date.

    Only new and changed files are read. The corpus is FOLDER, or is named by --corpus. If neither
    is given, an existing index is brought up to date with the corpus that it was built from.
    """
    is_dry_run = options["dry_run"]
    if options["sample"] and not is_dry_run:
        raise click.UsageError("--sample shows what a build would do: add --dry-run.")
    named = named_corpus(folder, corpus)
    report = _build(named or corpus, index, is_named=named is not None, wait=wait, **options)
    write([f"Dry run: {report.counted()}" if is_dry_run else report.summary()])
    if options["sample"]:
        write(lines_of_effects(report.effects, report.n_affected))
    sys.stdout.flush()
    note_problems(report, index, is_all=is_all, is_dry_run=is_dry_run)
    return 2 if report.unreadable and not is_dry_run and _is_empty(index) else 0


def _is_empty(index: Path) -> bool:
    with Index(index) as opened:
        return not opened.status().counts.documents


def _build(
    corpus: Path, index: Path, *, is_named: bool, wait: float, **options: Unpack[BuildOptions]
) -> "Report":
    """Build from the named corpus, else from the index's own, else from the default one.

    An index whose corpus is gone is compared with the default one, as a search does.
    """
    if not is_named:
        own = corpus_of(index)
        is_named = own is not None and not own.is_dir() and corpus.is_dir()
    if not is_named:
        try:
            return _build_in_turn(None, index, wait=wait, **options)
        except IndexMissing:
            pass
        except IndexDamaged:
            # A damaged catalog may not tell which corpus it belongs to.
            if not options["from_scratch"] or not corpus.is_dir():
                raise
    return _build_in_turn(corpus, index, wait=wait, **options)


def _build_in_turn(
    corpus: Path | None, index: Path, *, wait: float, **options: Unpack[BuildOptions]
) -> "Report":
    """Build; if another process is building, note which one and wait up to `wait` seconds."""
    if wait:
        try:
            return build_with_progress(corpus, index, **options)
        except IndexBusy as busy:
            note(f"{busy.message} Waiting for up to {wait:g} s.")
    return build_with_progress(corpus, index, wait=wait, **options)
