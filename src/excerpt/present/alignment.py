"""Lines of a concordance → lines of text in which the matches stand below each other.

Columns are those of a terminal: a wide character takes two, a combining mark none. Context is cut between words only,
or between characters that are words. Nothing is held but the few lines that are shown together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from excerpt.present.concordance import ConcordanceLine
from excerpt.present.terminal import PLAIN, Style, clean, display_width, format_location, paint
from excerpt.text.characters import character_classes

__all__ = ["align_lines", "align_whole_lines", "context_words"]

_LEAST = 16
"""Columns of context on each side, however narrow the terminal."""
_FOR_PLACES = 32
"""Columns of a line that are kept for the place."""
_TOGETHER = 100
"""Lines that are aligned with each other where nothing is cut."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line, clean."""

    left: str
    match: str
    right: str
    place: str


def align_lines(
    lines: Iterable[ConcordanceLine], width: int, style: Style = PLAIN, *, has_dates: bool = False
) -> Iterator[str]:
    """Each of `lines` on one line of about `width` columns: context, match, context, place."""
    side = _side(width)
    for shown in _all_shown(lines, has_dates=has_dates):
        yield _joined(shown, side, max(side, display_width(shown.match)), style)


def align_whole_lines(
    lines: Iterable[ConcordanceLine], style: Style = PLAIN, *, has_dates: bool = False
) -> Iterator[str]:
    """Each of `lines` on one line, with all of its context, as wide as it takes."""
    shown = _all_shown(lines, has_dates=has_dates)
    before = after = 0
    while together := list(islice(shown, _TOGETHER)):
        before = max(before, *(display_width(one.left) for one in together))
        after = max(
            after, *(display_width(one.match) + display_width(one.right) for one in together)
        )
        for one in together:
            yield _joined(one, before, after, style)


def context_words(width: int) -> int:
    """The words of context on each side that a line of `width` columns may have room for: most have a letter and a space."""
    return _side(width) // 2


def _side(width: int) -> int:
    """The columns before the match in a line of `width` columns, and from there to the place."""
    return max(_LEAST, (width - _FOR_PLACES) // 2)


def _all_shown(lines: Iterable[ConcordanceLine], *, has_dates: bool) -> Iterator[_Shown]:
    for line in lines:
        place = format_location(line.path, line.line, line.anchor) + (
            f" p. {clean(line.page)}" if line.page else ""
        )
        date = f" ({clean(line.date)})" if has_dates and line.date else ""
        yield _Shown(clean(line.left), clean(line.match), clean(line.right), place + date)


def _joined(shown: _Shown, before: int, after: int, style: Style) -> str:
    """`shown` with `before` columns before the match, and `after` from there to the place."""
    left = _end_of(shown.left, before)
    room = after - display_width(shown.match)
    right = _beginning_of(shown.right, room)
    padding = " " * (before - display_width(left))
    rest = " " * (room - display_width(right))
    match, place = paint(shown.match, style.match), paint(shown.place, style.place)
    return f"{padding}{left}{match}{right}{rest}  {place}"


def _end_of(text: str, most: int) -> str:
    """As many of the last words of `text` as `most` columns have room for."""
    if display_width(text) <= most:
        return text
    kinds = character_classes(text)
    kept = len(text)
    for at in range(len(text) - 1, 0, -1):
        if kinds[at] == "h" or text[at - 1] == " ":
            if display_width(text[at:]) > most:
                break
            kept = at
    return text[kept:]


def _beginning_of(text: str, most: int) -> str:
    """As many of the first words of `text` as `most` columns have room for."""
    if display_width(text) <= most:
        return text
    kinds = character_classes(text)
    kept = 0
    for at in range(1, len(text)):
        if kinds[at] == "h" or text[at] == " ":
            if display_width(text[:at]) > most:
                break
            kept = at
    return text[:kept]
