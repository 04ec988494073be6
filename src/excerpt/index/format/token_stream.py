"""A stream of words ⇄ columns: which word stands at each position, and at which positions each word stands.

A segment has three streams: the passages' words, the words of their heading paths, and those of the titles. A stream is
cut into units (passages, passages, documents); a barrier, entry 0, stands at a position of its own before each section
(heading, title), so that words in a row are positions in a row and never run over a barrier.

Words are 16 bits; the few entries above that stand in a column of their own. Where each variant stands is a list of
`postings`; most variants stand in no heading and in no title, so those streams say which have a list.
"""

from collections.abc import Iterator
from functools import cached_property, partial

import numpy as np

from excerpt.index.format.columns import Array, Column, Columns
from excerpt.index.format.form_ids import RARE, PackedFormIds
from excerpt.index.format.postings import PostingLists, encode_lists
from excerpt.index.write.inverter import Units, together

__all__ = ["BARRIER", "RARE", "TokenStream", "encode"]

BARRIER = 0


def encode(
    name: str, entries: PackedFormIds, units: Units, variant_of: Array, counts: Array
) -> Iterator[Column]:
    """The columns of the stream `name`, which is cut into `units`.

    `variant_of` (uint32) is the variant of each entry; that of the barrier is not used. `counts` says how often each
    variant occurs in the stream.
    """
    barriers = np.flatnonzero(entries.words == BARRIER)
    yield f"{name}.words", entries.words
    yield f"{name}.rare_at", entries.rare_at
    yield f"{name}.rare", entries.rare
    yield f"{name}.start", units.starts
    yield f"{name}.barriers", barriers.astype(np.uint32)
    list_of = variant_of.copy()
    list_of[BARRIER] = counts.size
    if name == "body":
        n_barriers = np.diff(np.searchsorted(barriers, units.starts.astype(np.int64)))
        lengths = np.diff(units.starts) - n_barriers
        yield f"{name}.length", lengths.astype(np.min_scalar_type(int(lengths.max(initial=0))))
    else:
        found = np.flatnonzero(counts)
        yield f"{name}.listed", found.astype(np.uint32)
        number_of = np.full(counts.size + 1, found.size, np.uint32)
        number_of[found] = np.arange(found.size)
        list_of, counts = number_of[list_of], counts[found]
    del barriers
    yield from encode_lists(name, partial(entries.mapped, list_of), units, together(counts))


class TokenStream:
    """The stream `name` of a segment, read from its columns."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._columns = columns
        self.name = name
        self.n_units = columns.length(f"{name}.start") - 1
        self.n_positions = columns.length(f"{name}.words")
        self._has_rare = columns.length(f"{name}.rare") > 0
        self._lists = PostingLists(columns, name, self.n_units)

    def _read(self, name: str, start: int = 0, end: int | None = None) -> Array:
        return self._columns.read(f"{self.name}.{name}", start, end)

    @property
    def starts(self) -> Array:
        """The first position of each unit, and the end of the last (uint32)."""
        return self._read("start")

    @cached_property
    def unit_starts(self) -> Array:
        """The same in the type of positions (int64): a search in mixed types would copy them every time."""
        return self.starts.astype(np.int64)

    def ranges(self, units: Array) -> tuple[Array, Array]:
        """The first position of each of `units`, and the end of its positions (both int64)."""
        name = f"{self.name}.start"
        first, last = (self._columns.take(name, units + after) for after in (0, 1))
        return first.astype(np.int64), last.astype(np.int64)

    @cached_property
    def _barriers(self) -> Array:
        return self.barriers.astype(np.int64)

    @property
    def lengths(self) -> Array:
        """The number of words of each unit of the body, barriers left out (unsigned, as few bytes as hold the greatest)."""
        return self._read("length")

    @property
    def barriers(self) -> Array:
        """The positions of the barriers (uint32), ascending."""
        return self._read("barriers")

    def short_form_ids(self, start: int, end: int) -> Array:
        """The entries at the positions `start` to `end`, `RARE` for any that is not below it (uint16)."""
        return self._read("words", start, end)

    def short_form_ids_at(self, positions: Array) -> Array:
        """The same at `positions`; beyond the end there is a barrier."""
        if positions.size and int(positions.max()) >= self.n_positions:
            words = np.full(positions.size, BARRIER, np.uint16)
            is_inside = positions < self.n_positions
            words[is_inside] = self.short_form_ids_at(positions[is_inside])
            return words
        return self._columns.take(f"{self.name}.words", positions)

    def rare_form_ids(self, start: int, end: int) -> tuple[Array, Array]:
        """Where entries from `RARE` on stand at the positions `start` to `end`, ascending, and which (both int64)."""
        if not self._has_rare:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        at = self._read("rare_at")
        low, high = at.searchsorted(np.array((start, end), at.dtype)).tolist()
        return at[low:high].astype(np.int64), self._read("rare", low, high).astype(np.int64)

    def form_ids(self, start: int, end: int) -> Array:
        """The entries at the positions `start` to `end` (int64)."""
        words = self.short_form_ids(start, end).astype(np.int64)
        at, rare = self.rare_form_ids(start, end)
        words[at - start] = rare
        return words

    def form_ids_at(self, positions: Array) -> Array:
        """The entries at `positions` (int64); beyond the end there is a barrier."""
        words = self.short_form_ids_at(positions).astype(np.int64)
        if self._has_rare:
            far = np.flatnonzero(words == RARE)
            if far.size:
                words[far] = self._read("rare")[
                    np.searchsorted(self._read("rare_at"), positions[far])
                ]
        return words

    def _list(self, variant: int) -> int:
        """The number of the list of `variant`, -1 if it does not stand in the stream."""
        if self.name == "body":
            return variant
        listed = self._read("listed")
        at = int(listed.searchsorted(np.uint32(variant)))
        return at if at < listed.size and listed[at] == variant else -1

    def n_tokens(self, variant: int) -> int:
        """How often `variant` occurs."""
        number = self._list(variant)
        return self._lists.n_tokens(number) if number >= 0 else 0

    def n_tokens_between(self, first: Array, last: Array) -> Array:
        """How often the variants from each of `first` to each of `last` (int64) occur together in the body."""
        return self._lists.n_tokens_between(first, last)

    def units(self, variant: int) -> Array:
        """The units in which `variant` stands, ascending (int64)."""
        number = self._list(variant)
        return self._lists.units(number) if number >= 0 else np.empty(0, np.int64)

    def postings(self, variant: int) -> tuple[Array, Array | None]:
        """The units in which `variant` stands, ascending (int64), and how often in each; None for always once."""
        number = self._list(variant)
        return self._lists.postings(number) if number >= 0 else (np.empty(0, np.int64), None)

    def positions(self, variant: int) -> Array:
        """The positions at which `variant` stands, ascending (int64)."""
        number = self._list(variant)
        return (
            self._lists.positions(number, self.unit_starts)
            if number >= 0
            else np.empty(0, np.int64)
        )

    def units_at(self, positions: Array) -> Array:
        """The unit of each of the sorted `positions` (int64)."""
        return np.searchsorted(self.unit_starts, positions, side="right") - 1

    def token_positions(self, unit: int, n: int) -> list[int]:
        """The positions of the first `n` words from the beginning of `unit` on."""
        start = self._columns.item(f"{self.name}.start", unit)
        ahead = start
        while True:  # a barrier takes a position too: read on until there are enough words
            ahead += max(n, 64)
            words = np.flatnonzero(self.form_ids(start, min(ahead, self.n_positions)) != BARRIER)
            if words.size >= n or ahead >= self.n_positions:
                return [start + at for at in words[:n].tolist()]

    def next_barrier(self, positions: Array) -> Array:
        """The first barrier from each of `positions` on; the end of the stream where there is none."""
        return np.append(self._barriers, self.n_positions)[self._barriers.searchsorted(positions)]

    def n_tokens_before(self, positions: Array) -> Array:
        """How many words stand before each of `positions`, barriers left out."""
        return positions - np.searchsorted(self._barriers, positions)
