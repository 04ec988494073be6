"""A source file → its bytes, all from the same moment.

A file that changes while it is read is read once more, and rejected if it changes again: half of
one version and half of another would be a text that never existed. Only ordinary files are opened,
and no link out of the corpus is followed, even if it replaced a file after the walk.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from excerpt.errors import CHECK_PERMISSIONS, Instruction, Unreadable
from excerpt.model import SourceFile

__all__ = ["MAX_BYTES", "open_stream", "read", "sample"]

MAX_BYTES: Final = 2 << 30
"""Size of the largest file that is read: a text is held in memory as a whole, in one to four bytes
per character."""
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_SPLIT: Final = Instruction("Split it into parts.")
_REASONS = {
    errno.ENOENT: "it has disappeared since the folder was listed",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "it is part of a loop of links",
    errno.ENXIO: "it is a pipe or a device, not a file",
    errno.EIO: "the disk reports an error",
    errno.ESTALE: "it has disappeared from the network drive",
}


def read(root: Path, file: SourceFile) -> bytes:
    """Return the content of `file` below `root`.

    Raises:
        Unreadable: if it cannot be read, with the reason.
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
        "it keeps changing while it is read", Instruction("Build again when it is finished.")
    )


def open_stream(root: Path, path: str) -> BinaryIO:
    """Return the file at `path` below `root`, open for reading; close it after use.

    Raises:
        Unreadable: if it cannot be opened, with the reason.
    """
    try:
        stream = os.fdopen(_open(root, root / path), "rb")
    except (OSError, ValueError) as error:
        raise _unreadable(error) from error
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise Unreadable("it is a folder, a pipe or a device, not a file")
    return stream


def sample(root: Path, file: SourceFile, n_bytes: int) -> bytes:
    """Return at most `n_bytes` from the middle of `file`, or none if it cannot be read."""
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
    """Return a descriptor of the file at `path`; a link is followed if its target is in `root`."""
    try:
        return os.open(path, _FLAGS)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
    inside = os.path.realpath(root)
    target = os.path.realpath(path, strict=True)
    if os.path.commonpath([inside, target]) != inside:
        raise Unreadable("it is a link to a file outside the corpus")
    return os.open(target, _FLAGS)


def _read_once(root: Path, path: Path) -> bytes | None:
    """Return the bytes at `path`, or None if they changed in the meantime."""
    descriptor = _open(root, path)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise Unreadable("it is a folder, a pipe or a device, not a file")
        if before.st_size > MAX_BYTES:
            raise Unreadable(f"it is larger than {MAX_BYTES >> 30} GiB", _SPLIT)
        # One byte more than there should be shows whether the file has grown.
        data = _read_all(descriptor, before.st_size + 1)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    is_same = (before.st_mtime_ns, before.st_ctime_ns) == (after.st_mtime_ns, after.st_ctime_ns)
    return data if is_same and len(data) == before.st_size == after.st_size else None


def _read_all(descriptor: int, max_bytes: int) -> bytes:
    """Return the content of a file, up to `max_bytes`.

    No stream is used: for a small file, creating one takes longer than reading the file.
    """
    data = os.read(descriptor, max_bytes)
    if 0 < len(data) < max_bytes - 1:  # a call returns two gigabytes at most
        parts = [data]
        while parts[-1]:
            parts.append(os.read(descriptor, max_bytes - sum(map(len, parts))))
        data = b"".join(parts)
    return data
