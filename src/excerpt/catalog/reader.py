"""The catalog as a reader sees it: one committed state, whatever is built meanwhile."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from excerpt.catalog import schema, versions
from excerpt.catalog.column_codec import RowValues, decode_path, encode_path, row_checksum
from excerpt.catalog.connection import connect_reader
from excerpt.catalog.corpus_location import (
    has_changed,
    holds_indexed_files,
    is_same_folder,
    locate_corpus,
)
from excerpt.catalog.document_codec import (
    decode_container,
    decode_document,
    decode_excluded,
    decode_unreadable,
)
from excerpt.catalog.errors import detect_damage, expect
from excerpt.catalog.records import (
    IndexCounts,
    IndexedContainer,
    IndexedFile,
    PassageText,
    StoredDocument,
    StoredPassage,
    UnfinishedBuild,
    UnindexedFile,
)
from excerpt.catalog.settings import IndexSettings, read_settings
from excerpt.engines import Manifest, MissingBytes, missing_bytes
from excerpt.model import Key, Passage, Span

if TYPE_CHECKING:
    from excerpt.text_store.passage_codec import PassageOutline
    from excerpt.text_store.text_store import TextStore

__all__ = ["Catalog"]

_DOCUMENT_COLUMNS: Final = (
    "id, digest, format, reading, origin, language, metadata, n_warnings, n_passages, n_running,"
    " n_characters, checksum, n_files"
)
_FILE_COLUMNS: Final = (
    "path, container, document, size, mtime_ns, ctime_ns, inode, path_metadata, table_metadata,"
    " checksum"
)
_MAX_KEYS: Final = 1000
"""The most documents in one statement: SQLite allows some 32,000 values."""


class Catalog:
    """One committed state of the catalog of an index.

    It may be used by other threads than the one that opened it, but by one at a time. It sees the
    state that it opened until it is closed. Each method raises IndexDamaged if it reads a row that
    is damaged.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        """Wrap a connection; use `Catalog.open` instead."""
        self.folder = folder
        self._path = folder / schema.NAME
        self._connection = connection
        self._containers: dict[str, IndexedContainer] | None = None
        self._checked_tables: set[str] = set()
        self._missing_bytes: MissingBytes | None = None

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the catalog of the index in `folder`.

        Raises:
            IndexMissing: if there is no index.
            IndexOutdated: if it was built by another version.
            IndexDamaged: if it is damaged.
        """
        connection = connect_reader(folder / schema.NAME)
        catalog = cls(folder, connection)
        try:
            versions.check_format(connection, catalog._path)
            versions.check_versions(catalog.settings.versions, versions.query_versions(), folder)
        except BaseException:
            connection.close()
            raise
        return catalog

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and give up the state."""
        if self._missing_bytes is not None:
            self._missing_bytes.close()
        self._connection.close()

    # Settings

    @cached_property
    def settings(self) -> IndexSettings:
        """The settings of the index as a whole."""
        return read_settings(self._connection, self._path)

    @property
    def manifest(self) -> Manifest:
        """The state of the engine that belongs to this state of the catalog."""
        manifest = self.settings.manifest
        assert manifest is not None  # read_settings raises an error if it is missing
        return manifest

    @cached_property
    def corpus(self) -> Path:
        """The folder of the sources, which is found too if it was moved together with the index.

        Assign another path before the first use if it was moved alone.
        """
        settings = self.settings
        return locate_corpus(
            settings.corpus, settings.corpus_from_index, self.folder, self._holds_indexed_files
        )

    @property
    def has_corpus(self) -> bool:
        """True if the folder of the sources exists."""
        return self.corpus.is_dir()

    def is_own_corpus(self, folder: Path) -> bool:
        """Return whether `folder` is the corpus, or holds most of its files unchanged."""
        return is_same_folder(folder, self.corpus) or self._holds_indexed_files(folder)

    def _holds_indexed_files(self, folder: Path) -> bool:
        return holds_indexed_files(self._connection, folder)

    @cached_property
    def _root(self) -> str:
        return os.fspath(self.corpus)

    @property
    def unfinished(self) -> UnfinishedBuild | None:
        """The progress of the build that made this state; None if it has finished."""
        return self.settings.unfinished

    @property
    def warnings(self) -> tuple[str, ...]:
        """Problems with metadata and formats, as the last build found them."""
        return self.settings.warnings

    def packages(self) -> dict[str, str]:
        """Return the packages that add formats, with their versions, by format."""
        return {name: added.package for name, added in self.settings.added_formats.items()}

    def metadata_names(self) -> frozenset[str]:
        """Return the names of all metadata of all documents."""
        return frozenset(self.settings.metadata_names)

    def counts(self) -> IndexCounts:
        """Return the numbers of documents, files, passages and so on."""
        return self.settings.counts

    def formats(self) -> Mapping[str, int]:
        """Return the number of documents by format."""
        return self.settings.formats

    def languages(self) -> Mapping[str, int]:
        """Return the number of documents by language, "" where it is not known."""
        return self.settings.languages

    # Passages and texts

    def open_store(self) -> None:
        """Open the text store now: a later commit may remove files of this state.

        Raises:
            IndexDamaged: if a file is missing or damaged.
        """
        _ = self.store

    @cached_property
    def store(self) -> "TextStore":
        """The texts and passages."""
        # Lists of paths do not need NumPy.
        from excerpt.text_store.text_store import TextStore

        missing = self._missing_bytes = missing_bytes(self.folder, self.manifest)
        fetch = missing.fetch if missing is not None else None
        return TextStore(self.folder, self.settings.store, fetch)

    def passages(self, keys: Sequence[Key]) -> list[StoredPassage]:
        """Return the passages with these `keys`, in their order."""
        documents = self.documents_with(dict.fromkeys(key.document for key in keys))
        store = self.store
        return [
            StoredPassage(key, store.passage(key), store.passage_text(key), documents[key.document])
            for key in keys
        ]

    def passage_texts(self, keys: Iterable[Key]) -> list[PassageText]:
        """Return the passages with these `keys` without their documents, in their order."""
        store = self.store
        hyphenated: dict[int, frozenset[str]] = {}
        found = []
        for key in keys:
            if key.document not in hyphenated:
                hyphenated[key.document] = store.record(key.document).hyphenated
            text = store.passage_text(key)
            found.append(PassageText(key, store.passage(key), text, hyphenated[key.document]))
        return found

    def passages_of(self, document: int) -> list[Passage]:
        """Return the passages of a document in order."""
        return self.store.passages(document)

    def passage_outlines(self, document: int) -> "list[PassageOutline]":
        """Return the outlines of the passages of a document in order."""
        return self.store.outlines(document)

    def passages_set_apart(self) -> Iterator[StoredPassage]:
        """Yield the passages of all documents that are set apart, by document."""
        with self._detect_damage():
            keys = [
                Key(document, ordinal)
                for document, n_running, n_passages in self._rows(
                    "SELECT id, n_running, n_passages FROM documents WHERE n_running < n_passages"
                    " ORDER BY id"
                )
                for ordinal in range(n_running, n_passages)
            ]
        for first in range(0, len(keys), _MAX_KEYS):
            yield from self.passages(keys[first : first + _MAX_KEYS])

    def find_passages(self, id_prefix: str) -> list[Key]:
        """Return the keys of the passages whose id begins with `id_prefix`, in order."""
        found = self.store.find_passages(id_prefix)
        live: set[int] = set()
        with self._detect_damage():
            for ids in _chunks(list({key.document for key in found})):
                live.update(
                    id_
                    for (id_,) in self._rows(
                        f"SELECT id FROM documents WHERE id IN ({_placeholders(len(ids))})", ids
                    )
                )
            keys = [key for key in found if key.document in live]
            if not keys:
                # A flipped bit in a B-tree can hide a row. Before a passage or a path is declared
                # missing, the trees that would lead to it are checked.
                self._check_tree("files")
                self._check_tree("documents")
        return keys

    def _check_tree(self, table: str) -> None:
        """Check, once, that every row of `table` can be found, in the table and in its indexes."""
        if table in self._checked_tables:
            return
        for (result,) in self._rows(f"PRAGMA integrity_check({table})"):
            expect(result == "ok", str(result))
        self._checked_tables.add(table)

    def text(self, document_id: int, span: Span | None = None) -> str:
        """Return the exact text of a document, or of a span of it."""
        if span is None:
            return self.store.whole_text(document_id)
        return self.store.text(document_id, span)

    # Documents and files

    def document(self, id: int) -> StoredDocument:  # noqa: A002 - the word that the model uses
        """Return the document with this id."""
        return self.documents_with([id])[id]

    def has_document(self, id: int) -> bool:  # noqa: A002
        """Return whether there is a document with this id."""
        with self._detect_damage():
            return bool(self._rows("SELECT 1 FROM documents WHERE id = ?", (id,)))

    def documents_with(self, ids: Iterable[int]) -> dict[int, StoredDocument]:
        """Return the documents with these `ids`, by id."""
        documents: dict[int, StoredDocument] = {}
        for chunk in _chunks(list(ids)):
            documents |= self._read_documents(chunk)
        return documents

    def _read_documents(self, ids: Sequence[int]) -> dict[int, StoredDocument]:
        wanted = _placeholders(len(ids))
        documents = {}
        with self._detect_damage():
            rows = self._rows(
                f"SELECT {_DOCUMENT_COLUMNS} FROM documents WHERE id IN ({wanted})", ids
            )
            file_rows: dict[int, list[RowValues]] = {id_: [] for id_ in ids}
            for row in self._rows(
                f"SELECT {_FILE_COLUMNS} FROM files WHERE document IN ({wanted}) ORDER BY path",
                ids,
            ):
                file_rows[row[2]].append(row)
            for row in rows:
                id_ = row[0]
                documents[id_] = decode_document(row, file_rows[id_], self.store.record(id_))
            for id_ in ids:
                expect(id_ in documents, f"document {id_} is missing")
        return documents

    def paths_with(self, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Return the paths of the documents with these `ids`, in ascending order, by id.

        They are all that a list of hits needs of its documents, and the quickest to read.
        """
        found: dict[int, tuple[str, ...]] = {}
        for chunk in _chunks(list(ids)):
            paths: dict[int, list[str]] = {id_: [] for id_ in chunk}
            n_paths: dict[int, int] = {}
            with self._detect_damage():
                for *values, checksum, n_files in self._rows(
                    f"SELECT {_FILE_COLUMNS}, (SELECT n_files FROM documents WHERE id = document)"
                    f" FROM files WHERE document IN ({_placeholders(len(chunk))}) ORDER BY path",
                    chunk,
                ):
                    expect(row_checksum(*values) == checksum, "checksum mismatch in a file")
                    paths[values[2]].append(decode_path(values[0]))
                    n_paths[values[2]] = n_files
                for id_, each in paths.items():
                    is_complete = len(set(each)) == len(each) == n_paths.get(id_)
                    expect(is_complete, f"files of document {id_} are missing")
            found |= {id_: tuple(each) for id_, each in paths.items()}
        return found

    def document_at(self, path: str) -> StoredDocument | None:
        """Return the document at `path`, None if there is none."""
        with self._detect_damage():
            rows = self._rows(
                f"SELECT {_FILE_COLUMNS} FROM files WHERE path = ?", (encode_path(path),)
            )
            for *values, checksum in rows:
                expect(row_checksum(*values) == checksum, "checksum mismatch in a file")
        return self.document(rows[0][2]) if rows else None

    def containers(self) -> Mapping[str, IndexedContainer]:
        """Return the files that hold many documents, by path."""
        if self._containers is None:
            with self._detect_damage():
                rows = self._rows("SELECT * FROM containers ORDER BY path")
                expect(len(rows) == self.counts().containers, "containers are missing")
                self._containers = dict(map(decode_container, rows))
        return self._containers

    def paths(self) -> Iterator[str]:
        """Yield the paths of all files in the index, in order."""
        with self._detect_damage():
            for (path,) in self._rows("SELECT path FROM files ORDER BY path"):
                yield decode_path(path)

    def documents(self) -> Iterator[StoredDocument]:
        """Yield all documents in the order of their first paths."""
        with self._detect_damage():
            rows = self._rows("SELECT document FROM files GROUP BY document ORDER BY min(path)")
            expect(len(rows) == self.counts().documents, "documents are missing")
        for ids in _chunks([id_ for (id_,) in rows]):
            documents = self.documents_with(ids)
            for id_ in ids:
                yield documents[id_]

    def unreadable(self) -> list[UnindexedFile]:
        """Return the files that could not be read, by path."""
        return self._unindexed("unreadable", self.counts().unreadable, decode_unreadable)

    def excluded(self) -> list[UnindexedFile]:
        """Return the files and folders that the last walk of the corpus excluded, by path."""
        return self._unindexed("excluded", self.counts().excluded, decode_excluded)

    def _unindexed(
        self, table: str, count: int, decode: Callable[[RowValues], UnindexedFile]
    ) -> list[UnindexedFile]:
        with self._detect_damage():
            rows = self._rows(f"SELECT * FROM {table} ORDER BY path")
            expect(len(rows) == count, f"rows of the table {table} are missing")
            return list(map(decode, rows))

    def is_stale(self, file: IndexedFile) -> bool | None:
        """Return whether `file` has changed or disappeared since it was read.

        A member of a container is stale if that has changed. Returns None, for unknown, if the
        whole corpus is not there.
        """
        stat, digest = file.stat, file.digest
        if file.container:
            container = self.containers().get(file.container)
            with self._detect_damage():
                expect(container is not None, "the container of a file is missing")
            assert container is not None
            stat, digest = container.stat, container.digest
        if has_changed(f"{self._root}/{file.file}", stat, digest):
            return True if self.has_corpus else None
        return False

    # Verification

    def verify(self) -> None:
        """Read and check everything.

        Raises:
            IndexDamaged: if anything is damaged; it names the first damage.
        """
        self._containers = None
        with self._detect_damage():
            for (result,) in self._rows("PRAGMA integrity_check(1)"):
                expect(result == "ok", str(result))
            self._verify_counts()
        self.store.verify()
        for document in self.documents():
            passages = self.passages_of(document.id)
            n_running = sum(not passage.is_set_apart for passage in passages)
            text = self.store.whole_text(document.id)
            with self._detect_damage():
                expect(
                    (len(passages), n_running, len(text))
                    == (document.n_passages, document.n_running, document.n_characters),
                    f"the size of document {document.id} is wrong",
                )
        self.containers()
        self.unreadable()
        self.excluded()

    def _verify_counts(self) -> None:
        stored = self.counts()
        expected = vars(stored) | {"files": stored.files - stored.containers + stored.members}
        for table in ("documents", "files", "containers", "unreadable", "excluded"):
            rows = self._rows(f"SELECT count(*) FROM {table}")
            expect(rows == [(expected[table],)], f"the number of {table} is wrong")
        orphans = self._rows(
            "SELECT 1 FROM files WHERE container != x''"
            " AND container NOT IN (SELECT path FROM containers) LIMIT 1"
        )
        expect(not orphans, "the container of a file is missing")
        # Passages that are set apart are not counted.
        sums = self._rows("SELECT total(n_running) FROM documents")
        expect(sums == [(self.counts().passages,)], "the number of passages is wrong")
        for column, counts in (("format", self.formats()), ("language", self.languages())):
            rows = self._rows(f"SELECT {column}, count(*) FROM documents GROUP BY 1")
            expect(dict(rows) == counts, f"the numbers of documents by {column} are wrong")

    # SQLite

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _detect_damage(self) -> Iterator[None]:
        with detect_damage(self._path):
            yield


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield `ids` in parts that are small enough for a statement."""
    return (ids[first : first + _MAX_KEYS] for first in range(0, len(ids), _MAX_KEYS))


def _placeholders(n: int) -> str:
    """Return the placeholders of `n` values, for a statement.

    >>> _placeholders(3)
    '?, ?, ?'
    """
    return ", ".join("?" * n)
