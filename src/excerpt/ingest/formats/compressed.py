"""Bytes compressed with gzip → the bytes themselves, unless they are too many: a small file may unpack to terabytes."""

import zlib
from typing import Final

from excerpt.errors import Advice, Unreadable

__all__ = ["unpack"]

MAX_BYTES: Final = 256 << 20
"""More is not unpacked."""
MAX_RATIO: Final = 200
"""No text is compressed this well; checked from the first MAX_FREE bytes on."""
MAX_FREE: Final = 16 << 20
_COMPRESS_AGAIN: Final = Advice("Compress it again.")


def unpack(data: bytes) -> bytes:
    """The content of the gzip file `data`, all of its members.

    Raises:
        Unreadable: if it is damaged, or larger than a text can be.
    """
    parts: list[bytes] = []
    size = 0
    rest = data
    while rest:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            try:
                part = member.decompress(rest, 1 << 20)
            except zlib.error as error:
                raise Unreadable(f"it is damaged: {error}", _COMPRESS_AGAIN) from error
            rest = member.unconsumed_tail
            if not part and not rest and not member.eof:
                raise Unreadable(
                    "it is damaged: the compressed data ends too early", _COMPRESS_AGAIN
                )
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES or (size > MAX_FREE and size > MAX_RATIO * len(data)):
                raise Unreadable(
                    f"it unpacks to more than {size >> 20} MiB", Advice("Unpack it and split it.")
                )
        rest = member.unused_data.lstrip(b"\0")
    return b"".join(parts)
