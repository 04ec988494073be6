"""A snippet → lines of a given width: white space collapsed, highlights kept on the same words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from excerpt.model import Snippet, Span
from excerpt.present.terminal import clean, display_width, is_narrow, paint

__all__ = [
    "collapse",
    "join",
    "paint_snippet",
    "reflow",
    "remove",
    "split_snippet",
    "strip_heading_signs",
    "wrap",
]

_WHITE_SPACE = re.compile(r"\s+")
_NO_BREAK_SPACES = frozenset("\u00a0\u2007\u202f")
"""Spaces at which no line is broken: before French signs, and within numbers."""
_LINE_END_IN_WORD = re.compile(
    r"(?<=[^\W\d_][-=\u00ac\u00ad\u2010\u2011\u2e17])[^\S\n]*\n\s*(?=[^\W\d_])"
)
"""A line end after a hyphen between letters: it is inside a word."""
_HEADING = r"[\s#=]*(.*?)(?:[\s#=]*|\s*\n\s*[-=~*_^]{2,}\s*)"
"""A heading with the signs that mark it up: `== Positions ==`, `# Object`, an underline."""


def collapse(text: str) -> str:
    """Return `text` with each run of white space as one space, and none within a broken word.

    A single no-break space is kept.
    """
    joined = _LINE_END_IN_WORD.sub("", text)
    if _NO_BREAK_SPACES.isdisjoint(joined):
        return _WHITE_SPACE.sub(" ", joined)
    return _WHITE_SPACE.sub(lambda run: run[0] if run[0] in _NO_BREAK_SPACES else " ", joined)


def reflow(snippet: Snippet) -> Snippet:
    """Return `snippet` clean and on one line.

    Each run of white space becomes one space. It is removed at both ends of the text and after a
    hyphen that breaks a word at a line end.

    Highlights begin and end with a word, so no run of white space is partly inside one.
    """
    highlights: list[Span] = []
    parts: list[str] = []
    length = 0
    for part, is_highlighted in snippet.parts():
        collapsed = collapse(part)
        if not parts:
            collapsed = collapsed.lstrip()
        if is_highlighted:
            highlights.append(Span(length, length + len(collapsed)))
        parts.append(collapsed)
        length += len(collapsed)
    text = "".join(parts).rstrip()
    return Snippet(clean(text), _clip(highlights, 0, len(text)))


def join(snippets: Sequence[Snippet], gaps: Sequence[str]) -> Snippet:
    """Return `snippets` as one, with these `gaps` between them."""
    highlights: list[Span] = []
    parts: list[str] = []
    length = 0
    for snippet, gap in zip(snippets, ("", *gaps)[: len(snippets)], strict=True):
        length += len(gap)
        highlights += [Span(span.start + length, span.end + length) for span in snippet.highlights]
        parts += (gap, snippet.text)
        length += len(snippet.text)
    return Snippet("".join(parts), tuple(highlights))


def strip_heading_signs(snippet: Snippet) -> Snippet:
    """Return a heading without its markup signs.

    It is returned unchanged if nothing else would remain, or if a sign is highlighted.
    """
    match = re.fullmatch(_HEADING, snippet.text, re.DOTALL)
    start, end = match.span(1) if match else (0, 0)
    is_covered = all(start <= span.start and span.end <= end for span in snippet.highlights)
    if start == end or not is_covered:
        return snippet
    return Snippet(snippet.text[start:end], _clip(snippet.highlights, start, end))


def remove(snippet: Snippet, pattern: str) -> Snippet:
    """Return `snippet` without the matches of a pattern; those with highlights remain."""
    removed = [
        match.span()
        for match in re.finditer(pattern, snippet.text)
        if not any(
            span.start < match.end() and match.start() < span.end for span in snippet.highlights
        )
    ]
    if not removed:
        return snippet
    edges = [0, *(edge for span in removed for edge in span), len(snippet.text)]
    text = "".join(
        snippet.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)
    )
    shifts = [
        sum(end - start for start, end in removed if end <= span.start)
        for span in snippet.highlights
    ]
    highlights = (
        Span(span.start - shift, span.end - shift)
        for span, shift in zip(snippet.highlights, shifts, strict=True)
    )
    return Snippet(text, tuple(highlights))


def split_snippet(snippet: Snippet, offsets: Iterable[int]) -> Iterator[Snippet]:
    """Yield `snippet` in pieces that begin at the ascending `offsets`.

    A highlight over a boundary is highlighted in both pieces.
    """
    inner = (offset for offset in offsets if 0 < offset < len(snippet.text))
    for start, end in pairwise([0, *inner, len(snippet.text)]):
        if start < end:
            yield Snippet(snippet.text[start:end], _clip(snippet.highlights, start, end))


def _clip(spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return the parts of `spans` between `start` and `end`, counted from `start`."""
    return tuple(
        Span(max(span.start, start) - start, min(span.end, end) - start)
        for span in spans
        if span.start < end and span.end > start
    )


def wrap(snippet: Snippet, width: int) -> Iterator[Snippet]:
    """Yield a reflowed snippet as lines of at most `width` columns.

    Lines are broken at spaces, or anywhere in a word that is longer than a line.
    """
    lines = _narrow_lines if is_narrow(snippet.text) else _lines
    for start, end in lines(snippet.text, width):
        yield Snippet(snippet.text[start:end], _clip(snippet.highlights, start, end))


def _narrow_lines(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line of a text whose characters take one column each.

    This is true of most texts. Each line is then found at once instead of word by word.
    """
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


def _lines(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line of any text."""
    start = end = used = word_start = 0
    for word in text.split(" "):
        word_width = display_width(word)
        if used and used + 1 + word_width > width:
            yield start, end
            start, used = word_start, 0
        used += word_width + (1 if used else 0)
        if used > width:  # a word longer than a line, which begins this one
            *full, (start, end) = _pieces(text, start, word_start + len(word), width)
            yield from full
            used = display_width(text[start:end])
        end = word_start + len(word)
        word_start = end + 1
    if end > start:
        yield start, end


def _pieces(text: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    """Return `text[start:end]`, which has no space, in pieces of at most `width` columns."""
    pieces = []
    used = 0
    for offset in range(start, end):
        character_width = display_width(text[offset])
        if used + character_width > width and offset > start:
            pieces.append((start, offset))
            start, used = offset, 0
        used += character_width
    return [*pieces, (start, end)]


def paint_snippet(snippet: Snippet, code: str, rest: str = "") -> str:
    """Return the text with its highlights in the SGR `code` and the rest in `rest`."""
    if not code and not rest:
        return snippet.text
    return "".join(
        paint(part, code if is_highlighted else rest) for part, is_highlighted in snippet.parts()
    )
