"""A source file → its bytes, all of one moment.

A file that changes while it is read is read once more, and given up if it changes again: half of one version and
half of another would be a text that never was. Nothing but ordinary files is opened, and no link out of the corpus
is followed, even if it was put in the place of a file after the walk.
"""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from excerpt.errors import CHECK_PERMISSIONS, Advice, Unreadable
from excerpt.model import SourceFile

__all__ = ["MAX_BYTES", "read", "sample"]

MAX_BYTES: Final = 2 << 30
"""Larger files are not read: a text is held in memory as a whole, in one to four bytes for each character."""
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_SPLIT: Final = Advice("Split it into parts.")
_REASONS = {
    errno.ENOENT: "it has gone since the folder was read",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "it is a link in a ring of links",
    errno.ENXIO: "it is a pipe or a device, not a file",
    errno.EIO: "the disk reports an error",
    errno.ESTALE: "the network drive has lost it",
}


def read(root: Path, file: SourceFile) -> bytes:
    """The bytes of `file` below `root`.

    Raises:
        Unreadable: if it cannot be read, with the reason in plain words.
    """
    try:
        for _ in range(2):
            data = _read_once(root, root / file.path)
            if data is not None:
                return data
    except (OSError, ValueError) as error:
        raise _unreadable(error) from error
    except MemoryError as error:
        raise Unreadable("it is larger than the free memory", _SPLIT) from error
    raise Unreadable(
        "it keeps changing while it is read", Advice("Build again when it is finished.")
    )


def sample(root: Path, file: SourceFile, n_bytes: int) -> bytes:
    """At most so many bytes from the middle of `file` below `root`; none if it cannot be read."""
    try:
        with os.fdopen(_open(root, root / file.path), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return b""
            stream.seek(max(0, file.size - n_bytes) // 2)
            return stream.read(n_bytes)
    except (OSError, ValueError, Unreadable):
        return b""


def _unreadable(error: OSError | ValueError) -> Unreadable:
    code = getattr(error, "errno", None)
    what = _REASONS.get(code or 0) or getattr(error, "strerror", None) or str(error)
    is_forbidden = code in {errno.EACCES, errno.EPERM}
    return Unreadable(what, *([CHECK_PERMISSIONS] if is_forbidden else []))


def _open(root: Path, path: Path) -> int:
    try:
        return os.open(path, _FLAGS)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
    inside = os.path.realpath(root)
    target = os.path.realpath(path, strict=True)
    if os.path.commonpath([inside, target]) != inside:
        raise Unreadable("it is a link that leads out of the corpus")
    return os.open(target, _FLAGS)


def _read_once(root: Path, path: Path) -> bytes | None:
    """The bytes at `path`, None if they changed meanwhile."""
    descriptor = _open(root, path)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise Unreadable("it is a folder, a pipe or a device, not a file")
        if before.st_size > MAX_BYTES:
            raise Unreadable(f"it is larger than {MAX_BYTES >> 30} GiB", _SPLIT)
        data = _read_all(descriptor, before.st_size + 1)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    is_same = (before.st_mtime_ns, before.st_ctime_ns) == (after.st_mtime_ns, after.st_ctime_ns)
    return data if is_same and len(data) == before.st_size == after.st_size else None


def _read_all(descriptor: int, most: int) -> bytes:
    """What there is to be read, up to so many bytes. For small files a stream takes longer to make than they to be read."""
    data = os.read(descriptor, most)
    if 0 < len(data) < most - 1:  # the system gives two gigabytes at a time
        parts = [data]
        while parts[-1]:
            parts.append(os.read(descriptor, most - sum(map(len, parts))))
        data = b"".join(parts)
    return data
