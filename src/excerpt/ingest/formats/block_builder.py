"""BlockBuilders of blocks: what the text formats find line by line, before page breaks and headings are judged.

A block must hold every character that is not white space, and none at its ends that is; `BlockBuilders.add` sees to that.
"""

import re
from dataclasses import dataclass, field

from excerpt.model import Block, BlockKind, Page, Span

__all__ = ["BlockBuilder", "BlockBuilders", "clean_heading", "is_notes_heading", "mark_notes"]

_NOTES = frozenset(
    {
        *(
            "notes",
            "note",
            "footnotes",
            "endnotes",
            "notes and references",
            "anmerkungen",
            "fußnoten",
            "endnoten",
        ),
        *(
            "notes de bas de page",
            "notas",
            "noten",
            "voetnoten",
            "noter",
            "fotnoter",
            "примечания",
            "сноски",
        ),
        *("przypisy", "poznámky", "jegyzetek", "σημειώσεις"),
    }
)
_MARKED = re.compile(r"\s*(?:#{1,6}\s+(.*?)(?:\s+#+)?|(=+)\s*(.*?)\s*=+)\s*", re.DOTALL)
_EMPHASIS = re.compile(r"\*\*|__|'''?|`|(?<!\w)[*_]|[*_](?!\w)")
_LINK = re.compile(r"!?\[([^\]\[\n]*)\]\([^)\n]*\)|\[\[(?:[^\]|\n]*\|)?([^\]\n]*)\]\]")
_LEFT_OVER = re.compile(r"\{#[\w-]+\}\s*$")
_HEADING, _ITEM, _NOTE, _PARAGRAPH = (
    BlockKind.HEADING,
    BlockKind.ITEM,
    BlockKind.NOTE,
    BlockKind.PARAGRAPH,
)
"""Named once: in Python 3.11 each look into the class costs as much as the rest of what is done with a block here."""


@dataclass(slots=True)
class BlockBuilder:
    """A block that may still change its kind."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    continues: bool = False
    is_page_mark: bool = False
    anchor: str = ""
    is_number: bool = False  # a line of nothing but a number, maybe of a page


@dataclass(slots=True)
class BlockBuilders:
    """The drafts of the blocks of `text` so far, in order, and the pages that were marked."""

    text: str
    drafts: list[BlockBuilder] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def add(self, start: int, end: int, kind: BlockKind, level: int = 0) -> BlockBuilder | None:
        """Add what stands between `start` and `end`, without the white space around it; None if nothing does."""
        piece = self.text[start:end]
        left = piece.lstrip()
        if not left:
            return None
        start = end - len(left)
        draft = BlockBuilder(start, start + len(left.rstrip()), kind, level)
        self.drafts.append(draft)
        return draft

    def blocks(self) -> tuple[Block, ...]:
        """The drafts as blocks."""
        return tuple(
            Block(Span(d.start, d.end), d.kind, d.level, d.anchor, d.continues) for d in self.drafts
        )


def clean_heading(source: str) -> str:
    """The words of a heading, without its marks: `== *War* ==` is War.

    >>> clean_heading("## [War](w.md) and **peace** ##"), clean_heading("=== Letters ==="), clean_heading("C#")
    ('War and peace', 'Letters', 'C#')
    """
    marked = _MARKED.fullmatch(source)
    if marked:
        source = marked.group(1) or marked.group(3) or ""
    source = _LINK.sub(lambda found: found.group(1) or found.group(2) or "", source)
    return " ".join(_EMPHASIS.sub("", _LEFT_OVER.sub("", source)).split())


def is_notes_heading(heading: str) -> bool:
    """Whether what stands below this heading are notes."""
    return heading.strip(" .:").casefold() in _NOTES


def mark_notes(drafts: BlockBuilders) -> None:
    """Make notes of the paragraphs and items below a heading that announces notes, up to the next of its level."""
    level = 0
    for draft in drafts.drafts:
        if draft.kind is _HEADING and (not level or draft.level <= level):
            is_notes = is_notes_heading(clean_heading(drafts.text[draft.start : draft.end]))
            level = draft.level if is_notes else 0
        elif level and draft.kind in {_PARAGRAPH, _ITEM}:
            draft.kind, draft.level = _NOTE, 0
