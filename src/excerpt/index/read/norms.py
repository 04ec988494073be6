"""The length norm of each passage: the part of BM25 that depends on the length of the passage only.

See `query.ranking` for the formula. A norm is computed once for each length that can occur and
looked up for each passage, since many passages share few lengths.
"""

from functools import cached_property
from typing import Final

import numpy as np

from excerpt import native
from excerpt.arrays import Bytes, Int64Array
from excerpt.index.arrays import DocIds, Integers, Scores, Tenths, WeightedFrequencies
from excerpt.query.ranking import OTHER_ACCENTS_WEIGHT, norm, saturate

__all__ = ["Norms"]

_MAX_TABLED: Final = 1024
"""Up to this number of lengths, a table of impacts (256 bytes each) stays in the processor's
cache."""


class Norms:
    """The norms of passages.

    `lengths` (unsigned) are their lengths in tokens, and `average` is that of the whole index.
    """

    def __init__(self, lengths: Integers, average: float) -> None:
        self.n = lengths.size
        self._lengths = lengths
        possible = np.arange(int(lengths.max(initial=0)) + 1.0)
        # Without any token in the index every saturation is 0.
        self._norms: Scores = norm(possible, average) if average else np.full(possible.size, np.inf)

    @cached_property
    def passages(self) -> object | None:
        """The passages for the kernel, None if it is not used."""
        if native.kernel is None:
            return None
        lengths = np.ascontiguousarray(self._lengths)
        passages: object | None = native.kernel.open_passages(
            lengths, self._norms, OTHER_ACCENTS_WEIGHT
        )
        return passages

    def at(self, doc_ids: DocIds) -> Scores:
        """Return the norm of each of `doc_ids` (see `query.ranking.norm`)."""
        return np.asarray(self._norms.take(self._lengths.take(doc_ids)))

    def saturation(self, frequencies: WeightedFrequencies, doc_ids: DocIds) -> Scores:
        """Return the saturation of each frequency in each of `doc_ids`.

        See `query.ranking.saturate`.
        """
        return np.asarray(saturate(frequencies, self.at(doc_ids)))

    def impacts(self, tenths: Tenths, doc_ids: DocIds) -> Bytes:
        """Return the saturation of frequencies in tenths, in 255ths and rounded up (uint8).

        Where frequencies fit a byte and passages are many, all combinations of frequency and
        length are computed once: they are fewer than the passages.
        """
        n_lengths = self._norms.size
        is_tabled = tenths.dtype == np.uint8 and n_lengths <= _MAX_TABLED
        if not is_tabled or doc_ids.size < n_lengths << 8:
            return _round_up_to_byte(self.saturation(np.divide(tenths, 10), doc_ids))
        rows: Int64Array = np.multiply(tenths, n_lengths, dtype=np.intp)
        rows += self._lengths.take(doc_ids)
        return np.asarray(self._impact_table.take(rows))

    @cached_property
    def _impact_table(self) -> Bytes:
        """The impact of each frequency (a byte of tenths) with each length, row by row."""
        tenths = np.arange(256)[:, np.newaxis]
        return _round_up_to_byte(saturate(tenths / 10, self._norms)).reshape(-1)


def _round_up_to_byte(saturations: Scores) -> Bytes:
    """Return saturations (0 to 1) in 255ths, rounded up so that they remain upper bounds."""
    return np.asarray(np.ceil(saturations * 255).astype(np.uint8))
