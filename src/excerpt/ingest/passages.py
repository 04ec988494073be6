"""A Document → its Passages, the units that are found, ranked, shown and cited.

Short paragraphs are joined up to about 150 words, and long ones are split at sentence ends into 100
to 200 words. A heading starts a new passage together with the text that follows it. Notes form
passages of their own, and so do tables with their captions.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import repeat
from typing import Final

from excerpt.ingest.formats.block_builder import clean_heading
from excerpt.ingest.splitter import split_paragraph
from excerpt.ingest.word_counter import WordCounter
from excerpt.model import Block, BlockKind, Document, Passage, Span

__all__ = ["cut_passages", "passage_id"]

TARGET_WORDS: Final = 150
"""Words up to which paragraphs are joined."""
MAX_WORDS: Final = 200
"""Words of a passage that would otherwise leave a part of fewer than `MIN_WORDS`."""
MIN_WORDS: Final = 40
"""Words of a part that is too small for a passage of its own, if that can be avoided."""

_FAMILIES: Final = dict.fromkeys(BlockKind, "text") | {
    BlockKind.CELL: "table",
    BlockKind.CAPTION: "table",
    BlockKind.NOTE: "note",
}
"""Blocks of one family may share a passage."""
# In Python 3.11, looking up a member of an enum costs as much as everything else done with a block.
_BOILERPLATE, _HEADING = BlockKind.BOILERPLATE, BlockKind.HEADING


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

    It is a 48-bit BLAKE2b hash in hexadecimal.
    """
    identity = f"{origin}\0{nth}\0{text}".encode("utf-8", "surrogatepass")
    return blake2b(identity, digest_size=6).hexdigest()


def cut_passages(document: Document, origin: str) -> tuple[Passage, ...]:
    """Return the passages of `document`, whose first path was `origin`.

    They are disjoint, in order, and contain all blocks except boilerplate.
    """
    counter = WordCounter(document.text)
    groups = list(_groups(document, counter))
    spans = [Span(group.blocks[0].span.start, group.blocks[-1].span.end) for group in groups]
    n_seen: dict[str, int] = {}
    passages = []
    lines, pages = _lines_of(document, spans, counter), _pages_of(document, spans)
    rows = zip(groups, spans, lines, pages, strict=True)
    for ordinal, (group, span, first_and_last, page) in enumerate(rows):
        text = document.text[span.start : span.end]
        id_ = passage_id(origin, text, 0)
        nth = n_seen.get(id_, 0)
        n_seen[id_] = nth + 1
        if nth:
            id_ = passage_id(origin, text, nth)
        blocks = tuple(group.blocks)
        passages.append(
            Passage(
                ordinal, span, blocks, group.headings, first_and_last, page, blocks[0].anchor, id_
            )
        )
    return tuple(passages)


def _groups(document: Document, counter: WordCounter) -> Iterator[_Group]:
    """Yield the blocks of each passage."""
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
        for blocks, n_words in split_paragraph(document.text, paragraph, size, counter):
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
    """Return each block with those that continue it, without boilerplate."""
    paragraphs: list[list[Block]] = []
    for block in blocks:
        if block.kind is _BOILERPLATE:
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
        self._has_markup = document.has_lines
        self._stack: list[tuple[int, str]] = []
        self.headings: tuple[str, ...] = ()

    def enter(self, block: Block) -> None:
        """Move below the heading `block`."""
        source = block.span.of(self._text)
        heading = clean_heading(source) if self._has_markup else " ".join(source.split())
        while self._stack and self._stack[-1][0] >= block.level:
            self._stack.pop()
        self._stack.append((block.level, heading))
        self.headings = tuple(words for _, words in self._stack)


def _lines_of(
    document: Document, spans: Sequence[Span], counter: WordCounter
) -> Iterable[tuple[int, int] | None]:
    """Return the first and last line of each of `spans`, from 1."""
    if not document.has_lines:
        return repeat(None, len(spans))
    numbers = counter.n_lines([end for span in spans for end in (span.start, span.end)])
    lines = [number + 1 for number in numbers]
    return zip(lines[::2], lines[1::2], strict=True)


def _pages_of(document: Document, spans: Sequence[Span]) -> Iterable[str]:
    """Return the label of the page on which each of `spans` begins."""
    if not document.pages:
        return repeat("", len(spans))
    starts = [page.start for page in document.pages]
    labels = ["", *[page.label for page in document.pages]]
    return [labels[bisect_right(starts, span.start)] for span in spans]
