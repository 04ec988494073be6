"""What a leaf of one word means in a segment: the variants to read positions of, and the entries that fit."""

from typing import Final, NamedTuple

import numpy as np

from excerpt.index.format.term_dictionary import TermDictionary
from excerpt.index.arrays import Array
from excerpt.index.format.form_ids import RARE
from excerpt.index.format.token_stream import TokenStream

__all__ = ["TermForms"]

_FEW = 24
"""Comparing with so many ranges one after the other is faster than searching among them."""


_BLOCK: Final = 1 << 17
"""Positions looked through at a time."""


class TermForms(NamedTuple):
    """Variants, and their entries as ranges `low` to `high` (ascending, disjoint).

    `is_partial`: only some entries of the variants fit, so that positions must be looked at. `term` is the number of the
    term all of whose entries they are, if it is one.
    """

    variants: tuple[int, ...]
    low: Array
    high: Array
    is_partial: bool = False
    term: int = -1

    @property
    def n_bytes(self) -> int:
        """About how many bytes this takes in memory."""
        return 500 + 40 * len(self.variants) + self.low.nbytes + self.high.nbytes

    @classmethod
    def of_variants(cls, dictionary: TermDictionary, variants: list[int]) -> "TermForms":
        """All entries of `variants`."""
        ordered = sorted(set(variants))
        return cls(tuple(ordered), *dictionary.form_ranges(np.array(ordered, np.int64)))

    @classmethod
    def of_term(cls, dictionary: TermDictionary, term: str) -> "TermForms":
        """All entries of a `term`."""
        number = dictionary.term_id(term)
        variants = dictionary.groups_of_term_id(number) if number >= 0 else range(0)
        if not variants:
            return cls.of_variants(dictionary, [])
        low, high = dictionary.forms_of_group(variants[0]).start, dictionary.forms_of_group(variants[-1]).stop
        return cls(tuple(variants), np.array([low], np.int64), np.array([high], np.int64), term=number)

    @classmethod
    def of_entries(cls, dictionary: TermDictionary, entries: list[int]) -> "TermForms":
        """These `entries` alone."""
        low = np.array(sorted(entries), np.int64)
        variants = sorted(set(dictionary.groups_of(low).tolist()))
        return cls(tuple(variants), low, low + 1, is_partial=True)

    def holds(self, entries: Array) -> Array:
        """For each of `entries` whether it fits."""
        if not self.low.size:
            return np.zeros(entries.size, np.bool_)
        if self.low.size == 1:
            return np.asarray((entries >= self.low[0]) & (entries < self.high[0]))
        found = np.searchsorted(self.low, entries, side="right") - 1
        return np.asarray((found >= 0) & (entries < self.high[found]))

    def stand(self, stream: TokenStream, start: int, end: int) -> Array:
        """For each of the positions `start` to `end` of `stream` whether one of them stands there."""
        found = self._below_rare(stream.short_form_ids(start, end))
        if self._has_rare:
            at, entries = stream.rare_form_ids(start, end)
            found[at - start] = self.holds(entries)
        return found

    def stand_at(self, stream: TokenStream, positions: Array) -> Array:
        """For each of the `positions` of `stream` whether one of them stands there; beyond the end there is none."""
        words = stream.short_form_ids_at(positions)
        found = self._below_rare(words)
        if self._has_rare:
            far = np.flatnonzero(words == RARE)
            found[far] = self.holds(stream.form_ids_at(positions[far]))
        return found

    @property
    def _has_rare(self) -> bool:
        return bool(self.high.size and self.high[-1] > RARE)

    def _below_rare(self, words: Array) -> Array:
        """For each of the `words` (uint16) whether it fits, if it is below `RARE`; else no."""
        if self.low.size > _FEW:
            return self.holds(words.astype(np.int64)) & (words < RARE)
        found = np.zeros(words.size, np.bool_)
        for low, high in zip(self.low.tolist(), self.high.tolist(), strict=True):
            if low < RARE:  # numbers below `low` wrap round to great ones
                found |= words - np.uint16(low) < np.uint16(min(high, RARE) - low)
        return found

    def n_tokens(self, stream: TokenStream) -> int:
        """How many positions have to be read."""
        return sum(map(stream.n_tokens, self.variants))

    def positions(self, stream: TokenStream) -> Array:
        """Where the words stand in `stream`, ascending."""
        lists = [stream.positions(variant) for variant in self.variants]
        if not lists:
            return np.empty(0, np.int64)
        found = lists[0] if len(lists) == 1 else np.sort(np.concatenate(lists), kind="stable")
        return found[self.holds(stream.form_ids_at(found))] if self.is_partial else found

    def counts(self, stream: TokenStream) -> tuple[Array, Array]:
        """The units of `stream` in which the words stand, ascending, and how often (float64), by one look through all of
        it: for so many words that to read the list of each would take longer."""
        opens, closes = (np.minimum(side, RARE) for side in (self.low, self.high))
        steps = np.bincount(opens, minlength=RARE + 1) - np.bincount(closes, minlength=RARE + 1)
        is_there = np.cumsum(steps) > 0
        n = stream.n_positions
        held = np.empty(n, np.bool_)
        for start in range(0, n, _BLOCK):
            end = min(start + _BLOCK, n)
            is_there.take(stream.short_form_ids(start, end), out=held[start:end], mode="clip")
        if self._has_rare:
            at, entries = stream.rare_form_ids(0, n)
            held[at] = self.holds(entries)
        before = np.cumsum(np.append(False, held), dtype=np.uint32)
        found = np.diff(before[stream.unit_offsets].astype(np.int64))
        units = np.flatnonzero(found)
        return units, found[units].astype(np.float64)
