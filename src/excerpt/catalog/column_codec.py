"""Values of excerpt ⇄ values in a row of the catalog, and the checksum that ends each row."""

import json
import zlib
from typing import Any

__all__ = [
    "RowValues",
    "checksummed",
    "decode_list",
    "decode_path",
    "encode_path",
    "row_checksum",
]

RowValues = tuple[Any, ...]
"""The values of a row: integers, strings, bytes or None, as SQLite has them."""


def row_checksum(*values: object) -> int:
    """Return the CRC-32 of the `values` of a row, written as text and separated by NUL."""
    return zlib.crc32("\0".join(map(str, values)).encode("utf-8", "surrogatepass"))


def checksummed(row: RowValues) -> RowValues:
    """Return `row` with its checksum at the end."""
    return (*row, row_checksum(*row))


def encode_path(path: str) -> bytes:
    """Return the bytes of a path as the file system has them; see PEP 383.

    UTF-8 keeps the order of code points, so that SQLite sorts the bytes as Python sorts paths.
    """
    return path.encode("utf-8", "surrogateescape")


def decode_path(encoded: bytes) -> str:
    """Return the path that `encode_path` encoded.

    Raises:
        ValueError: if it leads out of the corpus. No build writes such a path, but an index from a
            stranger may contain one.
    """
    leads_up = b"../" in encoded + b"/" and b".." in encoded.split(b"/")
    if leads_up or encoded.startswith(b"/"):
        raise ValueError("a path leads out of the corpus")
    return encoded.decode("utf-8", "surrogateescape")


def decode_list(text: str) -> list[Any]:
    """Return the list that `text` holds as JSON."""
    # Most lists of a document are empty; these skip the parser.
    found: list[Any] = [] if text == "[]" else json.loads(text)
    return found
