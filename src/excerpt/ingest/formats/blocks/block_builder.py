"""Blocks under construction: formats add the blocks they find, later steps change their kinds.

Every character that is not white space must belong to a block, and no block may begin or end with
white space; `BlockBuilder.add` ensures the latter.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter

from excerpt.model import SET_APART, Anchor, Block, BlockKind, Mark, Page, Span
from excerpt.text.running_text import running_text, without_marks

__all__ = ["BlockBuilder", "MutableBlock", "announces_notes", "heading_words", "mark_notes"]

_NOTES_HEADINGS = frozenset(
    heading.strip()
    for heading in [
        "notes",
        " note",
        " footnotes",
        " endnotes",
        " notes and references",
        " anmerkungen",
        " fußnoten",
        " endnoten",
        " notes de bas de page",
        " notas",
        " noten",
        " voetnoten",
        " noter",
        " fotnoter",
        " примечания",
        " сноски",
        " przypisy",
        " poznámky",
        " jegyzetek",
        " σημειώσεις",
    ]
)
# Bound once: see `BlockKind`.
_HEADING, _ITEM = BlockKind.HEADING, BlockKind.ITEM
_NOTE, _PARAGRAPH = BlockKind.NOTE, BlockKind.PARAGRAPH
_NEW_BLOCK = partial(tuple.__new__, Block)
_BY_POSITION = attrgetter("span.start", "span.end", "kind")
"""The order of marks, without a call in Python for each comparison."""


@dataclass(slots=True)
class MutableBlock:
    """A block whose kind may still change.

    start, end    half-open span in the text, in code points
    kind, level   as in `Block`, and so is `is_continuation`
    is_page_mark  True if it is the number of a page or a running header
    is_number     True if it is a line that contains only a number, perhaps that of a page
    is_alone      True if it is a short paragraph between blank lines, perhaps a heading
    is_guess      as in `Block`
    label         of the page that it numbers, if it is a line that may number a page
    whole         the start of the block that it was cut off at a form feed, -1 if it was not
    label_sign    the bracket or other sign before a label, "" if there is none
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    is_continuation: bool = False
    is_page_mark: bool = False
    is_number: bool = False
    is_alone: bool = False
    is_guess: bool = False
    label: str = ""
    label_sign: str = ""
    whole: int = -1

    def part(self, start: int, end: int) -> "MutableBlock":
        """Return a block like this one for a part of its text."""
        # `dataclasses.replace` takes eight times as long.
        return MutableBlock(
            start,
            end,
            self.kind,
            self.level,
            self.is_continuation,
            self.is_page_mark,
            self.is_number,
            self.is_alone,
            self.is_guess,
            self.label,
            self.label_sign,
            self.whole,
        )


@dataclass(slots=True)
class BlockBuilder:
    """The blocks of `text` found so far, in order, with the pages, marks and anchors in it."""

    text: str
    blocks: list[MutableBlock] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)

    def add(self, start: int, end: int, kind: BlockKind, level: int = 0) -> MutableBlock | None:
        """Add the text from `start` to `end` without the white space around it.

        Returns:
            The new block, or None if there is only white space.
        """
        stripped = self.text[start:end].lstrip()
        if not stripped:
            return None
        start = end - len(stripped)
        block = MutableBlock(start, start + len(stripped.rstrip()), kind, level)
        self.blocks.append(block)
        return block

    def add_part(self, whole: MutableBlock, start: int, end: int) -> MutableBlock | None:
        """Add the text from `start` to `end` as a part of the block `whole`, like `add`."""
        stripped = self.text[start:end].lstrip()
        if not stripped:
            return None
        start = end - len(stripped)
        block = whole.part(start, start + len(stripped.rstrip()))
        self.blocks.append(block)
        return block

    def add_mark(self, start: int, end: int, kind: BlockKind) -> None:
        """Add a mark from `start` to `end`, without the white space around it.

        It must lie within one block. If it may overlap others, `settle_marks` is to be called.
        """
        stripped = self.text[start:end].lstrip()
        if stripped:
            start = end - len(stripped)
            self.marks.append(Mark(Span(start, start + len(stripped.rstrip())), kind))

    def sorted_marks(self) -> list[Mark]:
        """Return the marks in order."""
        return sorted(self.marks, key=_BY_POSITION)

    def running(self) -> str:
        """Return the text with the marks blanked out, see `running_text`."""
        return running_text(self.text, self.sorted_marks())

    def source_of(self, block: MutableBlock) -> str:
        """Return the text of `block`."""
        return self.text[block.start : block.end]

    def build(self) -> tuple[Block, ...]:
        """Return the blocks in their final form."""
        blocks = self.blocks
        traits = zip(
            Span.all_of([block.start for block in blocks], [block.end for block in blocks]),
            [block.kind for block in blocks],
            [block.level for block in blocks],
            [block.is_continuation for block in blocks],
            [block.is_guess for block in blocks],
            strict=True,
        )
        # A named tuple's own constructor is a function in Python, which takes twice as long.
        return tuple(map(_NEW_BLOCK, traits))

    def build_marks(self) -> tuple[Mark, ...]:
        """Return the marks in order, without those in blocks that are set apart as a whole."""
        marks: list[Mark] = []
        number = 0
        for mark in self.sorted_marks():
            while self.blocks[number].end <= mark.span.start:
                number += 1
            block = self.blocks[number]
            if block.kind not in SET_APART and mark.span.end <= block.end:
                marks.append(mark)
        return tuple(marks)


def heading_words(builder: BlockBuilder) -> dict[int, str]:
    """Return the words of each heading, without its marks, by the start of its block."""
    words: dict[int, str] = {}
    marks = builder.sorted_marks()
    starts = [mark.span.start for mark in marks]
    for block in builder.blocks:
        if block.kind is _HEADING:
            own = marks[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
            words[block.start] = without_marks(builder.source_of(block), own, block.start)
    return words


def announces_notes(heading: str) -> bool:
    """Return whether the words of a heading announce notes.

    >>> announces_notes("Notes:"), announces_notes("Of the notes")
    (True, False)
    """
    return heading.strip(" .:").casefold() in _NOTES_HEADINGS


def mark_notes(builder: BlockBuilder) -> None:
    """Turn paragraphs and items below a heading that announces notes into notes.

    They extend to the next heading of the same or a higher level.
    """
    level = 0
    words = heading_words(builder)
    for block in builder.blocks:
        if block.kind is _HEADING and (not level or block.level <= level):
            level = block.level if announces_notes(words[block.start]) else 0
        elif level and block.kind in {_PARAGRAPH, _ITEM}:
            block.kind, block.level = _NOTE, 0
