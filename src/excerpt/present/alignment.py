"""Lines of a concordance → lines of text in which all matches begin in the same column.

Columns are those of a terminal: a wide character takes two, a combining mark none. Context is cut
only between words, or between characters that are words by themselves (Chinese). At most 100 lines
are held in memory at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from excerpt.model import page_citation
from excerpt.present.concordance import ConcordanceLine
from excerpt.present.terminal import PLAIN, Style, clean, display_width, format_location, paint
from excerpt.text.characters import character_classes

__all__ = ["align_lines", "align_whole_lines", "context_words"]

_MIN_CONTEXT = 16
"""Columns of context on each side, however narrow the terminal is."""
_LOCATION_COLUMNS = 32
"""Columns reserved for the location at the end of a line."""
_GAP = "  "
"""Between the context and the location."""
_BATCH = 100
"""Lines that are aligned with each other when nothing is cut."""
_SEPARATE = "h"
"""The class of characters that are words by themselves (see `excerpt.text.characters`)."""


@dataclass(frozen=True, slots=True)
class _CleanLine:
    """The parts of a line, ready to be printed."""

    left: str
    match: str
    right: str
    location: str


def align_lines(
    lines: Iterable[ConcordanceLine],
    width: int,
    style: Style = PLAIN,
    *,
    has_dates: bool = False,
    is_terminal: bool = False,
) -> Iterator[str]:
    """Yield each of `lines` as one line of about `width` columns: context, match, location.

    With `is_terminal`, a long location takes the place of context after the match, and one that
    does not fit follows on a line of its own, so that the terminal does not break it.
    """
    side = _side_width(width)
    for line in _clean_lines(lines, has_dates=has_dates):
        n_match, n_location = display_width(line.match), display_width(line.location)
        after, room = max(side, n_match), width - side - len(_GAP) - n_location
        if not is_terminal or room >= n_match + _MIN_CONTEXT // 2:
            yield _format_line(line, side, min(after, room) if is_terminal else after, style)
        else:
            yield _format_line(replace(line, location=""), side, width - side, style).rstrip()
            indent = " " * max(0, width - n_location)
            yield indent + paint(line.location, style.location)


def align_whole_lines(
    lines: Iterable[ConcordanceLine], style: Style = PLAIN, *, has_dates: bool = False
) -> Iterator[str]:
    """Yield each of `lines` as one line with its whole context, however wide it is."""
    rest = _clean_lines(lines, has_dates=has_dates)
    before = after = 0
    while batch := list(islice(rest, _BATCH)):
        before = max(before, *(display_width(line.left) for line in batch))
        after = max(
            after, *(display_width(line.match) + display_width(line.right) for line in batch)
        )
        for line in batch:
            yield _format_line(line, before, after, style)


def context_words(width: int) -> int:
    """Return the greatest number of words on one side that can fit into a line of `width` columns.

    No word is assumed to take less than two columns: one letter and a space.
    """
    return _side_width(width) // 2


def _side_width(width: int) -> int:
    """Return the columns before the match, and from its beginning to the location."""
    return max(_MIN_CONTEXT, (width - _LOCATION_COLUMNS) // 2)


def _clean_lines(lines: Iterable[ConcordanceLine], *, has_dates: bool) -> Iterator[_CleanLine]:
    for line in lines:
        location = format_location(line.cited_path, line.line, line.anchor, number=line.number)
        page = page_citation(clean(line.page), line.page_number)
        date = f"({clean(line.date)})" if has_dates and line.date else ""
        where = " ".join(filter(None, [location, page, date]))
        yield _CleanLine(clean(line.left), clean(line.match), clean(line.right), where)


def _format_line(line: _CleanLine, before: int, after: int, style: Style) -> str:
    """Return a line with `before` columns before the match and `after` to the location."""
    left = _last_words(line.left, before)
    room = after - display_width(line.match)
    right = _first_words(line.right, room)
    padding = " " * (before - display_width(left))
    rest = " " * (room - display_width(right))
    match, location = paint(line.match, style.match), paint(line.location, style.location)
    return f"{padding}{left}{match}{right}{rest}{_GAP}{location}"


def _last_words(text: str, width: int) -> str:
    """Return the last words of `text` that fit into `width` columns."""
    if display_width(text) <= width:
        return text
    kinds = character_classes(text)
    start = len(text)
    for offset in range(len(text) - 1, 0, -1):
        if kinds[offset] == _SEPARATE or text[offset - 1] == " ":
            if display_width(text[offset:]) > width:
                break
            start = offset
    return text[start:]


def _first_words(text: str, width: int) -> str:
    """Return the first words of `text` that fit into `width` columns."""
    if display_width(text) <= width:
        return text
    kinds = character_classes(text)
    end = 0
    for offset in range(1, len(text)):
        if kinds[offset] == _SEPARATE or text[offset] == " ":
            if display_width(text[:offset]) > width:
                break
            end = offset
    return text[:end]
