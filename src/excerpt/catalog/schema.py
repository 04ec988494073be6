"""The tables of a catalog, the versions that make it readable, its connections, and what SQLite's errors mean.

One file in WAL mode with synchronous=FULL: a commit is on the disk when it returns, readers never wait and keep
the state they opened. Every row carries a checksum, because SQLite itself would hand out a flipped bit as it is, and
what is counted is counted twice, because a flipped bit in the tree of a table can hide rows: `n_files` of a document
is kept by triggers, the rest is in the settings.
"""

import errno
import json
import os
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from excerpt import files
from excerpt.catalog.checksums import seal
from excerpt.errors import (
    CHECK_PERMISSIONS,
    INTACT,
    NAME_INDEX,
    Advice,
    ExcerptError,
    IndexBusy,
    IndexDamaged,
    IndexOutdated,
    RunCommand,
    damaged,
    no_index,
    not_an_index_folder,
    rebuild,
)
from excerpt.text import VERSION as ANALYSIS

__all__ = [
    "APPLICATION",
    "FORMAT",
    "NAME",
    "SCHEMA",
    "check",
    "check_soundness",
    "checked",
    "connect_reader",
    "connect_writer",
    "damage",
    "expect",
    "explained",
    "is_blank",
    "is_ours_or_junk",
    "of_another_version",
    "outdated",
    "read_settings",
    "versions",
]

NAME: Final = "catalog.sqlite"
APPLICATION: Final = 0x45584350
"""SQLite's application_id: "EXCP"."""
FORMAT: Final = 11
"""SQLite's user_version, raised by every change to a table or to the files of an engine."""

SCHEMA: Final = (
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL, seal INTEGER NOT NULL) STRICT",
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY, digest TEXT NOT NULL, format TEXT NOT NULL, origin BLOB NOT NULL,
        language TEXT NOT NULL, title TEXT NOT NULL, encoding TEXT NOT NULL, warnings TEXT NOT NULL,
        metadata TEXT NOT NULL, hyphenated TEXT NOT NULL, pages TEXT NOT NULL, n_passages INTEGER NOT NULL,
        n_characters INTEGER NOT NULL, has_lines INTEGER NOT NULL, seal INTEGER NOT NULL, n_files INTEGER NOT NULL DEFAULT 0,
        UNIQUE (digest, format)) STRICT""",
    """CREATE TABLE files (
        path BLOB PRIMARY KEY, document INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, by_path TEXT NOT NULL, given TEXT NOT NULL,
        seal INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX files_of_document ON files (document)",
    """CREATE TRIGGER file_found AFTER INSERT ON files BEGIN
        UPDATE documents SET n_files = n_files + 1 WHERE id = NEW.document; END""",
    """CREATE TRIGGER file_left AFTER DELETE ON files BEGIN
        UPDATE documents SET n_files = n_files - 1 WHERE id = OLD.document; END""",
    "CREATE TABLE dictionary (body BLOB NOT NULL, seal INTEGER NOT NULL) STRICT",
    """CREATE TABLE texts (
        document INTEGER NOT NULL, start INTEGER NOT NULL, body BLOB NOT NULL, seal INTEGER NOT NULL,
        PRIMARY KEY (document, start)) STRICT""",
    """CREATE TABLE passages (
        document INTEGER NOT NULL, ordinal INTEGER NOT NULL, id TEXT NOT NULL, detail TEXT NOT NULL,
        seal INTEGER NOT NULL, PRIMARY KEY (document, ordinal)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX passages_by_id ON passages (id)",
    """CREATE TABLE problems (
        path BLOB PRIMARY KEY, reason TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE skipped (path BLOB PRIMARY KEY, reason TEXT NOT NULL, seal INTEGER NOT NULL)
        STRICT, WITHOUT ROWID""",
)

_PAGE: Final = 4096
_OWN_TABLE: Final = b"CREATE TABLE passages ("


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """What SQLite raises within the block about the catalog at `path`, as the errors of excerpt."""
    try:
        yield
    except (
        sqlite3.Error,
        UnicodeError,
    ) as error:  # a message that quotes what is damaged may be no text
        raise _as_excerpt(error, path) from error


def _as_excerpt(error: Exception, path: Path) -> ExcerptError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return files.refusal(full, "commit", path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexBusy(
            "another program has locked the catalog.",
            Advice("Try again when it is done."),
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
    return damage(path, error)


def damage(path: Path, what: object) -> IndexDamaged:
    """The error for `what` in the catalog at `path` is not as it was written."""
    return damaged(what, path, rebuild(path.parent))


@contextmanager
def checked(path: Path) -> Iterator[None]:
    """Whatever of the catalog at `path` cannot be made sense of within the block is damage, told as such."""
    try:
        with explained(path):
            yield
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, zlib.error) as error:
        raise damage(path, error) from error


def expect(is_right: bool, what: str) -> None:
    """See within `checked` that something is as it was written.

    Raises:
        ValueError: if not, saying `what` it is.
    """
    if not is_right:
        raise ValueError(what)


def read_settings(connection: sqlite3.Connection, path: Path) -> dict[str, Any]:
    """What a build wrote down about the index as a whole.

    Raises:
        IndexDamaged: if any of it is missing or not what was written.
    """
    found = {}
    with checked(path):
        for name, value, sealed in connection.execute(
            "SELECT name, value, seal FROM settings"
        ).fetchall():
            expect(seal(name, value) == sealed, f"setting {name}")
            found[name] = json.loads(value)
        expect(sorted(found) == found["names"], "the settings")
    return found


def read_dictionary(connection: sqlite3.Connection) -> bytes:
    """What the texts of the index are compressed with, b"" if there is none. To be called within `checked`."""
    found: list[tuple[bytes, int]] = connection.execute(
        "SELECT body, seal FROM dictionary"
    ).fetchall()
    for body, sealed in found:
        expect(zlib.crc32(body) == sealed, "the dictionary of the texts")
    return found[0][0] if found else b""


def connect_writer(path: Path) -> sqlite3.Connection:
    """The catalog at `path`, created if it is not there, in manual transactions. Somebody else's database stays as it is."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    pragmas = ["page_size=8192", "synchronous=FULL", "cache_size=-65536", "foreign_keys=OFF"]
    if stamp(connection)[0] == APPLICATION or is_blank(connection, path):
        pragmas.append("journal_mode=WAL")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").close()
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """The catalog at `path`, within a read transaction that sees one state for as long as it lives.

    Raises:
        IndexMissing: if there is none.
        IndexDamaged: if it is not a catalog.
    """
    _look(path)
    with explained(path):
        try:
            return _begin(path, "mode=ro")
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if code == sqlite3.SQLITE_READONLY_ROLLBACK:
                # The power failed while SQLite made the database, before it kept a log, and what it was about
                # must be undone, which nobody can who only reads.
                _begin(path, "mode=rw").close()
                _look(path)
                return _begin(path, "mode=ro")
            if code & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            # A folder that cannot be written has no room for the files SQLite shares among readers. Without a
            # log there is nothing in it that the database has not, and it can be read as it stands.
            log = path.with_name(path.name + "-wal")
            if log.exists() and log.stat().st_size:
                raise
            return _begin(path, "immutable=1")


def _look(path: Path) -> None:
    folder = path.parent
    if folder.exists() and not folder.is_dir():
        raise not_an_index_folder(folder)
    if path.is_dir():
        raise IndexDamaged(
            "this is a folder, not a catalog.",
            Advice("Remove it first."),
            rebuild(folder),
            where=path,
        )
    try:
        is_there = path.stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        is_there = False
    except OSError as error:
        raise ExcerptError(f"{error.strerror}.", CHECK_PERMISSIONS, where=path) from error
    if not is_there:
        raise _missing(folder)


def _missing(folder: Path) -> ExcerptError:
    """The error for no index: there is none yet, or there never was."""
    if holder := files.lock_holder(folder / "lock"):
        return IndexBusy(
            f"the index is being built for the first time by process {holder}.",
            Advice("Try again later: the first files can be searched after a minute."),
            where=folder,
        )
    return no_index(folder)


def _begin(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10
    )
    try:
        connection.execute("BEGIN").close()
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def stamp(connection: sqlite3.Connection) -> tuple[int, int]:
    """The application_id and user_version of a database, (0, 0) when nothing was ever committed to it."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application, version


def check(connection: sqlite3.Connection, path: Path) -> None:
    """See that the database is a catalog of this format.

    Raises:
        IndexMissing: if nothing was ever committed to it.
        IndexDamaged: if it is somebody else's database.
        IndexOutdated: if its format is another one.
    """
    if is_blank(connection, path):
        raise _missing(path.parent)
    with explained(path):
        application, version = stamp(connection)
    if application != APPLICATION:
        raise IndexDamaged(
            "this database is not a catalog of excerpt.",
            NAME_INDEX,
            RunCommand(
                "If it was an index of excerpt, rebuild it",
                path.parent,
                "build",
                ("--from-scratch",),
            ),
            where=path,
        )
    if version != FORMAT:
        raise of_another_version(path.parent, "format", version, FORMAT)


def of_another_version(folder: Path, name: str, made_by: object, now: object) -> IndexOutdated:
    """The error for an index that was made with another version of `name` than is in use `now`."""
    are_numbers = isinstance(made_by, int) and isinstance(now, int)
    is_newer = are_numbers and made_by > now  # type: ignore[operator]
    age = ("a newer" if is_newer else "an older") if are_numbers else "another"
    remedies = (
        (Advice("Use that version."), rebuild(folder))
        if is_newer
        else (RunCommand("Build it again", folder, "build"),)
    )
    return IndexOutdated(
        f"the index was built by {age} version of excerpt ({name} {made_by}, not {now}).",
        *remedies,
        where=folder,
    )


def is_blank(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether nothing was ever committed to the database."""
    with explained(path):
        (n_tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return stamp(connection) == (0, 0) and n_tables == 0


def outdated(connection: sqlite3.Connection, path: Path, now: Mapping[str, str | int]) -> str:
    """Why a build by the versions `now` cannot go on from this catalog, "" if it can.

    Raises:
        IndexOutdated: if a newer version of excerpt made it, which may hold what this one does not know.
        IndexDamaged: if it is not a catalog, or not what was written.
    """
    with suppress(IndexOutdated):
        check(connection, path)
    _, format_ = stamp(connection)
    if format_ < FORMAT:
        return f"made with format {format_}, not {FORMAT}"
    if format_ > FORMAT:
        raise of_another_version(path.parent, "format", format_, FORMAT)
    made_by: dict[str, str | int] = read_settings(connection, path)["versions"]
    for name, version in now.items():
        former = made_by.get(name)
        if isinstance(former, int) and isinstance(version, int) and former > version:
            raise of_another_version(path.parent, name, former, version)
    differing = [name for name, version in now.items() if made_by.get(name) != version]
    return " and ".join(
        f"made with {name} {made_by.get(name)}, not {now[name]}" for name in differing
    )


def check_soundness(connection: sqlite3.Connection, path: Path) -> None:
    """See that SQLite can work with the file.

    Raises:
        IndexDamaged: if not.
    """
    with explained(path):
        (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        application, _ = stamp(connection)
    if result != "ok" or application != APPLICATION:
        raise damage(path, result)


def is_ours_or_junk(path: Path) -> bool:
    """Whether the file at `path` is no other program's database: its mark may be damaged, or its tables."""
    try:
        with path.open("rb") as file:
            page = file.read(_PAGE)
    except OSError:
        return path.is_file()
    is_marked = page[68:72] == APPLICATION.to_bytes(4, "big")
    return not page.startswith(b"SQLite format 3\0") or is_marked or _OWN_TABLE in page


def versions() -> dict[str, str | int]:
    """What a query must have in common with the index it asks."""
    return {"analysis": ANALYSIS, "unicode": unicodedata.unidata_version}
