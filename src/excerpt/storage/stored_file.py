"""The record of a file of an index in a manifest."""

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
