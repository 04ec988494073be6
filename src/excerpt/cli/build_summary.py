"""The report of a build → what a person should know besides its summary, on standard error.

Whoever builds says it: `excerpt build`, and the first search in a folder, which builds by the way.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from excerpt.cli.options import note
from excerpt.cli.remedies import command_line
from excerpt.indexing.report import REQUESTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from excerpt.catalog import FileProblem
    from excerpt.indexing.pipeline import Report

__all__ = ["tell"]

_MOST_LISTED = 20


def tell(report: "Report", index: Path, *, is_all: bool = False, is_done: bool = True) -> None:
    """Say what of the corpus is not in the index, or not as it was written; `is_all`: name every file, not only some.

    `is_done`: the build was no dry run.
    """
    most = None if is_all else _MOST_LISTED
    for warning in report.warnings:
        note(f"Note: {warning}")
    if report.rebuild_reason not in {"", REQUESTED}:
        was = "was" if is_done else "would be"
        note(f"The index {was} rebuilt from scratch: {report.rebuild_reason.rstrip('.')}.")
    status = command_line(index, "status", "--all")
    n, noun = len(report.unreadable), "file" if len(report.unreadable) == 1 else "files"
    _list(f"{n:,} {noun} could not be read:", report.unreadable, most, status)
    n = len(report.unsupported)
    formats = "1 file is in a format that is" if n == 1 else f"{n:,} files are in formats that are"
    _list(f"{formats} not supported yet:", report.unsupported, most, status)
    if is_done:
        lister = command_line(index, "coverage")
        repaired = "read with repairs (a guessed encoding, replaced bytes or a cut)"
        for n, what in ((report.n_repaired, repaired), (report.n_empty, "without any text")):
            if n:
                were = "1 document was" if n == 1 else f"{n:,} documents were"
                note(f"{were} {what}: {lister} lists them.")


def _list(title: str, problems: "Sequence[FileProblem]", most: int | None, lister: str) -> None:
    from excerpt.present.terminal import printable_path

    if not problems:
        return
    note(title)
    for problem in problems[:most]:
        note(f"  {printable_path(problem.path)}: {problem.reason}")
    if most is not None and len(problems) > most:
        note(f"  and {len(problems) - most:,} more; {lister} lists them all.")
