"""The terms of a passage → its fingerprint, a 64-bit hash by which duplicates are found.

Passages with the same sequence of terms have the same fingerprint, in all segments, whatever their
term dictionaries. Barriers do not count. A passage without tokens has the fingerprint 0 and is the
duplicate of no other.

The hash of a sequence n1, n2, … is mix(n1 · F + n2 · F² + …) modulo 2^64 (`_hash_sequences`). The
hash of a term is that of the bytes of its UTF-8 and a line feed; the fingerprint is the hash of the
hashes of the terms. Two different sequences get the same fingerprint with a probability of about
2^-64: among ten million passages, two different ones are taken for duplicates in one of 400,000
indexes.

    passages.fingerprint           uint64, of each passage
    passages.by_fingerprint        uint32, the passages in the order of their fingerprints
    passages.fingerprint_prefixes  uint32, the upper halves of these fingerprints, ascending: enough
                                   to search by, in half the bytes
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from excerpt.arrays import Array, Int64Array
from excerpt.index.arrays import DocIds, Fingerprints, Integers, UInt32Array
from excerpt.index.format.form_ids import PackedFormIds
from excerpt.index.sets import distinct
from excerpt.storage.columns import Columns

__all__ = ["FingerprintIndex", "fingerprint_columns", "hash_terms"]

_FACTOR: Final = 0x9E3779B97F4A7C15
"""F: odd, so that no power of it is 0, and far from any small power of 2."""
_MIXERS: Final = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_LAST_SHIFT: Final = 31
_LINE_FEED: Final = "\n"
"""After each term; none contains it."""
_TERMS: Final = 1 << 15
"""Terms that are hashed at a time."""
_TOKENS: Final = 1 << 18
"""Tokens whose 64-bit hashes are held at a time."""


def hash_terms(terms: Sequence[str]) -> Fingerprints:
    """Return the hash of each of `terms`."""
    hashes = [np.empty(0, np.uint64)]
    for first in range(0, len(terms), _TERMS):
        chunk = _LINE_FEED.join(terms[first : first + _TERMS])
        lines = f"{chunk}{_LINE_FEED}".encode("utf-8", "surrogatepass")
        numbers = np.frombuffer(lines, np.uint8)
        ends = np.flatnonzero(numbers == ord(_LINE_FEED))
        hashes.append(_hash_sequences(numbers, np.concatenate(([0], ends[:-1] + 1))))
    return np.concatenate(hashes)


def fingerprint_columns(
    hashes: Fingerprints, id_of: UInt32Array, form_ids: PackedFormIds, unit_offsets: Integers
) -> dict[str, Array]:
    """Return the columns of the passages that begin at `unit_offsets` in a body.

    hashes    `hash_terms` of the terms of the forms, in any order, the barrier first
    id_of     the form id of each of these forms
    form_ids  the tokens of the body
    """
    fingerprints = _fingerprints(hashes, id_of, form_ids, unit_offsets)
    order = np.argsort(fingerprints, kind="stable")
    return {
        "passages.fingerprint": fingerprints,
        "passages.by_fingerprint": order.astype(np.uint32),
        "passages.fingerprint_prefixes": _prefixes(fingerprints[order]),
    }


def _fingerprints(
    hashes: Fingerprints, id_of: UInt32Array, form_ids: PackedFormIds, unit_offsets: Integers
) -> Fingerprints:
    hash_of_id = np.empty_like(hashes)
    hash_of_id[id_of] = hashes
    starts = unit_offsets.astype(np.int64)
    ends = starts[1:]
    fingerprints = np.zeros(ends.size, np.uint64)
    first = 0
    while first < ends.size:
        start = int(starts[first])
        last = max(first + 1, int(np.searchsorted(ends, start + _TOKENS, side="right")))
        ids = form_ids.slice(start, int(ends[last - 1]))
        is_token = ids != 0
        n_before = np.concatenate(([0], np.cumsum(is_token)))
        fingerprints[first:last] = _hash_sequences(
            hash_of_id.take(ids[is_token]), n_before[starts[first:last] - start]
        )
        first = last
    return fingerprints


def _hash_sequences(numbers: Integers, starts: Int64Array) -> Fingerprints:
    """Return the hash of each of the sequences of `numbers` that begin at `starts`.

    It is 0 for an empty sequence, and for no other.
    """
    sizes = np.diff(np.append(starts, numbers.size))
    hashes = np.zeros(starts.size, np.uint64)
    if not numbers.size:
        return hashes
    powers = np.full(int(sizes.max()), _FACTOR, np.uint64)
    np.multiply.accumulate(powers, out=powers)
    products = powers.take(np.arange(numbers.size) - np.repeat(starts, sizes))
    products *= numbers
    is_any = sizes > 0
    hashes[is_any] = _mix(np.add.reduceat(products, starts[is_any]))
    return hashes


def _mix(numbers: Fingerprints) -> Fingerprints:
    """Return `numbers` with every bit spread over all 64, 1 in place of 0.

    This is the finalizer of SplitMix64 (G. Steele, D. Lea, C. Flood: Fast Splittable Pseudorandom
    Number Generators, 2014).
    """
    for shift, factor in _MIXERS:
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(np.maximum(numbers ^ (numbers >> np.uint64(_LAST_SHIFT)), 1))


def _prefixes(fingerprints: Fingerprints) -> UInt32Array:
    return np.asarray((fingerprints >> np.uint64(32)).astype(np.uint32))


class FingerprintIndex:
    """The fingerprints of the passages of a segment, by passage and by fingerprint."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def fingerprint(self, doc_id: int) -> int:
        """Return the fingerprint of a passage, 0 if it has no tokens."""
        return self._columns.item("passages.fingerprint", doc_id)

    def doc_ids(self, fingerprints: Fingerprints) -> DocIds:
        """Return the passages with any of the ascending `fingerprints`, in the order of these."""
        prefixes = self._columns.read("passages.fingerprint_prefixes")
        # `np.unique` would import `numpy.ma`, which takes 8 ms of a search from the shell.
        wanted = distinct(_prefixes(fingerprints).astype(np.int64)).astype(np.uint32)
        first, last = prefixes.searchsorted(wanted), prefixes.searchsorted(wanted, "right")
        ranges = [
            np.arange(low, high)
            for low, high in zip(first.tolist(), last.tolist(), strict=True)
            if low < high
        ]
        if not ranges:
            return np.empty(0, np.int64)
        doc_ids = self._columns.take("passages.by_fingerprint", np.concatenate(ranges))
        doc_ids = doc_ids.astype(np.int64)
        # Equal prefixes do not make equal fingerprints.
        candidates = self._columns.take("passages.fingerprint", doc_ids)
        nearest = fingerprints.take(fingerprints.searchsorted(candidates), mode="clip")
        return np.asarray(doc_ids[nearest == candidates])
