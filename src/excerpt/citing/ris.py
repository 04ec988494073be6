"""Citations → records in RIS, which reference managers import.

A line is a tag of two characters, two spaces, a hyphen, a space and a value; it ends with CR LF. A
record begins with TY and ends with ER. A date is "year/month/day/other information".
"""

from collections.abc import Iterator, Sequence
from typing import Final

from excerpt.citing.chicago import locator
from excerpt.citing.citation import Citation
from excerpt.citing.cited_date import CitedDate
from excerpt.citing.names import CitedName
from excerpt.citing.plain import single_line
from excerpt.present.terminal import escape_path

__all__ = ["write"]

_NO_ASTERISKS: Final = frozenset({"AU", "A2", "A4", "T2"})
"""Tags whose values must not contain an asterisk."""


def write(citations: Sequence[Citation]) -> str:
    """Return a record for each citation, with empty lines between them."""
    return "\r\n".join("".join(_record(citation)) for citation in citations)


def _record(citation: Citation) -> Iterator[str]:
    yield _line("TY", citation.work_type.ris)
    for tag, value in _values(citation):
        cleaned = single_line(value)
        if tag in _NO_ASTERISKS:
            cleaned = cleaned.replace("*", "")
        if cleaned:
            yield _line(tag, cleaned)
    yield "ER  - \r\n"


def _line(tag: str, value: str) -> str:
    return f"{tag}  - {value}\r\n"


def _values(citation: Citation) -> Iterator[tuple[str, str]]:
    """Yield the tags of a record and their values, which may be empty."""
    yield "ID", escape_path(citation.id)
    yield from (("AU", _name(name)) for name in citation.authors)
    yield from (("A2", _name(name)) for name in citation.editors)
    yield from (("A4", _name(name)) for name in citation.translators)
    yield "TI", citation.title
    yield "M3", citation.work_type.label
    yield "T2", citation.container
    yield "VL", citation.volume
    yield "IS", citation.issue
    if citation.issued:
        yield from _date(citation.issued)
    yield "PB", citation.publisher
    yield "CY", citation.publisher_place
    yield "DP", citation.archive
    yield "AV", citation.shelfmark or escape_path(citation.file)
    yield "SP", citation.pages[0] if citation.pages else ""
    yield "EP", citation.pages[-1] if citation.pages else ""
    yield "LA", citation.language
    yield "UR", citation.url
    yield "Y2", citation.check.read.replace("-", "/") + "/"
    recipients = ", ".join(map(str, citation.recipients))
    yield "N1", f"To {recipients}" if recipients else ""
    yield "N1", " ".join(citation.paragraphs) if citation.is_quotation else ""
    yield "N1", locator(citation)
    yield "N1", str(citation.check)


def _name(name: CitedName) -> str:
    return ", ".join(filter(None, [name.family, name.given, name.suffix]))


def _date(issued: CitedDate) -> Iterator[tuple[str, str]]:
    """Yield year and date; what their digits cannot say is the date's other information."""
    year = issued.first[0] if issued.first else 0
    is_plain = not issued.last and not issued.is_circa and year > 0
    if year > 0:
        yield "PY", f"{year:04}"
    parts = [f"{number:02}" for number in issued.first[1:]] if year > 0 else []
    numbers = [f"{year:04}" if year > 0 else "", *parts, *[""] * (2 - len(parts))]
    other = "" if is_plain else issued.text.replace("/", "\N{EN DASH}")
    yield "DA", "/".join([*numbers, other])
