"""The next state of a catalog in the making, for builds alone, under the index's lock.

Everything a reader can see changes in one transaction, which also holds the engine's manifest. It begins with the
first change and ends with `commit`; whatever is not committed was never there.
"""

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from excerpt import files
from excerpt.catalog import row_codec, schema
from excerpt.catalog.checksums import seal
from excerpt.catalog.records import FileProblem, MetadataPairs, Stat, corpus_of, merged
from excerpt.engines import Manifest, engine_of
from excerpt.errors import IndexDamaged, RunCommand

__all__ = ["CatalogWriter", "KnownFile", "KnownProblem"]

_JOURNAL: Final = "-journal"


class KnownFile(NamedTuple):
    """A path the catalog knows, the document found there, and what `metadata.csv` said of it."""

    document: int
    stat: Stat
    given: MetadataPairs


class KnownProblem(NamedTuple):
    """Why a file could not be read, and its stat then."""

    reason: str
    stat: Stat


class CatalogWriter:
    """A catalog to be changed. `started_over` says why nothing of an older state is kept, "" if it is."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        versions: Mapping[str, str | int],
        started_over: str = "",
    ) -> None:
        """Use `CatalogWriter.open`."""
        self.folder = folder
        self.started_over = started_over
        self._path = folder / schema.NAME
        self._connection = connection
        self._versions = versions
        former = self._read_settings()
        self._is_new = bool(started_over) or not former
        self.settings: dict[str, Any] = {} if self._is_new else former
        self.corpus = corpus_of(former, folder) if "corpus" in former else None
        """The corpus of the last commit, even if nothing else of it is kept."""
        self.engine = engine_of(former["manifest"]) if "manifest" in former else None
        """The name of the engine of the last commit, likewise."""

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        extraction: int = 0,
        from_scratch: bool = False,
        is_trial: bool = False,
        is_rebuildable: bool = True,
    ) -> Self:
        """The catalog in `folder`, created if there is none. One of other versions, or any with `from_scratch`, is
        replaced as a whole by the first commit. With `is_trial` nothing is created, and nothing must be committed.
        `extraction` is the version of what reads the sources. A damaged catalog makes room for a new one only if
        `is_rebuildable`: if it is known from elsewhere what the index is of.

        Raises:
            IndexOutdated: if a newer version made it, and `from_scratch` is not asked for.
            IndexDamaged: if it is not what was written, and `from_scratch` is not asked for or not possible.
        """
        path = folder / schema.NAME
        versions = schema.versions() | {"extraction": extraction}
        is_there = path.exists() and path.stat().st_size > 0
        if is_trial and not is_there:
            return cls(folder, sqlite3.connect(":memory:"), versions)
        try:
            return cls._open(folder, versions, "as asked" if from_scratch else "")
        except IndexDamaged as error:
            if is_trial or not from_scratch or not schema.is_ours_or_junk(path):
                raise
            if not is_rebuildable:
                name_corpus = RunCommand(
                    "Name the corpus", folder, "build", ("--from-scratch", "--corpus", "FOLDER")
                )
                raise IndexDamaged(error.what, name_corpus, where=error.where) from error
            for suffix in ("", "-wal", "-shm", _JOURNAL):
                files.remove(path.with_name(path.name + suffix))
            catalog = cls._open(folder, versions, "")
            catalog.started_over = f"as asked: {error.message}"
            return catalog

    @classmethod
    def _open(cls, folder: Path, versions: Mapping[str, str | int], reason: str) -> Self:
        path = folder / schema.NAME
        with schema.explained(path):
            connection = schema.connect_writer(path)
        try:
            if schema.is_blank(connection, path):
                files.sync_path_to(folder)
                return cls(folder, connection, versions)
            if reason:
                schema.check_soundness(connection, path)
            return cls(
                folder, connection, versions, reason or schema.outdated(connection, path, versions)
            )
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Let go of the file; what is not committed is dropped."""
        with schema.explained(self._path):
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What is known

    @property
    def manifest(self) -> Manifest | None:
        """The engine's part of the last commit, None before the first."""
        return self.settings.get("manifest")

    def committed(self) -> Manifest | None:
        """The engine's part of the state that readers see, None if there is none. What is not committed is dropped.

        Raises:
            IndexDamaged, IndexOutdated: if that cannot be told.
        """
        with schema.explained(self._path):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK").close()
        if schema.is_blank(self._connection, self._path):
            return None
        schema.check(self._connection, self._path)
        manifest: Manifest = schema.read_settings(self._connection, self._path)["manifest"]
        return manifest

    def _read_settings(self) -> dict[str, Any]:
        """The settings of any format, so far as they are sound: none, if they are not where this version has them."""
        try:
            found = self._connection.execute("SELECT name, value, seal FROM settings").fetchall()
            return {
                name: json.loads(value)
                for name, value, sealed in found
                if seal(name, value) == sealed
            }
        except (sqlite3.Error, ValueError):
            return {}

    def files(self) -> dict[str, KnownFile]:
        """All files by path."""
        if self._is_new:
            return {}
        lost = self._rows(
            "SELECT 1 FROM files WHERE document NOT IN (SELECT id FROM documents) LIMIT 1"
        )
        found = self._rows(
            "SELECT path, document, size, mtime_ns, ctime_ns, inode, given FROM files"
        )
        with schema.checked(self._path):
            schema.expect(not lost, "a file of no document")
            return {
                row_codec.path_from(path): KnownFile(document, Stat(*stat), _pairs(given))
                for path, document, *stat, given in found
            }

    def digests(self) -> dict[int, str]:
        """The digests of all documents' bytes, by id."""
        return {} if self._is_new else dict(self._rows("SELECT id, digest FROM documents"))

    def problems(self) -> dict[str, KnownProblem]:
        """The files that could not be read, by path."""
        if self._is_new:
            return {}
        found = self._rows("SELECT path, reason, size, mtime_ns, ctime_ns, inode FROM problems")
        return {
            row_codec.path_from(path): KnownProblem(reason, Stat(*stat))
            for path, reason, *stat in found
        }

    def skipped(self) -> list[FileProblem]:
        """What the last walk left out."""
        if self._is_new:
            return []
        found = self._rows("SELECT path, reason FROM skipped ORDER BY path")
        return [FileProblem(row_codec.path_from(path), reason) for path, reason in found]

    def origins(self) -> dict[int, bytes]:
        """The origins of all documents, which differ, by id; encoded as paths are."""
        return {} if self._is_new else dict(self._rows("SELECT id, origin FROM documents"))

    # Changes

    def document_with(self, digest: str, format_: str) -> int | None:
        """The id of the document made of these bytes in this format, if there is one."""
        self._begin()
        found = self._rows(
            "SELECT id FROM documents WHERE digest = ? AND format = ?", (digest, format_)
        )
        return found[0][0] if found else None

    @property
    def dictionary(self) -> bytes:
        """What the texts of the index are compressed with, b"" if there is none."""
        if self._is_new:
            return b""
        with schema.checked(self._path):
            return schema.read_dictionary(self._connection)

    def keep_dictionary(self, dictionary: bytes) -> None:
        """Compress the texts of the index with this from now on."""
        self._begin()
        self._many("INSERT INTO dictionary VALUES (?,?)", [(dictionary, zlib.crc32(dictionary))])

    def add(self, entry: row_codec.Entry) -> None:
        """Take in a document; its files follow."""
        self._begin()
        self._many(
            "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0)", [entry.document]
        )
        self.add_rows(entry.texts, entry.passages)

    def add_rows(self, texts: Sequence[row_codec.Row], passages: Sequence[row_codec.Row]) -> None:
        """Take in rows of texts and passages of documents that follow."""
        self._begin()
        self._many("INSERT INTO texts VALUES (?,?,?,?)", texts)
        self._many("INSERT INTO passages VALUES (?,?,?,?,?)", passages)

    def drop_rows(self, documents: Sequence[int]) -> None:
        """Remove the rows of texts and passages of documents that do not follow after all."""
        self._begin()
        for table in ("texts", "passages"):
            self._many(
                f"DELETE FROM {table} WHERE document = ?", [(document,) for document in documents]
            )

    def place(
        self,
        path: str,
        stat: Stat,
        document: int,
        by_path: MetadataPairs = (),
        given: MetadataPairs = (),
    ) -> None:
        """Say that `document` is found at `path`, whatever was found there before; for the metadata see `merged`."""
        self._begin()
        self.forget(path)
        row = (row_codec.encode_path(path), document, *stat, json.dumps(by_path), json.dumps(given))
        self._many("INSERT INTO files VALUES (?,?,?,?,?,?,?,?,?)", [_sealed(row)])

    def forget(self, path: str) -> None:
        """Say that nothing is found at `path` any more."""
        self._begin()
        for table in ("files", "problems"):
            self._many(f"DELETE FROM {table} WHERE path = ?", [(row_codec.encode_path(path),)])

    def blame(self, path: str, reason: str, stat: Stat) -> None:
        """Say that the file at `path` could not be read; it is tried again when its stat changes."""
        self.forget(path)
        row = (row_codec.encode_path(path), row_codec.storable(reason), *stat)
        self._many("INSERT INTO problems VALUES (?,?,?,?,?,?,?)", [_sealed(row)])

    def skip(self, skipped: Iterable[FileProblem]) -> None:
        """Say what the walk left out."""
        self._begin()
        self._run("DELETE FROM skipped")
        self._many(
            "REPLACE INTO skipped VALUES (?,?,?)",
            [
                _sealed((row_codec.encode_path(each.path), row_codec.storable(each.reason)))
                for each in skipped
            ],
        )

    def description(self, document: int) -> tuple[list[str], MetadataPairs]:
        """The paths of a document and what is said of it at any of them."""
        found = self._rows("SELECT * FROM files WHERE document = ? ORDER BY path", (document,))
        with schema.checked(self._path):
            ((own,),) = self._rows("SELECT metadata FROM documents WHERE id = ?", (document,))
            said = []
            for *values, sealed in found:
                schema.expect(seal(*values) == sealed, f"a file of document {document}")
                said.append(merged(_pairs(own), *map(_pairs, values[-2:])))
            pairs = [pair for each in said for pair in each]
            return [row_codec.path_from(path) for path, *_ in found], tuple(dict.fromkeys(pairs))

    def drop_homeless(self) -> list[int]:
        """Remove the documents that are found nowhere any more; returns their ids."""
        self._begin()
        ids = self._rows("SELECT id FROM documents WHERE n_files = 0")
        for table, column in (("documents", "id"), ("texts", "document"), ("passages", "document")):
            self._many(f"DELETE FROM {table} WHERE {column} = ?", ids)
        return [id_ for (id_,) in ids]

    @property
    def is_changed(self) -> bool:
        """Whether there is something to commit."""
        return self._connection.in_transaction

    def commit(self, manifest: Manifest, **settings: Any) -> None:
        """Make everything since the last commit visible at once, with `manifest` and other `settings`."""
        self._begin()
        self.settings |= settings | {
            "manifest": manifest,
            "versions": dict(self._versions),
            "metadata_names": self._metadata_names(),
            **self._counts(),
        }
        self.settings["names"] = sorted({*self.settings, "names"})
        values = [(name, json.dumps(value)) for name, value in self.settings.items()]
        self._many("REPLACE INTO settings VALUES (?,?,?)", [_sealed(row) for row in values])
        files.sync_folder(self.folder)  # what a process made that was killed before it could
        with files.step("commit", self._path):
            self._run("COMMIT")
        files.sync_folder(self.folder)

    def _metadata_names(self) -> list[str]:
        columns = (("documents", "metadata"), ("files", "by_path"), ("files", "given"))
        found = self._rows(
            " UNION ".join(
                f"SELECT json_extract(value, '$[0]') FROM {table}, json_each({column})"
                for table, column in columns
            )
        )
        return sorted(name for (name,) in found)

    def _counts(self) -> dict[str, dict[str, int]]:
        """How much there is: told from here alone, for a damaged tree would miscount."""
        counts = dict.fromkeys(
            ("documents", "files", "passages", "characters", "problems", "skipped"), 0
        )
        ((counts["repaired"],),) = self._rows(
            "SELECT count(*) FROM documents WHERE warnings != '[]'"
        )
        ((counts["empty"],),) = self._rows("SELECT count(*) FROM documents WHERE n_passages = 0")
        for table in ("files", "problems", "skipped"):
            ((counts[table],),) = self._rows(f"SELECT count(*) FROM {table}")
        formats: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        for format_, language, number, *sizes in self._rows(
            "SELECT format, language, count(*), sum(n_passages), sum(n_characters) FROM documents"
            " GROUP BY format, language ORDER BY format, language"
        ):
            formats[format_] += number
            languages[language] += number
            for name, size in zip(
                ("documents", "passages", "characters"), (number, *sizes), strict=True
            ):
                counts[name] += size
        return {"counts": counts, "formats": formats, "languages": dict(sorted(languages.items()))}

    def tidy(self) -> None:
        """Move the log into the database, so that it can be read where nothing can be written.

        A reader of an older state is not waited for: the next build does it then. The journal by which SQLite has made
        the database may be back after a power cut; by now it means nothing any more.
        """
        journal = self._path.with_name(self._path.name + _JOURNAL)
        if journal.exists():
            files.remove(journal)
        self._rows("PRAGMA busy_timeout=0")
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    # SQLite

    def _begin(self) -> None:
        if self._connection.in_transaction:
            return
        self._run("BEGIN IMMEDIATE")
        if self._is_new:
            self._create()
            self._is_new = False

    def _create(self) -> None:
        for (name,) in self._rows("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            self._run(f'DROP TABLE "{name}"')
        for statement in schema.SCHEMA:
            self._run(statement)
        self._run(f"PRAGMA application_id = {schema.APPLICATION}")
        self._run(f"PRAGMA user_version = {schema.FORMAT}")

    def _run(self, sql: str) -> None:
        with schema.explained(self._path):
            self._connection.execute(sql).close()

    def _many(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        if not values:
            return
        with schema.explained(self._path):
            self._connection.executemany(sql, values)

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with schema.explained(self._path):
            return self._connection.execute(sql, values).fetchall()


def _sealed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row, seal(*row))


def _pairs(text: str) -> MetadataPairs:
    return () if text == "[]" else tuple((name, value) for name, value in json.loads(text))
