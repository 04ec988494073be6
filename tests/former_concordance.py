"""The former way to sort a concordance: the texts around all occurrences are read and tokenized.

It is slow and obviously right, for texts without marks in them: there, the words of the text are
those of the index.
"""

from collections.abc import Iterator
from typing import Any

from excerpt import dates
from excerpt.catalog import Catalog
from excerpt.counting.order import KEY_WORDS, Sort
from excerpt.engines import Matches
from excerpt.model import Span
from excerpt.present.concordance import ConcordanceLine
from excerpt.present.context import ContextWindow, read_context
from excerpt.present.highlight import match_spans
from excerpt.search.lookup import passage_reader, text_reader

__all__ = ["former_lines"]


def former_lines(
    matches: Matches, catalog: Catalog, around: int, sort: Sort
) -> list[ConcordanceLine]:
    """Return all lines of `matches` with `around` words on each side, in the order of `sort`."""
    keyed = list(_keyed_lines(matches, catalog, around, sort))
    return [line for _, line in sorted(keyed, key=lambda pair: pair[0])]


def _keyed_lines(
    matches: Matches, catalog: Catalog, around: int, sort: Sort
) -> Iterator[tuple[list[Any], ConcordanceLine]]:
    """Yield all lines by path and offset, each with its sort key."""
    for key, occurrences in matches.occurrences():
        (stored,) = catalog.passages([key])
        passage, document = stored.passage, stored.document
        text_at = text_reader(catalog, document.id)
        spans_of_matches = [occurrence.spans for occurrence in occurrences]
        groups = match_spans(stored, spans_of_matches, passage_reader(catalog, document.id))
        spans = {Span(group[0].start, max(span.end for span in group)) for group in groups}
        for span in sorted(spans):
            context = read_context([span], max(around, KEY_WORDS), document, text_at)
            page = passage.page_at(span.start)
            before = text_at(Span(0, span.start))
            yield (
                _sort_key(sort, context, span, dates.date_from_metadata(document.metadata.pairs)),
                ConcordanceLine(
                    context.left(span, around),
                    context.collapsed(span),
                    context.right(span, around),
                    document.files[0].path,
                    before.count("\n") + 1 if passage.lines else None,
                    passage.anchor_at(span.start),
                    page.label,
                    page.number,
                    passage.id,
                    dates.date_as_written(document.metadata.pairs),
                    catalog.is_stale(document.files[0]),
                    document.format,
                    document.files[0].member,
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
            return [0, *days] if days else [1]
        case _:
            return []
