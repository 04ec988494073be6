"""The bytes of a source → a Document. One module for each format; the format is found without being asked."""

from excerpt.model import Document

__all__ = ["extract"]


def extract(path: str, data: bytes) -> Document:
    """The document that `data`, found at `path`, holds.

    Raises:
        Unreadable: if it is no text, or more than may be read.
    """
    raise NotImplementedError
