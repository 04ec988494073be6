"""The words of a source that a quotation has → their location, and whether a note names it."""

from typing import TYPE_CHECKING, NamedTuple

from excerpt.model import Key, cited_path, page_citation
from excerpt.present.terminal import clean, format_location
from excerpt.quotations.cited_sources import CitedSource
from excerpt.quotations.differences import Comparison
from excerpt.text.line_breaks import one_line
from excerpt.text.running_text import running_text

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument, StoredPassage

__all__ = [
    "SourceLocation",
    "is_cited",
    "location_label",
    "location_of",
    "passage_location",
    "shown_path",
]


class SourceLocation(NamedTuple):
    """A location in the corpus.

    path         of the document, relative to the corpus
    shown_path   the path as it is cited: `letters.csv row 17` for a row
    title        of the document
    lines        the first and last line, None for a format without lines
    page         the label of the page, "" if unknown
    page_number  its number in the file, 0 for a source without physical pages
    anchor       the nearest anchor
    passage      the id of the passage in which it begins
    text         the words of the source, in one line
    key          the key of the passage
    """

    path: str
    shown_path: str
    title: str
    lines: tuple[int, int] | None
    page: str
    page_number: int
    anchor: str
    passage: str
    text: str
    key: Key

    @property
    def cited_page(self) -> str:
        """The page as it is cited: "p. iv (6)", "" if it is unknown."""
        return page_citation(self.page, self.page_number)


def shown_path(document: "StoredDocument") -> str:
    """Return the path of a document as it is cited: `letters.csv row 17` for a row."""
    file = document.files[0]
    return cited_path(file.path, file.member, document.format)


def location_of(compared: Comparison) -> SourceLocation:
    """Return the location of a quotation: that of its words, not of the whole passage."""
    span, window = compared.span, compared.window
    stored = window.passage_at(span.start)
    lines = None
    if stored.passage.lines is not None:
        before = stored.text[: span.start - stored.passage.span.start]
        first = stored.passage.lines[0] + before.count("\n")
        lines = first, first + window.text(span).count("\n")
    location = passage_location(stored)
    page = stored.passage.page_at(span.start)
    return location._replace(
        lines=lines,
        page=page.label,
        page_number=page.number,
        anchor=stored.passage.anchor_at(span.start),
        text=one_line(window.text(span)),
    )


def passage_location(stored: "StoredPassage") -> SourceLocation:
    """Return the location of a whole passage."""
    passage, document = stored.passage, stored.document
    return SourceLocation(
        document.files[0].path,
        shown_path(document),
        document.title,
        passage.lines,
        passage.page,
        passage.page_number,
        passage.anchor,
        passage.id,
        one_line(_words_of(stored)),
        stored.key,
    )


def _words_of(stored: "StoredPassage") -> str:
    """Return the blocks of a passage in lines, without the decoration between them."""
    start = stored.passage.span.start
    text = running_text(stored.text, stored.passage.marks, start)
    blocks = (block.span for block in stored.passage.blocks)
    return "\n".join(text[span.start - start : span.end - start] for span in blocks)


def is_cited(compared: Comparison, cited: CitedSource) -> bool:
    """Return whether a location is one that the note names."""
    document, span = compared.window.document, compared.span
    if document.id not in cited.documents:
        return False
    passage = compared.window.passage_at(span.start)
    if cited.passages:
        return any(
            key.document == document.id
            and passage.key.ordinal - 1 <= key.ordinal <= passage.key.ordinal + 1
            for key in cited.passages
        )
    location = location_of(compared)
    if cited.pages and (location.page or location.page_number):
        last = compared.window.passage_at(span.end - 1).passage.page_at(span.end - 1)
        own = {
            location.page.lower(),
            str(location.page_number),
            last.label.lower(),
            str(last.number),
        }
        if cited.pages.isdisjoint(own - {"", "0"}):
            return False
    if cited.lines and location.lines:
        first, last_line = location.lines
        within = passage.passage.lines or location.lines
        return any(
            (start <= last_line and first <= end) or within[0] <= start <= within[1]
            for start, end in cited.lines
        )
    return True


def location_label(location: SourceLocation) -> str:
    """Return a location as `excerpt show` accepts it, with its page."""
    shown = format_location(
        location.shown_path, location.lines[0] if location.lines else None, location.anchor
    )
    return " ".join(filter(None, [shown, clean(location.cited_page)]))
