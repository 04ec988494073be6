"""A row of a table, or an object of JSON ⇄ bytes → Document.

The text of a row is read like plain text; the other cells are its metadata. `containers.rows` makes
the bytes: a small object of JSON.
"""

import json
from typing import NamedTuple

from excerpt.ingest.formats.plain import plain_text
from excerpt.ingest.formats.source import Source
from excerpt.ingest.language import language_code
from excerpt.model import Document

__all__ = ["Row", "decode_row", "encode_row", "read"]


class Row(NamedTuple):
    """A row as a document.

    text, title, language  as in `model.Document`
    metadata               pairs of a name and a value
    warnings               about values that are not read, and bytes invalid in the encoding
    """

    text: str
    title: str
    language: str
    metadata: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()


def encode_row(row: Row) -> bytes:
    """Return the bytes of a row; equal rows have equal bytes."""
    return json.dumps(row._asdict(), ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode_row(data: bytes) -> Row:
    """Return the row that was encoded as `data`."""
    values = json.loads(data.decode("utf-8", "surrogatepass"))
    metadata = tuple((name, value) for name, value in values["metadata"])
    warnings = tuple(values["warnings"])
    return Row(values["text"], values["title"], values["language"], metadata, warnings)


def read(source: Source) -> Document:
    """Return the document in `source`, a row.

    Raises:
        Unreadable: if its text has control characters of a file that is not text.
    """
    row = decode_row(source.data)
    text = row.text.replace("\r\n", "\n").replace("\r", "\n")
    data = text.encode("utf-8", "replace")
    document = plain_text.read(Source("txt", data, source.rules._replace(encoding="utf-8")))
    own = tuple(pair for pair in document.metadata if pair[0] not in dict(row.metadata))
    return document._replace(
        format="table",
        title=row.title or (document.title if "\n" in text.strip() else ""),
        language=language_code(row.language) or document.language,
        metadata=(*row.metadata, *own),
        encoding="",
        warnings=(*row.warnings, *document.warnings),
        has_lines=False,
    )
