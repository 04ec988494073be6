"""Matches of a query → the lines of a concordance.

The engine gives occurrences as spans of words; the texts of the passages, read in batches, turn
them into lines. A concordance may have millions of lines, so it is made while it is read.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from excerpt.catalog import Catalog
from excerpt.engines import Matches
from excerpt.present.concordance import KeyedLine, Sort, keyed_lines
from excerpt.search.lookup import passage_reader, text_reader

__all__ = ["count_lines", "lines_of"]

_BATCH: Final = 256
"""Passages whose texts are in memory at once."""


def lines_of(matches: Matches, catalog: Catalog, *, around: int, sort: Sort) -> Iterator[KeyedLine]:
    """Yield the lines of all occurrences in `matches`, by path and offset, with their sort keys.

    `around` is the number of words on each side.
    """
    occurrences = matches.occurrences()
    document_id = -1
    is_stale: bool | None = False
    while batch := list(islice(occurrences, _BATCH)):
        passages = catalog.passages([key for key, _ in batch])
        for stored, (_, found) in zip(passages, batch, strict=True):
            document = stored.document
            if document.id != document_id:
                document_id, is_stale = document.id, catalog.is_stale(document.files[0])
            yield from keyed_lines(
                stored,
                found,
                passage_reader(catalog, document),
                text_reader(catalog, document),
                around=around,
                sort=sort,
                is_stale=is_stale,
            )


def count_lines(matches: Matches) -> int:
    """Return the number of lines that `lines_of` yields, without reading any text.

    Occurrences that cover the same words make one line.
    """
    return sum(
        len({(each.spans[0].start, max(span.end for span in each.spans)) for each in found})
        for _, found in matches.occurrences()
    )
