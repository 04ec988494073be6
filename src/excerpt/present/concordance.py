"""Occurrences → lines of a concordance: each match with the words around it and the place it stands at.

Lines come one by one in the order of their places; in any other order they pass through a file, so that memory bounds
neither their number nor their context.
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
    from excerpt.catalog import StoredDocument, StoredPassage
    from excerpt.engines import Occurrence

__all__ = ["Concordance", "ConcordanceLine", "Sort", "keyed_lines"]

Sort = Literal["path", "left", "right", "date"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
KeyedLine = tuple[list[Any], "ConcordanceLine"]
"""A line and what it is sorted by; where that is alike, by its place."""
SORTED_BY = 5
"""Words on one side that lines are sorted by, however many are shown."""


@dataclass(frozen=True, slots=True)
class ConcordanceLine:
    """One occurrence: the match and what stands around it, each with its white space closed up.

    left      the words before the match
    match     the match
    right     the words after it
    path      the first path of the document, relative to the corpus
    line      where the match begins: the line (from 1) of a text format, None for HTML
    anchor    the nearest anchor at or before the passage, "" if there is none
    page      the label of the page, "" if no page is known
    passage   the id of the passage it belongs to
    date      of the document, in its own words
    is_stale  whether the file has changed or gone since it was indexed
    """

    left: str
    match: str
    right: str
    path: str
    line: int | None = None
    anchor: str = ""
    page: str = ""
    passage: str = ""
    date: str = ""
    is_stale: bool = False


_values_of = attrgetter(*(field.name for field in fields(ConcordanceLine)))


class Concordance(Iterator[ConcordanceLine]):
    """The lines of all occurrences, once, and how many have been met: all of them when the last line is given."""

    def __init__(self, found: Iterable[KeyedLine], sort: Sort = "path") -> None:
        if sort not in SORTS:
            raise ValueError(f"sort is one of {', '.join(SORTS)}")
        self.n_occurrences = 0
        self.n_passages = 0
        self.n_documents = 0
        self.n_stale = 0
        """Documents whose files have changed or gone since."""
        counted = self._counted(found)
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

    def _counted(self, found: Iterable[KeyedLine]) -> Iterator[KeyedLine]:
        """`found`, which is in the order of places, as it is counted."""
        passage = path = None
        for key, line in found:
            self.n_occurrences += 1
            self.n_passages += line.passage != passage
            if line.path != path:
                self.n_documents += 1
                self.n_stale += line.is_stale
            passage, path = line.passage, line.path
            yield key, line


def keyed_lines(
    stored: "StoredPassage",
    occurrences: Sequence["Occurrence"],
    following: PassageAt,
    text_of: TextAt,
    *,
    around: int,
    sort: Sort = "path",
    is_stale: bool = False,
) -> Iterator[KeyedLine]:
    """A line with `around` words on each side for each place where one of the `occurrences` in a passage stands, in order."""
    groups = match_spans(stored, [occurrence.spans for occurrence in occurrences], following)
    places = sorted(
        {Span(group[0].start, max(span.end for span in group)) for group in groups if group}
    )
    if not places:
        return
    passage, record = stored.passage, stored.document
    near = read_context(
        places, max(around, SORTED_BY if sort in {"left", "right"} else 0), record, text_of
    )
    date, days = _date_of(record)
    counted, line = passage.span.start, passage.lines[0] if passage.lines else None
    for place in places:
        if line is not None:
            line += stored.text.count(
                "\n", counted - passage.span.start, place.start - passage.span.start
            )
            counted = place.start
        yield (
            _key(sort, near, place, days),
            ConcordanceLine(
                near.left(place, around),
                near.closed(place),
                near.right(place, around),
                record.files[0].path,
                line,
                passage.anchor,
                record.page_at(place.start),
                passage.id,
                date,
                is_stale,
            ),
        )


def _date_of(record: "StoredDocument") -> tuple[str, dates.DayRange | None]:
    """When a document is from, in its own words and as days."""
    days = dates.date_from_metadata(record.metadata)
    values = {name.casefold(): value for name, value in record.metadata}
    said = (
        values[name] for name in ("date", "year") if days and dates.parse_date(values.get(name, ""))
    )
    return next(said, ""), days


def _key(sort: Sort, near: ContextWindow, place: Span, days: dates.DayRange | None) -> list[Any]:
    match sort:
        case "left":
            return near.terms_before(place, SORTED_BY)
        case "right":
            return near.terms_after(place, SORTED_BY)
        case "date":
            return [0, *days] if days else [1]  # what has no date comes last
        case _:
            return []
