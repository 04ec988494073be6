"""`excerpt concordance`: every match of a query, one a line, in its context."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from excerpt.cli.options import (
    color_option,
    note,
    opened,
    place_options,
    query_options,
    words_argument,
    write,
)
from excerpt.cli.output_format import form_option
from excerpt.present.alignment import align_lines, align_whole_lines, context_words
from excerpt.present.terminal import choose_style, terminal_width

if TYPE_CHECKING:
    from excerpt.present.concordance import Concordance, ConcordanceLine
    from excerpt.search.index import Index

__all__ = ["command", "line_options", "write_occurrences"]

Command = TypeVar("Command", bound=Callable[..., Any])

_MOST_COLUMNS = 160
_IN_RECORDS = 10
_MOST_AROUND = 10_000
"""More words than that on a side are as good as these."""
_CSV = ("left", "match", "right", "path", "line", "anchor", "page", "passage", "date", "stale")
_EPILOG = """\b
Examples:
  excerpt concordance 'strike OR lockout' --sort right
  excerpt concordance 'wage NEAR/5 labour' --around 8
  excerpt concordance 'class*' --sort date --csv > class.csv
"""


def line_options(command: Command) -> Command:
    """How occurrences are arranged and written."""
    for option in (
        form_option("-c", "--count", form="count", help="Write how many there are."),
        form_option("--csv", form="csv", help="Write a table for spreadsheets."),
        form_option("--jsonl", form="jsonl", help="Write one JSON object a line for each."),
        form_option("--json", form="json", help="Write one JSON object, with the counts."),
        click.option(
            "--sort",
            type=click.Choice(["path", "left", "right", "date"]),
            default="path",
            show_default=True,
            help="By path and place, by the words before or after, the nearest first, or by the document's date.",
        ),
        click.option(
            "--around",
            type=click.IntRange(0),
            metavar="N",
            help=f"Words on each side; else {_IN_RECORDS}, or what the terminal has room for.",
        ),
    ):
        command = option(command)
    return command


@click.command("concordance", epilog=_EPILOG)
@words_argument("QUERY...")
@line_options
@query_options
@color_option
@place_options
def command(
    words: tuple[str, ...],
    corpus: Path,
    index: Path,
    *,
    form: str | None,
    around: int | None,
    sort: Any,
    color: Any,
    **ways: bool,
) -> int:
    """List every match of QUERY, one a line, in its context."""
    with opened(index, corpus) as searched:
        return write_occurrences(
            searched, " ".join(words), form=form, around=around, sort=sort, color=color, **ways
        )


def write_occurrences(
    searched: "Index",
    query: str,
    *,
    form: str | None,
    around: int | None,
    sort: Any,
    color: Any,
    **ways: bool,
) -> int:
    """Write the occurrences of `query` in one of the forms as they are found, and return the exit code."""
    for notice in searched.notices(query, **ways):
        note(notice)
    if form == "count":
        total = searched.count_occurrences(query, **ways)
        write([str(total)])
        _tell_of_wordless(searched, query, total, **ways)
        return 0 if total else 1
    found = searched.occurrences(query, around=_reach(form, around), sort=sort, **ways)
    if form is None:
        write(_for_people(found, around, sort, color))
    else:
        write(_records(found, query, form), is_data=True)
    sys.stdout.flush()
    if form != "json":
        note(_summary(found))
    _tell_of_wordless(searched, query, found.n_occurrences, **ways)
    return 0 if found.n_occurrences else 1


def _tell_of_wordless(searched: "Index", query: str, n_occurrences: int, **ways: bool) -> None:
    """Say that passages match although nothing occurs in them, if that is so: a field or a NOT asks for no word."""
    n_passages = 0 if n_occurrences else searched.count(query, **ways)
    if n_passages:
        match, them = ("passage matches", "it") if n_passages == 1 else ("passages match", "them")
        note(f"{n_passages:,} {match} without a word to be listed: excerpt search shows {them}.")


def _reach(form: str | None, around: int | None) -> int:
    """The words of context on each side: those asked for, or as many as a record or a line may need."""
    if around is not None:
        return min(around, _MOST_AROUND)
    if form is not None:
        return _IN_RECORDS
    return context_words(_width())


def _width() -> int:
    return terminal_width(sys.stdout, _MOST_COLUMNS)


def _for_people(
    lines: "Iterable[ConcordanceLine]", around: int | None, sort: str, color: Any
) -> Iterator[str]:
    """Lines as wide as the terminal, or as wide as the context that was asked for."""
    style, has_dates = choose_style(sys.stdout, color), sort == "date"
    if around is None:
        return align_lines(lines, _width(), style, has_dates=has_dates)
    return align_whole_lines(lines, style, has_dates=has_dates)


def _records(found: "Concordance", query: str, form: str) -> Iterator[str]:
    from excerpt.present import export

    if form == "json":
        return export.concordance_json(found, query)
    records = map(export.line_record, found)
    if form == "jsonl":
        return (export.dump(record) + "\n" for record in records)
    return export.csv_rows(records, _CSV)


def _summary(found: "Concordance") -> str:
    """How many occurrences there are, and where."""
    if not found.n_occurrences:
        return "Nothing occurs."
    told = (
        f"{_counted(found.n_occurrences, 'occurrence')} in {_counted(found.n_passages, 'passage')} "
        f"of {_counted(found.n_documents, 'document')}."
    )
    if not found.n_stale:
        return told
    have = "has" if found.n_stale == 1 else "have"
    return (
        f"{told} {_counted(found.n_stale, 'document')} {have} changed or gone since the last build."
    )


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
