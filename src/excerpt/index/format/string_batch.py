"""Some consecutive strings of a column → arrays in which all of them are matched at once."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Bytes, Int64Array
from excerpt.index.arrays import Integers, Offsets, Sizes

__all__ = ["StringCodePoints", "StringBatch"]

_FEW_NON_ASCII: Final = 16
"""With one byte in 16 or more beyond ASCII, most strings have one. Then the whole batch is decoded,
rather than only the strings that need it."""
_LINE_FEED: Final = 10


class StringBatch(NamedTuple):
    """Consecutive strings of a column.

    first    the index of the first string in the column
    utf8     their concatenated UTF-8
    offsets  where each begins in it, and the end of the last (int64)
    """

    first: int
    utf8: Bytes
    offsets: Offsets

    @property
    def n(self) -> int:
        """The number of strings."""
        return self.offsets.size - 1

    def strings(self, numbers: Int64Array) -> list[str]:
        """Return the strings with these `numbers`, counted from 0 within the batch."""
        buffer = self.utf8.data
        spans = zip(self.offsets[numbers].tolist(), self.offsets[numbers + 1].tolist(), strict=True)
        return [str(buffer[start:end], "utf-8", "surrogatepass") for start, end in spans]

    def lines(self) -> Bytes:
        """Return their UTF-8 with a line feed after each string."""
        lines = np.full(self.utf8.size + self.n, _LINE_FEED, np.uint8)
        is_text = np.ones(lines.size, np.bool_)
        is_text[self.offsets[1:] + np.arange(self.n)] = False
        lines[is_text] = self.utf8
        return lines

    def code_points(self) -> Iterator["StringCodePoints"]:
        """Yield the strings as code points: first those that had to be decoded, then the others.

        The UTF-8 of an ASCII string is its code points already, so only the rest is decoded.
        """
        non_ascii = np.flatnonzero(self.utf8 >= 0x80)
        lengths = np.diff(self.offsets)
        if non_ascii.size:
            decoded = np.arange(self.n)
            if non_ascii.size < self.utf8.size // _FEW_NON_ASCII:
                decoded = np.searchsorted(self.offsets, non_ascii, side="right") - 1
                decoded = decoded[np.diff(decoded, prepend=-1) > 0]
            lengths[decoded] = -1
            yield self._decoded(decoded)
        yield StringCodePoints(np.arange(self.n), self.utf8, self.offsets[:-1], lengths)

    def _decoded(self, numbers: Int64Array) -> "StringCodePoints":
        """Return the strings with these ascending `numbers`, decoded."""
        starts = self.offsets[numbers]
        sizes = self.offsets[numbers + 1] - starts
        offsets = np.concatenate(([0], np.cumsum(sizes)))
        utf8 = self.utf8
        if numbers.size < self.n:
            utf8 = utf8[np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], sizes)]
        utf32 = utf8.tobytes().decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass")
        # A code point begins with each byte that is not a continuation byte (10xxxxxx).
        n_before = np.concatenate(([0], np.cumsum((utf8 & 0xC0) != 0x80)))
        offsets = n_before[offsets]
        return StringCodePoints(
            numbers, np.frombuffer(utf32, "<u4"), offsets[:-1], np.diff(offsets)
        )


class StringCodePoints(NamedTuple):
    """Strings of a batch as arrays of code points.

    numbers  the number of each string within the batch, ascending
    letters  the code points of all of them (uint8 if they are ASCII, else uint32)
    starts   where each string begins in `letters`
    lengths  how many code points it has; -1 for a string that another `StringCodePoints` has
    """

    numbers: Int64Array
    letters: Integers
    starts: Offsets
    lengths: Sizes
