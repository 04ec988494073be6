"""The catalog as a reader sees it: one committed state, whatever is built meanwhile."""

import os
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from sys import getsizeof
from typing import Any, Self, cast

from excerpt.catalog import row_codec, schema
from excerpt.catalog.checksums import seal
from excerpt.catalog.records import (
    FileProblem,
    IndexedFile,
    StoredDocument,
    StoredPassage,
    UnfinishedBuild,
    corpus_of,
    stat_now,
)
from excerpt.catalog.schema import expect
from excerpt.catalog.texts import TextReader, placeholders
from excerpt.engines import Manifest
from excerpt.files import digest_of
from excerpt.memory import BoundedCache
from excerpt.model import Key, Passage, Span

__all__ = ["Catalog"]

_DOCUMENT = (
    "id, digest, format, origin, language, title, encoding, warnings, metadata, hyphenated, pages,"
    " n_passages, n_characters, has_lines, seal, n_files"
)
_PASSAGE = "document, ordinal, id, detail, seal"
_FILE = "path, document, size, mtime_ns, ctime_ns, inode, by_path, given, seal"
_BLOCK_BYTES = 1 << 20
_AT_ONCE = 1000
"""Passages that one statement asks for: SQLite takes some 32,000 values, four for each text."""
_DOCUMENT_CACHE_BYTES = 16_000_000
"""Bytes of the documents that are kept ready: some five thousand."""
_PASSAGE_CACHE_BYTES = 64_000_000
"""Bytes of the passages that are kept ready with their texts: some fifteen thousand."""


class Catalog:
    """A committed state of an index's catalog.

    It may be used from another thread than the one that opened it, by one thread at a time. It sees the state
    it was opened on until it is closed. Every method raises IndexDamaged when it meets a row that is not what
    was written.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        """Use `Catalog.open`."""
        self.folder = folder
        self._path = folder / schema.NAME
        self._connection = connection
        self._records: BoundedCache[int, StoredDocument] = BoundedCache(_DOCUMENT_CACHE_BYTES)
        self._stored: BoundedCache[Key, StoredPassage] = BoundedCache(_PASSAGE_CACHE_BYTES)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The catalog of the index in `folder`.

        Raises:
            IndexMissing: if there is no index.
            IndexOutdated: if another version made it.
            IndexDamaged: if it is not what was written.
        """
        connection = schema.connect_reader(folder / schema.NAME)
        catalog = cls(folder, connection)
        try:
            schema.check(connection, catalog._path)
            catalog._check_versions()
        except BaseException:
            connection.close()
            raise
        return catalog

    def _check_versions(self) -> None:
        made_by = self.settings["versions"]
        for name, version in schema.versions().items():
            if made_by.get(name) != version:
                raise schema.of_another_version(self.folder, name, made_by.get(name), version)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file and of the state."""
        self._connection.close()

    # Settings

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What a build wrote down about the index as a whole."""
        return schema.read_settings(self._connection, self._path)

    @cached_property
    def _texts(self) -> TextReader:
        with self._checked():
            return TextReader(self._connection)

    @property
    def manifest(self) -> Manifest:
        """The state of the engine that belongs to this state of the catalog."""
        manifest: Manifest = self.settings["manifest"]
        return manifest

    @cached_property
    def corpus(self) -> Path:
        """The folder of the sources: where it was, or where it is seen from the index if both were moved."""
        return corpus_of(self.settings, self.folder)

    @cached_property
    def _root(self) -> str:
        return os.fspath(self.corpus)

    @property
    def unfinished(self) -> UnfinishedBuild | None:
        """How far the build was that made this state, None if it was done."""
        numbers = self.settings.get("unfinished")
        return UnfinishedBuild(*numbers) if numbers else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the last build has found wrong with the metadata of the corpus, in words."""
        return tuple(self.settings.get("warnings", ()))

    def metadata_names(self) -> frozenset[str]:
        """The names of all metadata of all documents."""
        return frozenset(self.settings.get("metadata_names", ()))

    def counts(self) -> dict[str, int]:
        """How many documents, files, passages, characters, problems, skipped files, repaired and empty documents there are."""
        return dict(self.settings["counts"])

    def formats(self) -> dict[str, int]:
        """The number of documents of each format."""
        return dict(self.settings["formats"])

    def languages(self) -> dict[str, int]:
        """The number of documents in each language, "" where it is not sure."""
        return dict(self.settings["languages"])

    # Passages and texts

    def passages(self, keys: Sequence[Key]) -> list[StoredPassage]:
        """The passages that `keys` name, in that order."""
        some = (keys[first : first + _AT_ONCE] for first in range(0, len(keys), _AT_ONCE))
        return [stored for each in some for stored in self._some_passages(each)]

    def shown_passages(self, keys: Sequence[Key]) -> list[StoredPassage]:
        """The same, for those that are to be shown: what was shown once may soon be again, and is kept ready."""
        known = {key: self._stored.get(key) for key in keys}
        missing = [key for key, stored in known.items() if stored is None]
        if missing:
            for found in self.passages(missing):
                known[found.key] = found
                self._stored.put(found.key, found, _passage_bytes(found))
        return [cast("StoredPassage", known[key]) for key in keys]

    def _some_passages(self, keys: Sequence[Key]) -> list[StoredPassage]:
        with self._checked():
            found = {
                (row[0], row[1]): row_codec.passage_from(row)
                for row in self._rows(
                    f"WITH wanted(d, o) AS (VALUES {placeholders(2, len(keys))}) SELECT {_PASSAGE} FROM wanted"
                    " CROSS JOIN passages ON document = d AND ordinal = o",
                    [number for key in keys for number in (key.document, key.ordinal)],
                )
            }
            for key in keys:
                expect(
                    (key.document, key.ordinal) in found,
                    f"passage {key.ordinal} of document {key.document}",
                )
        passages = [found[key.document, key.ordinal] for key in keys]
        documents = self._documents(dict.fromkeys(key.document for key in keys))
        wanted = [(key.document, passage.span) for key, passage in zip(keys, passages, strict=True)]
        with self._checked():
            texts = self._texts.many(wanted)
        return [
            StoredPassage(key, passage, text, documents[key.document])
            for key, passage, text in zip(keys, passages, texts, strict=True)
        ]

    def passages_of(self, document: int) -> Iterator[Passage]:
        """The passages of a document, in order."""
        n_passages = self.document(document).n_passages
        with self._checked():
            found = self._rows(
                f"SELECT {_PASSAGE} FROM passages WHERE document = ? ORDER BY ordinal", (document,)
            )
            expect(
                [row[1] for row in found] == list(range(n_passages)),
                f"the passages of document {document}",
            )
            for row in found:
                yield row_codec.passage_from(row)

    def find(self, passage_id_prefix: str) -> list[Key]:
        """The passages whose id begins with `passage_id_prefix`, by document and ordinal.

        That there is none is said only after a look at the trees that would lead to it.
        """
        with self._checked():
            found = self._rows(
                f"SELECT {_PASSAGE} FROM passages WHERE id >= ? AND id < ? ORDER BY document, ordinal",
                (passage_id_prefix, passage_id_prefix + "\U0010ffff"),
            )
            for row in found:
                expect(
                    row_codec.passage_from(row).id.startswith(passage_id_prefix),
                    "the ids of passages",
                )
            if not found:
                self._check_tree("files")
                self._check_tree("passages")
        return [Key(document, ordinal) for document, ordinal, *_ in found]

    def _check_tree(self, table: str) -> None:
        """See that every row of `table` can be found, and that none of it lies about what it is found by."""
        for (result,) in self._rows(f"PRAGMA integrity_check({table})"):
            expect(result == "ok", str(result))

    def text(self, document_id: int, span: Span | None = None) -> str:
        """The text of a document, or of a span of it, to the letter."""
        if span is None:
            span = Span(0, self.document(document_id).n_characters)
        with self._checked():
            return self._texts.text(document_id, span)

    # Documents and files

    def document(self, id: int) -> StoredDocument:  # noqa: A002 - the model's own word for it
        """The document with this id."""
        return self._documents([id])[id]

    def _documents(self, ids: Collection[int]) -> dict[int, StoredDocument]:
        """The documents with these `ids`; they are kept ready."""
        known = {id_: self._records.get(id_) for id_ in ids}
        missing = [id_ for id_, record in known.items() if record is None]
        if not missing:
            return cast("dict[int, StoredDocument]", known)
        with self._checked():
            marks = placeholders(1, len(missing))
            found = self._rows(
                f"SELECT {_DOCUMENT} FROM documents WHERE id IN (VALUES {marks})", missing
            )
            files: dict[int, list[tuple[Any, ...]]] = {id_: [] for id_ in missing}
            for row in self._rows(
                f"SELECT {_FILE} FROM files WHERE document IN (VALUES {marks}) ORDER BY path",
                missing,
            ):
                files[row[1]].append(row)
            records = {row[0]: row_codec.record_from(row, files[row[0]]) for row in found}
            for id_ in missing:
                expect(id_ in records, f"document {id_}")
        for id_, record in records.items():
            self._records.put(id_, record, _document_bytes(record))
        return cast("dict[int, StoredDocument]", known | records)

    def document_at(self, path: str) -> StoredDocument | None:
        """The document that is found at `path`, if there is one."""
        with self._checked():
            found = self._rows(
                f"SELECT {_FILE} FROM files WHERE path = ?", (row_codec.encode_path(path),)
            )
            for *values, sealed in found:
                expect(seal(*values) == sealed, "a file")
        return self.document(found[0][1]) if found else None

    def documents(self) -> Iterator[StoredDocument]:
        """All documents, by their first path."""
        with self._checked():
            found = self._rows("SELECT document FROM files GROUP BY document ORDER BY min(path)")
            expect(len(found) == self.counts()["documents"], "the documents")
        for (id_,) in found:
            yield self.document(id_)

    def problems(self) -> list[FileProblem]:
        """The files that could not be read, by path."""
        return self._problems("problems")

    def skipped(self) -> list[FileProblem]:
        """What the last walk of the corpus left out, by path."""
        return self._problems("skipped")

    def _problems(self, table: str) -> list[FileProblem]:
        with self._checked():
            found = self._rows(f"SELECT * FROM {table} ORDER BY path")
            expect(len(found) == self.counts()[table], table)
            for *values, sealed in found:
                expect(seal(*values) == sealed, table)
        return [FileProblem(row_codec.path_from(path), reason) for path, reason, *_ in found]

    def is_stale(self, file: IndexedFile) -> bool:
        """Whether the file at `place` has changed or gone since it was read.

        Its stat is compared, and its bytes only if that differs.
        """
        path = f"{self._root}/{file.path}"
        try:
            stat, is_file = stat_now(path)
            if stat == file.stat:
                return False
            if stat.size != file.size or not is_file:
                return True
            with Path(path).open("rb") as source:
                return digest_of(iter(lambda: source.read(_BLOCK_BYTES), b"")) != file.digest
        except (OSError, ValueError):
            return True

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming what is not what was written.
        """
        with self._checked():
            for (result,) in self._rows("PRAGMA integrity_check(1)"):
                expect(result == "ok", str(result))
            self._verify_counts()
        for record in self.documents():
            with self._checked():
                n_passages = sum(1 for _ in self.passages_of(record.id))
                n_characters = len(self._texts.text(record.id, Span(0, record.n_characters)))
                is_whole = (n_passages, n_characters) == (record.n_passages, record.n_characters)
                expect(is_whole, f"the text of document {record.id}")
            self._records.clear()
        self.problems()
        self.skipped()

    def _verify_counts(self) -> None:
        tables = {"documents", "files", "passages", "problems", "skipped"}
        for table in tables:
            expect(self._rows(f"SELECT count(*) FROM {table}") == [(self.counts()[table],)], table)
        for column, found in (("format", self.formats()), ("language", self.languages())):
            tally = self._rows(f"SELECT {column}, count(*) FROM documents GROUP BY 1")
            expect(dict(tally) == found, f"the {column}s of documents")

    # Rows

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _checked(self) -> Iterator[None]:
        with schema.checked(self._path):
            yield


def _document_bytes(record: StoredDocument) -> int:
    """Return about how many bytes a document takes in memory."""
    n_bytes = 2_500 + 2 * len(record.title) + 200 * len(record.pages) + 150 * len(record.hyphenated)
    for file in record.files:
        n_bytes += 1_000 + sum(250 + 2 * len(value) for _, value in file.metadata)
    return n_bytes + sum(map(getsizeof, record.warnings))


def _passage_bytes(stored: StoredPassage) -> int:
    """Return about how many bytes a passage takes in memory with its text.

    Its document counts with each passage, since it lives as long as the last of them.
    """
    passage = stored.passage
    n_bytes = 1_000 + 250 * len(passage.blocks) + getsizeof(stored.text)
    return n_bytes + sum(map(getsizeof, passage.headings)) + _document_bytes(stored.document)
