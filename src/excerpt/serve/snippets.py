"""The text of a hit → a short snippet with most of its highlights, and the whole passage."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from excerpt.model import BlockKind, Hit, Snippet, Span
from excerpt.present.render import shown_blocks
from excerpt.present.wrap import join, reflow, strip_heading_signs

__all__ = ["Paragraph", "SnippetView", "paragraphs_of", "view_snippet"]

MAX_BRIEF: Final = 430
"""Characters of a short snippet: about six lines, which can be read at a glance."""
MAX_WHOLE: Final = 8_000
"""Characters of a passage that can be unfolded in a list; longer ones are read in their place."""
_LEAD: Final = 150
"""The most characters before a highlight that are shown to begin with a sentence."""
_SHORT_LEAD: Final = 60
"""The characters before a highlight if no sentence begins that close to it."""
_SENTENCE_START: Final = re.compile(r"(?<=[.!?…:;])[\"'”’»)\]]*\s+(?=\S)|\n")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block with its highlights and its kind; a row of a table is one."""

    text: Snippet
    kind: str


@dataclass(frozen=True, slots=True)
class SnippetView:
    """A passage in a list of hits.

    brief     its paragraphs, cut to `MAX_BRIEF` characters
    whole     all its paragraphs, () if `brief` is the whole passage or if they are too long
    n_hidden  the number of highlights that `brief` does not show
    is_begun, is_ended   True if `brief` has the beginning, or the end, of the passage
    """

    brief: tuple[Paragraph, ...]
    whole: tuple[Paragraph, ...] = ()
    n_hidden: int = 0
    is_begun: bool = True
    is_ended: bool = True


def view_snippet(hit: Hit) -> SnippetView:
    """Return the text of a hit as it is shown in a list."""
    paragraphs = paragraphs_of(hit)
    joined = _joined(paragraphs)
    length = len(joined.text)
    if length <= MAX_BRIEF:
        return SnippetView(paragraphs, is_ended=not hit.is_extended)
    start, end = _window(joined)
    shown = sum(start <= span.start < end for span in joined.highlights)
    return SnippetView(
        _cut(paragraphs, start, end),
        paragraphs if length <= MAX_WHOLE else (),
        len(joined.highlights) - shown,
        not start,
        end == length,
    )


def paragraphs_of(hit: Hit) -> tuple[Paragraph, ...]:
    """Return the text of a hit as paragraphs with their highlights."""
    found = []
    for kind, block in shown_blocks(hit.snippet, hit.passage):
        text = reflow(strip_heading_signs(block) if kind is BlockKind.HEADING else block)
        if text.text:
            found.append(Paragraph(text, str(kind)))
    return tuple(found)


def _joined(paragraphs: Sequence[Paragraph]) -> Snippet:
    """Return the paragraphs as one text, with a line end between two."""
    return join([each.text for each in paragraphs], ["\n"] * (len(paragraphs) - 1))


def _window(joined: Snippet) -> tuple[int, int]:
    """Return the start and end of the part with the most highlights, the first of several."""
    text, highlights = joined.text, joined.highlights
    starts = [0, *(match.end() for match in _SENTENCE_START.finditer(text))]
    firsts = [span.start for span in highlights]
    ends = [span.end for span in highlights]
    best, best_count = 0, bisect_right(ends, MAX_BRIEF)
    for first in firsts:
        start = _beginning(text, starts, first)
        count = bisect_right(ends, start + MAX_BRIEF) - bisect_left(firsts, start)
        if count > best_count:
            best, best_count = start, count
    return best, _end(text, best)


def _beginning(text: str, sentences: Sequence[int], first: int) -> int:
    """Return where to begin, so that a highlight at `first` is read in its context."""
    sentence = sentences[bisect_right(sentences, first) - 1]
    if first - sentence <= _LEAD:
        return sentence
    space = text.find(" ", first - _SHORT_LEAD, first)
    return space + 1 if space >= 0 else first


def _end(text: str, start: int) -> int:
    """Return where to end: after at most `MAX_BRIEF` characters, between two words if possible."""
    end = start + MAX_BRIEF
    if end >= len(text):
        return len(text)
    space = max(text.rfind(" ", start + 1, end), text.rfind("\n", start + 1, end))
    return space if space > start + MAX_BRIEF // 2 else end


def _cut(paragraphs: Sequence[Paragraph], start: int, end: int) -> tuple[Paragraph, ...]:
    """Return the part of the paragraphs between two offsets in the joined text."""
    kept = []
    position = 0
    for paragraph in paragraphs:
        text = paragraph.text
        low, high = max(start - position, 0), min(end - position, len(text.text))
        if low < high:
            highlights = tuple(
                Span(max(span.start, low) - low, min(span.end, high) - low)
                for span in text.highlights
                if span.start < high and span.end > low
            )
            kept.append(Paragraph(Snippet(text.text[low:high], highlights), paragraph.kind))
        position += len(text.text) + 1
    return tuple(kept)
