"""The report of a build → problems to note on standard error.

They are noted by `excerpt build` and by the first search, which builds the index.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from excerpt.cli.output import note, plural
from excerpt.cli.remedies import command_line
from excerpt.indexing.report import REQUESTED
from excerpt.present.terminal import printable_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from excerpt.catalog import UnindexedFile
    from excerpt.indexing.pipeline import Report

__all__ = ["note_problems", "rebuild_sentence"]

_MAX_LISTED = 20


def note_problems(
    report: "Report", index: Path, *, is_all: bool = False, is_dry_run: bool = False
) -> None:
    """Note which files are not in the index, or not as they were written.

    Files are listed in full only if `is_all`.
    """
    limit = None if is_all else _MAX_LISTED
    for warning in report.warnings:
        note(f"Warning: {warning}")
    if sentence := rebuild_sentence(report, is_dry_run=is_dry_run):
        note(sentence)
    if report.former_corpus is not None and not is_dry_run:
        note(f"The files of this index have moved: their folder was {report.former_corpus}.")
    lister = command_line(index, "status", "--all")
    _list(
        f"{plural(len(report.unreadable), 'file')} could not be read:",
        report.unreadable,
        limit,
        lister,
    )
    n = len(report.unsupported)
    title = (
        "1 file has an unsupported format:" if n == 1 else f"{n:,} files have unsupported formats:"
    )
    _list(title, report.unsupported, limit, lister)
    if is_dry_run:
        return
    repaired = "read with warnings (a guessed encoding, replaced bytes, missing parts or the like)"
    lister = command_line(index, "coverage")
    for n, one, several in (
        (report.n_with_warnings, f"was {repaired}", f"were {repaired}"),
        (report.n_empty, "has no text", "have no text"),
    ):
        if n:
            state, them = (one, "it") if n == 1 else (several, "them")
            note(f"{plural(n, 'document')} {state}; {lister} lists {them}.")


def rebuild_sentence(report: "Report", *, is_dry_run: bool = False) -> str:
    """Return why an index was rebuilt that could not be updated, "" if it was updated."""
    if report.rebuild_reason in {"", REQUESTED}:
        return ""
    was = "would be" if is_dry_run else "was"
    return f"The index {was} rebuilt from scratch: {report.rebuild_reason.rstrip('.')}."


def _list(title: str, files: "Sequence[UnindexedFile]", limit: int | None, lister: str) -> None:
    if not files:
        return
    note(title)
    for file in files[:limit]:
        note(f"  {printable_path(file.path)}: {file.reason}")
    if limit is not None and len(files) > limit:
        note(f"  and {len(files) - limit:,} more; {lister} lists them all.")
