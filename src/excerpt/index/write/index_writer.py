"""The next state of the columnar index in the making: new segments, a new roster, and merges now and then.

Nothing here changes a file that exists. What is written is not part of the index before the catalog names it, and what the
catalog does not name is removed by `sweep`.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from excerpt import files
from excerpt.engines.protocol import BuiltSegment
from excerpt.index.format.document_table import DocumentTable
from excerpt.index.format.manifest import ColumnarManifest, SegmentInfo
from excerpt.index.read.segment import FOLDER
from excerpt.index.write.document_table_writer import Entry, entries_of, write_roster
from excerpt.index.write.merge import FAN, choose, merge
from excerpt.index.write.segment_builder import ColumnarSegment, ColumnarSegmentBuilder
from excerpt.model import Document, Passage

__all__ = ["ColumnarWriter", "sweep"]


class ColumnarWriter:
    """Goes on from `manifest`, or from nothing. Segments of like size are merged when there are `merge_at` of them."""

    def __init__(
        self, folder: Path, manifest: ColumnarManifest | None, merge_at: int = FAN
    ) -> None:
        self._folder = folder
        self._merge_at = merge_at
        self._segments: list[SegmentInfo] = list(manifest.segments) if manifest else []
        self._builder: ColumnarSegmentBuilder | None = None
        self._former = manifest

    @cached_property
    def _entries(self) -> dict[int, Entry]:
        """The live documents by id; a build that changes nothing needs none."""
        if self._former is None:
            return {}
        roster = DocumentTable(self._folder, self._former.document_table)
        return {entry.document: entry for entry in entries_of(roster)}

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add `document`, in place of what has its id, if anything has."""
        if self._builder is None:
            self._builder = ColumnarSegmentBuilder(self._folder)
        self._builder.add(document, passages)
        if self._builder.is_full:
            self._flush()

    def _flush(self) -> None:
        builder, self._builder = self._builder, None
        if builder is not None:
            self.adopt(builder.finish())

    def adopt(self, segment: BuiltSegment) -> None:
        """Take in a segment that a worker wrote, in place of what has the ids of its documents."""
        assert isinstance(segment, ColumnarSegment)
        number_of_segment = len(self._segments)
        self._segments.append(segment.info)
        for number, document in enumerate(segment.documents):
            entry = Entry(
                document.id, number_of_segment, number, document.format, document.language
            )
            entry.describe(document.paths, document.metadata)
            self._entries[entry.document] = entry

    def delete(self, document: int) -> None:
        """Remove the document with this id."""
        self._flush()
        self._entries.pop(document, None)

    def describe(
        self, document: int, paths: Sequence[str], metadata: Sequence[tuple[str, str]]
    ) -> None:
        """Give a document other paths and metadata; its words stay."""
        self._flush()
        self._entries[document].describe(paths, metadata)

    def prepare(self) -> ColumnarManifest:
        """Write and sync what the next state needs, and say what it is. The caller commits it to the catalog."""
        self._flush()
        self._drop_empty()
        while group := choose(self._segments, self._entries.values(), self._merge_at):
            self._merge(group)
        roster = write_roster(self._folder, self._entries.values())
        files.sync_folder(self._folder / FOLDER)
        return ColumnarManifest(tuple(self._segments), roster)

    def _drop_empty(self) -> None:
        """Leave out segments in which no document lives."""
        living = {entry.segment for entry in self._entries.values()}
        self._renumber([number for number in range(len(self._segments)) if number in living])

    def _renumber(self, kept: list[int]) -> None:
        self._segments = [self._segments[number] for number in kept]
        number_of = {old: new for new, old in enumerate(kept)}
        for entry in self._entries.values():
            entry.segment = number_of[entry.segment]

    def _merge(self, group: list[int]) -> None:
        """Put the living documents of the segments `group` into one new segment."""
        members = [entry for entry in self._entries.values() if entry.segment in group]
        members.sort(key=lambda entry: (entry.segment, entry.number))
        infos = [self._segments[number] for number in group]
        chosen = [
            [entry.number for entry in members if entry.segment == number] for number in group
        ]
        self._segments.append(merge(self._folder, infos, chosen))
        for place, entry in enumerate(members):
            entry.segment, entry.number = len(self._segments) - 1, place
        self._renumber([number for number in range(len(self._segments)) if number not in group])

    def close(self) -> None:
        """Let go of everything; what was not prepared is forgotten."""
        self._builder = None
        self._entries = {}


def sweep(folder: Path, manifest: ColumnarManifest | None) -> None:
    """Remove the engine's files in `folder` that `manifest` (None: no state at all) does not name."""
    files.remove_unlisted(
        folder / FOLDER, {file.name for file in manifest.files} if manifest else ()
    )
