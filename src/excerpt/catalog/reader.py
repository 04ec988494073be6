"""The catalog as a reader sees it: one committed state, whatever is built meanwhile."""

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from excerpt.catalog import rows, schema
from excerpt.catalog.records import Place, Problem, Record, Stored, corpus_of, merged, stat_of
from excerpt.engines import Manifest
from excerpt.errors import IndexDamaged, IndexOutdated
from excerpt.files import digest_of
from excerpt.model import Key, Passage, SourceFile, Span

__all__ = ["Catalog"]

_DOCUMENT = (
    "id, digest, format, origin, language, title, encoding, warnings, metadata, apart,"
    " n_passages, n_characters, has_lines, seal"
)
_PLACE = "path, document, size, mtime_ns, ctime_ns, inode, by_path, given, seal"
_BLOCK_BYTES = 1 << 20


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
        self._records: dict[int, Record] = {}
        self._piece: tuple[int, int, str] = (0, 0, "")

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
                raise IndexOutdated(
                    f"{self.folder}: the index was made with version {made_by.get(name)} of {name}, not {version}.",
                    "Build it again: excerpt build",
                )

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
        found = {}
        with self._checked():
            for name, value, sealed in self._rows("SELECT name, value, seal FROM settings"):
                _expect(rows.seal(name, value) == sealed, f"setting {name}")
                found[name] = json.loads(value)
            _expect({"versions", "manifest", "corpus"} <= found.keys(), "the settings")
        return found

    @property
    def manifest(self) -> Manifest:
        """The state of the engine that belongs to this state of the catalog."""
        manifest: Manifest = self.settings["manifest"]
        return manifest

    @property
    def corpus(self) -> Path:
        """The folder of the sources: where it was, or where it is seen from the index if both were moved."""
        return corpus_of(self.settings, self.folder)

    def metadata_names(self) -> frozenset[str]:
        """The names of all metadata of all documents."""
        return frozenset(self.settings.get("metadata_names", ()))

    def counts(self) -> dict[str, int]:
        """How many documents, places, passages, characters, problems and skipped files there are."""
        with self._checked():
            (totals,) = self._rows(
                "SELECT count(*), (SELECT count(*) FROM places), coalesce(sum(n_passages), 0),"
                " coalesce(sum(n_characters), 0), (SELECT count(*) FROM problems),"
                " (SELECT count(*) FROM skipped) FROM documents"
            )
        names = ("documents", "places", "passages", "characters", "problems", "skipped")
        return dict(zip(names, totals, strict=True))

    def formats(self) -> dict[str, int]:
        """The number of documents of each format."""
        return self._tally("format")

    def languages(self) -> dict[str, int]:
        """The number of documents in each language, "" where it is not sure."""
        return self._tally("language")

    def _tally(self, column: str) -> dict[str, int]:
        with self._checked():
            return dict(self._rows(f"SELECT {column}, count(*) FROM documents GROUP BY 1 ORDER BY 1"))

    # Passages and texts

    def passages(self, keys: Sequence[Key]) -> list[Stored]:
        """The passages that `keys` name, in that order."""
        return [self._stored(key) for key in keys]

    def _stored(self, key: Key) -> Stored:
        with self._checked():
            found = self._rows(
                "SELECT document, ordinal, id, detail, seal FROM passages WHERE document = ? AND ordinal = ?",
                (key.document, key.ordinal),
            )
            _expect(len(found) == 1, f"passage {key.ordinal} of document {key.document}")
            passage = rows.passage_from(found[0])
        return Stored(key, passage, self.text(key.document, passage.span), self.document(key.document))

    def passages_of(self, document: int) -> Iterator[Passage]:
        """The passages of a document, in order."""
        with self._checked():
            for row in self._rows(
                "SELECT document, ordinal, id, detail, seal FROM passages WHERE document = ? ORDER BY ordinal",
                (document,),
            ):
                yield rows.passage_from(row)

    def find(self, passage_id_prefix: str) -> list[Key]:
        """The passages whose id begins with `passage_id_prefix`, by document and ordinal."""
        with self._checked():
            found = self._rows(
                "SELECT document, ordinal FROM passages WHERE id >= ? AND id < ? ORDER BY document, ordinal",
                (passage_id_prefix, passage_id_prefix + "\U0010ffff"),
            )
        return [Key(*row) for row in found]

    def text(self, document_id: int, span: Span | None = None) -> str:
        """The text of a document, or of a span of it, to the letter."""
        if span is None:
            span = Span(0, self.document(document_id).n_characters)
        document, start, piece = self._piece
        if not (document == document_id and start <= span.start and span.end <= start + len(piece)):
            start, piece = self._pieces(document_id, span)
            self._piece = (document_id, start, piece) if len(piece) <= rows.PIECE else (0, 0, "")
        return piece[span.start - start : span.end - start]

    def _pieces(self, document: int, span: Span) -> tuple[int, str]:
        """The pieces of text that cover `span`, joined, and where they begin."""
        with self._checked():
            found = self._rows(
                "SELECT document, start, body, seal FROM texts WHERE document = ?1 AND start < ?3 AND start >= "
                "coalesce((SELECT max(start) FROM texts WHERE document = ?1 AND start <= ?2), 0) ORDER BY start",
                (document, span.start, max(span.end, span.start + 1)),
            )
            text = "".join(map(rows.text_from, found))
            start = found[0][1] if found else 0
            _expect(start + len(text) >= span.end, f"the text of document {document}")
        return start, text

    # Documents and places

    def document(self, id: int) -> Record:  # noqa: A002 - the model's own word for it
        """The document with this id."""
        record = self._records.get(id)
        if record is None:
            with self._checked():
                found = self._rows(f"SELECT {_DOCUMENT} FROM documents WHERE id = ?", (id,))
                _expect(len(found) == 1, f"document {id}")
                record = self._record(found[0])
            self._records[id] = record
        return record

    def _record(self, row: tuple[Any, ...]) -> Record:
        *values, sealed = row
        id_, digest, format_, origin, language, title, encoding, warnings, metadata, apart, *numbers = values
        _expect(rows.seal(*values) == sealed, f"document {id_}")
        own = _pairs(metadata)
        places = self._places(id_, digest, own)
        return Record(
            id=id_,
            origin=rows.path_from(origin),
            format=format_,
            language=language,
            title=title,
            encoding=encoding,
            warnings=tuple(_list(warnings)),
            places=places,
            n_passages=numbers[0],
            n_characters=numbers[1],
            has_lines=bool(numbers[2]),
            apart=frozenset(_list(apart)),
            metadata=tuple(dict.fromkeys(pair for place in places for pair in place.metadata)),
            digest=digest,
        )

    def _places(self, document: int, digest: str, own: tuple[tuple[str, str], ...]) -> tuple[Place, ...]:
        places = []
        for *values, sealed in self._rows(
            f"SELECT {_PLACE} FROM places WHERE document = ? ORDER BY path", (document,)
        ):
            _expect(rows.seal(*values) == sealed, f"a place of document {document}")
            path, _, size, mtime_ns, ctime_ns, inode, by_path, given = values
            metadata = merged(own, _pairs(by_path), _pairs(given))
            places.append(Place(rows.path_from(path), size, mtime_ns, ctime_ns, inode, digest, metadata))
        _expect(bool(places), f"the places of document {document}")
        return tuple(places)

    def document_at(self, path: str) -> Record | None:
        """The document that is found at `path`, if there is one."""
        with self._checked():
            found = self._rows("SELECT document FROM places WHERE path = ?", (rows.encode_path(path),))
        return self.document(found[0][0]) if found else None

    def documents(self) -> Iterator[Record]:
        """All documents, by their first path."""
        with self._checked():
            found = self._rows("SELECT document FROM places GROUP BY document ORDER BY min(path)")
        for (id_,) in found:
            yield self.document(id_)

    def problems(self) -> list[Problem]:
        """The files that could not be read, by path."""
        return self._problems("problems")

    def skipped(self) -> list[Problem]:
        """What the last walk of the corpus left out, by path."""
        return self._problems("skipped")

    def _problems(self, table: str) -> list[Problem]:
        with self._checked():
            found = self._rows(f"SELECT path, reason FROM {table} ORDER BY path")
        return [Problem(rows.path_from(path), reason) for path, reason in found]

    def is_stale(self, place: Place) -> bool:
        """Whether the file at `place` has changed or gone since it was read.

        Its stat is compared, and its bytes only if that differs.
        """
        path = self.corpus / place.path
        try:
            seen = path.stat()
            stat = stat_of(SourceFile("", seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino))
            if stat == place.stat:
                return False
            if stat.size != place.size or not path.is_file():
                return True
            with path.open("rb") as file:
                return digest_of(iter(lambda: file.read(_BLOCK_BYTES), b"")) != place.digest
        except (OSError, ValueError):
            return True

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming what is not what was written.
        """
        with self._checked():
            for (result,) in self._rows("PRAGMA integrity_check(1)"):
                _expect(result == "ok", result)
        for record in self.documents():
            n_passages = sum(1 for _ in self.passages_of(record.id))
            with self._checked():
                _expect(n_passages == record.n_passages, f"the passages of document {record.id}")
                _expect(len(self.text(record.id)) == record.n_characters, f"the text of document {record.id}")
            self._records.clear()

    # Rows

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """Whatever cannot be read within the block is damage, told as such."""
        try:
            with schema.explained(self._path):
                yield
        except (ValueError, TypeError, KeyError, IndexError, zlib.error) as error:
            raise IndexDamaged(
                f"{self._path}: this is not what was written: {error}.",
                "Build it afresh with `excerpt build --from-scratch`; the sources are not touched.",
            ) from error


def _expect(is_right: bool, what: str) -> None:
    if not is_right:
        raise ValueError(what)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in _list(text))


def _list(text: str) -> list[Any]:
    """A list in JSON, at once if it is empty, as most are."""
    found: list[Any] = [] if text == "[]" else json.loads(text)
    return found
