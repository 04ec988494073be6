"""The next state of a Whoosh index in the making: new segments, a new table of contents, and merges now and then.

Whoosh writes into memory; what it wrote goes to the disk through `files`, each file under a name that none has had, written
once and synced. So nothing here changes a file that exists, and nothing of it is part of the index before the catalog names
it. Whoosh's own merging and deleting are not used: which documents live says the roster.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import log
from pathlib import Path
from typing import Any, Final

import whoosh.filedb.filestore
import whoosh.index

from excerpt import files
from excerpt.engines.protocol import BuiltSegment, StoredFile
from excerpt.engines.whoosh.checked_storage import NAME, CheckedStorage, segment
from excerpt.engines.whoosh.document_table import (
    WhooshDocument,
    fresh_name,
    read_document_table,
    write_document_table,
    write_file,
)
from excerpt.engines.whoosh.fields import fields_of, schema
from excerpt.engines.whoosh.manifest import FOLDER, WhooshManifest, WhooshSegmentInfo
from excerpt.engines.whoosh.segment_builder import (
    MOST_WORDS,
    AnalysedDocument,
    WhooshSegment,
    analysed,
)
from excerpt.engines.whoosh.segment_reader import SegmentReader
from excerpt.engines.whoosh.stored_fields import unpack
from excerpt.model import Document, Passage

__all__ = ["WhooshWriter"]

_filestore: Any = whoosh.filedb.filestore
_index: Any = whoosh.index
"""Their names are not told to type checkers."""
FAN: Final = 8
"""Segments of like size that are merged into one."""
_PENDING: Final = ""
"""The name of the segment that is being made."""


class WhooshWriter:
    """Goes on from `manifest`, or from nothing. Segments of like size are merged when there are `merge_at` of them."""

    def __init__(self, folder: Path, manifest: WhooshManifest | None, merge_at: int = FAN) -> None:
        self._folder = folder / FOLDER
        self._merge_at = merge_at
        self._segments: dict[str, WhooshSegmentInfo] = {}
        self._entries: dict[int, WhooshDocument] = {}
        if manifest:
            self._segments = {info.name: info for info in manifest.segments}
            self._entries = {
                entry.document: entry
                for entry in read_document_table(self._folder, manifest.document_table)
            }
        self._pending: _Pending | None = None

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add `document`, in place of what has its id, if anything has."""
        self._add_analysed(analysed(document, passages))

    def adopt(self, segment: BuiltSegment) -> None:
        """Take in what a worker has read, in place of what has the ids of its documents."""
        assert isinstance(segment, WhooshSegment)
        for document in segment.documents:
            self._add_analysed(document)

    def _add_analysed(self, document: AnalysedDocument) -> None:
        entry = WhooshDocument(
            document.id,
            _PENDING,
            0,
            document.paths,
            document.format,
            document.language,
            document.metadata,
            document.n_passages,
            document.n_words,
        )
        self._add(entry, document.packed)

    def _add(self, entry: WhooshDocument, kept: bytes) -> None:
        """Give the words of a document to Whoosh."""
        self._pending = self._pending or _Pending()
        entry.segment, entry.number = _PENDING, self._pending.add(entry, kept)
        self._entries[entry.document] = entry
        if self._pending.n_words >= MOST_WORDS:
            self._flush()

    def _flush(self) -> None:
        """Write the segment that is being made."""
        pending, self._pending = self._pending, None
        if pending is None:
            return
        made = pending.write(self._folder)
        self._segments[made.name] = made
        for entry in self._entries.values():
            if entry.segment == _PENDING:
                entry.segment = made.name

    def delete(self, document: int) -> None:
        """Remove the document with this id."""
        self._entries.pop(document, None)

    def describe(
        self, document: int, paths: Sequence[str], metadata: Sequence[tuple[str, str]]
    ) -> None:
        """Give a document other paths and metadata; its words stay."""
        entry = self._entries[document]
        entry.paths, entry.metadata = tuple(paths), tuple(metadata)

    def prepare(self) -> WhooshManifest:
        """Write and sync what the next state needs, and say what it is. The caller commits it to the catalog."""
        files.make_folder(self._folder)
        self._flush()
        while group := self._to_merge():
            self._merge(group)
        living = self._living()
        self._segments = {name: each for name, each in self._segments.items() if name in living}
        entries = list(self._entries.values())
        manifest = WhooshManifest(
            tuple(self._segments.values()),
            self._write_contents(living),
            write_document_table(self._folder, entries),
        )
        files.sync_folder(self._folder)
        return manifest

    def _living(self) -> dict[str, list[WhooshDocument]]:
        """The living documents of each segment that has any."""
        living: dict[str, list[WhooshDocument]] = {}
        for entry in self._entries.values():
            living.setdefault(entry.segment, []).append(entry)
        return living

    def _to_merge(self) -> list[WhooshDocument]:
        """The documents of some segments that have become too many of their size, or none.

        Sizes are alike if they differ by less than the factor `merge_at`: so each word is merged a few times only.
        """
        classes: dict[int, list[list[WhooshDocument]]] = {}
        for entries in self._living().values():
            size = sum(entry.n_words for entry in entries)
            if size < MOST_WORDS // 2:
                classes.setdefault(int(log(size + 1, self._merge_at)), []).append(entries)
        for alike in classes.values():
            if len(alike) >= self._merge_at:
                return [entry for entries in alike for entry in entries]
        return []

    def _merge(self, entries: list[WhooshDocument]) -> None:
        """Put some documents into new segments."""
        for entry, kept in self._kept(entries):
            self._add(entry, kept)
        self._flush()

    def _kept(self, entries: Iterable[WhooshDocument]) -> Iterator[tuple[WhooshDocument, bytes]]:
        """What is kept of some documents, segment after segment."""
        wanted: dict[str, list[WhooshDocument]] = {}
        for entry in entries:
            wanted.setdefault(entry.segment, []).append(entry)
        for name, members in wanted.items():
            storage = CheckedStorage(self._folder, self._segments[name].files)
            try:
                reader = SegmentReader(self._folder, storage, self._segments[name])
                for entry in members:
                    yield entry, reader.kept(entry.number)
            finally:
                storage.close()

    def _write_contents(self, living: dict[str, list[WhooshDocument]]) -> StoredFile:
        """Write Whoosh's own table of contents, for Whoosh alone: it says which segments there are, and what is dead."""
        segments = []
        for name, made in self._segments.items():
            alive = {entry.number for entry in living[name]}
            dead = [number for number in range(made.n_documents) if number not in alive]
            segments.append(segment(name, made.n_documents, dead))
        storage = _filestore.RamStorage()
        contents = _index.TOC(schema(), segments, self._next_generation())
        contents.write(storage, NAME)
        ((name, data),) = storage.files.items()
        return write_file(self._folder, name, data)

    def _next_generation(self) -> int:
        """A number greater than that of any table of contents that is there, named or not."""
        there = (path.stem.rpartition("_")[2] for path in self._folder.glob(f"_{NAME}_*.toc"))
        return max((int(number) for number in there if number.isdecimal()), default=0) + 1

    def close(self) -> None:
        """Let go of everything; what was not prepared is forgotten."""
        self._pending = None
        self._entries = {}


class _Pending:
    """A segment that Whoosh makes in memory."""

    def __init__(self) -> None:
        self._storage = _filestore.RamStorage()
        self._writer = self._storage.create_index(schema()).writer(compound=False)
        self._n_documents = 0
        self.n_words = 0

    def add(self, entry: WhooshDocument, kept: bytes) -> int:
        """Take in a document; returns its number."""
        subject = unpack(kept, entry.paths, entry.format, entry.language, entry.metadata)
        self._writer.add_document(**fields_of(entry.document, subject, kept))
        self._n_documents += 1
        self.n_words += entry.n_words
        return self._n_documents - 1

    def write(self, folder: Path) -> WhooshSegmentInfo:
        """Write the files and sync them; returns their description."""
        self._writer.commit(merge=False)
        files.make_folder(folder)
        name = fresh_name()
        written = []
        for made in sorted(self._storage.list()):
            if not made.endswith(".toc"):
                _, _, kind = made.partition(".")
                written.append(
                    write_file(folder, f"{NAME}_{name}.{kind}", self._storage.files[made])
                )
        return WhooshSegmentInfo(name, self._n_documents, tuple(written))
