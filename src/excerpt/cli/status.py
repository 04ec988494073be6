"""`excerpt status`: what the index holds, what could not be read, and what was left out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from excerpt.cli.options import note_unfinished, place_options, refuse_other, write
from excerpt.cli.remedies import command_line
from excerpt.present import export
from excerpt.present.terminal import clean, printable_path
from excerpt.search.index import Index

if TYPE_CHECKING:
    from excerpt.search.status import Status

__all__ = ["command"]


@click.command("status")
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object.")
@click.option(
    "--all", "is_all", is_flag=True, help="Name every file that was left out, not only the rules."
)
@place_options
def command(corpus: Path, index: Path, *, is_json: bool, is_all: bool) -> int:
    """Say what the index holds, which files could not be read and why, and by which rules others were left out."""
    with Index(index) as searched:
        refuse_other(corpus, searched.corpus, index)
        status = searched.status()
    note_unfinished(index, status.unfinished)
    if is_json:
        write([export.status_json(status) + "\n"], is_data=True)
    else:
        write(_lines(status, is_all=is_all))
    return 0


def _lines(status: "Status", *, is_all: bool) -> Iterator[str]:
    counts, statistics = status.counts, status.statistics
    yield f"index       {printable_path(str(status.index))}"
    yield f"corpus      {printable_path(str(status.corpus))}"
    yield f"engine      {status.engine}"
    files = "file" if counts.files == 1 else "files"
    yield f"documents   {counts.documents:,} in {counts.files:,} {files}{_listed(status.formats)}"
    yield f"passages    {counts.passages:,}"
    yield f"words       {statistics.n_words:,} of {statistics.n_terms:,} kinds"
    languages = {name or "unknown": number for name, number in status.languages.items()}
    yield f"languages   {_listed(languages).strip(' ()') or 'none'}"
    if status.problems:
        yield ""
        noun = "file" if len(status.problems) == 1 else "files"
        yield f"{len(status.problems):,} {noun} could not be read:"
    for problem in status.problems:
        yield f"  {printable_path(problem.path)}: {clean(problem.reason)}"
    if status.warnings:
        yield ""
        yield "To be mended in the metadata:"
    yield from (f"  {clean(warning)}" for warning in status.warnings)
    if status.skipped:
        yield ""
        were = (
            "1 file or folder was"
            if len(status.skipped) == 1
            else f"{len(status.skipped):,} files or folders were"
        )
        yield f"{were} left out:"
    if is_all:
        yield from (
            f"  {printable_path(each.path)}: {clean(each.reason)}" for each in status.skipped
        )
    else:
        rules = Counter(each.reason for each in status.skipped)
        yield from (f"  {n:,} × {clean(rule)}" for rule, n in rules.most_common())
    lister = command_line(status.index, "coverage")
    repaired, empty = (counts.repaired, "read with repairs"), (counts.empty, "without any text")
    for n, what in (repaired, empty):
        if n:
            were = "1 document was" if n == 1 else f"{n:,} documents were"
            yield ""
            yield f"{were} {what}; {lister} lists them."


def _listed(numbers: Mapping[str, int]) -> str:
    """`numbers` by name, the greatest first, in brackets."""
    if not numbers:
        return ""
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return f" ({', '.join(f'{name} {number:,}' for name, number in ordered)})"
