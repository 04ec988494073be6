"""The lines of the pages of a PDF → their roles: running headers, page numbers, notes, body text.

A role is judged within the whole document: a running header recurs at the same height of several
pages, a note is smaller than the body text and has none of it below.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from excerpt.ingest.formats.blocks.heading_words import names_part
from excerpt.ingest.formats.pdf.page import PdfLine, PdfPage
from excerpt.model import BlockKind

__all__ = [
    "CAPTION",
    "NOTE_MARK",
    "SENTENCE_END",
    "Line",
    "body_size",
    "body_weight",
    "find_roles",
    "lines_of",
]

HEADING_RATIO: Final = 1.15
"""Size of the smallest heading, in sizes of the body text."""
NOTE_RATIO: Final = 0.9
"""Size of the largest note, likewise."""
NOTE_MARK = re.compile(r"\s*(?:[\[(]?(?:\d{1,3}|[a-z])[\])]|\d{1,3}|[*†‡§¶]+|[⁰¹²³⁴-⁹]+)[.:]?\s?\S")
CAPTION = re.compile(
    r"(?:figure|fig\.|table|plate|abbildung|abb\.|tabelle|tab\.|tafel|tableau|figura|tabla|tabella)"
    r"\s*\d+(?:\.\d+)*\s*[.:–—]",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?…:;。！？؟۔][\s\"'”’»)\]\d*†]*$")
_CAPTION_GAP: Final = 1.6
"""The distance between two lines of a caption, at most, in sizes of the font."""
_BAND: Final = 0.12
"""The part of a page, at its top and at its bottom, in which running headers are sought."""
_MIN_PAGES: Final = 3
"""Pages on which a running header recurs."""
_MIN_NUMBERS: Final = 5
"""Line numbers in the margin of a page, at least."""
_MIN_LINES: Final = 5
"""Lines of a page with a text."""
_SAME_PLACE: Final = 12.0
"""Points by which the heights of a running header differ from page to page, at most."""
_ROMAN = "[ivxlc]{1,7}|[IVXLC]{1,7}"
_PAGE_NUMBER = re.compile(
    rf"(?:[-–—|\[(]\s*)?(?:(?:page|seite|p\.|s\.)\s*)?(?:\d{{1,5}}|{_ROMAN})"
    r"(?:\s*(?:/|of|von|sur|de)\s*\d{1,4})?(?:\s*[-–—|\])])?",
    re.IGNORECASE,
)
_ROMAN_AT_END = re.compile(rf"^(?:{_ROMAN})\s|\s(?:{_ROMAN})$")
_MARGIN_NUMBER = re.compile(r"[A-Z]{0,2}(\d{1,3})[A-Z]{0,2}")
_NUMBER_AT_END = re.compile(r"^\d{1,5}(?=\s+[^\W\d_])|(?:(?<=[^\W\d_]\s)|(?<=\)\s))\d{1,5}$")
"""The number at the beginning or the end of a line with words."""
_MOST: Final = 0.7
"""The share of pages with such a line."""
_NO_LETTERS = re.compile(r"[\W\d_]+")
_NUMBERS = re.compile(r"\d+")
_COUNT_IN_SENTENCE = re.compile(r"(?:^|\b(?:page|seite)\s)\W*(\d+)", re.IGNORECASE)
_BEGIN_OF_NOTE = re.compile(r"\W?(?:\d{1,3}|[*†‡§¶]+|[⁰¹²³⁴-⁹]+)[.:)\]]{0,2}\s*[\"'“‘«„]?[^\W\d]")
_SENTENCE = re.compile(r"[.!?…。！？؟۔][\"'”’»)\]]*$")  # "Silk Rev. 45" is none
_MAX_DIGITS: Final = 6
"""Digits of a number that counts pages or columns."""
_Numbering: TypeAlias = tuple[str | int, ...]
"""A property of the numbers of a running header, which those of other pages share."""
_N_BINS: Final = 24
"""Stripes of a page, to find the lowest line of body text in each."""
_PARAGRAPH, _NOTE = BlockKind.PARAGRAPH, BlockKind.NOTE
_BOILERPLATE, _PAGE = BlockKind.BOILERPLATE, BlockKind.PAGE
_CAPTION = BlockKind.CAPTION


@dataclass(slots=True, eq=False)
class Line:
    """A line with its role: the kind of the block to which it will belong.

    page       the index of its page
    source     the line as it was read
    kind       its role
    level      of a heading, 0 otherwise
    is_guess   True for a heading that only its look suggests
    is_margin  True for the number of a line in the margin
    """

    page: int
    source: PdfLine
    kind: BlockKind = _PARAGRAPH
    level: int = 0
    is_guess: bool = False
    is_margin: bool = False


def lines_of(pages: Sequence[PdfPage]) -> list[list[Line]]:
    """Return the lines of each page."""
    return [[Line(index, line) for line in page.lines] for index, page in enumerate(pages)]


def body_size(lines: Iterable[PdfLine]) -> float:
    """Return the size of the body text: the one with the most letters; tables consist of digits."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += sum(map(str.isalpha, line.text))
    return sizes.most_common(1)[0][0] if sizes else 0.0


def body_weight(lines: Iterable[PdfLine], size: float) -> int:
    """Return the weight of most characters of this size."""
    weights: Counter[int] = Counter()
    for line in lines:
        if line.size == size:
            weights[line.weight] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0


def find_roles(
    pages: Sequence[PdfPage], lines: Sequence[Sequence[Line]], size: float, titles: frozenset[str]
) -> None:
    """Set the kinds of lines that are not body text; headings are left to `headings`.

    `size` is that of the body text; `titles` are the letters of titles in the outline.
    """
    for own in lines:
        _find_margin_numbers(own)
    _find_running_headers(pages, lines, size, titles)
    _find_numbered_headers(pages, lines, size)
    for page, own in zip(pages, lines, strict=True):
        _find_page_numbers(page, own)
        _find_notes(own, size)
        _find_captions(own)


def _find_margin_numbers(lines: Sequence[Line]) -> None:
    """Mark the numbers of lines in a margin: they stand beyond all other lines, and increase."""
    texts = [line.source for line in lines if len(line.source.text) >= 20]
    if not texts:
        return
    left = min(line.left for line in texts)
    right = max(line.right for line in texts)
    sides: dict[bool, list[tuple[int, Line]]] = {True: [], False: []}
    for line in lines:
        source = line.source
        number = _MARGIN_NUMBER.fullmatch(source.text)
        if number and (source.right <= left or source.left >= right):
            sides[source.right <= left].append((int(number[1]), line))
    for found in sides.values():
        numbers = [number for number, _ in found]
        if len(numbers) >= _MIN_NUMBERS and numbers == sorted(set(numbers)):
            for _, line in found:
                line.kind, line.is_margin = _BOILERPLATE, True


def _find_running_headers(
    pages: Sequence[PdfPage], lines: Sequence[Sequence[Line]], size: float, titles: frozenset[str]
) -> None:
    """Mark lines near the ends of pages that recur at the same height of others.

    Numbers are left out of the comparison, except in text of the size of a heading: "Chapter 1" and
    "Chapter 2" are not running headers. See `_recurring` for numbers that differ.
    """
    lines_by_letters: dict[str, list[tuple[float, Line]]] = defaultdict(list)
    n_pages = Counter(text for own in lines for text in {line.source.text for line in own})
    for page, own in zip(pages, lines, strict=True):
        body = [line for line in own if line.kind is _PARAGRAPH]
        if 2 * sum(n_pages[line.source.text] >= _MIN_PAGES for line in body) > len(body):
            continue  # copies of one page, such as forms
        for line in _outer_lines(page, own):
            if _begins_note(line.source, page, size):
                continue
            is_large = line.source.size > HEADING_RATIO * size
            text = _ROMAN_AT_END.sub("", line.source.text)
            letters = _NO_LETTERS.sub("", text).casefold()
            if is_large:
                letters = _without_page_number(line.source.text, page)
            elif not letters:
                continue  # a number: see `_find_page_numbers`
            elif letters in titles and not _NUMBERS.search(line.source.text):
                letters += "\0title"  # unless it recurs as often as a header does
            lines_by_letters[letters].append((line.source.y, line))
    for found in lines_by_letters.values():
        found.sort(key=lambda pair: pair[0])
        start = 0
        for end in range(1, len(found) + 1):
            if end < len(found) and found[end][0] - found[end - 1][0] <= _SAME_PLACE:
                continue
            same = [line for _, line in found[start:end]]
            start = end
            for line in _recurring(same, pages, size):
                line.kind = _BOILERPLATE


def _begins_note(line: PdfLine, page: PdfPage, size: float) -> bool:
    """Return whether a small line at the foot begins with the mark of a note, and ends a sentence.

    The line "12 The Silk Review" may be a running footer, "12 Ibid., p. 9." is not.
    """
    is_low = line.y < (page.top + page.bottom) / 2
    is_sentence = _BEGIN_OF_NOTE.match(line.text) and _SENTENCE.search(line.text)
    return is_low and line.size < NOTE_RATIO * size and is_sentence is not None


def _recurring(lines: Sequence[Line], pages: Sequence[PdfPage], size: float) -> Sequence[Line]:
    """Return those of `lines` that are running headers; they differ in their numbers at most.

    Their numbers must be the same on several pages, or one of them must count pages or columns. If
    those of most lines do, the numbers of the others are misread. Two pages are enough if the lines
    look like running headers: an article of four pages has two left and two right ones. Lines such
    as "Session 3" may begin each page.
    """
    pages_by_number: dict[_Numbering, set[int]] = defaultdict(set)
    found = [_numberings(line.source.text, pages[line.page]) for line in lines]
    for line, own in zip(lines, found, strict=True):
        for numbering in own:
            pages_by_number[numbering].add(line.page)
    common = {each for each, where in pages_by_number.items() if len(where) >= _MIN_PAGES}
    if all(line.source.size >= size and names_part(line.source.text) for line in lines):
        common = {each for each in common if each[0] == "same"}  # "Session 3" on page 3
        return [line for line, own in zip(lines, found, strict=True) if own[0] in common]
    n_common = sum(not common.isdisjoint(own) for own in found)
    if n_common and 2 * n_common >= len(lines):
        return lines
    n_pages = len({line.page for line in lines})
    counts_pages = any(
        each[0] == 1 and len(where) == n_pages for each, where in pages_by_number.items()
    )
    if n_pages > 1 and (
        all(_has_page_number(line.source.text, pages[line.page]) for line in lines)
        or (counts_pages and all(_looks_like_header(line.source, size) for line in lines))
    ):
        return lines
    return [line for line, own in zip(lines, found, strict=True) if own[0] in common]


def _find_numbered_headers(
    pages: Sequence[PdfPage], lines: Sequence[Sequence[Line]], size: float
) -> None:
    """Mark small lines at one height that begin or end with the numbers of most pages.

    Their words may differ from page to page: in an article of two pages, the right one has the name
    of the journal, and the left one that of the author.
    """
    found: dict[tuple[bool, int], list[Line]] = defaultdict(list)
    for page, own in zip(pages, lines, strict=True):
        for line in _outer_lines(page, own):
            text = line.source.text
            is_other = names_part(text) or _begins_note(line.source, page, size)
            if line.source.size < size and not is_other:
                is_low = line.source.y < (page.top + page.bottom) / 2
                for match in _NUMBER_AT_END.finditer(text):
                    found[is_low, int(match[0]) - page.number].append(line)
    n_pages = sum(bool(own) for own in lines)
    for same in found.values():
        heights = [line.source.y for line in same]
        is_level = max(heights) - min(heights) <= _SAME_PLACE
        n_found = len({line.page for line in same})
        if is_level and n_found > 1 and n_found >= _MOST * n_pages:
            for line in same:
                line.kind = _BOILERPLATE


def _looks_like_header(line: PdfLine, size: float) -> bool:
    """Return whether a line has several words and a number at one of its ends, in other type.

    It is in capitals, or smaller than the body text, whose size is `size`.
    """
    has_number = line.text[0].isdigit() or line.text[-1].isdigit()
    n_words = sum(word[0].isalpha() for word in line.text.split())
    return has_number and n_words > 1 and (line.size < size or line.text.isupper())


def _numberings(text: str, page: PdfPage) -> list[_Numbering]:
    """Return the ways in which a running header may be numbered, to compare them with other pages.

    The first are all its numbers: they may not change. For each number that may count pages or
    columns there are a factor, 1 or 2, and the number less the factor times that of the page. In a
    sentence only its first word may count them, and what follows the word "page". A number may also
    be the label of the page.
    """
    numbers = _NUMBERS.findall(text)
    found: list[_Numbering] = [("same", *numbers)]
    for number in _COUNT_IN_SENTENCE.findall(text) if _SENTENCE.search(text) else numbers:
        if len(number) <= _MAX_DIGITS:
            found += [(factor, int(number) - factor * page.number) for factor in (1, 2)]
    if page.label in numbers:
        found.append(("label",))
    return found


def _has_page_number(text: str, page: PdfPage) -> bool:
    """Return whether a line begins or ends with the number or the label of its page."""
    words = text.split()
    return bool({words[0], words[-1]} & {str(page.number), page.label})


def _without_page_number(text: str, page: PdfPage) -> str:
    numbers = {str(page.number), page.label}
    return _NUMBERS.sub(lambda match: "" if match[0] in numbers else match[0], text)


def _outer_lines(page: PdfPage, lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines in the bands at the top and the bottom of a page, and beyond its ends.

    On a page with a text, its first and its last line count too, wherever they stand.
    """
    height = page.top - page.bottom
    low, high = page.bottom + _BAND * height, page.top - _BAND * height
    ys = [line.source.y for line in lines if line.kind is _PARAGRAPH]
    first, last = (max(ys), min(ys)) if len(ys) >= _MIN_LINES else (high, low)
    for line in lines:
        y = line.source.y
        if line.kind is _PARAGRAPH and (y > high or y < low or y in {first, last}):
            yield line


def _find_page_numbers(page: PdfPage, lines: Sequence[Line]) -> None:
    """Mark a number alone near the top or the bottom, with no body text beyond it, as a page's."""
    candidates = [
        line for line in _outer_lines(page, lines) if _PAGE_NUMBER.fullmatch(line.source.text)
    ]
    if not candidates or len(lines) - len(candidates) < 1:
        return
    others = [line.source.y for line in lines if line.kind is _PARAGRAPH and line not in candidates]
    for line in candidates:
        y = line.source.y
        if not others or y > max(others) or y < min(others):
            line.kind = _PAGE


def _find_notes(lines: Sequence[Line], size: float) -> None:
    """Mark small lines at the foot of a column: there is no body text below them."""
    body = [line for line in lines if line.kind is _PARAGRAPH]
    if not body:
        return
    left = min(line.source.left for line in body)
    stripe = (max(line.source.right for line in body) - left or 1.0) / (_N_BINS - 1)

    def stripes(line: Line) -> range:
        # Half a stripe is left out at each end: columns may share the one between them.
        first = min(_N_BINS - 1, int((line.source.left - left) / stripe + 0.5))
        last = int((line.source.right - left) / stripe - 0.5)
        return range(first, max(first, last) + 1)

    lowest = [float("inf")] * _N_BINS
    small = []
    for line in body:
        if line.source.size < NOTE_RATIO * size:
            small.append(line)
            continue
        for number in stripes(line):
            lowest[number] = min(lowest[number], line.source.y)
    found = _notes_above_figures(lines, size) + [
        line
        for line in small
        if all(line.source.y < lowest[number] for number in stripes(line))
        and any(lowest[number] < float("inf") for number in stripes(line))
    ]
    for line in found:
        line.kind = _NOTE


def _notes_above_figures(lines: Sequence[Line], size: float) -> list[Line]:
    """Return the small lines at the end of a column that begin with the mark of a note.

    A table or a figure below all columns may hold text of the size of the body.
    """
    found: list[Line] = []
    column: list[Line] = []
    for line in [*(each for each in lines if each.kind is _PARAGRAPH), None]:
        if line is not None and (not column or _is_below(line, column[-1], size)):
            column.append(line)
            continue
        n_small = 0
        while n_small < len(column) and column[-1 - n_small].source.size < NOTE_RATIO * size:
            n_small += 1
        first = len(column) - n_small
        while first < len(column) and not NOTE_MARK.match(column[first].source.text):
            first += 1
        if len(column) - n_small >= _MIN_LINES and line is not None:
            found += column[first:]
        column = [line] if line is not None else []
    return found


def _is_below(line: Line, last: Line, size: float) -> bool:
    """Return whether a line is in the column of `last`, whose lines follow each other downwards."""
    source, before = line.source, last.source
    overlaps = source.left < before.right and source.right > before.left
    is_level = abs(source.y - before.y) < 0.5 * size
    return source.y < before.y + size and (overlaps or is_level)


def _find_captions(lines: Sequence[Line]) -> None:
    """Mark the lines of captions: "Figure 1. ..." and what follows closely in the same size."""
    last: Line | None = None
    for line in lines:
        if line.kind is not _PARAGRAPH:
            continue
        source = line.source
        if CAPTION.match(source.text):
            line.kind, last = _CAPTION, line
            continue
        if last is not None:
            gap = last.source.y - source.y
            is_close = 0 < gap < _CAPTION_GAP * source.size and source.size == last.source.size
            is_unfinished = not SENTENCE_END.search(last.source.text)
            if is_close and is_unfinished:
                line.kind, last = _CAPTION, line
            else:
                last = None
