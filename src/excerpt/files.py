"""The only module that creates, syncs, locks and removes the files of an index.

Two rules make a file durable, on every file system that keeps POSIX's promises:

1. `fsync` on a file makes its bytes safe, but not its name. The name belongs to the folder, so the
   folder needs an `fsync` of its own; without it, a power cut may leave an index that names a file
   which does not exist.
2. Nothing that a commit refers to is changed afterwards. Files are created under new names, written
   once, synced with their folder, and only then named by the catalog's transaction. Old files are
   removed after the commit, when no new reader needs them.

All of these steps go through a few functions here, so that one seam (`observer`) sees each step
before and after it happens. The fault tests use it to kill the process, or to fail the call, at
every step.
"""

import errno
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from excerpt.errors import (
    INTACT,
    NAME_INDEX,
    ExcerptError,
    IndexBusy,
    Instruction,
    Remedy,
    RunCommand,
)

__all__ = [
    "digest_of",
    "fill",
    "hold_lock",
    "lock_holder",
    "make_folder",
    "observer",
    "refusal",
    "remove",
    "remove_unlisted",
    "replace",
    "step",
    "sync_folder",
    "sync_path_to",
    "write_new",
    "write_sparse",
]

DIGEST_BYTES: Final = 16
_LOCK_FLAGS: Final = os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""A lock file is written to, so a link to somewhere else is not followed; a pipe does not block."""
_FOLDER_SYNC_UNSUPPORTED: Final = {errno.EINVAL, errno.ENOTSUP}
"""Error codes of file systems that cannot sync folders, some network file systems among them."""
_POLL_SECONDS: Final = 0.1
"""Pause between two attempts to take a lock. `flock` can wait, but not with a time limit."""
Observer = Callable[[str, Path], None]
observer: Observer | None = None
"""Called before and after each step, with "before-NAME" or "after-NAME" and the path.

The names are "write", "sync", "unlink", "mkdir", "lock" and "commit".
"""
_ACTIONS: Final = {
    "write": "write the file",
    "sync": "sync it to the disk",
    "unlink": "remove the file",
    "mkdir": "create the folder",
    "lock": "open the lock file",
    "commit": "commit",
}
"""The steps as error messages name them."""


@contextmanager
def step(name: str, path: Path) -> Iterator[None]:
    """Report one step towards a durable state to the observer, before and after the block.

    Raises:
        ExcerptError: if the system refuses a call within the block; it carries a remedy.
    """
    try:
        if observer is not None:
            observer(f"before-{name}", path)
        yield
    except OSError as error:
        raise refusal(error, name, path) from error
    if observer is not None:
        observer(f"after-{name}", path)


def refusal(error: OSError, step: str, path: Path) -> ExcerptError:
    """Return the error for a step that the system refuses."""
    remedies: dict[int, Remedy] = {
        errno.ENOSPC: Instruction("Free some disk space and build again."),
        errno.EDQUOT: Instruction("Your disk quota is used up: free some space and build again."),
        errno.EFBIG: Instruction(
            "The file size limit is too low (see ulimit -f): raise it and build again."
        ),
        errno.EACCES: NAME_INDEX,
        errno.EPERM: NAME_INDEX,
        errno.EROFS: NAME_INDEX,
    }
    remedy = remedies.get(error.errno or 0)
    if remedy is None and step == "mkdir":
        remedy = NAME_INDEX
    intact = () if remedy is NAME_INDEX else (INTACT,)
    return ExcerptError(
        f"cannot {_ACTIONS[step]}: {error.strerror or error}.",
        *((remedy,) if remedy else ()),
        *intact,
        where=path,
    )


def digest_of(parts: Iterable[bytes | memoryview]) -> str:
    """Return the BLAKE2b digest of the concatenated `parts`: 128 bits as 32 hexadecimal digits."""
    from hashlib import blake2b

    digest = blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def make_folder(path: Path) -> None:
    """Create `path` and its missing parents durably; do nothing if the folder exists.

    Raises:
        ExcerptError: if it cannot be created.
    """
    if path.is_dir():
        return
    if path.parent != path:
        make_folder(path.parent)
    with step("mkdir", path):
        path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def write_new(path: Path, parts: Iterable[bytes | memoryview]) -> int:
    """Write `parts` to the new file `path`, sync its bytes, and return their number.

    Its name is durable only after `sync_folder`, which the caller calls once for several files.
    No file is left behind after a failure.

    Raises:
        ExcerptError: if the file exists already or cannot be written.
    """
    size = 0
    try:
        with step("write", path), path.open("xb") as file:
            for part in parts:
                size += file.write(part)
            file.flush()
            with step("sync", path):
                os.fsync(file.fileno())
    except BaseException as error:  # the generator behind `parts` may raise anything
        if not isinstance(error.__cause__, FileExistsError):  # an existing file is not ours
            with suppress(OSError):
                path.unlink()
        raise
    return size


def replace(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write `data` to the file `path`, durably; a reader finds the former file or the new one.

    It is for files that no commit refers to. The data may come in parts.

    Raises:
        ExcerptError: if the file cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    remove(new)  # of a process that was killed
    write_new(new, [data] if isinstance(data, bytes) else data)
    with step("write", path):
        new.replace(path)
    sync_folder(path.parent)


def write_sparse(path: Path, size: int) -> None:
    """Create the file `path` of `size` zeros, which take no space; keep one of that size.

    It is for copies of files, whose bytes are filled in when they are needed.

    Raises:
        ExcerptError: if it cannot be written.
    """
    if path.is_file() and path.stat().st_size == size:
        return
    remove(path)
    with step("write", path), path.open("xb") as file:
        file.truncate(size)


def fill(path: Path, offset: int, data: bytes) -> None:
    """Write `data` into a file that `write_sparse` has created, at `offset`.

    Raises:
        ExcerptError: if it cannot be written.
    """
    with step("write", path), path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def sync_folder(path: Path) -> None:
    """Make the names in the folder `path` durable, where the file system supports it."""
    with step("sync", path):
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _FOLDER_SYNC_UNSUPPORTED:
                raise
        finally:
            os.close(descriptor)


def sync_path_to(path: Path) -> None:
    """Make the folder `path`, its names and all its parents durable.

    `make_folder` has synced them already, unless the process that made them was killed before it
    could. Parents that may not be read are skipped.
    """
    sync_folder(path)
    for parent in path.absolute().parents:
        if os.access(parent, os.R_OK):
            sync_folder(parent)


def remove(path: Path) -> None:
    """Remove the file `path`, if it exists.

    Raises:
        ExcerptError: if it is a folder or cannot be removed.
    """
    with step("unlink", path):
        path.unlink(missing_ok=True)


def remove_unlisted(folder: Path, names: Collection[str], suffixes: Collection[str] = ()) -> None:
    """Remove the files in `folder` whose names are not among `names`.

    With `suffixes`, only files with one of these are removed.

    If `folder` is a symbolic link, nothing is removed: an index from a stranger could point it at
    the reader's own files. Folders within it are left alone.
    """
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if suffixes and path.suffix not in suffixes:
            continue
        if path.name not in names and (path.is_symlink() or not path.is_dir()):
            remove(path)


@contextmanager
def hold_lock(path: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock file `path` during the block, waiting up to `wait` seconds for it.

    The system releases the lock when the process ends, however it ends. The file remains.

    Raises:
        IndexBusy: if another process still holds the lock after `wait` seconds.
    """
    with step("lock", path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _LOCK_FLAGS, 0o644)
    try:
        # At least one more attempt: a process that only asks (`lock_holder`) holds it for a moment.
        deadline = time.monotonic() + max(wait, _POLL_SECONDS)
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                raise _busy(path, descriptor)
            time.sleep(min(_POLL_SECONDS, max(0.0, deadline - time.monotonic())))
        with step("write", path):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def lock_holder(path: Path) -> str:
    """Return the id of the process that holds the lock file `path`.

    Returns "" if no process holds it or the file cannot be examined, "?" if the holder has not
    written its id yet.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _LOCK_FLAGS)
    except OSError:
        return ""
    try:
        return "" if _try_lock(descriptor, is_shared=True) else _read_holder(descriptor) or "?"
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, *, is_shared: bool = False) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _busy(path: Path, descriptor: int) -> IndexBusy:
    holder = _read_holder(descriptor)
    by = f" by process {holder}" if holder else ""
    return IndexBusy(
        f"the index is being built{by}; it can be searched meanwhile.",
        RunCommand("Wait until it is done", path.parent, "build", ("--wait", "SECONDS")),
        where=path.parent,
    )


def _read_holder(descriptor: int) -> str:
    """Return the process id that the holder of a lock has written into the lock file."""
    return os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
