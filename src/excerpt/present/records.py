"""Results → records: mappings of plain values, for JSON and CSV.

Highlights are pairs [start, end] of code points in `text`. Bytes of a path that are not UTF-8 are
written as \\xNN.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from excerpt.model import Hit
from excerpt.present.concordance import Concordance, ConcordanceLine
from excerpt.present.json_text import dump_pieces
from excerpt.present.terminal import escape_path, format_location

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage
    from excerpt.counting.facets import Facets, PeriodCount, ValueCount
    from excerpt.search.results import Results

__all__ = [
    "HIT_COLUMNS",
    "LINE_COLUMNS",
    "added_words",
    "dump_concordance",
    "facets_record",
    "flat_record",
    "hit_record",
    "hit_row",
    "line_range",
    "line_record",
    "passage_record",
    "passages_record",
    "results_record",
]

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


def line_range(lines: tuple[int, int] | None) -> dict[str, int | None]:
    """Return the first and the last line (from 1) by their keys in a record."""
    first, last = lines or (None, None)
    return {"first_line": first, "last_line": last}


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
    first_line   the first line (from 1), null for a format without lines (HTML)
    last_line    the last line
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
    duplicates   other matching passages with the same folded words: path, first_line,
                 last_line, anchor, passage
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
        **line_range(hit.lines),
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
                **line_range(duplicate.lines),
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

    The highlighted texts have a column of their own, `match`. Duplicates are locations, such as
    `a/b.txt:7`.
    """
    duplicates = [
        format_location(each.path, each.lines[0] if each.lines else None, each.anchor)
        for each in hit.duplicates
    ]
    return hit_record(hit) | {"duplicates": duplicates, "match": _highlighted(hit)}


def _highlighted(hit: Hit) -> list[str]:
    return [span.of(hit.text) for span in hit.snippet.highlights]


def flat_record(hit: Hit) -> dict[str, Any]:
    """Return a hit as a dictionary of numbers and strings.

    rank, score   as in `hit_record`, like path, title, page, anchor, passage and text
    headings      the heading path, joined by " › "
    first_line    the first line, None for a format without lines, as last_line
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
        **line_range(hit.lines),
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


def results_record(
    results: "Results", *, has_context: bool = False, has_added: bool = False
) -> dict[str, Any]:
    """Return the record of search results.

    query    the query as typed
    total    the number of passages that match
    hits     the records of the hits (see `hit_record`)
    partial  if no passage has all words of the query: records of the best that have some of them
    notices  notices about the query, and how its words were understood
    added    only if `has_added`: objects of a word added to the query and its weight
    """
    record = {
        "query": results.query.source,
        "total": results.total,
        "hits": [hit_record(hit, has_context=has_context) for hit in results.hits],
        "partial": [hit_record(hit, has_context=has_context) for hit in results.partial],
        "notices": list(results.notices),
    }
    if has_added:
        record["added"] = added_words(results.added)
    return record


def added_words(words: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    """Return the words that a query was expanded by, with their weights."""
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
        **line_range(passage.lines),
        "anchor": passage.anchor,
        "page": passage.page,
        "page_number": passage.page_number or None,
        "kinds": passage.kinds,
        "passage": passage.id,
        "date": document.date,
        "language": document.language,
        "metadata": dict(document.metadata),
        "text": stored.text,
    }


def passages_record(
    passages: Iterable["StoredPassage"], stale: Iterable[str] | None
) -> dict[str, Any]:
    """Return the record of several passages.

    passages     their records (see `passage_record`)
    stale_paths  the paths of files that have changed or disappeared since they were indexed, null
                 if unknown
    """
    return {
        "passages": [passage_record(stored) for stored in passages],
        "stale_paths": None if stale is None else [escape_path(path) for path in stale],
    }


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


def dump_concordance(lines: Concordance, query: str) -> Iterator[str]:
    """Yield a concordance as one JSON object, in pieces as lines are found.

    query   the query as typed
    lines   the records of the lines (see `line_record`)
    counts  numbers of occurrences, of passages and documents with one, and of stale documents
    """
    tail: dict[str, Any] = {}

    def records() -> Iterator[dict[str, Any]]:
        yield from map(line_record, lines)
        # Stale documents are counted as their lines are read.
        tail["counts"] = {
            "occurrences": lines.n_occurrences,
            "passages": lines.n_passages,
            "documents": lines.n_documents,
            "stale_documents": lines.n_stale,
        }

    return dump_pieces({"query": query}, "lines", records(), tail)


def facets_record(facets: "Facets") -> dict[str, Any]:
    """Return the record of the counts of a query by the fields of its documents.

    passages     the number of matching passages in documents that meet all filters
    documents    the number of documents with one
    occurrences  the number of occurrences of terms in these passages, if they were counted
    facets       by name, the values as lists of `value` and the same numbers; "" for no value
    years        the years with a passage: `from`, `to` and the same numbers
    undated      these numbers of the documents without a date
    """
    return {
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


def _counts(count: "Facets | ValueCount | PeriodCount") -> dict[str, int]:
    counts = {"passages": count.passages, "documents": count.documents}
    return counts if count.occurrences is None else counts | {"occurrences": count.occurrences}
