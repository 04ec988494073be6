"""A list of texts ⇄ two columns: their UTF-8 one after the other, and where each begins.

A text is found by bisection in the mapped file; nothing is loaded, and no more is checked than what is found.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple

import numpy as np

from excerpt.index.format.columns import Array, Columns

__all__ = ["StringBatch", "StringColumn", "CodePoints", "string_columns"]

_PIECE: Final = 1 << 17
"""Texts in a piece: little enough for the arrays about it to stay near, enough for the number of calls not to matter."""
_AT_ONCE: Final = 1 << 12
"""Texts that are encoded at a time."""
_MANY: Final = 16
"""If of so many bytes one is not ASCII, all texts of a piece are decoded."""
_LINE_FEED: Final = 10


def string_columns(name: str, texts: Iterable[str]) -> dict[str, Array]:
    """The columns of the list `name` of `texts`, of which some are held at a time."""
    blobs, sizes = [b""], [np.zeros(1, np.int64)]
    texts = iter(texts)
    while some := [text.encode("utf-8", "surrogatepass") for text in islice(texts, _AT_ONCE)]:
        blobs.append(b"".join(some))
        sizes.append(np.fromiter(map(len, some), np.int64, len(some)))
    return {
        name: np.frombuffer(b"".join(blobs), np.uint8),
        f"{name}_at": np.cumsum(np.concatenate(sizes)).astype(np.uint32),
    }


class StringBatch(NamedTuple):
    """Some texts in a row: `blob` (uint8) is their UTF-8 one after the other, `at` (int64) where each begins in it, and
    the end of the last; `first` is the number of the first one."""

    first: int
    blob: Array
    offsets: Array

    @property
    def n(self) -> int:
        """How many they are."""
        return self.offsets.size - 1

    def strings(self, numbers: Array) -> list[str]:
        """The texts `numbers`, counted from 0 within the piece."""
        blob = self.blob.data
        spans = zip(self.offsets[numbers].tolist(), self.offsets[numbers + 1].tolist(), strict=True)
        return [str(blob[start:end], "utf-8", "surrogatepass") for start, end in spans]

    def lines(self) -> Array:
        """Their UTF-8 with a line feed after each (uint8)."""
        found = np.full(self.blob.size + self.n, _LINE_FEED, np.uint8)
        is_text = np.ones(found.size, np.bool_)
        is_text[self.offsets[1:] + np.arange(self.n)] = False
        found[is_text] = self.blob
        return found

    def code_points(self) -> Iterator["CodePoints"]:
        """The texts as letters: those with a letter beyond ASCII decoded, and the others as they are."""
        far = np.flatnonzero(self.blob >= 0x80)
        lengths = np.diff(self.offsets)
        if far.size:
            decoded = np.arange(self.n)
            if far.size < self.blob.size // _MANY:
                decoded = np.searchsorted(self.offsets, far, side="right") - 1
                decoded = decoded[np.diff(decoded, prepend=-1) > 0]
            lengths[decoded] = -1
            yield self._decoded(decoded)
        yield CodePoints(np.arange(self.n), self.blob, self.offsets[:-1], lengths)

    def _decoded(self, numbers: Array) -> "CodePoints":
        """The texts `numbers` (ascending) as code points."""
        starts = self.offsets[numbers]
        lengths = self.offsets[numbers + 1] - starts
        at = np.concatenate(([0], np.cumsum(lengths)))
        blob = self.blob
        if numbers.size < self.n:
            blob = blob[np.arange(at[-1]) + np.repeat(starts - at[:-1], lengths)]
        text = blob.tobytes().decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass")
        at = np.concatenate(([0], np.cumsum((blob & 0xC0) != 0x80)))[at]
        return CodePoints(numbers, np.frombuffer(text, "<u4"), at[:-1], np.diff(at))


class CodePoints(NamedTuple):
    """Some texts of a piece as letters: their `numbers` (ascending, from 0 within the piece), and for each where it starts
    in `letters` (code points, uint8 or uint32) and how many they are, -1 if it is not among them."""

    numbers: Array
    letters: Array
    starts: Array
    lengths: Array


class StringColumn:
    """A list of texts, read as needed: by number, and if they are sorted, by text."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._columns = columns
        self._name = name
        self._at = f"{name}_at"
        self.n = columns.length(self._at) - 1

    def encoded(self, number: int) -> bytes:
        """The text `number` in UTF-8."""
        start, end = self._columns.item(self._at, number), self._columns.item(self._at, number + 1)
        return self._columns.read(self._name, start, end).tobytes()

    def string(self, number: int) -> str:
        """The text `number`."""
        return self.encoded(number).decode("utf-8", "surrogatepass")

    def bisect_left(self, text: str) -> int:
        """The number of the first text that is not before `text`.

        Raises:
            IndexDamaged: if the texts beside this place are not what was written, or something has misled the search.
        """
        return self._place(text.encode("utf-8", "surrogatepass"))[0]

    def find(self, text: str) -> int:
        """The number of `text`, -1 if it is not there.

        Raises:
            IndexDamaged: as by `place`.
        """
        wanted = text.encode("utf-8", "surrogatepass")
        place, found = self._place(wanted)
        return place if found == wanted else -1

    def _place(self, wanted: bytes) -> tuple[int, bytes | None]:
        """The first text that is not before `wanted`, and its number."""
        # What bisection goes through is in many blocks; what it finds is told right from wrong by its neighbours.
        place = bisect_left(range(self.n), wanted, key=self._mapped)
        found = self.encoded(place) if place < self.n else None
        if (found is None or found >= wanted) and (
            found == wanted or not place or self.encoded(place - 1) < wanted
        ):
            return place, found
        place = bisect_left(range(self.n), wanted, key=self.encoded)
        return place, self.encoded(place) if place < self.n else None

    def _mapped(self, number: int) -> bytes:
        """The text `number`, checked or not."""
        blob, at = self._views
        return bytes(blob[at[number] : at[number + 1]])

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview]:
        return self._columns.unchecked(self._name).data, self._columns.unchecked(self._at).data

    def strings(self, first: int, last: int) -> Iterator[str]:
        """The texts `first` to `last` in order, a few thousand read at a time."""
        for start in range(first, last, 4096):
            end = min(start + 4096, last)
            at = self._columns.read(self._at, start, end + 1).tolist()
            blob = self._columns.read(self._name, at[0], at[-1]).tobytes()
            for i in range(end - start):
                yield blob[at[i] - at[0] : at[i + 1] - at[0]].decode("utf-8", "surrogatepass")

    def batches(self, first: int, last: int) -> Iterator[StringBatch]:
        """The texts `first` to `last` in order, some at a time."""
        for start in range(first, last, _PIECE):
            at = self._columns.read(self._at, start, min(start + _PIECE, last) + 1).astype(np.int64)
            blob = self._columns.read(self._name, int(at[0]), int(at[-1]))
            at -= at[0]
            yield StringBatch(start, blob, at)
