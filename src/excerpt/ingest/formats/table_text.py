"""A table without a column of texts → one Document with its cells.

Tables with such a column are containers: each of their rows is a document. Those with very many
tiny cells are read as they are, in blocks of many rows (see `plain/fragments.py`).
"""

import csv
import io

from excerpt.ingest.formats.plain.fragments import WARNING, find_fragments, is_fragmented
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_builder import TextBuilder
from excerpt.ingest.formats.text_signatures import delimiter_of
from excerpt.model import BlockKind, Document

__all__ = ["read"]

_NO_TEXT = (
    "read as one text: no column holds the texts of its rows; name it as text in a table [[table]]"
    " of .excerpt.toml"
)


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not text.
    """
    decoded = source.decoded
    delimiter = delimiter_of(decoded.text) or ","
    if is_fragmented(decoded.text, delimiter):
        fragments = find_fragments(decoded.text)
        return Document(
            fragments.text,
            fragments.build(),
            "table",
            encoding=decoded.encoding,
            warnings=(*decoded.warnings, _NO_TEXT, WARNING),
        )
    builder = TextBuilder(collapses=True)
    lines = io.StringIO(decoded.text.replace("\r\n", "\n"))
    csv.field_size_limit(max(csv.field_size_limit(), len(decoded.text) + 1))
    for row in csv.reader(lines, delimiter=delimiter):
        builder.begin_row()
        for cell in row:
            builder.begin_cell()
            builder.open(BlockKind.CELL)
            builder.add(cell)
    document = builder.build("table")
    return document._replace(
        encoding=decoded.encoding, warnings=(*decoded.warnings, _NO_TEXT), has_lines=False
    )
