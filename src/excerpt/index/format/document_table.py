"""The live documents of an index in the order of their paths, read from the document table.

Segments never change. When a document is deleted, replaced, moved or given other metadata, the next
commit writes a new table. It says for each live document where its tokens are (a segment and a
number in it), and holds the fields that depend on its paths. Documents of a segment that are not in
the table are dead. A document's *rank* is its row in the table:

    id            int64   the document's id in the catalog
    segment       uint32  the segment that holds it: an index into the manifest's list
    number        uint32  its number in that segment
    paths         string  its paths, sorted, with NUL between them
    format        uint16  an index into the sorted strings `formats`
    language      uint16  an index into the sorted strings `languages`
    metadata      string  JSON, a list of [name, value]; empty if there are none
    first_day     int64   the first and the last day of its date (see `excerpt.dates`); for an
    last_day      int64   undated document the first is after the last, so that it overlaps no range

`string_column` describes the columns of strings.
"""

import json
from collections.abc import Hashable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import DocumentIds, DocumentNumbers, Ranks
from excerpt.index.format.file_names import FOLDER
from excerpt.index.format.string_column import StringColumn
from excerpt.memory import BoundedCache
from excerpt.storage import StoredFile
from excerpt.storage.columns import Columns

if TYPE_CHECKING:
    from excerpt.dates import DayRange

__all__ = ["PATH_SEPARATOR", "DocumentTable"]

PATH_SEPARATOR = "\x00"
"""The one character that no path contains."""
_MASK_BYTES: Final = 16_000_000
"""The bound of the cache of masks: fifty filters of 300,000 documents."""


class DocumentTable:
    """The live documents of a commit, read as needed. Lists and arrays are in order of rank.

    masks  for conditions on fields, which documents meet them: filters are used again and again
    """

    def __init__(self, folder: Path, recorded: StoredFile) -> None:
        """Open the table that a manifest has `recorded`, for the index in `folder`.

        Raises:
            IndexDamaged: if the file is missing or damaged; so do the other methods.
        """
        self.columns = Columns(folder / FOLDER / recorded.name, recorded)
        self.n = self.columns.length("id")
        self.masks: BoundedCache[Hashable, Mask] = BoundedCache(_MASK_BYTES)

    @cached_property
    def document_ids(self) -> DocumentIds:
        """The id of each document."""
        return self.columns.read("id")

    @property
    def first_days(self) -> Int64Array:
        """The first day of each date; after the last day if there is none."""
        return self.columns.read("first_day")

    @property
    def last_days(self) -> Int64Array:
        """The last day of each date."""
        return self.columns.read("last_day")

    def of_segment(self, segment: int) -> tuple[Ranks, DocumentNumbers]:
        """Return the live documents of a segment: their ranks, ascending, and their numbers."""
        ranks = np.flatnonzero(self.columns.read("segment") == segment)
        return ranks, self.columns.read("number")[ranks].astype(np.int64)

    @cached_property
    def paths(self) -> list[tuple[str, ...]]:
        """The paths of each document."""
        paths = StringColumn(self.columns, "paths").strings()
        return [tuple(joined.split(PATH_SEPARATOR)) for joined in paths]

    @cached_property
    def formats(self) -> list[str]:
        """The format of each document."""
        return self._decoded("format")

    @cached_property
    def languages(self) -> list[str]:
        """The language of each document."""
        return self._decoded("language")

    def _decoded(self, name: str) -> list[str]:
        distinct = list(StringColumn(self.columns, f"{name}s").strings())
        return [distinct[number] for number in self.columns.read(name).tolist()]

    @cached_property
    def known_languages(self) -> frozenset[str]:
        """The languages of the live documents."""
        return frozenset(StringColumn(self.columns, "languages").strings())

    @cached_property
    def metadata(self) -> list[tuple[tuple[str, str], ...]]:
        """The metadata of each document."""
        return [
            tuple((name, value) for name, value in json.loads(text)) if text else ()
            for text in StringColumn(self.columns, "metadata").strings()
        ]

    def overlapping(self, days: "DayRange") -> Mask:
        """Return for each document whether its date overlaps `days`."""
        first, last = days
        return np.asarray((self.first_days <= last) & (self.last_days >= first))

    def verify(self) -> None:
        """Read the whole file and compare it with its checksums."""
        self.columns.verify()
