"""The positions of very frequent words as bits, one for each position of a token stream.

A word as frequent as "of" has millions of positions. As bits they take an eighth of a byte each,
and one operation handles 64 of them (see `index.search.bitmap_proximity`). Bitmaps are made in one
scan of the token stream and cached for later queries.
"""

from functools import cached_property
from typing import Final

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import Bits
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.term_forms import TermForms
from excerpt.memory import BoundedCache

__all__ = ["PositionBitmaps"]

_BLOCK = 1 << 17
"""Positions handled at a time, so that intermediate arrays stay in the processor's cache; a
multiple of 64."""
_LISTED = 40
"""Comparing this number of tokens of the stream costs as much as reading one position from
postings. Postings are read if they have fewer positions than that."""
_BARRIERS: Final = TermForms((), (np.array([BARRIER]), np.array([BARRIER + 1])), is_partial=True)
"""The form id of the barriers. It has no postings, so `is_partial` has the stream scanned."""


class PositionBitmaps:
    """The bitmaps of the `stream` of the segment with this number; `cache` holds recent ones."""

    def __init__(
        self, stream: TokenStream, segment: int, cache: BoundedCache[tuple[int, bytes, bytes], Bits]
    ) -> None:
        self.stream = stream
        self._segment = segment
        self._cache = cache

    def of(self, forms: TermForms) -> Bits:
        """Return the bitmap of `forms`: a bit is set where one of them occurs.

        The elements are uint64, with the first of 64 positions in the lowest bit. At least 64
        unset bits follow the last position, so that a shift may look ahead without a check.
        """
        key = (self._segment, forms.first.tobytes(), forms.end.tobytes())
        bits = self._cache.get(key)
        if bits is None:
            bits = self._make(forms)
            self._cache.put(key, bits)
        return bits

    @property
    def barriers(self) -> Bits:
        """The bitmap of the barriers."""
        return self.of(_BARRIERS)

    @cached_property
    def unit_starts(self) -> tuple[Int64Array, Bits]:
        """The elements and masks (uint64) of the units of the stream.

        The element is the one with the first position of the unit; the mask has the bits of that
        position and of those after it in the element.
        """
        starts = self.stream.unit_offsets
        return starts >> 6, ~np.uint64(0) << (starts & 63).astype(np.uint64)

    def _make(self, forms: TermForms) -> Bits:
        n = self.stream.n_positions
        bits = np.zeros((n // 64 + 2) * 8, np.uint8)
        n_listed = forms.n_tokens(self.stream)
        is_listed = not forms.is_partial and n_listed * _LISTED < n * forms.first.size
        positions = forms.positions(self.stream) if is_listed else np.empty(0, np.int64)
        for start in range(0, n, _BLOCK):
            end = min(start + _BLOCK, n)
            occurs: Mask
            if is_listed:
                low, high = positions.searchsorted((start, end))
                occurs = np.zeros(end - start, np.bool_)
                occurs[positions[low:high] - start] = True
            else:
                occurs = forms.occurs_between(self.stream, start, end)
            packed = np.packbits(occurs, bitorder="little")
            bits[start // 8 : start // 8 + packed.size] = packed
        return bits.view("<u8")
