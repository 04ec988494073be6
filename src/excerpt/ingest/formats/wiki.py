"""Wiki markup as saved from encyclopedias → Document.

Headings are written `== Heading ==`; everything else is read as plain text is. A box of
`- Key: value` lines at the top is metadata and remains part of the text. Templates of MediaWiki are
not expanded; they remain in the text as they are.
"""

from excerpt.ingest.formats.plain_text import read_decoded
from excerpt.ingest.formats.table import Source
from excerpt.model import Document

__all__ = ["read"]


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not text.
    """
    return read_decoded(source.decoded)._replace(format="wiki")
