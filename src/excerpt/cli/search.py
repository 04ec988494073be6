"""`excerpt search`: the passages that match a query, for people, as records, as paths or as a number."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from excerpt.cli.options import (
    color_option,
    expand_option,
    note,
    opened,
    place_options,
    query_options,
    words_argument,
    write,
)
from excerpt.cli.output_format import form_option
from excerpt.present.terminal import choose_style, printable_path, terminal_width

if TYPE_CHECKING:
    from excerpt.catalog import IndexedFile
    from excerpt.search.index import Index
    from excerpt.search.options import Order
    from excerpt.search.results import Results

__all__ = ["command"]

_CSV = (
    "rank",
    "score",
    "path",
    "title",
    "headings",
    "first_line",
    "last_line",
    "anchor",
    "page",
    "passage",
    "stale",
    "duplicates",
    "text",
)
_ORDERS = ("score", "date", "-date", "path", "-path")
_FEW = 8
"""Added words that are named after a search; excerpt explain names all."""
_EPILOG = """\b
Examples:
  excerpt search moneyless society
  excerpt search '"united front" NOT war'
  excerpt search 'wage NEAR/5 labour' --context 1
  excerpt search strike --sort date --per-document 1
  excerpt search strike --json | jq '.hits[].path'
  excerpt search strike -l0 | xargs -0 wc -w
\b
excerpt help query shows the query language on one screen.
Exit code: 0 if a passage was found, 1 if none was, 2 for an error.
"""


def _show_language(context: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if is_wanted:
        from excerpt.cli.help import show_topic

        show_topic("query")
        context.exit()


@click.command("search", epilog=_EPILOG)
@words_argument("QUERY...")
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Hits at most; 0: all.",
)
@click.option(
    "--offset", type=click.IntRange(0), default=0, help="Leave out so many hits at the top."
)
@click.option(
    "--per-document", type=click.IntRange(1), help="Show only the best so many of each document."
)
@click.option(
    "--sort",
    type=click.Choice(_ORDERS),
    help="Order by score, or by the date or path of the documents; - is backwards, undated ones last."
    "  [default: score; with -l: path]",
)
@click.option(
    "--all",
    "is_unfolded",
    is_flag=True,
    help="Show passages with the same words each, not the first for all.",
)
@click.option(
    "--context",
    type=click.IntRange(0),
    default=0,
    help="Show so many passages before and after each hit.",
)
@query_options
@expand_option
@click.option("--scores", "has_scores", is_flag=True, help="Show the score of each hit.")
@form_option("--json", form="json", help="Write one JSON object.")
@form_option("--jsonl", form="jsonl", help="Write one JSON object a line for each hit.")
@form_option("--csv", form="csv", help="Write a table for spreadsheets.")
@form_option("-l", "--files", form="files", help="Write the paths of all files that match.")
@form_option("-c", "--count", form="count", help="Write how many passages match.")
@click.option(
    "-0",
    "--null",
    "is_null",
    is_flag=True,
    help="With -l: end each path with a zero byte, as it is on disk.",
)
@color_option
@place_options
@click.option(
    "--help-query",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_language,
    help="Show the query language.",
)
def command(
    words: tuple[str, ...],
    corpus: Path,
    index: Path,
    *,
    form: str | None,
    is_null: bool,
    **wishes: Any,
) -> int:
    """Find the passages that match QUERY, best first.

    All the words must stand in one passage, in any of their inflected forms. Passages with the same words (copies,
    editions, boilerplate) are shown once, and counted each. Without an index one is built first.
    """
    if is_null and form not in {None, "files"}:
        raise click.UsageError(
            f"-0/--null ends the paths of -l/--files, but --{form} is another form of output."
        )
    query = " ".join(words)
    ways = {name: wishes.pop(name) for name in ("any_word", "exact", "literal", "expand")}
    with opened(index, corpus) as searched:
        is_list = form == "files" or (form is None and is_null)
        if is_list or form == "count":
            asked = {name: way for name, way in ways.items() if name != "expand"}
            for notice in searched.notices(query, **asked):
                note(notice)
        if form == "count":
            total = searched.count(query, **ways)
            write([str(total)])
            return 0 if total else 1
        if is_list:
            order: Order = wishes["sort"] or "path"
            places = searched.files(query, sort=order, **ways)
            return 0 if _write_files(searched, places, is_null=is_null) else 1
        return _search(searched, query, ways, form, **wishes)


def _write_files(searched: "Index", places: "Iterable[IndexedFile]", *, is_null: bool) -> bool:
    """Write the paths of `places`, say how many files are not as they were, and return whether there are any."""
    n_stale = 0

    def paths() -> Iterator[str]:
        nonlocal n_stale
        for place in places:
            n_stale += searched.is_stale(place)
            yield place.path

    any_path = _write_raw(paths()) if is_null else write(map(printable_path, paths()))
    sys.stdout.flush()
    if n_stale:
        files, them = (
            ("1 of these files has", "it")
            if n_stale == 1
            else (f"{n_stale:,} of these files have", "them")
        )
        from excerpt.cli.remedies import command_line

        lister = command_line(searched.folder, "coverage")
        note(f"{files} changed or gone since indexed: {lister} lists {them}.")
    return any_path


def _write_raw(paths: Iterator[str]) -> bool:
    """Write `paths` as they are on disk, each with a zero byte at its end, and return whether there are any."""
    any_path = False
    for path in paths:
        sys.stdout.buffer.write(os.fsencode(path) + b"\0")
        any_path = True
    sys.stdout.buffer.flush()
    return any_path


def _search(
    searched: "Index",
    query: str,
    ways: dict[str, Any],
    form: str | None,
    *,
    limit: int,
    offset: int,
    per_document: int | None,
    sort: "Order | None",
    is_unfolded: bool,
    context: int,
    has_scores: bool,
    color: Any,
) -> int:
    results = searched.search(
        query,
        **ways,
        limit=limit or None,
        offset=offset,
        per_document=per_document,
        sort=sort or "score",
        group_duplicates=not is_unfolded,
        context=context,
    )
    for notice in results.notices:
        note(notice)
    if form is None:
        _write_for_people(results, color, has_scores=has_scores)
    else:
        write(
            _records(results, form, has_context=bool(context), has_added=ways["expand"]),
            is_data=True,
        )
    return 0 if results.total else 1


def _records(results: "Results", form: str, *, has_context: bool, has_added: bool) -> Iterator[str]:
    from excerpt.present import export

    if form == "json":
        yield export.results_json(results, has_context=has_context, has_added=has_added) + "\n"
        return
    if form == "jsonl":
        for hit in results:
            record = export.hit_record(hit, has_context=has_context)
            yield export.dump({"schema": export.SCHEMA} | record) + "\n"
        return
    yield from export.csv_rows(map(export.hit_row, results), _CSV)


def _write_for_people(results: "Results", color: Any, *, has_scores: bool) -> None:
    from excerpt.present.render import MAX_COLUMNS, render_hits

    style, width = choose_style(sys.stdout, color), terminal_width(sys.stdout, MAX_COLUMNS)
    if results.partial:
        write(["No passage has all of these words. The best with some of them:", ""])
    write(render_hits(results.partial or results.hits, width, style, has_scores=has_scores))
    sys.stdout.flush()
    if results.added:
        note(_told(results.added))
    note(_summary(results))


def _told(added: Sequence[tuple[str, float]]) -> str:
    """The weightiest of the words that were added to the query."""
    words = ", ".join(word for word, _ in added[:_FEW])
    rest = (
        f" and {len(added) - _FEW:,} more (excerpt explain --expand)" if len(added) > _FEW else ""
    )
    return f"Added to the query: {words}{rest}."


def _summary(results: "Results") -> str:
    """How many passages match, and how to see the next."""
    if not results.total:
        return "No passage matches." if not results.partial else "No passage has all of the words."
    noun = "passage matches" if results.total == 1 else "passages match"
    if not results.hits:
        return f"{results.total:,} {noun}; none is left to show."
    first, last = results.hits[0].rank, results.hits[-1].rank
    these = f"{first:,}" if first == last else f"{first:,}–{last:,}"
    shown = f" Shown: {these}." if len(results) < results.total else ""
    n_same = sum(len(hit.duplicates) for hit in results)
    same = f" {n_same:,} more with the same words: --all shows them." if n_same else ""
    return f"{results.total:,} {noun}.{shown}{same}"
