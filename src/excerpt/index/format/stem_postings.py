"""Where each stem stands ⇄ lists: a query word means all forms of a stem, so what they have together is kept.

Only stems that several variants share, and that occur often, have such a list; those of the variants do for the others.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

import numpy as np

from excerpt.index.format.columns import Array, Column, Columns
from excerpt.index.format.form_ids import PackedFormIds
from excerpt.index.format.postings import PostingLists, encode_lists
from excerpt.index.write.inverter import Units, together

__all__ = ["StemPostings", "stem_columns"]

_NO_LIST: Final = 0xFFFFFFFF
RARE = 256
"""A stem has a list if it occurs as often as once in so many passages: else there is little to put together."""


def stem_columns(
    entries: PackedFormIds, units: Units, variant_of: Array, stem_of: Array, counts: Array
) -> Iterator[Column]:
    """The columns of the lists of stems in a stream of `entries`, cut into `units`.

    `variant_of` gives the variant of each entry, `stem_of` the stem of each variant, `counts` how often each occurs.
    """
    n_variants = np.bincount(stem_of)
    n_tokens = np.bincount(stem_of, weights=counts).astype(np.int64)
    has_list = (n_variants > 1) & (n_tokens * RARE >= units.n)
    n = int(has_list.sum())
    number_of = np.where(has_list, np.cumsum(has_list) - 1, n)
    list_of = np.append(number_of[stem_of], n)[variant_of].astype(np.uint32)
    list_of[0] = n  # the barrier
    yield "stem_lists", np.where(has_list, number_of, _NO_LIST).astype(np.uint32)
    listed = partial(entries.mapped, list_of)
    yield from encode_lists("stems", listed, units, together(n_tokens[has_list]), has_offsets=False)


class StemPostings:
    """The lists of the stems of a segment, read from its columns."""

    def __init__(self, columns: Columns, n_units: int) -> None:
        self._columns = columns
        self._lists = PostingLists(columns, "stems", n_units)

    def _list(self, stem: int) -> int:
        number = self._columns.item("stem_lists", stem)
        return -1 if number == _NO_LIST else number

    def postings(self, stem: int) -> tuple[Array, Array | None] | None:
        """The passages in which the stem with this number stands, and how often in each (None: always once); None if it
        has no list."""
        number = self._list(stem)
        return self._lists.postings(number) if number >= 0 else None
