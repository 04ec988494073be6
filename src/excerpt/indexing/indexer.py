"""Batches of files → rows for the catalog, segments for the engine, and files of texts.

The indexer writes files that no commit names yet, and nothing else. It usually runs in a
worker process (`worker`), so that a file that crashes its reader, never ends or eats all memory
does no other harm. Small builds run it in their own process (`InProcessWorker`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from excerpt.catalog.document_codec import DocumentRow, encode_document
from excerpt.catalog.metadata import merge_metadata
from excerpt.engines import SegmentBuilder, open_segment_builder
from excerpt.errors import Instruction, Unreadable
from excerpt.files import digest_of
from excerpt.indexing.changes import Job, format_suffix
from excerpt.indexing.messages import BatchEnd, ReadFailure, SegmentResult, WorkerMessage
from excerpt.ingest import source
from excerpt.ingest.containers.entry import ContainerHints
from excerpt.ingest.containers.expansion import MemberReader
from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.title_text import with_title_as_text
from excerpt.ingest.language import detect_language
from excerpt.ingest.passages import cut_passages
from excerpt.ingest.path_dates import metadata_of_path
from excerpt.model import Document
from excerpt.text_store.builder import TextFileBuilder
from excerpt.text_store.compression import NO_DICTIONARY, Dictionary

__all__ = ["OUT_OF_MEMORY", "InProcessWorker", "Indexer"]

OUT_OF_MEMORY = "there is not enough memory to read it"
"""The reason for a file that needs more memory than a worker may use."""


class Indexer:
    """An indexer of files below `corpus`: one segment after the other, in the index in `folder`.

    `on_start` is called with the id of each document before its file is read, and with 0 at the end
    of a batch. `dictionary` compresses the texts.
    """

    def __init__(
        self,
        corpus: Path,
        folder: Path,
        on_start: Callable[[int], None],
        engine: str = "",
        dictionary: Dictionary = NO_DICTIONARY,
    ) -> None:
        self._corpus = corpus
        self._members = MemberReader(self._open_container)
        self._on_start = on_start
        self._open_builder = partial(open_segment_builder, folder, engine)
        self._open_texts = partial(TextFileBuilder, folder, dictionary)
        self._builder: SegmentBuilder | None = None
        self._texts: TextFileBuilder | None = None
        self._result = SegmentResult()

    def index(self, jobs: Sequence[Job]) -> Iterator[WorkerMessage]:
        """Read the files of a batch; yield a result for each full segment, and at last its end.

        Raises:
            ExcerptError: if a segment cannot be written.
        """
        for job in jobs:
            self._on_start(job.document)
            self._builder = self._builder or self._open_builder()
            self._texts = self._texts or self._open_texts()
            try:
                row = _index_file(self._read_bytes(job), job, self._builder, self._texts)
            except Unreadable as error:
                self._result.failures.append(ReadFailure(job.document, error.reason))
                continue
            self._result.documents.append(row)
            if self._builder.is_full or self._texts.is_full:
                yield self._finish_segment()
        self._on_start(0)
        if self._texts is not None:
            self._texts.compress()
        yield BatchEnd()

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
        texts, self._texts = self._texts, None
        if builder is not None and texts is not None and result.documents:
            result.segment, result.texts = builder.finish(), texts.finish()
        return result


def _index_file(
    read_bytes: Callable[[], bytes], job: Job, builder: SegmentBuilder, texts: TextFileBuilder
) -> DocumentRow:
    """Read one file or member, add it to the segment and the texts, and return its row.

    Raises:
        Unreadable: if it cannot be read; then nothing was added.
    """
    try:
        document = _read(read_bytes, job)
        passages = cut_passages(document, job.origin)
        reading = job.settings.key(document.format)
        row = encode_document(document, job.digest, passages, reading=reading)
        encoded = texts.encode(document, passages)
    except MemoryError:
        raise Unreadable(OUT_OF_MEMORY) from None
    except Unreadable:
        raise
    except Exception as error:  # a bug in a reader costs one file, not the build
        raise Unreadable(f"its reader failed: {type(error).__name__}: {error}") from error
    from_path = metadata_of_path(job.file.dated)
    metadata = merge_metadata(document.metadata, from_path, job.table_metadata)
    builder.add(document._replace(metadata=metadata), passages)
    texts.add(encoded, document.text)
    return row


def _read(read_bytes: Callable[[], bytes], job: Job) -> Document:
    """Return the document in a file; its bytes are not kept."""
    data = read_bytes()
    if digest_of([data]) != job.digest:
        raise Unreadable("it changed while it was read", Instruction("Build again."))
    name = f"text{format_suffix(job.file.path)}"
    format_name = job.file.member.format if job.file.member else ""
    document = read_document(
        name,
        data,
        job.settings.rules,
        job.default_encoding,
        format_name,
        passwords=job.passwords,
    )
    if job.settings.title:
        document = with_title_as_text(document._replace(title=job.settings.title))
    if format_name == "mail" and job.file.dated != job.file.path:
        # The path of a message in a mailbox ends with its id, which is its anchor too.
        document = document._replace(anchors=())
    return document._replace(
        id=job.document,
        origin=job.origin,
        paths=(job.file.path,),
        language=job.settings.language
        or document.language
        or job.default_language
        or detect_language(document.text),
    )


class InProcessWorker:
    """A worker in this process, with the interface of a `WorkerPool`."""

    def __init__(self, corpus: Path, folder: Path, engine: str = "") -> None:
        self._arguments = corpus, folder, engine
        self._dictionary = NO_DICTIONARY
        self._is_flush_requested = False
        self.is_flushed = True
        """True if all documents that were read are in a segment."""

    def set_dictionary(self, dictionary: Dictionary) -> None:
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
