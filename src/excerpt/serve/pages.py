"""The pages: functions of a `Desk` and a `Request` that return a `PageAnswer`."""

from collections.abc import Iterator
from math import ceil
from typing import Any, Final, NamedTuple

from excerpt.citing import Citation, CitationFormat, format_citations
from excerpt.errors import ExcerptError, Instruction, QueryError
from excerpt.present.terminal import printable_path, underline_span
from excerpt.query.ast import MatchAll
from excerpt.search.coverage import Coverage, FileOutcome
from excerpt.search.reading import ReadingWindow
from excerpt.serve.answers import PageAnswer, Request, html_answer, redirect, with_errors_as
from excerpt.serve.desk import HITS_PER_PAGE, LINES_PER_PAGE, Desk, line_order_of
from excerpt.serve.facet_views import view_facets, view_periods
from excerpt.serve.page_state import MAX_QUOTE, BadParameter, PageState
from excerpt.serve.rendering import path_url, render
from excerpt.serve.result_views import author_of, file_name_of, view_hit, view_line

__all__ = ["cite", "corpus", "error_page", "help_topic", "passage", "read", "search", "warm_up"]

CITATIONS: Final[tuple[tuple[CitationFormat, str], ...]] = (
    ("chicago", "Note"),
    ("bibtex", "BibTeX"),
    ("ris", "RIS"),
    ("csl", "CSL-JSON"),
)
HIT_EXPORTS: Final[tuple[tuple[str, str], ...]] = (
    *(("csv", "CSV"), ("jsonl", "JSONL"), ("json", "JSON"), ("html", "HTML"), ("docx", "DOCX")),
    *(("bib", "BibTeX"), ("ris", "RIS"), ("csl.json", "CSL-JSON")),
)
"""The files that the passages can be taken away as: their suffixes and names."""
MAX_DOCX_HITS: Final = 2_000
"""Passages of a text document: a few hundred pages, which word processors still open quickly."""
LINE_EXPORTS: Final = (("csv", "CSV"), ("jsonl", "JSONL"), ("json", "JSON"))


class NotFound(ExcerptError):
    """An address of nothing."""


def status_of(error: ExcerptError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, QueryError | BadParameter):
        return 400
    return 404 if isinstance(error, NotFound) else 500


def error_page(error: ExcerptError, request: Request, status: int | None = None) -> PageAnswer:
    """Return the page that shows an error with its caret and its remedies."""
    typed = request.parameters.get("q", "") if not request.target else ""
    caret = (
        underline_span(error.source, error.span)
        if isinstance(error, QueryError) and error.source
        else []
    )
    status = status or status_of(error)
    text = render(
        "fragment.html" if request.is_fragment else "page.html",
        content="error.html",
        title="Not understood" if status == 400 else "Not shown",
        state=PageState(q=typed[:2_000]),
        error=error,
        caret=caret,
        remedies=[str(remedy) for remedy in error.remedies if str(remedy)],
        status=status,
    )
    return html_answer(text, status)


explained = with_errors_as(error_page)


@explained
def search(desk: Desk, request: Request) -> PageAnswer:
    """Return the search page: passages or lines, or how to begin if there is no query."""
    state = PageState.read(request.parameters)
    template = "fragment.html" if request.is_fragment else "page.html"
    if not state.q.strip():
        text = render(template, content="start.html", title="", state=state, desk=desk)
        return html_answer(text)
    facets = desk.facets(state)
    values = {
        "title": state.q,
        "state": state,
        "desk": desk,
        "facets": facets,
        "facet_views": list(view_facets(facets, state)),
        "histogram": view_periods(facets.periods, state),
        "is_outdated": state.state not in {"", desk.state},
    }
    values |= _lines(desk, state) if state.view == "lines" else _passages(desk, state)
    return html_answer(render(template, **values))


def _passages(desk: Desk, state: PageState) -> dict[str, Any]:
    found = desk.search(state)
    has_many = found.total > MAX_DOCX_HITS
    return {
        "content": "results.html",
        "found": found,
        "hits": [view_hit(hit, state) for hit in found.hits or found.partial],
        "n_pages": ceil(found.total / HITS_PER_PAGE),
        "exports": [each for each in HIT_EXPORTS if each[0] != "docx" or not has_many],
        "limit_of_exports": f"DOCX: up to {MAX_DOCX_HITS:,} passages" if has_many else "",
    }


def _lines(desk: Desk, state: PageState) -> dict[str, Any]:
    found = desk.lines(state)
    order = line_order_of(state)
    views = [view_line(line, state, desk.find_document(line.path)) for line in found.lines]
    return {
        "content": "lines.html",
        "found": found,
        "lines": views,
        "is_rtl": 2 * sum(view.is_rtl for view in views) > len(views),
        "n_pages": ceil(found.n_lines / LINES_PER_PAGE),
        "order": order,
        "exports": LINE_EXPORTS,
        "limit_of_exports": "",
    }


class ReaderLinks(NamedTuple):
    """The addresses that the reader links to; "" for none."""

    results: str
    former_match: str
    next_match: str
    earlier: str
    later: str


@explained
def read(desk: Desk, request: Request) -> PageAnswer:
    """Return a window of a document."""
    parameters = request.parameters
    state = PageState.read(parameters)
    reading = _reading(desk, request, state)
    document = reading.document
    path = document.files[0].path
    text = render(
        "read.html",
        title=document.title.strip() or file_name_of(path),
        state=state,
        reading=reading,
        document=document,
        path=printable_path(path),
        cited=_cited(reading),
        paths=[printable_path(file.path) for file in document.files],
        author=author_of(document.metadata.pairs),
        date=document.date,
        links=_links(reading, state, path),
        match_url=lambda number: _match_url(state, path, number),
        seen=set(),
        is_outdated=state.state not in {"", desk.state},
    )
    return html_answer(text)


def _cited(reading: ReadingWindow) -> str:
    """Return the id of the passage to cite: that of the current match, or else the first shown."""
    shown = (
        block.passage
        for block in reading.blocks
        if any(piece.match == reading.current for piece in block.pieces)
    )
    first = reading.blocks[0].passage if reading.blocks else ""
    if reading.current:
        return next(shown, first)
    return reading.passage or first


def _reading(desk: Desk, request: Request, state: PageState) -> ReadingWindow:
    parameters = request.parameters
    at = parameters.get("at", "")
    match = _natural(parameters, "match")
    first = _natural(parameters, "first")
    document = desk.find_document(request.target)
    if document is None:
        raise NotFound(
            f"There is no document {printable_path(request.target)[:200]!r} in this index.",
            Instruction("It may have been moved or removed; search for some of its words."),
        )
    return desk.index.read(
        document,
        state.q if state.q.strip() else None,
        passage=at,
        match=match or 0,
        first=first - 1 if first else None,
        **{name: value for name, value in state.options.items() if name != "filters"},
    )


def _natural(parameters: Any, name: str) -> int | None:
    """Return a parameter that is a number from 1, None if it is not there."""
    value = parameters.get(name, "")
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) <= 9 and int(value) > 0):
        raise BadParameter(
            f"{name} is a number from 1, not {value[:40]!r}.",
            Instruction("Use the links of the page."),
        )
    return int(value)


def _links(reading: ReadingWindow, state: PageState, path: str) -> ReaderLinks:
    n, current = reading.n_matches, reading.current
    former = (current - 1 or n) if n else 0
    following = (current % n + 1) if n else 0
    return ReaderLinks(
        "/" + (f"?{query}" if (query := _query(state)) else ""),
        _match_url(state, path, former) if n else "",
        _match_url(state, path, following) if n else "",
        _window_url(state, path, reading.earlier) if reading.first else "",
        _window_url(state, path, reading.end) if reading.end < reading.n_passages else "",
    )


def _query(state: PageState) -> str:
    return state.url("").removeprefix("?")


def _match_url(state: PageState, path: str, number: int) -> str:
    pairs = [*state.pairs(), ("match", str(number))]
    return f"{path_url('/read/', path, pairs)}#m{number}"


def _window_url(state: PageState, path: str, first: int) -> str:
    return path_url("/read/", path, [*state.pairs(), ("first", str(first + 1))])


@explained
def passage(desk: Desk, request: Request) -> PageAnswer:
    """Redirect a permanent link to the reader, or report that the words are gone."""
    name, _, number = request.target.partition("/")
    stored = desk.index.passage(name)
    if stored is None:
        raise NotFound(
            f"The passage {name[:64]} is not in this index any more.",
            Instruction(
                "Its words have changed, or its document was removed; search for the words that"
                " you quoted."
            ),
        )
    fragment = f"{name}-{number if number.isdecimal() and len(number) < 7 else 1}"
    url = path_url("/read/", stored.document.files[0].path, [("at", name)])
    return redirect(f"{url}#{fragment}")


@explained
def cite(desk: Desk, request: Request) -> PageAnswer:
    """Return the page with a quotation and its citation in all formats."""
    quote = request.parameters.get("quote")
    citation = find_citation(desk, request.target, quote)
    formats = [(name, format_citations([citation], format_)) for format_, name in CITATIONS]
    text = render(
        "page.html",
        content="cite.html",
        title="Citation",
        state=PageState(),
        id=request.target,
        citation=citation,
        language=citation.language,
        formats=formats,
    )
    return html_answer(text)


def find_citation(desk: Desk, passage: str, quote: str | None = None) -> Citation:
    """Return the citation of the passage with this id, or of the words `quote` that begin in it.

    Raises:
        NotFound: if there is none.
        BadParameter: if the words are not there, or are too many.
    """
    if desk.index.passage(passage) is None:
        raise NotFound(f"There is no passage {passage[:64]!r} in this index.")
    if not quote:
        return desk.index.citation(passage)
    if len(quote) > MAX_QUOTE:
        raise BadParameter(
            f"The quotation has {len(quote):,} characters; at most {MAX_QUOTE:,} are looked for.",
            Instruction("Quote less, or cite the whole passage."),
        )
    try:
        return desk.index.citation(passage, quote=quote)
    except ExcerptError as error:
        raise BadParameter(
            "These words do not occur there in this order.",
            Instruction("Quote the words as they are in the passage, or cite the whole passage."),
        ) from error


@explained
def corpus(desk: Desk, request: Request) -> PageAnswer:  # noqa: ARG001 - the signature of pages
    """Return the page with the contents and the problems of the index."""
    status = desk.status
    coverage = desk.index.coverage()
    text = render(
        "page.html",
        content="corpus.html",
        title="Corpus",
        state=PageState(),
        status=status,
        coverage=coverage,
        problems=list(_problems(coverage)),
        corpus=printable_path(str(status.corpus)),
        folder=printable_path(str(status.index)),
        has_corpus=desk.index.has_corpus,
    )
    return html_answer(text)


def _problems(coverage: Coverage) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield the groups of files that need attention: a heading, an explanation, the files."""
    groups = (
        ("Not read", "These files are not searched.", coverage.of(FileOutcome.UNREADABLE)),
        ("Read with warnings", "Something was guessed, replaced or cut.", coverage.with_warnings),
        ("Without text", "These files were read, but contain no text.", coverage.empty),
        ("Changed since they were indexed", "excerpt build reads them again.", coverage.stale),
        ("New", "excerpt build adds them.", coverage.of(FileOutcome.NEW)),
        ("Excluded", "A rule of the corpus leaves them out.", coverage.of(FileOutcome.EXCLUDED)),
    )
    for heading, explanation, files in groups:
        if files:
            rows = [
                (
                    printable_path(file.path),
                    "; ".join([*filter(None, [file.reason]), *file.warnings]),
                )
                for file in files
            ]
            yield heading, explanation, rows
    if coverage.gone:
        rows = [(printable_path(path), "") for path in coverage.gone]
        yield "Gone", "Their texts are still searched, until excerpt build removes them.", rows


@explained
def help_topic(desk: Desk, request: Request) -> PageAnswer:  # noqa: ARG001
    """Return a topic of the documentation."""
    from excerpt.serve.help_pages import FIRST, render_topic, topics

    name = request.target or FIRST
    if name not in topics():
        raise NotFound(
            f"There is no topic {name[:40]!r}.", Instruction(f"There are {', '.join(topics())}.")
        )
    text = render(
        "page.html",
        content="help.html",
        title=topics()[name].partition(":")[0],
        state=PageState(),
        topic=name,
        topics=topics(),
        body=render_topic(name),
    )
    return html_answer(text)


def warm_up(desk: Desk) -> None:
    """Load what the first answers need: numbers of the index, templates, the code of a search."""
    search(desk, Request({"q": "the of", "any": "1"}))
    for stored in desk.index.passages(MatchAll()):
        read(desk, Request({"q": "the"}, stored.document.files[0].path))
        break
