"""`excerpt batch`: many queries at once, with a count for each and a file of all hits."""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import click

from excerpt.cli.options import bom_option, index_options, open_index, query_options
from excerpt.cli.output import note, plural, write
from excerpt.errors import ExcerptError, Instruction, QueryError, UseOption
from excerpt.ingest.encodings import BOMS
from excerpt.present.csv_text import csv_rows
from excerpt.present.json_text import dump_lines
from excerpt.present.records import HIT_COLUMNS, hit_row

if TYPE_CHECKING:
    from excerpt.search.index import Index

__all__ = ["command"]

_SEPARATORS = (",", ";", "\t", "|")
"""The separators of cells in a table: spreadsheets in many languages write semicolons."""
_TABLES = frozenset({".csv", ".tsv", ".tab"})
_COUNT_COLUMNS = ("name", "query", "passages", "documents", "occurrences", "error")
_EPILOG = """\b
Examples:
  excerpt batch queries.csv > counts.csv
  excerpt batch queries.csv --hits hits.csv --limit 100 > counts.csv
  printf 'strike\\nlockout\\n' | excerpt batch -
"""
_SAVE_AS_UTF_8 = Instruction("Save it as UTF-8, or as UTF-16 with a byte order mark.")


class _NamedQuery(NamedTuple):
    """A query of the file, with its name, "" if it has none."""

    name: str
    query: str


@click.command("batch", epilog=_EPILOG)
@click.argument("queries", type=click.File("rb"), metavar="QUERIES")
@query_options
@click.option(
    "--hits",
    type=click.File("w", encoding="utf-8", lazy=True, atomic=True),
    metavar="FILE",
    help="Write the hits of all queries into FILE: a CSV table, or JSON lines for *.jsonl.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Write at most N hits of each query.  [default: all]",
)
@bom_option
@index_options
def command(
    queries: IO[bytes],
    corpus: Path,
    index: Path,
    *,
    hits: IO[str] | None,
    limit: int,
    has_bom: bool,
    **parsing: Any,
) -> int:
    """Answer all queries in the file QUERIES and write a table with the counts of each.

    QUERIES is a CSV table with a column query, and optionally a column name, separated by commas,
    semicolons or tabs, or a text with one query on each line; - reads standard input. Its encoding
    is UTF-8, or UTF-16 with a byte order mark. A query that is malformed has its error in the
    table, and the others are answered.

    Exit code: 0, or 2 if a query is malformed.
    """
    named = list(_read_queries(queries))
    if not named:
        raise click.UsageError("QUERIES contains no query.")
    if hits is not None:
        _check_is_no_source(Path(hits.name), Path(str(queries.name)), corpus)
    n_failed = 0
    with open_index(index, corpus) as opened:

        def counts() -> Iterator[dict[str, Any]]:
            nonlocal n_failed
            for each in named:
                row = _counts(opened, each, **parsing)
                n_failed += bool(row["error"])
                yield row

        if has_bom:
            write(["\ufeff"], is_data=True)
        write(csv_rows(counts(), _COUNT_COLUMNS), is_data=True)
        sys.stdout.flush()
        if hits is not None:
            n_hits = _write_hits(hits, opened, named, limit, has_bom=has_bom, **parsing)
            note(f"{plural(n_hits, 'hit')} written to {hits.name}.")
    return 2 if n_failed else 0


def _check_is_no_source(hits: Path, queries: Path, corpus: Path) -> None:
    """Raise an error if the file for the hits is that of the queries, or in the corpus."""
    file = hits.resolve()
    if hits.exists() and (file == queries.resolve() or file.is_relative_to(corpus.resolve())):
        what = "the file of queries" if file == queries.resolve() else "a file of the corpus"
        raise ExcerptError(
            f"--hits would overwrite {what}.", UseOption("Name another file", "--hits"), where=hits
        )


def _read_queries(stream: IO[bytes]) -> Iterator[_NamedQuery]:
    """Yield the queries in a table or text; empty ones are left out.

    Raises:
        ExcerptError: if it is in no encoding of Unicode, or if it is a malformed table.
    """
    where = "standard input" if stream.name in {"-", "<stdin>", 0} else stream.name
    text = _decoded(stream.read(), where)
    text, separator = _separator(text)
    if not separator:
        if stream.name != "-" and Path(str(where)).suffix.casefold() in _TABLES:
            note(f"{where} has no column query, so each of its lines is taken for a query.")
        yield from (_NamedQuery("", line.strip()) for line in text.splitlines() if line.strip())
        return
    rows = _rows(text, separator)
    columns = _columns(rows)
    _note_phrases(text, separator, where)
    try:
        for row in rows:
            cells = dict(zip(columns, map(str.strip, row), strict=False))
            if cells.get("query"):
                yield _NamedQuery(cells.get("name", ""), cells["query"])
    except csv.Error as error:
        raise ExcerptError(
            f"the table is malformed before line {rows.line_num + 1:,}: {error}.",
            Instruction(
                "Correct it; a quotation mark may be missing there or above. In a table, the phrase"
                ' "general strike" is written """general strike""".'
            ),
            where=where,
        ) from error


def _note_phrases(text: str, separator: str, where: object) -> None:
    """Note the first cell whose quotation marks look like those of a phrase, but are the table's.

    Programs that write tables quote either all cells or only those that need it.
    """
    head, _, body = text.partition("\n")
    if head.startswith('"'):
        return
    edge = re.escape(separator)
    cell = rf'(?:^|{edge}) *+("[^"\n{edge}]*+") *+(?=$|{edge})'
    cells = re.finditer(cell, body, re.MULTILINE)
    found = next((each for each in cells if re.search(r"\w +\w", each[1])), None)
    if found:
        line = body.count("\n", 0, found.start(1)) + 2
        note(
            f"line {line:,} of {where}: {found[1]} is read as single words. In a table, a phrase is"
            f' written with three quotation marks: ""{found[1]}"".'
        )


def _separator(text: str) -> tuple[str, str]:
    """Return the text of a table without a line sep=, and what separates its cells.

    A text without a column query is not a table: nothing separates it.
    """
    separators: tuple[str, ...] = _SEPARATORS
    if declared := re.match(r"sep=(.)\n", text):  # as spreadsheets write it
        text, separators = text[declared.end() :], (str(declared[1]),)
    first = text.partition("\n")[0]
    for separator in separators:
        if "query" in _columns(_rows(first, separator)):
            return text, separator
    return text, ""


def _rows(text: str, separator: str) -> Any:
    # Strict, or a phrase that is not written as a cell would lose its quotation marks.
    return csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True, strict=True)


def _columns(rows: Iterator[list[str]]) -> list[str]:
    """Return the names of the columns in the next row; none if it is not the row of a table."""
    try:
        return [cell.strip().casefold() for cell in next(rows, [])]
    except csv.Error:  # a query on one line may have any length
        return []


def _decoded(data: bytes, where: str) -> str:
    """Return the text of a file of queries, with line feeds between its lines.

    Raises:
        ExcerptError: if it is in no encoding of Unicode.
    """
    marks = (pair for pair in BOMS if data.startswith(pair[0]))
    bom, codec = next(marks, (b"", "utf-8"))
    try:
        text = data[len(bom) :].decode(codec)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].decode(codec, "replace").count("\n") + 1
        raise ExcerptError(
            f"line {line:,} is not valid {codec.upper()}.", _SAVE_AS_UTF_8, where=where
        ) from error
    if "\0" in text:
        raise ExcerptError("it is not text: it contains zero bytes.", _SAVE_AS_UTF_8, where=where)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _counts(index: "Index", named: _NamedQuery, **parsing: Any) -> dict[str, Any]:
    """Return the row of a query in the table of counts."""
    row: dict[str, Any] = {**named._asdict(), "error": ""}
    try:
        row["passages"] = index.count(named.query, **parsing)
        row["documents"] = index.count_documents(named.query, **parsing)
        row["occurrences"] = index.count_occurrences(named.query, **parsing)
        for notice in index.notices(named.query, **parsing):
            note(f"{named.name or named.query}: {notice}")
    except QueryError as error:
        note(f"{named.name or named.query}: {error}")
        row |= dict.fromkeys(("passages", "documents", "occurrences"), None)
        row["error"] = error.what
    return row


def _write_hits(
    stream: IO[str],
    index: "Index",
    queries: Iterable[_NamedQuery],
    limit: int,
    *,
    has_bom: bool,
    **parsing: Any,
) -> int:
    """Write the hits of all queries and return their number."""
    n_hits = 0
    options: dict[str, Any] = {**parsing, "limit": limit or None, "group_duplicates": False}

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal n_hits
        for named in queries:
            try:
                results = index.search(named.query, **options)
            except QueryError:
                continue  # its error is in the table of counts
            for hit in results:
                n_hits += 1
                yield named._asdict() | hit_row(hit)

    if stream.name.endswith(".jsonl"):
        stream.writelines(dump_lines(rows()))
    else:
        stream.write("\ufeff" if has_bom else "")
        stream.writelines(csv_rows(rows(), (*_NamedQuery._fields, *HIT_COLUMNS)))
    return n_hits
