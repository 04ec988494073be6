"""The postings of frequent stems: the columns `stems.with_list` and `stems.postings`.

A query word stands for all forms of a stem, so the postings of the form groups that share a stem
are also stored in one list, without positions. Only stems that are frequent and have several groups
have one (`write.posting_lists` decides which): few, and `stems.with_list` (uint32) holds their ids,
ascending.
"""

from typing import Final

from excerpt.index.arrays import Frequencies, UnitIds
from excerpt.index.format.postings import PostingLists, PostingsList
from excerpt.storage.columns import Columns

__all__ = ["STEMS", "WITH_LIST", "StemPostings"]

STEMS: Final = "stems.postings"
"""The name of the postings' columns."""
WITH_LIST: Final = "stems.with_list"


class StemPostings:
    """The postings of stems in the body of a segment, which has `n_units` passages."""

    def __init__(self, columns: Columns, n_units: int) -> None:
        self._columns = columns
        self._lists = PostingLists(columns, STEMS, n_units)

    def postings(self, stem: int) -> tuple[UnitIds, Frequencies | None] | None:
        """Return the units in which a stem occurs, and how often in each (None: always once).

        Returns None if the stem has no list: its form groups' postings add up to the same.
        """
        found = self.list_of(stem)
        return None if found is None else self._lists.postings(found[1])

    def list_of(self, stem: int) -> PostingsList | None:
        """Return the postings list of a stem, None if it has none."""
        list_id = self._columns.bisect_left(WITH_LIST, stem)
        if list_id == self._lists.n or self._columns.item(WITH_LIST, list_id) != stem:
            return None
        return self._lists, list_id
