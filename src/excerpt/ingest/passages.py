"""A Document → its Passages: the pieces that are found, ranked, shown and cited.

Short paragraphs are joined up to about 150 words, long ones cut at sentence ends into 100 to 200; a heading starts
a new passage together with what follows it; notes, and tables with their captions, make passages of their own.
Words are counted by white space, and by character in scripts that write none: near enough for a size, and cheap.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import repeat
from typing import Final

from excerpt.ingest.formats.block_builder import clean_heading
from excerpt.ingest.splitter import Counter, pieces
from excerpt.model import Block, BlockKind, Document, Passage, Span

__all__ = ["passage_id", "passages"]

TARGET: Final = 150
"""Words up to which paragraphs are joined."""
LONGEST: Final = 200
"""Words that a passage may have if that saves a scrap."""
SCRAP: Final = 40
"""Words of a piece too small to stand alone if it can be avoided."""

_FAMILIES: Final = dict.fromkeys(BlockKind, "text") | {
    BlockKind.CELL: "table",
    BlockKind.CAPTION: "table",
    BlockKind.NOTE: "note",
}
"""Blocks of one family may share a passage."""
_BOILERPLATE, _HEADING = BlockKind.BOILERPLATE, BlockKind.HEADING
"""Named once: in Python 3.11 each look into the class costs as much as the rest of what is done with a block here."""


def passage_id(origin: str, text: str, nth: int) -> str:
    """The id of the `nth` passage (from 0) with this `text` in the document met first at `origin`."""
    named = f"{origin}\0{nth}\0{text}".encode("utf-8", "surrogatepass")
    return blake2b(named, digest_size=6).hexdigest()


@dataclass(slots=True)
class _Group:
    """Blocks that will be one passage: their words so far, and the heading path they stand under."""

    blocks: list[Block]
    n_words: int
    headings: tuple[str, ...]
    family: str


def passages(document: Document, origin: str) -> tuple[Passage, ...]:
    """Cut `document`, met first at the path `origin`, into passages: disjoint, in order, all but boilerplate."""
    counter = Counter(document.text)
    groups = list(_groups(document, counter))
    spans = [Span(group.blocks[0].span.start, group.blocks[-1].span.end) for group in groups]
    seen: dict[str, int] = {}
    found = []
    places = zip(spans, _lines(document, spans, counter), _pages(document, spans), strict=True)
    for ordinal, (group, (span, lines, page)) in enumerate(zip(groups, places, strict=True)):
        text = document.text[span.start : span.end]
        name = passage_id(origin, text, 0)
        nth = seen.get(name, 0)
        seen[name] = nth + 1
        if nth:
            name = passage_id(origin, text, nth)
        blocks = tuple(group.blocks)
        found.append(
            Passage(ordinal, span, blocks, group.headings, lines, page, blocks[0].anchor, name)
        )
    return tuple(found)


def _groups(document: Document, counter: Counter) -> Iterator[_Group]:
    """The blocks of `document` in the groups that make up its passages."""
    path = _HeadingPath(document)
    group: _Group | None = None
    paragraphs = _paragraphs(document.blocks)
    starts = [paragraph[0].span.start for paragraph in paragraphs]
    sizes = counter.count_all(starts, [paragraph[-1].span.end for paragraph in paragraphs])
    for paragraph, size in zip(paragraphs, sizes, strict=True):
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
        for blocks, n_words in pieces(document.text, paragraph, size, counter):
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


def _paragraphs(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks that are no boilerplate, each with those that continue it."""
    found: list[list[Block]] = []
    for block in blocks:
        if block.kind is _BOILERPLATE:
            continue
        if block.is_continuation and found:
            found[-1].append(block)
        else:
            found.append([block])
    return found


def _may_join(group: _Group, n_words: int, family: str) -> bool:
    """Whether a piece of `n_words` goes into `group`."""
    if not group.family:
        return True  # so far there are only headings
    if group.family != family:
        return False
    total = group.n_words + n_words
    return total <= TARGET or (total <= LONGEST and min(group.n_words, n_words) < SCRAP)


class _HeadingPath:
    """The headings in force, outermost first."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._has_marks = document.has_lines
        self._stack: list[tuple[int, str]] = []
        self.headings: tuple[str, ...] = ()

    def enter(self, block: Block) -> None:
        """Go below the heading `block`."""
        source = block.span.of(self._text)
        heading = clean_heading(source) if self._has_marks else " ".join(source.split())
        while self._stack and self._stack[-1][0] >= block.level:
            self._stack.pop()
        self._stack.append((block.level, heading))
        self.headings = tuple(words for _, words in self._stack)


def _lines(
    document: Document, spans: Sequence[Span], counter: Counter
) -> Iterable[tuple[int, int] | None]:
    """The first and last line of each of `spans`."""
    if not document.has_lines:
        return repeat(None, len(spans))
    numbers = counter.n_lines([end for span in spans for end in (span.start, span.end)])
    lines = [number + 1 for number in numbers]
    return zip(lines[::2], lines[1::2], strict=True)


def _pages(document: Document, spans: Sequence[Span]) -> Iterable[str]:
    """The label of the page in force where each of `spans` begins."""
    if not document.pages:
        return repeat("", len(spans))
    starts = [page.start for page in document.pages]
    labels = ["", *[page.label for page in document.pages]]
    return [labels[bisect_right(starts, span.start)] for span in spans]
