"""Errors of SQLite and signs of damage → the errors of excerpt, with the path and a remedy."""

import errno
import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from excerpt import files
from excerpt.errors import (
    CHECK_PERMISSIONS,
    INTACT,
    ExcerptError,
    IndexBusy,
    IndexDamaged,
    Instruction,
    damaged,
    interrupted_build,
    no_index,
    rebuild_remedy,
)

__all__ = [
    "damage_error",
    "detect_damage",
    "expect",
    "missing_error",
    "translate_errors",
]


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Raise what SQLite raises within the block, about the catalog at `path`, as an ExcerptError.

    UnicodeError is one of these: SQLite's message may quote damaged bytes that are not UTF-8.
    """
    try:
        yield
    except (sqlite3.Error, UnicodeError) as error:
        raise _translated(error, path) from error


def _translated(error: Exception, path: Path) -> ExcerptError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended part
    if code == sqlite3.SQLITE_FULL:
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return files.refusal(full, "commit", path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexBusy(
            "another program has locked the catalog.",
            Instruction("Try again when it has finished."),
            where=path,
        )
    if code in (
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
    ):
        return ExcerptError(f"{error}.", CHECK_PERMISSIONS, where=path)
    if code == sqlite3.SQLITE_IOERR:
        return ExcerptError(f"the disk failed: {error}.", INTACT, where=path)
    return damage_error(path, error)


def damage_error(path: Path, what: object) -> IndexDamaged:
    """Return the error for damage in the catalog at `path`; `what` describes it."""
    return damaged(what, path, rebuild_remedy(path.parent))


@contextmanager
def detect_damage(path: Path) -> Iterator[None]:
    """Raise IndexDamaged if data of the catalog at `path` cannot be decoded within the block.

    Rows are decoded without further tests: the exceptions listed here are all that a damaged row
    can cause in a decoder, whatever its bytes are.
    """
    try:
        with translate_errors(path):
            yield
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, zlib.error) as error:
        raise damage_error(path, error) from error


def expect(is_right: bool, problem: str) -> None:
    """Raise ValueError with the `problem` unless `is_right`; to be called in `detect_damage`."""
    if not is_right:
        raise ValueError(problem)


def missing_error(folder: Path) -> ExcerptError:
    """Return the error for a `folder` without an index, or with one that is just being built."""
    lock = folder / "lock"
    if holder := files.lock_holder(lock):
        return IndexBusy(
            f"the index is being built for the first time by process {holder}.",
            Instruction("Try again later: the first files can be searched after a minute."),
            where=folder,
        )
    # A build creates the lock first; whatever else it creates belongs to its first commit.
    return interrupted_build(folder) if lock.exists() else no_index(folder)
