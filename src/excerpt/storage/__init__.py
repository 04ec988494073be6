"""Immutable files of columns, which hold all of an index but its catalog.

columns  named arrays ⇄ one file, with a checksum for every 8 KiB
tiers    which files to merge or rewrite
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

__all__ = ["FetchBytes", "StoredFile"]

FetchBytes = Callable[[Path, int, int], None]
"""Writes the bytes from a start to an end into a file that is a copy, from its original."""


class StoredFile(NamedTuple):
    """A file of the index as a manifest records it.

    name    its name, without a folder
    size    in bytes
    digest  of its contents, or of the part that contains the checksums of the rest
    """

    name: str
    size: int
    digest: str
