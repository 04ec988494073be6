"""`excerpt concordance`: every match of a query, one per line, in its context."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from excerpt.cli.options import (
    color_option,
    index_options,
    open_index,
    query_options,
    words_argument,
)
from excerpt.cli.output import Command, format_option, note, plural, write
from excerpt.present.alignment import align_lines, align_whole_lines, context_words
from excerpt.present.terminal import choose_style, terminal_width

if TYPE_CHECKING:
    from excerpt.present.concordance import Concordance, ConcordanceLine
    from excerpt.search.index import Index

__all__ = ["command", "line_options", "write_concordance"]

_MAX_COLUMNS = 160
_RECORD_WORDS = 10
"""Words of context on each side in records, by default."""
_MAX_WORDS = 10_000
"""Words of context on each side at most; no line needs more, and huge numbers could overflow."""
_EPILOG = """\b
Examples:
  excerpt concordance 'strike OR lockout' --sort right
  excerpt concordance 'wage NEAR/5 labour' --around 8
  excerpt concordance 'class*' --sort date --csv > class.csv
"""


def line_options(command: Command) -> Command:
    """Add options for the order, the context and the output format of lines."""
    for option in (
        format_option(
            "-c", "--count", output="count", description="Write the number of occurrences."
        ),
        format_option("--csv", output="csv", description="Write a CSV table."),
        format_option("--jsonl", output="jsonl", description="Write one JSON object per line."),
        format_option("--json", output="json", description="Write one JSON object, with counts."),
        click.option(
            "--around",
            type=click.IntRange(0),
            metavar="N",
            help="Words of context on each side."
            f"  [default: as many as fit; {_RECORD_WORDS} in records]",
        ),
        click.option(
            "--sort",
            type=click.Choice(["path", "left", "right", "date"]),
            default="path",
            show_default=True,
            help="Order of the lines. left, right: by the words before or after the match, the"
            " nearest first; date: by the date of the document, undated ones last.",
        ),
        click.option(
            "--offset",
            type=click.IntRange(0),
            default=0,
            metavar="N",
            help="Skip the first N lines.",
        ),
        click.option(
            "-n",
            "--limit",
            type=click.IntRange(0),
            default=0,
            metavar="N",
            help="Write at most N lines.  [default: all]",
        ),
    ):
        command = option(command)
    return command


@click.command("concordance", epilog=_EPILOG)
@words_argument("QUERY...")
@query_options
@line_options
@color_option
@index_options
def command(
    words: tuple[str, ...],
    corpus: Path,
    index: Path,
    *,
    output: str | None,
    around: int | None,
    sort: Any,
    limit: int,
    offset: int,
    color: Any,
    **parsing: Any,
) -> int:
    """List every match of QUERY in its context."""
    query = " ".join(words)
    with open_index(index, corpus) as opened:
        return write_concordance(
            opened,
            query,
            output=output,
            around=around,
            sort=sort,
            limit=limit,
            offset=offset,
            color=color,
            **parsing,
        )


def write_concordance(
    index: "Index",
    query: str,
    *,
    output: str | None,
    around: int | None,
    sort: Any,
    limit: int,
    offset: int,
    color: Any,
    **parsing: Any,
) -> int:
    """Write the occurrences of `query` as they are read, and return the exit code."""
    if output == "count":
        _note_all(index.notices(query, sort=sort, **parsing))
        total = index.count_occurrences(query, **parsing)
        write([str(total)])
    else:
        n_words = _context_words(output, around)
        lines = index.concordance(
            query, around=n_words, sort=sort, limit=limit or None, offset=offset, **parsing
        )
        _note_all(lines.notices)
        if output is None:
            write(_text(lines, around, sort, color))
        else:
            write(_records(lines, query, output), is_data=True)
        sys.stdout.flush()
        if output != "json":
            note(_summary(lines, limit, offset))
        total = lines.n_occurrences
    if not total:
        _note_passages(index, query, **parsing)
    return 0 if total else 1


def _note_all(notices: Iterable[str]) -> None:
    for notice in notices:
        note(notice)


def _note_passages(index: "Index", query: str, **parsing: Any) -> None:
    """Note passages that match without an occurrence of a word, as for a field or a NOT."""
    n_passages = index.count(query, **parsing)
    if n_passages:
        match, them = ("passage matches", "it") if n_passages == 1 else ("passages match", "them")
        note(f"{n_passages:,} {match} without a word to list; excerpt search shows {them}.")


def _context_words(output: str | None, around: int | None) -> int:
    """Return the words of context to read: as given, or as a record or a line may need."""
    if around is not None:
        return min(around, _MAX_WORDS)
    return context_words(_width()) if output is None else _RECORD_WORDS


def _width() -> int:
    return terminal_width(sys.stdout, _MAX_COLUMNS)


def _text(
    lines: "Iterable[ConcordanceLine]", around: int | None, sort: str, color: Any
) -> Iterator[str]:
    """Return lines as wide as the terminal or, if a context is given, as wide as it is."""
    style, has_dates = choose_style(sys.stdout, color), sort == "date"
    if around is None:
        is_terminal = sys.stdout.isatty()
        return align_lines(lines, _width(), style, has_dates=has_dates, is_terminal=is_terminal)
    return align_whole_lines(lines, style, has_dates=has_dates)


def _records(lines: "Concordance", query: str, output: str) -> Iterator[str]:
    from excerpt.present.csv_text import csv_rows
    from excerpt.present.json_text import dump_lines
    from excerpt.present.records import LINE_COLUMNS, dump_concordance, line_record

    if output == "json":
        return dump_concordance(lines, query)
    records = map(line_record, lines)
    return dump_lines(records) if output == "jsonl" else csv_rows(records, LINE_COLUMNS)


def _summary(lines: "Concordance", limit: int, offset: int) -> str:
    """Return the numbers of occurrences, of their passages and documents, and of stale ones."""
    total = lines.n_occurrences
    if not total:
        return "No occurrences."
    summary = (
        f"{plural(total, 'occurrence')} in {plural(lines.n_passages, 'passage')}"
        f" of {plural(lines.n_documents, 'document')}."
    )
    last = min(total, offset + limit) if limit else total
    if offset >= total:
        summary += " --offset skips all of them."
    elif last - offset < total:
        shown = f"{last:,}" if last == offset + 1 else f"{offset + 1:,}–{last:,}"
        summary += f" Shown: {shown}."
    if not lines.n_stale:
        return summary
    have = "has" if lines.n_stale == 1 else "have"
    stale = plural(lines.n_stale, "document")
    return f"{summary} {stale} {have} changed or disappeared since the last build."
