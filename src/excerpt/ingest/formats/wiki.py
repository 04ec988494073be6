"""Wiki markup as encyclopedias are saved in → Document: `== Heading ==`, lists, tables and a box of facts.

Its lines are read as those of plain text are; a box (`- Key: value` lines at the top) is metadata and stays text.
Full MediaWiki with its templates is not taken apart: they stay in the text as they are.
"""

import re

from excerpt.ingest.decode import Decoded
from excerpt.ingest.formats.plain_text import extract_text
from excerpt.model import Document

__all__ = ["extract_wiki", "is_wiki"]

_HEADING = re.compile(r"\n={1,6}[^=\n][^\n]*=[^\S\n]*(?=\n|\Z)")


def is_wiki(text: str) -> bool:
    """Whether a text without a telling name is wiki markup: it has a heading between equals signs."""
    if "=" not in text:  # found many times faster than two characters
        return False
    return (text.startswith("=") or "\n=" in text) and _HEADING.search("\n" + text) is not None


def extract_wiki(decoded: Decoded) -> Document:
    """The document that a text in wiki markup holds."""
    return extract_text(decoded)._replace(format="wiki")
