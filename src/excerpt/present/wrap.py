"""A snippet → lines of a given width: white space of the source closed up, each mark kept on exactly its words."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from excerpt.model import Snippet, Span
from excerpt.present.terminal import clean, display_width, is_narrow, paint

__all__ = ["strip_heading_signs", "paint_snippet", "reflow", "split_snippet", "wrap"]

_SPACE = re.compile(r"\s+")
_BROKEN = re.compile(r"(?<=[^\W\d_][-\u00ad\u2010])[^\S\n]*\n\s*(?=[^\W\d_])")
"""The line end after a hyphen: the word goes on."""
_HEADING_SIGNS = r"[\s#=]*(.*?)(?:[\s#=]*|\s*\n\s*[-=~*_^]{2,}\s*)"
"""A heading between the signs that make it one: `== Positions ==`, `# Object`, an underline."""


def reflow(snippet: Snippet) -> Snippet:
    """`snippet` with every run of white space made one space, none at its ends and none in a word that was broken at a
    line end by a hyphen, and unsafe characters replaced.

    A mark begins and ends with a word, so no run of white space lies half inside it.
    """
    marks: list[Span] = []
    pieces: list[str] = []
    at = 0
    for piece, is_marked in snippet.parts():
        closed = _SPACE.sub(" ", _BROKEN.sub("", piece))
        if not pieces:
            closed = closed.lstrip(" ")
        if is_marked:
            marks.append(Span(at, at + len(closed)))
        pieces.append(closed)
        at += len(closed)
    text = "".join(pieces).rstrip(" ")
    return Snippet(
        clean(text),
        tuple(Span(m.start, min(m.end, len(text))) for m in marks if m.start < len(text)),
    )


def strip_heading_signs(snippet: Snippet) -> Snippet:
    """A heading without the signs that make it one in its source; as it is, if it has nothing else or they are marked."""
    found = re.fullmatch(_HEADING_SIGNS, snippet.text, re.DOTALL)
    start, end = found.span(1) if found else (0, 0)
    inside = all(start <= mark.start and mark.end <= end for mark in snippet.highlights)
    if start == end or not inside:
        return snippet
    return Snippet(snippet.text[start:end], _within(snippet.highlights, start, end))


def split_snippet(snippet: Snippet, cuts: Iterable[int]) -> Iterator[Snippet]:
    """`snippet` in pieces that begin at `cuts` (ascending); a mark over a cut is marked on both sides."""
    edges = [0, *(cut for cut in cuts if 0 < cut < len(snippet.text)), len(snippet.text)]
    for start, end in pairwise(edges):
        if start < end:
            yield Snippet(snippet.text[start:end], _within(snippet.highlights, start, end))


def _within(marks: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    """What of `marks` lies between `start` and `end`, counted from `start`."""
    return tuple(
        Span(max(mark.start, start) - start, min(mark.end, end) - start)
        for mark in marks
        if mark.start < end and mark.end > start
    )


def wrap(snippet: Snippet, width: int) -> Iterator[Snippet]:
    """A reflowed snippet in lines of at most `width` columns, broken at spaces, a longer word anywhere."""
    breaks = _narrow_breaks if is_narrow(snippet.text) else _breaks
    for start, end in breaks(snippet.text, width):
        yield Snippet(snippet.text[start:end], _within(snippet.highlights, start, end))


def _narrow_breaks(text: str, width: int) -> Iterator[tuple[int, int]]:
    """The lines of a text whose characters take one column each, as most do: found line by line, not word by word."""
    start = 0
    while len(text) - start > width:
        end = text.rfind(" ", start, start + width + 1)
        if end < 0:  # a word longer than a line
            yield start, start + width
            start += width
        else:
            yield start, end
            start = end + 1
    if start < len(text):
        yield start, len(text)


def _breaks(text: str, width: int) -> Iterator[tuple[int, int]]:
    start = end = taken = at = 0
    for word in text.split(" "):
        wide = display_width(word)
        if taken and taken + 1 + wide > width:
            yield start, end
            start, taken = at, 0
        taken += wide + (1 if taken else 0)
        if taken > width:  # a word longer than a line, at its start
            *full, (start, end) = _pieces(text, start, at + len(word), width)
            yield from full
            taken = display_width(text[start:end])
        end = at + len(word)
        at = end + 1
    if end > start:
        yield start, end


def _pieces(text: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    """`text[start:end]`, without a space, in pieces of at most `width` columns."""
    pieces = []
    taken = 0
    for at in range(start, end):
        wide = display_width(text[at])
        if taken + wide > width and at > start:
            pieces.append((start, at))
            start, taken = at, 0
        taken += wide
    return [*pieces, (start, end)]


def paint_snippet(snippet: Snippet, code: str) -> str:
    """The text of `snippet` with its marks in the SGR `code`."""
    if not code:
        return snippet.text
    return "".join(paint(piece, code if is_marked else "") for piece, is_marked in snippet.parts())
