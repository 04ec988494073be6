"""Elements in capitals, as in texts that were converted from SGML → elements of TEI.

The Text Creation Partnership (EEBO, ECCO, Evans) and the libraries that share its tools wrote TEI
before there were namespaces: `<ETS><EEBO><TEXT><DIV1><HEAD>`.
"""

from functools import cache
from typing import Any, Final

from lxml import etree

from excerpt.ingest.formats.tei.names import ANCHORED, BLOCKS, CONTAINERS, INLINE, SKIPPED, UNITS

__all__ = ["restore_names"]

_OF_HEADERS: Final = (
    "fileDesc titleStmt editionStmt publicationStmt seriesStmt notesStmt sourceDesc encodingDesc"
    " profileDesc langUsage textClass origDate correspDesc correspAction"
)
"""Names in mixed case within a header."""
_OTHERS: Final = {"HEADER": "teiHeader", "IDG": "standOff", "TEMPHEAD": "standOff", "LETTER": "div"}
"""Names that TEI does not have; identifiers are not text."""


@cache
def _names() -> dict[str, str]:
    """Return the names of elements that TEI writes in mixed case, by their capitals."""
    known = {*ANCHORED, *BLOCKS, *CONTAINERS, *INLINE, *SKIPPED, *UNITS, *_OF_HEADERS.split()}
    return {name.upper(): name for name in known if not name.islower()} | _OTHERS


def restore_names(root: Any) -> None:
    """Give the elements and attributes below `root` the names of TEI if they are in capitals."""
    if next(root.iter("TEXT"), None) is None:
        return
    mixed = _names()
    for element in root.iter(etree.Element):
        element.tag = mixed.get(element.tag, element.tag.lower())
        for name in element.keys():  # noqa: SIM118 - the attributes change meanwhile
            element.set(name.lower(), element.attrib.pop(name))
