"""Batches of files → rows for the catalog and segments for the engine.

It runs in a process of its own, so that a file that crashes, hangs or eats memory takes nothing else with it; small
builds run it in place. It writes segment files, which nobody names yet, and nothing else.
"""

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, NamedTuple

from excerpt.catalog.column_codec import Row
from excerpt.catalog.document_codec import DocumentRows, encode_document
from excerpt.catalog.metadata import merge_metadata
from excerpt.catalog.texts import Compressor, DocumentText
from excerpt.engines import BuiltSegment, SegmentBuilder, open_segment_builder
from excerpt.errors import Advice, ExcerptError, Unreadable
from excerpt.files import digest_of
from excerpt.indexing.changes import Job, kind_of
from excerpt.ingest import source
from excerpt.ingest.formats import read_document
from excerpt.ingest.language import declared_language, detect_language
from excerpt.ingest.metadata import metadata_of_path
from excerpt.ingest.passages import cut_passages
from excerpt.model import Document

__all__ = [
    "NUMBER",
    "OUT_OF_MEMORY",
    "InPlace",
    "Indexer",
    "Lost",
    "News",
    "Outcome",
    "Rows",
    "main",
]

OUT_OF_MEMORY: Final = 77
"""The exit code of a worker whose memory was used up where nothing could be saved."""
NUMBER: Final = 8
"""Bytes by which a worker says which document it reads."""

ARENA: Final = 31 << 20
"""Bytes that are allocated and let go of at the start: from then on glibc keeps what arrays of up to that size took, and
does not ask the system for it, cleared, each time."""
GARBAGE: Final = 50_000
"""Objects made after which cycles are looked for: the few that come of a web page's tree. Python's own number, 700, costs a
tenth of the time here."""

MEMORY_BYTES: Final = 6 << 30
"""What a worker may allocate, where there is as much: a text of 1 GB fits (it takes some six times its size), a bomb not."""


@dataclass(slots=True)
class Rows:
    """Rows of documents that are read, but in no segment yet: they go ahead, so that they need not be kept."""

    texts: list[Row] = field(default_factory=list)
    passages: list[Row] = field(default_factory=list)
    is_last: bool = False
    """Whether a batch ends with them."""


@dataclass(slots=True)
class Outcome:
    """What became of some files: the documents read, without the rows that went ahead, the segments that hold them, and why
    others were not read."""

    entries: list[DocumentRows] = field(default_factory=list)
    segments: list[BuiltSegment] = field(default_factory=list)
    failures: list[tuple[int, str]] = field(default_factory=list)
    is_asked: bool = False
    """Whether the segment was not full, but to be finished."""

    @property
    def documents(self) -> list[int]:
        """All of them."""
        return [entry.id for entry in self.entries] + [document for document, _ in self.failures]


class Lost(NamedTuple):
    """Documents whose rows may have gone ahead, and which will be in no segment."""

    documents: list[int]


News = Rows | Outcome | Lost


class Indexer:
    """Reads files below `corpus` into segments of the index of `engine` in `folder`, one segment after the other.

    `reading` is called with the number of each document before its file is read, and with 0 after the last of a batch. Texts
    are compressed with the `dictionary`.
    """

    def __init__(
        self,
        corpus: Path,
        folder: Path,
        reading: Callable[[int], None],
        engine: str = "",
        dictionary: bytes = b"",
    ) -> None:
        self._corpus = corpus
        self._reading = reading
        self._open = partial(open_segment_builder, folder, engine)
        self._compressor = Compressor(dictionary)
        self._builder: SegmentBuilder | None = None
        self._outcome = Outcome()

    def index(self, jobs: Sequence[Job]) -> Iterator[Rows | Outcome]:
        """Read the files of `jobs`: their rows, and an outcome when a segment is full.

        Raises:
            ExcerptError: if a segment cannot be written.
        """
        rows, texts = Rows(), list[DocumentText]()
        for job in jobs:
            self._reading(job.document)
            self._builder = self._builder or self._open()
            try:
                entry, text = _take(self._corpus, job, self._builder)
            except Unreadable as error:
                self._outcome.failures.append((job.document, error.message))
                continue
            texts.append(text)
            rows.passages += entry.passages
            self._outcome.entries.append(entry._replace(passages=[]))
            if self._builder.is_full:
                yield self._compressed(rows, texts)
                rows, texts = Rows(), []
                yield self._finish()
        self._reading(0)
        rows.is_last = True
        yield self._compressed(rows, texts)

    def _compressed(self, rows: Rows, texts: Iterable[DocumentText]) -> Rows:
        """`rows` with those of `texts`: one after the other they are compressed twice as fast as between other things,
        which drive the dictionary out of the cache."""
        rows.texts = [row for text in texts for row in self._compressor.rows(text)]
        return rows

    def finish(self) -> Outcome:
        """What became of the files since the last outcome.

        Raises:
            ExcerptError: if a segment cannot be written.
        """
        outcome = self._finish()
        outcome.is_asked = True
        return outcome

    def _finish(self) -> Outcome:
        outcome, self._outcome = self._outcome, Outcome()
        builder, self._builder = self._builder, None
        if builder is not None and outcome.entries:
            outcome.segments.append(builder.finish())
        return outcome


class InPlace:
    """Does in this process what `WorkerPool` do in others."""

    def __init__(self, indexer: Indexer) -> None:
        self._indexer = indexer
        self._is_to_settle = False
        self.is_settled = True
        """Whether all that is read is in a segment."""

    def settle(self) -> None:
        """Finish the segment, so that a state may be committed."""
        self._is_to_settle = True

    def index(self, batches: Iterable[Sequence[Job]]) -> Iterator[News]:
        """What becomes of `batches`.

        Raises:
            ExcerptError: if a segment cannot be written.
        """
        for batch in batches:
            self.is_settled = False
            yield from self._indexer.index(batch)
            if self._is_to_settle:
                self._is_to_settle = False
                yield self._finished()
        if not self.is_settled:
            yield self._finished()

    def _finished(self) -> Outcome:
        outcome = self._indexer.finish()
        self.is_settled = True
        return outcome


def _take(corpus: Path, job: Job, builder: SegmentBuilder) -> tuple[DocumentRows, DocumentText]:
    """Read one file and give it to the builder; nothing of it stays there if it cannot be read. Its rows, and its text."""
    try:
        document = _read(corpus, job)
        passages = cut_passages(document, job.origin)
        entry = encode_document(document, job.digest, passages)
    except MemoryError:
        raise Unreadable("there is not enough memory to read it") from None
    except Unreadable:
        raise
    except Exception as error:  # a reader that fails on one file must not end a build
        raise Unreadable(f"reading it failed: {type(error).__name__}: {error}") from error
    metadata = merge_metadata(document.metadata, metadata_of_path(job.file.path), job.given)
    builder.add(document._replace(metadata=metadata), passages)
    return entry, DocumentText.of(document, passages)


def _read(corpus: Path, job: Job) -> Document:
    """The document in a file; of its bytes nothing is kept."""
    data = source.read(corpus, job.file)
    if digest_of([data]) != job.digest:
        raise Unreadable("it has changed while it was read", Advice("Build again."))
    found = read_document(f"text{kind_of(job.file.path)}", data)
    return found._replace(
        id=job.document,
        origin=job.origin,
        paths=(job.file.path,),
        language=declared_language(job.given)
        or found.language
        or job.language
        or detect_language(found.text),
    )


def main(arguments: Sequence[str]) -> None:
    """Serve a build from the other end of the pipe whose descriptor `arguments` name, until it is closed.

    It sends batches; an empty one asks for the outcome of those before. Which file is read is written to another pipe, which
    nobody waits at: to wake the build for each would cost more than some files.
    """
    descriptor, words, corpus, folder, engine = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    bytes(ARENA)
    gc.freeze()
    gc.set_threshold(GARBAGE)
    pipe = Connection(int(descriptor))
    dictionary = pipe.recv()
    batches: SimpleQueue[Sequence[Job]] = SimpleQueue()
    pipe.send(0)
    threading.Thread(target=_listen, args=(pipe, batches), daemon=True).start()
    indexer = Indexer(Path(corpus), Path(folder), partial(_tell, int(words)), engine, dictionary)
    while True:
        try:
            jobs = batches.get()
            for news in indexer.index(jobs) if jobs else [indexer.finish()]:
                pipe.send(news)
        except ExcerptError as error:
            pipe.send(error)
        except MemoryError:  # in the midst of a segment, which is lost with it
            os._exit(OUT_OF_MEMORY)


def _tell(words: int, document: int) -> None:
    os.write(words, document.to_bytes(NUMBER, "little"))


def _listen(pipe: Connection, batches: "SimpleQueue[Sequence[Job]]") -> None:
    """Take in batches. A pipe that is closed means that the build has ended or died: so does its worker, at once, or it
    would write into an index that is somebody else's to build by then."""
    with suppress(EOFError, OSError):
        while True:
            batches.put(pipe.recv())
    os._exit(0)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        kind: Any = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        resource.setrlimit(kind, (min(MEMORY_BYTES, there * 3 // 4), resource.getrlimit(kind)[1]))
