"""Named arrays ⇄ one immutable file, with a checksum for every 8 KiB of it.

A file is the arrays one after the other, each at a multiple of 64 bytes; then the CRC-32 of every 8 KiB before; then a
footer in JSON that names each array with its type, place and length, and what else the writer wants kept; then 24
bytes that say where the footer is and what its checksum is. Little-endian throughout.

A reader maps the file and checks a block when it is first touched, so that a search reads no more than it needs and
still never takes a flipped bit for an answer. It knows nothing of what the arrays mean.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from excerpt import files
from excerpt.engines.protocol import StoredFile
from excerpt.errors import (
    CHECK_PERMISSIONS,
    ExcerptError,
    IndexDamaged,
    damaged,
    rebuild,
    repair,
)

__all__ = ["Array", "Column", "Columns", "write_columns"]

Array = np.ndarray[Any, np.dtype[Any]]
Column = tuple[str, Array]
"""A named array."""
_MAGIC: Final = b"EXCERPT\x01"
_TRAILER: Final = struct.Struct("<QII8s")
_ALIGNMENT: Final = 64
_BLOCK_BITS: Final = 13
"""The first query checks some hundred blocks: small ones are checked sooner, and their table is still small."""
_BLOCK: Final = 1 << _BLOCK_BITS


def write_columns(path: Path, columns: Iterable[Column], notes: Mapping[str, Any]) -> StoredFile:
    """Write `columns` and `notes` (JSON values) to the new file `path` and sync it. Columns are written as they come, and
    none is kept.

    Returns its description for a manifest: name, size in bytes, and the digest of its footer, which by its checksums
    stands for the whole.

    Raises:
        ExcerptError: if it cannot be written.
    """
    footer = b""

    def parts() -> Iterator[bytes | memoryview]:
        nonlocal footer
        placed: dict[str, tuple[str, int, int]] = {}
        at, checker = 0, _Checker()
        for name, array in columns:
            kind = array.dtype.newbyteorder("<")
            placed[name] = (kind.str, at, int(array.size))
            for piece in _bytes_of(array.astype(kind, copy=False)):
                checker.update(piece)
                yield piece
                at += len(piece)
        checks = checker.finish()
        table = np.array(checks, dtype="<u4").tobytes()
        footer = (
            table + json.dumps({"columns": placed, "notes": notes}, ensure_ascii=False).encode()
        )
        yield footer
        yield _TRAILER.pack(at, len(checks), zlib.crc32(footer), _MAGIC)

    size = files.write_new(path, parts())
    return StoredFile(path.name, size, files.digest_of([footer]))


def _bytes_of(array: Array) -> Iterator[bytes | memoryview]:
    """The bytes of an array, and as many as fill the place of the next."""
    if array.size:
        yield np.ascontiguousarray(array).data.cast("B")
        yield bytes(-array.nbytes % _ALIGNMENT)


class _Checker:
    """CRC-32 of every 8 KiB of what it is given piece by piece."""

    def __init__(self) -> None:
        self._checks: list[int] = []
        self._crc = 0
        self._filled = 0

    def update(self, piece: bytes | memoryview) -> None:
        view, at = memoryview(piece), 0
        while at < len(view):
            part = view[at : at + _BLOCK - self._filled]
            self._crc = zlib.crc32(part, self._crc)
            self._filled += len(part)
            at += len(part)
            if self._filled == _BLOCK:
                self._close()

    def _close(self) -> None:
        self._checks.append(self._crc)
        self._crc = self._filled = 0

    def finish(self) -> list[int]:
        if self._filled:
            self._close()
        return self._checks


class Columns:
    """The arrays of one file, read as needed. Arrays given out are views of the mapped file: read-only."""

    def __init__(self, path: Path, described: StoredFile | None = None) -> None:
        """Map the file at `path`, which a manifest may have `described`.

        Raises:
            IndexDamaged: if it is missing or is not what was written.
        """
        self.path = path
        if described is not None and described.name != path.name:
            raise self._damaged("its name leads elsewhere")
        self._digest: str = described.digest if described is not None else ""
        self._map = self._mapped()
        self._view = memoryview(self._map)
        at, footer = self._footer(described)
        n_checks = self._n_checks
        self._checks = np.frombuffer(footer, "<u4", n_checks)
        self._unchecked = bytearray(b"\x01") * n_checks
        self._is_unchecked = np.frombuffer(self._unchecked, np.bool_)
        self._data_end = at
        try:
            described_columns = json.loads(footer[4 * n_checks :])
            self.attributes: dict[str, Any] = described_columns["notes"]
            self._columns = {
                name: (
                    np.frombuffer(self._view, dtype, length, start)
                    if length
                    else np.empty(0, dtype),
                    start,
                )
                for name, (dtype, start, length) in described_columns["columns"].items()
            }
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged("its footer is not what was written") from error

    def _mapped(self) -> mmap.mmap:
        try:
            descriptor = os.open(
                self.path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0)
            )
            with os.fdopen(descriptor, "rb") as file:  # of a pipe in its place there is no map
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise self._damaged("the file is missing") from error
        except ValueError as error:
            raise self._damaged("the file is empty") from error
        except PermissionError as error:
            raise ExcerptError(
                "it cannot be read: permission denied.", CHECK_PERMISSIONS, where=self.path
            ) from error
        except OSError as error:
            raise self._damaged(f"it cannot be read ({error.strerror})") from error

    def _footer(self, described: StoredFile | None) -> tuple[int, bytes]:
        size = len(self._view)
        if size < _TRAILER.size or (described is not None and size != described.size):
            raise self._damaged("it has another length than was written")
        at, self._n_checks, check, magic = _TRAILER.unpack_from(self._view, size - _TRAILER.size)
        if magic != _MAGIC or at > size - _TRAILER.size or self._n_checks != -(-at // _BLOCK):
            raise self._damaged("it is no file of an excerpt index")
        footer = bytes(self._view[at : size - _TRAILER.size])
        if zlib.crc32(footer) != check:
            raise self._damaged("its footer is not what was written")
        return at, footer

    def _damaged(self, what: str) -> IndexDamaged:
        index = self.path.parent.parent
        return damaged(what, self.path, rebuild(index), repair(index))

    def length(self, name: str) -> int:
        """How many elements the array `name` has."""
        return int(self._columns[name][0].size)

    def read(self, name: str, start: int = 0, end: int | None = None) -> Array:
        """Elements `start` to `end` of the array `name`.

        Raises:
            IndexDamaged: if they are not what was written.
        """
        array, base = self._columns[name]
        if end is None:
            end = array.size
        if end > start:
            self._check(base + start * array.itemsize, base + end * array.itemsize)
        return array[start:end]

    def item(self, name: str, index: int) -> int:
        """The element `index` of the array `name`.

        Raises:
            IndexDamaged: if it is not what was written.
        """
        array, base = self._columns[name]
        block = (base + index * array.itemsize) >> _BLOCK_BITS
        if self._unchecked[block]:
            self._check_block(block)
        return int(array.item(index))

    def bisect_left(self, name: str, value: int) -> int:
        """How many elements of the ascending array `name` are below `value`: where it has its place.

        What bisection goes through is in many blocks. Only that of the place itself is checked, which tells whether
        something on the way has misled.

        Raises:
            IndexDamaged: if they are not what was written.
        """
        array, _ = self._columns[name]
        place = int(array.searchsorted(array.dtype.type(value)))
        if (place and self.item(name, place - 1) >= value) or (
            place < array.size and self.item(name, place) < value
        ):
            self.read(name)
        return place

    def unchecked(self, name: str) -> Array:
        """The array `name` as it is mapped, checked or not: only to search in, where `read` then confirms what is found."""
        return self._columns[name][0]

    def take(self, name: str, indexes: Array) -> Array:
        """The elements of the array `name` at `indexes`.

        Raises:
            IndexDamaged: if they are not what was written.
        """
        array, base = self._columns[name]
        if (
            self._unchecked.find(1, base >> _BLOCK_BITS, ((base + array.nbytes) >> _BLOCK_BITS) + 1)
            >= 0
        ):
            blocks = (base + indexes.astype(np.int64) * array.itemsize) >> _BLOCK_BITS
            for block in sorted(set(blocks[self._is_unchecked[blocks]].tolist())):
                self._check_block(block)
        return array.take(indexes)

    def _check(self, start: int, end: int) -> None:
        first, last = start >> _BLOCK_BITS, (end - 1) >> _BLOCK_BITS
        block = self._unchecked.find(1, first, last + 1)
        while block >= 0:
            self._check_block(block)
            block = self._unchecked.find(1, block + 1, last + 1)

    def _check_block(self, block: int) -> None:
        start = block << _BLOCK_BITS
        if (
            zlib.crc32(self._view[start : min(start + _BLOCK, self._data_end)])
            != self._checks[block]
        ):
            raise self._damaged(f"8 KiB from byte {start} on are not what was written")
        self._unchecked[block] = 0

    def verify(self) -> None:
        """Read everything.

        Raises:
            IndexDamaged: if anything is not what was written.
        """
        if (
            self._digest
            and files.digest_of([self._view[self._data_end : -_TRAILER.size]]) != self._digest
        ):
            raise self._damaged("it is another file than was written")
        for block in range(len(self._unchecked)):
            self._check_block(block)
