"""The paths that an index records, and the files in a folder → the corpus of the index.

A folder has many names: relative and absolute, through links and mounts, in other letters on file
systems that ignore case. A corpus may also be moved or copied. It is therefore recognised by its
identity, or else by its contents.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from excerpt.catalog.column_codec import decode_path
from excerpt.catalog.records import FileStat, read_stat
from excerpt.files import digest_of

__all__ = ["has_changed", "holds_indexed_files", "is_same_folder", "locate_corpus"]

_MAX_SAMPLES: Final = 15
"""Files that are compared to recognise a corpus: few enough for every search to do it."""
_SAMPLE: Final = f"""
    SELECT path, size, mtime_ns, ctime_ns, inode, digest FROM (
        SELECT *, row_number() OVER (ORDER BY path) AS number, count(*) OVER () AS total FROM (
            SELECT path, size, mtime_ns, ctime_ns, inode, digest
            FROM files JOIN documents ON id = document WHERE container = x''
            UNION ALL SELECT path, size, mtime_ns, ctime_ns, inode, digest FROM containers
        )
    ) WHERE number % ((total + {_MAX_SAMPLES - 1}) / {_MAX_SAMPLES}) = 0 ORDER BY size"""
"""Files from all over the corpus, the smallest first, since they are read."""
_READ_BYTES: Final = 1 << 20


def is_same_folder(one: Path, other: Path) -> bool:
    """Return whether two paths lead to the same folder, or are the same path to none."""
    try:
        return one.samefile(other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)


def locate_corpus(
    corpus: str, corpus_from_index: str, folder: Path, holds_files: Callable[[Path], bool]
) -> Path:
    """Return the corpus of the index in `folder`, from its absolute and its relative path.

    If only one of them exists, it is the corpus. If both do, index and corpus may have been copied
    together: the relative one is the corpus if it `holds_files` of the index.
    """
    absolute = Path(corpus)
    relative = folder.absolute() / corpus_from_index
    if not relative.is_dir():
        return absolute
    if absolute.is_dir() and (is_same_folder(absolute, relative) or not holds_files(relative)):
        return absolute
    return relative.resolve()


def holds_indexed_files(connection: sqlite3.Connection, corpus: Path) -> bool:
    """Return whether at least half of the files in a catalog are in the folder `corpus`, unchanged.

    A sample of them is compared. An index without files agrees with any folder. A catalog of an
    older format, or a damaged one, may be impossible to compare.
    """
    if not corpus.is_dir():
        return False
    try:
        rows = connection.execute(_SAMPLE).fetchall()
        n_left, n_needed = len(rows), (len(rows) + 1) // 2
        for path, *stat, digest in rows:
            if not 0 < n_needed <= n_left:
                break
            n_left -= 1
            n_needed -= not has_changed(f"{corpus}/{decode_path(path)}", FileStat(*stat), digest)
    except (sqlite3.Error, ValueError, TypeError):
        return False
    return n_needed <= 0


def has_changed(path: str, stat: FileStat, digest: str) -> bool:
    """Return whether the file at `path` is missing, or differs from one with `stat` and `digest`.

    Its bytes are compared only if its times or its inode differ.
    """
    try:
        found, is_regular = read_stat(path)
        if found == stat:
            return False
        if found.size != stat.size or not is_regular:
            return True
        with Path(path).open("rb") as source:
            return digest_of(iter(lambda: source.read(_READ_BYTES), b"")) != digest
    except (OSError, ValueError):
        return True
