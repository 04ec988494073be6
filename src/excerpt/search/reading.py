"""A document and a query → a window of the document with its matches highlighted and numbered.

A document may have a hundred thousand passages and matches, so only the passages of the window are
read; the matches before and after it are counted, and some of them are placed on a map.

Matches are numbered from 1 through the whole document, by the beginnings of their passages, then by
their words. Overlapping matches are one. Numbers do not depend on the window.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.catalog import Catalog, StoredDocument, StoredPassage
from excerpt.model import INSETS, SET_APART, Block, BlockKind, Key, Page, Span, page_citation
from excerpt.present.highlight import match_spans, merge_spans
from excerpt.present.terminal import clean
from excerpt.present.wrap import collapse
from excerpt.search.lookup import passage_reader, shown_passages

if TYPE_CHECKING:
    from excerpt.engines import Matches

__all__ = [
    "WINDOW",
    "Outline",
    "Piece",
    "ReadingWindow",
    "ReadingBlock",
    "outline_of",
    "read_window",
]

WINDOW: Final = 200
"""Passages of a window. More would make a page too large for a browser to lay out at once."""
LEAD: Final = 40
"""Passages before the one that a reader comes for."""
_REACH: Final = 4
"""Passages before the window whose matches may continue into it."""
MAX_TICKS: Final = 400
"""Places on the map of a document. Finer ones cannot be distinguished."""


class Outline(NamedTuple):
    """The passages of a document without their texts.

    ordinals    those of the passages that together show the document once, in order
    starts      the offset of each of these
    paragraphs  the number of paragraphs before each of these, and before the end
    places      the offset and the length of every passage of the document, by ordinal
    """

    ordinals: tuple[int, ...]
    starts: tuple[int, ...]
    paragraphs: tuple[int, ...]
    places: tuple[tuple[int, int], ...]

    def number_at(self, offset: int) -> int:
        """Return the number, from 0, of the shown passage with the text at `offset`."""
        return max(0, bisect_right(self.starts, offset) - 1)


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
    place            its number, from 1, among the blocks of the passage
    number           the number of the paragraph in the document, from 1; 0 for a heading, for text
                     set apart, and for the rest of a paragraph that the passage before began
    pieces           its text
    """

    kind: BlockKind
    level: int
    passage: str
    place: int
    number: int
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
    first       the number of the first passage of the window, from 0
    n_passages  the number of passages in the whole document
    blocks      the blocks of the window
    n_matches   the number of matches in the whole document
    current     the number of the match that the reader came for, 0 for none
    passage     the id of the passage that the reader came for, "" for none
    ticks       for some matches, evenly chosen: the number, and the place in the document as a
                part of its length (0 to 1)
    extent      the parts of the document's length before the window and before its end
    """

    document: StoredDocument
    is_stale: bool | None
    first: int
    n_passages: int
    blocks: tuple[ReadingBlock, ...]
    n_matches: int
    current: int
    passage: str
    ticks: tuple[tuple[int, float], ...]
    extent: tuple[float, float]

    @property
    def end(self) -> int:
        """The number after that of the last passage in the window."""
        return min(self.n_passages, self.first + WINDOW)


def outline_of(catalog: Catalog, document: int) -> Outline:
    """Return the outline of the document with this id."""
    passages = list(catalog.passages_of(document))
    shown = shown_passages(passages)
    counts = (sum(map(_is_numbered, passage.blocks)) for passage in shown)
    return Outline(
        tuple(passage.ordinal for passage in shown),
        tuple(passage.span.start for passage in shown),
        (0, *accumulate(counts)),
        tuple((passage.span.start, len(passage.span)) for passage in passages),
    )


def _is_numbered(block: Block) -> bool:
    """Return whether a block is a paragraph with a number of its own."""
    is_text = block.kind not in SET_APART and block.kind != BlockKind.HEADING
    return is_text and not block.is_continuation


class MatchedPassage(NamedTuple):
    """The matches in one passage: its key, and their number."""

    key: Key
    n: int


def count_matches(
    matches: "Matches", document: StoredDocument, outline: Outline
) -> list[MatchedPassage]:
    """Return the matches in the passages of `document` that match, by place in the text."""
    keys = matches.in_document(document.id)
    keys.sort(key=lambda key: (outline.places[key.ordinal][0], key.ordinal))
    spans_of_keys = matches.spans(keys) if keys else []
    return [
        MatchedPassage(key, _count(spans))
        for key, spans in zip(keys, spans_of_keys, strict=True)
        if spans
    ]


def _count(spans: Sequence[tuple[int, int]]) -> int:
    """Return the number of spans, given in order, that remain when overlapping ones are merged."""
    n = end = 0
    for first, last in spans:
        n += first >= end
        end = max(end, last)
    return n


def read_window(
    catalog: Catalog,
    document: StoredDocument,
    outline: Outline,
    matches: "Matches | None" = None,
    found: Sequence[MatchedPassage] = (),
    *,
    passage: str = "",
    match: int = 0,
    first: int | None = None,
) -> ReadingWindow:
    """Return a window of `document`, with the `matches` of a query highlighted.

    `found` are their numbers, as `count_matches` returns them. The window contains the passage with
    the id `passage`, or else the match with the number `match`, or else it begins with passage
    number `first`, or with the document.
    """
    n_matches = sum(each.n for each in found)
    current = min(match, n_matches)
    ordinal = _ordinal_of(catalog, document, passage) if passage else None
    if ordinal is None:
        passage = ""
    elif not current:
        current = _number_in(found, ordinal)
    if current and ordinal is None:
        ordinal = _place_of(found, current)
    n_shown = len(outline.ordinals)
    if first is None:
        target = outline.number_at(outline.places[ordinal][0]) if ordinal is not None else 0
        first = target - LEAD if target >= WINDOW - LEAD else 0
    first = max(0, min(first, n_shown - WINDOW if first + WINDOW > n_shown else first))
    placed = (
        _highlights(catalog, document, outline, matches, found=found, first=first)
        if matches is not None
        else []
    )
    blocks = _blocks(catalog, document, outline, placed, first)
    offsets = {number: span.start for span, number in reversed(placed)}
    return ReadingWindow(
        document,
        catalog.is_stale(document.files[0]),
        first,
        n_shown,
        tuple(blocks),
        n_matches,
        current,
        passage,
        tuple(_ticks(found, outline, document.n_characters, offsets)),
        _extent(outline, first, document.n_characters),
    )


def _ordinal_of(catalog: Catalog, document: StoredDocument, passage: str) -> int | None:
    """Return the ordinal of the passage with this id, None if `document` has none such."""
    keys = catalog.find_passages(passage) if passage.isascii() else []
    return next((key.ordinal for key in keys if key.document == document.id), None)


def _number_in(found: Sequence[MatchedPassage], ordinal: int) -> int:
    """Return the number of the first match in a passage, 0 if there is none."""
    number = 1
    for key, n in found:
        if key.ordinal == ordinal:
            return number
        number += n
    return 0


def _place_of(found: Sequence[MatchedPassage], number: int) -> int:
    """Return the ordinal of the passage with the match of this number."""
    totals = list(accumulate(each.n for each in found))
    return found[bisect_right(totals, number - 1)].key.ordinal


def _extent(outline: Outline, first: int, length: int) -> tuple[float, float]:
    if not outline.starts or not length:
        return 0.0, 1.0
    end = first + WINDOW
    bottom = outline.starts[end] / length if end < len(outline.starts) else 1.0
    return outline.starts[first] / length if first else 0.0, bottom


def _ticks(
    found: Sequence[MatchedPassage],
    outline: Outline,
    length: int,
    offsets: dict[int, int],
) -> Iterator[tuple[int, float]]:
    """Yield the numbers and places of at most `MAX_TICKS` matches.

    `offsets` are those of the matches in the window. Elsewhere, matches are spread evenly over
    their passage.
    """
    n_matches = sum(each.n for each in found)
    step = max(1, -(-n_matches // MAX_TICKS))
    number = 0
    for (_, ordinal), n in found:
        start, size = outline.places[ordinal]
        for place in range(-number % step, n, step):
            offset = offsets.get(number + place + 1, start + size * place // n)
            yield number + place + 1, offset / max(1, length)
        number += n


# The text of the window


def _blocks(
    catalog: Catalog,
    document: StoredDocument,
    outline: Outline,
    highlights: Sequence[tuple[Span, int]],
    first: int,
) -> list[ReadingBlock]:
    """Return the blocks of the window."""
    ordinals = outline.ordinals[first : first + WINDOW]
    window = catalog.passages([Key(document.id, ordinal) for ordinal in ordinals])
    if not window:
        return []
    blocks: list[ReadingBlock] = []
    number = outline.paragraphs[first]
    page = ("", 0)
    for stored in window:
        pages, page = _new_pages(stored, page)
        for place, block in enumerate(stored.passage.blocks, 1):
            number += _is_numbered(block)
            pieces = tuple(_pieces(stored, block, highlights, pages))
            if pieces:
                blocks.append(
                    ReadingBlock(
                        block.kind,
                        block.level,
                        stored.passage.id,
                        place,
                        number if _is_numbered(block) else 0,
                        pieces,
                    )
                )
    return blocks


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
    outline: Outline,
    matches: "Matches",
    *,
    found: Sequence[MatchedPassage],
    first: int,
) -> list[tuple[Span, int]]:
    """Return the spans of the matches that may reach into the window, with their numbers."""
    if not outline.starts:
        return []
    begin = outline.starts[max(0, first - _REACH)]
    end = outline.starts[first + WINDOW] if first + WINDOW < len(outline.starts) else None
    numbers: dict[Key, int] = {}
    number = 1
    for key, n in found:
        start = outline.places[key.ordinal][0]
        if begin <= start and (end is None or start < end):
            numbers[key] = number
        number += n
    keys = list(numbers)
    passage_at = passage_reader(catalog, document)
    placed = []
    for stored, spans in zip(
        catalog.passages(keys), matches.spans(keys) if keys else [], strict=True
    ):
        groups = match_spans(stored, [(span,) for span in merge_spans(spans)], passage_at)
        number = numbers[stored.key]
        placed += [(span, number + n) for n, group in enumerate(groups) for span in group]
    return sorted(placed, key=lambda pair: (pair[0].start, pair[1]))


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
