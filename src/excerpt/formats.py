"""The interface for packages that add formats.

A package defines a `Format` and names it in its entry points, in the group `excerpt.formats`. The
function that `Format.reader` names takes a `Source` and returns a `Document`; `TextBuilder` makes
one from strings in order. `excerpt help python` shows an example.
"""

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.formats.registry import Format, Limits
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_builder import BREAK, TextBuilder
from excerpt.model import Anchor, Block, BlockKind, Document, Mark, Page, Reason, Span

__all__ = [
    "BREAK",
    "Instruction",
    "Anchor",
    "Block",
    "BlockKind",
    "Document",
    "Format",
    "Limits",
    "Mark",
    "Page",
    "Reason",
    "Source",
    "Span",
    "TextBuilder",
    "Unreadable",
]
