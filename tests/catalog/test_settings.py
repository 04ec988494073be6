"""Tests of `catalog.settings`: settings survive, and those of older formats are understood."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from catalogs import MANIFEST
from excerpt.catalog.column_codec import row_checksum
from excerpt.catalog.records import IndexCounts, UnfinishedBuild
from excerpt.catalog.schema import STATEMENTS
from excerpt.catalog.settings import (
    IndexSettings,
    read_settings,
    read_settings_of_any_format,
)
from excerpt.errors import IndexDamaged

SETTINGS = IndexSettings(
    manifest=MANIFEST,
    versions={"analysis": 1, "unicode": "15"},
    corpus="/letters",
    corpus_from_index="../letters",
    walked_ns=5,
    next_document=7,
    warnings=("a", "b"),
    unfinished=UnfinishedBuild(2, 9),
    metadata_names=("author", "date"),
    counts=IndexCounts(1, 2, 3, 4, 5, 6, 7, 8),
    formats={"html": 1},
    languages={"": 1},
)


def database_of(settings: IndexSettings) -> sqlite3.Connection:
    """Return a catalog that holds only `settings`."""
    connection = sqlite3.connect(":memory:")
    for statement in STATEMENTS:
        connection.execute(statement)
    connection.executemany("INSERT INTO settings VALUES (?,?,?)", list(settings.rows()))
    return connection


@pytest.mark.parametrize("settings", [SETTINGS, IndexSettings(manifest=MANIFEST)])
def test_settings_survive(settings: IndexSettings) -> None:
    """Every field is read back as it was written."""
    with closing(database_of(settings)) as connection:
        assert read_settings(connection, Path("catalog.sqlite")) == settings


@pytest.mark.parametrize("field", IndexSettings.__match_args__)
def test_a_missing_or_changed_setting_is_damage(field: str) -> None:
    """No field is optional, and each has a checksum."""
    for change in ("DELETE FROM settings", "UPDATE settings SET value = value || ' '"):
        with closing(database_of(SETTINGS)) as connection:
            connection.execute(f"{change} WHERE name = ?", (field,))
            with pytest.raises(IndexDamaged, match=f"settings are missing|in setting {field}"):
                read_settings(connection, Path("catalog.sqlite"))


@pytest.mark.parametrize("value", ["5", "[]", '{"files": 1, "pages": 2}', "null"])
def test_settings_of_the_wrong_shape_are_damage(value: str) -> None:
    """Values that no build writes raise an error of excerpt, even with a correct checksum."""
    with closing(database_of(SETTINGS)) as connection:
        connection.execute(
            "UPDATE settings SET value = ?, checksum = ? WHERE name = 'counts'",
            (value, row_checksum("counts", value)),
        )
        with pytest.raises(IndexDamaged):
            read_settings(connection, Path("catalog.sqlite"))


def test_settings_of_another_format_are_read() -> None:
    """The columns are found by their order, and damaged settings are left out."""
    with closing(database_of(SETTINGS)) as connection:
        connection.execute("ALTER TABLE settings RENAME COLUMN checksum TO seal")
        connection.execute("DELETE FROM settings WHERE name = 'counts'")
        connection.execute("UPDATE settings SET value = '8' WHERE name = 'next_document'")
        found = read_settings_of_any_format(connection)
    assert found["corpus"] == "/letters"
    assert found["manifest"] == MANIFEST.to_json()
    assert "next_document" not in found
    with closing(sqlite3.connect(":memory:")) as connection:
        assert read_settings_of_any_format(connection) == {}
