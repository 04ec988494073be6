"""Sets of doc ids as bits: an eighth of a byte for each possible member, eight in one operation.

Bits are packed in little order, so that bit `i & 7` of byte `i >> 3` says whether `i` is a member.
"""

import numpy as np

from excerpt.arrays import Bytes, Int64Array

__all__ = ["bits_at", "count_bits", "members"]


def count_bits(bits: Bytes) -> int:
    """Return the number of members; the number of bytes must be a multiple of eight."""
    return int(np.bitwise_count(bits.view(np.uint64)).sum())


def bits_at(bits: Bytes, numbers: Int64Array) -> Bytes:
    """Return the bit of each of `numbers`: 1 if it is a member, else 0."""
    return np.asarray(bits.take(numbers >> 3) >> (numbers & 7).astype(np.uint8) & 1)


def members(bits: Bytes) -> Int64Array:
    """Return the members, ascending."""
    return np.flatnonzero(np.unpackbits(bits, bitorder="little").view(np.bool_))
