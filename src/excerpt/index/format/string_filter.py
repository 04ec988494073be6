"""A set of strings ⇄ a column of bits, by which most other strings are known not to be in it.

The bit of a string is the CRC-32 of its UTF-8, modulo the number of bits, a power of two. It is 1
for the strings in the set. There are at least `_BITS` bits for each string, so that about one other
string in 16 to 32 has one of these bits. Bit 0 is the lowest one of the first byte.
"""

import zlib
from collections.abc import Collection
from typing import Final

import numpy as np

from excerpt.index.arrays import Integers
from excerpt.storage.columns import Columns

__all__ = ["StringFilter", "filter_column", "hash_of"]

_BITS: Final = 16
"""Bits for each string, at least."""


def hash_of(string: str) -> int:
    """Return the CRC-32 of `string`."""
    return zlib.crc32(string.encode("utf-8", "surrogatepass"))


def filter_column(strings: Collection[str]) -> Integers:
    """Return the bits of the distinct `strings`."""
    n_bits = max(8, 1 << (_BITS * len(strings) - 1).bit_length()) if strings else 8
    bits = np.zeros(n_bits, np.bool_)
    bits[np.fromiter(map(hash_of, strings), np.int64, len(strings)) % n_bits] = True
    return np.packbits(bits, bitorder="little")


class StringFilter:
    """The bits in the column `name`."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._bytes = columns.numbers(name)
        self._mask = 8 * columns.length(name) - 1

    def may_contain(self, hashed: int) -> bool:
        """Return False if the string with this hash is not in the set."""
        bit = hashed & self._mask
        return bool(self._bytes[bit >> 3] >> (bit & 7) & 1)
