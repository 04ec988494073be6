"""Hits and documents → text to read: rank, title, location, heading path and highlighted passage.

The blocks of a passage remain separate; within them, white space is collapsed and the text is
wrapped to the width of the terminal. No control character of a document reaches the terminal.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from excerpt.model import BlockKind, Hit, Passage, Snippet, cited_path, page_citation
from excerpt.present.terminal import (
    PLAIN,
    Style,
    clean,
    display_width,
    format_location,
    link,
    paint,
)
from excerpt.present.wrap import (
    join,
    paint_snippet,
    reflow,
    remove,
    split_snippet,
    strip_heading_signs,
    wrap,
)

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument, StoredPassage

__all__ = [
    "MAX_COLUMNS",
    "join_headings",
    "render_headings",
    "render_hits",
    "render_passage",
    "render_title",
    "shown_blocks",
    "unseen_headings",
]

MAX_COLUMNS = 100
"""Longer lines are hard to read, however wide the terminal is."""
_INDENT = "    "
_SEPARATOR = " › "
_BLOCK_INDENT = "  "
_HEADING_SIGN = "# "
_BULLET = "• "
_ITEM_SIGN = r"[-*+•‣◦·–—]|\(?\w{1,4}[.):]"
"""The sign with which the text of an item may begin."""
_QUOTE_SIGN = r"(?<=\n)[^\S\n]*>[^\S\n]*"
"""The sign of a quotation in Markdown and mail, at the beginning of a line but the first."""
_RULE = r"(?m)^[^\S\n]*\|?(?:[^\S\n]*:?-{2,}:?[^\S\n]*(?:\||$))+[^\S\n]*$"
"""The line below the head of a table in Markdown."""
_ROW_EDGES = r"^\s*\|\s*|\s*\|\s*$"
_EMPTY_LINES = r"\n[^\S\n]*\n\s*"
_BETWEEN_CELLS = " | "


def render_hits(
    hits: Iterable[Hit],
    width: int,
    style: Style = PLAIN,
    *,
    has_ids: bool = False,
    has_scores: bool = False,
) -> Iterator[str]:
    """Yield `hits` as lines of at most `width` columns, with an empty line after each hit.

    A location is not wrapped; what does not fit after it follows on a line of its own.
    """
    for hit in hits:
        location = _location_lines(hit, width, style, has_ids=has_ids, has_scores=has_scores)
        lines = [*_indented(reflow(hit.title), width, style, style.title), *location]
        yield f"{hit.rank:>3} {lines[0].removeprefix(_INDENT)}"
        yield from lines[1:]
        headings = unseen_headings(hit)
        if headings and hit.before:  # the passage before may begin with the heading
            is_repeated = _letters(hit.before[0]).startswith(_letters(headings[-1].text))
            headings = headings[:-1] if is_repeated else headings
        yield from _indented(join_headings(headings), width, style, style.faint)
        for text, passage in zip(hit.before, hit.passages_before, strict=True):
            yield from _text(Snippet(text), passage, width, style, style.faint)
        snippet = hit.snippet
        if hit.is_extended:  # it ends in the middle of the next passage
            snippet = Snippet(f"{snippet.text} …", snippet.highlights)
        yield from _text(snippet, hit.passage, width, style)
        for text, passage in zip(hit.after, hit.passages_after, strict=True):
            yield from _text(Snippet(text), passage, width, style, style.faint)
        yield ""


def _location_lines(
    hit: Hit, width: int, style: Style, *, has_ids: bool, has_scores: bool
) -> list[str]:
    """Return the location of a hit and notes about it."""
    passage = hit.passage
    line = passage.lines[0] if passage.lines else None
    notes = list(filter(None, [page_citation(clean(hit.page), hit.page_number)]))
    if passage.is_set_apart:
        notes.append(f"({', '.join(passage.kinds)})")
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
    day = _day_of_message(hit.format, hit.metadata.pairs)
    location = format_location(hit.cited_path, line, hit.anchor, day, hit.number)
    linked = _INDENT + link(location, hit.file, style)
    return _with_notes(linked, len(_INDENT) + display_width(location), notes, width)


def _with_notes(line: str, used: int, notes: Sequence[str], width: int) -> list[str]:
    """Return a line of `used` columns with the notes after it, or below if there is no room."""
    text = "  ".join(notes)
    if not text:
        return [line]
    if used + 2 + display_width(text) <= width:
        return [f"{line}  {text}"]
    return [
        line,
        *(_INDENT + each.text for each in wrap(Snippet(text), max(1, width - len(_INDENT)))),
    ]


def _day_of_message(format_: str, metadata: Iterable[tuple[str, str]]) -> str:
    """Return the day with which a message is cited, "" for other documents."""
    if format_ != "mail":
        return ""
    from excerpt.dates import cited_day, date_as_written

    return cited_day(date_as_written(metadata))


def unseen_headings(hit: Hit) -> Sequence[Snippet]:
    """Return the heading path without the headings shown elsewhere.

    These are the title, whatever its punctuation, and the heading with which the passage begins.
    """
    first_blocks = hit.passage.blocks[:1]
    n_own = sum(block.kind is BlockKind.HEADING for block in first_blocks)
    headings = hit.headings[: len(hit.headings) - n_own]
    is_title = headings and _letters(headings[0].text) == _letters(hit.title.text)
    return headings[1:] if is_title else headings


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def join_headings(headings: Sequence[Snippet]) -> Snippet:
    """Return the heading path as one snippet."""
    return join(list(map(reflow, headings)), [_SEPARATOR] * (len(headings) - 1))


def _indented(
    snippet: Snippet,
    width: int,
    style: Style,
    rest: str = "",
    *,
    first: str = "",
    rest_indent: str = "",
) -> Iterator[str]:
    """Yield the wrapped lines of a snippet: `first` before the first, `rest_indent` before others.

    Text that is not highlighted has the SGR code `rest`.
    """
    room = max(1, width - len(_INDENT) - max(len(first), len(rest_indent)))
    prefix = first
    for line in wrap(snippet, room):
        yield _INDENT + prefix + paint_snippet(line, style.match, rest)
        prefix = rest_indent


def _text(
    snippet: Snippet, passage: Passage, width: int, style: Style, rest: str = ""
) -> Iterator[str]:
    """Yield the lines of a passage's text, with its blocks visibly apart.

    A heading follows an empty line and is bold, or begins with # where there are no colours. Items
    have a bullet and hang; other blocks but the first begin with an indent. Text that is neither
    highlighted nor a heading has the SGR code `rest`.
    """
    for number, (kind, block) in enumerate(shown_blocks(snippet, passage)):
        if kind is BlockKind.HEADING:
            if number:
                yield ""
            yield from _heading(block, width, style)
        elif kind is BlockKind.ITEM:
            yield from _item(block, width, style, rest)
        elif kind is BlockKind.CELL:
            yield from _indented(
                block, width, style, rest, first=_BLOCK_INDENT, rest_indent=2 * _BLOCK_INDENT
            )
        else:
            indent = _BLOCK_INDENT if number else ""
            is_quote = kind is BlockKind.QUOTE
            text = remove(block, _QUOTE_SIGN) if is_quote else block
            yield from _indented(reflow(text), width, style, rest, first=indent)


def shown_blocks(snippet: Snippet, passage: Passage) -> Iterator[tuple[BlockKind, Snippet]]:
    """Yield the blocks of a passage with their kinds; `snippet` is its text.

    A row of a table is one block, with signs between its cells. Text that is set apart may be shown
    within a passage of the running text, whose blocks are not known here: it is divided at its
    empty lines.
    """
    if passage.is_set_apart:
        starts = [line.end() for line in re.finditer(_EMPTY_LINES, snippet.text)]
        kinds = dict.fromkeys([0, *starts], BlockKind.PARAGRAPH)
    else:
        first = passage.span.start
        blocks = (block for block in passage.blocks if not block.is_continuation)
        kinds = {block.span.start - first: block.kind for block in blocks}
    row: list[Snippet] = []
    offset = 0
    for piece in split_snippet(snippet, sorted(kinds)):
        kind = kinds.get(offset, BlockKind.PARAGRAPH)
        offset += len(piece.text)
        if kind is not BlockKind.CELL:
            yield kind, piece
            continue
        row.append(piece)
        # The cells of a row are in one line, except for the line ends within them.
        if kinds.get(offset) is not BlockKind.CELL or "\n" in _end_of(piece):
            if (joined := _join_cells(row)).text:
                yield kind, joined
            row = []


def _end_of(piece: Snippet) -> str:
    """Return the white space at the end of a piece."""
    return piece.text[len(piece.text.rstrip()) :]


def _join_cells(cells: list[Snippet]) -> Snippet:
    """Return the cells of a row as one line, without the signs around it and below its head."""
    parts = [reflow(remove(cell, _RULE)) for cell in cells]
    gaps = [_BETWEEN_CELLS if "\t" in end else end and " " for end in map(_end_of, cells[:-1])]
    return reflow(remove(join(parts, gaps), _ROW_EDGES))


def _heading(paragraph: Snippet, width: int, style: Style) -> Iterator[str]:
    heading = reflow(strip_heading_signs(paragraph))
    first = "" if style.title else _HEADING_SIGN
    yield from _indented(heading, width, style, style.title, first=first)


def _item(paragraph: Snippet, width: int, style: Style, rest: str) -> Iterator[str]:
    item = reflow(paragraph)
    sign = "" if re.match(_ITEM_SIGN, item.text) else _BULLET
    yield from _indented(item, width, style, rest, first=sign, rest_indent=_BLOCK_INDENT)


def render_title(document: "StoredDocument", width: int, style: Style = PLAIN) -> Iterator[str]:
    """Yield the title, paths, metadata and warnings of a document, and an empty line."""
    if document.title:
        yield from _plain(document.title, width, style.title, "")
    for file in document.files:
        path = cited_path(file.path, file.member, document.format)
        yield link(format_location(path, None, ""), file.file, style)
    for name, value in document.metadata.pairs:
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
    document = stored.document
    day = _day_of_message(document.format, document.metadata.pairs)
    file = document.files[0]
    path = cited_path(file.path, file.member, document.format)
    location = format_location(path, line, passage.anchor, day)
    cited = page_citation(clean(passage.page), passage.page_number)
    kinds = f"({', '.join(passage.kinds)})" if passage.is_set_apart else ""
    notes = list(filter(None, (cited, passage.id, kinds)))
    room = len(_INDENT) + display_width(location)
    for each in _with_notes(_INDENT + location, room, notes, width):
        yield _INDENT + paint(each.removeprefix(_INDENT), style.faint)
    yield from _text(Snippet(stored.text), passage, width, style)


def _plain(text: str, width: int, code: str, indent: str) -> Iterator[str]:
    """Yield the wrapped lines of a text without highlights, in the SGR `code`."""
    for line in wrap(reflow(Snippet(text)), max(1, width - len(indent))):
        yield indent + paint(line.text, code)
