"""Passages and lines as files: functions of a `Desk` and a `Request` that yield bytes.

A file is made in pieces while the client reads it, so that neither memory nor a time limit bounds
its size. It contains all passages of a query in the order of the page.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from excerpt.citing import Citation, CitationFormat, cite_hit, format_citations
from excerpt.errors import Instruction
from excerpt.model import Hit
from excerpt.present import records
from excerpt.present.csv_text import csv_rows
from excerpt.present.json_text import dump, dump_lines, dump_pieces
from excerpt.serve import pages
from excerpt.serve.answers import Request
from excerpt.serve.desk import Desk, line_order_of, order_of
from excerpt.serve.page_state import BadParameter, PageState
from excerpt.serve.pages import NotFound
from excerpt.serve.rendering import render
from excerpt.serve.snippets import Paragraph, paragraphs_of

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as DocxParagraph

    from excerpt.present.concordance import Concordance

__all__ = ["TYPES", "export_file", "file_name"]

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json",
}
PIECE_BYTES: Final = 64_000
MAX_WORDS_AROUND: Final = 10
"""Words on each side of a line, as many as the command writes."""


def export_file(desk: Desk, request: Request) -> Iterator[bytes]:
    """Yield a file in the format that the target of the request names, in pieces.

    Raises:
        NotFound: if there is no such format.
        BadParameter: if there is no query, or if there are too many passages for the format.
        QueryError: if the query is malformed, or matches too many terms.
    """
    state = PageState.read(request.parameters)
    if not state.q.strip():
        raise BadParameter("There is no query.", Instruction("Give one with the parameter q."))
    writers = _OF_LINES if state.view == "lines" else _OF_HITS
    write = writers.get(request.target)
    if write is None:
        raise NotFound(
            f"There is no such file: export.{request.target[:40]}.",
            Instruction(f"There are {', '.join(writers)}."),
        )
    yield from _pieces(write(desk, state))


def file_name(request: Request) -> str:
    """Return a name for the file: the words of the query, as far as they are safe."""
    query = request.parameters.get("q", "")
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in query).split()
    return f"{'-'.join(['excerpt', *words])[:60]}.{request.target}"


def _pieces(parts: Iterable[str | bytes]) -> Iterator[bytes]:
    """Yield the parts joined into pieces of about `PIECE_BYTES`."""
    piece = bytearray()
    for part in parts:
        piece += part.encode("utf-8", "replace") if isinstance(part, str) else part
        while len(piece) >= PIECE_BYTES:
            yield bytes(piece[:PIECE_BYTES])
            del piece[:PIECE_BYTES]
    yield bytes(piece)


def _hits(desk: Desk, state: PageState) -> Iterator[Hit]:
    return desk.index.hits(state.q, sort=order_of(state), **state.options)


def _lines(desk: Desk, state: PageState) -> "Concordance":
    sort = line_order_of(state)
    return desk.index.concordance(state.q, around=MAX_WORDS_AROUND, sort=sort, **state.options)


def _hits_csv(desk: Desk, state: PageState) -> Iterator[str]:
    return csv_rows(map(records.hit_row, _hits(desk, state)), records.HIT_COLUMNS)


def _hits_jsonl(desk: Desk, state: PageState) -> Iterator[str]:
    return dump_lines(map(records.hit_record, _hits(desk, state)))


def _hits_json(desk: Desk, state: PageState) -> Iterator[str]:
    head = {
        "query": state.q,
        "meaning": desk.meaning(state),
        "total": desk.index.count(state.q, **state.options),
        "state": desk.state,
    }
    return dump_pieces(head, "hits", map(records.hit_record, _hits(desk, state)))


def _lines_csv(desk: Desk, state: PageState) -> Iterator[str]:
    return csv_rows(map(records.line_record, _lines(desk, state)), records.LINE_COLUMNS)


def _lines_jsonl(desk: Desk, state: PageState) -> Iterator[str]:
    return dump_lines(map(records.line_record, _lines(desk, state)))


def _lines_json(desk: Desk, state: PageState) -> Iterator[str]:
    return records.dump_concordance(_lines(desk, state), state.q)


# Citations


def _citations(desk: Desk, state: PageState) -> Iterator[tuple[Hit, Citation]]:
    for hit in _hits(desk, state):
        yield hit, cite_hit(hit)


def _bibliography(format_: CitationFormat) -> "ExportWriter":
    def write(desk: Desk, state: PageState) -> Iterator[str]:
        for number, (_, citation) in enumerate(_citations(desk, state)):
            yield ("\n" if number else "") + format_citations([citation], format_)

    return write


def _csl_json(desk: Desk, state: PageState) -> Iterator[str]:
    """Yield one list; each citation alone would be a list of its own."""
    yield "["
    for number, (_, citation) in enumerate(_citations(desk, state)):
        for record in json.loads(format_citations([citation], "csl")):
            yield f"{',' if number else ''}\n{dump(record)}"
    yield "\n]\n"


# Documents to read


def _head(desk: Desk, state: PageState) -> dict[str, Any]:
    total = desk.index.count(state.q, **state.options)
    n_documents = desk.index.count_documents(state.q, **state.options)
    passages = f"{total:,} passage{'' if total == 1 else 's'}"
    documents = f"{n_documents:,} document{'' if n_documents == 1 else 's'}"
    return {
        "query": state.q,
        "meaning": desk.meaning(state),
        "total": total,
        "counted": f"{passages} in {documents} match{'es' if total == 1 else ''}",
        "day": datetime.now(UTC).date().isoformat(),
        "state": desk.state,
    }


def _html(desk: Desk, state: PageState) -> Iterator[str]:
    yield render("export_head.html", **_head(desk, state))
    for hit, citation in _citations(desk, state):
        note = format_citations([citation], "chicago").strip()
        text = paragraphs_of(hit)
        yield render("export_hit.html", paragraphs=text, note=note, language=hit.language)
    yield "</main></body></html>\n"


def _docx(desk: Desk, state: PageState) -> Iterator[bytes]:
    from docx import Document

    head = _head(desk, state)
    if head["total"] > pages.MAX_DOCX_HITS:
        raise BadParameter(
            f"A text document can hold {pages.MAX_DOCX_HITS:,} passages, and"
            f" {head['total']:,} match.",
            Instruction("Narrow the query, or download them as HTML, which has no limit."),
        )
    document = Document()
    document.core_properties.title = _xml(f"excerpt: {state.q}")
    document.core_properties.author = ""
    document.add_heading(_xml(state.q), 1)
    document.add_paragraph(
        _xml(f"{head['counted']} {head['meaning']}. {head['day']}, index {head['state']}.")
    )
    for hit, citation in _citations(desk, state):
        for paragraph in paragraphs_of(hit):
            _add_quotation(document.add_paragraph(style="Quote"), paragraph)
        document.add_paragraph(_xml(format_citations([citation], "chicago").strip()))
    buffer = BytesIO()
    document.save(buffer)
    yield buffer.getvalue()


def _add_quotation(quoted: "DocxParagraph", paragraph: Paragraph) -> None:
    from docx.enum.text import WD_COLOR_INDEX

    for part, is_highlighted in paragraph.text.parts():
        run = quoted.add_run(_xml(part))
        if is_highlighted:
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _xml(text: str) -> str:
    """Return `text` without the two code points that XML cannot hold and `clean` leaves."""
    from excerpt.present.terminal import clean

    return "\n".join(map(clean, text.split("\n"))).translate({0xFFFE: "\ufffd", 0xFFFF: "\ufffd"})


ExportWriter = Callable[[Desk, PageState], Iterator[str] | Iterator[bytes]]
_OF_HITS: Final[dict[str, ExportWriter]] = {
    "csv": _hits_csv,
    "jsonl": _hits_jsonl,
    "json": _hits_json,
    "html": _html,
    "docx": _docx,
    "bib": _bibliography("bibtex"),
    "ris": _bibliography("ris"),
    "csl.json": _csl_json,
}
_OF_LINES: Final[dict[str, ExportWriter]] = {
    "csv": _lines_csv,
    "jsonl": _lines_jsonl,
    "json": _lines_json,
}
