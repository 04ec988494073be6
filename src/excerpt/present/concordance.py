"""Occurrences → lines of a concordance: each match with the words around it and its location."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from excerpt import dates
from excerpt.model import Span, cited_path
from excerpt.present.context import read_context
from excerpt.present.highlight import PassageAt, TextAt, TokenOffsets, match_spans

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage
    from excerpt.engines import TokenSpan

__all__ = ["Concordance", "ConcordanceLine", "make_lines"]


NumberAt = Callable[[int | None, str], int]
"""Returns the number of a passage, given a line and an anchor in it; 0 if they are its own."""


@dataclass(frozen=True, slots=True)
class ConcordanceLine:
    """One occurrence with its context. White space is collapsed in all three parts.

    left         the words before the match
    match        the matched text
    right        the words after the match
    path         the first path of the document, relative to the corpus
    line         the line (from 1) on which the match begins, None for a format without lines (HTML)
    anchor       the nearest anchor at or before the match, "" if there is none
    page         the label of the page on which the match begins, "" if unknown
    page_number  the number of that page in the file, 0 for a source without physical pages
    passage      the id of the passage in which the match begins
    date         the document's date as its metadata gives it, "" if there is none
    is_stale     True if the file has changed or disappeared since it was indexed; None if the
                 corpus is not there
    format       the name of the document's format
    member       the part of `path` within a container, "" for a file on disk
    number       the number of the passage in its document, from 1, if other passages have the same
                 line or anchor, otherwise 0
    """

    left: str
    match: str
    right: str
    path: str
    line: int | None = None
    anchor: str = ""
    page: str = ""
    page_number: int = 0
    passage: str = ""
    date: str = ""
    is_stale: bool | None = False
    format: str = ""
    member: str = ""
    number: int = 0

    def __repr__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"<ConcordanceLine {self.path}{line} {self.match!r}>"

    @property
    def cited_path(self) -> str:
        """The path as it is cited: `table.csv row 17`."""
        return cited_path(self.path, self.member, self.format)


class Concordance(Iterator[ConcordanceLine]):
    """An iterator over some or all lines of a concordance, with the numbers of all of them.

    n_occurrences  lines
    n_passages     passages in which a match begins
    n_documents    documents with a match
    n_stale        documents among those read so far that have changed or disappeared since they
                   were indexed
    """

    def __init__(
        self,
        lines: Iterable[ConcordanceLine],
        n_occurrences: int,
        n_passages: int,
        n_documents: int,
        notices: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self.n_occurrences = n_occurrences
        self.n_passages = n_passages
        self.n_documents = n_documents
        self._lines = iter(lines)
        self._stale_paths: set[str] = set()
        self._find_notices = notices

    def __repr__(self) -> str:
        return f"<Concordance of {self.n_occurrences:,} occurrences>"

    @property
    def notices(self) -> tuple[str, ...]:
        """Notices about the query, for its author."""
        return self._find_notices()

    @property
    def n_stale(self) -> int:
        """The number of documents among those read so far that have changed or disappeared."""
        return len(self._stale_paths)

    def __next__(self) -> ConcordanceLine:
        line = next(self._lines)
        if line.is_stale:
            self._stale_paths.add(line.path)
        return line


def make_lines(
    stored: "StoredPassage",
    token_spans: Sequence["TokenSpan"],
    passage_at: PassageAt,
    text_at: TextAt,
    *,
    around: int,
    is_stale: bool | None = False,
    offsets: TokenOffsets | None = None,
    number_at: NumberAt = lambda *_: 0,
) -> Iterator[ConcordanceLine | None]:
    """Yield a line for each of the ascending spans of words that begin in a passage.

    `around` is the number of words on each side. Words are counted from the first of the passage,
    whose `offsets` may be given. For a span that ends beyond the document, there is no line.
    `number_at` returns the number of the passage where a line and an anchor are not its own.
    """
    matches = [[Span(start, end)] for start, end in token_spans]
    all_spans = match_spans(stored, matches, passage_at, offsets)
    spans = [span for found in all_spans for span in found]
    if not spans:
        yield from [None] * len(all_spans)
        return
    passage, document = stored.passage, stored.document
    context = read_context(spans, around, document, text_at)
    date = dates.date_as_written(document.metadata.pairs)
    # Line ends are counted from one span to the next, since spans ascend.
    counted_to, line = passage.span.start, passage.lines[0] if passage.lines else None
    for found in all_spans:
        if not found:
            yield None
            continue
        (span,) = found
        if line is not None:
            first = passage.span.start
            line += stored.text.count("\n", counted_to - first, span.start - first)
            counted_to = span.start
        page = passage.page_at(span.start)
        yield ConcordanceLine(
            context.left(span, around),
            context.collapsed(span),
            context.right(span, around),
            document.files[0].path,
            line,
            passage.anchor_at(span.start),
            page.label,
            page.number,
            passage.id,
            date,
            is_stale,
            document.format,
            document.files[0].member,
            number_at(line, passage.anchor_at(span.start)),
        )
