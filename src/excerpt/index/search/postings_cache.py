"""The postings of the terms of recent queries, cached for later ones."""

from typing import Final, NamedTuple

import numpy as np

from excerpt import native
from excerpt.arrays import Mask
from excerpt.index.arrays import Frequencies, Integers
from excerpt.index.read.norms import Norms
from excerpt.index.search.dense_postings import DensePostings
from excerpt.index.search.kernel_postings import KernelPostings, Made
from excerpt.index.search.term_postings import MAX_FREQUENCY, SparsePostings, tenths_of
from excerpt.memory import BoundedCache, size_of
from excerpt.query.ast import Form, Operand, Term, Word

__all__ = ["Postings", "PostingsCache"]

Postings = SparsePostings | DensePostings | KernelPostings

WORD_BYTES: Final = 128_000_000
"""Bytes of the dense postings of words, which the index stores in another form."""
COMPUTED_BYTES: Final = 128_000_000
"""Bytes of the dense postings of phrases, wildcards and the like. They have a cache of their own
because making them again takes ten times as long as for words."""
SPARSE_BYTES: Final = 64_000_000
"""Bytes of the sparse postings."""
_ARRAYS_BYTES: Final = 500
"""Bytes of sparse postings apart from the elements of their arrays."""
_TERM_BYTES: Final = 1_000
"""The same for a term of the kernel."""


class _PackedPostings(NamedTuple):
    """Sparse postings in a sixth of the memory: doc ids as uint32, frequencies in tenths."""

    doc_ids: Integers
    tenths: Frequencies
    n_occurrences: int
    field_only: Mask | None

    @classmethod
    def pack(cls, postings: SparsePostings) -> "_PackedPostings":
        doc_ids, tenths = postings.doc_ids.astype(np.uint32), tenths_of(postings.frequencies)
        return cls(doc_ids, tenths, postings.n_occurrences, postings.field_only)

    @property
    def n_bytes(self) -> int:
        n_field_only = 0 if self.field_only is None else self.field_only.nbytes
        return self.doc_ids.nbytes + self.tenths.nbytes + n_field_only + _ARRAYS_BYTES

    def unpack(self, norms: Norms) -> SparsePostings:
        doc_ids, frequencies = self.doc_ids.astype(np.int64), np.divide(self.tenths, 10)
        return SparsePostings(doc_ids, frequencies, self.n_occurrences, norms, self.field_only)


class PostingsCache:
    """The postings of recent terms; it belongs to one open index."""

    def __init__(self) -> None:
        self._words: BoundedCache[Operand, DensePostings | Made] = BoundedCache(WORD_BYTES)
        self._computed: BoundedCache[Operand, DensePostings | Made] = BoundedCache(COMPUTED_BYTES)
        self._sparse: BoundedCache[Operand, _PackedPostings | Made] = BoundedCache(SPARSE_BYTES)

    def _dense(self, term: Operand) -> BoundedCache[Operand, DensePostings | Made]:
        return self._words if isinstance(term, Word | Term | Form) else self._computed

    def get(self, term: Operand, norms: Norms) -> Postings | None:
        """Return the postings of `term`, None if they are not cached.

        `norms` are those of the index.
        """
        found = self._dense(term).get(term) or self._sparse.get(term)
        if isinstance(found, _PackedPostings):
            return found.unpack(norms)
        if isinstance(found, tuple):  # of the kernel, which tests switch off
            return KernelPostings(found, norms) if native.kernel else None
        return found

    def put(self, term: Operand, postings: Postings) -> None:
        """Cache the postings of `term`."""
        if isinstance(postings, KernelPostings):
            cache = self._dense(term) if postings.is_frequent else self._sparse
            # Not the object itself, which may come to hold its postings as arrays, too.
            cache.put(term, postings.made, size_of(term) + postings.n_bytes + _TERM_BYTES)
        elif isinstance(postings, DensePostings):
            self._dense(term).put(term, postings, size_of(term) + postings.n_bytes)
        elif postings.frequencies.max(initial=0) <= MAX_FREQUENCY:
            packed = _PackedPostings.pack(postings)
            self._sparse.put(term, packed, size_of(term) + packed.n_bytes)
