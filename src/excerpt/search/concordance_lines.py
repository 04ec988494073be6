"""Numbers of lines → the lines of a concordance, with their texts.

The order of the lines is known before (see `counting.order`), so that only the texts of the lines
that are shown are read. A concordance may have millions of lines, so they are read in batches.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import Final

from excerpt.arrays import Int64Array
from excerpt.catalog import Catalog
from excerpt.engines import Lines
from excerpt.present.concordance import ConcordanceLine, make_lines
from excerpt.present.highlight import token_offsets
from excerpt.search.lookup import passage_reader, shared_number, text_reader

__all__ = ["read_lines"]

_FIRST_BATCH: Final = 64
_LAST_BATCH: Final = 1024
"""Lines that are read at once: a screen at first, then twice as many each time. In large batches,
lines of the same passage and document are likely to be read together."""


def read_lines(
    lines: Lines,
    numbers: Iterable[Int64Array],
    catalog: Catalog,
    *,
    around: int,
    limit: int | None = None,
) -> Iterator[ConcordanceLine]:
    """Yield the `lines` with these `numbers`, in this order, at most `limit`.

    `around` is the number of words on each side.
    """
    n_left = len(lines) if limit is None else limit
    for batch in _batches(numbers):
        rest = batch
        while rest.size and n_left > 0:  # again if lines are lacking, see `make_lines`
            wanted, rest = rest[:n_left], rest[n_left:]
            for line in _read_batch(lines, wanted, catalog, around):
                yield line
                n_left -= 1
        if n_left <= 0:
            return


def _batches(numbers: Iterable[Int64Array]) -> Iterator[Int64Array]:
    """Yield `numbers` in batches of growing size."""
    size = _FIRST_BATCH
    for part in numbers:
        start = 0
        while start < part.size:
            yield part[start : start + size]
            start += size
            size = min(2 * size, _LAST_BATCH)


def _read_batch(
    lines: Lines, numbers: Int64Array, catalog: Catalog, around: int
) -> list[ConcordanceLine]:
    """Return the lines with these `numbers`, in this order. Each passage is read once."""
    found = [(key, span, row) for row, (key, span) in enumerate(lines.spans(numbers))]
    groups = [(key, list(group)) for key, group in groupby(sorted(found), lambda each: each[0])]
    passages = catalog.passages([key for key, _ in groups])
    all_offsets = token_offsets(passages)
    of_row: dict[int, ConcordanceLine | None] = {}
    document_id = -1
    is_stale: bool | None = False
    for stored, offsets, (_, group) in zip(passages, all_offsets, groups, strict=True):
        document = stored.document
        if document.id != document_id:
            document_id, is_stale = document.id, catalog.is_stale(document.files[0])
        made = make_lines(
            stored,
            [span for _, span, _ in group],
            passage_reader(catalog, document.id),
            text_reader(catalog, document.id),
            around=around,
            is_stale=is_stale,
            offsets=offsets,
            number_at=partial(shared_number, catalog.store, document.id, stored.passage),
        )
        of_row.update(zip((row for *_, row in group), made, strict=True))
    ordered = (of_row[row] for row in range(len(found)))
    return [line for line in ordered if line is not None]
