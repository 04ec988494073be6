"""Which word stands at each position, while a segment is made: 16 bits each, and the few entries above apart.

They are looked at some at a time: what is made of them takes two to four times as much.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from excerpt.index.format.columns import Array

__all__ = ["RARE", "PackedFormIds"]

RARE: Final = 0xFFFF
"""Stands for every entry from here on, which is among the rare ones."""
_AT_ONCE: Final = 1 << 20


class PackedFormIds:
    """The entries of a stream: `words` (uint16), and where `RARE` stands there, ascending, and for which (uint32)."""

    def __init__(self, parts: list[Array], number_of: Array) -> None:
        """Of `parts` (uint32 each), which are used up, and numbered anew."""
        self.words = np.empty(sum(part.size for part in parts), np.uint16)
        rare_at, rare = [np.empty(0, np.uint32)], [np.empty(0, np.uint32)]
        end = self.words.size
        while parts:
            part = number_of.take(parts.pop())
            start = end - part.size
            np.minimum(part, RARE, out=self.words[start:end], casting="unsafe")
            at = np.flatnonzero(part >= RARE)
            rare_at.append((at + start).astype(np.uint32))
            rare.append(part[at])
            end = start
        self.rare_at, self.rare = np.concatenate(rare_at[::-1]), np.concatenate(rare[::-1])

    @property
    def n(self) -> int:
        """How many they are."""
        return self.words.size

    def part(self, first: int, last: int) -> Array:
        """The entries at the positions `first` to `last` (uint32)."""
        found = self.words[first:last].astype(np.uint32)
        low, high = np.searchsorted(self.rare_at, np.array((first, last), np.uint32)).tolist()
        found[self.rare_at[low:high] - np.uint32(first)] = self.rare[low:high]
        return found

    def mapped(self, table: Array, more: int = 0) -> Iterator[Array]:
        """`table` at all entries, some at a time; each time with so many `more` of those that come next."""
        for first in range(0, self.n, _AT_ONCE):
            yield table.take(self.part(first, min(first + _AT_ONCE, self.n) + more))
