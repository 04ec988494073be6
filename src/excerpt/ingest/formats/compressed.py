"""The bytes of a compressed file → their content, up to a limit: a small one can hold terabytes.

gzip, bzip2 and xz are read, each with all of the streams that a file may consist of.
"""

import re
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO, Final

from excerpt.errors import Instruction, Unreadable

__all__ = [
    "COMPRESSED_SUFFIXES",
    "DecompressedStream",
    "decompress",
    "is_compressed",
    "open_compressed",
    "without_compressed_suffix",
]

COMPRESSED_SUFFIXES: Final = frozenset({"gz", "bz2", "xz"})
MAX_BYTES: Final = 256 << 20
"""Largest content that is decompressed."""
MAX_RATIO: Final = 200
"""Largest ratio of content to file, checked above `FREE_BYTES`: no text is compressed that well."""
FREE_BYTES: Final = 16 << 20
MAX_XZ_MEMORY: Final = 256 << 20
"""Memory of a decompressor for xz files."""
_PART: Final = 1 << 20
"""Bytes decompressed at a time."""
_MAGIC = re.compile(rb"\x1f\x8b|BZh[1-9](?:1AY&SY|\x17rE8P\x90)|\xfd7zXZ\0")
_MAGIC_BYTES: Final = 16
"""Bytes that show the kind of compression."""
_COMPRESS_AGAIN: Final = Instruction("Replace it with an intact copy.")


def is_compressed(data: bytes) -> bool:
    """Return whether `data` begins as a file in gzip, bzip2 or xz does."""
    return _MAGIC.match(data) is not None


def without_compressed_suffix(name: str) -> str:
    """Return the name of a file without the suffix of its compression.

    >>> without_compressed_suffix("letter.txt.xz"), without_compressed_suffix("letter.txt")
    ('letter.txt', 'letter.txt')
    """
    stem, _, suffix = name.rpartition(".")
    return stem if stem and suffix.lower() in COMPRESSED_SUFFIXES else name


class _GzipDecompressor:
    """A decompressor of gzip with the interface of those of bzip2 and xz."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        """True at the end of the stream."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """True if no more can be decompressed from the data so far."""
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """The data after the end of the stream."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most `max_length` bytes of the content of all data so far."""
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _decompressors(start: bytes) -> tuple[Callable[[], Any], tuple[type[Exception], ...]]:
    """Return a function that makes decompressors, and the errors that they raise.

    `start` is the beginning of the compressed file.
    """
    if start.startswith(b"BZh"):
        import bz2  # few files need it

        return bz2.BZ2Decompressor, (OSError, ValueError)
    if start.startswith(b"\xfd"):
        import lzma  # few files need it

        return lambda: lzma.LZMADecompressor(memlimit=MAX_XZ_MEMORY), (lzma.LZMAError, ValueError)
    return _GzipDecompressor, (zlib.error,)


class DecompressedStream:
    """The content of a compressed file, of all its streams, read with little memory."""

    def __init__(self, stream: BinaryIO, start: bytes) -> None:
        """Read from `stream`, whose first bytes are `start`."""
        self._stream = stream
        self._new_decompressor, self._errors = _decompressors(start)
        self._decompressor = self._new_decompressor()

    def read1(self, n_bytes: int) -> bytes:
        """Return up to `n_bytes`, and none only at the end.

        Raises:
            EOFError: if the file is truncated.
            ValueError: if it is damaged.
        """
        while True:
            packed = b""
            if self._decompressor.eof:
                packed = self._decompressor.unused_data.lstrip(b"\0")
                while not packed:  # after padding
                    following = self._stream.read(_PART)
                    if not following:
                        return b""
                    packed = following.lstrip(b"\0")
                self._decompressor = self._new_decompressor()
            elif self._decompressor.needs_input:
                packed = self._stream.read(_PART)
                if not packed:
                    raise EOFError("the compressed data is truncated")
            try:
                data: bytes = self._decompressor.decompress(packed, n_bytes)
            except self._errors as error:
                raise ValueError(str(error)) from error
            if data:
                return data


def open_compressed(stream: BinaryIO) -> DecompressedStream | None:
    """Return the content of `stream` from its beginning, None if it is not compressed."""
    stream.seek(0)
    start = stream.read(_MAGIC_BYTES)
    stream.seek(0)
    return DecompressedStream(stream, start) if is_compressed(start) else None


def decompress(data: bytes) -> bytes:
    """Return the content of the compressed file `data`.

    Raises:
        Unreadable: if it is damaged, or its content is larger than a text can be.
    """
    opened = DecompressedStream(BytesIO(data), data[:_MAGIC_BYTES])
    parts: list[bytes] = []
    size = 0
    try:
        while part := opened.read1(_PART):
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES or (size > FREE_BYTES and size > MAX_RATIO * len(data)):
                raise Unreadable(
                    f"it decompresses to more than {size >> 20} MiB",
                    Instruction("Decompress it and split it into parts."),
                )
    except (EOFError, ValueError) as error:
        raise Unreadable(f"it is damaged: {error}", _COMPRESS_AGAIN) from error
    return b"".join(parts)
