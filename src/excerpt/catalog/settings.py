"""Settings of the index as a whole ⇄ rows of the table `settings`.

Each field of `IndexSettings` is one row: its name, its value as JSON, and a checksum.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from excerpt.catalog.column_codec import RowValues, checksummed, row_checksum
from excerpt.catalog.errors import detect_damage, expect
from excerpt.catalog.records import AddedFormat, IndexCounts, UnfinishedBuild
from excerpt.engines import Manifest, read_manifest
from excerpt.startup import FrozenValue
from excerpt.text_store.manifest import StoreManifest

__all__ = ["IndexSettings", "read_added_formats", "read_settings", "read_settings_of_any_format"]


class IndexSettings(FrozenValue):
    """The index as a whole, in the state of a commit.

    manifest           the state of the engine that belongs to this state; None before any commit
    store              the state of the text store that belongs to it
    versions           versions of the code that made the index, by name
    corpus             the path of the corpus, absolute
    corpus_from_index  the same path, relative to the folder of the index
    walked_ns          time of the walk of the corpus, in nanoseconds since 1970
    next_document      the id that the next new document gets
    warnings           problems with the metadata of the corpus
    rules              the file with the rules of the collection, "" if there was none
    unfinished         progress of the build, unless this was its last commit
    metadata_names     names of all metadata of all documents, sorted
    counts             numbers of documents, files, passages …
    formats            number of documents by format
    languages          number of documents by language; "" if it is not known
    added_formats      the formats that other packages have added, by name
    readers            digest of the names and versions of all formats
    """

    manifest: Manifest | None = None
    store: StoreManifest = StoreManifest()
    versions: Mapping[str, str | int] = {}
    corpus: str = ""
    corpus_from_index: str = "."
    walked_ns: int = 0
    next_document: int = 1
    warnings: tuple[str, ...] = ()
    rules: str = ""
    unfinished: UnfinishedBuild | None = None
    metadata_names: tuple[str, ...] = ()
    counts: IndexCounts = IndexCounts()
    formats: Mapping[str, int] = {}
    languages: Mapping[str, int] = {}
    added_formats: Mapping[str, AddedFormat] = {}
    readers: str = ""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the settings in decoded JSON `values`.

        Raises:
            ValueError, TypeError: if a field is missing or has the wrong shape.
        """
        is_complete = values.keys() == set(cls.__match_args__) and values["manifest"] is not None
        expect(is_complete, "settings are missing")
        unfinished = values["unfinished"]
        return cls(**values).replace(
            manifest=read_manifest(values["manifest"]),
            store=StoreManifest.from_json(values["store"]),
            warnings=tuple(values["warnings"]),
            unfinished=UnfinishedBuild(**unfinished) if unfinished else None,
            metadata_names=tuple(values["metadata_names"]),
            counts=IndexCounts(**values["counts"]),
            added_formats=read_added_formats(values["added_formats"]),
        )

    def rows(self) -> Iterator[RowValues]:
        """Yield the rows of the table `settings`."""
        values = vars(self) | {
            "manifest": self.manifest.to_json() if self.manifest else None,
            "store": self.store.to_json(),
            "counts": vars(self.counts),
            "unfinished": vars(self.unfinished) if self.unfinished else None,
        }
        for name, value in values.items():
            yield checksummed((name, json.dumps(value)))


def read_added_formats(value: Mapping[str, Any]) -> dict[str, AddedFormat]:
    """Return the formats of other packages from decoded JSON.

    Raises:
        ValueError, TypeError: if it has the wrong shape.
    """
    return {
        name: AddedFormat(str(package), tuple(map(str, suffixes)))
        for name, (package, suffixes) in dict(value).items()
    }


def read_settings(connection: sqlite3.Connection, path: Path) -> IndexSettings:
    """Return the settings of the catalog at `path`, which has the current format.

    Raises:
        IndexDamaged: if any is missing or damaged.
    """
    with detect_damage(path):
        values = {}
        rows = connection.execute("SELECT name, value, checksum FROM settings").fetchall()
        for name, value, checksum in rows:
            expect(row_checksum(name, value) == checksum, f"checksum mismatch in setting {name}")
            values[name] = json.loads(value)
        return IndexSettings.from_json(values)


def read_settings_of_any_format(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the intact settings of a catalog of any format by name, as decoded JSON.

    A rebuild takes the corpus and the engine of an older index from them. All formats so far have
    the columns name, value and checksum in this order, under various names.
    """
    try:
        rows = connection.execute("SELECT * FROM settings").fetchall()
        return {
            name: json.loads(value)
            for name, value, checksum in rows
            if row_checksum(name, value) == checksum
        }
    except (sqlite3.Error, ValueError):
        return {}
