"""The next state of a catalog, for builds, which hold the lock of the index.

All that a reader can see changes in one transaction, together with the engine's manifest. The
transaction begins with the first change and ends with `commit`. Without a commit, nothing happened.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from excerpt import files
from excerpt.catalog import schema, versions
from excerpt.catalog.column_codec import RowValues, decode_path, encode_path, row_checksum
from excerpt.catalog.connection import connect_writer
from excerpt.catalog.corpus_location import (
    holds_indexed_files,
    is_same_folder,
    locate_corpus,
)
from excerpt.catalog.document_codec import (
    DocumentRow,
    decode_container,
    decode_pairs,
    encode_container,
    encode_excluded,
    encode_file,
    encode_unreadable,
)
from excerpt.catalog.errors import detect_damage, expect, translate_errors
from excerpt.catalog.metadata import merge_metadata
from excerpt.catalog.records import (
    FileStat,
    IndexCounts,
    IndexedContainer,
    MetadataPairs,
    UnindexedFile,
)
from excerpt.catalog.settings import (
    IndexSettings,
    read_added_formats,
    read_settings,
    read_settings_of_any_format,
)
from excerpt.catalog.versions import Versions, query_versions
from excerpt.engines import Manifest, engine_of
from excerpt.errors import IndexDamaged, RunCommand

__all__ = ["REQUESTED", "CatalogWriter", "FileRecord", "UnreadableRecord"]

REQUESTED: Final = "as requested"
"""Why an index is rebuilt that could have been updated."""
_JOURNAL: Final = "-journal"


class FileRecord(NamedTuple):
    """A file as the catalog has it: its document, stat, metadata in a metadata.csv, container."""

    document: int
    stat: FileStat
    table_metadata: MetadataPairs
    container: str = ""


class UnreadableRecord(NamedTuple):
    """Why a file could not be read, its stat at that time, and its container."""

    reason: str
    stat: FileStat
    container: str = ""


class CatalogWriter:
    """A catalog that is being changed.

    rebuild_reason  why nothing of the former state is kept; "" if the index is updated
    settings        the settings of the last commit, or empty ones
    corpus          the corpus of the last commit, known even if nothing else is kept
    engine          the name of the engine of the last commit, likewise
    """

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        versions: Versions,
        rebuild_reason: str = "",
    ) -> None:
        """Wrap a connection; use `CatalogWriter.open` instead."""
        self.folder = folder
        self.rebuild_reason = rebuild_reason
        self._path = folder / schema.NAME
        self._connection = connection
        self._versions = versions
        former = read_settings_of_any_format(connection)
        self._is_new = bool(rebuild_reason) or not former
        self.settings = (
            _blank_settings(former, rebuild_reason)
            if self._is_new
            else read_settings(connection, self._path)
        )
        self.corpus: Path | None = None
        if "corpus" in former:
            self.corpus = locate_corpus(
                former["corpus"],
                former.get("corpus_from_index", "."),
                folder,
                self._holds_indexed_files,
            )
        self.engine: str | None = None
        if "manifest" in former:
            self.engine = engine_of(former["manifest"])

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        readers: int = 0,
        from_scratch: bool = False,
        is_dry_run: bool = False,
        is_corpus_known: bool = True,
    ) -> Self:
        """Open the catalog in `folder`; create it if there is none.

        A catalog of an older version, or any catalog with `from_scratch`, is replaced as a whole by
        the first commit. A damaged one is replaced only with `from_scratch` and if
        `is_corpus_known`: otherwise there may be nothing to rebuild it from. In a dry run, nothing
        is created and nothing may be committed. `readers` is the version of the code that reads
        source files.

        Raises:
            IndexOutdated: if a newer version built it, without `from_scratch`.
            IndexDamaged: if it is damaged and not replaced.
        """
        path = folder / schema.NAME
        current = {**query_versions(), "readers": readers}
        exists = path.exists() and path.stat().st_size > 0
        if is_dry_run and not exists:
            return cls(folder, sqlite3.connect(":memory:"), current)
        try:
            return cls._open(folder, current, REQUESTED if from_scratch else "")
        except IndexDamaged as error:
            if is_dry_run or not from_scratch or not versions.is_replaceable(path):
                raise
            if not is_corpus_known:
                name_corpus = RunCommand(
                    "Name the corpus", folder, "build", ("--from-scratch", "--corpus", "FOLDER")
                )
                raise IndexDamaged(error.what, name_corpus, where=error.where) from error
            for suffix in ("", "-wal", "-shm", _JOURNAL):
                files.remove(path.with_name(path.name + suffix))
            catalog = cls._open(folder, current, "")
            catalog.rebuild_reason = f"{REQUESTED}: {error.message}"
            return catalog

    @classmethod
    def _open(cls, folder: Path, current: Versions, reason: str) -> Self:
        path = folder / schema.NAME
        with translate_errors(path):
            connection = connect_writer(path)
        try:
            if schema.is_blank(connection, path):
                files.sync_path_to(folder)
                return cls(folder, connection, current)
            if reason:
                versions.check_integrity(connection, path)
            else:
                reason = versions.reason_to_rebuild(connection, path, current)
            return cls(folder, connection, current, reason)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close the file; changes since the last commit are lost."""
        with translate_errors(self._path):
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # The last commit

    @property
    def is_blank(self) -> bool:
        """True if nothing was ever committed to the file."""
        return schema.is_blank(self._connection, self._path)

    def is_own_corpus(self, folder: Path) -> bool:
        """Return whether `folder` is the corpus, or holds most of its files unchanged.

        Before the first commit, every folder can become the corpus.
        """
        return (
            self.corpus is None
            or is_same_folder(folder, self.corpus)
            or self._holds_indexed_files(folder)
        )

    def _holds_indexed_files(self, folder: Path) -> bool:
        return holds_indexed_files(self._connection, folder)

    @property
    def manifest(self) -> Manifest | None:
        """The engine's state in the last commit; None before the first."""
        return self.settings.manifest

    def committed_settings(self) -> IndexSettings | None:
        """Return the settings that readers see, None if there are none.

        Changes since the last commit are rolled back. In contrast to `settings`, these are those in
        the file, also if an index of another version is about to be replaced.

        Raises:
            IndexDamaged, IndexOutdated: if they cannot be read.
        """
        with translate_errors(self._path):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK").close()
        if schema.is_blank(self._connection, self._path):
            return None
        versions.check_format(self._connection, self._path)
        return read_settings(self._connection, self._path)

    def files(self) -> dict[str, FileRecord]:
        """Return all files by path."""
        if self._is_new:
            return {}
        orphan = self._rows(
            "SELECT 1 FROM files"
            " WHERE container != x'' AND container NOT IN (SELECT path FROM containers) LIMIT 1"
        )
        # Digests and origins are read from different trees of SQLite; either may be damaged.
        known = self.digests().keys()
        is_intact = known == {id_ for (id_,) in self._rows("SELECT id FROM documents NOT INDEXED")}
        rows = self._rows(
            "SELECT path, container, document, size, mtime_ns, ctime_ns, inode, table_metadata"
            " FROM files"
        )
        containers: dict[bytes, str] = {}  # one string for all members
        with detect_damage(self._path):
            is_intact = is_intact and known >= {document for _, _, document, *_ in rows}
            expect(is_intact and not orphan, "the document or container of a file is missing")
            return {
                decode_path(path): FileRecord(
                    document,
                    FileStat(*stat),
                    decode_pairs(metadata),
                    containers.setdefault(container, decode_path(container)),
                )
                for path, container, document, *stat, metadata in rows
            }

    def containers(self) -> dict[str, IndexedContainer]:
        """Return the files that hold many documents, by path."""
        if self._is_new:
            return {}
        rows = self._rows("SELECT * FROM containers")
        with detect_damage(self._path):
            return dict(map(decode_container, rows))

    def digests(self) -> dict[int, str]:
        """Return the digests of all documents' bytes, by id."""
        return {} if self._is_new else dict(self._rows("SELECT id, digest FROM documents"))

    def readings(self) -> dict[int, tuple[str, str]]:
        """Return the formats of all documents and the keys of their readings, by id."""
        if self._is_new:
            return {}
        rows = self._rows("SELECT id, format, reading FROM documents")
        known: dict[tuple[str, str], tuple[str, str]] = {}  # most documents share one value
        return {id_: known.setdefault((name, key), (name, key)) for id_, name, key in rows}

    def unreadable(self) -> dict[str, UnreadableRecord]:
        """Return the files that could not be read, by path."""
        if self._is_new:
            return {}
        rows = self._rows(
            "SELECT path, container, reason, size, mtime_ns, ctime_ns, inode FROM unreadable"
        )
        with detect_damage(self._path):
            return {
                decode_path(path): UnreadableRecord(reason, FileStat(*stat), decode_path(container))
                for path, container, reason, *stat in rows
            }

    def excluded(self) -> list[UnindexedFile]:
        """Return the files and folders that the last walk excluded."""
        if self._is_new:
            return []
        rows = self._rows("SELECT path, reason FROM excluded ORDER BY path")
        with detect_damage(self._path):
            return [UnindexedFile(decode_path(path), reason) for path, reason in rows]

    def origins(self) -> dict[int, bytes]:
        """Return the origins of all documents as encoded paths, by id; all of them differ."""
        return {} if self._is_new else dict(self._rows("SELECT id, origin FROM documents"))

    # Changes

    def document_with(self, digest: str, format_: str, reading: str) -> int | None:
        """Return the id of the document with this digest, format and reading, None without one."""
        self._begin()
        rows = self._rows(
            "SELECT id FROM documents WHERE digest = ? AND format = ? AND reading = ?",
            (digest, format_, reading),
        )
        return rows[0][0] if rows else None

    def add_document(self, row: DocumentRow) -> None:
        """Add a document; its files are added by `put_file`, its text is in the text store."""
        self._begin()
        self._execute_many("INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,0)", [row])

    def put_file(
        self,
        path: str,
        stat: FileStat,
        document: int,
        path_metadata: MetadataPairs = (),
        table_metadata: MetadataPairs = (),
        *,
        container: str = "",
    ) -> None:
        """Record that `document` is at `path`, in place of anything else at this path.

        A member of a container is recorded with the path of that.
        """
        self.remove_path(path)
        metadata = path_metadata, table_metadata
        row = encode_file(path, document, stat, *metadata, container=container)
        self._execute_many("INSERT INTO files VALUES (?,?,?,?,?,?,?,?,?,?)", [row])

    def put_container(self, path: str, container: IndexedContainer) -> None:
        """Record a file that holds many documents, in place of its former state."""
        self._begin()
        row = encode_container(path, container)
        self._execute_many("REPLACE INTO containers VALUES (?,?,?,?,?,?,?,?,?)", [row])

    def remove_container(self, path: str) -> None:
        """Record that the file at `path` holds no members any more."""
        self._begin()
        self._execute_many("DELETE FROM containers WHERE path = ?", [(encode_path(path),)])

    def put_unreadable(self, problem: UnindexedFile, stat: FileStat) -> None:
        """Record that a file could not be read; it is tried again when its stat changes."""
        self.remove_path(problem.path)
        row = encode_unreadable(problem, stat)
        self._execute_many("INSERT INTO unreadable VALUES (?,?,?,?,?,?,?,?)", [row])

    def remove_path(self, path: str) -> None:
        """Record that there is neither a document nor a problem at `path`."""
        self._begin()
        for table in ("files", "unreadable"):
            self._execute_many(f"DELETE FROM {table} WHERE path = ?", [(encode_path(path),)])

    def replace_excluded(self, excluded: Iterable[UnindexedFile]) -> None:
        """Record the files and folders that the walk excluded, in place of the former ones."""
        self._begin()
        self._execute("DELETE FROM excluded")
        self._execute_many(
            "REPLACE INTO excluded VALUES (?,?,?)", list(map(encode_excluded, excluded))
        )

    def paths_and_metadata(self, document: int) -> tuple[list[str], MetadataPairs]:
        """Return the paths of a document, and its metadata at any of them."""
        rows = self._rows("SELECT * FROM files WHERE document = ? ORDER BY path", (document,))
        with detect_damage(self._path):
            ((own,),) = self._rows("SELECT metadata FROM documents WHERE id = ?", (document,))
            pairs: list[tuple[str, str]] = []
            for *values, checksum in rows:
                is_intact = row_checksum(*values) == checksum
                expect(is_intact, f"checksum mismatch in a file of document {document}")
                pairs += merge_metadata(decode_pairs(own), *map(decode_pairs, values[-2:]))
            return [decode_path(path) for path, *_ in rows], tuple(dict.fromkeys(pairs))

    def remove_orphans(self) -> list[int]:
        """Remove the documents that have no file left, and return their ids."""
        self._begin()
        ids = self._rows("SELECT id FROM documents WHERE n_files = 0")
        self._execute_many("DELETE FROM documents WHERE id = ?", ids)
        return [id_ for (id_,) in ids]

    def sizes_by_language(self) -> dict[str, int]:
        """Return the number of characters of all documents in each language; "" is unknown."""
        sql = "SELECT language, sum(n_characters) FROM documents GROUP BY language"
        return {} if self._is_new else dict(self._rows(sql))

    def document_ids(self) -> list[int]:
        """Return the ids of all documents, changes included."""
        return [id_ for (id_,) in self._rows("SELECT id FROM documents")]

    @property
    def has_changes(self) -> bool:
        """True if there is something to commit."""
        return self._connection.in_transaction

    def commit(self, settings: IndexSettings) -> None:
        """Make all changes since the last commit visible at once.

        `settings` must hold the engine's manifest; versions, counts and names are filled in here.
        """
        self._begin()
        formats, languages, counts = self._counts()
        self.settings = settings.replace(
            versions=dict(self._versions),
            metadata_names=self._metadata_names(),
            counts=counts,
            formats=formats,
            languages=languages,
        )
        self._execute_many("REPLACE INTO settings VALUES (?,?,?)", list(self.settings.rows()))
        # The folder may hold names that a killed process had no time to sync.
        files.sync_folder(self.folder)
        with files.step("commit", self._path):
            self._execute("COMMIT")
        # The names of SQLite's files must be safe before anything of the former state is removed.
        files.sync_folder(self.folder)

    def _metadata_names(self) -> tuple[str, ...]:
        columns = (
            ("documents", "metadata"),
            ("files", "path_metadata"),
            ("files", "table_metadata"),
        )
        rows = self._rows(
            " UNION ".join(
                f"SELECT json_extract(value, '$[0]') FROM {table}, json_each({column})"
                for table, column in columns
            )
        )
        return tuple(sorted(name for (name,) in rows))

    def _counts(self) -> tuple[dict[str, int], dict[str, int], IndexCounts]:
        """Return the numbers of documents by format and by language, and all other counts.

        Readers compare these counts with what they find, since a damaged B-tree can hide rows.
        """
        formats: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        totals: Counter[str] = Counter()
        for format_, language, n_documents, n_passages, n_characters in self._rows(
            "SELECT format, language, count(*), sum(n_running), sum(n_characters) FROM documents"
            " GROUP BY format, language ORDER BY format, language"
        ):
            formats[format_] += n_documents
            languages[language] += n_documents
            totals.update(documents=n_documents, passages=n_passages, characters=n_characters)
        counts = IndexCounts(
            documents=totals["documents"],
            files=self._count("files WHERE container = x''") + self._count("containers"),
            passages=totals["passages"],
            characters=totals["characters"],
            unreadable=self._count("unreadable"),
            excluded=self._count("excluded"),
            with_warnings=self._count("documents WHERE n_warnings > 0"),
            empty=self._count("documents WHERE n_passages = 0"),
            containers=self._count("containers"),
            members=self._count("files WHERE container != x''"),
        )
        return formats, dict(sorted(languages.items())), counts

    def _count(self, source: str) -> int:
        ((count,),) = self._rows(f"SELECT count(*) FROM {source}")
        return int(count)

    def checkpoint(self) -> None:
        """Move the log into the database, so that read-only folders can be searched.

        Readers of an older state are not waited for: the next build moves the log then. The journal
        with which SQLite created the database may have come back after a power cut; it is
        meaningless by now.
        """
        journal = self._path.with_name(self._path.name + _JOURNAL)
        if journal.exists():
            files.remove(journal)
        self._rows("PRAGMA busy_timeout=0")
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def copied(self) -> Iterator[Path]:
        """Copy the committed state to a file without a log, for the duration of the block.

        Its pages are those of the catalog, so that a later copy differs in changed pages only.
        """
        path = self.folder / f".{schema.NAME}.copy"
        files.remove(path)  # of a process that was killed
        try:
            with translate_errors(path):
                target = sqlite3.connect(path, isolation_level=None)
                try:
                    self._connection.backup(target)
                    target.execute("PRAGMA journal_mode=DELETE").close()
                finally:
                    target.close()
            yield path
        finally:
            files.remove(path)

    # SQLite

    def _begin(self) -> None:
        if self._connection.in_transaction:
            return
        self._execute("BEGIN IMMEDIATE")
        if self._is_new:
            self._create()
            self._is_new = False

    def _create(self) -> None:
        for (name,) in self._rows("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            self._execute(f'DROP TABLE "{name}"')
        for statement in schema.STATEMENTS:
            self._execute(statement)
        self._execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        self._execute(f"PRAGMA user_version = {schema.FORMAT}")

    def _execute(self, sql: str) -> None:
        with translate_errors(self._path):
            self._connection.execute(sql).close()

    def _execute_many(self, sql: str, rows: Sequence[RowValues]) -> None:
        if not rows:
            return
        with translate_errors(self._path):
            self._connection.executemany(sql, rows)

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translate_errors(self._path):
            return self._connection.execute(sql, values).fetchall()


def _blank_settings(former: Mapping[str, Any], rebuild_reason: str) -> IndexSettings:
    """Return the settings before the first commit.

    The formats of other packages are remembered over a rebuild that nobody requested: without its
    package, a file that one of them has read must not be read as something else.
    """
    blank = IndexSettings()
    if rebuild_reason.startswith(REQUESTED):
        return blank
    with suppress(ValueError, TypeError):
        return blank.replace(added_formats=read_added_formats(former.get("added_formats", {})))
    return blank
