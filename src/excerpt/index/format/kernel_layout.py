"""The columns of a segment → what tells the kernel where they are: `Segment` in `native/kernel.h`.

Each column is given by its first byte, the number of its elements and their size.
"""

from collections.abc import Iterator

import numpy as np

from excerpt import native
from excerpt.index.format.pair_postings import PAIRS
from excerpt.index.format.stem_postings import STEMS, WITH_LIST
from excerpt.storage.columns import Columns

__all__ = ["open_segment"]


def open_segment(columns: Columns) -> object | None:
    """Open a segment for the kernel; None if there is no kernel, or the columns are not right."""
    if native.kernel is None:
        return None
    try:
        layout = np.fromiter(_layout(columns), np.uint64)
    except KeyError:  # without a column, other code raises an error that names it
        return None
    segment: object | None = native.kernel.open_segment(columns.file, layout)
    return segment


def _layout(columns: Columns) -> Iterator[int]:
    """Yield the numbers of the struct `Segment`."""
    for name in ("terms", "stems", "joined", "forms"):
        yield from _strings(columns, name)
    for name in ("terms.id", "groups.stem", "stems.groups"):
        yield from _ids(columns, name)
    for name in ("terms.first_group", "groups.first_form", "stems.first"):
        yield from _ascending(columns, name)
    for name in (
        "joined.filter",
        "stems.has_accents",
        WITH_LIST,
        "documents.first_passage",
        "passages.fingerprint",
        "passages.by_fingerprint",
        "passages.fingerprint_prefixes",
        "languages.first",
        "documents.id",
    ):
        yield from columns.extent(name)
    n_passages = columns.length("body.unit_offsets.gaps") - 1
    yield from _lists(columns, STEMS, n_passages)
    yield from _lists(columns, PAIRS, n_passages)
    for name in ("body", "heading", "title"):
        yield from columns.extent(f"{name}.form_ids")
        yield from _ascending(columns, f"{name}.rare_positions")
        yield from _ids(columns, f"{name}.rare_form_ids")
        yield from _ascending(columns, f"{name}.unit_offsets")
        yield from _extent(columns, f"{name}.groups", 4)
        n_units = columns.length(f"{name}.unit_offsets.gaps") - 1
        yield from _lists(columns, f"{name}.postings", n_units)


def _extent(columns: Columns, name: str, size: int) -> tuple[int, int, int]:
    """Return the extent of a column with elements of this size, which may be missing."""
    return columns.extent(name) if name in columns.names else (0, 0, size)


def _packed(columns: Columns, name: str, size: int) -> Iterator[int]:
    yield from _extent(columns, name, size)
    yield from _extent(columns, f"{name}.exception_indexes", 4)
    yield from _extent(columns, f"{name}.exceptions", 4)


def _ascending(columns: Columns, name: str) -> Iterator[int]:
    yield from columns.extent(f"{name}.samples")
    yield from _packed(columns, f"{name}.gaps", 1)


def _ids(columns: Columns, name: str) -> Iterator[int]:
    yield from columns.extent(f"{name}.low")
    yield from columns.extent(f"{name}.high")


def _strings(columns: Columns, name: str) -> Iterator[int]:
    yield from columns.extent(f"{name}.utf8")
    yield from _ascending(columns, f"{name}.offsets")
    yield from _extent(columns, f"{name}.prefixes", 8)
    yield from _extent(columns, f"{name}.shared", 1)


def _lists(columns: Columns, name: str, n_units: int) -> Iterator[int]:
    yield n_units
    yield from columns.read(f"{name}.tail").tolist()  # the lists of one token, and the empty ones
    yield from columns.extent(f"{name}.starts")
    yield from columns.extent(f"{name}.units")
    for part, size in (("gaps8", 1), ("gaps16", 2), ("frequencies", 1), ("offsets", 1)):
        yield from _packed(columns, f"{name}.{part}", size)
