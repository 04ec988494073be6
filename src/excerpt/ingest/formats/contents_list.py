"""A document → the same, with its tables of contents set apart.

A table of contents repeats the headings that follow it, in every format: as list items, links, rows
of a table, or lines with a page number at the end. It would rank among the first hits for all of
the subjects of a text, and say nothing about any. Only entries that equal a later heading count, so
that no sentence is ever lost among them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from excerpt.model import Block, BlockKind, Document, Mark, Reason, Span

__all__ = ["set_apart_contents"]

_MIN_ENTRIES: Final = 3
"""Fewer entries may be a sentence and a line after it that repeat headings by chance."""
_MAX_MARGIN_LENGTH: Final = 40
"""Characters of an entry around the heading: a number, dots, the number of the page."""
_WORD = re.compile(r"[^\W_]+")
_PAGE_NUMBER = re.compile(r"\d+|[ivxlc]+")
_LABELS: Final = frozenset(
    (
        *("chapter", "part", "book", "section", "letter", "act", "scene", "appendix", "article"),
        *("lecture", "kapitel", "teil", "buch", "abschnitt", "brief", "akt", "szene", "anhang"),
        *("artikel", "chapitre", "partie", "livre", "lettre", "acte", "scène", "annexe"),
        *("capítulo", "capitolo", "parte", "libro", "sezione", "hoofdstuk", "deel"),
        *("глава", "часть"),
    )
)
"""Words before the number of a heading."""
_CHAPTER_NUMBER = re.compile(r"\d+|(?=[ivxlc])(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})")
"""A number in digits, or in Roman ones from 1 to 99."""
_ROMAN_BEGINNINGS: Final = frozenset(
    first + second for first in "ivxlc" for second in ("", *"ivxlc")
)
_CANDIDATES: Final = frozenset(
    {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.CELL, BlockKind.QUOTE}
)
_TitleKey = tuple[str, ...]


def set_apart_contents(document: Document) -> Document:
    """Return `document` with each table of contents as boilerplate."""
    headings = _headings(document)
    if len(headings) < _MIN_ENTRIES:
        return document
    contents = list(_find_contents(document, headings))
    if not contents:
        return document
    blocks, spans = list(document.blocks), []
    for index in contents:
        spans.append(blocks[index].span)
        blocks[index] = Block(blocks[index].span, BlockKind.BOILERPLATE, Reason.CONTENTS)
    return document._replace(blocks=tuple(blocks), marks=_marks_outside(document.marks, spans))


def _headings(document: Document) -> dict[_TitleKey, int]:
    """Return the words of each heading, and where the last one with these words begins."""
    found: dict[_TitleKey, int] = {}
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            words = _words(document.text[block.span.start : block.span.end])
            for key in (words, *_without_number(words)):
                if any(map(str.isalpha, key)):
                    found[key] = block.span.start
    return found


def _without_number(words: _TitleKey) -> Iterator[_TitleKey]:
    """Yield the words of a heading without its number, which a table of contents may leave out.

    >>> list(_without_number(("chapter", "iv", "wages")))
    [('wages',)]
    """
    label = 1 if words[:1] and words[0] in _LABELS else 0
    if len(words) > label + 1 and _CHAPTER_NUMBER.fullmatch(words[label]):
        yield words[label + 1 :]
        while len(words) > label + 2 and words[label + 1].isdigit():  # 2.1 Wages
            label += 1
            yield words[label + 1 :]


def _words(text: str) -> _TitleKey:
    return tuple(_WORD.findall(text.casefold()))


def _find_contents(document: Document, headings: dict[_TitleKey, int]) -> Iterator[int]:
    """Yield the indexes of the blocks that make tables of contents."""
    last_heading = max(headings.values())
    longest = max(sum(map(len, key)) + len(key) for key in headings) + _MAX_MARGIN_LENGTH
    reader = _EntryReader(document, headings)
    run: list[int] = []
    entries: set[_TitleKey] = set()
    for index, block in enumerate(document.blocks):
        if block.span.start > last_heading:
            break
        if block.kind is BlockKind.BOILERPLATE:
            continue  # a page break, or a line between the entries
        found = reader.entries(block, longest) if block.kind in _CANDIDATES else None
        if found or (found is not None and run):
            run.append(index)
            entries.update(found)
            continue
        if len(entries) >= _MIN_ENTRIES:
            yield from run
        run, entries = [], set()
    if len(entries) >= _MIN_ENTRIES:
        yield from run


class _EntryReader:
    """A finder of entries in blocks, which are read in order."""

    def __init__(self, document: Document, headings: dict[_TitleKey, int]) -> None:
        self._text = document.text
        self._marks = document.marks
        self._next_mark = 0
        self._headings = headings
        self._first_words = _LABELS | {key[0] for key in headings}
        self._beginnings = {word[:2] for word in self._first_words} | _ROMAN_BEGINNINGS
        self._mark_starts = {mark.span.start for mark in document.marks}

    def entries(self, block: Block, longest: int) -> set[_TitleKey] | None:
        """Return the headings that the lines of `block` name; None if one of them names none.

        A page number of its own names none, but may stand between entries.
        """
        start, end = block.span.start, block.span.end
        if not self._may_begin_entry(start):
            return None
        line_end = self._text.find("\n", start, end)
        marks = self._marks_within(start, end)
        n_marked = sum(mark.span.end - mark.span.start for mark in marks)
        if (end if line_end < 0 else line_end) - start > longest + n_marked:
            return None
        lines = self._without_marks(start, end, marks).split("\n")
        if not self._may_be_entry(lines[0]):
            return None
        found = set()
        for line in lines:
            words = _words(line)
            key = self._named(words, block.span.start)
            if key is not None:
                found.add(key)
            elif words and not (len(words) == 1 and _PAGE_NUMBER.fullmatch(words[0])):
                return None
        return found

    def _may_begin_entry(self, start: int) -> bool:
        """Return whether an entry may begin at `start`, by its first two characters.

        OCR has thousands of lines for each heading.
        """
        head = self._text[start : start + 2]
        if not head.isascii() or not head[0].isalpha():
            return True
        if start in self._mark_starts or start + 1 in self._mark_starts:
            return True
        return (head if head.isalnum() else head[0]).lower() in self._beginnings

    def _may_be_entry(self, line: str) -> bool:
        """Return whether the first word of `line` may begin an entry; this is true of few lines."""
        first = _WORD.search(line.casefold())
        if first is None or first.group() in self._first_words:
            return True
        return first.group()[0].isdigit() or _PAGE_NUMBER.fullmatch(first.group()) is not None

    def _named(self, words: _TitleKey, after: int) -> _TitleKey | None:
        """Return the later heading that an entry names, with or without numbers around it."""
        candidates = [words]
        if len(words) > 1 and _PAGE_NUMBER.fullmatch(words[-1]):
            candidates.append(words[:-1])
        candidates += [shorter for key in candidates for shorter in _without_number(key)]
        return next((key for key in candidates if self._headings.get(key, -1) > after), None)

    def _marks_within(self, start: int, end: int) -> Sequence[Mark]:
        if not self._marks:
            return ()
        while self._next_mark < len(self._marks) and self._marks[self._next_mark].span.end <= start:
            self._next_mark += 1
        last = self._next_mark
        while last < len(self._marks) and self._marks[last].span.start < end:
            last += 1
        return self._marks[self._next_mark : last]

    def _without_marks(self, start: int, end: int, marks: Sequence[Mark]) -> str:
        parts = []
        for mark in marks:
            parts.append(self._text[start : mark.span.start])
            start = max(start, mark.span.end)
        return "".join((*parts, self._text[start:end]))


def _marks_outside(marks: Sequence[Mark], spans: Sequence[Span]) -> tuple[Mark, ...]:
    """Return the `marks` that are in none of the ascending `spans`."""
    kept = []
    rest = iter([*spans, Span(1 << 62, 1 << 62)])
    span = next(rest)
    for mark in marks:
        while span.end <= mark.span.start:
            span = next(rest)
        if mark.span.start < span.start:
            kept.append(mark)
    return tuple(kept)
