"""The next state of a Whoosh index: new segments, a table of contents, and merges now and then.

Whoosh writes into memory. Its files are then written to disk under new names, once, and synced. So
no existing file changes, and readers see none of the new ones before the catalog stores the
manifest. Whoosh's own merging and deleting are not used: the document table says which documents
are live.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import log
from pathlib import Path
from typing import Any, Final

import whoosh.filedb.filestore
import whoosh.index

from excerpt import files
from excerpt.engines.packed_documents import PackedDocument, pack_document, unpack
from excerpt.engines.protocol import BuiltSegment
from excerpt.engines.whoosh.checked_storage import INDEX_NAME, CheckedStorage, make_segment
from excerpt.engines.whoosh.document_table import (
    WhooshDocument,
    random_name,
    read_document_table,
    write_document_table,
    write_file,
)
from excerpt.engines.whoosh.fields import document_fields, schema
from excerpt.engines.whoosh.manifest import FOLDER, WhooshManifest, WhooshSegmentInfo
from excerpt.engines.whoosh.segment_builder import MAX_WORDS, WhooshSegment
from excerpt.engines.whoosh.segment_reader import SegmentReader
from excerpt.model import Document, Passage
from excerpt.storage import StoredFile

__all__ = ["WhooshWriter"]

# Whoosh has no type hints.
_filestore: Any = whoosh.filedb.filestore
_index: Any = whoosh.index

MERGE_FACTOR: Final = 8
"""The number of segments of similar size that are merged into one."""
_OPEN_SEGMENT: Final = ""
"""The name of the segment that is not written yet."""


class WhooshWriter:
    """The writer of the state that follows `manifest` (None: the first) of the index in `folder`.

    Segments of similar size are merged when there are `merge_factor` of them.
    """

    def __init__(
        self, folder: Path, manifest: WhooshManifest | None, merge_factor: int = MERGE_FACTOR
    ) -> None:
        self._folder = folder / FOLDER
        self._merge_factor = merge_factor
        self._segments: dict[str, WhooshSegmentInfo] = {}
        self._documents: dict[int, WhooshDocument] = {}
        """The live documents by id, those of the open segment included."""
        if manifest:
            self._segments = {info.name: info for info in manifest.segments}
            documents = read_document_table(self._folder, manifest.document_table)
            self._documents = {document.id: document for document in documents}
        self._open_segment: _OpenSegment | None = None

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add `document`, or replace the document with the same id."""
        self._add_packed(pack_document(document, passages))

    def adopt(self, segment: BuiltSegment) -> None:
        """Add the documents of a segment, or replace those with the same ids."""
        assert isinstance(segment, WhooshSegment)
        for document in segment.documents:
            self._add_packed(document)

    def _add_packed(self, packed: PackedDocument) -> None:
        document = WhooshDocument(
            packed.id,
            _OPEN_SEGMENT,
            0,
            packed.paths,
            packed.format,
            packed.language,
            packed.metadata,
            packed.n_passages,
            packed.n_words,
            packed.n_running_passages,
            packed.n_running_words,
        )
        self._add(document, packed.packed)

    def _add(self, document: WhooshDocument, packed: bytes) -> None:
        """Add a document to the open segment, and write the segment if it is full."""
        self._open_segment = self._open_segment or _OpenSegment()
        document.segment, document.number = _OPEN_SEGMENT, self._open_segment.add(document, packed)
        self._documents[document.id] = document
        if self._open_segment.n_words >= MAX_WORDS:
            self._flush()

    def _flush(self) -> None:
        """Write the open segment, if there is one."""
        open_segment, self._open_segment = self._open_segment, None
        if open_segment is None:
            return
        info = open_segment.write(self._folder)
        self._segments[info.name] = info
        for document in self._documents.values():
            if document.segment == _OPEN_SEGMENT:
                document.segment = info.name

    def delete(self, document: int) -> None:
        """Delete the document with this id, if there is one."""
        self._documents.pop(document, None)

    def describe(
        self, document: int, paths: Sequence[str], metadata: Sequence[tuple[str, str]]
    ) -> None:
        """Change the paths and the metadata of a document without indexing its text again."""
        described = self._documents[document]
        described.paths, described.metadata = tuple(paths), tuple(metadata)

    def prepare(self, main_language: str = "") -> WhooshManifest:
        """Write and sync all files of the next state and return its manifest."""
        files.make_folder(self._folder)
        self._flush()
        while group := self._choose_merge():
            self._merge(group)
        live = self._live_documents()
        self._segments = {name: info for name, info in self._segments.items() if name in live}
        manifest = WhooshManifest(
            tuple(self._segments.values()),
            self._write_contents(live),
            write_document_table(self._folder, self._documents.values()),
            main_language,
        )
        files.sync_folder(self._folder)
        return manifest

    def _live_documents(self) -> dict[str, list[WhooshDocument]]:
        """Return the live documents of each segment that has any."""
        live: dict[str, list[WhooshDocument]] = {}
        for document in self._documents.values():
            live.setdefault(document.segment, []).append(document)
        return live

    def _choose_merge(self) -> list[WhooshDocument]:
        """Return the documents of segments to merge, because too many are of similar size.

        Sizes are similar if they differ by less than the merge factor. So the number of times that
        a word is merged grows only with the logarithm of the size of the index.
        """
        tiers: dict[int, list[list[WhooshDocument]]] = {}
        for documents in self._live_documents().values():
            n_words = sum(document.n_words for document in documents)
            if n_words < MAX_WORDS // 2:
                tier = int(log(n_words + 1, self._merge_factor))
                tiers.setdefault(tier, []).append(documents)
        for segments in tiers.values():
            if len(segments) >= self._merge_factor:
                return [document for documents in segments for document in documents]
        return []

    def _merge(self, documents: list[WhooshDocument]) -> None:
        """Copy `documents` into new segments."""
        for document, packed in self._read_packed(documents):
            self._add(document, packed)
        self._flush()

    def _read_packed(
        self, documents: Iterable[WhooshDocument]
    ) -> Iterator[tuple[WhooshDocument, bytes]]:
        """Yield `documents` with their packed tokens, one segment after the other."""
        by_segment: dict[str, list[WhooshDocument]] = {}
        for document in documents:
            by_segment.setdefault(document.segment, []).append(document)
        for name, members in by_segment.items():
            info = self._segments[name]
            storage = CheckedStorage(self._folder, info.files)
            try:
                reader = SegmentReader(self._folder, storage, info)
                for document in members:
                    yield document, reader.packed_tokens(document.number)
            finally:
                storage.close()

    def _write_contents(self, live: dict[str, list[WhooshDocument]]) -> StoredFile:
        """Write Whoosh's table of contents, with which Whoosh can open the index by itself.

        It lists the segments and the deleted documents in them.
        """
        segments = []
        for name, info in self._segments.items():
            numbers = {document.number for document in live[name]}
            deleted = [number for number in range(info.n_documents) if number not in numbers]
            segments.append(make_segment(name, info.n_documents, deleted))
        storage = _filestore.RamStorage()
        contents = _index.TOC(schema(), segments, self._next_generation())
        contents.write(storage, INDEX_NAME)
        ((name, data),) = storage.files.items()
        return write_file(self._folder, name, data)

    def _next_generation(self) -> int:
        """Return a number greater than that of any table of contents in the folder."""
        paths = self._folder.glob(f"_{INDEX_NAME}_*.toc")
        numbers = (path.stem.rpartition("_")[2] for path in paths)
        return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1

    def close(self) -> None:
        """Discard everything that was not prepared."""
        self._open_segment = None
        self._documents = {}


class _OpenSegment:
    """A segment that Whoosh builds in memory."""

    def __init__(self) -> None:
        self._storage = _filestore.RamStorage()
        self._writer = self._storage.create_index(schema()).writer(compound=False)
        self._n_documents = 0
        self.n_words = 0

    def add(self, document: WhooshDocument, packed: bytes) -> int:
        """Add a document and return its number."""
        view = unpack(packed, document.paths, document.format, document.language, document.metadata)
        self._writer.add_document(**document_fields(document.id, view, packed))
        self._n_documents += 1
        self.n_words += document.n_words
        return self._n_documents - 1

    def write(self, folder: Path) -> WhooshSegmentInfo:
        """Write and sync the files of the segment and return its record for the manifest."""
        self._writer.commit(merge=False)
        files.make_folder(folder)
        name = random_name()
        written = []
        for whoosh_name in sorted(self._storage.list()):
            if not whoosh_name.endswith(".toc"):
                _, _, kind = whoosh_name.partition(".")
                data = self._storage.files[whoosh_name]
                written.append(write_file(folder, f"{INDEX_NAME}_{name}.{kind}", data))
        return WhooshSegmentInfo(name, self._n_documents, tuple(written))
