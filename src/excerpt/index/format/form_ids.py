"""The form ids of a token stream ⇄ 16 bits for each token, and the ids that do not fit apart.

Frequent forms have small ids, so nearly every token fits. Each id from `RARE` on is replaced by
`RARE`; its position and the id itself are stored in two more columns:

    ids               7      70001   0      3     65535
    form_ids          7      65535   0      3     65535      uint16
    rare_positions    1  4                                   see `ascending_column`
    rare_form_ids     70001  65535                           see `wide_ids`

`TokenStream` reads these columns.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from excerpt.index.arrays import Integers, ShortFormIds, UInt32Array
from excerpt.index.format.ascending_column import encode_ascending
from excerpt.index.format.wide_ids import encode_ids
from excerpt.storage.columns import Column

__all__ = ["BARRIER", "RARE", "PackedFormIds"]

BARRIER: Final = 0
"""The form id of a barrier, which precedes each section, heading and title."""
RARE: Final = 0xFFFF
"""The first form id that does not fit; it replaces all of them."""
_BATCH: Final = 1 << 20
"""Tokens unpacked at a time: ids in 32 bits, and the values looked up by them, take two to four
times the memory of the packed stream."""


class PackedFormIds:
    """The form ids of a whole stream, held in memory while its columns are made.

    short_ids       the id of each token, `RARE` where it does not fit
    rare_positions  the positions at which it does not (uint32), ascending
    rare_ids        the ids there (uint32)
    """

    def __init__(self, parts: list[UInt32Array], id_of: UInt32Array) -> None:
        """Pack `id_of[part]` for the concatenated `parts`, and empty the list.

        The parts are taken from the end of the list, so that the memory of each is free once it is
        packed.
        """
        self.short_ids: ShortFormIds = np.empty(sum(part.size for part in parts), np.uint16)
        rare_positions: list[UInt32Array] = [np.empty(0, np.uint32)]
        rare_ids: list[UInt32Array] = [np.empty(0, np.uint32)]
        end = self.short_ids.size
        while parts:
            ids = id_of.take(parts.pop())
            start = end - ids.size
            np.minimum(ids, RARE, out=self.short_ids[start:end], casting="unsafe")
            is_rare = np.flatnonzero(ids >= RARE)
            rare_positions.append((is_rare + start).astype(np.uint32))
            rare_ids.append(ids[is_rare])
            end = start
        self.rare_positions = np.concatenate(rare_positions[::-1])
        self.rare_ids = np.concatenate(rare_ids[::-1])

    @property
    def n(self) -> int:
        """The number of tokens, barriers included."""
        return self.short_ids.size

    def slice(self, start: int, end: int) -> UInt32Array:
        """Return the ids at the positions `start` to `end`."""
        ids = self.short_ids[start:end].astype(np.uint32)
        low, high = np.searchsorted(self.rare_positions, np.array((start, end), np.uint32)).tolist()
        ids[self.rare_positions[low:high] - np.uint32(start)] = self.rare_ids[low:high]
        return ids

    def look_up(self, table: Integers, lookahead: int = 0) -> Iterator[Integers]:
        """Yield `table[id]` for all tokens in batches.

        Each batch ends with the `lookahead` first values of the next one, where there are any.
        """
        for start in range(0, self.n, _BATCH):
            yield table.take(self.slice(start, min(start + _BATCH, self.n) + lookahead))

    def columns(self, name: str) -> Iterator[Column]:
        """Yield the columns of the stream `name`."""
        yield f"{name}.form_ids", self.short_ids
        yield from encode_ascending(f"{name}.rare_positions", self.rare_positions)
        yield from encode_ids(f"{name}.rare_form_ids", self.rare_ids)
