"""A corpus root → the files to be read as sources, and those left out, each with its reason.

The walk reads no file but `.excerptignore`, and asks the system once about each file. It follows links to files
that stay inside the root; folders are read where they stand, so that no ring of links can hold it up.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from excerpt.errors import NAME_CORPUS, Advice, CorpusError, no_corpus
from excerpt.ingest.file_rules import reason_for_file, reason_for_folder
from excerpt.ingest.ignore import Ignore
from excerpt.model import SourceFile

__all__ = ["Skipped", "Walk", "walk"]

INDEX_FILE: Final = "catalog.sqlite"
"""A folder that holds this file is an index of excerpt."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder below the root that is not read, and why, in plain words.

    The path of a folder ends with "/". `is_failure` tells what could not be read from what a rule leaves out.
    """

    path: str
    reason: str
    is_failure: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk found, both sorted by path."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder still to be read: its place, its path below the root ("" or ending with "/"), its rules."""

    place: str
    path: str
    ignore: Ignore


@dataclass(slots=True)
class _Walker:
    """What is known of the root, and what has been found so far."""

    root: str
    never: frozenset[tuple[int, int]]
    files: list[SourceFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, path: str, reason: str, *, is_failure: bool = False) -> None:
        self.skipped.append(Skipped(path, reason, is_failure))


def walk(root: Path, *, exclude: Sequence[str] = (), never: Sequence[Path] = ()) -> Walk:
    """Walk the folder `root`.

    `exclude` are patterns in the syntax of .gitignore, `never` folders that are not entered (the index).

    Raises:
        CorpusError: if `root` cannot be read as a corpus, or a pattern is not understood.
    """
    walker = _Walker(os.path.realpath(root), frozenset(_identities(never)))
    _check_root(root, walker)
    pending = [_Folder(walker.root, "", Ignore.from_patterns(exclude))]
    while pending:
        pending.extend(_read_folder(walker, pending.pop()))
    return Walk(
        tuple(sorted(walker.files, key=lambda file: file.path)),
        tuple(sorted(walker.skipped, key=lambda skipped: skipped.path)),
    )


def _check_root(root: Path, walker: _Walker) -> None:
    try:
        with os.scandir(walker.root) as entries:
            is_index = any(entry.name == INDEX_FILE for entry in entries)
        found = os.stat(walker.root)  # noqa: PTH116  (a path that may not be UTF-8, as the walk has it)
    except FileNotFoundError:
        raise no_corpus(root, is_file=False) from None
    except NotADirectoryError:
        raise no_corpus(root, is_file=True) from None
    except (OSError, ValueError) as error:
        raise CorpusError(
            f"the folder cannot be read: {_plain(error)}.", NAME_CORPUS, where=root
        ) from error
    if is_index or (found.st_dev, found.st_ino) in walker.never:
        raise CorpusError(
            "this folder holds an index of excerpt, not source texts.",
            NAME_CORPUS,
            Advice(
                f"If a build wrote {INDEX_FILE}, lock and segments/ here by mistake, remove them."
            ),
            where=root,
        )


def _identities(folders: Sequence[Path]) -> Iterator[tuple[int, int]]:
    for folder in folders:
        try:
            found = folder.stat()
        except OSError:
            continue  # what is not there cannot be entered
        yield found.st_dev, found.st_ino


def _read_folder(walker: _Walker, folder: _Folder) -> list[_Folder]:
    """Sort the entries of `folder` into files and skipped; the folders in it are returned."""
    try:
        with os.scandir(folder.place) as found:
            entries = list(found)
        names = {entry.name for entry in entries}
        has_rules = any(entry.name == ".excerptignore" and entry.is_file() for entry in entries)
        ignore = folder.ignore.with_file(folder.place, folder.path) if has_rules else folder.ignore
    except OSError as error:
        what = (
            "its .excerptignore" if str(error.filename).endswith(".excerptignore") else "the folder"
        )
        walker.skip(folder.path, f"{what} cannot be read: {_plain(error)}", is_failure=True)
        return []
    if INDEX_FILE in names:
        walker.skip(folder.path, "an index of excerpt")
        return []
    below = []
    for entry in entries:
        path = folder.path + entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                below.extend(_enter(walker, entry, path + "/", ignore))
            else:
                _take(walker, entry, path, ignore)
        except OSError as error:
            walker.skip(path, f"it cannot be read: {_plain(error)}", is_failure=True)
    return below


def _enter(walker: _Walker, entry: os.DirEntry[str], path: str, ignore: Ignore) -> list[_Folder]:
    reason = reason_for_folder(entry.name) or ignore.reason(path)
    if not reason and walker.never:
        found = entry.stat(follow_symlinks=False)
        reason = "the index" if (found.st_dev, found.st_ino) in walker.never else ""
    if reason:
        walker.skip(path, reason)
        return []
    return [_Folder(entry.path, path, ignore)]


def _take(walker: _Walker, entry: os.DirEntry[str], path: str, ignore: Ignore) -> None:
    reason = reason_for_file(entry.name) or ignore.reason(path)
    if not reason and entry.is_symlink():
        reason = _reason_for_link(walker, entry)
    if reason:
        walker.skip(path, reason)
        return
    found = entry.stat()
    if not stat.S_ISREG(found.st_mode):
        walker.skip(path, f"{_nature(found.st_mode)}, not a file")
        return
    walker.files.append(
        SourceFile(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    )


def _reason_for_link(walker: _Walker, entry: os.DirEntry[str]) -> str:
    try:
        target = os.path.realpath(entry.path, strict=True)
    except OSError:
        return "a link that leads to nothing"
    if target != walker.root and not target.startswith(walker.root.rstrip("/") + "/"):
        return "a link that leads out of the corpus"
    return "a link to a folder, which is read where it stands" if entry.is_dir() else ""


def _nature(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _plain(error: OSError | ValueError) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
