"""The strings of a web page, in document order → its text, blocks, marks, anchors and pages.

`walk.py` walks the page and calls this builder. White space is collapsed as browsers do it, and
blocks are separated by a blank line, except rows and cells of a table. A note reference or page
number within a sentence is a mark of its block. Notes and captions within a sentence are inserted
after its block, so that they do not interrupt it. At the end, `regions.py` judges which regions are
boilerplate, and `headings.py` which short blocks are headings.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from excerpt.ingest.formats.blocks.block_builder import (
    BlockBuilder,
    MutableBlock,
    announces_notes,
)
from excerpt.ingest.formats.blocks.note_references import mark_references
from excerpt.ingest.formats.blocks.outline import LINE_END_HYPHENS, SENTENCE_ENDS
from excerpt.ingest.formats.html.block import BREAK, Context, Layout, OpenHtmlBlock, lay_out
from excerpt.ingest.formats.html.head import Head
from excerpt.ingest.formats.html.headings import Emphasis, HeadingGuesses
from excerpt.ingest.formats.html.marks import FoundMark
from excerpt.ingest.formats.html.notes import mark_linked_notes
from excerpt.ingest.formats.html.preformatted import find_preformatted
from excerpt.ingest.formats.html.regions import Region, Role, mark_boilerplate
from excerpt.ingest.formats.pages.typed_pages import mark_pages
from excerpt.ingest.formats.text_builder import MAX_CELL_LENGTH, LocationChange, RowGap
from excerpt.model import SET_APART, Anchor, BlockKind, Mark, Page, Reason, Span

__all__ = ["MAX_INITIAL_LENGTH", "HtmlBuilder"]

MAX_INITIAL_LENGTH: Final = 3
"""Characters of a drop capital, with a quotation mark before it."""
MAX_BETWEEN: Final = 20
"""Page numbers and notes between two parts of a sentence."""
MAX_LINE_LENGTH: Final = 40
"""Characters of a title or a signature above a note."""
# Bound once: see `BlockKind`.
_PARAGRAPH, _NOTE = BlockKind.PARAGRAPH, BlockKind.NOTE
_BOILERPLATE, _CAPTION, _PAGE = BlockKind.BOILERPLATE, BlockKind.CAPTION, BlockKind.PAGE
_CELL, _ITEM, _QUOTE = BlockKind.CELL, BlockKind.ITEM, BlockKind.QUOTE
_RUNNING_TEXT = frozenset({_PARAGRAPH, _ITEM, _QUOTE, _NOTE})

T = TypeVar("T", Anchor, Page)


@dataclass(slots=True)
class HtmlBuilder:
    """The text of a web page so far, and the block that is being read.

    head       statements of the page about itself
    warnings   sentences about what was replaced or not read
    regions    the first stands for the page outside of regions
    anchor     the nearest anchor so far
    page       label of the page so far
    open       the block that is being read
    outer      the blocks around it, if it is an insertion, outermost first
    parts      of the text of finished blocks
    length     of all parts
    gap        before the next block
    blocks     finished blocks
    region_of  index of the region for each of `blocks`
    marks      in finished blocks
    anchors    in finished blocks
    pages      in finished blocks
    guesses    finished blocks that may be headings
    captions   alternative texts of images so far
    rules      offsets of the lines across the page
    references labels of note references, by the anchors to which they lead
    notes_ends the end of the element around each heading that announces notes, by its start

    notes_heading     start of a heading that announces notes and has just ended, or -1
    has_page_numbers  True if there are page numbers among `blocks`
    """

    head: Head = field(default_factory=Head)
    warnings: list[str] = field(default_factory=list)
    regions: list[Region] = field(default_factory=lambda: [Region(Role.NONE)])
    anchor: str = ""
    page: str = ""
    open: OpenHtmlBlock = field(default_factory=OpenHtmlBlock)
    outer: list[OpenHtmlBlock] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    gap: RowGap = field(default_factory=RowGap)
    blocks: list[MutableBlock] = field(default_factory=list)
    region_of: list[int] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    guesses: HeadingGuesses = field(default_factory=HeadingGuesses)
    captions: set[str] = field(default_factory=set)
    rules: list[int] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)
    notes_ends: dict[int, int] = field(default_factory=dict)
    notes_heading: int = -1
    has_page_numbers: bool = False

    def set_anchor(self, name: str) -> None:
        """Let the anchor `name` begin here."""
        self.anchor = name
        if self.open.is_blank():
            self.open.anchor, self.open.is_fresh = name, True
        else:
            self.open.changes.append(LocationChange(len(self.open.strings), False, name))

    def set_page(self, label: str) -> None:
        """Let the page `label` begin here."""
        self.page = label
        if self.open.is_blank():
            self.open.page = label
        else:
            self.open.changes.append(LocationChange(len(self.open.strings), True, label))

    def restore(self, anchor: str, page: str) -> None:
        """Return to the anchor and page before an element whose anchors and pages end with it."""
        if anchor != self.anchor:
            self.set_anchor(anchor)
            self.open.inherited, self.open.is_fresh = anchor, False
        if page != self.page:
            self.set_page(page)

    def add_mark(self, text: str, kind: BlockKind) -> None:
        """Add `text` as a mark."""
        self.open.marks.append((len(self.open.strings), kind))
        self.open.strings.append(text)

    def add_found(self, mark: FoundMark) -> None:
        """Add a mark that was found in the page, with the anchor and page that begin at it."""
        if mark.anchor:
            self.set_anchor(mark.anchor)
        if mark.kind is BlockKind.PAGE and mark.label != self.page:
            self.set_page(mark.label)
        if mark.target and not mark.is_note:
            self.references.setdefault(mark.target, mark.text.strip(" \n\t.:[](){}"))
        self.open.is_note = self.open.is_note or mark.is_note
        if mark.text:
            self.add_mark(mark.text, mark.kind)

    def add_initial(self, letter: str) -> None:
        """Add a drop capital: it is left out if no letter touches it."""
        self.open.images.append(len(self.open.strings))
        self.open.strings.append(letter)

    def add_heading_image(self, alternative: str) -> None:
        """Add an image to a heading: its text, if there is no other, and otherwise a caption."""
        self.open.images.append(len(self.open.strings))
        self.open.strings.append(alternative)

    def start_region(self, role: Role, parent: int) -> int:
        """Add a region and return its index."""
        self.regions.append(Region(role, parent))
        return len(self.regions) - 1

    def begin_insertion(self) -> None:
        """Interrupt the open block: the blocks up to `end_insertion` follow it."""
        self.outer.append(self.open)
        self.open = OpenHtmlBlock(self.anchor, self.anchor, self.page)

    def end_insertion(self, context: Context) -> None:
        """End the open block of an insertion with this context, and resume the one around it."""
        self.flush(context)
        self.open = self.outer.pop()
        if self.open.is_blank() and not self.outer:
            self.flush(context)

    def insert(self, text: str, context: Context) -> None:
        """Insert `text` as a block with this context after the open block."""
        self.begin_insertion()
        self.open.strings.append(text)
        self.end_insertion(context)

    def ends_in_sentence(self) -> bool:
        """Return whether the text of the open block so far ends within a sentence."""
        if self.open.is_blank():
            return False
        end = "".join(self.open.strings[-3:]).rstrip()
        return bool(end) and end[-1] not in SENTENCE_ENDS

    def break_line(self, context: Context) -> None:
        """Add a line break; two in succession are how old pages end a paragraph."""
        strings = self.open.strings
        rest = (part for part in reversed(strings) if part == BREAK or not part.isspace())
        is_plain = not context.is_in_heading and not context.is_preformatted
        if is_plain and next(rest, "") == BREAK:
            self.flush(context)
        else:
            strings.append(BREAK)

    def break_block(self, context: Context) -> None:
        """End the open block, or only its line if it is a heading, at the edge of an element."""
        if context.is_in_heading:
            self.open.strings.append(BREAK)
        elif self.open.strings or self.open.insertions:
            self.flush(context)

    def flush(self, context: Context) -> None:
        """End the open block. Without text in it, its anchors are those of the next block."""
        block = self.open
        if block.images:
            self._place_images(block, context)
        if self.outer:
            self._add_insertion(block, context)
            return
        is_blank = block.is_blank()
        if not is_blank:
            self._finish(block, context)
        for insertion, its_context in block.insertions:
            self._finish(insertion, its_context)
        if is_blank:
            block.discard_white_space()
        else:
            if block.is_note:
                self.anchor = block.inherited
            block.reset(self.anchor, self.page)

    def _add_insertion(self, block: OpenHtmlBlock, context: Context) -> None:
        """Add `block`, and the insertions in it, to those of the block around it."""
        insertions = self.outer[-1].insertions
        if block.is_blank():
            insertions += block.insertions
            block.discard_white_space()
        else:
            insertions += [(block, context), *block.insertions]
            block.insertions = []
            self.open = OpenHtmlBlock(self.anchor, self.anchor, self.page)

    def _place_images(self, block: OpenHtmlBlock, context: Context) -> None:
        """Keep the images in a block that are part of its words, and remove the others."""
        strings, images = block.strings, set(block.images)
        others = [index for index, string in enumerate(strings) if string and index not in images]
        is_alone = all(strings[index].isspace() for index in others)
        for index in block.images:
            alternative = strings[index]
            if len(alternative) > MAX_INITIAL_LENGTH:
                if not is_alone:
                    strings[index] = ""
                    caption = OpenHtmlBlock(block.anchor, block.anchor, block.page)
                    caption.strings.append(alternative)
                    block.insertions.append((caption, Context(_CAPTION, region=context.region)))
                continue
            number = bisect_left(others, index)
            before = strings[others[number - 1]] if number else ""
            after = strings[others[number]] if number < len(others) else ""
            if not (before[-1:].isalpha() or after[:1].isalpha()):
                strings[index] = ""
        block.n_blank = 0
        block.images.clear()

    def _finish(self, block: OpenHtmlBlock, context: Context) -> None:
        """Add the text of a block to that of the page."""
        layout = lay_out(block, is_preformatted=context.is_preformatted)
        text = layout.text
        if not text or text.isspace() or (context.kind is _CAPTION and self._is_repeated(text)):
            return
        is_after_cell = bool(self.blocks) and self.blocks[-1].kind is _CELL
        is_cell = context.kind is _CELL and len(text) <= MAX_CELL_LENGTH
        gap = self.gap.take(is_between_cells=is_cell and is_after_cell)
        if self.length:
            self.parts.append(gap)
            self.length += len(gap)
        self._add_changes(layout, block, context)
        if context.region:
            self.regions[context.region].n_characters += len(text)
        if context.is_in_heading and announces_notes(text):
            self.notes_heading = self.length
        if context.is_in_info:
            self.head.infos.append(text)
        if context.is_preformatted:
            self._add_preformatted(layout, context)
        else:
            self._add_blocks(layout, block, context)
        self.parts.append(text)
        self.length += len(text)

    def _is_repeated(self, caption: str) -> bool:
        """Return whether a caption repeats that before it, the alternative text of the image."""
        return bool(self.blocks) and self.blocks[-1].kind is _CAPTION and self.parts[-1] == caption

    def _add_changes(self, layout: Layout, block: OpenHtmlBlock, context: Context) -> None:
        """Add the anchor and the page at the beginning of a block, and those within it."""
        if block.anchor != (self.anchors[-1].name if self.anchors else ""):
            _put(Anchor(self.length, block.anchor), self.anchors)
        if block.page != (self.pages[-1].label if self.pages else ""):
            _put(Page(self.length, block.page), self.pages)
        # In old pages, the anchor of a heading may follow its words.
        is_of_heading = context.is_in_heading and not block.is_fresh
        for offset, is_page, value, _ in layout.changes:
            if is_page:
                _put(Page(self.length + offset, value), self.pages)
            else:
                _put(Anchor(self.length + (0 if is_of_heading else offset), value), self.anchors)
                is_of_heading = False

    def _add_blocks(self, layout: Layout, block: OpenHtmlBlock, context: Context) -> None:
        """Add the blocks of a layout: its running text, and the marks before and after it."""
        text, _, marks, n_before, n_inside = layout
        shift, region = self.length, context.region
        if not marks:
            self._add_running_text(text, shift, block, context)
            return
        for span, mark_kind in marks[:n_before]:
            self._register(span.start + shift, span.end + shift, mark_kind, 0, region)
        start = marks[n_before - 1].span.end if n_before else 0
        end = marks[n_inside].span.start if n_inside < len(marks) else len(text)
        running = text[start:end].strip()
        if running:
            start = text.index(running, start) + shift
            self._add_running_text(running, start, block, context)
            self.marks += [
                Mark(Span(span.start + shift, span.end + shift), kind)
                for span, kind in marks[n_before:n_inside]
            ]
        for span, mark_kind in marks[n_inside:]:
            self._register(span.start + shift, span.end + shift, mark_kind, 0, region)

    def _add_running_text(
        self, text: str, start: int, block: OpenHtmlBlock, context: Context
    ) -> None:
        kind, level = context.kind, context.level
        if kind is _CELL and len(text) > MAX_CELL_LENGTH:
            kind = _PARAGRAPH
        elif block.is_note and kind in _RUNNING_TEXT:
            kind, level = _NOTE, 0
        if kind is _PARAGRAPH:
            emphasis = block.least_emphasis() if block.emphasis else Emphasis.NONE
            self.guesses.consider(len(self.blocks), text, emphasis, is_centered=context.is_centered)
        self._register(start, start + len(text), kind, level, context.region)

    def _register(self, start: int, end: int, kind: BlockKind, level: int, region: int) -> None:
        self.has_page_numbers = self.has_page_numbers or kind is _PAGE
        self.blocks.append(MutableBlock(start, end, kind, level))
        self.region_of.append(region)

    def _add_preformatted(self, layout: Layout, context: Context) -> None:
        """Add the blocks of preformatted text, which are found as in plain text."""
        shift = self.length
        is_plain_text = context.kind is _PARAGRAPH and not context.is_program
        found = find_preformatted(layout.text, layout.marks, is_plain_text=is_plain_text)
        for block in found.blocks:
            kind, level = block.kind, block.level
            if not is_plain_text and kind is _PARAGRAPH:
                kind, level = context.kind, context.level
            self._register(block.start + shift, block.end + shift, kind, level, context.region)
            self.blocks[-1].is_continuation = block.is_continuation
            self.blocks[-1].is_guess = block.is_guess
        for span, kind in found.marks:
            self.marks.append(Mark(Span(span.start + shift, span.end + shift), kind))
        if not any(change.is_page for change in layout.changes):
            for page in found.pages:
                _put(Page(page.start + shift, page.label), self.pages)

    def finish(self) -> BlockBuilder:
        """Return the text, its blocks, marks and pages, as judged by the whole page."""
        builder = BlockBuilder("".join(self.parts), self.blocks, self.pages, self.marks)
        self.guesses.judge(self.blocks)
        mark_boilerplate(builder.text, self.blocks, self.region_of, self.regions)
        _keep_some_text(self.blocks)
        if not builder.pages:
            mark_pages(builder)
        mark_references(builder)
        mark_linked_notes(builder, self.anchors, self.references)
        if self.has_page_numbers or builder.pages:
            builder.blocks = list(_join_over(builder, frozenset({_PAGE})))
        if any(block.kind is _NOTE for block in builder.blocks):
            builder.blocks = list(_join_over(builder, frozenset({_PAGE, _NOTE})))
        return builder


def _put(change: T, changes: list[T]) -> None:
    """Add `change` to `changes`, unless it changes nothing."""
    if changes and changes[-1][0] == change[0]:
        changes.pop()
    if change[1] != (changes[-1][1] if changes else ""):
        changes.append(change)


def _keep_some_text(blocks: list[MutableBlock]) -> None:
    """Turn boilerplate into text if there is no other text, unless a rule made it boilerplate."""
    if all(block.kind in SET_APART for block in blocks):
        for block in blocks:
            if block.kind is _BOILERPLATE and block.level != Reason.COLLECTION:
                block.kind, block.level = _PARAGRAPH, 0


def _join_over(builder: BlockBuilder, kinds: frozenset[BlockKind]) -> Iterator[MutableBlock]:
    """Yield the blocks, with each sentence that continues after blocks of `kinds` in one block.

    The page numbers and notes in it become marks.
    """
    before: MutableBlock | None = None
    between: list[MutableBlock] = []
    for block in builder.blocks:
        if block.kind in kinds:
            between.append(block)
            continue
        if before and between and _is_continued(builder.text, before, between, block):
            for inset in between:
                builder.add_mark(inset.start, inset.end, inset.kind)
            before.end = block.end
        else:
            if before:
                yield before
            yield from between
            before = block
        between = []
    if before:
        yield before
    yield from between


def _is_continued(
    text: str, before: MutableBlock, between: Sequence[MutableBlock], after: MutableBlock
) -> bool:
    """Return whether the sentence at the end of `before` continues in `after`.

    The blocks `between` are notes and page numbers.

    A short line before a note may be a title or a signature.
    """
    if before.kind is not after.kind or before.kind not in _RUNNING_TEXT:
        return False
    if len(between) > MAX_BETWEEN:
        return False
    last, first = text[before.end - 1], text[after.start]
    if any(block.kind is _NOTE for block in between):
        is_long = before.end - before.start > MAX_LINE_LENGTH
        if last not in LINE_END_HYPHENS and not is_long:
            return False
    return first.islower() and last not in SENTENCE_ENDS
