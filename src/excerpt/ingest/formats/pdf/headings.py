"""The lines of a PDF → its headings: by tags, else by the outline, else by their look."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import Final

from excerpt.ingest.formats.pdf.library import Bookmark
from excerpt.ingest.formats.pdf.lines import HEADING_RATIO, Line, body_weight
from excerpt.model import BlockKind

__all__ = ["find_headings", "letters_of"]

_MAX_LINES: Final = 4
"""Lines of a heading."""
_MAX_CHARACTERS: Final = 200
_MAX_NUMBERED: Final = 90
"""Characters of a heading that is not larger than the body text."""
_BOLD_RATIO: Final = 1.3
"""Weight of a bold heading, in weights of the body text."""
_REGULAR: Final = 400
"""The weight of a font that declares none."""
_KEY_LENGTH: Final = 6
_NUMBER = re.compile(
    r"\W*(?:(?:chapter|part|section|kapitel|teil|chapitre|partie)\s+)?"
    r"(?:(?:[A-Z]\.?|[IVX]+\.)?\d{1,3}(?:\.\d{1,3})*\.?|[A-Z]\.|[IVXLC]+\.)[\s:]+(?=\S)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:(?:[A-Z]\.)?\d{1,2}(?:\.\d{1,2})*\.?|[A-Z]\.|[IVX]+\.)\s+[^\W\d_a-z]")
_NO_LETTERS = re.compile(r"[\W_]+")
_HEADING, _PARAGRAPH = BlockKind.HEADING, BlockKind.PARAGRAPH


def letters_of(title: str) -> str:
    """Return the letters and digits of a title, in lower case."""
    return _NO_LETTERS.sub("", title).casefold()


def _bare(title: str) -> str:
    """Return the letters of a title without its number."""
    return letters_of(_NUMBER.sub("", title, count=1)) or letters_of(title)


def find_headings(
    lines: Sequence[Sequence[Line]], bookmarks: Sequence[Bookmark], size: float
) -> None:
    """Mark the headings among the body lines of each page; `size` is that of the body text."""
    if _mark_tagged(lines):
        return
    n_found = _mark_outline(lines, bookmarks)
    if n_found and 2 * n_found >= sum(each.page >= 0 for each in bookmarks):
        return
    _mark_by_look(lines, size)


def _mark(lines: Sequence[Line], level: int, *, is_guess: bool = False) -> None:
    for line in lines:
        line.kind, line.level, line.is_guess = _HEADING, min(max(level, 1), 6), is_guess


def _mark_tagged(lines: Sequence[Sequence[Line]]) -> bool:
    """Mark the lines with a heading's tag; return whether there are any."""
    tagged = [line for own in lines for line in own if line.source.level]
    for line in tagged:
        _mark([line], line.source.level)
    return bool(tagged)


def _mark_outline(lines: Sequence[Sequence[Line]], bookmarks: Sequence[Bookmark]) -> int:
    """Mark the entries of the outline where they stand on their page; return how many do."""
    by_page: dict[int, list[Bookmark]] = defaultdict(list)
    for bookmark in bookmarks:
        if 0 <= bookmark.page < len(lines) and letters_of(bookmark.title):
            by_page[bookmark.page].append(bookmark)
    n_found = 0
    for index, own in by_page.items():
        nearby = [line for page in lines[index : index + 2] for line in page]
        candidates = [line for line in nearby if line.kind is _PARAGRAPH]
        texts = [_without_references(line) for line in candidates]
        keys, bare = list(map(letters_of, texts)), list(map(_bare, texts))
        starts: dict[str, list[int]] = defaultdict(list)
        for number in range(len(candidates)):
            for key in {keys[number][:_KEY_LENGTH], bare[number][:_KEY_LENGTH]}:
                starts[key].append(number)
        for bookmark in own:
            found = _find_title(bookmark.title, keys, bare, starts)
            if found:
                _mark(candidates[found.start : found.stop], bookmark.depth)
                n_found += 1
    return n_found


def _without_references(line: Line) -> str:
    """Return the text of a line without the references to notes in it."""
    text = line.source.text
    for start, end in reversed(line.source.references):
        text = text[:start] + text[end:]
    return text


def _find_title(
    title: str, keys: Sequence[str], bare: Sequence[str], starts: dict[str, list[int]]
) -> range | None:
    """Return the numbers of the lines that make up a title, None if there are none."""
    wanted = {letters_of(title), _bare(title)}
    for key in sorted(wanted, key=len, reverse=True):
        for length in range(min(_KEY_LENGTH, len(key)), 0, -1):
            for number in starts.get(key[:length], ()):
                for whole, first in ((key, keys[number]), (key, bare[number])):
                    end, joined = number + 1, first
                    while len(joined) < len(whole) and end < min(number + _MAX_LINES, len(keys)):
                        if not whole.startswith(joined):
                            break
                        joined += keys[end]
                        end += 1
                    if joined == whole:
                        return range(number, end)
    return None


def _mark_by_look(lines: Sequence[Sequence[Line]], size: float) -> None:
    """Mark short runs of lines that are larger than the body text, bold, or numbered."""
    weight = body_weight((line.source for own in lines for line in own), size)
    large: list[list[Line]] = []
    others: list[list[Line]] = []
    for own in lines:
        body = [line for line in own if line.kind is _PARAGRAPH]
        leading = _leading(body)
        runs = list(_runs(body, weight))
        for number, run in enumerate(runs):
            text = " ".join(line.source.text for line in run)
            is_short = len(run) <= _MAX_LINES and len(text) <= _MAX_CHARACTERS
            if not is_short or not any(map(str.isalpha, text)):
                continue
            if run[0].source.size > HEADING_RATIO * size:
                large.append(run)
            elif len(text) <= _MAX_NUMBERED and text[-1] not in ".,;-" and number + 1 < len(runs):
                is_bold = _is_bold(run[0], weight) and run[0].source.size >= size * 0.97
                before, after = runs[number - 1 : number], runs[number + 1]
                if any(_is_level(run[0], other[-1]) for other in before) or _is_level(
                    run[-1], after[0]
                ):
                    continue  # a cell of a table, or a part of a line
                if is_bold or (
                    _NUMBERED.match(text)
                    and len(run) == 1
                    and not _NUMBERED.match(after[0].source.text)
                    and (not before or _is_apart(before[0][-1], run[0], leading))
                    and _is_apart(run[-1], after[0], leading)
                ):
                    others.append(run)
    sizes = sorted({run[0].source.size for run in large}, reverse=True)
    for run in large:
        _mark(run, sizes.index(run[0].source.size) + 1)
    for run in others:
        _mark(run, min(len(sizes), 5) + 1, is_guess=True)


def _is_bold(line: Line, weight: int) -> bool:
    return line.source.weight >= max(weight, _REGULAR) * _BOLD_RATIO


def _runs(lines: Sequence[Line], weight: int) -> Iterator[list[Line]]:
    """Yield consecutive lines of one size and one weight; a numbered line is a run of its own."""
    number = 0

    def look(line: Line) -> tuple[float, bool, int]:
        nonlocal number
        number += _NUMBERED.match(line.source.text) is not None
        key = line.source.size, _is_bold(line, weight), number
        number += _NUMBERED.match(line.source.text) is not None
        return key

    for _, run in groupby(lines, look):
        yield list(run)


def _is_level(line: Line, other: Line) -> bool:
    """Return whether two lines of a page are in one row."""
    return abs(line.source.y - other.source.y) < 0.5 * line.source.size


def _leading(lines: Sequence[Line]) -> float:
    """Return the usual distance between the baselines of lines."""
    gaps = [
        before.source.y - after.source.y
        for before, after in pairwise(lines)
        if 0 < before.source.y - after.source.y < 3 * before.source.size
    ]
    return median(gaps) if gaps else 0.0


def _is_apart(before: Line, after: Line, leading: float) -> bool:
    """Return whether more than the usual distance lies between two lines, or a column ends."""
    gap = before.source.y - after.source.y
    return gap < 0 or gap > 1.2 * leading
