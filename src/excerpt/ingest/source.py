"""A source file → its bytes, all of one moment."""

from pathlib import Path

from excerpt.model import SourceFile

__all__ = ["read"]


def read(root: Path, file: SourceFile) -> bytes:
    """The bytes of `file` below `root`.

    Raises:
        Unreadable: if it cannot be read, with the reason in plain words.
    """
    raise NotImplementedError
