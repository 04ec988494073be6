"""The tokens of a segment ⇄ columns: forms by position, and positions by form group.

A segment has three token streams, each cut into units:

    stream    tokens                          units
    body      the text of the passages        passages
    heading   the heading paths of passages   passages
    title     the titles of documents         documents

A barrier (form id 0) has a position of its own before each section of the text, each heading and
each title. So tokens in a row have positions in a row, and none of them lies across a barrier. A
passage begins at its first token; the barrier before that belongs to the passage before it. A unit
of the other streams begins with a barrier. Three passages, "peace", "the war ends" in the same
section, and "no war" in the next, have this body:

    position           0  1      2    3    4     5  6   7
    form               -  peace  the  war  ends  -  no  war
    body.form_ids      0  4      5    1    2     0  3   1     and larger ids, see `form_ids`
    body.unit_offsets  1  2  6  8                             see `ascending_column`
    body.barriers      0  5                                   likewise
    body.lengths       1  3  2                                tokens; the narrowest unsigned dtype

The postings of the stream (`NAME.postings`, see `postings`) have a list for each form group of the
body. Most groups occur in no heading and no title, so there only those that do have a list, in the
order of `NAME.groups` (uint32).
"""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from excerpt.arrays import Array, Int64Array
from excerpt.index.arrays import (
    FormIds,
    Frequencies,
    GroupIds,
    Integers,
    Offsets,
    Positions,
    ShortFormIds,
    Sizes,
    UnitIds,
)
from excerpt.index.format.ascending_column import AscendingColumn, encode_ascending
from excerpt.index.format.form_ids import BARRIER, RARE, PackedFormIds
from excerpt.index.format.postings import PostingLists, PostingsList
from excerpt.index.format.wide_ids import WideIds
from excerpt.index.sets import search_ascending
from excerpt.storage.columns import Column, Columns

__all__ = ["BODY", "HEADING", "STREAMS", "TITLE", "TokenStream", "stream_columns"]

BODY, HEADING, TITLE = STREAMS = ("body", "heading", "title")
_MIN_TOKENS_READ = 64
"""Positions that `token_positions` reads at least: a heading has few tokens, a passage 150."""


def stream_columns(name: str, form_ids: PackedFormIds, unit_offsets: Integers) -> Iterator[Column]:
    """Yield the columns of the stream `name` but for its postings."""
    yield from form_ids.columns(name)
    yield from encode_ascending(f"{name}.unit_offsets", unit_offsets)
    barriers = np.flatnonzero(form_ids.short_ids == BARRIER)
    yield from encode_ascending(f"{name}.barriers", barriers)
    if name == BODY:
        n_barriers = np.diff(barriers.searchsorted(unit_offsets.astype(np.int64)))
        lengths = np.diff(unit_offsets) - n_barriers
        yield f"{name}.lengths", lengths.astype(np.min_scalar_type(int(lengths.max(initial=0))))


class TokenStream:
    """The stream `name` of a segment, read from its columns."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._columns = columns
        self.name = name
        self._unit_offsets = AscendingColumn(columns, f"{name}.unit_offsets")
        self.n_units = self._unit_offsets.n - 1
        self.n_positions = columns.length(f"{name}.form_ids")
        self._rare_positions = AscendingColumn(columns, f"{name}.rare_positions")
        self._rare_form_ids = WideIds(columns, f"{name}.rare_form_ids")
        self._has_rare = self._rare_positions.n > 0
        self._lists = PostingLists(columns, f"{name}.postings", self.n_units)

    def _read(self, name: str, start: int = 0, end: int | None = None) -> Array:
        return self._columns.read(f"{self.name}.{name}", start, end)

    # Units and barriers

    @cached_property
    def unit_offsets(self) -> Offsets:
        """The first position of each unit, and the end of the last."""
        return self._unit_offsets.read()

    def ranges(self, units: UnitIds) -> tuple[Positions, Positions]:
        """Return the first position of each unit, and the end of its positions.

        Unlike `unit_offsets`, this reads only the elements of `units`.
        """
        return self._unit_offsets.pairs(units)

    def units_at(self, positions: Positions) -> UnitIds:
        """Return the unit of each of the ascending `positions`; -1 before the first unit."""
        if positions.size < self.n_units:
            return search_ascending(self.unit_offsets, positions, "right") - 1
        # There are fewer units to look up among the positions.
        n_before = search_ascending(positions, self.unit_offsets)
        sizes = np.diff(n_before, prepend=0, append=positions.size)
        return np.repeat(np.arange(-1, self.n_units + 1), sizes)

    @property
    def lengths(self) -> Integers:
        """The number of tokens of each unit of the body (unsigned, of the narrowest dtype)."""
        return self._read("lengths")

    @cached_property
    def barriers(self) -> Positions:
        """The positions of the barriers."""
        return AscendingColumn(self._columns, f"{self.name}.barriers").read()

    def next_barrier(self, positions: Positions) -> Positions:
        """Return the first barrier at or after each position; the end of the stream if none is."""
        return np.append(self.barriers, self.n_positions)[
            search_ascending(self.barriers, positions)
        ]

    def n_tokens_before(self, positions: Positions) -> Sizes:
        """Return the number of tokens before each position, without barriers."""
        return positions - search_ascending(self.barriers, positions)

    def positions_of_tokens(self, numbers: Int64Array) -> Positions:
        """Return the position of each token, given by the number of tokens before it."""
        return numbers + self._tokens_before_barriers.searchsorted(numbers, side="right")

    @cached_property
    def _tokens_before_barriers(self) -> Sizes:
        """The number of tokens before each barrier."""
        return self.barriers - np.arange(self.barriers.size)

    def token_positions(self, unit: int, n: int) -> list[int]:
        """Return the positions of the first `n` tokens from the beginning of `unit` on."""
        start = end = self._unit_offsets.item(unit)
        while True:  # barriers take positions too: read on until there are enough tokens
            end = min(end + max(n, _MIN_TOKENS_READ), self.n_positions)
            tokens = np.flatnonzero(self.form_ids(start, end) != BARRIER)
            if tokens.size >= n or end == self.n_positions:
                return [start + offset for offset in tokens[:n].tolist()]

    # The forms at positions

    def short_form_ids(self, start: int, end: int) -> ShortFormIds:
        """Return the form ids at the positions `start` to `end`, `RARE` for larger ones."""
        return self._read("form_ids", start, end)

    def short_form_ids_at(self, positions: Positions) -> ShortFormIds:
        """Return the same at `positions`; `BARRIER` beyond the end of the stream."""
        if positions.size and int(positions.max()) >= self.n_positions:
            form_ids = np.full(positions.size, BARRIER, np.uint16)
            is_inside = positions < self.n_positions
            form_ids[is_inside] = self.short_form_ids_at(positions[is_inside])
            return form_ids
        return self._columns.take(f"{self.name}.form_ids", positions)

    def rare_form_ids(self, start: int, end: int) -> tuple[Positions, FormIds]:
        """Return the positions from `start` to `end` with form ids from `RARE` on, and the ids."""
        if not self._has_rare:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        low, high = self._rare_positions.searchsorted(np.array((start, end))).tolist()
        return self._rare_positions.read(low, high), self._rare_form_ids.read(low, high)

    def form_ids(self, start: int, end: int) -> FormIds:
        """Return the form ids at the positions `start` to `end` (int64)."""
        form_ids = self.short_form_ids(start, end).astype(np.int64)
        positions, rare = self.rare_form_ids(start, end)
        form_ids[positions - start] = rare
        return form_ids

    def form_ids_at(self, positions: Positions) -> FormIds:
        """Return the form ids at `positions` (int64); `BARRIER` beyond the end of the stream."""
        form_ids = self.short_form_ids_at(positions).astype(np.int64)
        if self._has_rare:
            is_rare = np.flatnonzero(form_ids == RARE)
            if is_rare.size:
                numbers = self._rare_positions.searchsorted(positions[is_rare])
                form_ids[is_rare] = self._rare_form_ids.take(numbers)
        return form_ids

    # The postings of form groups

    def _list_of(self, group: int) -> int:
        """Return the postings list of a form group, -1 if it does not occur in the stream."""
        if self.name == BODY:
            return group
        groups = self._read("groups")
        number = int(groups.searchsorted(np.uint32(group)))
        return number if number < groups.size and groups[number] == group else -1

    def n_tokens(self, group: int) -> int:
        """Return the number of tokens of a form group."""
        list_id = self._list_of(group)
        return self._lists.n_tokens(list_id) if list_id >= 0 else 0

    def n_tokens_between(self, first: GroupIds, last: GroupIds) -> Sizes:
        """Return the number of tokens in the body of the groups `first[i]` to `last[i]`."""
        return self._lists.n_tokens_between(first, last)

    def units(self, group: int) -> UnitIds:
        """Return the units in which a form group occurs."""
        list_id = self._list_of(group)
        return self._lists.units(list_id) if list_id >= 0 else np.empty(0, np.int64)

    def postings(self, group: int) -> tuple[UnitIds, Frequencies | None]:
        """Return the units of a form group, and its frequency in each (None: always 1)."""
        list_id = self._list_of(group)
        return self._lists.postings(list_id) if list_id >= 0 else (np.empty(0, np.int64), None)

    def lists(self, groups: Sequence[int]) -> list[PostingsList]:
        """Return the postings lists of form groups, without those that do not occur here."""
        found = map(self._list_of, groups)
        return [(self._lists, list_id) for list_id in found if list_id >= 0]

    def positions(self, group: int) -> Positions:
        """Return the positions at which a form group occurs."""
        list_id = self._list_of(group)
        if list_id < 0:
            return np.empty(0, np.int64)
        return self._lists.positions(list_id, self.unit_offsets)
