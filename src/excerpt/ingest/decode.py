"""Bytes → text, with the evidence for the encoding chosen."""

from dataclasses import dataclass

__all__ = ["Decoded", "decode"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with unified line ends, the encoding it was read in, and what was replaced, in plain words."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, declared: str = "") -> Decoded:
    """Read `data` as text; `declared` is the encoding its author names, "" if none.

    Raises:
        Unreadable: if it is no text.
    """
    raise NotImplementedError
