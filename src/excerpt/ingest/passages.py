"""A Document → its Passages, the units that are found, ranked, shown and cited.

Short paragraphs are joined up to about 150 words, and long ones are split at sentence ends into 100
to 200 words. A heading starts a new passage together with the text that follows it. Notes form
passages of their own, and so do tables with their captions. Notes and captions within sentences
follow all these passages, each in a passage of its own. Text that is set apart comes last, in
passages of its own.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate, repeat
from typing import Final, Generic, TypeVar

from excerpt.ingest.splitter import MAX_WORDS as MAX_PIECE
from excerpt.ingest.splitter import find_sentences, split_paragraph
from excerpt.ingest.word_counter import WordCounter, count_line_ends
from excerpt.model import (
    INSETS,
    SET_APART,
    Anchor,
    Block,
    BlockKind,
    Document,
    Mark,
    Page,
    Passage,
    Reason,
    Span,
)
from excerpt.text.running_text import running_text, without_marks

__all__ = ["cut_passages", "passage_id"]

TARGET_WORDS: Final = 150
"""Words up to which paragraphs are joined."""
MAX_WORDS: Final = 200
"""Words of a passage that would otherwise leave a part of fewer than `MIN_WORDS`."""
MIN_WORDS: Final = 40
"""Words of a part that is too small for a passage of its own, if that can be avoided."""
MAX_INSERTION_LENGTH: Final = 200
"""Characters of boilerplate within a passage that is shown together with it, when it is found."""

_FAMILIES: Final = dict.fromkeys(BlockKind, "text") | {
    BlockKind.CELL: "table",
    BlockKind.CAPTION: "table",
    BlockKind.NOTE: "note",
}
"""Blocks of one family may share a passage."""
# Bound once: see `BlockKind`.
_HEADING = BlockKind.HEADING

T = TypeVar("T", Page, Anchor)


@dataclass(slots=True)
class _Group:
    """Blocks that will form one passage.

    n_words   in `blocks`, without headings
    headings  the heading path above `blocks`
    family    of `blocks`, "" as long as there are only headings
    """

    blocks: list[Block]
    n_words: int
    headings: tuple[str, ...]
    family: str


def passage_id(origin: str, text: str, nth: int) -> str:
    """Return the id of the `nth` passage (from 0) with this text in the document of `origin`.

    It is a 64-bit BLAKE2b hash in hexadecimal: among ten million passages, two share an id with a
    probability of 3 in a million.
    """
    identity = f"{origin}\0{nth}\0{text}".encode("utf-8", "surrogatepass")
    return blake2b(identity, digest_size=8).hexdigest()


def cut_passages(document: Document, origin: str) -> tuple[Passage, ...]:
    """Return the passages of `document`, whose first path was `origin`.

    First those of the running text, disjoint and in order, then those of notes and captions within
    it, then those of the text set apart, each in order. Together they contain all blocks and marks.
    """
    text = running_text(document.text, document.marks)
    counter = WordCounter(text)
    groups = list(_groups(document, text, counter))
    spans = [Span(group.blocks[0].span.start, group.blocks[-1].span.end) for group in groups]
    insets = list(_insets(document, groups, spans))
    apart = list(_set_apart(document, groups, spans, counter))
    n_running = len(groups)
    groups += [group for group, _ in insets + apart]
    spans += [span for _, span in insets + apart]
    n_with_marks = n_running + len(insets)
    lines = _lines_of(document, spans, counter if text is document.text else None)
    pages: _LocationChanges[Page] = _LocationChanges(document.pages)
    anchors: _LocationChanges[Anchor] = _LocationChanges(document.anchors)
    marks = _Marks(document.marks)
    n_seen: dict[str, int] = {}
    passages = []
    unknown = Page(0, "")
    for ordinal, (group, span, first_and_last) in enumerate(zip(groups, spans, lines, strict=True)):
        blocks = tuple(group.blocks)
        if ordinal < n_with_marks:
            identity, start = document.text[span.start : span.end], span.start
        else:
            identity = "\n".join([block.span.of(document.text) for block in blocks])
            start = blocks[0].span.start
        id_ = passage_id(origin, identity, 0)
        nth = n_seen.get(id_, 0)
        n_seen[id_] = nth + 1
        if nth:
            id_ = passage_id(origin, identity, nth)
        inner = marks.within(span) if ordinal < n_with_marks else ()
        if ordinal >= n_running:
            inner = tuple(mark for mark in inner if mark.kind in SET_APART)
        page, inner_pages = pages.around(start, span.end)
        anchor, inner_anchors = anchors.around(start, span.end)
        page = page or unknown
        passages.append(
            Passage(
                ordinal,
                span,
                blocks,
                group.headings,
                first_and_last,
                page.label,
                anchor.name if anchor else "",
                inner_pages,
                inner_anchors,
                inner,
                id_,
                page.number,
            )
        )
    return tuple(passages)


def _groups(document: Document, text: str, counter: WordCounter) -> Iterator[_Group]:
    """Yield the blocks of each passage of the running text, which is `text`."""
    path = _HeadingPath(document)
    group: _Group | None = None
    paragraphs = _paragraphs(document.blocks)
    starts = [paragraph[0].span.start for paragraph in paragraphs]
    ends = [paragraph[-1].span.end for paragraph in paragraphs]
    sizes = list(counter.count_all(starts, ends))
    spans = zip(starts, ends, sizes, strict=True)
    long = [Span(start, end) for start, end, size in spans if size > MAX_PIECE]
    sentences = find_sentences(text, long) if long else {}
    for paragraph, start, size in zip(paragraphs, starts, sizes, strict=True):
        if paragraph[0].kind is _HEADING:
            path.enter(paragraph[0])
            if group is not None and group.family:
                yield group
                group = None
            group = group or _Group([], 0, (), "")
            group.blocks += paragraph
            group.headings = path.headings
            continue
        family = _FAMILIES[paragraph[0].kind]
        if group is not None and group.family == family and group.n_words + size <= TARGET_WORDS:
            group.blocks += paragraph  # as below, but OCR has a paragraph for each line
            group.n_words += size
            continue
        pieces = split_paragraph(
            text, document.text, paragraph, size, counter, sentences=sentences.get(start)
        )
        for blocks, n_words in pieces:
            if group is None:
                group = _Group([], 0, path.headings, family)
            elif not _may_join(group, n_words, family):
                yield group
                group = _Group([], 0, path.headings, family)
            group.blocks += blocks
            group.n_words += n_words
            group.family = family
    if group is not None:
        yield group


def _insets(
    document: Document, running: Sequence[_Group], spans: Sequence[Span]
) -> Iterator[tuple[_Group, Span]]:
    """Yield the block and the span of each passage of the notes and captions within sentences."""
    insets = [Block(span, kind) for span, kind in document.marks if kind in INSETS]
    if not insets:
        return
    text = running_text(document.text, [mark for mark in document.marks if mark.kind in SET_APART])
    counter = WordCounter(text)
    starts = [span.start for span in spans]
    sizes = counter.count_all(
        [block.span.start for block in insets], [block.span.end for block in insets]
    )
    for block, size in zip(insets, sizes, strict=True):
        number = bisect_right(starts, block.span.start) - 1
        headings = running[number].headings if number >= 0 else ()
        for blocks, n_words in split_paragraph(text, document.text, [block], size, counter):
            span = Span(blocks[0].span.start, blocks[-1].span.end)
            yield _Group(list(blocks), n_words, headings, "inset"), span


def _set_apart(
    document: Document, running: Sequence[_Group], spans: Sequence[Span], counter: WordCounter
) -> Iterator[tuple[_Group, Span]]:
    """Yield the blocks and the span of each passage of the text that is set apart.

    Marks, and short blocks within a passage of the running text, form one passage with the span of
    that passage, so that they are shown where they stand. Other blocks that follow each other are
    joined and split like paragraphs.
    """
    pieces = [
        Block(span, kind, Reason.RUNNING_HEADER if kind is BlockKind.BOILERPLATE else 0)
        for span, kind in document.marks
        if kind in SET_APART
    ]
    pieces += [block for block in document.blocks if block.kind in SET_APART]
    pieces.sort(key=lambda block: block.span.start)
    starts = [span.start for span in spans]
    insertions: dict[int, list[Block]] = {}
    others: dict[int, list[Block]] = {}
    for piece in pieces:
        number = bisect_right(starts, piece.span.start) - 1
        is_inside = number >= 0 and piece.span.end <= spans[number].end
        is_inserted = is_inside and len(piece.span) <= MAX_INSERTION_LENGTH
        (insertions if is_inserted else others).setdefault(number, []).append(piece)
    # Counted for all of them at once: a text may have some between any two headings.
    ordered = [block.span for number in sorted(others) for block in others[number]]
    sizes = iter(
        counter.count_all([span.start for span in ordered], [span.end for span in ordered])
    )
    for number in sorted(insertions.keys() | others.keys()):
        headings = running[number].headings if number >= 0 else ()
        if number in insertions:
            yield _Group(insertions[number], 0, headings, "apart"), spans[number]
        blocks_with_sizes = list(zip(others.get(number, ()), sizes, strict=False))
        for blocks in _joined(document.text, blocks_with_sizes, counter):
            span = Span(blocks[0].span.start, blocks[-1].span.end)
            yield _Group(blocks, 0, headings, "apart"), span


def _joined(
    text: str, sizes: Iterable[tuple[Block, int]], counter: WordCounter
) -> Iterator[list[Block]]:
    """Yield blocks, split where they are too long, in groups of up to `TARGET_WORDS` words.

    `sizes` are the blocks, each with its number of words.
    """
    group: list[Block] = []
    total = 0
    for block, size in sizes:
        for parts, n_words in split_paragraph(text, text, [block], size, counter):
            if group and total + n_words > TARGET_WORDS:
                yield group
                group, total = [], 0
            group += parts
            total += n_words
    if group:
        yield group


def _paragraphs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return each block with those that continue it, without those that are set apart."""
    paragraphs: list[list[Block]] = []
    for block in blocks:
        if block.kind in SET_APART:
            continue
        if block.is_continuation and paragraphs:
            paragraphs[-1].append(block)
        else:
            paragraphs.append([block])
    return paragraphs


def _may_join(group: _Group, n_words: int, family: str) -> bool:
    """Return whether blocks of `n_words` words may be added to `group`."""
    if not group.family:
        return True  # the text below its headings
    if group.family != family:
        return False
    total = group.n_words + n_words
    if total <= TARGET_WORDS:
        return True
    return total <= MAX_WORDS and min(group.n_words, n_words) < MIN_WORDS


class _HeadingPath:
    """The headings above the current block, outermost first."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._marks = _Marks(document.marks)
        self._stack: list[tuple[int, str]] = []
        self.headings: tuple[str, ...] = ()

    def enter(self, block: Block) -> None:
        """Move below the heading `block`."""
        marks = self._marks.within(block.span)
        heading = without_marks(block.span.of(self._text), marks, block.span.start)
        while self._stack and self._stack[-1][0] >= block.level:
            self._stack.pop()
        self._stack.append((block.level, heading))
        self.headings = tuple(words for _, words in self._stack)


def _lines_of(
    document: Document, spans: Sequence[Span], counter: WordCounter | None
) -> Iterable[tuple[int, int] | None]:
    """Return the first and last line of each of `spans`, from 1.

    `counter` is that of the document's text, if there is one.
    """
    if not document.has_lines:
        return repeat(None, len(spans))
    offsets = [end for span in spans for end in (span.start, span.end)]
    counts = counter.n_lines(offsets) if counter else count_line_ends(document.text, offsets)
    lines = [count + 1 for count in counts]
    return zip(lines[::2], lines[1::2], strict=True)


class _LocationChanges(Generic[T]):
    """The ascending changes of a page label or an anchor in a document."""

    def __init__(self, changes: Sequence[T]) -> None:
        self._changes: Sequence[T] = changes
        self._starts = [change.start for change in changes]

    def around(self, start: int, end: int) -> tuple[T | None, tuple[T, ...]]:
        """Return the last change up to `start`, if any, and those after it and before `end`."""
        if not self._starts:
            return None, ()
        first = bisect_right(self._starts, start)
        inner = tuple(self._changes[first : bisect_left(self._starts, end, first)])
        return (self._changes[first - 1] if first else None), inner


class _Marks:
    """The marks of a document."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        # A mark may contain those after it, so the ends alone do not ascend.
        self._ends = list(accumulate((mark.span.end for mark in marks), max))
        self._starts = [mark.span.start for mark in marks]

    def within(self, span: Span) -> tuple[Mark, ...]:
        """Return the marks in `span`, clipped to it."""
        if not self._ends:
            return ()
        found = []
        first = bisect_right(self._ends, span.start)
        for mark in self._marks[first : bisect_left(self._starts, span.end, first)]:
            if mark.span.end <= span.start:
                continue
            start, end = max(mark.span.start, span.start), min(mark.span.end, span.end)
            is_whole = (start, end) == (mark.span.start, mark.span.end)
            found.append(mark if is_whole else Mark(Span(start, end), mark.kind))
        return tuple(found)
