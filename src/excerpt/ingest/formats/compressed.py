"""The bytes of a compressed file → their content, up to a limit: a small one can hold terabytes.

gzip, bzip2 and xz are read, each with all of the streams that a file may consist of.
"""

import re
import zlib
from collections.abc import Callable
from typing import Any, Final

from excerpt.errors import Instruction, Unreadable

__all__ = ["COMPRESSED_SUFFIXES", "decompress", "is_compressed", "without_compressed_suffix"]

COMPRESSED_SUFFIXES: Final = frozenset({"gz", "bz2", "xz"})
MAX_BYTES: Final = 256 << 20
"""Largest content that is decompressed."""
MAX_RATIO: Final = 200
"""Largest ratio of content to file, checked above `FREE_BYTES`: no text is compressed that well."""
FREE_BYTES: Final = 16 << 20
MAX_XZ_MEMORY: Final = 256 << 20
_PART: Final = 1 << 20
"""Bytes decompressed at a time."""
_MAGIC = re.compile(rb"\x1f\x8b|BZh[1-9](?:1AY&SY|\x17rE8P\x90)|\xfd7zXZ\0")
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


def _new_decompressor(data: bytes) -> tuple[Callable[[], Any], tuple[type[Exception], ...]]:
    """Return a function that makes decompressors for `data`, and the errors that they raise."""
    if data.startswith(b"BZh"):
        import bz2  # few files need it

        return bz2.BZ2Decompressor, (OSError, ValueError)
    if data.startswith(b"\xfd"):
        import lzma  # few files need it

        return lambda: lzma.LZMADecompressor(memlimit=MAX_XZ_MEMORY), (lzma.LZMAError, ValueError)
    return _GzipDecompressor, (zlib.error,)


def decompress(data: bytes) -> bytes:
    """Return the content of the compressed file `data`, all of its streams.

    Raises:
        Unreadable: if it is damaged, or its content is larger than a text can be.
    """
    new_decompressor, errors = _new_decompressor(data)
    parts: list[bytes] = []
    size = 0
    rest = data
    while rest:
        stream = new_decompressor()
        given = rest
        while not stream.eof:
            try:
                part = stream.decompress(given, _PART)
            except errors as error:
                raise Unreadable(f"it is damaged: {error}", _COMPRESS_AGAIN) from error
            given = b""
            if not part and stream.needs_input and not stream.eof:
                raise Unreadable("it is damaged: the compressed data is truncated", _COMPRESS_AGAIN)
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES or (size > FREE_BYTES and size > MAX_RATIO * len(data)):
                raise Unreadable(
                    f"it decompresses to more than {size >> 20} MiB",
                    Instruction("Decompress it and split it into parts."),
                )
        rest = stream.unused_data.lstrip(b"\0")
    return b"".join(parts)
