"""Results → records for other programs: JSON, JSON lines, CSV. The schema is numbered and only ever grows.

JSON is UTF-8 in which what could steer a terminal is escaped; texts come back from it to the letter, and highlights
are code points into `text`. CSV is for spreadsheets: a cell that a spreadsheet would take for a formula is defused
by an apostrophe, and control characters are made visible.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from excerpt.model import Hit
from excerpt.present.concordance import Concordance, ConcordanceLine
from excerpt.present.terminal import clean, escape_path, format_location

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage
    from excerpt.search.coverage import Coverage
    from excerpt.search.results import Results
    from excerpt.search.status import Explanation, Status

__all__ = [
    "SCHEMA",
    "csv_rows",
    "dump",
    "hit_row",
    "results_json",
    "concordance_json",
    "coverage_json",
    "explanation_json",
    "status_json",
    "hit_record",
    "line_record",
    "passage_record",
]

SCHEMA = 2
_ESCAPED = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|[\U000e0000-\U000e007f]"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def dump(value: object, *, indent: int | None = None) -> str:
    """`value` as JSON that a terminal can show without harm. These characters occur in strings only."""
    return _ESCAPED.sub(_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def hit_record(hit: Hit, *, has_context: bool = False) -> dict[str, Any]:
    """The JSON values of one hit; neighbouring passages only where they were asked for."""
    passage = hit.passage
    record = {
        "rank": hit.rank,
        "path": escape_path(hit.path),
        "paths": [escape_path(place) for place in hit.paths],
        "title": hit.title.text,
        "headings": [heading.text for heading in hit.headings],
        "lines": list(hit.lines) if hit.lines else None,
        "anchor": passage.anchor,
        "page": passage.page,
        "passage": passage.id,
        "score": hit.score,
        "text": hit.snippet.text,
        "highlights": [[mark.start, mark.end] for mark in hit.snippet.highlights],
        "stale": hit.is_stale,
        "duplicates": [
            {
                "path": escape_path(twin.path),
                "lines": list(twin.lines) if twin.lines else None,
                "anchor": twin.anchor,
                "passage": twin.passage,
            }
            for twin in hit.duplicates
        ],
    }
    if has_context:
        record |= {"before": list(hit.before), "after": list(hit.after)}
    return record


def hit_row(hit: Hit) -> dict[str, Any]:
    """The values of one hit for a table: the first and last line by themselves, and of passages with the same words only
    where they stand."""
    first, last = hit.lines or (None, None)
    same = [
        format_location(twin.path, twin.lines[0] if twin.lines else None, twin.anchor)
        for twin in hit.duplicates
    ]
    return hit_record(hit) | {"first_line": first, "last_line": last, "duplicates": same}


def results_json(results: "Results", *, has_context: bool = False, has_added: bool = False) -> str:
    """All of `results` as one JSON object; words that were added to the query only where they were asked for."""
    whole = {
        "schema": SCHEMA,
        "query": results.query.source,
        "total": results.total,
        "hits": [hit_record(hit, has_context=has_context) for hit in results.hits],
        "partial": [hit_record(hit, has_context=has_context) for hit in results.partial],
    }
    if has_added:
        whole["added"] = _weighted(results.added)
    return dump(whole, indent=2)


def _weighted(words: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"word": word, "weight": weight} for word, weight in words]


def passage_record(stored: "StoredPassage") -> dict[str, Any]:
    """The JSON values of a passage by itself."""
    passage, document = stored.passage, stored.document
    return {
        "path": escape_path(document.files[0].path),
        "paths": [escape_path(place.path) for place in document.files],
        "title": document.title,
        "headings": list(passage.headings),
        "lines": list(passage.lines) if passage.lines else None,
        "anchor": passage.anchor,
        "page": passage.page,
        "passage": passage.id,
        "text": stored.text,
    }


def coverage_json(coverage: "Coverage") -> str:
    """What became of every file of a corpus, as one JSON object."""
    whole = {
        "schema": SCHEMA,
        "corpus": escape_path(str(coverage.corpus)),
        "counts": {"files": len(coverage.fates), **coverage.counts},
        "files": [
            {
                "path": escape_path(fate.path),
                "outcome": fate.outcome,
                "why": escape_path(fate.why),
                "encoding": fate.encoding,
                "warnings": list(fate.warnings),
                "stale": fate.is_stale,
                "empty": fate.is_empty,
            }
            for fate in coverage.fates
        ],
        "gone": [escape_path(path) for path in coverage.gone],
    }
    return dump(whole, indent=2)


def status_json(status: "Status") -> str:
    """What an index holds, as one JSON object."""
    statistics = status.statistics
    whole = {
        "schema": SCHEMA,
        "index": escape_path(str(status.index)),
        "corpus": escape_path(str(status.corpus)),
        "engine": status.engine,
        "counts": status.counts._asdict(),
        "words": statistics.n_words,
        "terms": statistics.n_terms,
        "formats": status.formats,
        "languages": status.languages,
        "problems": [
            {"path": escape_path(problem.path), "reason": problem.reason}
            for problem in status.problems
        ],
        "skipped": [
            {"path": escape_path(problem.path), "reason": problem.reason}
            for problem in status.skipped
        ],
        "warnings": list(status.warnings),
        "unfinished": status.unfinished._asdict() if status.unfinished else None,
    }
    return dump(whole, indent=2)


def explanation_json(explanation: "Explanation") -> str:
    """How a query was understood, as one JSON object."""
    whole = {
        "schema": SCHEMA,
        "query": explanation.query.source,
        "meaning": explanation.description,
        "expansions": [
            {"leaf": leaf, "words": list(words)} for leaf, words in explanation.expansions
        ],
        "added": _weighted(explanation.added),
        "notices": list(explanation.notices),
        "match": explanation.is_match,
        "has": list(explanation.has),
        "lacks": list(explanation.lacks),
        "score": [{"part": part, "score": score} for part, score in explanation.parts],
    }
    return dump(whole, indent=2)


def line_record(line: ConcordanceLine) -> dict[str, Any]:
    """The JSON values of one line of a concordance."""
    return {
        "schema": SCHEMA,
        "path": escape_path(line.path),
        "line": line.line,
        "anchor": line.anchor,
        "page": line.page,
        "passage": line.passage,
        "date": line.date,
        "stale": line.is_stale,
        "left": line.left,
        "match": line.match,
        "right": line.right,
    }


def concordance_json(found: Concordance, query: str) -> Iterator[str]:
    """All lines of a concordance and how many they are, as one JSON object, in pieces as they are found."""
    yield f'{{\n  "schema": {SCHEMA},\n  "query": {dump(query)},\n  "lines": ['
    for number, line in enumerate(found):
        record = line_record(line)
        del record["schema"]
        yield f"{',' if number else ''}\n    {dump(record)}"
    counts = {
        "occurrences": found.n_occurrences,
        "passages": found.n_passages,
        "documents": found.n_documents,
        "stale": found.n_stale,
    }
    yield f'\n  ],\n  "counts": {dump(counts)}\n}}\n'


def csv_rows(records: Iterable[dict[str, Any]], columns: Iterable[str]) -> Iterator[str]:
    """A row of names and a row for each of `records`, as RFC 4180 has it; lists are joined by " › ".

    Control characters but line ends within a cell are made visible, formulas defused.
    """
    names = list(columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    rows = ([_cell(record[name]) for name in names] for record in records)
    for row in _chained(names, rows):
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _chained(first: list[str], rest: Iterable[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from rest


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = " › ".join(map(str, value))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    is_formula = isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA)
    shown = "\n".join(clean(line) for line in text.split("\n"))
    return f"'{shown}" if is_formula else shown
