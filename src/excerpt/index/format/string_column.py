"""A list of strings ⇄ columns: their concatenated UTF-8, and the offset of each.

    strings       "peace", "", "war"
    NAME.utf8     p e a c e w a r     uint8; lone surrogates are encoded like other code points
    NAME.offsets  0 5 5 8             one more than there are strings (see `ascending_column`)

Strings that are only looked up can be stored without the bytes that each shares with the one before
it (front coding). Those whose offsets are samples are whole:

    strings       "war", "ward", "warm"
    NAME.shared   0 3 3               uint8; at most 255 bytes are shared
    NAME.utf8     w a r d m
    NAME.offsets  0 3 4 5

A sorted list is searched by bisection in the mapped file: nothing is loaded, and only the blocks
around the result are verified. UTF-8 sorts as code points do. A list that is often searched has
another column, which the bisection begins with, since comparing numbers is fast:

    NAME.prefixes   uint64: the first 8 bytes of each string whose offset is a sample, as a
                    big-endian number; 0 in place of bytes that it does not have
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice, pairwise
from typing import Final

import numpy as np

from excerpt.arrays import Array, Bytes, Int64Array
from excerpt.index.format.ascending_column import STEP, AscendingColumn, encode_ascending
from excerpt.index.format.string_batch import StringBatch
from excerpt.storage.columns import Columns

__all__ = ["StringColumn", "string_columns"]

_BATCH: Final = 1 << 17
"""Strings in a `StringBatch`: few enough for the arrays made of them to stay in the cache, enough
for the number of NumPy calls not to matter."""
_LINE_FEED: Final = 10
_CHUNK: Final = 1 << 12
"""Strings that are encoded or decoded at a time; a multiple of `STEP`."""
_PREFIX: Final = 8
"""Bytes of a prefix."""
_MAX_SHARED: Final = 255


def string_columns(
    name: str,
    strings: Iterable[str],
    order: Int64Array | None = None,
    *,
    is_shared: bool = False,
    has_prefixes: bool = False,
) -> dict[str, Array]:
    """Return the columns of `strings` under `name`. Only some of the strings are held at a time.

    If there is an `order`, it holds the numbers of the strings to be stored, and `strings` are a
    list. If `is_shared`, they are stored without the bytes that they share with the one before. If
    it `has_prefixes`, the list, which must then be sorted in parts, is searched faster.
    """
    encoded, sizes, shared = [b""], [np.zeros(1, np.int64)], [np.empty(0, np.uint8)]
    prefixes: list[int] = []
    for utf8, lengths in _chunks(strings) if order is None else _gathered(list(strings), order):
        if has_prefixes:
            starts = (np.cumsum(lengths) - lengths)[::STEP].tolist()
            for start, length in zip(starts, lengths[::STEP].tolist(), strict=True):
                prefixes.append(_prefix_of(utf8[start : start + min(length, _PREFIX)]))
        if is_shared:
            utf8, lengths, n_shared = _without_shared(utf8, lengths)  # noqa: PLW2901
            shared.append(n_shared)
        encoded.append(utf8)
        sizes.append(lengths)
    return {
        **({f"{name}.shared": np.concatenate(shared)} if is_shared else {}),
        **({f"{name}.prefixes": np.array(prefixes, np.uint64)} if has_prefixes else {}),
        f"{name}.utf8": np.frombuffer(b"".join(encoded), np.uint8),
        **dict(encode_ascending(f"{name}.offsets", np.cumsum(np.concatenate(sizes)))),
    }


def _chunks(strings: Iterable[str]) -> Iterator[tuple[bytes, Int64Array]]:
    """Yield the UTF-8 of some of `strings` after the other, and the bytes of each."""
    strings = iter(strings)
    while chunk := list(islice(strings, _CHUNK)):
        yield _encode(chunk)


def _gathered(strings: list[str], order: Int64Array) -> Iterator[tuple[bytes, Int64Array]]:
    """Yield the same for the strings with the numbers `order`.

    Strings are far apart in memory. To read their bytes in the order in which they were made, and
    to copy these, takes a fifth of the time of reading one after the other in another order.
    """
    utf8, sizes = _encode(strings)
    buffer, starts = np.frombuffer(utf8, np.uint8), np.cumsum(sizes) - sizes
    for first in range(0, order.size, _CHUNK):
        chosen = order[first : first + _CHUNK]
        lengths = sizes[chosen]
        sources = np.repeat(starts[chosen] - (np.cumsum(lengths) - lengths), lengths)
        sources += np.arange(sources.size)
        yield buffer.take(sources).tobytes(), lengths


def _prefix_of(string: bytes) -> int:
    return int.from_bytes(string[:_PREFIX].ljust(_PREFIX, b"\0"), "big")


def _encode(strings: list[str]) -> tuple[bytes, Int64Array]:
    """Return the UTF-8 of `strings`, concatenated, and the bytes of each."""
    lines = "\n".join(strings).encode("utf-8", "surrogatepass")
    ends = np.flatnonzero(np.frombuffer(lines, np.uint8) == _LINE_FEED)
    if ends.size == len(strings) - 1:
        sizes = np.diff(ends, prepend=-1, append=len(lines)) - 1
        return lines.replace(b"\n", b""), sizes
    encoded = [each.encode("utf-8", "surrogatepass") for each in strings]
    return b"".join(encoded), np.fromiter(map(len, encoded), np.int64, len(encoded))


def _without_shared(utf8: bytes, sizes: Int64Array) -> tuple[bytes, Int64Array, Bytes]:
    """Return strings without the bytes that each shares with the one before.

    `utf8` and `sizes` are what `_encode` returns; the third element is the number of shared bytes.
    """
    buffer = np.frombuffer(utf8, np.uint8)
    starts = np.cumsum(sizes) - sizes
    n_shared = np.zeros(sizes.size, np.int64)
    most = np.minimum(np.minimum(sizes[1:], sizes[:-1]), _MAX_SHARED)
    # Each round compares one more byte of the strings that share all bytes before it.
    active = np.flatnonzero(most) + 1
    active = active[active % STEP != 0]
    for n in range(_MAX_SHARED):
        active = active[buffer[starts[active] + n] == buffer[starts[active - 1] + n]]
        if not active.size:
            break
        n_shared[active] = n + 1
        active = active[most[active - 1] > n + 1]
    is_kept = np.ones(buffer.size, np.bool_)
    ends = np.cumsum(n_shared)
    is_kept[np.arange(ends[-1]) + np.repeat(starts - (ends - n_shared), n_shared)] = False
    return buffer[is_kept].tobytes(), sizes - n_shared, n_shared.astype(np.uint8)


class StringColumn:
    """The list of strings `name`, read by index, and, if it is sorted, by value."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._columns = columns
        self._utf8 = f"{name}.utf8"
        self._offsets = AscendingColumn(columns, f"{name}.offsets")
        self._shared = f"{name}.shared" if f"{name}.shared" in columns.names else None
        self._prefixes = f"{name}.prefixes" if f"{name}.prefixes" in columns.names else None
        self.n = self._offsets.n - 1

    def string(self, index: int) -> str:
        """Return the string at `index`."""
        return self._encoded(index).decode("utf-8", "surrogatepass")

    def _encoded(self, index: int) -> bytes:
        if self._shared:
            return self._chunk(index, index + 1)[0]
        return self._columns.read(self._utf8, *self._offsets.pair(index)).tobytes()

    def strings(self, first: int = 0, last: int | None = None) -> Iterator[str]:
        """Yield the strings `first` to `last`, by default all, reading some at a time."""
        last = self.n if last is None else last
        for start in range(first, last, _CHUNK):
            for encoded in self._chunk(start, min(start + _CHUNK, last)):
                yield encoded.decode("utf-8", "surrogatepass")

    def strings_at(self, indexes: Int64Array) -> list[str]:
        """Return the strings at `indexes`. They must be whole, and have no line feeds."""
        if not indexes.size or not self._columns.length(self._utf8):
            return [""] * indexes.size
        starts, ends = self._offsets.pairs(indexes)
        sizes = ends - starts + 1
        stops = np.cumsum(sizes)
        at = np.arange(stops[-1]) + np.repeat(starts - (stops - sizes), sizes)
        # One byte more than each string has is read, and becomes the line feed that ends it.
        at[stops - 1] = 0
        utf8 = self._columns.take(self._utf8, at)
        utf8[stops - 1] = _LINE_FEED
        return utf8[:-1].tobytes().decode("utf-8", "surrogatepass").split("\n")

    def _chunk(self, first: int, last: int) -> list[bytes]:
        start = first - first % STEP if self._shared else first
        if last - start <= STEP:
            offsets = self._offsets.few(start, last + 1)
        else:
            offsets = self._offsets.read(start, last + 1).tolist()
        base = offsets[0]
        utf8 = self._columns.read(self._utf8, base, offsets[-1]).tobytes()
        chunk = [utf8[start - base : end - base] for start, end in pairwise(offsets)]
        if self._shared:
            n_shared = self._columns.read(self._shared, start, last).tolist()
            for number in range(1, len(chunk)):
                chunk[number] = chunk[number - 1][: n_shared[number]] + chunk[number]
        return chunk[first - start :]

    def last_bytes(self, indexes: Int64Array) -> Bytes:
        """Return the last byte of each of the strings at `indexes`, 0 for an empty one."""
        starts, ends = self._offsets.pairs(indexes)
        last: Bytes = np.zeros(indexes.size, np.uint8)
        is_filled = ends > starts
        last[is_filled] = self._columns.take(self._utf8, ends[is_filled] - 1)
        return last

    def batches(self, first: int, last: int) -> Iterator[StringBatch]:
        """Yield the strings `first` to `last` in batches. They must be stored whole."""
        assert not self._shared
        for start in range(first, last, _BATCH):
            end = min(start + _BATCH, last)
            offsets = self._offsets.read(start, end + 1)
            utf8 = self._columns.read(self._utf8, int(offsets[0]), int(offsets[-1]))
            yield StringBatch(start, utf8, offsets - offsets[0])

    def bisect_left(self, string: str, first: int = 0, last: int | None = None) -> int:
        """Return the index of the first string that is not less than `string`, in a sorted list.

        With `first` and `last`, only these strings need be sorted, and `last` is returned if all of
        them are less.

        Raises:
            IndexDamaged: if the strings around that index do not match their checksums, or a
                damaged one has misled the bisection.
        """
        wanted = string.encode("utf-8", "surrogatepass")
        return self._bisect(wanted, first, self.n if last is None else last)[0]

    def find(self, string: str, first: int = 0, last: int | None = None) -> int:
        """Return the index of `string` in a sorted list, -1 if it is not there.

        Raises:
            IndexDamaged: like `bisect_left`.
        """
        wanted = string.encode("utf-8", "surrogatepass")
        index, found = self._bisect(wanted, first, self.n if last is None else last)
        return index if found == wanted else -1

    def _bisect(self, wanted: bytes, first: int, last: int) -> tuple[int, bytes | None]:
        """Return the index of the first string that is not less than `wanted`, and the string."""
        # The strings whose offsets are samples are bisected first. They lie in many blocks, and are
        # read unverified: the verified strings around the result must then be on the right sides of
        # `wanted`. If not, some block is damaged, and bisecting again over verified strings raises.
        sample, end = -(-first // STEP), -(-last // STEP)
        if self._prefixes:
            prefix = _prefix_of(wanted)
            sample = bisect_left(self._prefix_view, prefix, sample, end)
            end = bisect_right(self._prefix_view, prefix, sample, end)
        if sample < end:
            sample += bisect_left(range(sample, end), wanted, key=self._unchecked)
        start, end = max(first, (sample - 1) * STEP), min(last, sample * STEP)
        chunk = self._chunk(start, end) if start < end else []
        index = bisect_left(chunk, wanted)
        if index < len(chunk):
            found: bytes | None = chunk[index]
        else:
            found = self._encoded(end) if end < last else None
        is_not_before = found is None or found >= wanted
        if is_not_before and (index > 0 or start == first or found == wanted):
            return start + index, found
        index = bisect_left(range(first, last), wanted, key=self._encoded) + first
        return index, self._encoded(index) if index < last else None

    def _unchecked(self, sample: int) -> bytes:
        """Return the string whose offset is this sample, unverified."""
        start, end = self._offsets.unchecked_pair(sample)
        return bytes(self._view[start:end])

    @cached_property
    def _prefix_view(self) -> memoryview:
        assert self._prefixes
        return self._columns.unverified(self._prefixes).data

    @cached_property
    def _view(self) -> memoryview:
        return self._columns.unverified(self._utf8).data
