"""Zip and tar files → their members.

The names of members are not trusted: one that would lead out of the archive if it were unpacked is
reported, and so are links and devices. A small file can decompress to terabytes, so sizes and
ratios are limited, and the stream of a compressed tar file ends where its limit is reached.
"""

import lzma
import re
import stat
import tarfile
import zlib
from collections.abc import Sequence
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO, Final, Literal
from zipfile import BadZipFile, ZipFile, ZipInfo

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.containers.entry import (
    FREE_BYTES,
    MAX_BYTES,
    MAX_MEMBERS,
    MAX_RATIO,
    METS_SUFFIXES,
    REPLACE,
    SPLIT,
    UNPACK,
    Entries,
    Entry,
    too_large,
    unread,
)
from excerpt.ingest.decode import decode
from excerpt.ingest.formats.compressed import DecompressedStream, open_compressed

__all__ = ["is_tar_header", "open_limited", "open_zip", "read_tar", "read_zip"]

MAX_DIRECTORY_BYTES: Final = 64 << 20
"""Size of the list of members at the end of a zip file: all of it is held in memory."""
_END_RECORD: Final = b"PK\x05\x06"
_END_BYTES: Final = 22 + 0xFFFF
_IS_UTF_8: Final = 0x800
_IS_ENCRYPTED: Final = 0x1
_TAR_BLOCK: Final = 512
_PART: Final = 1 << 20
MAX_JOINED_BYTES: Final = 1 << 30
"""Size of the content of a compressed tar file that is held in memory for its METS files."""
_START: Final = 1 << 13
"""Bytes of a member that show whether it is METS."""
_ERRORS: Final = (
    BadZipFile,
    EOFError,
    ValueError,
    OSError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    OverflowError,
)
_ENCRYPTED: Final = Instruction("Pack it again without a password.")
_DRIVE = re.compile(r"[A-Za-z]:")
_OUTSIDE: Final = "its name leads out of the archive"


def _reason(error: Exception) -> str:
    reason = str(error) or "the compressed data is truncated"
    return reason[0].lower() + reason[1:]


def _damaged(error: Exception) -> str:
    return f"it is damaged: {_reason(error)}"


def _is_outside(name: str) -> bool:
    """Return whether a name would lead out of the folder into which it were unpacked."""
    return name.startswith("/") or ".." in name.split("/") or bool(_DRIVE.match(name))


# Zip files


def open_zip(stream: BinaryIO) -> ZipFile:
    """Return the zip file in `stream`.

    Raises:
        Unreadable: if it is damaged or has too many members.
    """
    try:
        end = stream.seek(0, 2)
        stream.seek(max(0, end - _END_BYTES))
        record = stream.read()
        found = record.rfind(_END_RECORD)
        n_bytes = int.from_bytes(record[found + 12 : found + 16], "little") if found >= 0 else 0
        # The size in a record of the 64-bit format is that of the whole file at most.
        if (end if n_bytes == 0xFFFFFFFF else n_bytes) > MAX_DIRECTORY_BYTES and n_bytes < end:
            raise Unreadable("it has more members than are read", SPLIT)
        if n_bytes == 0xFFFFFFFF and end > MAX_DIRECTORY_BYTES:
            _check_zip64_directory(record)
        opened = ZipFile(stream)
    except _ERRORS as error:
        raise Unreadable(_damaged(error), REPLACE) from error
    if len(opened.infolist()) > MAX_MEMBERS:
        n = len(opened.infolist())
        raise Unreadable(
            f"it has {n:,} members, more than the {MAX_MEMBERS:,} that are read", SPLIT
        )
    return opened


def _check_zip64_directory(record: bytes) -> None:
    """Raise Unreadable if the directory in a record of the 64-bit format is too large."""
    found = record.rfind(b"PK\x06\x06")
    n_bytes = int.from_bytes(record[found + 40 : found + 48], "little") if found >= 0 else 0
    if n_bytes > MAX_DIRECTORY_BYTES or found < 0:
        raise Unreadable("it has more members than are read", SPLIT)


def read_zip(stream: BinaryIO) -> Entries:
    """Yield the members of a zip file, without folders.

    Raises:
        Unreadable: if it is damaged or has too many members.
    """
    opened = open_zip(stream)
    infos = [info for info in opened.infolist() if not info.filename.endswith(("/", "\\"))]
    entries = [
        _zip_entry(opened, info, name) for info, name in zip(infos, _zip_names(infos), strict=True)
    ]
    candidates = [
        entry.name
        for info, entry in zip(infos, entries, strict=True)
        if not entry.reason and _may_be_mets(opened, info)
    ]
    if candidates:
        # lxml takes long to import, and few archives need it here.
        from excerpt.ingest.containers.mets import join_members

        yield from join_members(entries, candidates)
    else:
        yield from entries


def _may_be_mets(opened: ZipFile, info: ZipInfo) -> bool:
    """Return whether a member may be a METS file, which lists others as pages."""
    if not info.filename.lower().endswith(METS_SUFFIXES):
        return False
    try:
        with opened.open(info) as stream:
            return b"mets" in stream.read(_START).lower()
    except (*_ERRORS, RuntimeError):
        return False


def _zip_entry(opened: ZipFile, info: ZipInfo, name: str) -> Entry:
    mode = info.external_attr >> 16
    if _is_outside(name):
        return unread(name, f"{_OUTSIDE}: {name!r}")
    if stat.S_ISLNK(mode):
        return unread(name, "it is a link")
    if info.flag_bits & _IS_ENCRYPTED:
        return unread(name, "it is encrypted", _ENCRYPTED)
    if reason := too_large(info.file_size, info.compress_size):
        return unread(name, reason, UNPACK)
    return Entry(name, info.file_size, partial(_load_zip, opened, info))


def _load_zip(opened: ZipFile, info: ZipInfo) -> bytes:
    try:
        with opened.open(info) as stream:
            data = stream.read(info.file_size + 1)
    except NotImplementedError as error:
        raise Unreadable("it is compressed by a method that is not supported", UNPACK) from error
    except (*_ERRORS, RuntimeError) as error:
        raise Unreadable(_damaged(error), REPLACE) from error
    return data


def _zip_names(infos: Sequence[ZipInfo]) -> list[str]:
    """Return the names of members, with "/" between their parts.

    A flag marks UTF-8. The encoding of other names is detected, in all of them together; the module
    takes them for those of DOS.
    """
    old = [
        number
        for number, info in enumerate(infos)
        if not info.flag_bits & _IS_UTF_8 and not info.orig_filename.isascii()
    ]
    names = [info.filename for info in infos]
    joined = b"\n".join(infos[number].orig_filename.encode("cp437", "replace") for number in old)
    try:
        decoded = decode(joined).text.split("\n")
    except Unreadable:
        decoded = []
    if len(decoded) == len(old):
        for number, name in zip(old, decoded, strict=True):
            names[number] = name
    return [name.replace("\\", "/").replace("\0", "") for name in names]


# Tar files


class _LimitedStream:
    """A stream of decompressed bytes that ends with an error where its limit is reached."""

    def __init__(self, opened: DecompressedStream, n_packed: int) -> None:
        self._opened = opened
        self._limit = min(MAX_BYTES, max(FREE_BYTES, MAX_RATIO * n_packed))
        self._n_read = 0
        self._error: Exception | None = None

    def read(self, n_bytes: int) -> bytes:
        """Return `n_bytes`, or fewer at the end or before an error.

        Raises:
            Unreadable: if more would be decompressed than is read.
            EOFError, ValueError: if it is damaged.
        """
        parts: list[bytes] = []
        while n_bytes > 0 and self._error is None:
            part = b""
            try:
                part = self._opened.read1(min(n_bytes, _PART))
            except _ERRORS as error:
                self._error = error
            if not part:
                break
            n_bytes -= len(part)
            self._n_read += len(part)
            parts.append(part)
            if self._n_read > self._limit:
                self._error = Unreadable(
                    f"it decompresses to more than {self._limit >> 20:,} MiB; the rest was not"
                    " read",
                    SPLIT,
                )
        if not parts and self._error is not None:
            raise self._error
        return b"".join(parts)


def open_limited(stream: BinaryIO) -> _LimitedStream | None:
    """Return the decompressed content of `stream`, None if it is not compressed."""
    n_packed = stream.seek(0, 2)
    opened = open_compressed(stream)
    return None if opened is None else _LimitedStream(opened, n_packed)


def is_tar_header(block: bytes) -> bool:
    """Return whether `block` begins with the header of a member of a tar file."""
    if len(block) < _TAR_BLOCK or not block[0]:
        return False
    try:
        stated = int(block[148:156].strip(b"\0 ") or b"-1", 8)
    except ValueError:
        return False
    return stated == sum(block[:148]) + sum(block[156:_TAR_BLOCK]) + 8 * ord(" ")


def read_tar(stream: BinaryIO) -> Entries:
    """Yield the members of a tar file, perhaps compressed, without folders.

    Raises:
        Unreadable: if it is damaged or decompresses to too much.
    """
    candidates = _mets_in_tar(stream)
    if not candidates:
        yield from _tar_entries(_decompressed(stream), "r|")
        return
    # The pages that METS lists may come before it, so members are read in any order here.
    from excerpt.ingest.containers.mets import join_members  # see `read_zip`

    source = _decompressed(stream)
    is_stream = source is stream
    seekable = stream if is_stream else BytesIO(source.read(MAX_JOINED_BYTES))
    yield from join_members(list(_tar_entries(seekable, "r:")), candidates)


def _decompressed(stream: BinaryIO) -> Any:
    """Return the content of a tar file as a stream from its beginning."""
    return open_limited(stream) or stream


def _mets_in_tar(stream: BinaryIO) -> list[str]:
    """Return the names of members that may be METS files, which list others as pages.

    There are none if the file is damaged, or too large for its members to be held in memory.
    """
    found: list[str] = []
    n_bytes = 0
    source = _decompressed(stream)
    mode: Literal["r|", "r:"] = "r:" if source is stream else "r|"  # contents are passed over
    try:
        with tarfile.open(fileobj=source, mode=mode, encoding="utf-8") as opened:
            while info := opened.next():
                opened.members = []  # type: ignore[attr-defined] # it would hold all of them
                n_bytes += info.size + _TAR_BLOCK
                name = _tar_name(info)
                if info.isfile() and name.lower().endswith(METS_SUFFIXES):
                    member = opened.extractfile(info)
                    if member and b"mets" in member.read(_START).lower():
                        found.append(name)
    except (*_ERRORS, Unreadable):
        return []
    return found if source is stream or n_bytes < MAX_JOINED_BYTES else []


def _tar_name(info: tarfile.TarInfo) -> str:
    return info.name.replace("\0", "").removeprefix("./")


def _tar_entries(source: Any, mode: Literal["r|", "r:"]) -> Entries:
    """Yield the members of a tar file in `source`, which can be read in any order with "r:".

    Raises:
        Unreadable: if it is damaged or decompresses to too much.
    """
    n_members = 0
    try:
        with tarfile.open(fileobj=source, mode=mode, encoding="utf-8") as opened:
            while info := opened.next():
                if mode == "r|":
                    opened.members = []  # type: ignore[attr-defined] # it would hold all of them
                if info.isdir():
                    continue
                n_members += 1
                if n_members > MAX_MEMBERS:
                    yield unread(
                        "", f"members after the first {MAX_MEMBERS:,} were not read", SPLIT
                    )
                    return
                entry = _tar_entry(opened, info)
                if mode == "r:" and not entry.reason:
                    load = partial(_load_at, source, info.offset_data, info.size)
                    entry = entry._replace(load=load)
                yield entry
    except _ERRORS as error:
        raise Unreadable(_damaged(error), REPLACE) from error


def _tar_entry(opened: tarfile.TarFile, info: tarfile.TarInfo) -> Entry:
    name = _tar_name(info)
    if _is_outside(name):
        return unread(name, f"{_OUTSIDE}: {name!r}")
    if info.issym() or info.islnk():
        return unread(name, "it is a link")
    if not info.isfile():
        return unread(name, "it is a pipe or a device, not a file")
    if info.issparse():
        return unread(name, "it is a file with holes", UNPACK)
    if reason := too_large(info.size, info.size):
        return unread(name, reason, UNPACK)
    return Entry(name, info.size, partial(_load_tar, opened, info))


def _load_at(source: BinaryIO, offset: int, size: int) -> bytes:
    """Return a member of a tar file that can be read in any order."""
    source.seek(offset)
    data = source.read(size)
    if len(data) != size:
        raise Unreadable("it is damaged: the archive is truncated", REPLACE)
    return data


def _load_tar(opened: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    try:
        stream = opened.extractfile(info)
        data = stream.read() if stream else b""
    except _ERRORS as error:
        raise Unreadable(_damaged(error), REPLACE) from error
    if len(data) != info.size:
        raise Unreadable("it is damaged: the archive is truncated", REPLACE)
    return data
