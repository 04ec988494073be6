"""Citations → CSL-JSON, which citation processors and reference managers turn into any style.

The keys are those of the schema of CSL 1.0.2. Years before Christ are negative and have no year 0:
44 BC is -44.
"""

from collections.abc import Sequence
from typing import Any

from excerpt.citing.chicago import locator
from excerpt.citing.citation import Citation
from excerpt.citing.cited_date import CitedDate, DateParts
from excerpt.citing.names import CitedName
from excerpt.present.json_text import dump
from excerpt.present.terminal import escape_path

__all__ = ["csl_item", "write"]


def write(citations: Sequence[Citation]) -> str:
    """Return citations as a JSON array of items."""
    return dump([csl_item(citation) for citation in citations], indent=2) + "\n"


def csl_item(citation: Citation) -> dict[str, Any]:
    """Return the item of a citation; facts that are not known are left out."""
    first, *rest = citation.pages or ("",)
    item = {
        "id": escape_path(citation.id),
        "type": citation.work_type.csl,
        "title": citation.title,
        "author": [_name(name) for name in citation.authors],
        "editor": [_name(name) for name in citation.editors],
        "translator": [_name(name) for name in citation.translators],
        "recipient": [_name(name) for name in citation.recipients],
        "issued": _date(citation.issued) if citation.issued else {},
        "accessed": {"date-parts": [[int(part) for part in citation.check.read.split("-")]]},
        "container-title": citation.container,
        "volume": citation.volume,
        "issue": citation.issue,
        "publisher": citation.publisher,
        "publisher-place": citation.publisher_place,
        "archive": citation.archive,
        "archive_location": citation.shelfmark or escape_path(citation.file),
        "URL": citation.url,
        "language": citation.language,
        "page": f"{first}-{rest[0]}" if rest else first,
        "locator": locator(citation),
        "annote": "\n\n".join(citation.paragraphs) if citation.is_quotation else "",
        "note": str(citation.check),
    }
    return {key: value for key, value in item.items() if value}


def _name(name: CitedName) -> dict[str, str]:
    if name.is_literal:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {key: value for key, value in parts.items() if value}


def _date(issued: CitedDate) -> dict[str, Any]:
    if not issued.parts:
        return {"literal": issued.text}
    date: dict[str, Any] = {"date-parts": [_with_csl_year(parts) for parts in issued.parts]}
    return {**date, "circa": True} if issued.is_circa else date


def _with_csl_year(parts: DateParts) -> list[int]:
    year, *rest = parts
    return [year if year > 0 else year - 1, *rest]
