"""Connections to a catalog, for readers and for builds.

The database is in WAL mode with `synchronous=FULL`: a commit is on the disk when it returns, and
readers never wait, since each keeps the state that it opened.
"""

import sqlite3
from pathlib import Path

from excerpt.catalog.errors import missing_error, translate_errors
from excerpt.catalog.schema import APPLICATION_ID, is_blank, read_stamp
from excerpt.errors import (
    CHECK_PERMISSIONS,
    ExcerptError,
    IndexDamaged,
    Instruction,
    not_an_index_folder,
    rebuild_remedy,
)

__all__ = ["connect_reader", "connect_writer"]

_TIMEOUT = 10
"""Seconds that SQLite waits for another connection's lock."""
_ENCODED = frozenset("%?#\\:")
"""Signs that have a meaning in the URI of a file, and the separators of Windows."""


def connect_writer(path: Path) -> sqlite3.Connection:
    """Return a connection to the catalog at `path`, without automatic transactions.

    The file is created if it is missing. The database of another program is not changed: only a
    catalog, or an empty database, is switched to WAL mode.
    """
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=_TIMEOUT
    )
    # A negative cache size is in KiB: 64 MiB, against SQLite's 2 MiB. The page size applies to new
    # databases only.
    pragmas = ["page_size=8192", "synchronous=FULL", "cache_size=-65536", "foreign_keys=OFF"]
    if read_stamp(connection)[0] == APPLICATION_ID or is_blank(connection, path):
        pragmas.append("journal_mode=WAL")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").close()
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Return a connection to the catalog at `path` within a read transaction.

    The connection sees the state at this moment for as long as it is open.

    Raises:
        IndexMissing: if there is no catalog.
        IndexDamaged: if the file is not a catalog.
    """
    _check_file(path)
    with translate_errors(path):
        try:
            return _begin(path, "mode=ro")
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if code == sqlite3.SQLITE_READONLY_ROLLBACK:
                # The power failed while SQLite created the database, before it was in WAL mode.
                # The unfinished transaction must be rolled back, which needs a writable connection.
                _begin(path, "mode=rw").close()
                _check_file(path)
                return _begin(path, "mode=ro")
            if code & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            # The folder is not writable, so SQLite cannot create the files that its readers share.
            # Without a log, the database file is complete, and nobody can be writing to it.
            log = path.with_name(path.name + "-wal")
            if log.exists() and log.stat().st_size:
                raise
            return _begin(path, "immutable=1")


def _check_file(path: Path) -> None:
    """Raise an error if there is no file at `path` that may be a catalog."""
    folder = path.parent
    if folder.exists() and not folder.is_dir():
        raise not_an_index_folder(folder)
    if path.is_dir():
        raise IndexDamaged(
            "this is a folder, not a catalog.",
            Instruction("Remove it first."),
            rebuild_remedy(folder),
            where=path,
        )
    try:
        is_there = path.stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        is_there = False
    except OSError as error:
        raise ExcerptError(f"{error.strerror}.", CHECK_PERMISSIONS, where=path) from error
    if not is_there:
        raise missing_error(folder)


def _begin(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{_uri(path.absolute())}?{mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_TIMEOUT,
    )
    try:
        connection.execute("BEGIN").close()
        # SQLite takes its snapshot with the first read, not with BEGIN.
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _uri(path: Path) -> str:
    """Return the URI of an absolute path, encoded as SQLite expects it."""
    name = str(path)
    # Path.as_uri imports urllib.parse, which takes 2 ms. Few names have signs to be encoded.
    is_plain = name.isascii() and name.isprintable() and _ENCODED.isdisjoint(name)
    return f"file://{name}" if is_plain else path.as_uri()
