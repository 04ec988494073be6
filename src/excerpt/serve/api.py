"""The JSON interface: functions of a `Desk` and a `Request` that return a `PageAnswer`.

Objects have the keys of the commands' `--json`. Each has the number `schema`, and answers about the
index have `state`, which identifies the committed state that they are about.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from excerpt.citing import FORMATS, format_citations
from excerpt.errors import ExcerptError, Instruction, QueryError
from excerpt.present.json_text import SCHEMA
from excerpt.present.records import facets_record, hit_record, line_record, passage_record
from excerpt.present.reports import coverage_record, status_record
from excerpt.present.terminal import escape_path
from excerpt.serve.answers import PageAnswer, Request, json_answer, with_errors_as
from excerpt.serve.desk import LINES_PER_PAGE, Desk
from excerpt.serve.page_state import BadParameter, PageState
from excerpt.serve.pages import NotFound, find_citation, status_of

__all__ = [
    "cite",
    "coverage",
    "documents",
    "error_answer",
    "facets",
    "lines",
    "openapi",
    "passages",
    "search",
    "status",
    "verify",
]

MAX_QUOTES: Final = 200
"""Quotations that are checked at once, each in up to 60 ms."""
_CODES = {400: "bad_request", 404: "not_found", 405: "not_allowed", 413: "too_large", 429: "busy"}


def error_answer(
    error: ExcerptError, _: Request | None = None, status: int | None = None
) -> PageAnswer:
    """Return an error as JSON.

    code     a word for programs
    message  what happened
    remedy   what to do about it
    span     the start and end of the error in the query, null if it is about something else
    """
    status = status or status_of(error)
    span = error.span if isinstance(error, QueryError) else None
    record = {
        "code": "query"
        if span
        else _CODES.get(status, "over_budget" if status == 503 else "error"),
        "message": error.message,
        "remedy": " ".join(map(str, error.remedies)),
        "span": [span.start, span.end] if span else None,
    }
    return json_answer({"error": record}, status)


explained = with_errors_as(error_answer)


@explained
def search(desk: Desk, request: Request) -> PageAnswer:
    """Return the hits of a page.

    query      the query as typed
    meaning    the query with the chosen facets and all parentheses
    total      the number of passages that match
    documents  the number of documents that match
    hits       the records of the hits (see `records.hit_record`)
    partial    if no passage has all words: records of the best that have some of them
    notices    notices about the query
    facets, years, undated   as for `facets`
    next       the number of the next page, null if there is none
    ms         milliseconds that the search took
    """
    state = _required_query(request)
    found, counts = desk.search(state), facets_record(desk.facets(state))
    return _answer(
        desk,
        {
            "query": state.q,
            "meaning": found.meaning,
            "total": found.total,
            "documents": found.n_documents,
            "hits": [hit_record(hit) for hit in found.hits],
            "partial": [hit_record(hit) for hit in found.partial],
            "notices": list(found.notices),
            **{name: counts[name] for name in ("facets", "years", "undated")},
            "next": state.page + 1 if found.has_next else None,
            "ms": round(found.ms, 3),
        },
    )


def _answer(desk: Desk, record: Mapping[str, Any]) -> PageAnswer:
    """Return a record about the index as JSON."""
    return json_answer({"schema": SCHEMA, **record, "state": desk.state})


def _required_query(request: Request, **fixed: str) -> PageState:
    state = PageState.read({**request.parameters, **fixed})
    if not state.q.strip():
        raise BadParameter("There is no query.", Instruction("Give one with the parameter q."))
    return state


@explained
def lines(desk: Desk, request: Request) -> PageAnswer:
    """Return the concordance lines of a page.

    query, meaning, notices, state, ms   as for `search`
    occurrences  the number of all lines
    total        the number of passages in which one begins
    documents    the number of documents with one
    lines        the records of the lines (see `records.line_record`)
    next         the number of the next page, null if there is none
    """
    state = _required_query(request, view="lines")
    found = desk.lines(state)
    has_next = state.page * LINES_PER_PAGE < found.n_lines
    return _answer(
        desk,
        {
            "query": state.q,
            "meaning": found.meaning,
            "occurrences": found.n_lines,
            "total": found.total,
            "documents": found.n_documents,
            "lines": list(map(line_record, found.lines)),
            "notices": list(found.notices),
            "next": state.page + 1 if has_next else None,
            "ms": round(found.ms, 3),
        },
    )


@explained
def facets(desk: Desk, request: Request) -> PageAnswer:
    """Return the counts of a query by author, folder, language, format and period.

    A chosen value does not affect the counts of its own facet. For the keys, see
    `records.facets_record`.
    """
    state = _required_query(request)
    return _answer(desk, facets_record(desk.facets(state)))


@explained
def cite(desk: Desk, request: Request) -> PageAnswer:
    """Return a citation of a passage, or of the words `quote` that begin in it.

    quotation  the words as the source has them
    citation   a note, with its check line
    bibtex, ris, html   the citation in these formats, as text
    csl        the citation as CSL-JSON
    """
    citation = find_citation(desk, request.target, request.parameters.get("quote"))
    texts = {name: format_citations([citation], name) for name in FORMATS}
    return _answer(
        desk,
        {
            "passage": request.target,
            "quotation": "\n".join(citation.paragraphs),
            "citation": texts["chicago"].strip(),
            "bibtex": texts["bibtex"],
            "ris": texts["ris"],
            "html": texts["html"],
            "csl": json.loads(texts["csl"]),
        },
    )


@explained
def verify(desk: Desk, request: Request) -> PageAnswer:
    """Check quotations, which are the body of the request as JSON.

    The body is {"quotes": [{"quote": …, "note": …}]} or {"text": …}, a manuscript in Markdown.

    quotes  the quotations with their verdicts (see `quotations.report.checked_record`)
    """
    from excerpt.quotations.report import checked_record

    pairs = _quotations(request.body)
    checked = [desk.index.verify_quote(quote, note=note) for quote, note in pairs]
    records = [checked_record(each) for each in checked]
    return _answer(desk, {"quotes": records})


def _quotations(body: bytes) -> list[tuple[str, str]]:
    """Return the quotations of a request with the notes that name their sources.

    Raises:
        BadParameter: if the request is none, or has too many.
    """
    from excerpt.quotations.manuscript import read_quotations

    remedy = Instruction('Send {"quotes": [{"quote": "…", "note": "…"}]} or {"text": "…"}.')
    try:
        record = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadParameter("The request is not JSON.", remedy) from error
    match record:
        case {"text": str(text), **rest} if not rest:
            found = [
                (each.text, "\n".join(each.notes))
                for each in read_quotations("text.md", text.encode("utf-8", "replace"))
            ]
        case {"quotes": list(quotes), **rest} if not rest:
            found = list(map(_pair, quotes))
        case _:
            raise BadParameter("The request has neither quotes nor a text.", remedy)
    if len(found) > MAX_QUOTES:
        raise BadParameter(
            f"There are {len(found):,} quotations; at most {MAX_QUOTES} are checked at once.",
            Instruction("Send fewer, or use the command: excerpt verify-quotes."),
        )
    return found


def _pair(value: object) -> tuple[str, str]:
    match value:
        case {"quote": str(quote), "note": str(note)}:
            return _well_formed(quote), _well_formed(note)
        case {"quote": str(quote), **rest} if "note" not in rest:
            return _well_formed(quote), ""
        case _:
            raise BadParameter("Each of the quotes must have texts as its quote and its note.")


def _well_formed(text: str) -> str:
    """Return a text without lone surrogates, which JSON can express but no encoding can."""
    return text.encode("utf-8", "replace").decode()


@explained
def passages(desk: Desk, request: Request) -> PageAnswer:
    """Return a passage by its id (see `records.passage_record`)."""
    stored = desk.index.passage(request.target)
    if stored is None:
        raise NotFound(f"There is no passage {request.target[:64]!r} in this index.")
    record = passage_record(stored)
    stale = desk.index.is_stale(stored)
    return _answer(desk, record | {"stale": stale})


@explained
def documents(desk: Desk, request: Request) -> PageAnswer:
    """Return a document by its path or number, without its text.

    path, paths, title, format, language, encoding, digest, metadata, warnings
    characters, passages  its size
    stale                 true if it has changed since it was indexed, null if unknown
    """
    document = desk.find_document(request.target)
    if document is None:
        raise NotFound(f"There is no document {request.target[:200]!r} in this index.")
    files = document.files
    return _answer(
        desk,
        {
            "path": escape_path(files[0].path),
            "paths": [escape_path(file.path) for file in files],
            "title": document.title,
            "format": document.format,
            "language": document.language,
            "encoding": document.encoding,
            "digest": document.digest,
            "metadata": dict(document.metadata),
            "warnings": list(document.warnings),
            "characters": document.n_characters,
            "passages": document.n_passages,
            "stale": desk.index.is_stale(files[0]),
        },
    )


@explained
def status(desk: Desk, request: Request) -> PageAnswer:  # noqa: ARG001 - the signature of pages
    """Return the contents of the index (see `reports.status_record`)."""
    return _answer(desk, status_record(desk.status))


@explained
def coverage(desk: Desk, request: Request) -> PageAnswer:  # noqa: ARG001
    """Return the outcome of every file of the corpus (see `reports.coverage_record`)."""
    return _answer(desk, coverage_record(desk.index.coverage()))


def openapi(desk: Desk, request: Request) -> PageAnswer:  # noqa: ARG001
    """Return the description of this interface."""
    from excerpt.serve.openapi import DESCRIPTION

    return json_answer(DESCRIPTION)
