"""The versions that an index and this program must share, and what happens if they differ.

An index of an older version is rebuilt by the next `excerpt build`. One of a newer version may hold
data that this version does not know, so it is replaced only with `--from-scratch`.
"""

import sqlite3
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from excerpt.catalog.errors import damage_error, missing_error, translate_errors
from excerpt.catalog.schema import APPLICATION_ID, FORMAT, is_blank, read_stamp
from excerpt.catalog.settings import read_settings
from excerpt.errors import (
    NAME_INDEX,
    IndexDamaged,
    IndexOutdated,
    Instruction,
    Remedy,
    RunCommand,
    rebuild_remedy,
)
from excerpt.text import VERSION as ANALYSIS

__all__ = [
    "Versions",
    "check_format",
    "check_integrity",
    "check_versions",
    "is_replaceable",
    "query_versions",
    "reason_to_rebuild",
]

Versions = Mapping[str, str | int]
"""Versions by name: "analysis" and "unicode" and, for builds, "readers"."""
_FIRST_PAGE: Final = 4096
"""Bytes at the start of a database that hold its header and the start of its schema."""
_OWN_TABLE: Final = b"CREATE TABLE containers ("


def query_versions() -> Versions:
    """Return the versions on which the interpretation of a query depends."""
    return {"analysis": ANALYSIS, "unicode": unicodedata.unidata_version}


def check_format(connection: sqlite3.Connection, path: Path) -> None:
    """Check that the database at `path` is a catalog of this format.

    Raises:
        IndexMissing: if nothing was ever committed to it.
        IndexDamaged: if it is another program's database.
        IndexOutdated: if it has another format.
    """
    if is_blank(connection, path):
        raise missing_error(path.parent)
    with translate_errors(path):
        application, version = read_stamp(connection)
    if application != APPLICATION_ID:
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
        raise _outdated_error(path.parent, "format", version, FORMAT)


def check_versions(built_with: Versions, current: Versions, folder: Path) -> None:
    """Check that the index in `folder` was `built_with` the `current` versions.

    Raises:
        IndexOutdated: if not.
    """
    for name, version in current.items():
        if built_with.get(name) != version:
            raise _outdated_error(folder, name, built_with.get(name), version)


def _outdated_error(folder: Path, name: str, former: object, current: object) -> IndexOutdated:
    """Return the error for an index that was built with another version of `name`."""
    age = "another"
    remedies: tuple[Remedy, ...] = (RunCommand("Rebuild it", folder, "build"),)
    if isinstance(former, int) and isinstance(current, int):
        age = "a newer" if former > current else "an older"
        if former > current:
            remedies = (Instruction("Use that version."), rebuild_remedy(folder))
    return IndexOutdated(
        f"the index was built by {age} version of excerpt ({name} {former}, not {current}).",
        *remedies,
        where=folder,
    )


def reason_to_rebuild(connection: sqlite3.Connection, path: Path, current: Versions) -> str:
    """Return why a build by the `current` versions cannot update this catalog, "" if it can.

    Raises:
        IndexOutdated: if a newer version of excerpt built the index.
        IndexDamaged: if it is damaged, or not a catalog.
    """
    with suppress(IndexOutdated):
        check_format(connection, path)
    _, format_ = read_stamp(connection)
    if format_ < FORMAT:
        return f"it had format {format_}, not {FORMAT}"
    if format_ > FORMAT:
        raise _outdated_error(path.parent, "format", format_, FORMAT)
    built_with = read_settings(connection, path).versions
    differing = []
    for name, version in current.items():
        former = built_with.get(name)
        if isinstance(former, int) and isinstance(version, int) and former > version:
            raise _outdated_error(path.parent, name, former, version)
        if former != version:
            differing.append(f"it had {name} {former}, not {version}")
    return " and ".join(differing)


def check_integrity(connection: sqlite3.Connection, path: Path) -> None:
    """Check that SQLite can work with the file, whatever its format.

    Raises:
        IndexDamaged: if not.
    """
    with translate_errors(path):
        (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        application, _ = read_stamp(connection)
        # The check overlooks a flipped bit in the list of tables, which could then not be dropped.
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        listed = {name for (name,) in rows}
        parsed = {row[1] for row in connection.execute("PRAGMA table_list") if row[0] == "main"}
    if result == "ok" and listed != {name for name in parsed if not name.startswith("sqlite_")}:
        result = "its list of tables is damaged"
    if result != "ok" or application != APPLICATION_ID:
        raise damage_error(path, result)


def is_replaceable(path: Path) -> bool:
    """Return whether the file at `path` is a catalog, perhaps damaged, or not a database at all.

    Another program's database is never replaced.
    """
    try:
        with path.open("rb") as file:
            page = file.read(_FIRST_PAGE)
    except OSError:
        return path.is_file()
    # Bytes 68 to 71 of SQLite's header hold the application id. They may be damaged themselves, so
    # that one of our tables in the schema is enough.
    is_marked = page[68:72] == APPLICATION_ID.to_bytes(4, "big")
    return not page.startswith(b"SQLite format 3\0") or is_marked or _OWN_TABLE in page
