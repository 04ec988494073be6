"""The documents of a committed state ⇄ a file, and which files of a folder belong to that state.

What may change of a document while its words stay is kept here and written anew with every commit; so is which document
of which segment lives. The file is JSON, written as a whole, with its digest in the manifest.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from excerpt import files
from excerpt.engines.protocol import StoredFile
from excerpt.engines.whoosh.manifest import FOLDER
from excerpt.errors import IndexDamaged, rebuild

__all__ = [
    "WhooshDocument",
    "damaged",
    "fresh_name",
    "read_document_table",
    "write_document_table",
    "write_file",
]


@dataclass(slots=True)
class WhooshDocument:
    """A document that lives: `number` is its place in the segment. Of its words only the number is here."""

    document: int
    segment: str
    number: int
    paths: tuple[str, ...]
    format: str
    language: str
    metadata: tuple[tuple[str, str], ...]
    n_passages: int
    n_words: int

    @property
    def order(self) -> tuple[str, int]:
        """Documents stand in the order of their first paths."""
        return (self.paths[0] if self.paths else "", self.document)


def write_document_table(folder: Path, entries: Iterable[WhooshDocument]) -> StoredFile:
    """Write `entries` to a new file in `folder` and sync it; returns its description."""
    rows = [list(asdict(entry).values()) for entry in entries]
    return write_file(
        folder, f"{fresh_name()}.documents", json.dumps(rows, separators=(",", ":")).encode()
    )


def read_document_table(folder: Path, file: StoredFile) -> list[WhooshDocument]:
    """The entries that were written to a file in `folder`.

    Raises:
        IndexDamaged: if it is not what was written.
    """
    path = folder / file.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise damaged(path, f"it cannot be read ({error.strerror})") from error
    if files.digest_of([data]) != file.digest:
        raise damaged(path, "it is not what was written")
    return [
        WhooshDocument(
            document,
            segment,
            number,
            tuple(paths),
            format_,
            language,
            tuple(map(tuple, metadata)),
            *counts,
        )
        for document, segment, number, paths, format_, language, metadata, *counts in json.loads(
            data
        )
    ]


def write_file(folder: Path, name: str, data: bytes | memoryview) -> StoredFile:
    """Write `data` to the new file `name` in `folder` and sync it; returns its description."""
    size = files.write_new(folder / name, [data])
    return StoredFile(name, size, files.digest_of([data]))


def fresh_name() -> str:
    """A name that no file has had."""
    return secrets.token_hex(8)


def damaged(path: Path, what: str) -> IndexDamaged:
    """The error for `what` is wrong with a file of the index."""
    index = path.parent if path.name == FOLDER else path.parent.parent
    return IndexDamaged(f"the index is damaged: {what}.", rebuild(index), where=path)
