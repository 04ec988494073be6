"""The tables of a catalog, and the numbers by which a file is known to be one.

Every row carries a checksum, because SQLite returns a flipped bit as it is. Every number of rows is
stored a second time, because a flipped bit in a table's B-tree can hide rows: triggers maintain
`documents.n_files`, and the settings hold the other counts.
"""

import sqlite3
from pathlib import Path
from typing import Final

from excerpt.catalog.errors import translate_errors

__all__ = ["APPLICATION_ID", "FORMAT", "NAME", "STATEMENTS", "is_blank", "read_stamp"]

NAME: Final = "catalog.sqlite"
APPLICATION_ID: Final = 0x45584350
"""SQLite's `application_id`: the letters EXCP."""
FORMAT: Final = 26
"""SQLite's `user_version`; raised by every change to a table, the text files, or the files of an
engine."""

STATEMENTS: Final = (
    """CREATE TABLE settings (
        name TEXT PRIMARY KEY, value TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT""",
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY, digest TEXT NOT NULL, format TEXT NOT NULL, reading TEXT NOT NULL,
        origin BLOB NOT NULL, language TEXT NOT NULL, metadata TEXT NOT NULL,
        n_warnings INTEGER NOT NULL, n_passages INTEGER NOT NULL, n_running INTEGER NOT NULL,
        n_characters INTEGER NOT NULL, checksum INTEGER NOT NULL,
        n_files INTEGER NOT NULL DEFAULT 0, UNIQUE (digest, format, reading)) STRICT""",
    """CREATE TABLE files (
        path BLOB PRIMARY KEY, container BLOB NOT NULL, document INTEGER NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL, path_metadata TEXT NOT NULL, table_metadata TEXT NOT NULL,
        checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX files_of_document ON files (document)",
    """CREATE TRIGGER file_added AFTER INSERT ON files BEGIN
        UPDATE documents SET n_files = n_files + 1 WHERE id = NEW.document; END""",
    """CREATE TRIGGER file_removed AFTER DELETE ON files BEGIN
        UPDATE documents SET n_files = n_files - 1 WHERE id = OLD.document; END""",
    """CREATE TABLE containers (
        path BLOB PRIMARY KEY, digest TEXT NOT NULL, reading TEXT NOT NULL,
        is_complete INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, checksum INTEGER NOT NULL)
        STRICT, WITHOUT ROWID""",
    """CREATE TABLE unreadable (
        path BLOB PRIMARY KEY, container BLOB NOT NULL, reason TEXT NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE excluded (
        path BLOB PRIMARY KEY, reason TEXT NOT NULL, checksum INTEGER NOT NULL)
        STRICT, WITHOUT ROWID""",
)
"""The statements that create an empty catalog."""


def read_stamp(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return the application id and the format of a database; both are 0 before any commit."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application, version


def is_blank(connection: sqlite3.Connection, path: Path) -> bool:
    """Return whether nothing was ever committed to the database at `path`."""
    with translate_errors(path):
        (n_tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return read_stamp(connection) == (0, 0) and n_tables == 0
