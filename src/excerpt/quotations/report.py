"""Checked quotations → a report as text or JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from excerpt.errors import ExcerptError, Instruction, Unreadable
from excerpt.present.records import line_range
from excerpt.present.terminal import clean, escape_path, printable_path, shorten
from excerpt.quotations.checking import CheckedQuotation, Verdict
from excerpt.quotations.differences import Difference
from excerpt.quotations.manuscript import Quotation, read_quotations
from excerpt.quotations.source_locations import SourceLocation, location_label

__all__ = [
    "QuotationReport",
    "checked_record",
    "read_contents",
    "read_manuscript",
    "report_record",
    "report_lines",
]

_MAX_SHOWN: Final = 300
"""Characters shown of a quotation or a passage."""
_MAX_LOCATIONS: Final = 5


def read_contents(file: Path) -> bytes:
    """Return the contents of the file of a manuscript.

    Raises:
        ExcerptError: if it is not there or may not be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        remedy = Instruction("Name a file that exists and that you may read.")
        raise ExcerptError(f"{error.strerror}.", remedy, where=file) from error


def read_manuscript(file: Path, contents: bytes) -> list[Quotation]:
    """Return the quotations of a manuscript.

    Raises:
        ExcerptError: if it is in no known format.
    """
    try:
        return read_quotations(str(file), contents)
    except Unreadable as error:
        what = f"it cannot be read: {error.what}."
        raise ExcerptError(what, *error.remedies, where=file) from error


class QuotationReport:
    """The result of checking all quotations of a manuscript.

    file     the manuscript
    checked  its quotations with the verdicts, in order
    """

    def __init__(self, file: Path, checked: Sequence[CheckedQuotation]) -> None:
        self.file = file
        self.checked = tuple(checked)

    @property
    def counts(self) -> dict[Verdict, int]:
        """The number of quotations with each verdict."""
        counted = Counter(each.verdict for each in self.checked)
        return {verdict: counted[verdict] for verdict in Verdict}

    @property
    def is_right(self) -> bool:
        """True if no quotation differs, is elsewhere or was not found."""
        return not any(each.verdict.is_wrong for each in self.checked)

    def __iter__(self) -> Iterator[CheckedQuotation]:
        return iter(self.checked)

    def __len__(self) -> int:
        return len(self.checked)

    def __repr__(self) -> str:
        found = ", ".join(f"{n} {verdict}" for verdict, n in self.counts.items() if n)
        return f"<QuotationReport {str(self.file)!r}: {found or 'no quotations'}>"

    def to_html(self) -> str:
        """Return the report as a page of HTML that needs no other file."""
        from excerpt.quotations.page import report_page

        return report_page(self)


def report_record(report: QuotationReport) -> dict[str, Any]:
    """Return the record of a report.

    file    the manuscript
    counts  the number of quotations with each verdict
    quotes  the quotations, in order (see `checked_record`)
    """
    return {
        "file": escape_path(str(report.file)),
        "counts": {str(verdict): n for verdict, n in report.counts.items()},
        "quotes": [checked_record(each) for each in report],
    }


def checked_record(checked: CheckedQuotation) -> dict[str, Any]:
    """Return a checked quotation as JSON values.

    quote        the quotation, without its marks
    location     where it is in the manuscript: line, or null, and paragraph
    verdict      "exact", "same words", "differs", "elsewhere", "several", "not found" or "cannot be
                 checked"
    source       where the words are: path, title, first_line, last_line, page, page_number, anchor,
                 passage, text; null if nowhere. For "not found" it is the nearest passage
    locations    for "several" and "elsewhere": all locations, as far as they are listed
    n_locations  the number of locations
    differences  where quotation and source differ: op, source and quote
    warnings     sentences on changed negations, numbers and names
    reasons      sentences that explain the verdict
    """
    locations = [_location_record(location) for location in checked.locations]
    return {
        "quote": checked.quotation.text,
        "location": {"line": checked.quotation.line, "paragraph": checked.quotation.paragraph},
        "verdict": str(checked.verdict),
        "source": locations[0] if locations else None,
        "locations": locations if len(locations) > 1 else [],
        "n_locations": checked.n_locations,
        "differences": [
            {"op": str(each.kind), "source": each.source, "quote": each.quote}
            for each in checked.differences
        ],
        "warnings": list(checked.warnings),
        "reasons": list(checked.reasons),
    }


def _location_record(location: SourceLocation) -> dict[str, Any]:
    return {
        "path": escape_path(location.path),
        "title": location.title,
        **line_range(location.lines),
        "page": location.page,
        "page_number": location.page_number or None,
        "anchor": location.anchor,
        "passage": location.passage,
        "text": location.text,
    }


def report_lines(report: QuotationReport) -> Iterator[str]:
    """Yield the lines of a report for people: what needs a look, then the counts."""
    for checked in report:
        if checked.verdict is Verdict.EXACT or _is_short(checked):
            continue
        yield from _lines(checked)
        yield ""
    yield from _summary(report)


def _is_short(checked: CheckedQuotation) -> bool:
    """Return whether there is nothing to say but that a quotation is short."""
    return checked.verdict is Verdict.UNCHECKED and checked.quotation.n_words < 4


def _lines(checked: CheckedQuotation) -> Iterator[str]:
    quotation = checked.quotation
    yield f"{quotation.location}: {checked.verdict}"
    yield f"  “{shorten(quotation.text, _MAX_SHOWN)}”"
    for location in checked.locations[:_MAX_LOCATIONS]:
        label = "nearest passage: " if checked.verdict is Verdict.NOT_FOUND else ""
        yield f"  {label}{location_label(location)}"
    if (n_more := checked.n_locations - _MAX_LOCATIONS) > 0:
        yield f"  and {n_more:,} more locations"
    for line, n in Counter(map(_difference, checked.differences)).items():
        yield f"  {line}" if n == 1 else f"  {line} ({n} times)"
    yield from (f"  ! {clean(warning)}" for warning in checked.warnings)
    yield from (f"  {clean(reason)}" for reason in checked.reasons)


def _difference(difference: Difference) -> str:
    source, quote = clean(difference.source) or "nothing", clean(difference.quote) or "nothing"
    return f"{difference.kind}: the source has {source}, the quotation {quote}"


def _summary(report: QuotationReport) -> Iterator[str]:
    if not report.checked:
        yield f"{printable_path(str(report.file))} has no quotations."
        return
    n = len(report)
    counts = ", ".join(
        f"{number:,} {verdict}" for verdict, number in report.counts.items() if number
    )
    yield f"{n:,} {'quotation' if n == 1 else 'quotations'}: {counts}."
