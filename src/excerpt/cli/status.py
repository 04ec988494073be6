"""`excerpt status`: the contents of the index, and the files that are not in it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from excerpt.cli.options import (
    choose_corpus,
    index_options,
    note_missing_corpus,
    note_unfinished,
)
from excerpt.cli.output import fit, plural, write
from excerpt.cli.remedies import command_line
from excerpt.present.json_text import dump_report
from excerpt.present.reports import status_record
from excerpt.present.terminal import clean, printable_path
from excerpt.search.index import Index

if TYPE_CHECKING:
    from excerpt.search.status import Status

__all__ = ["command"]


@click.command("status")
@click.option(
    "--all",
    "is_all",
    is_flag=True,
    help="List every excluded file, not only the number for each rule.",
)
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object.")
@index_options
def command(corpus: Path, index: Path, *, is_json: bool, is_all: bool) -> int:
    """Show the contents of the index, and the files that are not in it.

    Files that could not be read are listed with the reason, and excluded files with the rule that
    excludes them.
    """
    with Index(index) as opened:
        choose_corpus(opened, corpus, index)
        note_missing_corpus(opened)
        status = opened.status()
    note_unfinished(index, status.unfinished)
    if is_json:
        write([dump_report(status_record(status))], is_data=True)
    else:
        write(fit(_lines(status, is_all=is_all)))
    return 0


def _lines(status: "Status", *, is_all: bool) -> Iterator[str]:
    yield from _contents(status)
    if status.unreadable:
        yield ""
        yield f"{plural(len(status.unreadable), 'file')} could not be read:"
    for file in status.unreadable:
        yield f"  {printable_path(file.path)}: {clean(file.reason)}"
    if status.warnings:
        yield ""
        yield "Warnings:"
    yield from (f"  {clean(warning)}" for warning in status.warnings)
    if status.excluded:
        yield ""
        n = len(status.excluded)
        yield f"{'1 file or folder is' if n == 1 else f'{n:,} files or folders are'} excluded:"
    if is_all:
        for excluded in status.excluded:
            yield f"  {printable_path(excluded.path)}: {clean(excluded.reason)}"
    else:
        rules = Counter(excluded.reason for excluded in status.excluded)
        yield from (f"  {n:,} × {clean(rule)}" for rule, n in rules.most_common())
    if "" in status.languages:
        main = status.main_language
        how = f"as {main}" if main else "without inflected forms"
        builder = command_line(status.index, "build", "--language", "XX", "--from-scratch")
        yield ""
        yield f"Texts of unknown language are searched {how}; {builder} sets another language."
    lister = command_line(status.index, "coverage")
    for n, one, several in (
        (status.counts.with_warnings, "was read with warnings", "were read with warnings"),
        (status.counts.empty, "has no text", "have no text"),
    ):
        if n:
            state, them = (one, "it") if n == 1 else (several, "them")
            yield ""
            yield f"{plural(n, 'document')} {state}; {lister} lists {them}."


def _contents(status: "Status") -> Iterator[str]:
    counts, statistics = status.counts, status.statistics
    yield f"index       {printable_path(str(status.index))}"
    yield f"corpus      {printable_path(str(status.corpus))}"
    yield f"engine      {status.engine}"
    yield f"kernel      {status.kernel}"
    formats = f" ({_listed(status.formats)})" if status.formats else ""
    members = f" with {counts.members:,} members" if counts.members else ""
    documents = f"{counts.documents:,} in {plural(counts.files, 'file')}{members}{formats}"
    yield f"documents   {documents}"
    if status.packages:
        packages = (f"{name} from {package}" for name, package in sorted(status.packages.items()))
        yield f"formats     {clean(', '.join(packages))}"
    yield f"passages    {counts.passages:,}"
    yield f"words       {statistics.n_words:,}"
    yield f"terms       {statistics.n_terms:,} (distinct words, including those of text set apart)"
    main = status.main_language
    unknown = f"unknown (searched as {main})" if main else "unknown"
    languages = {name or unknown: number for name, number in status.languages.items()}
    yield f"languages   {_listed(languages) or 'none'}"


def _listed(numbers: Mapping[str, int]) -> str:
    """Return names with their numbers, the largest first."""
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {number:,}" for name, number in ordered)
