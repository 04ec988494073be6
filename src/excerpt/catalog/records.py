"""The values that a catalog returns: immutable, and without a trace of SQLite."""

import os
from collections.abc import Collection
from stat import S_ISREG
from typing import NamedTuple

from excerpt.model import REPR_LENGTH, Key, Metadata, Passage, SourceFile
from excerpt.startup import FrozenValue

__all__ = [
    "UnindexedFile",
    "AddedFormat",
    "container_of",
    "FileStat",
    "IndexCounts",
    "IndexedContainer",
    "IndexedFile",
    "MetadataPairs",
    "StoredDocument",
    "PassageText",
    "StoredPassage",
    "UnfinishedBuild",
    "read_stat",
    "stat_of",
]

MetadataPairs = tuple[tuple[str, str], ...]
"""Names of metadata with their values, in order; a name may occur more than once."""
_INODE_MASK = (1 << 63) - 1
"""SQLite's integers have 63 bits and a sign; some file systems use 64 bits for inodes."""


class FileStat(NamedTuple):
    """The four numbers that tell an unchanged file: a file with other numbers may have changed."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


def stat_of(file: SourceFile) -> FileStat:
    """Return the numbers of `file` as the catalog stores them."""
    return FileStat(file.size, file.mtime_ns, file.ctime_ns, file.inode & _INODE_MASK)


def read_stat(path: str) -> tuple[FileStat, bool]:
    """Return the present numbers of the file at `path`, and whether it is a regular file.

    Raises:
        OSError: if it does not exist or cannot be examined.
    """
    found = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, and a search has ten hits
    stat = FileStat(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino & _INODE_MASK)
    return stat, S_ISREG(found.st_mode)


class IndexedFile(NamedTuple):
    """A path of a document, and the state of the file there when it was read.

    digest     the digest of its bytes
    metadata   the metadata of the document at this path, see `merge_metadata`
    container  the file that holds it if it is a member, such as a message of a mailbox, else ""
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    digest: str
    metadata: MetadataPairs = ()
    container: str = ""

    @property
    def member(self) -> str:
        """The part of its path within the container, "" for a file on disk."""
        return self.path[len(self.container) + 1 :] if self.container else ""

    @property
    def file(self) -> str:
        """The path of the file on disk."""
        return self.container or self.path

    @property
    def stat(self) -> FileStat:
        """The four numbers that tell whether the file may have changed."""
        return FileStat(self.size, self.mtime_ns, self.ctime_ns, self.inode)


def container_of(path: str, containers: Collection[str]) -> str:
    """Return the one of `containers` that the member at `path` is in, "" if it is in none."""
    end = path.rfind("/") if containers else 0
    while end > 0:
        if path[:end] in containers:
            return path[:end]
        end = path.rfind("/", 0, end)
    return ""


class StoredDocument(NamedTuple):
    """A document without its text; see `model.Document` for the fields that are not listed here.

    files           its paths in ascending order, at least one
    n_running       the number of passages of the running text; those set apart follow them
    metadata_pairs  the metadata of all its files, without repetitions: a search by metadata finds
                    the document by any of them
    digest          the digest of its bytes
    """

    id: int
    origin: str
    format: str
    language: str
    title: str
    encoding: str
    warnings: tuple[str, ...]
    files: tuple[IndexedFile, ...]
    n_passages: int
    n_running: int
    n_characters: int
    has_lines: bool
    hyphenated: frozenset[str]
    metadata_pairs: MetadataPairs
    digest: str

    @property
    def metadata(self) -> Metadata:
        """The metadata as a mapping, several values of a name joined."""
        return Metadata(self.metadata_pairs)

    @property
    def path(self) -> str:
        """The first path, relative to the corpus."""
        return self.files[0].path

    @property
    def date(self) -> str:
        """The date as the metadata gives it, "" if there is none."""
        from excerpt.dates import date_as_written

        return date_as_written(self.metadata_pairs)

    def __repr__(self) -> str:
        return f"<Document {self.path} {self.title!r}>"


class IndexedContainer(NamedTuple):
    """A file that holds many documents, and its state when its members were looked at.

    digest       the digest of its bytes
    reading      a key of the rules with which its members were found
    is_complete  True if all of its members are in the index, or known to be unreadable
    stat         its numbers at that time
    """

    digest: str
    reading: str
    is_complete: bool
    stat: FileStat


class StoredPassage(NamedTuple):
    """A passage with its text and its document."""

    key: Key
    passage: Passage
    text: str
    document: StoredDocument

    @property
    def hyphenated(self) -> frozenset[str]:
        """The compounds of its document; see `model.Document`."""
        return self.document.hyphenated

    def __repr__(self) -> str:
        text = " ".join(self.text[:REPR_LENGTH].split())
        return f"<Passage {self.passage.id} of {self.document.files[0].path} {text!r}>"


class PassageText(NamedTuple):
    """A passage with its text, and the compounds of its document, without the document."""

    key: Key
    passage: Passage
    text: str
    hyphenated: frozenset[str]


class UnindexedFile(NamedTuple):
    """A path that is not in the index, and the reason; `container` as in `IndexedFile`."""

    path: str
    reason: str
    container: str = ""


class AddedFormat(NamedTuple):
    """A format that another package adds.

    package   name and version of the package
    suffixes  of its files, in lower case and without the dot
    """

    package: str
    suffixes: tuple[str, ...]


class UnfinishedBuild(FrozenValue):
    """The progress of a build that has not made its last commit, in files of the corpus."""

    n_files: int
    total_files: int


class IndexCounts(FrozenValue):
    """The size of an index.

    files          files on disk that hold documents
    characters     code points of all texts
    unreadable     files and members that could not be read
    excluded       files and folders that a rule excludes
    with_warnings  documents with a guessed encoding, replaced bytes or a cut
    empty          documents without passages
    containers     files on disk that hold members
    members        members that hold documents, such as messages of a mailbox
    """

    documents: int = 0
    files: int = 0
    passages: int = 0
    characters: int = 0
    unreadable: int = 0
    excluded: int = 0
    with_warnings: int = 0
    empty: int = 0
    containers: int = 0
    members: int = 0
