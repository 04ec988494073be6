"""A walk of the corpus against what the index knows → what has to be done, file by file.

The four stat fields decide whether a file is looked at, the digest of its bytes whether it is read: a file that was
moved, copied, touched or given other metadata costs a digest or less. Nothing is written and nothing extracted here.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from excerpt.catalog.column_codec import decode_path, encode_path
from excerpt.catalog.records import MetadataPairs, stat_of
from excerpt.catalog.writer import CatalogWriter, FileRecord, ProblemRecord
from excerpt.errors import Unreadable
from excerpt.files import digest_of
from excerpt.ingest import source
from excerpt.model import SourceFile

__all__ = ["Changes", "Decision", "Found", "Job", "Keep", "Known", "Reject", "kind_of", "look_at"]

GRAIN_NS: Final = 2_000_000_000
"""The coarsest clock of a file system in use (FAT's two seconds): what was changed so shortly before the last walk may
have been changed again after it without a trace in its stat."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the index says of the corpus."""

    files: Mapping[str, FileRecord]
    digests: Mapping[int, str]
    problems: Mapping[str, ProblemRecord]
    origins: Mapping[int, bytes]
    walked_ns: int = 0
    next_document: int = 1

    @classmethod
    def of(cls, catalog: CatalogWriter) -> "Known":
        """What is in `catalog`."""
        return cls(
            catalog.files(),
            catalog.digests(),
            catalog.problems(),
            catalog.origins(),
            catalog.settings.walked_ns,
            catalog.settings.next_document,
        )

    @property
    def is_nothing(self) -> bool:
        """Whether there is no document: then none can move, and none be lost."""
        return not self.digests

    def sift(self, files: Iterable[SourceFile]) -> tuple[list[SourceFile], list[SourceFile]]:
        """The files that cannot have changed, and those that must be looked at."""
        settled: list[SourceFile] = []
        suspects: list[SourceFile] = []
        for file in files:
            (settled if self._is_settled(file) else suspects).append(file)
        return settled, suspects

    def _is_settled(self, file: SourceFile) -> bool:
        known = self.files.get(file.path) or self.problems.get(file.path)
        last = max(file.ctime_ns, file.mtime_ns)
        return (
            known is not None and known.stat == stat_of(file) and last < self.walked_ns - GRAIN_NS
        )


class Found(NamedTuple):
    """A file that was looked at: the digest of its bytes, or the reason why there is none."""

    file: SourceFile
    digest: str
    reason: str = ""


class Keep(NamedTuple):
    """The document at `file.path` is one that the index has or is about to have."""

    file: SourceFile
    document: int


class Job(NamedTuple):
    """A file to be read and indexed as the document with the number `document`. `given` is its metadata.csv's, `language`
    that of a text which does not say its own."""

    file: SourceFile
    document: int
    origin: str
    digest: str
    given: MetadataPairs
    language: str = ""


class Reject(NamedTuple):
    """A file that cannot be read."""

    file: SourceFile
    reason: str


Decision = Keep | Job | Reject


def look_at(corpus: Path, files: Iterable[SourceFile]) -> Iterator[Found]:
    """The digests of `files`."""
    for file in files:
        try:
            yield Found(file, digest_of([source.read(corpus, file)]))
        except Unreadable as error:
            yield Found(file, "", error.message)


def kind_of(path: str) -> str:
    """All that may tell the format of a file besides its bytes: files that are equal in both are one document."""
    stem, dot, suffix = path.rpartition("/")[2].lower().rpartition(".")
    if suffix == "gz":
        suffix = f"{stem.rpartition('.')[2]}.gz"
    return dot + suffix if dot else ""


def _identity(digest: str, path: str) -> str:
    """What is equal for two files that are one document; a single text, since a build keeps it of each."""
    return digest + kind_of(path)


@dataclass(slots=True)
class Changes:
    """What a build has to do, and the counts of its report.

    With documents known, everything must have been looked at (`weigh`) before the first decision: a document may have
    moved to the last path. With none, decisions can be taken while files are still being looked at.
    """

    known: Known
    given: Mapping[str, MetadataPairs]
    language: str = ""
    gone: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    next_document: int = 0
    n_bytes: int = 0
    """The size of the files to be read."""
    _document_of: dict[str, int] = field(default_factory=dict)
    """The document of each identity."""
    _counted_as: dict[int, str] = field(default_factory=dict)
    _kept: set[int] = field(default_factory=set)
    _origins: set[bytes] = field(default_factory=set)
    _n_gone: Counter[int] = field(default_factory=Counter)
    """Of each document, the paths that are no more."""
    _n_lost: Counter[int] = field(default_factory=Counter)
    """Of each document, the paths at which there is something else now."""

    def __post_init__(self) -> None:
        self.next_document = self.known.next_document

    def weigh(self, settled: Sequence[SourceFile], found: Sequence[Found]) -> int:
        """See which documents lose files and which keep any; returns how many would be lost."""
        files = self.known.files
        self._recall({each.digest for each in found})
        there = {file.path for file in settled} | {each.file.path for each in found}
        self.gone = sorted(files.keys() - there)
        self._n_gone.update(files[path].document for path in self.gone)
        self._kept = {files[file.path].document for file in settled if file.path in files}
        replaced = set()
        for each in found:
            place, document = files.get(each.file.path), self._document_at(each)
            if document is not None:
                self._kept.add(document)
            if place is not None and place.document != document:
                self._n_lost[place.document] += 1
                if each.digest:
                    replaced.add(place.document)
        self._origins = {self.known.origins[document] for document in self._kept}
        return len(self.known.digests.keys() - self._kept - replaced)

    def _recall(self, digests: Collection[str]) -> None:
        """Look for the known documents with these `digests`: of most nobody asks."""
        documents = {
            document for document, digest in self.known.digests.items() if digest in digests
        }
        for path, place in self.known.files.items():
            if place.document in documents:
                self._document_of[_identity(self.known.digests[place.document], path)] = (
                    place.document
                )

    def _document_at(self, found: Found) -> int | None:
        """The document that has the bytes that were found, and would have the same format."""
        place = self.known.files.get(found.file.path)
        if place is not None and self.known.digests[place.document] == found.digest:
            return place.document
        return self._document_of.get(_identity(found.digest, found.file.path))

    def decide(self, found: Found) -> Keep | Job | Reject:
        """What to do about a file that was looked at."""
        file, place = found.file, self.known.files.get(found.file.path)
        if not found.digest:
            return Reject(file, found.reason)
        document = self._document_at(found)
        if document is not None:
            if place is None or place.document != document:
                self._count_kept(document)
            else:
                self.counts["unchanged"] += 1
            return Keep(file, document)
        document = self._document_of[_identity(found.digest, file.path)] = self.next_document
        self._counted_as[document] = "new" if place is None else "changed"
        self.counts[self._counted_as[document]] += 1
        self.next_document += 1
        self.n_bytes += file.size
        origin = self._origin_of(file.path, place, found.digest)
        return Job(
            file, document, origin, found.digest, self.given.get(file.path, ()), self.language
        )

    def withdraw(self, document: int) -> None:
        """Count a file no more that was to be read as `document`, and could not be."""
        self.counts[self._counted_as[document]] -= 1

    def _count_kept(self, document: int) -> None:
        for left in (self._n_gone, self._n_lost):
            if left[document] > 0:
                left[document] -= 1
                self.counts["moved"] += 1
                return
        self.counts["duplicates"] += 1

    def _origin_of(self, path: str, place: FileRecord | None, digest: str) -> str:
        """An origin no other document has: that of the text whose place the new one takes, or its path."""
        if self.known.is_nothing:  # no two paths are the same
            return path
        is_heir = place is not None and place.document not in self._kept
        origin = (
            decode_path(self.known.origins[place.document])
            if place is not None and is_heir
            else path
        )
        if encode_path(origin) in self._origins:
            origin = f"{path}#{digest}"
        self._origins.add(encode_path(origin))
        return origin

    @property
    def n_removed(self) -> int:
        """The paths that are no more, and whose documents are not found elsewhere instead."""
        return sum(self._n_gone.values())
