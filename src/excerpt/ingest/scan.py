"""A corpus root → the files to be read as sources, and those left out, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from excerpt.model import SourceFile

__all__ = ["Scan", "Skipped", "scan"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder below the root that is not read, and why, in plain words."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a walk found, both sorted by path."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]


def scan(root: Path, *, exclude: Sequence[str] = (), never: Sequence[Path] = ()) -> Scan:
    """Walk the folder `root`."""
    raise NotImplementedError
