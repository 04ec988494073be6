"""The bytes of a gzip file → their content, up to a limit: a small file can hold terabytes."""

import zlib
from typing import Final

from excerpt.errors import Instruction, Unreadable

__all__ = ["GZIP", "decompress"]

GZIP: Final = b"\x1f\x8b"
"""First bytes of a gzip file."""
MAX_BYTES: Final = 256 << 20
"""Largest content that is decompressed."""
MAX_RATIO: Final = 200
"""Largest ratio of content to file, checked above `FREE_BYTES`: no text is compressed that well."""
FREE_BYTES: Final = 16 << 20
_PART: Final = 1 << 20
"""Bytes decompressed at a time."""
_COMPRESS_AGAIN: Final = Instruction("Replace it with an intact copy.")


def decompress(data: bytes) -> bytes:
    """Return the content of the gzip file `data`, all of its members.

    Raises:
        Unreadable: if it is damaged, or its content is larger than a text can be.
    """
    parts: list[bytes] = []
    size = 0
    rest = data
    while rest:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            try:
                part = member.decompress(rest, _PART)
            except zlib.error as error:
                raise Unreadable(f"it is damaged: {error}", _COMPRESS_AGAIN) from error
            rest = member.unconsumed_tail
            if not part and not rest and not member.eof:
                raise Unreadable("it is damaged: the compressed data is truncated", _COMPRESS_AGAIN)
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES or (size > FREE_BYTES and size > MAX_RATIO * len(data)):
                raise Unreadable(
                    f"it decompresses to more than {size >> 20} MiB",
                    Instruction("Decompress it and split it into parts."),
                )
        rest = member.unused_data.lstrip(b"\0")
    return b"".join(parts)
