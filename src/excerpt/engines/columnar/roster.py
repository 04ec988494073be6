"""The live documents of an index in the order of their paths ⇄ one file, written anew by every commit.

It says where each document's words are (segment and number there) and holds the fields that belong to its places, so
that a move or other metadata change no segment. What a segment holds of other documents is dead.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from excerpt import files
from excerpt.engines.columnar.segment import FOLDER
from excerpt.engines.columnar.storage import Array, Columns, write_columns
from excerpt.engines.columnar.texts import Texts, text_columns

if TYPE_CHECKING:
    from excerpt.dates import Days

__all__ = ["Entry", "Roster", "write_roster"]

_SEPARATOR = "\x00"
"""Between the places of a document: the one character that no path holds."""


@dataclass(slots=True)
class Entry:
    """A live document: its words are those of document `number` in the segment `segment` of the manifest.

    `places`, `metadata` and `days` are as the file has them, so that a commit need not make them anew for every document.
    """

    document: int
    segment: int
    number: int
    format: str
    language: str
    places: str = ""
    metadata: str = ""
    days: tuple[int, int] = (0, 0)

    def describe(self, places: Sequence[str], metadata: Sequence[tuple[str, str]]) -> None:
        """Give the document these places and this metadata."""
        from excerpt import dates  # late: a search reads the days that are made here

        self.places = _SEPARATOR.join(places)
        self.metadata = json.dumps(metadata, ensure_ascii=False) if metadata else ""
        self.days = dates.of_metadata(metadata) or (2 * dates.EVER, -2 * dates.EVER)  # these overlap nothing


def write_roster(folder: Path, entries: Iterable[Entry]) -> dict[str, Any]:
    """Write the file and describe it for the manifest."""
    ordered = sorted(entries, key=lambda entry: (entry.places, entry.document))
    columns: dict[str, Array] = {
        "document": np.array([entry.document for entry in ordered], np.int64),
        "segment": np.array([entry.segment for entry in ordered], np.uint32),
        "number": np.array([entry.number for entry in ordered], np.uint32),
        **text_columns("places", [entry.places for entry in ordered]),
        **_coded("format", [entry.format for entry in ordered]),
        **_coded("language", [entry.language for entry in ordered]),
        **text_columns("metadata", [entry.metadata for entry in ordered]),
    }
    days = [entry.days for entry in ordered]
    columns["first_day"], columns["last_day"] = np.array(days, np.int64).reshape(-1, 2).T
    place = folder / FOLDER
    files.make_folder(place)
    return write_columns(place / f"{os.urandom(8).hex()}.roster", columns, {})


def _coded(name: str, values: Sequence[str]) -> dict[str, Array]:
    """Few distinct values: each once, and a number for each document."""
    known = sorted(set(values))
    numbers = {value: number for number, value in enumerate(known)}
    return {
        name: np.fromiter(map(numbers.__getitem__, values), np.uint16, len(values)),
        **text_columns(f"{name}s", known),
    }


class Roster:
    """The live documents, read as needed; each is named by its rank in the order of paths."""

    def __init__(self, folder: Path, described: dict[str, Any]) -> None:
        self.columns = Columns(folder / FOLDER / described["name"], described)
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
    def places(self) -> list[tuple[str, ...]]:
        """The places of each document."""
        return [tuple(text.split(_SEPARATOR)) for text in Texts(self.columns, "places").all(0, self.n)]

    @cached_property
    def formats(self) -> list[str]:
        """The format of each document."""
        return self._decoded("format")

    @cached_property
    def languages(self) -> list[str]:
        """The language of each document."""
        return self._decoded("language")

    def _decoded(self, name: str) -> list[str]:
        texts = Texts(self.columns, f"{name}s")
        known = list(texts.all(0, texts.n))
        return [known[number] for number in self.columns.read(name).tolist()]

    @cached_property
    def known_languages(self) -> frozenset[str]:
        """The languages of the live documents."""
        texts = Texts(self.columns, "languages")
        return frozenset(texts.all(0, texts.n))

    @cached_property
    def metadata(self) -> list[tuple[tuple[str, str], ...]]:
        """The metadata of each document."""
        texts = Texts(self.columns, "metadata").all(0, self.n)
        return [tuple((name, value) for name, value in json.loads(text)) if text else () for text in texts]

    def overlapping(self, days: "Days") -> Array:
        """For each document whether its date overlaps `days` (bool)."""
        first, last = days
        return np.asarray((self.columns.read("first_day") <= last) & (self.columns.read("last_day") >= first))

    def entries(self) -> list[Entry]:
        """All of it, for a writer to go on from."""
        return [
            Entry(*row)
            for row in zip(
                self.documents.tolist(),
                self.columns.read("segment").tolist(),
                self.columns.read("number").tolist(),
                self.formats,
                self.languages,
                Texts(self.columns, "places").all(0, self.n),
                Texts(self.columns, "metadata").all(0, self.n),
                zip(*(self.columns.read(f"{end}_day").tolist() for end in ("first", "last")), strict=True),
                strict=True,
            )
        ]

    def verify(self) -> None:
        """Read everything.

        Raises:
            IndexDamaged: if anything is not what was written.
        """
        self.columns.verify()
