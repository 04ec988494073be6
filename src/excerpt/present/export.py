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
from excerpt.present.concordance import Concordance, Line
from excerpt.present.terminal import clean, escaped_path, place_of

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage
    from excerpt.search.coverage import Coverage
    from excerpt.search.results import Results
    from excerpt.search.status import Explanation, Status

__all__ = [
    "SCHEMA",
    "csv_of",
    "dumped",
    "flat_record_of",
    "json_of",
    "json_of_concordance",
    "json_of_coverage",
    "json_of_explanation",
    "json_of_status",
    "record_of",
    "record_of_line",
    "record_of_passage",
]

SCHEMA = 1
_ESCAPED = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|[\U000e0000-\U000e007f]"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def dumped(value: object, *, indent: int | None = None) -> str:
    """`value` as JSON that a terminal can show without harm. These characters occur in strings only."""
    return _ESCAPED.sub(_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def record_of(hit: Hit, *, has_context: bool = False) -> dict[str, Any]:
    """The JSON values of one hit; neighbouring passages only where they were asked for."""
    passage = hit.passage
    record = {
        "rank": hit.rank,
        "path": escaped_path(hit.path),
        "paths": [escaped_path(place) for place in hit.paths],
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
        "same": [
            {
                "path": escaped_path(twin.path),
                "lines": list(twin.lines) if twin.lines else None,
                "anchor": twin.anchor,
                "passage": twin.passage,
            }
            for twin in hit.same
        ],
    }
    if has_context:
        record |= {"before": list(hit.before), "after": list(hit.after)}
    return record


def flat_record_of(hit: Hit) -> dict[str, Any]:
    """The values of one hit for a table: the first and last line by themselves, and of passages with the same words only
    where they stand."""
    first, last = hit.lines or (None, None)
    same = [
        place_of(twin.path, twin.lines[0] if twin.lines else None, twin.anchor) for twin in hit.same
    ]
    return record_of(hit) | {"first_line": first, "last_line": last, "same": same}


def json_of(results: "Results", *, has_context: bool = False, has_added: bool = False) -> str:
    """All of `results` as one JSON object; words that were added to the query only where they were asked for."""
    whole = {
        "schema": SCHEMA,
        "query": results.query.source,
        "total": results.total,
        "hits": [record_of(hit, has_context=has_context) for hit in results.hits],
        "partial": [record_of(hit, has_context=has_context) for hit in results.partial],
    }
    if has_added:
        whole["added"] = _weighted(results.added)
    return dumped(whole, indent=2)


def _weighted(words: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"word": word, "weight": weight} for word, weight in words]


def record_of_passage(stored: "StoredPassage") -> dict[str, Any]:
    """The JSON values of a passage by itself."""
    passage, document = stored.passage, stored.document
    return {
        "path": escaped_path(document.files[0].path),
        "paths": [escaped_path(place.path) for place in document.files],
        "title": document.title,
        "headings": list(passage.headings),
        "lines": list(passage.lines) if passage.lines else None,
        "anchor": passage.anchor,
        "page": passage.page,
        "passage": passage.id,
        "text": stored.text,
    }


def json_of_coverage(coverage: "Coverage") -> str:
    """What became of every file of a corpus, as one JSON object."""
    whole = {
        "schema": SCHEMA,
        "corpus": escaped_path(str(coverage.corpus)),
        "counts": {"files": len(coverage.fates), **coverage.counts},
        "files": [
            {
                "path": escaped_path(fate.path),
                "outcome": fate.outcome,
                "why": escaped_path(fate.why),
                "encoding": fate.encoding,
                "warnings": list(fate.warnings),
                "stale": fate.is_stale,
                "empty": fate.is_empty,
            }
            for fate in coverage.fates
        ],
        "gone": [escaped_path(path) for path in coverage.gone],
    }
    return dumped(whole, indent=2)


def json_of_status(status: "Status") -> str:
    """What an index holds, as one JSON object."""
    statistics = status.statistics
    whole = {
        "schema": SCHEMA,
        "index": escaped_path(str(status.index)),
        "corpus": escaped_path(str(status.corpus)),
        "engine": status.engine,
        "counts": status.counts,
        "words": statistics.n_words,
        "terms": statistics.n_terms,
        "formats": status.formats,
        "languages": status.languages,
        "problems": [
            {"path": escaped_path(problem.path), "reason": problem.reason}
            for problem in status.problems
        ],
        "skipped": [
            {"path": escaped_path(problem.path), "reason": problem.reason}
            for problem in status.skipped
        ],
        "warnings": list(status.warnings),
        "unfinished": status.unfinished._asdict() if status.unfinished else None,
    }
    return dumped(whole, indent=2)


def json_of_explanation(explanation: "Explanation") -> str:
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
    return dumped(whole, indent=2)


def record_of_line(line: Line) -> dict[str, Any]:
    """The JSON values of one line of a concordance."""
    return {
        "schema": SCHEMA,
        "path": escaped_path(line.path),
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


def json_of_concordance(found: Concordance, query: str) -> Iterator[str]:
    """All lines of a concordance and how many they are, as one JSON object, in pieces as they are found."""
    yield f'{{\n  "schema": {SCHEMA},\n  "query": {dumped(query)},\n  "lines": ['
    for number, line in enumerate(found):
        record = record_of_line(line)
        del record["schema"]
        yield f"{',' if number else ''}\n    {dumped(record)}"
    counts = {
        "occurrences": found.n_occurrences,
        "passages": found.n_passages,
        "documents": found.n_documents,
        "stale": found.n_stale,
    }
    yield f'\n  ],\n  "counts": {dumped(counts)}\n}}\n'


def csv_of(records: Iterable[dict[str, Any]], columns: Iterable[str]) -> Iterator[str]:
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
