"""A list of strings ⇄ two columns: their concatenated UTF-8, and the offset of each.

    strings       "peace", "", "war"
    NAME.utf8     p e a c e w a r     uint8; lone surrogates are encoded like other code points
    NAME.offsets  0 5 5 8             uint32, one more than there are strings

A sorted list is searched by bisection in the mapped file: nothing is loaded, and only the blocks
around the result are verified. UTF-8 sorts as code points do.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Final

import numpy as np

from excerpt.index.arrays import Array, Int64Array
from excerpt.index.format.columns import Columns
from excerpt.index.format.string_batch import StringBatch

__all__ = ["StringColumn", "string_columns"]

_BATCH: Final = 1 << 17
"""Strings in a `StringBatch`: few enough for the arrays made of them to stay in the cache, enough
for the number of NumPy calls not to matter."""
_LINE_FEED: Final = 10
_CHUNK: Final = 1 << 12
"""Strings that are encoded or decoded at a time."""


def string_columns(name: str, strings: Iterable[str]) -> dict[str, Array]:
    """Return the columns of `strings` under `name`. Only some of the strings are held at a time."""
    encoded, sizes = [b""], [np.zeros(1, np.int64)]
    strings = iter(strings)
    while chunk := [each.encode("utf-8", "surrogatepass") for each in islice(strings, _CHUNK)]:
        encoded.append(b"".join(chunk))
        sizes.append(np.fromiter(map(len, chunk), np.int64, len(chunk)))
    return {
        f"{name}.utf8": np.frombuffer(b"".join(encoded), np.uint8),
        f"{name}.offsets": np.cumsum(np.concatenate(sizes)).astype(np.uint32),
    }


class StringColumn:
    """The list of strings `name`, read by index, and, if it is sorted, by value."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._columns = columns
        self._utf8 = f"{name}.utf8"
        self._offsets = f"{name}.offsets"
        self.n = columns.length(self._offsets) - 1

    def string(self, index: int) -> str:
        """Return the string at `index`."""
        return self._encoded(index).decode("utf-8", "surrogatepass")

    def _encoded(self, index: int) -> bytes:
        start = self._columns.item(self._offsets, index)
        end = self._columns.item(self._offsets, index + 1)
        return self._columns.read(self._utf8, start, end).tobytes()

    def strings(self, first: int = 0, last: int | None = None) -> Iterator[str]:
        """Yield the strings `first` to `last`, by default all, reading some at a time."""
        last = self.n if last is None else last
        for start in range(first, last, _CHUNK):
            end = min(start + _CHUNK, last)
            offsets = self._columns.read(self._offsets, start, end + 1).tolist()
            utf8 = self._columns.read(self._utf8, offsets[0], offsets[-1]).tobytes()
            for i in range(end - start):
                encoded = utf8[offsets[i] - offsets[0] : offsets[i + 1] - offsets[0]]
                yield encoded.decode("utf-8", "surrogatepass")

    def strings_at(self, indexes: Int64Array) -> list[str]:
        """Return the strings at `indexes`. They must not contain line feeds."""
        if not indexes.size:
            return []
        starts = self._columns.take(self._offsets, indexes).astype(np.int64)
        sizes = self._columns.take(self._offsets, indexes + 1) - starts + 1
        stops = np.cumsum(sizes)
        at = np.arange(stops[-1]) + np.repeat(starts - (stops - sizes), sizes)
        # One byte more than each string has is read, and becomes the line feed that ends it.
        at[stops - 1] = 0
        utf8 = self._columns.take(self._utf8, at)
        utf8[stops - 1] = _LINE_FEED
        return utf8[:-1].tobytes().decode("utf-8", "surrogatepass").split("\n")

    def batches(self, first: int, last: int) -> Iterator[StringBatch]:
        """Yield the strings `first` to `last` in batches."""
        for start in range(first, last, _BATCH):
            end = min(start + _BATCH, last)
            offsets = self._columns.read(self._offsets, start, end + 1).astype(np.int64)
            utf8 = self._columns.read(self._utf8, int(offsets[0]), int(offsets[-1]))
            offsets -= offsets[0]
            yield StringBatch(start, utf8, offsets)

    def bisect_left(self, string: str) -> int:
        """Return the index of the first string that is not less than `string`, in a sorted list.

        Raises:
            IndexDamaged: if the strings around that index do not match their checksums, or a
                damaged one has misled the bisection.
        """
        return self._bisect(string.encode("utf-8", "surrogatepass"))[0]

    def find(self, string: str) -> int:
        """Return the index of `string` in a sorted list, -1 if it is not there.

        Raises:
            IndexDamaged: like `bisect_left`.
        """
        wanted = string.encode("utf-8", "surrogatepass")
        index, found = self._bisect(wanted)
        return index if found == wanted else -1

    def _bisect(self, wanted: bytes) -> tuple[int, bytes | None]:
        """Return the index of the first string that is not less than `wanted`, and the string."""
        # Bisection visits strings in many blocks. They are read unverified; the result is right if
        # its verified neighbours are on the right sides of `wanted`. If not, some block is damaged,
        # and bisecting again over verified strings raises for it.
        index = bisect_left(range(self.n), wanted, key=self._unchecked)
        found = self._encoded(index) if index < self.n else None
        is_not_before = found is None or found >= wanted
        if is_not_before and (found == wanted or index == 0 or self._encoded(index - 1) < wanted):
            return index, found
        index = bisect_left(range(self.n), wanted, key=self._encoded)
        return index, self._encoded(index) if index < self.n else None

    def _unchecked(self, index: int) -> bytes:
        utf8, offsets = self._views
        return bytes(utf8[offsets[index] : offsets[index + 1]])

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview]:
        """The two columns as buffers: an item of a memoryview costs less than one of an array."""
        return (
            self._columns.unchecked(self._utf8).data,
            self._columns.unchecked(self._offsets).data,
        )
