"""Named arrays ⇄ one immutable file, with a checksum for every 8 KiB.

A file has four parts. All numbers in it are little-endian.

    arrays     one after the other, each padded with zero bytes to a multiple of 64
    checksums  uint32: the CRC-32 of each 8 KiB of the arrays; the last block may be shorter
    directory  JSON: {"columns": {NAME: [DTYPE, START, LENGTH], …}, "attributes": {…}}, with the
               NumPy dtype, first byte and number of elements of each array
    trailer    24 bytes: the size of the arrays (uint64), the number of checksums (uint32), the
               CRC-32 of checksums and directory (uint32), and `_MAGIC`

A reader maps the file and verifies a block when it is first touched: so a search reads only what it
needs, and still never uses a damaged byte. This module knows nothing of what the arrays mean.

A file may be a copy, with zeros in place of blocks that were not needed yet. The checksum of such a
block does not match, and then it is fetched.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from excerpt import files, native
from excerpt.arrays import Array, Int64Array
from excerpt.errors import (
    CHECK_PERMISSIONS,
    ExcerptError,
    IndexDamaged,
    damaged,
    rebuild_remedy,
    repair_remedy,
)
from excerpt.storage import FetchBytes, StoredFile

__all__ = ["Column", "Columns", "NumberColumn", "write_columns"]

Column = tuple[str, Array]
"""A name and its array."""
ByteParts = Iterator[bytes | memoryview]
"""A column of bytes in parts, for one that is too long to be in memory as a whole."""
_MAGIC: Final = b"EXCERPT\x01"
_TRAILER: Final = struct.Struct("<QII8s")
_ALIGNMENT: Final = 64
_BLOCK_BITS: Final = 13
"""The first query of a process verifies some hundred blocks. Small ones take less time, and at
8 KiB the checksums are still only 1/2048 of the file."""
_BLOCK_SIZE: Final = 1 << _BLOCK_BITS


def write_columns(
    path: Path, columns: Iterable[tuple[str, Array | ByteParts]], attributes: Mapping[str, Any]
) -> StoredFile:
    """Write `columns` and `attributes` (JSON values) to the new file `path`, and sync it.

    Each column is written as it comes and not kept; one of bytes may come in parts. The digest of
    the result covers the checksums and the directory, and so the whole contents.

    Raises:
        ExcerptError: if the file exists or cannot be written.
    """
    footer = b""

    def all_parts() -> Iterator[bytes | memoryview]:
        nonlocal footer
        directory: dict[str, tuple[str, int, int]] = {}
        size, checksummer = 0, _Checksummer()
        for name, contents in columns:
            start = size
            dtype, parts = _array_parts(contents)
            for part in parts:
                checksummer.update(part)
                yield part
                size += len(part)
            directory[name] = (dtype.str, start, (size - start) // dtype.itemsize)
            if padding := bytes(-size % _ALIGNMENT):
                checksummer.update(padding)
                yield padding
                size += len(padding)
        checksums = checksummer.finish()
        footer = np.array(checksums, "<u4").tobytes()
        footer += json.dumps(
            {"columns": directory, "attributes": attributes}, ensure_ascii=False
        ).encode()
        yield footer
        yield _TRAILER.pack(size, len(checksums), zlib.crc32(footer), _MAGIC)

    size = files.write_new(path, all_parts())
    return StoredFile(path.name, size, files.digest_of([footer]))


def _array_parts(contents: Array | ByteParts) -> tuple[np.dtype[Any], ByteParts]:
    """Return the dtype of a column, and its bytes, little-endian."""
    if not isinstance(contents, np.ndarray):
        return np.dtype(np.uint8), contents
    dtype = contents.dtype.newbyteorder("<")
    array = np.ascontiguousarray(contents.astype(dtype, copy=False))
    return dtype, iter([array.data.cast("B")] if array.size else [])


class _Checksummer:
    """A maker of the CRC-32 of each block of some bytes that are given in parts of any size."""

    def __init__(self) -> None:
        self._checksums: list[int] = []
        self._crc = 0
        self._filled = 0

    def update(self, part: bytes | memoryview) -> None:
        """Append `part`."""
        view, start = memoryview(part), 0
        while start < len(view):
            piece = view[start : start + _BLOCK_SIZE - self._filled]
            self._crc = zlib.crc32(piece, self._crc)
            self._filled += len(piece)
            start += len(piece)
            if self._filled == _BLOCK_SIZE:
                self._end_block()

    def _end_block(self) -> None:
        self._checksums.append(self._crc)
        self._crc = self._filled = 0

    def finish(self) -> list[int]:
        """Return the checksums of all blocks."""
        if self._filled:
            self._end_block()
        return self._checksums


class Columns:
    """The arrays of one file, read as needed.

    Arrays are views of the mapped file, and read-only. Every method that returns elements verifies
    the blocks they are in and raises IndexDamaged if a checksum does not match; only `unverified`
    does not.

    path        of the file
    attributes  the JSON values that were written with the columns
    data_size   the number of bytes of the arrays, with padding
    """

    def __init__(
        self,
        path: Path,
        recorded: StoredFile | None = None,
        *,
        is_repairable: bool = True,
        fetch: FetchBytes | None = None,
    ) -> None:
        """Map the file at `path`, which a manifest may have `recorded`.

        `is_repairable` says whether the file can be made again without the sources. `fetch` fills
        in the missing bytes of a copy.

        Raises:
            IndexDamaged: if the file is missing, has another size, or its trailer is damaged.
        """
        self.path = path
        self._is_repairable = is_repairable
        if recorded is not None and recorded.name != path.name:
            raise self.damage("its recorded name leads to another folder")
        self._recorded = recorded
        self._fetch = fetch
        self._map = self._mapped()
        self._view = memoryview(self._map)
        self.data_size, n_checksums, footer = self._footer()
        self._checksums = np.frombuffer(footer, "<u4", n_checksums)
        # 1 for each block that is not yet verified: as bytes for a fast `find`, and as an array.
        self._unverified = bytearray(b"\x01") * n_checksums
        self._is_unverified = np.frombuffer(self._unverified, np.bool_)
        try:
            directory = json.loads(footer[4 * n_checksums :])
            self.attributes: dict[str, Any] = directory["attributes"]
            self._columns = {
                name: (
                    np.frombuffer(self._view, dtype, length, start)
                    if length
                    else np.empty(0, dtype),
                    start,
                )
                for name, (dtype, start, length) in directory["columns"].items()
            }
        except (ValueError, KeyError, TypeError) as error:
            raise self.damage("its directory cannot be read") from error

    def _mapped(self) -> mmap.mmap:
        try:
            # Without O_NONBLOCK, opening a named pipe in place of the file would wait for a writer.
            flags = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0)
            with os.fdopen(os.open(self.path, flags), "rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise self.damage("the file is missing") from error
        except ValueError as error:  # an empty file cannot be mapped
            raise self.damage("the file is empty") from error
        except PermissionError as error:
            raise ExcerptError(
                "the file cannot be read: permission denied.", CHECK_PERMISSIONS, where=self.path
            ) from error
        except OSError as error:
            raise self.damage(f"the file cannot be read ({error.strerror})") from error

    def _footer(self) -> tuple[int, int, bytes]:
        """Return the size of the arrays, the number of checksums, and checksums with directory."""
        size = len(self._view)
        if size < _TRAILER.size or (self._recorded is not None and size != self._recorded.size):
            raise self.damage("its size has changed since it was written")
        end = size - _TRAILER.size
        if self._fetch is not None and not self._view[end:].tobytes().endswith(_MAGIC):
            self._fetch(self.path, end, size)
        data_size, n_checksums, crc, magic = _TRAILER.unpack_from(self._view, end)
        if magic != _MAGIC or data_size > end or n_checksums != -(-data_size // _BLOCK_SIZE):
            raise self.damage("it is not a file of an excerpt index")
        footer = bytes(self._view[data_size:end])
        if self._fetch is not None and zlib.crc32(footer) != crc:
            self._fetch(self.path, data_size, end)
            footer = bytes(self._view[data_size:end])
        if zlib.crc32(footer) != crc:
            raise self.damage("checksum mismatch in its footer")
        return data_size, n_checksums, footer

    def damage(self, what: str) -> IndexDamaged:
        """Return the error for damage of the file; `what` describes it."""
        index = self.path.parent.parent
        repairs = (repair_remedy(index),) if self._is_repairable else ()
        return damaged(what, self.path, *repairs, rebuild_remedy(index))

    @property
    def names(self) -> Collection[str]:
        """The names of all columns."""
        return self._columns.keys()

    def length(self, name: str) -> int:
        """Return the number of elements of the column `name`."""
        return int(self._columns[name][0].size)

    def dtype(self, name: str) -> str:
        """Return the dtype of the column `name`, as in the directory."""
        dtype: str = self._columns[name][0].dtype.str
        return dtype

    def read(self, name: str, start: int = 0, end: int | None = None) -> Array:
        """Return the elements `start` to `end` of the column `name`."""
        array, base = self._columns[name]
        if end is None:
            end = array.size
        if end > start:
            self.verify_range(base + start * array.itemsize, base + end * array.itemsize)
        return array[start:end]

    def item(self, name: str, index: int) -> int:
        """Return the element of the column `name` at `index`."""
        array, base = self._columns[name]
        block = (base + index * array.itemsize) >> _BLOCK_BITS
        if self._unverified[block]:
            self._verify_block(block)
        return int(array.item(index))

    def take(self, name: str, indexes: Int64Array) -> Array:
        """Return the elements of the column `name` at `indexes`."""
        array, base = self._columns[name]
        first, last = base >> _BLOCK_BITS, (base + array.nbytes) >> _BLOCK_BITS
        if self._unverified.find(1, first, last + 1) >= 0:
            is_needed = np.zeros(len(self._unverified), np.bool_)
            is_needed[(base + indexes.astype(np.int64) * array.itemsize) >> _BLOCK_BITS] = True
            self._verify_blocks(np.flatnonzero(is_needed & self._is_unverified))
        return array.take(indexes)

    def bisect_left(self, name: str, value: int) -> int:
        """Return the number of elements less than `value` in the ascending column `name`."""
        array, _ = self._columns[name]
        index = int(array.searchsorted(array.dtype.type(value)))
        # Bisection visits many blocks, and only those around the result are verified. The result is
        # right if its neighbours are on the right sides of `value`; if not, some block is damaged,
        # and reading all of them raises for it.
        if (index and self.item(name, index - 1) >= value) or (
            index < array.size and self.item(name, index) < value
        ):
            self.read(name)
        return index

    @property
    def file(self) -> tuple[memoryview, bytearray, Array, int]:
        """The bytes of the arrays; for each block 1 if it is not verified; checksums; block size.

        They are for the kernel, which verifies blocks in the same way. The size is in bits.
        """
        return self._view[: self.data_size], self._unverified, self._checksums, _BLOCK_BITS

    def extent(self, name: str) -> tuple[int, int, int]:
        """Return the first byte of the column `name`, the number of its elements and their size."""
        array, base = self._columns[name]
        return base, array.size, array.itemsize

    def unverified(self, name: str) -> Array:
        """Return the column `name` without verifying it.

        It is for searches only: other methods must confirm whatever is found.
        """
        return self._columns[name][0]

    def numbers(self, name: str) -> "NumberColumn":
        """Return the column `name` for reading its numbers one by one.

        Raises:
            IndexDamaged: if there is no such column.
        """
        if name not in self._columns:
            raise self.damage(f"it has no column {name}")
        array, base = self._columns[name]
        return NumberColumn(array.data, base, self._unverified, self.verify_range)

    def verify_range(self, start: int, end: int) -> None:
        """Verify the blocks of the bytes `start` to `end` that were not verified before."""
        first, last = start >> _BLOCK_BITS, (end - 1) >> _BLOCK_BITS
        block = self._unverified.find(1, first, last + 1)
        if block >= 0:
            self._verify_blocks(np.arange(block, last + 1))

    def _verify_blocks(self, blocks: Int64Array) -> None:
        """Verify the ascending `blocks`, unless they are verified."""
        if native.kernel and native.kernel.verify_blocks(self.file, blocks):
            return
        for block in blocks[self._is_unverified[blocks]].tolist():
            self._verify_block(block)

    def _verify_block(self, block: int) -> None:
        start = block << _BLOCK_BITS
        end = min(start + _BLOCK_SIZE, self.data_size)
        if zlib.crc32(self._view[start:end]) != self._checksums[block]:
            if self._fetch is not None:
                self._fetch(self.path, start, end)
            # The map shows what was written into the file meanwhile.
            if self._fetch is None or zlib.crc32(self._view[start:end]) != self._checksums[block]:
                raise self.damage(f"checksum mismatch in the 8 KiB block at offset {start}")
        self._unverified[block] = 0

    def verify(self) -> None:
        """Read the whole file, and compare it with its checksums and its recorded digest."""
        if self._recorded is not None:
            footer = self._view[self.data_size : -_TRAILER.size]
            if files.digest_of([footer]) != self._recorded.digest:
                raise self.damage("it is not the file that the catalog has recorded")
        for block in range(len(self._unverified)):
            self._verify_block(block)


class NumberColumn(Sequence[int]):
    """A column of integers that are read one by one or as bytes, verified like all others.

    An item takes a third of the time of `Columns.item`, and the module `bisect` searches it in
    place.
    """

    __slots__ = ("_base", "_item_bytes", "_numbers", "_unverified", "_verify_range")

    def __init__(
        self,
        numbers: memoryview,
        base: int,
        unverified: bytearray,
        verify_range: Callable[[int, int], None],
    ) -> None:
        """Wrap `numbers`, which begin at the byte `base` of their file."""
        self._numbers = numbers
        self._base = base
        self._item_bytes = numbers.itemsize
        self._unverified = unverified
        self._verify_range = verify_range

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: int) -> int:  # type: ignore[override]
        """Return the number at `index`, which must not be negative."""
        start = self._base + index * self._item_bytes
        # Numbers do not straddle blocks: columns are aligned.
        if self._unverified[start >> _BLOCK_BITS]:
            self._verify_range(start, start + 1)
        number: int = self._numbers[index]
        return number

    @property
    def unverified(self) -> memoryview:
        """The numbers without verification. It is for searches whose results are verified."""
        return self._numbers

    def all_bytes(self) -> memoryview:
        """Return the bytes of all numbers."""
        return self.bytes(0, len(self._numbers))

    def bytes(self, start: int, end: int) -> memoryview:
        """Return the bytes of the numbers from `start` to `end`.

        Raises:
            ValueError: if there are no such numbers.
        """
        if not 0 <= start <= end <= len(self._numbers):
            raise ValueError(f"there are no bytes from {start:,} to {end:,}")
        first = self._base + start * self._item_bytes
        last = self._base + end * self._item_bytes - 1
        if (
            start < end
            and self._unverified.find(1, first >> _BLOCK_BITS, (last >> _BLOCK_BITS) + 1) >= 0
        ):
            self._verify_range(first, last + 1)
        return self._numbers[start:end]
