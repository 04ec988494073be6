"""`excerpt concordance`: every match of a query, one a line, in its context."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from excerpt.cli.options import color_option, opened, place_options, query_options, words_argument, write

if TYPE_CHECKING:
    from excerpt.present.concordance import Line

__all__ = ["command", "line_options", "reach", "write_lines"]

Command = TypeVar("Command", bound=Callable[..., Any])

_MOST_COLUMNS = 160
_IN_RECORDS = 60
_CSV = ("left", "match", "right", "path", "line", "anchor", "page", "passage")


def line_options(command: Command) -> Command:
    """How occurrences are written."""
    for option in (
        click.option("-c", "--count", "form", flag_value="count", help="Write how many there are."),
        click.option("--csv", "form", flag_value="csv", help="Write a table for spreadsheets."),
        click.option("--jsonl", "form", flag_value="jsonl", help="Write one JSON object a line for each."),
        click.option(
            "--around",
            type=click.IntRange(0, 10_000, clamp=True),
            help="Characters of context on each side; else what the terminal has room for.",
        ),
    ):
        command = option(command)
    return command


@click.command("concordance")
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
    color: Any,
    **ways: bool,
) -> int:
    """List every match of QUERY by path and place, one a line, in its context."""
    with opened(index, corpus) as searched:
        lines = searched.occurrences(" ".join(words), around=reach(form, around), **ways)
        return write_lines(lines, form, around, color)


def reach(form: str | None, around: int | None) -> int:
    """The characters of context to fetch on each side: those asked for, or as many as a record or a line may need."""
    if around is not None:
        return around
    return _MOST_COLUMNS if form is None else _IN_RECORDS


def _width(around: int | None) -> int:
    """The columns of a whole line."""
    from excerpt.present.concordance import width_for
    from excerpt.present.terminal import width_of

    return width_for(around) if around is not None else width_of(sys.stdout, _MOST_COLUMNS)


def write_lines(lines: "Iterator[Line]", form: str | None, around: int | None, color: Any) -> int:
    """Write `lines` in one of the forms as they are found, and return the exit code."""
    from excerpt.present import concordance, export
    from excerpt.present.terminal import style_of

    if form == "count":
        total = sum(1 for _ in lines)
        write([str(total)])
        return 0 if total else 1
    if form is None:
        found = write(concordance.aligned(lines, _width(around), style_of(sys.stdout, color)))
        return 0 if found else 1
    records = map(export.record_of_line, lines)
    if form == "jsonl":
        return 0 if write((export.dumped(record) + "\n" for record in records), is_data=True) else 1
    counted = _Counted(records)
    write(export.csv_of(counted, _CSV), is_data=True)
    return 0 if counted.n else 1


class _Counted:
    """An iterable that knows how many it has given."""

    def __init__(self, values: Iterator[dict[str, Any]]) -> None:
        self._values = values
        self.n = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for value in self._values:
            self.n += 1
            yield value
