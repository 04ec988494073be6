"""The live documents of an index in the order of their paths, read from one file that every commit writes anew.

It says where each document's words are (segment and number there) and holds the fields that belong to its paths, so
that a move or other metadata change no segment. What a segment holds of other documents is dead.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from excerpt.engines.protocol import StoredFile
from excerpt.index.format.columns import Array, Columns
from excerpt.index.format.string_column import StringColumn
from excerpt.index.read.segment import FOLDER

if TYPE_CHECKING:
    from excerpt.dates import DayRange

__all__ = ["SEPARATOR", "DocumentTable"]

SEPARATOR = "\x00"
"""Between the paths of a document: the one character that no path holds."""


class DocumentTable:
    """The live documents, read as needed; each is named by its rank in the order of paths."""

    def __init__(self, folder: Path, described: StoredFile) -> None:
        self.columns = Columns(folder / FOLDER / described.name, described)
        self.n = self.columns.length("document")

    @cached_property
    def documents(self) -> Array:
        """The id of each document (int64)."""
        return self.columns.read("document")

    def of_segment(self, segment: int) -> tuple[Array, Array]:
        """The ranks of the live documents of a segment, ascending, and their numbers in it (both int64)."""
        ranks = np.flatnonzero(self.columns.read("segment") == segment)
        return ranks, self.columns.read("number")[ranks].astype(np.int64)

    @cached_property
    def paths(self) -> list[tuple[str, ...]]:
        """The paths of each document."""
        return [
            tuple(text.split(SEPARATOR))
            for text in StringColumn(self.columns, "paths").strings(0, self.n)
        ]

    @cached_property
    def formats(self) -> list[str]:
        """The format of each document."""
        return self._decoded("format")

    @cached_property
    def languages(self) -> list[str]:
        """The language of each document."""
        return self._decoded("language")

    def _decoded(self, name: str) -> list[str]:
        texts = StringColumn(self.columns, f"{name}s")
        known = list(texts.strings(0, texts.n))
        return [known[number] for number in self.columns.read(name).tolist()]

    @cached_property
    def known_languages(self) -> frozenset[str]:
        """The languages of the live documents."""
        texts = StringColumn(self.columns, "languages")
        return frozenset(texts.strings(0, texts.n))

    @cached_property
    def metadata(self) -> list[tuple[tuple[str, str], ...]]:
        """The metadata of each document."""
        texts = StringColumn(self.columns, "metadata").strings(0, self.n)
        return [
            tuple((name, value) for name, value in json.loads(text)) if text else ()
            for text in texts
        ]

    def overlapping(self, days: "DayRange") -> Array:
        """For each document whether its date overlaps `days` (bool)."""
        first, last = days
        return np.asarray(
            (self.columns.read("first_day") <= last) & (self.columns.read("last_day") >= first)
        )

    def verify(self) -> None:
        """Read everything.

        Raises:
            IndexDamaged: if anything is not what was written.
        """
        self.columns.verify()
