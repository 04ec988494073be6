"""A corpus folder → the source files in it, and everything that was left out, with reasons.

The walk reads no file except `.excerptignore`, and the first bytes of files whose suffix is often
wrong (`.doc`). It asks the system for the status of each file once. It follows links to files
inside the corpus, but no links to folders, so that loops cannot trap it.
"""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from excerpt.errors import NAME_CORPUS, CorpusError, Instruction, no_corpus
from excerpt.ingest.formats.identification import is_misnamed
from excerpt.ingest.formats.registry import MISNAMED
from excerpt.ingest.rules import IgnoreRules, reason_for_file, reason_for_folder
from excerpt.model import SourceFile

__all__ = ["Skipped", "Walk", "walk"]

INDEX_FILE: Final = "catalog.sqlite"
"""A folder that contains this file is an index."""
_START_BYTES: Final = 64
_NO_RULES: Final = IgnoreRules()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder below the root that is not read.

    path        relative to the root; a folder's ends with "/"
    reason      a phrase or clause for users
    is_failure  True if it could not be read, False if a rule leaves it out
    """

    path: str
    reason: str
    is_failure: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """The result of a walk, sorted by path.

    rules  the patterns that apply in each folder, by its path: "" or ending with "/"
    pages  the files that are pages of a METS file, by its path; they are not among the files
    """

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    rules: Mapping[str, IgnoreRules] = field(default_factory=dict)
    pages: Mapping[str, tuple[SourceFile, ...]] = field(default_factory=dict)

    def rules_around(self, path: str) -> IgnoreRules:
        """Return the patterns that apply to the file at `path`."""
        return self.rules.get(path[: path.rfind("/") + 1], _NO_RULES)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is still to be read.

    location  absolute path
    path      relative to the root, "" or ending with "/"
    rules     that apply in it
    """

    location: str
    path: str
    rules: IgnoreRules


@dataclass(slots=True)
class _Walker:
    """The state of a walk: its absolute root, and its results.

    prune   device and inode of folders that are not entered
    wanted  suffixes of files to take although no format has them
    """

    root: str
    prune: frozenset[tuple[int, int]]
    wanted: frozenset[str] = frozenset()
    files: list[SourceFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rules: dict[str, IgnoreRules] = field(default_factory=dict)

    def skip(self, path: str, reason: str, *, is_failure: bool = False) -> None:
        self.skipped.append(Skipped(path, reason, is_failure))


def walk(
    root: Path,
    *,
    exclude: Sequence[str] = (),
    prune: Sequence[Path] = (),
    wanted: frozenset[str] = frozenset(),
) -> Walk:
    """Walk the folder `root`.

    `exclude` holds patterns in the syntax of .gitignore; `prune` holds folders that are not
    entered, such as the index. Files with the suffixes `wanted` are taken although their format is
    unsupported.

    Raises:
        CorpusError: if `root` cannot be read or is an index, or a pattern is not valid.
    """
    walker = _Walker(os.path.realpath(root), frozenset(_identities(prune)), wanted)
    _check_root(root, walker)
    pending = [_Folder(walker.root, "", IgnoreRules.from_patterns(exclude))]
    while pending:
        pending.extend(_read_folder(walker, pending.pop()))
    return Walk(
        tuple(sorted(walker.files, key=lambda file: file.path)),
        tuple(sorted(walker.skipped, key=lambda skipped: skipped.path)),
        walker.rules,
    )


def _check_root(root: Path, walker: _Walker) -> None:
    """Raise CorpusError unless the root is a folder that can be read and is not an index."""
    try:
        with os.scandir(walker.root) as entries:
            is_index = any(entry.name == INDEX_FILE for entry in entries)
        status = os.stat(walker.root)  # noqa: PTH116  (the path may not be UTF-8)
    except FileNotFoundError:
        raise no_corpus(root, is_file=False) from None
    except NotADirectoryError:
        raise no_corpus(root, is_file=True) from None
    except (OSError, ValueError) as error:
        raise CorpusError(
            f"the folder cannot be read: {_describe(error)}.", NAME_CORPUS, where=root
        ) from error
    if is_index or (status.st_dev, status.st_ino) in walker.prune:
        raise CorpusError(
            "this folder holds an index of excerpt, not source texts.",
            NAME_CORPUS,
            Instruction(
                f"If a build wrote {INDEX_FILE}, lock and segments/ here by mistake, remove them."
            ),
            where=root,
        )


def _identities(folders: Sequence[Path]) -> Iterator[tuple[int, int]]:
    """Yield device and inode of each folder that exists."""
    for folder in folders:
        try:
            status = folder.stat()
        except OSError:
            continue
        yield status.st_dev, status.st_ino


def _read_folder(walker: _Walker, folder: _Folder) -> list[_Folder]:
    """Add the files in `folder` to the results, and return the folders in it."""
    try:
        with os.scandir(folder.location) as found:
            entries = list(found)
        names = {entry.name for entry in entries}
        has_rules = any(entry.name == ".excerptignore" and entry.is_file() for entry in entries)
        rules = folder.rules
        if has_rules:
            rules = rules.with_file(folder.location, folder.path)
    except OSError as error:
        is_in_rules = str(error.filename).endswith(".excerptignore")
        what = "its .excerptignore" if is_in_rules else "the folder"
        walker.skip(folder.path, f"{what} cannot be read: {_describe(error)}", is_failure=True)
        return []
    if INDEX_FILE in names:
        walker.skip(folder.path, "an index of excerpt")
        return []
    if rules.lists:
        walker.rules[folder.path] = rules
    folders = []
    for entry in entries:
        path = folder.path + entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                folders.extend(_take_folder(walker, entry, path + "/", rules))
            else:
                _take_file(walker, entry, path, rules)
        except OSError as error:
            walker.skip(path, f"it cannot be read: {_describe(error)}", is_failure=True)
    return folders


def _take_folder(
    walker: _Walker, entry: os.DirEntry[str], path: str, rules: IgnoreRules
) -> list[_Folder]:
    """Return the folder if it is to be entered, in a list; skip it otherwise."""
    reason = reason_for_folder(entry.name) or rules.reason(path)
    if not reason and walker.prune:
        status = entry.stat(follow_symlinks=False)
        reason = "the index" if (status.st_dev, status.st_ino) in walker.prune else ""
    if reason:
        walker.skip(path, reason)
        return []
    return [_Folder(entry.path, path, rules)]


def _take_file(walker: _Walker, entry: os.DirEntry[str], path: str, rules: IgnoreRules) -> None:
    """Add the file to the results, or skip it."""
    reason = reason_for_file(entry.name, walker.wanted | _misnamed(entry)) or rules.reason(path)
    if not reason and entry.is_symlink():
        reason = _reason_for_link(walker, entry)
    if reason:
        walker.skip(path, reason)
        return
    status = entry.stat()
    if not stat.S_ISREG(status.st_mode):
        walker.skip(path, f"{_file_type(status.st_mode)}, not a file")
        return
    walker.files.append(
        SourceFile(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    )


def _misnamed(entry: os.DirEntry[str]) -> frozenset[str]:
    """Return the suffix of a file in another format than its name says, if that is read."""
    suffix = entry.name.lower().rpartition(".")[2]
    if suffix not in MISNAMED or not entry.is_file():
        return frozenset()
    with Path(entry.path).open("rb") as stream:
        return frozenset([suffix] * is_misnamed(entry.name, stream.read(_START_BYTES)))


def _reason_for_link(walker: _Walker, entry: os.DirEntry[str]) -> str:
    """Return why the target of a link is not read, or "" if it is."""
    try:
        target = os.path.realpath(entry.path, strict=True)
    except OSError:
        return "a broken link"
    if target != walker.root and not target.startswith(walker.root.rstrip("/") + "/"):
        return "a link to a file outside the corpus"
    return "a link to a folder; the folder is read at its own path" if entry.is_dir() else ""


def _file_type(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _describe(error: OSError | ValueError) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
