"""Immutable files of columns, which hold all of an index but its catalog.

columns  named arrays ⇄ one file, with a checksum for every 8 KiB
tiers    which files to merge or rewrite
"""

from typing import NamedTuple

__all__ = ["StoredFile"]


class StoredFile(NamedTuple):
    """A file of the index as a manifest records it.

    name    its name, without a folder
    size    in bytes
    digest  of its contents, or of the part that contains the checksums of the rest
    """

    name: str
    size: int
    digest: str
