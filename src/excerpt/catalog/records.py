"""The values that a catalog returns: immutable, and without a trace of SQLite."""

import os
from stat import S_ISREG
from typing import NamedTuple

from excerpt.model import Key, Passage, SourceFile
from excerpt.startup import FrozenValue

__all__ = [
    "UnindexedFile",
    "AddedFormat",
    "FileStat",
    "IndexCounts",
    "IndexedFile",
    "MetadataPairs",
    "StoredDocument",
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

    digest    that of the file's bytes
    metadata  that of the document at this path, see `merge_metadata`
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    digest: str
    metadata: MetadataPairs = ()

    @property
    def stat(self) -> FileStat:
        """The four numbers that tell whether the file may have changed."""
        return FileStat(self.size, self.mtime_ns, self.ctime_ns, self.inode)


class StoredDocument(NamedTuple):
    """A document without its text; see `model.Document` for the fields that are not listed here.

    files      its paths in ascending order, at least one
    n_running  the number of passages of the running text; those set apart follow them
    metadata   that of all its files without repetitions: a search by metadata finds the document
               by any of them
    digest     that of its bytes
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
    metadata: MetadataPairs
    digest: str


class StoredPassage(NamedTuple):
    """A passage with its text and its document."""

    key: Key
    passage: Passage
    text: str
    document: StoredDocument


class UnindexedFile(NamedTuple):
    """A path that is not in the index, and the reason."""

    path: str
    reason: str


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

    characters  code points of all texts
    unreadable    files that could not be read
    excluded    files and folders that a rule excludes
    repaired    documents with a guessed encoding, replaced bytes or a cut
    empty       documents without passages
    """

    documents: int = 0
    files: int = 0
    passages: int = 0
    characters: int = 0
    unreadable: int = 0
    excluded: int = 0
    repaired: int = 0
    empty: int = 0
