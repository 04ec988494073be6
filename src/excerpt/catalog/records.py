"""What the catalog gives back: frozen values, without a trace of SQLite."""

import os
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import Any, NamedTuple

from excerpt.model import Key, Page, Passage, SourceFile

__all__ = [
    "IndexedFile",
    "FileProblem",
    "StoredDocument",
    "Stat",
    "StoredPassage",
    "UnfinishedBuild",
    "corpus_of",
    "merged",
    "stat_now",
    "stat_of",
    "title_of",
]

MetadataPairs = tuple[tuple[str, str], ...]
_INODE_BITS = (1 << 63) - 1


class Stat(NamedTuple):
    """The four numbers by which a file is taken to be unchanged."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


def stat_of(file: SourceFile) -> Stat:
    """The stat of `file` as the catalog keeps it: SQLite's integers have 63 bits, some inodes have 64."""
    return Stat(file.size, file.mtime_ns, file.ctime_ns, file.inode & _INODE_BITS)


def stat_now(path: str) -> tuple[Stat, bool]:
    """The same of what is at `path` now, and whether that is a regular file.

    Raises:
        OSError: if there is nothing, or it cannot be seen.
    """
    seen = os.stat(path)  # noqa: PTH116 - half the time of a Path, ten times a search
    stat = Stat(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino & _INODE_BITS)
    return stat, S_ISREG(seen.st_mode)


class IndexedFile(NamedTuple):
    """A path under which a document is found, and what the file there was like when it was read.

    `digest` is that of the file's bytes. `metadata` is what the document says of itself, what the path tells besides,
    and over both what `metadata.csv` says of this path.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    digest: str
    metadata: MetadataPairs = ()

    @property
    def stat(self) -> Stat:
        """The four numbers by which the file is taken to be unchanged."""
        return Stat(self.size, self.mtime_ns, self.ctime_ns, self.inode)


class StoredDocument(NamedTuple):
    """A document without its text. See `model.Document` for what the fields mean.

    `files` ascend by path and are never empty. `metadata` is what any of the files says, by which the
    document is found; `IndexedFile.metadata` is what one of them says.
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
    n_characters: int
    has_lines: bool
    hyphenated: frozenset[str]
    pages: tuple[Page, ...]
    metadata: MetadataPairs
    digest: str

    def page_at(self, position: int) -> str:
        """The label of the page on which the character `position` of the text stands, "" if no page is known."""
        number = bisect_right(self.pages, position, key=lambda page: page.start)
        return self.pages[number - 1].label if number else ""


class StoredPassage(NamedTuple):
    """A passage with its text and its document."""

    key: Key
    passage: Passage
    text: str
    document: StoredDocument


class FileProblem(NamedTuple):
    """A file that is not in the index, and why."""

    path: str
    reason: str


class UnfinishedBuild(NamedTuple):
    """How far a build is that has not made its last commit: what it is done with, of the files of the corpus."""

    n_files: int
    total_files: int


def title_of(record: StoredDocument) -> str:
    """The title of a document, made from the name of its first file when its source names none."""
    return record.title or PurePosixPath(record.files[0].path).stem.replace("_", " ").strip()


def merged(own: MetadataPairs, by_path: MetadataPairs, given: MetadataPairs) -> MetadataPairs:
    """The metadata of a document at a path: `given` in place of its `own`, and its own in place of what the path tells.

    >>> merged((("date", "1848"),), (("date", "1850"),), (("author", "Ann"),))
    (('date', '1848'), ('author', 'Ann'))
    """
    return _laid_over(given, _laid_over(own, by_path))


def _laid_over(upper: MetadataPairs, lower: MetadataPairs) -> MetadataPairs:
    names = {name for name, _ in upper}
    if "year" in names:
        names.add("date")  # which would go before the year; those below know less
    return tuple(pair for pair in lower if pair[0] not in names) + upper if upper else lower


def corpus_of(settings: Mapping[str, Any], folder: Path) -> Path:
    """The corpus of the index in `folder`: where it was, or where the index sees it if both were moved together."""
    absolute = Path(settings["corpus"])
    beside = folder.absolute() / settings.get("corpus_from_index", ".")
    return absolute if absolute.is_dir() or not beside.is_dir() else beside.resolve()
