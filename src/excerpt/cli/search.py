"""`excerpt search`: the passages that match a query, as text, records, paths or a number."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from excerpt.cli.options import (
    bom_option,
    color_option,
    expand_option,
    index_options,
    open_index,
    query_options,
    words_argument,
)
from excerpt.cli.output import format_option, note, plural, write
from excerpt.present.terminal import choose_style, printable_path, text_width, with_links

if TYPE_CHECKING:
    from excerpt.catalog import IndexedFile
    from excerpt.present.terminal import Style
    from excerpt.search.index import Index
    from excerpt.search.options import Order
    from excerpt.search.results import Results

__all__ = ["command"]

_ORDERS = ("score", "date", "-date", "path", "-path")
_MAX_ADDED = 8
"""Added words to note after a search; excerpt explain lists all of them."""
_EPILOG = """\b
Examples:
  excerpt search moneyless society
  excerpt search '"united front" NOT war'
  excerpt search 'wage NEAR/5 labour' --context 1
  excerpt search strike --sort date --per-document 1
  excerpt search strike --json | jq '.hits[].path'
  excerpt search strike -l0 | xargs -0 wc -w
\b
excerpt help query explains the query language.
Exit code: 0 if a passage matches, 1 if none does, 2 for an error.
"""


def _show_query_language(context: click.Context, _: click.Parameter, is_given: bool) -> None:
    if is_given:
        from excerpt.cli.help import show_topic

        show_topic("query")
        context.exit()


@click.command("search", epilog=_EPILOG)
@words_argument("QUERY...")
@query_options
@expand_option
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0),
    default=10,
    metavar="N",
    show_default=True,
    help="Show at most N hits; 0 shows all.",
)
@click.option(
    "--offset", type=click.IntRange(0), default=0, metavar="N", help="Skip the first N hits."
)
@click.option(
    "--per-document",
    type=click.IntRange(1),
    metavar="N",
    help="Show at most N hits per document.",
)
@click.option(
    "--all", "is_ungrouped", is_flag=True, help="Show duplicates, not only the first of each group."
)
@click.option(
    "--sort",
    type=click.Choice(_ORDERS),
    help="Order of the hits; a minus sign reverses it, and undated documents come last."
    "  [default: score; with -l: path]",
)
@click.option(
    "--context",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Show N passages before and after each hit.",
)
@click.option("--ids", "has_ids", is_flag=True, help="Show the passage id of each hit.")
@click.option("--scores", "has_scores", is_flag=True, help="Show the score of each hit.")
@format_option("--json", output="json", description="Write one JSON object.")
@format_option("--jsonl", output="jsonl", description="Write one JSON object per hit and line.")
@format_option("--csv", output="csv", description="Write a CSV table.")
@bom_option
@format_option(
    "--facets",
    output="facets",
    description="Write the numbers of passages and documents by author, folder, language, format"
    " and year as one JSON object.",
)
@format_option(
    "-l", "--files", output="files", description="Write the paths of all files that match."
)
@format_option(
    "-c", "--count", output="count", description="Write the number of passages that match."
)
@click.option(
    "-0",
    "--null",
    "is_null",
    is_flag=True,
    help="With -l: write paths unescaped, each ending with a null byte.",
)
@color_option
@index_options
@click.option(
    "--help-query",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_query_language,
    help="Show the query language and exit.",
)
def command(
    words: tuple[str, ...],
    corpus: Path,
    index: Path,
    *,
    output: str | None,
    is_null: bool,
    **options: Any,
) -> int:
    """Find the passages that match QUERY, best first.

    A passage matches if it has all the words, in any inflected form. Of passages with the same
    words (copies, editions, boilerplate), only the first is shown, with the number of its
    duplicates; the total counts all of them. If there is no index yet, it is built first.
    """
    if is_null and output not in {None, "files"}:
        raise click.UsageError(
            f"-0/--null is an option of -l/--files, but --{output} is another output format."
        )
    query = " ".join(words)
    names = (
        *("any_word", "exact", "literal", "everything", "filters", "expand"),
        *("old_spelling", "ocr", "han_variants"),
    )
    matching = {name: options.pop(name) for name in names}
    with open_index(index, corpus) as opened:
        is_list = output == "files" or (output is None and is_null)
        if is_list or output in {"count", "facets"}:
            parsing = {name: value for name, value in matching.items() if name != "expand"}
            for notice in opened.notices(query, sort=options["sort"] or "path", **parsing):
                note(notice)
        if output == "count":
            total = opened.count(query, **matching)
            write([str(total)])
            return 0 if total else 1
        if output == "facets":
            return _write_facets(opened, query, matching)
        if is_list:
            order: Order = options["sort"] or "path"
            files = opened.files(query, sort=order, **matching)
            return 0 if _write_files(opened, files, is_null=is_null) else 1
        return _search(opened, query, matching, output, **options)


def _write_facets(index: "Index", query: str, matching: dict[str, Any]) -> int:
    """Write all counts of a query and return the exit code."""
    from excerpt.present.json_text import dump_report
    from excerpt.present.records import facets_record

    facets = index.facets(query, limit=None, occurrences=True, **matching)
    write([dump_report({"query": query, **facets_record(facets)})], is_data=True)
    return 0 if facets.passages else 1


def _write_files(index: "Index", files: "Iterable[IndexedFile]", *, is_null: bool) -> bool:
    """Write the paths of `files`, note how many are stale, and return True if there are any."""
    n_stale = 0

    def paths() -> Iterator[str]:
        nonlocal n_stale
        for file in files:
            n_stale += index.is_stale(file) is True
            yield file.file if is_null else file.path

    has_paths = (
        _write_null(dict.fromkeys(paths())) if is_null else write(map(printable_path, paths()))
    )
    sys.stdout.flush()
    if n_stale:
        from excerpt.cli.remedies import command_line

        lister = command_line(index.folder, "coverage")
        if n_stale == 1:
            have, they_were, them = "has", "it was", "it"
        else:
            have, they_were, them = "have", "they were", "them"
        note(
            f"{n_stale:,} of these files {have} changed or disappeared since {they_were} indexed;"
            f" {lister} lists {them}."
        )
    return has_paths


def _write_null(paths: "Iterable[str]") -> bool:
    """Write `paths` as they are on disk, each with a null byte after it."""
    has_paths = False
    for path in paths:
        sys.stdout.buffer.write(os.fsencode(path) + b"\0")
        has_paths = True
    sys.stdout.buffer.flush()
    return has_paths


def _search(
    index: "Index",
    query: str,
    matching: dict[str, Any],
    output: str | None,
    *,
    limit: int,
    offset: int,
    per_document: int | None,
    sort: "Order | None",
    is_ungrouped: bool,
    context: int,
    has_bom: bool,
    has_ids: bool,
    has_scores: bool,
    color: Any,
) -> int:
    results = index.search(
        query,
        **matching,
        limit=limit or None,
        offset=offset,
        per_document=per_document,
        sort=sort or "score",
        group_duplicates=not is_ungrouped,
        context=context,
    )
    for notice in results.notices:
        note(notice)
    if output is None:
        if results.notices and results and sys.stderr.isatty():
            note("")  # apart from the first hit
        style = with_links(choose_style(sys.stdout, color), sys.stdout, index.corpus)
        _write_text(results, style, has_ids=has_ids, has_scores=has_scores)
    else:
        records = _records(results, output, has_context=bool(context), has_added=matching["expand"])
        write(_with_bom(records) if has_bom and output == "csv" else records, is_data=True)
        sys.stdout.flush()
        if hidden := _hidden(results):
            note(hidden)
    return 0 if results.total else 1


def _records(
    results: "Results", output: str, *, has_context: bool, has_added: bool
) -> Iterator[str]:
    from excerpt.present import csv_text, json_text, records

    if output == "json":
        whole = records.results_record(results, has_context=has_context, has_added=has_added)
        return iter([json_text.dump_report(whole)])
    if output == "jsonl":
        hits = (records.hit_record(hit, has_context=has_context) for hit in results)
        return json_text.dump_lines(hits)
    return csv_text.csv_rows(map(records.hit_row, results), records.HIT_COLUMNS)


def _write_text(results: "Results", style: "Style", *, has_ids: bool, has_scores: bool) -> None:
    from excerpt.present.render import MAX_COLUMNS, render_hits

    width = text_width(sys.stdout, MAX_COLUMNS)
    if results.partial:
        write(["No passage has all of these words. The best with some of them:", ""])
    hits = results.partial or results.hits
    write(render_hits(hits, width, style, has_ids=has_ids, has_scores=has_scores))
    sys.stdout.flush()
    if results.added:
        note(_added_words(results.added))
    if not results.partial:
        note(_summary(results))


def _added_words(added: Sequence[tuple[str, float]]) -> str:
    """Return a sentence with the added words of the highest weights."""
    words = ", ".join(word for word, _ in added[:_MAX_ADDED])
    n_more = len(added) - _MAX_ADDED
    rest = f" and {n_more:,} more (excerpt explain --expand)" if n_more > 0 else ""
    return f"Added to the query: {words}{rest}."


def _summary(results: "Results") -> str:
    """Return the number of matching passages, and the ranks and duplicates of those shown."""
    if not results.total:
        return "No passage matches."
    matches = "1 passage matches" if results.total == 1 else f"{results.total:,} passages match"
    if not results.hits:
        return f"{matches}; --offset skips all of them."
    first, last = results.hits[0].rank, results.hits[-1].rank
    ranks = f"{first:,}" if first == last else f"{first:,}–{last:,}"
    shown = f" Shown: {ranks}." if len(results) < results.total else ""
    hidden = _hidden(results)
    return f"{matches}.{shown}{f' {hidden}' if hidden else ''}"


def _hidden(results: "Results") -> str:
    """Return a sentence with the number of duplicates that are not shown as hits, if any."""
    n_hidden = sum(len(hit.duplicates) for hit in results)
    if not n_hidden:
        return ""
    return (
        f"{plural(n_hidden, 'duplicate')} hidden; --all shows {'it' if n_hidden == 1 else 'them'}."
    )


def _with_bom(records: Iterator[str]) -> Iterator[str]:
    """Yield a byte order mark, by which spreadsheets recognise UTF-8, then `records`."""
    yield "\ufeff"
    yield from records
