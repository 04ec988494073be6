"""Changes of documents → the files of the next commit: new segments, merges and a document table.

No existing file is changed. A new file belongs to the index once the catalog has committed a
manifest that names it; files that the committed manifest does not name are removed by `sweep`.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from excerpt import files
from excerpt.engines.protocol import BuiltSegment
from excerpt.index.format.document_table import DocumentTable
from excerpt.index.format.file_names import FOLDER
from excerpt.index.format.manifest import ColumnarManifest, SegmentInfo
from excerpt.index.write.document_table_writer import (
    DocumentEntry,
    read_entries,
    write_document_table,
)
from excerpt.index.write.main_stems_writer import write_main_stems
from excerpt.index.write.merge import choose_segments, merge_segments
from excerpt.index.write.segment_builder import ColumnarSegment, ColumnarSegmentBuilder
from excerpt.model import Document, Passage
from excerpt.storage.tiers import FAN

__all__ = ["ColumnarWriter", "sweep"]


class ColumnarWriter:
    """The next state of the index in `folder`: what follows `manifest`, or the first state.

    Segments of similar size are merged when there are `merge_at` of them.
    """

    def __init__(
        self, folder: Path, manifest: ColumnarManifest | None, merge_at: int = FAN
    ) -> None:
        self._folder = folder
        self._merge_at = merge_at
        self._segments: list[SegmentInfo] = list(manifest.segments) if manifest else []
        self._builder: ColumnarSegmentBuilder | None = None
        self._former = manifest
        self._main_language = manifest.main_language if manifest else ""
        self._stemmed = {segment.file.name for segment in self._segments}
        """The segments whose `main_stems` are those in the main language."""

    @cached_property
    def _entries(self) -> dict[int, DocumentEntry]:
        """The live documents by id. They are read late: a build that changes nothing needs none."""
        if self._former is None:
            return {}
        table = DocumentTable(self._folder, self._former.document_table)
        return {entry.document_id: entry for entry in read_entries(table)}

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add `document`, or replace the document with the same id."""
        if self._builder is None:
            self._builder = ColumnarSegmentBuilder(self._folder)
        self._builder.add(document, passages)
        if self._builder.is_full:
            self._flush()

    def _flush(self) -> None:
        """Write the documents that were added as a segment."""
        builder, self._builder = self._builder, None
        if builder is not None:
            self.adopt(builder.finish())

    def adopt(self, segment: BuiltSegment) -> None:
        """Add the documents of a segment, or replace those with the same ids."""
        assert isinstance(segment, ColumnarSegment)
        segment_number = len(self._segments)
        self._segments.append(segment.info)
        for number, document in enumerate(segment.documents):
            entry = DocumentEntry(
                document.id, segment_number, number, document.format, document.language
            )
            entry.describe(document.paths, document.metadata)
            self._entries[document.id] = entry

    def delete(self, document: int) -> None:
        """Delete the document with this id, if there is one."""
        self._flush()
        self._entries.pop(document, None)

    def describe(
        self, document: int, paths: Sequence[str], metadata: Sequence[tuple[str, str]]
    ) -> None:
        """Change the paths and the metadata of a document without indexing its text again."""
        self._flush()
        self._entries[document].describe(paths, metadata)

    def prepare(self, main_language: str = "") -> ColumnarManifest:
        """Write and sync all files of the next state and return its manifest, to be committed."""
        self._flush()
        self._drop_dead_segments()
        while group := choose_segments(self._segments, self._entries.values(), self._merge_at):
            self._merge(group)
        self._stem_unknown(main_language)
        table = write_document_table(self._folder, self._entries.values())
        files.sync_folder(self._folder / FOLDER)
        return ColumnarManifest(tuple(self._segments), table, main_language)

    def _stem_unknown(self, main_language: str) -> None:
        """Write the stems of forms of unknown language where the segments' own are not right."""
        if main_language != self._main_language:
            self._main_language = main_language
            self._stemmed.clear()
        for number, info in enumerate(self._segments):
            if info.file.name not in self._stemmed:
                stems = write_main_stems(self._folder, info, main_language)
                self._segments[number] = info._replace(main_stems=stems)
        self._stemmed = {segment.file.name for segment in self._segments}

    def _drop_dead_segments(self) -> None:
        """Drop segments without live documents."""
        live = {entry.segment for entry in self._entries.values()}
        self._keep([number for number in range(len(self._segments)) if number in live])

    def _keep(self, numbers: list[int]) -> None:
        """Drop all segments but those with the ascending `numbers`, and number these from 0."""
        self._segments = [self._segments[number] for number in numbers]
        number_of = {old: new for new, old in enumerate(numbers)}
        for entry in self._entries.values():
            entry.segment = number_of[entry.segment]

    def _merge(self, group: list[int]) -> None:
        """Replace the segments `group` by one new segment of their live documents."""
        entries = [entry for entry in self._entries.values() if entry.segment in group]
        entries.sort(key=lambda entry: (entry.segment, entry.number))
        infos = [self._segments[number] for number in group]
        documents = [
            [entry.number for entry in entries if entry.segment == number] for number in group
        ]
        self._segments.append(merge_segments(self._folder, infos, documents))
        for number, entry in enumerate(entries):
            entry.segment, entry.number = len(self._segments) - 1, number
        self._keep([number for number in range(len(self._segments)) if number not in group])

    def close(self) -> None:
        """Discard everything that was not prepared."""
        self._builder = None
        self._entries = {}


def sweep(folder: Path, manifest: ColumnarManifest | None) -> None:
    """Remove the engine's files in `folder` that `manifest` does not name; all of them for None."""
    named = {file.name for file in manifest.files} if manifest else set()
    files.remove_unlisted(folder / FOLDER, named)
