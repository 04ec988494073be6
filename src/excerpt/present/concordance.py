"""Occurrences → keywords in context: one line each, aligned on the match, with the place it stands at.

Context is counted in characters and never cuts a word; white space is closed up, so that hard-wrapped and running
texts look alike. Where words are not separated by spaces, context ends at any character.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from excerpt.analysis.characters import is_unspaced
from excerpt.model import Span
from excerpt.present.highlight import Following, TextOf, extents
from excerpt.present.terminal import PLAIN, Style, clean, columns, painted, place_of

if TYPE_CHECKING:
    from excerpt.catalog import Stored
    from excerpt.engines import Match

__all__ = ["Line", "aligned", "context_of", "lines_of", "width_for"]

_SPACE = re.compile(r"\s+")
_LEAST = 16
"""Columns of context on each side, however narrow the terminal."""
_FOR_PLACES = 32
"""Columns of a line that are kept for the place."""


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence: the match and what stands around it, each with its white space closed up.

    `line` is the line (from 1) of a text format where the match begins, None for HTML. `passage` is the id of the
    passage it belongs to.
    """

    left: str
    match: str
    right: str
    path: str
    line: int | None = None
    anchor: str = ""
    page: str = ""
    passage: str = ""


def lines_of(
    stored: "Stored", matches: Sequence["Match"], following: Following, text_of: TextOf, around: int
) -> Iterator[Line]:
    """A line for each place where one of `matches` of a passage stands, in order."""
    groups = extents(stored, [match.marks for match in matches], following)
    places = sorted({(group[0].start, max(span.end for span in group)) for group in groups if group})
    if not places:
        return
    passage, reach = stored.passage, 2 * around + _LEAST
    last = max(end for _, end in places) + reach
    window = Span(max(0, passage.span.start - reach), min(last, stored.document.n_characters))
    text = text_of(window)
    counted, line = passage.span.start, passage.lines[0] if passage.lines else None
    for start, end in places:
        if line is not None:
            line += text.count("\n", counted - window.start, start - window.start)
            counted = start
        at, to = start - window.start, end - window.start
        left, match, right = context_of(
            text[max(0, at - reach) : at], text[at:to], text[to : to + reach], around
        )
        place = stored.document.places[0].path
        page = stored.document.page_at(start)
        yield Line(left, match, right, place, line, passage.anchor, page, passage.id)


def context_of(before: str, match: str, after: str, around: int) -> tuple[str, str, str]:
    """The three with white space closed up, `before` and `after` cut to whole words of at most `around` characters.

    >>> context_of("the  proletarians\\nhave ", "nothing", " to lose but their chains", 16)
    ('have ', 'nothing', ' to lose but')
    """
    left, right = _SPACE.sub(" ", before), _SPACE.sub(" ", after)
    return left[_first_kept(left, around) :], _SPACE.sub(" ", match), right[: _last_kept(right, around)]


def _first_kept(text: str, most: int) -> int:
    """Where the last at most `most` characters of `text` begin that start with a whole word."""
    start = len(text) - most
    if start <= 0 or is_unspaced(text[start : start + 1] or " "):
        return max(0, start)
    return text.find(" ", start - 1) + 1 or len(text)


def _last_kept(text: str, most: int) -> int:
    """Where the first at most `most` characters of `text` end that end with a whole word."""
    if len(text) <= most or is_unspaced(text[most]):
        return min(len(text), most)
    return max(0, text.rfind(" ", 0, most + 1))


def width_for(around: int) -> int:
    """The columns of a line with `around` columns of context on each side."""
    return 2 * around + _FOR_PLACES


def aligned(lines: Iterable[Line], width: int, style: Style = PLAIN) -> Iterator[str]:
    """Each of `lines` on one line of about `width` columns: context, match, context, place; matches below each other."""
    side = max(_LEAST, (width - _FOR_PLACES) // 2)
    for line in lines:
        left, match, right = (clean(part) for part in (line.left, line.match, line.right))
        left = left[_cut_left(left, side) :]
        room = max(0, side - columns(match))
        right = right[: _cut_right(right, room)]
        padding = " " * (side - columns(left))
        rest = " " * (room - columns(right))
        place = place_of(line.path, line.line, line.anchor) + (f" p. {clean(line.page)}" if line.page else "")
        yield f"{padding}{left}{painted(match, style.match)}{right}{rest}  {painted(place, style.place)}"


def _cut_left(text: str, most: int) -> int:
    """Where the end of `text` begins that takes at most `most` columns and starts with a whole word."""
    start = max(0, len(text) - most)
    while columns(text[start:]) > most:
        start += 1
    return _first_kept(text, len(text) - start)


def _cut_right(text: str, most: int) -> int:
    """Where the beginning of `text` ends that takes at most `most` columns and ends with a whole word."""
    end = min(len(text), most)
    while columns(text[:end]) > most:
        end -= 1
    return _last_kept(text, end)
