"""Results → records for other programs: JSON, JSON lines and CSV.

Each JSON object and each JSON line has a `schema` number. It is raised when a key is renamed,
removed or given another meaning, but not when a key is added.

JSON is UTF-8. Texts are exactly those of the documents, and highlights are pairs [start, end] of
code points in `text`; characters that could control a terminal are escaped. Bytes of a path that
are not UTF-8 are written as \\xNN.

CSV follows RFC 4180 and is meant for spreadsheets: a cell that a spreadsheet would take for a
formula gets an apostrophe in front, and control characters are made visible.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from excerpt.dates import date_as_written
from excerpt.model import Hit, Metadata
from excerpt.present.concordance import Concordance, ConcordanceLine
from excerpt.present.terminal import clean, escape_path, format_location

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage
    from excerpt.counting.facets import Facets, PeriodCount, ValueCount
    from excerpt.search.coverage import Coverage
    from excerpt.search.explain import Explanation
    from excerpt.search.results import Results
    from excerpt.search.status import Status

__all__ = [
    "HIT_COLUMNS",
    "LINE_COLUMNS",
    "SCHEMA",
    "concordance_json",
    "coverage_json",
    "csv_rows",
    "dump",
    "explanation_json",
    "facets_json",
    "flat_record",
    "hit_record",
    "hit_row",
    "line_record",
    "passage_record",
    "passages_json",
    "results_json",
    "status_json",
]

SCHEMA = 2
HIT_COLUMNS = (
    "rank",
    "score",
    "path",
    "title",
    "headings",
    "first_line",
    "last_line",
    "anchor",
    "page",
    "page_number",
    "passage",
    "stale",
    "duplicates",
    "match",
    "text",
)
"""The columns of a table of hits (see `hit_row`)."""
LINE_COLUMNS = (
    "left",
    "match",
    "right",
    "path",
    "line",
    "anchor",
    "page",
    "page_number",
    "passage",
    "date",
    "stale",
)
"""The columns of a table of concordance lines (see `line_record`)."""
_UNSAFE = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|[\U000e0000-\U000e007f]"
)
"""Characters that could control a terminal and that `json.dumps` leaves as they are."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Characters with which a formula begins in spreadsheets (OWASP, "CSV Injection")."""


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def dump(value: object, *, indent: int | None = None) -> str:
    """Return `value` as JSON that is harmless on a terminal."""
    # Unsafe characters occur only within strings, where an escape means the same.
    return _UNSAFE.sub(_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def hit_record(hit: Hit, *, has_context: bool = False) -> dict[str, Any]:
    """Return the record of a hit.

    rank         from 1, in the order of the results
    path         the first path of the document, relative to the corpus
    paths        all paths of the document
    member       the part of `path` within a container (a message of a mailbox, a row of a table, a
                 file in an archive), "" for a file on disk
    format       the format of the document
    title        the document's title, "" if it has none
    headings     the heading path, outermost first
    lines        the first and last line (from 1), null for a format without lines (HTML)
    anchor       the nearest anchor at or before the first match, "" if there is none
    page         the label of the page on which the first match begins, "" if unknown
    page_number  the number of that page in the file, null for a source without physical pages
    kinds        the kinds of blocks in the passage
    passage      the id of the passage
    location     what `excerpt show` takes to open exactly this passage
    date         of the document as its metadata gives it, "" if it has none
    language     of the document, "" if unknown
    metadata     the value of each metadata field of the document by its name; several values are
                 joined by "; "
    score        comparable within one search only
    text         the text of the passage, extended to the end of a match that continues beyond it
    highlights   pairs [start, end] of code points in `text`, disjoint and ascending
    stale        true if the file has changed or disappeared since it was indexed, null if unknown
    duplicates   other matching passages with the same folded words: path, lines, anchor, passage
    before       only if `has_context`: the texts of the passages before it
    after        only if `has_context`: the texts of the passages after it
    """
    passage = hit.passage
    record = {
        "rank": hit.rank,
        "path": escape_path(hit.path),
        "paths": [escape_path(path) for path in hit.paths],
        "member": escape_path(hit.member),
        "format": hit.format,
        "title": hit.title.text,
        "headings": [heading.text for heading in hit.headings],
        "lines": list(hit.lines) if hit.lines else None,
        "anchor": hit.anchor,
        "page": hit.page,
        "page_number": hit.page_number or None,
        "kinds": passage.kinds,
        "passage": passage.id,
        "location": escape_path(hit.location),
        "date": hit.date,
        "language": hit.language,
        "metadata": dict(hit.metadata),
        "score": hit.score,
        "text": hit.snippet.text,
        "highlights": [[span.start, span.end] for span in hit.snippet.highlights],
        "stale": hit.is_stale,
        "duplicates": [
            {
                "path": escape_path(duplicate.path),
                "lines": list(duplicate.lines) if duplicate.lines else None,
                "anchor": duplicate.anchor,
                "passage": duplicate.passage,
            }
            for duplicate in hit.duplicates
        ],
    }
    if has_context:
        record |= {"before": list(hit.before), "after": list(hit.after)}
    return record


def hit_row(hit: Hit) -> dict[str, Any]:
    """Return the record of a hit as a row of a table.

    The first and last line have columns of their own, and so have the highlighted texts, as
    `match`. Duplicates are locations, such as `a/b.txt:7`.
    """
    first, last = hit.lines or (None, None)
    duplicates = [
        format_location(each.path, each.lines[0] if each.lines else None, each.anchor)
        for each in hit.duplicates
    ]
    more = {"first_line": first, "last_line": last, "duplicates": duplicates}
    return hit_record(hit) | more | {"match": _highlighted(hit)}


def _highlighted(hit: Hit) -> list[str]:
    return [span.of(hit.text) for span in hit.snippet.highlights]


def flat_record(hit: Hit) -> dict[str, Any]:
    """Return a hit as a dictionary of numbers and strings.

    rank, score   as in `hit_record`, like path, title, page, anchor, passage and text
    headings      the heading path, joined by " › "
    line          the first line, None for a format without lines
    date          of the document as its metadata gives it, "" if it has none
    language      of the document, "" if unknown
    match         the highlighted texts, joined by " … "
    metadata.*    each metadata field of the document; several values are joined by "; "
    """
    record = {
        "rank": hit.rank,
        "score": hit.score,
        "path": escape_path(hit.path),
        "title": hit.title.text,
        "headings": " › ".join(heading.text for heading in hit.headings),
        "line": hit.lines[0] if hit.lines else None,
        "page": hit.page,
        "page_number": hit.page_number or None,
        "anchor": hit.anchor,
        "date": hit.date,
        "language": hit.language,
        "passage": hit.passage.id,
        "text": hit.text,
        "match": " … ".join(_highlighted(hit)),
    }
    return record | {f"metadata.{name}": value for name, value in hit.metadata.items()}


def results_json(results: "Results", *, has_context: bool = False, has_added: bool = False) -> str:
    """Return search results as a JSON object.

    query    the query as typed
    total    the number of passages that match
    hits     the records of the hits (see `hit_record`)
    partial  if no passage has all words of the query: records of the best that have some of them
    notices  notices about the query, and how its words were understood
    added    only if `has_added`: objects of a word added to the query and its weight
    """
    whole = {
        "schema": SCHEMA,
        "query": results.query.source,
        "total": results.total,
        "hits": [hit_record(hit, has_context=has_context) for hit in results.hits],
        "partial": [hit_record(hit, has_context=has_context) for hit in results.partial],
        "notices": list(results.notices),
    }
    if has_added:
        whole["added"] = _weighted_words(results.added)
    return dump(whole, indent=2)


def _weighted_words(words: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"word": word, "weight": weight} for word, weight in words]


def passage_record(stored: "StoredPassage") -> dict[str, Any]:
    """Return the record of a passage: the keys of `hit_record` that do not depend on a search."""
    passage, document = stored.passage, stored.document
    return {
        "path": escape_path(document.files[0].path),
        "paths": [escape_path(file.path) for file in document.files],
        "member": escape_path(document.files[0].member),
        "format": document.format,
        "title": document.title,
        "headings": list(passage.headings),
        "lines": list(passage.lines) if passage.lines else None,
        "anchor": passage.anchor,
        "page": passage.page,
        "page_number": passage.page_number or None,
        "kinds": passage.kinds,
        "passage": passage.id,
        "date": date_as_written(document.metadata),
        "language": document.language,
        "metadata": dict(Metadata(document.metadata)),
        "text": stored.text,
    }


def passages_json(passages: Iterable["StoredPassage"], stale: Iterable[str] | None) -> str:
    """Return passages as a JSON object.

    passages  their records (see `passage_record`)
    stale     the paths of files that have changed or disappeared since they were indexed, null if
              unknown
    """
    whole = {
        "schema": SCHEMA,
        "passages": [passage_record(stored) for stored in passages],
        "stale_paths": None if stale is None else [escape_path(path) for path in stale],
    }
    return dump(whole, indent=2)


def coverage_json(coverage: "Coverage") -> str:
    """Return the outcome of every file of a corpus as a JSON object.

    corpus  the folder of the corpus
    counts  the number of files, and of files with each outcome
    members  the number of members of containers, and of members with each outcome
    files   for each file, and for each member of a container
        path      relative to the corpus
        container  the file that holds a member, "" for a file on disk
        outcome   "indexed", "copy", "excluded", "unreadable" or "new"
        reason    the rule that excludes it, why it is unreadable, or the path that it copies
        encoding  the encoding it was decoded from, "" if it was not read
        warnings  what was guessed, replaced or cut while reading
        language  its language, "" if that is unknown; null if it is not indexed or has members
        stale     true if it has changed since it was indexed
        empty     true if it was indexed but has no text
    main_language  the language that texts of unknown language are searched as, or ""
    gone    the paths of indexed files that do not exist any more
    set_apart  the texts that are set apart from the running text, the most frequent first: text,
            reason, occurrences, and the path of a file with it
    """
    whole = {
        "schema": SCHEMA,
        "corpus": escape_path(str(coverage.corpus)),
        "counts": {"files": len(coverage.files), **coverage.counts},
        "members": {"members": len(coverage.members), **coverage.member_counts},
        "files": [
            {
                "path": escape_path(file.path),
                "container": escape_path(file.container),
                "outcome": file.outcome,
                "reason": escape_path(file.reason),
                "encoding": file.encoding,
                "language": file.language,
                "warnings": list(file.warnings),
                "stale": file.is_stale,
                "empty": file.is_empty,
            }
            for file in (*coverage.files, *coverage.members)
        ],
        "main_language": coverage.main_language,
        "gone": [escape_path(path) for path in coverage.gone],
        "set_apart": [
            {
                "text": each.text,
                "reason": each.reason,
                "occurrences": each.n_occurrences,
                "path": escape_path(each.path),
            }
            for each in coverage.set_apart
        ],
    }
    return dump(whole, indent=2)


def status_json(status: "Status") -> str:
    """Return the contents and problems of an index as a JSON object.

    index       the folder of the index
    corpus      the folder of the corpus
    engine      the name of the index engine
    kernel      "native" if compiled loops are used, otherwise "NumPy" with the reason
    counts      numbers of documents, files, passages, characters, unreadable and excluded files,
                documents with warnings, empty documents
    tokens      the number of words in all texts
    terms       the number of distinct words
    formats     the number of documents of each format
    languages   the number of documents in each language; "" is unknown
    main_language  the language that texts of unknown language are searched as, or ""
    unreadable  files that could not be read: path and reason
    excluded    files and folders that a rule excludes: path and reason
    packages    the packages that add formats, with their versions, by format
    warnings    problems of the metadata and of formats
    unfinished  null, or the numbers of files indexed so far and in total by a build that has not
                finished: files, total
    """
    unfinished = status.unfinished
    whole = {
        "schema": SCHEMA,
        "index": escape_path(str(status.index)),
        "corpus": escape_path(str(status.corpus)),
        "engine": status.engine,
        "kernel": status.kernel,
        "counts": vars(status.counts),
        "words": status.statistics.n_words,
        "terms": status.statistics.n_terms,
        "formats": status.formats,
        "languages": status.languages,
        "main_language": status.main_language,
        "unreadable": [
            {"path": escape_path(file.path), "reason": file.reason} for file in status.unreadable
        ],
        "excluded": [
            {"path": escape_path(file.path), "reason": file.reason} for file in status.excluded
        ],
        "packages": dict(status.packages),
        "warnings": list(status.warnings),
        "unfinished": {"files": unfinished.n_files, "total": unfinished.total_files}
        if unfinished
        else None,
    }
    return dump(whole, indent=2)


def explanation_json(explanation: "Explanation") -> str:
    """Return the meaning of a query, and the score of a passage, as a JSON object.

    query        the query as typed
    description  the query with all its parentheses
    expansions   objects of an operand of the query and the words of the index that it stands for
    spellings    objects of a word and the other spellings of it that options have added
    added        objects of a word added to the query and its weight
    notices      notices about the query
    match        whether the passage matches; null if none was given
    meets        conditions of the query that a passage without a match meets
    fails        conditions that it does not meet
    parts        objects of a part of the passage's score and its value; they add up to the score
    """
    whole = {
        "schema": SCHEMA,
        "query": explanation.query.source,
        "meaning": explanation.meaning,
        "expansions": [
            {"operand": operand, "words": list(words)} for operand, words in explanation.expansions
        ],
        "spellings": [
            {"word": word, "spellings": list(spellings)}
            for word, spellings in explanation.spellings
        ],
        "added": _weighted_words(explanation.added),
        "notices": list(explanation.notices),
        "match": explanation.is_match,
        "meets": list(explanation.meets),
        "fails": list(explanation.fails),
        "parts": [{"part": part, "score": score} for part, score in explanation.parts],
    }
    return dump(whole, indent=2)


def line_record(line: ConcordanceLine) -> dict[str, Any]:
    """Return the record of a concordance line.

    path         the first path of the document, relative to the corpus
    member       the part of `path` within a container, "" for a file on disk
    line         the line (from 1) on which the match begins, null for a format without lines (HTML)
    anchor       the nearest anchor at or before the passage, "" if there is none
    page         the label of the page on which the match begins, "" if unknown
    page_number  the number of that page in the file, null for a source without physical pages
    passage      the id of the passage in which the match begins
    date         the document's date as its metadata gives it, "" if there is none
    stale        true if the file has changed or disappeared since it was indexed, null if unknown
    left         the words before the match
    match        the matched text
    right        the words after the match
    """
    return {
        "schema": SCHEMA,
        "path": escape_path(line.path),
        "member": escape_path(line.member),
        "line": line.line,
        "anchor": line.anchor,
        "page": line.page,
        "page_number": line.page_number or None,
        "passage": line.passage,
        "date": line.date,
        "stale": line.is_stale,
        "left": line.left,
        "match": line.match,
        "right": line.right,
    }


def concordance_json(lines: Concordance, query: str) -> Iterator[str]:
    """Yield a concordance as one JSON object, in pieces as lines are found.

    query   the query as typed
    lines   the records of the lines (see `line_record`), without `schema`
    counts  numbers of occurrences, of passages and documents with one, and of stale documents
    """
    yield f'{{\n  "schema": {SCHEMA},\n  "query": {dump(query)},\n  "lines": ['
    for number, line in enumerate(lines):
        record = line_record(line)
        del record["schema"]
        yield f"{',' if number else ''}\n    {dump(record)}"
    counts = {
        "occurrences": lines.n_occurrences,
        "passages": lines.n_passages,
        "documents": lines.n_documents,
        "stale_documents": lines.n_stale,
    }
    yield f'\n  ],\n  "counts": {dump(counts)}\n}}\n'


def facets_json(facets: "Facets", query: str) -> str:
    """Return the counts of a query as a JSON object.

    query      the query as typed
    passages     the number of matching passages in documents that meet all filters
    documents    the number of documents with one
    occurrences  the number of occurrences of terms in these passages
    facets       by name, the values as lists of `value` and the same three numbers; "" for no value
    years        the years with a passage: `from`, `to` and the same numbers
    undated      these numbers of the documents without a date
    """
    whole = {
        "schema": SCHEMA,
        "query": query,
        **_counts(facets),
        "facets": {
            name: [{"value": escape_path(each.value), **_counts(each)} for each in values]
            for name, values in facets.values.items()
        },
        "years": [
            {"from": each.first, "to": each.last, **_counts(each)} for each in facets.periods
        ],
        "undated": _counts(facets.undated),
    }
    return dump(whole, indent=2)


def _counts(count: "Facets | ValueCount | PeriodCount") -> dict[str, int | None]:
    return {name: getattr(count, name) for name in ("passages", "documents", "occurrences")}


def csv_rows(records: Iterable[dict[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    """Yield a header row of `columns`, then a row for each of `records`.

    Lists are joined by " › ". Line ends within a cell are kept.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def written(cells: Sequence[str]) -> str:
        writer.writerow(cells)
        row = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return row

    yield written(columns)
    for record in records:
        yield written([_cell(record[name]) for name in columns])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = " › ".join(map(str, value))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # Numbers are harmless: only a text can be a formula.
    is_formula = isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA_SIGNS)
    shown = "\n".join(clean(line) for line in text.split("\n"))
    return f"'{shown}" if is_formula else shown
