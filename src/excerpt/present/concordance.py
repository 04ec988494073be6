"""Occurrences → lines of a concordance: each match with the words around it and its location.

Lines in order of their paths are yielded one by one as they are found. Any other order goes through
a temporary file, so that neither their number nor the length of their context is limited by memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from excerpt import dates
from excerpt.model import Span
from excerpt.present.context import ContextWindow, read_context
from excerpt.present.highlight import PassageAt, TextAt, match_spans
from excerpt.present.sorting import sort_on_disk

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage
    from excerpt.engines import Occurrence

__all__ = ["Concordance", "ConcordanceLine", "KeyedLine", "Sort", "keyed_lines"]

Sort = Literal["path", "left", "right", "date"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
KeyedLine = tuple[list[Any], "ConcordanceLine"]
"""A sort key of JSON values, and a line. Lines with equal keys stay in order of path and offset."""
KEY_WORDS = 5
"""Words on one side that form the sort key, however many are displayed."""


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


_values_of = attrgetter(*(field.name for field in fields(ConcordanceLine)))


class Concordance(Iterator[ConcordanceLine]):
    """An iterator over lines that counts them; the counts are complete when it is exhausted.

    n_occurrences  lines
    n_passages     passages in which a match begins
    n_documents    documents with a match
    n_stale        documents of these that have changed or disappeared since they were indexed
    """

    def __init__(self, lines: Iterable[KeyedLine], sort: Sort = "path") -> None:
        if sort not in SORTS:
            raise ValueError(f"sort is one of {', '.join(SORTS)}")
        self.n_occurrences = 0
        self.n_passages = 0
        self.n_documents = 0
        self.n_stale = 0
        counted = self._counted(lines)
        self._lines = (
            (line for _, line in counted)
            if sort == "path"
            else (
                ConcordanceLine(*values)
                for values in sort_on_disk((key, _values_of(line)) for key, line in counted)
            )
        )

    def __next__(self) -> ConcordanceLine:
        return next(self._lines)

    def _counted(self, lines: Iterable[KeyedLine]) -> Iterator[KeyedLine]:
        """Yield `lines`, which are in order of their paths and offsets, and count them."""
        passage = path = None
        for key, line in lines:
            self.n_occurrences += 1
            self.n_passages += line.passage != passage
            if line.path != path:
                self.n_documents += 1
                self.n_stale += line.is_stale is True
            passage, path = line.passage, line.path
            yield key, line


def keyed_lines(
    stored: "StoredPassage",
    occurrences: Sequence["Occurrence"],
    passage_at: PassageAt,
    text_at: TextAt,
    *,
    around: int,
    sort: Sort = "path",
    is_stale: bool | None = False,
) -> Iterator[KeyedLine]:
    """Yield a line for each distinct span of the occurrences in a passage, in order of the spans.

    `around` is the number of words on each side. An occurrence of several spans (NEAR) counts as
    one span from its first word to its last.
    """
    groups = match_spans(stored, [occurrence.spans for occurrence in occurrences], passage_at)
    spans = sorted(
        {Span(group[0].start, max(span.end for span in group)) for group in groups if group}
    )
    if not spans:
        return
    passage, document = stored.passage, stored.document
    n_words = max(around, KEY_WORDS if sort in {"left", "right"} else 0)
    context = read_context(spans, n_words, document, text_at)
    days = dates.date_from_metadata(document.metadata)
    date = dates.date_as_written(document.metadata)
    # Line ends are counted from one span to the next, since spans ascend.
    counted_to, line = passage.span.start, passage.lines[0] if passage.lines else None
    for span in spans:
        if line is not None:
            first = passage.span.start
            line += stored.text.count("\n", counted_to - first, span.start - first)
            counted_to = span.start
        page = passage.page_at(span.start)
        yield (
            _sort_key(sort, context, span, days),
            ConcordanceLine(
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
            ),
        )


def _sort_key(
    sort: Sort, context: ContextWindow, span: Span, days: dates.DayRange | None
) -> list[Any]:
    match sort:
        case "left":
            return context.terms_before(span, KEY_WORDS)
        case "right":
            return context.terms_after(span, KEY_WORDS)
        case "date":
            return [0, *days] if days else [1]  # undated lines come last
        case _:
            return []
