"""A document and a query → a window of the document with its matches highlighted and numbered.

A document may have a hundred thousand passages and matches, so only the passages of the window are
read, and it has a bounded number of matches; those before and after it are counted, and some of
them are shown on a map, with what `document_columns` knows of the document.

Matches are numbered as in `DocumentMatches`. Overlapping matches are one. Numbers do not depend on
the window.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.catalog import Catalog, StoredDocument, StoredPassage
from excerpt.counting.document_columns import NO_MATCHES, DocumentMatches, DocumentOutline
from excerpt.counting.window_bounds import WindowBounds
from excerpt.model import INSETS, SET_APART, Block, BlockKind, Key, Page, Span, page_citation
from excerpt.present.highlight import match_spans, merge_spans, token_offsets
from excerpt.present.terminal import clean
from excerpt.present.wrap import collapse
from excerpt.search.lookup import passage_reader

if TYPE_CHECKING:
    from excerpt.engines import Matches

__all__ = [
    "Piece",
    "ReadingBlock",
    "ReadingWindow",
    "read_window",
]

MAX_TICKS: Final = 400
"""Points on the map of a document. Finer ones cannot be distinguished."""


class Piece(NamedTuple):
    """A stretch of a block with one look. White space is collapsed.

    text   the text, without characters that could disturb a page
    match  the number of the match that it belongs to, 0 for none
    kind   "" for running text; "page" for the citation of a page that begins here; or the kind of
           an inline mark
    """

    text: str
    match: int = 0
    kind: str = ""


class ReadingBlock(NamedTuple):
    """A block of a document, as it is read.

    kind             its role in the document
    level            see `model.Block`
    passage          the id of its passage
    number_in_passage  from 1, among the blocks of the passage
    number           the number of the paragraph in the document, from 1; 0 for a heading, for text
                     set apart, and for the rest of a paragraph that the passage before began
    begins_row       True for a cell in another row than the cell before it
    pieces           its text
    """

    kind: BlockKind
    level: int
    passage: str
    number_in_passage: int
    number: int
    begins_row: bool
    pieces: tuple[Piece, ...]

    @property
    def is_continuation(self) -> bool:
        """True if it continues the paragraph before it."""
        return not self.number and self.kind not in SET_APART and self.kind != BlockKind.HEADING


@dataclass(frozen=True, slots=True)
class ReadingWindow:
    """A window of a document.

    document    the document
    is_stale    True if its first file has changed or disappeared since it was indexed; None if the
                corpus is not there
    first, end  the number of the first passage of the window, from 0, and that after the last
    earlier     the number of the first passage of the window before this one
    n_passages  the number of passages in the whole document
    blocks      the blocks of the window
    n_matches   the number of matches in the whole document
    current     the number of the match that the reader came for, 0 for none
    passage     the id of the passage that the reader came for, "" for none
    ticks       for some matches, evenly chosen: the number, and the offset in the document as a
                part of its length (0 to 1)
    extent      the parts of the document's length before the window and before its end
    """

    document: StoredDocument
    is_stale: bool | None
    first: int
    end: int
    earlier: int
    n_passages: int
    blocks: tuple[ReadingBlock, ...]
    n_matches: int
    current: int
    passage: str
    ticks: tuple[tuple[int, float], ...]
    extent: tuple[float, float]


def read_window(
    catalog: Catalog,
    document: StoredDocument,
    outline: DocumentOutline,
    matches: "Matches | None" = None,
    found: DocumentMatches | None = None,
    *,
    passage: str = "",
    match: int = 0,
    first: int | None = None,
) -> ReadingWindow:
    """Return a window of `document`, with the `matches` of a query highlighted.

    `found` are those in the document. The window contains the passage with the id `passage`, or
    else the match with the number `match`, or else it begins with passage number `first`, or with
    the document.
    """
    found = found or NO_MATCHES
    current = min(match, found.n)
    ordinal = _ordinal_of(catalog, document, passage) if passage else None
    if ordinal is None:
        passage = ""
    elif not current:
        current = found.number_in(ordinal)
    if current and ordinal is None:
        ordinal = found.passage_of(current)
    target = outline.number_at(outline.offset_of(ordinal)) if ordinal is not None else 0
    bounds = WindowBounds(outline, found)
    first, end = bounds.around(target) if first is None else bounds.from_passage(first)
    numbered = (
        _highlights(catalog, document, matches, found=found, extent=outline.extent(first, end))
        if matches is not None
        else []
    )
    length = max(1, document.n_characters)
    blocks = _blocks(catalog, document, outline, numbered, range(first, end))
    return ReadingWindow(
        document,
        catalog.is_stale(document.files[0]),
        first,
        end,
        bounds.earlier(first),
        outline.n_shown,
        tuple(blocks),
        found.n,
        current,
        passage,
        tuple((number, offset / length) for number, offset in _ticks(found, numbered)),
        (outline.place_of(first, length), outline.place_of(end, length)),
    )


def _ordinal_of(catalog: Catalog, document: StoredDocument, passage: str) -> int | None:
    """Return the ordinal of the passage with this id, None if `document` has no such passage."""
    keys = catalog.find_passages(passage) if passage.isascii() else []
    return next((key.ordinal for key in keys if key.document == document.id), None)


def _ticks(
    found: DocumentMatches, highlights: Sequence[tuple[Span, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the numbers and offsets of at most `MAX_TICKS` matches.

    Those with `highlights` are exactly these.
    """
    offsets = {number: span.start for span, number in reversed(highlights)}
    for number, offset in found.spread(MAX_TICKS):
        yield number, offsets.get(number, offset)


# The text of the window


def _blocks(
    catalog: Catalog,
    document: StoredDocument,
    outline: DocumentOutline,
    highlights: Sequence[tuple[Span, int]],
    numbers: range,
) -> list[ReadingBlock]:
    """Return the blocks of the shown passages with these numbers."""
    ordinals = outline.ordinals[numbers.start : numbers.stop].tolist()
    window = catalog.passages([Key(document.id, ordinal) for ordinal in ordinals])
    if not window:
        return []
    blocks: list[ReadingBlock] = []
    number = int(outline.n_before[numbers.start])
    page = ("", 0)
    for stored in window:
        pages, page = _new_pages(stored, page)
        for number_in_passage, block in enumerate(stored.passage.blocks, 1):
            number += block.begins_paragraph
            pieces = tuple(_pieces(stored, block, highlights, pages))
            if pieces:
                blocks.append(
                    ReadingBlock(
                        block.kind,
                        block.level,
                        stored.passage.id,
                        number_in_passage,
                        number if block.begins_paragraph else 0,
                        _begins_row(stored, number_in_passage - 1),
                        pieces,
                    )
                )
    return blocks


def _begins_row(stored: StoredPassage, index: int) -> bool:
    """Return whether a block of a passage is a cell in another row than the cell before it."""
    before, block = stored.passage.blocks[max(0, index - 1)], stored.passage.blocks[index]
    if not index or not block.kind == before.kind == BlockKind.CELL:
        return False
    shift = stored.passage.span.start
    return "\n" in stored.text[before.span.end - shift : block.span.start - shift]


def _new_pages(
    stored: StoredPassage, current: tuple[str, int]
) -> tuple[list[Page], tuple[str, int]]:
    """Return the pages that begin in a passage, and the page at its end.

    `current` is the label and number of the page before it.
    """
    passage = stored.passage
    pages = list(passage.pages)
    if (passage.page, passage.page_number) != current:
        pages.insert(0, Page(passage.span.start, passage.page, passage.page_number))
    last = pages[-1] if pages else Page(0, *current)
    return pages, (last.label, last.number)


def _highlights(
    catalog: Catalog,
    document: StoredDocument,
    matches: "Matches",
    *,
    found: DocumentMatches,
    extent: tuple[int, int],
) -> list[tuple[Span, int]]:
    """Return the spans of the matches that may reach into a window, with their numbers.

    `extent` is the offset of a few passages before the window, and that of its end.
    """
    numbers = found.between(*extent)
    keys = [Key(document.id, ordinal) for ordinal in numbers]
    passages = catalog.passages(keys)
    all_spans = matches.spans(keys) if keys else []
    passage_at = passage_reader(catalog, document.id)
    numbered = []
    for stored, spans, offsets in zip(passages, all_spans, token_offsets(passages), strict=True):
        groups = match_spans(stored, [(span,) for span in merge_spans(spans)], passage_at, offsets)
        number = numbers[stored.key.ordinal]
        numbered += [(span, number + n) for n, group in enumerate(groups) for span in group]
    return sorted(numbered, key=lambda pair: (pair[0].start, pair[1]))


def _pieces(
    stored: StoredPassage,
    block: Block,
    highlights: Sequence[tuple[Span, int]],
    pages: Sequence[Page],
) -> Iterator[Piece]:
    """Yield the text of a block in pieces, without white space at its ends."""
    inner = range(block.span.start, block.span.end)
    # The highlight before may reach into the block; more than one cannot, as they do not overlap.
    low = bisect_right(highlights, inner.start, key=_start_of)
    high = bisect_left(highlights, inner.stop, key=_start_of)
    inside = [pair for pair in highlights[max(0, low - 1) : high] if pair[0].end > inner.start]
    marks = [mark for mark in stored.passage.marks if mark.kind not in INSETS]
    spans = [*(span for span, _ in inside), *(mark.span for mark in marks)]
    ends = {offset for span in spans for offset in (span.start, span.end) if offset in inner}
    starts = {page.start: page for page in pages if page.start in inner}
    ordered = sorted({inner.start, inner.stop, *ends, *starts})
    at_start = True
    for start, end in pairwise(ordered):
        page = starts.get(start, Page(0, ""))
        if citation := page_citation(clean(page.label), page.number):
            yield Piece(citation, kind="page")
        text = collapse(
            stored.text[start - stored.passage.span.start : end - stored.passage.span.start]
        )
        text = text.lstrip(" ") if at_start else text
        text = text.rstrip(" ") if end == block.span.end else text
        if not text:
            continue
        at_start = False
        mark = next((mark for mark in marks if mark.span.start <= start < mark.span.end), None)
        at = bisect_right(inside, start, key=_start_of) - 1
        number = inside[at][1] if at >= 0 and start < inside[at][0].end else 0
        if mark is not None:
            yield Piece(clean(text), kind=str(mark.kind))
        else:
            yield Piece(clean(text), number)


def _start_of(pair: tuple[Span, int]) -> int:
    return pair[0].start
