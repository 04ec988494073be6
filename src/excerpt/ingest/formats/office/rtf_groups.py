"""The groups of RTF: the words that begin one, the use of its text, its properties."""

from typing import Final, NamedTuple

from excerpt.ingest.formats.office.styles import ParagraphRole
from excerpt.model import BlockKind

__all__ = [
    "COLLECTED",
    "DEFINITIONS",
    "ENDS",
    "FOOTERS",
    "HEADERS",
    "INSERTED",
    "OPTIONAL",
    "SKIPPED",
    "GroupState",
]

_SKIPPED_NAMES: Final = """
    colortbl list listlevel listname listoverridetable listoverride lfolevel leveltext levelnumbers
    pict nonshppict shprslt sp objdata fldinst filetbl revtbl listtable generator tc xe
    nonesttables atnid atnauthor atndate atntime themedata datastore latentstyles falt panose
    fontemb fontfile pn template bkmkend ftnsep ftnsepc aftnsep aftnsepc ftncn aftncn keycode
"""
SKIPPED: Final = frozenset(_SKIPPED_NAMES.split())
"""Groups without text of the document."""
OPTIONAL: Final = frozenset({"footnote", "annotation", "bkmkstart", "shpinst", "shptxt"})
"""Groups that are read although programs that do not know them may skip them."""
INSERTED: Final = {
    "footnote": BlockKind.NOTE,
    "annotation": BlockKind.NOTE,
    "shptxt": BlockKind.PARAGRAPH,
}
COLLECTED: Final = frozenset({"title", "author", "subject", "bkmkstart", "pntext", "listtext"})
"""Groups whose text is a property, the name of an anchor or the number of an item."""
DEFINITIONS: Final = frozenset({"fonttbl", "stylesheet"})
"""Groups that define fonts and styles."""
HEADERS: Final = frozenset({"header", "headerl", "headerr", "headerf"})
FOOTERS: Final = frozenset({"footer", "footerl", "footerr", "footerf"})
ENDS: Final = frozenset({"par", "sect", "cell", "nestcell", "row", "nestrow", "page"})
"""Control words that end a paragraph."""


class GroupState(NamedTuple):
    """The properties of a group.

    target      "" for the text, "skip", or the name of a group that is read in another way
    codec       of the font
    font        its number
    n_fallback  characters to skip after a Unicode character
    style       number of the style of the paragraph
    level       its outline level, -1 if it has none
    is_cell     True in a table
    item        level of its list, -1 if it is in none
    is_hidden   True if the text is hidden or deleted
    is_upper    True if it is shown in capitals
    role        the role of all paragraphs in a note, header or footer
    """

    target: str = ""
    codec: str = "cp1252"
    font: int = 0
    n_fallback: int = 1
    style: int = 0
    level: int = -1
    is_cell: bool = False
    item: int = -1
    is_hidden: bool = False
    is_upper: bool = False
    role: ParagraphRole | None = None
