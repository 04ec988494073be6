"""The live documents of a committed state ⇄ a file.

The table lists the live documents of each segment, and it holds the fields that can change
while the text stays: paths and metadata. Every commit writes it again as a whole, as JSON, and the
manifest records its digest.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from excerpt import files
from excerpt.engines.whoosh.manifest import FOLDER
from excerpt.errors import IndexDamaged, damaged, rebuild_remedy
from excerpt.storage import StoredFile

__all__ = [
    "WhooshDocument",
    "damage_error",
    "random_name",
    "read_document_table",
    "write_document_table",
    "write_file",
]


@dataclass(slots=True)
class WhooshDocument:
    """A live document, without its text.

    id          its id in the catalog
    segment     the name of the segment that contains it
    number      its number in the segment
    paths       its paths
    format      the name of its format
    language    its language; "" if unknown
    metadata    its metadata
    n_passages  the number of its passages
    n_words     the number of its words
    n_running_passages, n_running_words  the same without passages that are set apart
    """

    id: int
    segment: str
    number: int
    paths: tuple[str, ...]
    format: str
    language: str
    metadata: tuple[tuple[str, str], ...]
    n_passages: int
    n_words: int
    n_running_passages: int
    n_running_words: int

    @property
    def order(self) -> tuple[str, int]:
        """The sort key of documents: the first path, then the id."""
        return (self.paths[0] if self.paths else "", self.id)


def write_document_table(folder: Path, documents: Iterable[WhooshDocument]) -> StoredFile:
    """Write and sync `documents` to a new file in `folder` and return the file."""
    rows = [list(asdict(document).values()) for document in documents]
    data = json.dumps(rows, separators=(",", ":")).encode()
    return write_file(folder, f"{random_name()}.documents", data)


def read_document_table(folder: Path, file: StoredFile) -> list[WhooshDocument]:
    """Return the documents that were written to a file in `folder`.

    Raises:
        IndexDamaged: if the file is missing or damaged.
    """
    path = folder / file.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise damage_error(path, f"it cannot be read ({error.strerror})") from error
    if files.digest_of([data]) != file.digest:
        raise damage_error(path, "checksum mismatch")
    return [
        WhooshDocument(
            id_,
            segment,
            number,
            tuple(paths),
            format_,
            language,
            tuple(map(tuple, metadata)),
            *counts,
        )
        for id_, segment, number, paths, format_, language, metadata, *counts in json.loads(data)
    ]


def write_file(folder: Path, name: str, data: bytes | memoryview) -> StoredFile:
    """Write and sync `data` to the new file `name` in `folder` and return the file."""
    size = files.write_new(folder / name, [data])
    return StoredFile(name, size, files.digest_of([data]))


def random_name() -> str:
    """Return a name that no other file has."""
    return secrets.token_hex(8)


def damage_error(path: Path, detail: str) -> IndexDamaged:
    """Return the error for a damaged file, or for damaged files in the folder of the engine."""
    index = path.parent if path.name == FOLDER else path.parent.parent
    return damaged(detail, path, rebuild_remedy(index))
