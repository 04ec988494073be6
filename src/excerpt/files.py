"""The only place that creates, syncs, renames, locks and removes files.

Everything durable goes through these few functions, so that one seam (`observer`) sees each step before and
after it happens: the fault tests kill the process, or fail the call, at every one of them.
"""

import errno
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from excerpt.errors import ExcerptError, IndexBusy, build_command

__all__ = [
    "digest_of",
    "hold_lock",
    "lock_holder",
    "make_folder",
    "observer",
    "remove",
    "scratch_file",
    "step",
    "remove_unlisted",
    "sync_folder",
    "sync_path_to",
    "write_new",
]

DIGEST_BYTES: Final = 16
_PLAINLY: Final = os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""No link is followed, since the file is written to, and no pipe is waited for."""
_NO_SUCH_SYNC: Final = {errno.EINVAL, errno.ENOTSUP}
"""What file systems say, some of networks among them, that sync no folders."""
_POLL_SECONDS: Final = 0.1
"""Between two looks at a lock that is waited for: the system could wait, but not for so long and no longer."""
Observer = Callable[[str, Path], None]
observer: Observer | None = None
"""Called with "write", "sync", "unlink", "mkdir", "lock" or "commit", each with "before-" and "after-", and the path."""


@contextmanager
def step(name: str, path: Path) -> Iterator[None]:
    """One step towards something durable: the observer sees it begin and end.

    Raises:
        ExcerptError: for what the system refuses within the block, with the remedy.
    """
    try:
        if observer is not None:
            observer(f"before-{name}", path)
        yield
    except OSError as error:
        raise _explained(error, name, path) from error
    if observer is not None:
        observer(f"after-{name}", path)


def _explained(error: OSError, step: str, path: Path) -> ExcerptError:
    remedies = {
        errno.ENOSPC: "Make room on the disk and build again; the last state of the index is untouched.",
        errno.EDQUOT: "Your disk quota is used up; make room and build again.",
        errno.EFBIG: "The file size limit is reached (see ulimit -f); raise it and build again.",
        errno.EACCES: "Choose a folder you may write to with --index.",
        errno.EPERM: "Choose a folder you may write to with --index.",
        errno.EROFS: "The place is read-only: choose another with --index.",
    }
    other = (
        "Choose another folder with --index."
        if step == "mkdir"
        else "The last state of the index is untouched."
    )
    remedy = remedies.get(error.errno or 0, other)
    return ExcerptError(f"{path}: {step} failed: {error.strerror or error}", remedy)


def digest_of(parts: Iterable[bytes | memoryview]) -> str:
    """The digest by which excerpt names bytes: BLAKE2b over `parts`, 128 bits in hexadecimal."""
    from hashlib import blake2b

    digest = blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def make_folder(path: Path) -> None:
    """Create `path` and its parents, durably; an existing folder is fine.

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
    """Write `parts` to the new file `path` and sync its content; returns the number of bytes.

    The name itself is durable after `sync_folder`. A failure leaves no file behind.

    Raises:
        ExcerptError: if it exists already or cannot be written.
    """
    size = 0
    try:
        with step("write", path), path.open("xb") as file:
            for part in parts:
                size += file.write(part)
            file.flush()
            with step("sync", path):
                os.fsync(file.fileno())
    except BaseException as error:  # parts may be made as they are written
        if not isinstance(error.__cause__, FileExistsError):
            with suppress(OSError):
                path.unlink()
        raise
    return size


def sync_folder(path: Path) -> None:
    """Make the names in the folder `path` durable, where the file system has a way to."""
    with step("sync", path):
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _NO_SUCH_SYNC:
                raise
        finally:
            os.close(descriptor)


def sync_path_to(path: Path) -> None:
    """Make the names in the folder `path` durable, and all that lead there: a process that made any of these folders
    may have been killed before it could sync its name. Those above that may not be read are left out."""
    sync_folder(path)
    for above in path.absolute().parents:
        if os.access(above, os.R_OK):
            sync_folder(above)


@contextmanager
def scratch_file() -> Iterator[BinaryIO]:
    """A file without a name, for what memory should not hold; it goes with the block or the process.

    Raises:
        ExcerptError: for what the system refuses within the block, with the remedy.
    """
    from tempfile import TemporaryFile, gettempdir

    try:
        with TemporaryFile() as file:
            yield file
    except OSError as error:
        raise ExcerptError(
            f"Sorting needs a file in the folder for temporary files: {error.strerror or error}",
            f"Make room in {gettempdir()}, or name another folder with TMPDIR.",
        ) from error


def remove(path: Path) -> None:
    """Remove the file `path`; that it is gone already is fine."""
    with step("unlink", path):
        path.unlink(missing_ok=True)


def remove_unlisted(folder: Path, named: Collection[str]) -> None:
    """Remove the files in `folder` whose names are not among `named`. A link in the place of the folder is not followed:
    who made it may have meant somebody else's files to go."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name not in named and (path.is_symlink() or not path.is_dir()):
            remove(path)


@contextmanager
def hold_lock(path: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock file `path` for the length of the block. The system drops it when the process ends.

    Raises:
        IndexBusy: if another process holds it, and does so for another `wait` seconds.
    """
    with step("lock", path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _PLAINLY, 0o644)
    try:
        deadline = time.monotonic() + max(
            wait, _POLL_SECONDS
        )  # for it may be no build, but `lock_holder`
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
    """Who holds the lock file `path`: the number of a process, "" if nobody does, or if that cannot be told."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _PLAINLY)
    except OSError:
        return ""
    try:
        return "" if _try_lock(descriptor, is_shared=True) else _written(descriptor) or "?"
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
    holder = _written(descriptor)
    by = f" by process {holder}" if holder else ""
    wait = build_command(path.parent, "--wait", "SECONDS")
    return IndexBusy(
        f"{path.parent}: the index is being built{by}.",
        f"Wait for it with {wait}, or stop it; searching goes on meanwhile.",
    )


def _written(descriptor: int) -> str:
    """The number that a process that holds a lock has written into it."""
    return os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
