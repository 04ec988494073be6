"""Hits and documents → text to read: rank, title, location, heading path and highlighted passage.

The paragraphs of a passage remain separate; within them, white space is collapsed and the text is
wrapped to the width of the terminal. No control character of a document reaches the terminal.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from excerpt.model import BlockKind, Hit, Passage, Snippet, Span, page_citation
from excerpt.present.terminal import PLAIN, Style, clean, format_location, paint
from excerpt.present.wrap import paint_snippet, reflow, split_snippet, strip_heading_signs, wrap

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument, StoredPassage

__all__ = ["MAX_COLUMNS", "render_headings", "render_hits", "render_passage", "render_title"]

MAX_COLUMNS = 100
"""Longer lines are hard to read, however wide the terminal is."""
_INDENT = "    "
_SEPARATOR = " › "


def render_hits(
    hits: Iterable[Hit],
    width: int,
    style: Style = PLAIN,
    *,
    has_ids: bool = False,
    has_scores: bool = False,
) -> Iterator[str]:
    """Yield `hits` as lines of at most `width` columns, with an empty line after each hit.

    The line with the location is not wrapped.
    """
    for hit in hits:
        lines = [_location_line(hit, style, has_ids=has_ids, has_scores=has_scores)]
        title = reflow(hit.title)
        if title.text:
            lines.insert(0, paint_snippet(title, style.match, style.title))
        yield f"{hit.rank:>3} {lines[0]}"
        yield from (_INDENT + line for line in lines[1:])
        yield from _indented(_join_headings(_unseen_headings(hit)), width, style, style.faint)
        for neighbour in hit.before:
            yield from _plain(neighbour, width, style.faint, _INDENT)
        snippet = hit.snippet
        if hit.is_extended:  # it ends in the middle of the next passage
            snippet = Snippet(f"{snippet.text} …", snippet.highlights)
        yield from _text(snippet, hit.passage, width, style)
        for neighbour in hit.after:
            yield from _plain(neighbour, width, style.faint, _INDENT)
        yield ""


def _location_line(hit: Hit, style: Style, *, has_ids: bool, has_scores: bool) -> str:
    """Return the location of a hit and notes about it."""
    passage = hit.passage
    line = passage.lines[0] if passage.lines else None
    notes = [page_citation(clean(hit.page), hit.page_number)] if hit.page else []
    if passage.is_set_apart:
        notes.append(f"({', '.join(dict.fromkeys(block.kind for block in passage.blocks))})")
    if has_ids:
        notes.append(passage.id)
    if has_scores:
        notes.append(f"score {hit.score:.3f}")
    if (n_copies := len(hit.paths) - 1) > 0:
        notes.append(f"+{n_copies:,} {'identical file' if n_copies == 1 else 'identical files'}")
    if n_duplicates := len(hit.duplicates):
        notes.append(f"+{n_duplicates:,} {'duplicate' if n_duplicates == 1 else 'duplicates'}")
    if hit.is_stale:
        notes.append("(changed or disappeared since it was indexed)")
    location = format_location(hit.path, line, hit.anchor)
    return "  ".join([paint(location, style.location), *notes])


def _unseen_headings(hit: Hit) -> Sequence[Snippet]:
    """Return the heading path without the headings shown elsewhere.

    These are the title, and the heading with which the passage begins.
    """
    first_blocks = hit.passage.blocks[:1]
    n_own = sum(block.kind is BlockKind.HEADING for block in first_blocks)
    headings = hit.headings[: len(hit.headings) - n_own]
    return headings[1:] if headings and headings[0].text == hit.title.text else headings


def _join_headings(headings: Sequence[Snippet]) -> Snippet:
    """Return the heading path as one snippet."""
    text = ""
    highlights = []
    for heading in map(reflow, headings):
        text += _SEPARATOR if text else ""
        offset = len(text)
        highlights += [Span(span.start + offset, span.end + offset) for span in heading.highlights]
        text += heading.text
    return Snippet(text, tuple(highlights))


def _indented(snippet: Snippet, width: int, style: Style, rest: str = "") -> Iterator[str]:
    for line in wrap(snippet, max(1, width - len(_INDENT))):
        yield _INDENT + paint_snippet(line, style.match, rest)


def _text(snippet: Snippet, passage: Passage, width: int, style: Style) -> Iterator[str]:
    """Yield the lines of a passage's text; each paragraph begins a new line."""
    first = passage.span.start
    headings = {
        block.span.start - first for block in passage.blocks if block.kind is BlockKind.HEADING
    }
    starts = [block.span.start - first for block in passage.blocks if not block.is_continuation]
    offset = 0
    for paragraph in split_snippet(snippet, starts):
        shown = strip_heading_signs(paragraph) if offset in headings else paragraph
        yield from _indented(reflow(shown), width, style)
        offset += len(paragraph.text)


def render_title(document: "StoredDocument", width: int, style: Style = PLAIN) -> Iterator[str]:
    """Yield the title, paths, metadata and warnings of a document, and an empty line."""
    if document.title:
        yield from _plain(document.title, width, style.title, "")
    for file in document.files:
        yield paint(format_location(file.path, None, ""), style.location)
    for name, value in document.metadata:
        yield from _plain(f"{name}: {value}", width, style.faint, "")
    for warning in document.warnings:
        yield from _plain(f"({warning})", width, style.faint, "")
    yield ""


def render_headings(headings: Sequence[str], width: int, style: Style = PLAIN) -> Iterator[str]:
    """Yield a heading path and an empty line, or nothing if the path is empty."""
    if headings:
        yield from _plain(_SEPARATOR.join(headings), width, style.title, "")
        yield ""


def render_passage(stored: "StoredPassage", width: int, style: Style = PLAIN) -> Iterator[str]:
    """Yield the location and id of a passage, then its text."""
    passage = stored.passage
    line = passage.lines[0] if passage.lines else None
    location = format_location(stored.document.files[0].path, line, passage.anchor)
    page = f"  {page_citation(clean(passage.page), passage.page_number)}" if passage.page else ""
    yield _INDENT + paint(f"{location}{page}  {passage.id}", style.faint)
    yield from _text(Snippet(stored.text), passage, width, style)


def _plain(text: str, width: int, code: str, indent: str) -> Iterator[str]:
    """Yield the wrapped lines of a text without highlights, in the SGR `code`."""
    for line in wrap(reflow(Snippet(text)), max(1, width - len(indent))):
        yield indent + paint(line.text, code)
