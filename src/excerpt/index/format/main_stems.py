"""The stems, in the main language, of the forms of unknown language in a segment, as a file.

Texts of unknown language are taken for texts in the main language of the index. Since that can
change with any commit, and segments never do, these stems have a file of their own for each
segment. It is written again when the main language changes, from the forms of the segment alone.
The attribute `language` is the main language. The columns:

    stems         strings without what they share with the one before: the stems, sorted
    stems.groups  the groups of unknown language that have a form with each stem (see `wide_ids`)
    stems.first   ascending: where the groups of each stem begin; then their number

The forms of a group have one term. In the main language they may have several stems, since they may
have different accents; then the group is listed under each.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from excerpt.index.arrays import GroupIds
from excerpt.index.format.ascending_column import AscendingColumn, encode_ascending
from excerpt.index.format.string_column import StringColumn, string_columns
from excerpt.index.format.wide_ids import WideIds, encode_ids
from excerpt.storage.columns import Column, Columns

__all__ = ["MainStems", "main_stem_columns"]


def main_stem_columns(stems: Sequence[str], groups: GroupIds) -> Iterator[Column]:
    """Yield the columns, given the stem of each form, and its group; the groups ascend."""
    order = np.array(sorted(range(len(stems)), key=stems.__getitem__), np.int64)
    pairs = pairwise(order.tolist())
    is_new = np.array([True, *(stems[before] != stems[after] for before, after in pairs)])
    is_new = is_new[: order.size]
    # The sort is stable: the groups of a stem ascend, so that equal ones are neighbours.
    is_first = is_new | (np.diff(groups[order], prepend=-1) != 0)
    distinct = (stems[i] for i in order[is_new].tolist())
    starts = np.flatnonzero(is_new[is_first])
    yield from string_columns("stems", distinct, is_shared=True).items()
    yield from encode_ids("stems.groups", groups[order[is_first]])
    yield from encode_ascending("stems.first", np.append(starts, np.count_nonzero(is_first)))


class MainStems:
    """The stems of the forms of unknown language in a segment."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._stems = StringColumn(columns, "stems")
        self._groups = WideIds(columns, "stems.groups")
        self._first = AscendingColumn(columns, "stems.first")

    def groups(self, stem: str) -> list[int]:
        """Return the form groups of unknown language that have a form with this stem."""
        number = self._stems.find(stem)
        if number < 0:
            return []
        groups: list[int] = self._groups.read(*self._first.pair(number)).tolist()
        return groups
