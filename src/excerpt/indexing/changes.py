"""A walk of the corpus against what the index knows → a decision about each file.

Size, times and inode decide whether a file is looked at; the digest of its bytes and the rules of
the collection (see `owner_settings`) decide whether it is indexed. A file that was moved, copied,
touched or given other metadata than a title or a language therefore costs at most one digest.
Nothing is written here, and no text is extracted.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from excerpt.catalog import IndexedContainer, UnindexedFile
from excerpt.catalog.column_codec import decode_path, encode_path
from excerpt.catalog.records import MetadataPairs, stat_of
from excerpt.catalog.writer import CatalogWriter, FileRecord, UnreadableRecord
from excerpt.indexing.corpus_metadata import CorpusMetadata
from excerpt.indexing.format_changes import FormatChanges
from excerpt.indexing.owner_settings import OwnerSettings
from excerpt.ingest.collection_rules import CollectionRules
from excerpt.ingest.formats.compressed import COMPRESSED_SUFFIXES, without_compressed_suffix
from excerpt.ingest.formats.reading_rules import NO_RULES, FileRules
from excerpt.model import MemberOrigin, SourceFile

__all__ = [
    "Changes",
    "Decision",
    "FileDigest",
    "IndexedCorpus",
    "Job",
    "Keep",
    "Reject",
    "format_suffix",
]

CLOCK_GRAIN_NS: Final = 2_000_000_000
"""The coarsest clock of a file system in use: the two seconds of FAT. A file that was changed so
shortly before the last walk may have been changed again afterwards, without a trace in its stat."""


@dataclass(frozen=True, slots=True)
class IndexedCorpus:
    """The corpus as the index has it.

    files          each file and member that is in the index, by path
    containers     each file that holds members, by path
    excluded       the files and members that rules exclude
    digests        the digest of each document's bytes, by document id
    readings       the format of each document and the key of its `OwnerSettings`, by document id
    unreadable     each file that could not be read, by path
    origins        the origin of each document as an encoded path, by document id
    rules          the file with the rules of the collection, as it was
    walked_ns      time of the last walk, in nanoseconds since 1970
    next_document  the id that the next new document gets
    """

    files: Mapping[str, FileRecord]
    digests: Mapping[int, str]
    unreadable: Mapping[str, UnreadableRecord]
    origins: Mapping[int, bytes]
    readings: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    rules: str = ""
    walked_ns: int = 0
    next_document: int = 1
    containers: Mapping[str, IndexedContainer] = field(default_factory=dict)
    excluded: Sequence[UnindexedFile] = ()

    @classmethod
    def of(cls, catalog: CatalogWriter) -> "IndexedCorpus":
        """Return the corpus as `catalog` has it."""
        return cls(
            catalog.files(),
            catalog.digests(),
            catalog.unreadable(),
            catalog.origins(),
            catalog.readings(),
            catalog.settings.rules,
            catalog.settings.walked_ns,
            catalog.settings.next_document,
            catalog.containers(),
            catalog.excluded(),
        )

    @property
    def is_empty(self) -> bool:
        """True if there is no document: then none can have moved, and none can be lost."""
        return not self.digests

    def has_same_stat(self, file: SourceFile) -> bool:
        """Return whether the bytes of a file cannot have changed since the last walk."""
        known = (
            self.containers.get(file.path)
            or self.files.get(file.path)
            or self.unreadable.get(file.path)
        )
        changed_ns = max(file.ctime_ns, file.mtime_ns)
        is_old = changed_ns < self.walked_ns - CLOCK_GRAIN_NS
        return known is not None and known.stat == stat_of(file) and is_old

    def members_of(self, containers: Collection[str]) -> dict[str, list[SourceFile]]:
        """Return the members of `containers` that are in the index, by container."""
        members: dict[str, list[SourceFile]] = {path: [] for path in containers}
        for path, record in self.files.items() if members else ():
            if record.container in members:
                origin = MemberOrigin(record.container)
                members[record.container].append(
                    SourceFile(path, record.stat.size, 0, 0, 0, origin)
                )
        return members


class FileDigest(NamedTuple):
    """The digest of a file's bytes, or the reason why there is none."""

    file: SourceFile
    digest: str
    reason: str = ""


class Keep(NamedTuple):
    """The decision that a file holds a document that is in the index, or about to be."""

    file: SourceFile
    document: int


class Job(NamedTuple):
    """The decision to index a file, with what a worker needs to know.

    document          the id that its document gets
    origin            the path from which the ids of its passages are made
    digest            the digest of the bytes that must be found
    table_metadata    its metadata from a metadata.csv
    default_language  the language of a text that declares none; "" to detect it
    default_encoding  the encoding of a file that declares none; "" to detect it
    settings          what the user says of the file
    container_rules   the rules of the collection for the container of a member
    passwords         passwords to try if the file is encrypted
    """

    file: SourceFile
    document: int
    origin: str
    digest: str
    table_metadata: MetadataPairs
    default_language: str = ""
    default_encoding: str = ""
    settings: OwnerSettings = OwnerSettings()
    container_rules: FileRules = NO_RULES
    passwords: Sequence[str] = ()


class Reject(NamedTuple):
    """The decision that a file cannot be read."""

    file: SourceFile
    reason: str


Decision = Keep | Job | Reject


def format_suffix(path: str) -> str:
    """Return the part of a path on which the format of a file may depend.

    Files with equal bytes and equal suffixes are one document.

    >>> format_suffix("a/letter.TXT"), format_suffix("page.html.gz"), format_suffix("README")
    ('.txt', '.html.gz', '')
    """
    stem, dot, suffix = path.rpartition("/")[2].lower().rpartition(".")
    if suffix in COMPRESSED_SUFFIXES:
        suffix = f"{stem.rpartition('.')[2]}.{suffix}"
    return dot + suffix if dot else ""


def _suffix(path: str) -> str:
    """Return the suffix that a reader sees, without the dot."""
    return without_compressed_suffix(format_suffix(path)).removeprefix(".")


def _identity(digest: str, path: str) -> str:
    """Return a key that is equal for two files if they are one document.

    It is a single string, because a build keeps one for each file.
    """
    return digest + format_suffix(path)


@dataclass(slots=True)
class Changes:
    """The decisions of a build about each file, and their counts.

    If there are documents in the index, all candidates must be compared first (`compare`): a
    document may have moved to the last path. In a first build, decisions can be made while files
    are still being read.

    indexed           the corpus as the index has it
    metadata          the metadata that the user gives to files
    default_language  the language of texts that declare none; "" to detect it
    default_encoding  the encoding of files that declare none; "" to detect it
    rules             the rules of the collection
    formats           the changes of the formats since the last build
    passwords         passwords of encrypted files
    kept_containers   paths of the containers that cannot have changed
    missing_paths     paths in the index at which there is no file any more
    counts            numbers of files: new, changed, moved, unchanged, copies
    next_document     the id that the next new document gets
    n_bytes           size of the files to be indexed
    """

    indexed: IndexedCorpus
    metadata: CorpusMetadata = field(default_factory=CorpusMetadata)
    default_language: str = ""
    default_encoding: str = ""
    rules: CollectionRules = field(default_factory=CollectionRules)
    formats: FormatChanges = field(default_factory=lambda: FormatChanges({}))
    passwords: Sequence[str] = ()
    kept_containers: set[str] = field(default_factory=set)
    missing_paths: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    next_document: int = 0
    n_bytes: int = 0
    _document_by_identity: dict[str, int] = field(default_factory=dict)
    """Documents that this build adds."""
    _indexed_by_identity: dict[str, list[int]] = field(default_factory=dict)
    """Documents of the index that have the bytes of a candidate; rules may have made several."""
    _counted_as: dict[int, str] = field(default_factory=dict)
    """The count that each new document belongs to."""
    _retained: set[int] = field(default_factory=set)
    """Documents of the index that are still found at some path."""
    _origins: set[bytes] = field(default_factory=set)
    _n_missing: Counter[int] = field(default_factory=Counter)
    """For each document, the number of its paths that no longer exist."""
    _n_replaced: Counter[int] = field(default_factory=Counter)
    """For each document, the number of its paths that hold something else now."""

    def __post_init__(self) -> None:
        self.next_document = self.indexed.next_document

    def settings_of(self, path: str, container: str = "") -> OwnerSettings:
        """Return the settings for the file at `path`, perhaps a member of a container."""
        return OwnerSettings.of(self.metadata.of(path, container), self.rules.for_file(path))

    def split(
        self, files: Iterable[SourceFile], container_key: Callable[[str], str]
    ) -> tuple[list[SourceFile], list[SourceFile]]:
        """Return the files and members that cannot have changed, and the files to be looked at.

        `container_key` returns the key of the rules with which the members at a path are found.
        """
        unchanged: list[SourceFile] = []
        candidates: list[SourceFile] = []
        same = [file for file in files if self.indexed.has_same_stat(file)]
        members = self.indexed.members_of(
            {
                file.path
                for file in same
                if (container := self.indexed.containers.get(file.path)) is not None
                and container.is_complete
                and container.reading == container_key(file.path)
            }
        )
        known = {file.path for file in same}
        for file in files:
            path = file.path
            if path in members and self.are_read_alike(members[path]):
                unchanged += members[path]
                self.kept_containers.add(path)
            elif path in known and path not in self.indexed.containers:
                (unchanged if self._is_read_alike(path) else candidates).append(file)
            else:
                candidates.append(file)
        return unchanged, candidates

    def are_read_alike(self, members: Iterable[SourceFile]) -> bool:
        """Return whether members in the index would be read and described in the same way."""
        files = self.indexed.files
        return all(
            self.has_reading(files[member.path].document, member.path, member.container)
            and files[member.path].table_metadata == self.metadata.of_file(member)
            for member in members
        )

    def _is_read_alike(self, path: str) -> bool:
        """Return whether the file at `path`, which is known, would be read in the same way."""
        former = self.indexed.files.get(path)
        if former is None:  # it could not be read
            is_same = self.indexed.rules == self.rules.source
            return is_same and not (self.formats.is_any or self.passwords)
        return self.has_reading(former.document, path)

    def has_reading(self, document: int, path: str, container: str = "") -> bool:
        """Return whether a document of the index was read as the file at `path` would be."""
        format_, key = self.indexed.readings.get(document, ("", ""))
        return self.settings_of(path, container).would_reproduce(
            format_, key
        ) and not self.formats.is_newly_claimed(_suffix(path), format_)

    def compare(self, unchanged: Sequence[SourceFile], digests: Sequence[FileDigest]) -> set[int]:
        """Find the documents that keep, gain or lose paths; return those that would be lost.

        A document is lost if it has no path left and no other text has taken one of its paths.
        """
        files = self.indexed.files
        self._find_documents({each.digest for each in digests})
        existing = {file.path for file in unchanged} | {each.file.path for each in digests}
        self.missing_paths = sorted(files.keys() - existing)
        self._n_missing.update(files[path].document for path in self.missing_paths)
        self._retained = {files[file.path].document for file in unchanged if file.path in files}
        edited = set()
        for each in digests:
            former, document = files.get(each.file.path), self._document_at(each)
            if document is not None:
                self._retained.add(document)
            if former is not None and former.document != document:
                self._n_replaced[former.document] += 1
                if each.digest:
                    edited.add(former.document)
        self._origins = {self.indexed.origins[document] for document in self._retained}
        return self.indexed.digests.keys() - self._retained - edited

    def postpone(self, lost: Collection[int]) -> list[str]:
        """Keep the documents that `compare` found to be lost, and return their paths."""
        paths = [path for path, file in self.indexed.files.items() if file.document in lost]
        self.missing_paths = sorted(set(self.missing_paths).difference(paths))
        for document in lost:
            del self._n_missing[document]
        self._retained.update(lost)
        self._origins.update(self.indexed.origins[document] for document in lost)
        return paths

    def _find_documents(self, digests: Collection[str]) -> None:
        """Register the indexed documents with these `digests` by identity.

        Others are left out, because most documents of a large index are unchanged.
        """
        documents = {
            document for document, digest in self.indexed.digests.items() if digest in digests
        }
        for path, file in self.indexed.files.items():
            if file.document in documents:
                identity = _identity(self.indexed.digests[file.document], path)
                self._indexed_by_identity.setdefault(identity, []).append(file.document)

    def _document_at(self, found: FileDigest) -> int | None:
        """Return the document that would be read from a file, None if there is none."""
        path, container = found.file.path, found.file.container
        former = self.indexed.files.get(path)
        if (
            former is not None
            and self.indexed.digests[former.document] == found.digest
            and self.has_reading(former.document, path, container)
        ):
            return former.document
        identity = _identity(found.digest, path)
        for document in self._indexed_by_identity.get(identity, ()):
            if self.has_reading(document, path, container):
                return document
        settings = self.settings_of(path, container)
        return self._document_by_identity.get(identity + settings.full_key)

    def decide(self, found: FileDigest) -> Decision:
        """Return what to do about a file."""
        file, former = found.file, self.indexed.files.get(found.file.path)
        if not found.digest:
            return Reject(file, found.reason)
        document = self._document_at(found)
        if document is not None:
            if former is None or former.document != document:
                self._count_moved_or_copied(document)
            else:
                self.counts["unchanged"] += 1
            return Keep(file, document)
        if reason := self._reason_unreadable(file.path, former):
            return Reject(file, reason)
        document, self.next_document = self.next_document, self.next_document + 1
        settings = self.settings_of(file.path, file.container)
        identity = _identity(found.digest, file.path) + settings.full_key
        self._document_by_identity[identity] = document
        self._counted_as[document] = "new" if former is None else "changed"
        self.counts[self._counted_as[document]] += 1
        self.n_bytes += file.size
        return Job(
            file,
            document,
            self._origin_of(file.path, former, found.digest),
            found.digest,
            self.metadata.of_file(file),
            self.default_language,
            self.default_encoding,
            settings,
            self.rules.for_file(file.container) if file.container else NO_RULES,
            self.passwords,
        )

    def _reason_unreadable(self, path: str, former: FileRecord | None) -> str:
        """Return why no reader is there for a file, "" if it can be tried."""
        format_, _ = self.indexed.readings.get(former.document, ("", "")) if former else ("", "")
        problem = self.indexed.unreadable.get(path)
        return self.formats.reason_unreadable(
            _suffix(path), format_, problem.reason if problem else ""
        )

    def withdraw(self, document: int) -> None:
        """Take back the count of a file that was to become `document` but could not be read."""
        self.counts[self._counted_as[document]] -= 1

    def _count_moved_or_copied(self, document: int) -> None:
        # A path that appears while another path of the same document disappears is a move.
        for n_left in (self._n_missing, self._n_replaced):
            if n_left[document] > 0:
                n_left[document] -= 1
                self.counts["moved"] += 1
                return
        self.counts["copies"] += 1

    def _origin_of(self, path: str, former: FileRecord | None, digest: str) -> str:
        """Return an origin that no other document has.

        A text that replaces another inherits its origin, so that the passages they have in common
        keep their ids. Otherwise the origin is the path, made unique by the digest if needed.
        """
        if self.indexed.is_empty:  # in a first build, no two paths are equal
            return path
        origin = path
        if former is not None and former.document not in self._retained:
            origin = decode_path(self.indexed.origins[former.document])
        if encode_path(origin) in self._origins:
            origin = f"{path}#{digest}"
        self._origins.add(encode_path(origin))
        return origin

    @property
    def n_removed(self) -> int:
        """The number of paths that no longer exist and whose documents have not moved."""
        return sum(self._n_missing.values())
