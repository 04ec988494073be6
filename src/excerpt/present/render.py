"""Hits → text for people: rank, title, heading path, place and passage, with exactly the matches marked.

Paragraphs of a passage stay apart, but the white space and line ends within them are closed up and the text is
wrapped to the width of the terminal. Nothing a document holds reaches the terminal as a control character.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from excerpt.model import BlockKind, Hit, Passage, Snippet, Span
from excerpt.present.terminal import PLAIN, Style, clean, format_location, paint
from excerpt.present.wrap import paint_snippet, reflow, split_snippet, strip_heading_signs, wrap

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument, StoredPassage

__all__ = ["MOST_COLUMNS", "render_hits", "render_heading", "render_passage", "render_title"]

MOST_COLUMNS = 100
_INDENT = "    "
_SEPARATOR = " › "


def render_hits(
    hits: Iterable[Hit], width: int, style: Style = PLAIN, *, has_scores: bool = False
) -> Iterator[str]:
    """`hits` as lines of at most `width` columns, where words allow it, with an empty line after each."""
    for hit in hits:
        first, *rest = [*_titled(hit, style), _placed(hit, style, has_scores=has_scores)]
        yield f"{hit.rank:>3} {first}"
        yield from (_INDENT + line for line in rest)
        yield from _indented(_joined(_untold_headings(hit)), width, style, style.faint)
        for neighbour in hit.before:
            yield from _plain(neighbour, width, style.faint, _INDENT)
        snippet = hit.snippet
        if hit.is_extended:  # shown to the end of the match, in the middle of the next passage
            snippet = Snippet(f"{snippet.text} …", snippet.highlights)
        yield from _text(snippet, hit.passage, width, style)
        for neighbour in hit.after:
            yield from _plain(neighbour, width, style.faint, _INDENT)
        yield ""


def _titled(hit: Hit, style: Style) -> Iterator[str]:
    """The title with its marks, if the document has one; else its place stands for it."""
    title = reflow(hit.title)
    if title.text:
        yield _painted_parts(title, style, style.title)


def _painted_parts(snippet: Snippet, style: Style, rest: str) -> str:
    return "".join(
        paint(piece, style.match if is_marked else rest) for piece, is_marked in snippet.parts()
    )


def _placed(hit: Hit, style: Style, *, has_scores: bool) -> str:
    passage = hit.passage
    place = format_location(hit.path, passage.lines[0] if passage.lines else None, passage.anchor)
    notes = [f"p. {clean(passage.page)}"] if passage.page else []
    if has_scores:
        notes.append(f"score {hit.score:.3f}")
    if len(hit.paths) > 1:
        notes.append(f"and {len(hit.paths) - 1} more with the same content")
    if hit.duplicates:
        notes.append(f"+{len(hit.duplicates):,} the same")
    if hit.is_stale:
        notes.append("(changed or gone since it was indexed)")
    return "  ".join([paint(place, style.place), *notes])


def _untold_headings(hit: Hit) -> Sequence[Snippet]:
    """The heading path without what is read beside it anyway: the title, and a heading the passage begins with."""
    blocks = hit.passage.blocks
    told = sum(block.kind is BlockKind.HEADING for block in blocks[:1])
    headings = hit.headings[: len(hit.headings) - told]
    return headings[1:] if headings and headings[0].text == hit.title.text else headings


def _joined(headings: Sequence[Snippet]) -> Snippet:
    """The heading path as one snippet."""
    text = ""
    marks = []
    for heading in map(reflow, headings):
        text += _SEPARATOR if text else ""
        marks += [Span(mark.start + len(text), mark.end + len(text)) for mark in heading.highlights]
        text += heading.text
    return Snippet(text, tuple(marks))


def _indented(snippet: Snippet, width: int, style: Style, rest: str = "") -> Iterator[str]:
    for line in wrap(snippet, max(1, width - len(_INDENT))):
        yield _INDENT + (
            _painted_parts(line, style, rest) if rest else paint_snippet(line, style.match)
        )


def _paragraph_starts(passage: Passage) -> list[int]:
    """Where in the text of a passage its blocks begin that go on with no other."""
    return [
        block.span.start - passage.span.start
        for block in passage.blocks
        if not block.is_continuation
    ]


def _text(snippet: Snippet, passage: Passage, width: int, style: Style) -> Iterator[str]:
    """The lines of a passage's text, each of its paragraphs beginning a new one."""
    starts = _paragraph_starts(passage)
    headings = {
        block.span.start - passage.span.start
        for block in passage.blocks
        if block.kind is BlockKind.HEADING
    }
    at = 0
    for paragraph in split_snippet(snippet, starts):
        shown = strip_heading_signs(paragraph) if at in headings else paragraph
        yield from _indented(reflow(shown), width, style)
        at += len(paragraph.text)


def render_title(record: "StoredDocument", width: int, style: Style = PLAIN) -> Iterator[str]:
    """What is known of a document as a whole."""
    if record.title:
        yield from _plain(record.title, width, style.title, "")
    for place in record.files:
        yield paint(format_location(place.path, None, ""), style.place)
    for name, value in record.metadata:
        yield from _plain(f"{name}: {value}", width, style.faint, "")
    for warning in record.warnings:
        yield from _plain(f"({warning})", width, style.faint, "")
    yield ""


def render_heading(headings: Sequence[str], width: int, style: Style = PLAIN) -> Iterator[str]:
    """A heading path."""
    if headings:
        yield from _plain(_SEPARATOR.join(headings), width, style.title, "")
        yield ""


def render_passage(stored: "StoredPassage", width: int, style: Style = PLAIN) -> Iterator[str]:
    """A passage: where it stands and its id, then its text."""
    passage = stored.passage
    place = format_location(
        stored.document.files[0].path, passage.lines[0] if passage.lines else None, passage.anchor
    )
    page = f"  p. {clean(passage.page)}" if passage.page else ""
    yield _INDENT + paint(f"{place}{page}  {passage.id}", style.faint)
    yield from _text(Snippet(stored.text), passage, width, style)


def _plain(text: str, width: int, code: str, indent: str) -> Iterator[str]:
    for line in wrap(reflow(Snippet(text)), max(1, width - len(indent))):
        yield indent + paint(line.text, code)
