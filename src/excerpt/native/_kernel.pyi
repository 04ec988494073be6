# The functions of the kernel. Each returns None where the index is damaged.
#
# file     the bytes of a file of columns; for each block 1 if it is not verified; the checksums of
#          the blocks; the bits of their size
# entries  pairs of a layout (see `PostingLists.layout`) and the number of a list
# n_units  the number of units of the stream

from typing import TypeAlias

from excerpt.index.arrays import Array

SOURCE_DIGEST: str

File: TypeAlias = tuple[memoryview, bytearray, Array, int]
Entries: TypeAlias = tuple[tuple[bytes, int], ...]

# The units in any of the lists (int64), and the sum of the frequencies in each (float64).
def sum_postings(
    file: File, entries: Entries, n_units: int, /
) -> tuple[bytearray, bytearray] | None: ...

# The sum of the frequencies (float64) in each of `units` (int64).
def sum_postings_at(
    file: File, entries: Entries, n_units: int, units: Array, /
) -> bytearray | None: ...
