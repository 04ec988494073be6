"""Documents, the files that hold them, containers and unreadable files ⇄ rows of the catalog."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from excerpt.catalog.column_codec import (
    RowValues,
    checksummed,
    decode_list,
    decode_path,
    encode_path,
    row_checksum,
)
from excerpt.catalog.errors import expect
from excerpt.catalog.metadata import merge_metadata
from excerpt.catalog.records import (
    FileStat,
    IndexedContainer,
    IndexedFile,
    MetadataPairs,
    StoredDocument,
    UnindexedFile,
)
from excerpt.model import Document, Passage
from excerpt.text_store.passage_codec import storable
from excerpt.text_store.text_file import DocumentRecord

__all__ = [
    "DocumentRow",
    "decode_container",
    "decode_document",
    "decode_excluded",
    "decode_pairs",
    "decode_unreadable",
    "encode_container",
    "encode_document",
    "encode_file",
    "encode_unreadable",
    "encode_excluded",
]


class DocumentRow(NamedTuple):
    """A row of `documents`, without the number of its files.

    Workers make them, so that the process that writes the catalog has little left to do.
    """

    id: int
    digest: str
    format: str
    reading: str
    origin: bytes
    language: str
    metadata: str
    n_warnings: int
    n_passages: int
    n_running: int
    n_characters: int
    checksum: int


def encode_document(
    document: Document, digest: str, passages: Sequence[Passage], *, reading: str = ""
) -> DocumentRow:
    """Return the row of `document`, whose bytes have `digest`, and which has these `passages`.

    `reading` is a key of the decisions with which it was read.
    """
    row = (
        document.id,
        digest,
        document.format,
        reading,
        encode_path(document.origin),
        document.language,
        json.dumps(document.metadata),
        len(document.warnings),
        len(passages),
        sum(not passage.is_set_apart for passage in passages),
        len(document.text),
    )
    return DocumentRow(*checksummed(row))


def decode_document(
    row: RowValues, file_rows: Iterable[RowValues], record: DocumentRecord
) -> StoredDocument:
    """Return the document of a row of `documents` and its rows of `files`, sorted by path.

    The row of `documents` ends with the number of its files. `record` comes from the text store.

    Raises:
        ValueError, TypeError: if a row is damaged or missing; see `detect_damage`.
    """
    *values, checksum, n_files = row
    (
        id_,
        digest,
        format_,
        _,
        origin,
        language,
        metadata,
        n_warnings,
        n_passages,
        n_running,
        n_characters,
    ) = values
    expect(row_checksum(*values) == checksum, f"checksum mismatch in document {id_}")
    expect(n_warnings == len(record.warnings), f"warnings of document {id_} are missing")
    own = decode_pairs(metadata)
    files = tuple(_decode_file(file_row, id_, digest, own) for file_row in file_rows)
    # A damaged index of the files can lead to one row twice instead of to two rows.
    n_paths = len({file.path for file in files})
    expect(n_paths == len(files) == n_files > 0, f"files of document {id_} are missing")
    return StoredDocument(
        id=id_,
        origin=decode_path(origin),
        format=format_,
        language=language,
        title=record.title,
        encoding=record.encoding,
        warnings=record.warnings,
        files=files,
        n_passages=n_passages,
        n_running=n_running,
        n_characters=n_characters,
        has_lines=record.has_lines,
        hyphenated=record.hyphenated,
        metadata_pairs=tuple(dict.fromkeys(pair for file in files for pair in file.metadata)),
        digest=digest,
    )


def encode_file(
    path: str,
    document: int,
    stat: FileStat,
    path_metadata: MetadataPairs,
    table_metadata: MetadataPairs,
    *,
    container: str = "",
) -> RowValues:
    """Return the row of `files` for the `document` at `path`, perhaps in a `container`.

    `path_metadata` is what the path says, `table_metadata` what a metadata.csv says of it.
    """
    metadata = json.dumps(path_metadata), json.dumps(table_metadata)
    paths = encode_path(path), encode_path(container)
    return checksummed((*paths, document, *stat, *metadata))


def _decode_file(row: RowValues, document: int, digest: str, own: MetadataPairs) -> IndexedFile:
    """Return the file of a row of `files`, which must be one of `document`."""
    *values, checksum = row
    path, container, of_document, *stat, path_metadata, table_metadata = values
    is_intact = row_checksum(*values) == checksum and of_document == document
    expect(is_intact, f"checksum mismatch in a file of document {document}")
    metadata = merge_metadata(own, decode_pairs(path_metadata), decode_pairs(table_metadata))
    size, mtime_ns, ctime_ns, inode = stat
    return IndexedFile(
        decode_path(path),
        size,
        mtime_ns,
        ctime_ns,
        inode,
        digest,
        metadata,
        decode_path(container),
    )


def encode_container(path: str, container: IndexedContainer) -> RowValues:
    """Return the row of `containers` for the container at `path`."""
    digest, reading, is_complete, stat = container
    return checksummed((encode_path(path), digest, reading, int(is_complete), *stat))


def decode_container(row: RowValues) -> tuple[str, IndexedContainer]:
    """Return the path and the container of a row of `containers`.

    Raises:
        ValueError: if the row is damaged.
    """
    *values, checksum = row
    expect(row_checksum(*values) == checksum, "checksum mismatch in a container")
    path, digest, reading, is_complete, *stat = values
    container = IndexedContainer(digest, reading, bool(is_complete), FileStat(*stat))
    return decode_path(path), container


def encode_unreadable(problem: UnindexedFile, stat: FileStat) -> RowValues:
    """Return the row of `unreadable` for a file that had this `stat`."""
    paths = encode_path(problem.path), encode_path(problem.container)
    return checksummed((*paths, storable(problem.reason), *stat))


def encode_excluded(problem: UnindexedFile) -> RowValues:
    """Return the row of `excluded` for a file or folder that a rule excludes."""
    return checksummed((encode_path(problem.path), storable(problem.reason)))


def decode_unreadable(row: RowValues) -> UnindexedFile:
    """Return the problem of a row of `unreadable`.

    Raises:
        ValueError: if the row is damaged.
    """
    *values, checksum = row
    expect(row_checksum(*values) == checksum, "checksum mismatch in an unreadable file")
    return UnindexedFile(decode_path(values[0]), values[2], decode_path(values[1]))


def decode_excluded(row: RowValues) -> UnindexedFile:
    """Return the problem of a row of `excluded`.

    Raises:
        ValueError: if the row is damaged.
    """
    *values, checksum = row
    expect(row_checksum(*values) == checksum, "checksum mismatch in an excluded file")
    return UnindexedFile(decode_path(values[0]), values[1])


def decode_pairs(text: str) -> MetadataPairs:
    """Return the metadata that `text` holds as JSON."""
    return tuple((name, value) for name, value in decode_list(text))
