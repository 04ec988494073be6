"""Batches of files → rows for the catalog and segments for the engine.

The indexer writes segment files that no commit names yet, and nothing else. It usually runs in a
worker process (`worker`), so that a file that crashes its reader, never ends or eats all memory
does no other harm. Small builds run it in their own process (`InProcessWorker`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from excerpt.catalog.document_codec import DocumentRows, encode_document
from excerpt.catalog.metadata import merge_metadata
from excerpt.catalog.texts import Compressor, DocumentText
from excerpt.engines import SegmentBuilder, open_segment_builder
from excerpt.errors import Advice, Unreadable
from excerpt.files import digest_of
from excerpt.indexing.changes import Job, format_suffix
from excerpt.indexing.messages import CatalogRows, ReadFailure, SegmentResult, WorkerMessage
from excerpt.ingest import source
from excerpt.ingest.containers.entry import ContainerHints
from excerpt.ingest.containers.expansion import MemberReader
from excerpt.ingest.formats import read_document
from excerpt.ingest.language import detect_language
from excerpt.ingest.metadata import metadata_of_path
from excerpt.ingest.passages import cut_passages
from excerpt.model import Document

__all__ = ["OUT_OF_MEMORY", "InProcessWorker", "Indexer"]

OUT_OF_MEMORY = "there is not enough memory to read it"
"""The reason for a file that needs more memory than a worker may use."""


class Indexer:
    """Indexes files below `corpus` into segments of the index in `folder`, one after the other.

    `on_start` is called with the id of each document before its file is read, and with 0 at the end
    of a batch. `dictionary` compresses the texts.
    """

    def __init__(
        self,
        corpus: Path,
        folder: Path,
        on_start: Callable[[int], None],
        engine: str = "",
        dictionary: bytes = b"",
    ) -> None:
        self._corpus = corpus
        self._members = MemberReader(self._open_container)
        self._on_start = on_start
        self._open_builder = partial(open_segment_builder, folder, engine)
        self._compressor = Compressor(dictionary)
        self._builder: SegmentBuilder | None = None
        self._result = SegmentResult()

    def index(self, jobs: Sequence[Job]) -> Iterator[CatalogRows | SegmentResult]:
        """Read the files of a batch; yield their rows, and a result for each full segment.

        Raises:
            ExcerptError: if a segment cannot be written.
        """
        rows, texts = CatalogRows(), list[DocumentText]()
        for job in jobs:
            self._on_start(job.document)
            self._builder = self._builder or self._open_builder()
            try:
                document_rows, text = _index_file(self._read_bytes(job), job, self._builder)
            except Unreadable as error:
                self._result.failures.append(ReadFailure(job.document, error.reason))
                continue
            texts.append(text)
            rows.passages += document_rows.passages
            self._result.documents.append(document_rows._replace(passages=[]))
            if self._builder.is_full:
                yield self._with_texts(rows, texts)
                rows, texts = CatalogRows(), []
                yield self._finish_segment()
        self._on_start(0)
        rows.ends_batch = True
        yield self._with_texts(rows, texts)

    def _with_texts(self, rows: CatalogRows, texts: Iterable[DocumentText]) -> CatalogRows:
        # All texts of a batch are compressed together: this is twice as fast as one at a time,
        # because other work between them evicts the dictionary from the processor's cache.
        rows.texts = [row for text in texts for row in self._compressor.rows(text)]
        return rows

    def _open_container(self, path: str) -> BinaryIO:
        return source.open_stream(self._corpus, path)

    def _read_bytes(self, job: Job) -> Callable[[], bytes]:
        """Return a function that returns the bytes of a file or member."""
        if job.file.member is None:
            return partial(source.read, self._corpus, job.file)
        hints = ContainerHints(job.container_rules, job.default_encoding)
        return partial(self._members.read, job.file.member, hints)

    def finish(self) -> SegmentResult:
        """Finish the segment and return the result for the files since the last one.

        Raises:
            ExcerptError: if the segment cannot be written.
        """
        self._members.close()
        result = self._finish_segment()
        result.is_requested = True
        return result

    def _finish_segment(self) -> SegmentResult:
        result, self._result = self._result, SegmentResult()
        builder, self._builder = self._builder, None
        if builder is not None and result.documents:
            result.segment = builder.finish()
        return result


def _index_file(
    read_bytes: Callable[[], bytes], job: Job, builder: SegmentBuilder
) -> tuple[DocumentRows, DocumentText]:
    """Read one file or member, add it to the segment, and return its rows and its text.

    Raises:
        Unreadable: if it cannot be read; then nothing was added to the segment.
    """
    try:
        document = _read(read_bytes, job)
        passages = cut_passages(document, job.origin)
        reading = job.reading.key(document.format)
        document_rows = encode_document(document, job.digest, passages, reading=reading)
    except MemoryError:
        raise Unreadable(OUT_OF_MEMORY) from None
    except Unreadable:
        raise
    except Exception as error:  # a bug in a reader costs one file, not the build
        raise Unreadable(f"its reader failed: {type(error).__name__}: {error}") from error
    from_path = metadata_of_path(job.file.dated)
    metadata = merge_metadata(document.metadata, from_path, job.table_metadata)
    builder.add(document._replace(metadata=metadata), passages)
    return document_rows, DocumentText.of(document, passages)


def _read(read_bytes: Callable[[], bytes], job: Job) -> Document:
    """Return the document in a file; its bytes are not kept."""
    data = read_bytes()
    if digest_of([data]) != job.digest:
        raise Unreadable("it changed while it was read", Advice("Build again."))
    name = f"text{format_suffix(job.file.path)}"
    format_name = job.file.member.format if job.file.member else ""
    document = read_document(
        name, data, job.reading.rules, job.default_encoding, format_name=format_name
    )
    if format_name == "mail" and job.file.dated != job.file.path:
        # The path of a message in a mailbox ends with its id, which is its anchor too.
        document = document._replace(anchors=())
    return document._replace(
        id=job.document,
        origin=job.origin,
        paths=(job.file.path,),
        title=job.reading.title or document.title,
        language=job.reading.language
        or document.language
        or job.default_language
        or detect_language(document.text),
    )


class InProcessWorker:
    """Indexes in this process what `WorkerPool` indexes in others, with the same interface."""

    def __init__(self, corpus: Path, folder: Path, engine: str = "") -> None:
        self._arguments = corpus, folder, engine
        self._dictionary = b""
        self._is_flush_requested = False
        self.is_flushed = True
        """True if all documents that were read are in a segment."""

    def set_dictionary(self, dictionary: bytes) -> None:
        """Compress texts with `dictionary`."""
        self._dictionary = dictionary

    def flush(self) -> None:
        """Finish the segment after this batch, so that the build can commit."""
        self._is_flush_requested = True

    def index(
        self, batches: Iterable[Sequence[Job]], on_start: Callable[[int], None]
    ) -> Iterator[WorkerMessage]:
        """Yield what happens to `batches`; see `WorkerPool.index`.

        Raises:
            ExcerptError: if a segment cannot be written.
        """
        corpus, folder, engine = self._arguments
        indexer = Indexer(corpus, folder, on_start, engine, self._dictionary)
        for batch in batches:
            self.is_flushed = False
            yield from indexer.index(batch)
            if self._is_flush_requested:
                self._is_flush_requested = False
                yield self._finish(indexer)
        if not self.is_flushed:
            yield self._finish(indexer)

    def _finish(self, indexer: Indexer) -> SegmentResult:
        result = indexer.finish()
        self.is_flushed = True
        return result
