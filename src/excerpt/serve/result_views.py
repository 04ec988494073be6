"""Hits and concordance lines → their views in a list on a page."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import bidirectional

from markupsafe import Markup, escape

from excerpt.model import Hit, Snippet, page_citation
from excerpt.present.concordance import ConcordanceLine
from excerpt.present.render import join_headings, unseen_headings
from excerpt.present.terminal import clean, format_location, printable_path
from excerpt.present.wrap import reflow
from excerpt.serve.desk import line_order_of
from excerpt.serve.page_state import PageState
from excerpt.serve.rendering import coloured, path_url
from excerpt.serve.snippets import SnippetView, view_snippet

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument

__all__ = [
    "HitView",
    "LineView",
    "author_of",
    "file_name_of",
    "read_url",
    "view_hit",
    "view_line",
]

_FIRST_RTL: Final = "\u0590"
"""All characters before it, such as Latin, Greek and Cyrillic letters, run from left to right."""


class HitView(NamedTuple):
    """A hit as a list shows it.

    title     the title of the document, or the name of its file
    headings  the heading path as one snippet
    location     where it is: the path with line or anchor
    page      the page as it is cited, "" if unknown
    text      its text
    read_url  the address of the reader, at this passage
    """

    hit: Hit
    title: Snippet
    headings: Snippet
    author: str
    location: str
    page: str
    text: SnippetView
    read_url: str
    duplicates: tuple[tuple[str, str], ...]


class LineView(NamedTuple):
    """A line of a concordance; the words by which lines are sorted are coloured.

    source  the year and the author, or the file
    location   the path with line or anchor
    url     the address of the reader, at the passage
    is_rtl  True if most of it is written from right to left
    """

    line: ConcordanceLine
    left: Markup
    right: Markup
    source: str
    location: str
    url: str
    is_rtl: bool


def view_line(
    line: ConcordanceLine, state: PageState, document: "StoredDocument | None"
) -> LineView:
    """Return a line as a list shows it."""
    order = line_order_of(state)
    author = author_of(document.metadata.pairs) if document else ""
    name = author or (document.title.strip() if document else "") or file_name_of(line.path)
    year = re.search(r"-?\d{3,4}", line.date)
    return LineView(
        line,
        coloured(line.left, from_end=True) if order == "left" else escape(clean(line.left)),
        coloured(line.right) if order == "right" else escape(clean(line.right)),
        f"{year[0]} {name}" if year and not name.startswith(year[0]) else name,
        format_location(line.cited_path, line.line, line.anchor),
        read_url(state, line.path, line.passage),
        _is_rtl(line.left + line.match + line.right),
    )


def _is_rtl(text: str) -> bool:
    """Return whether most letters of a text are written from right to left."""
    if max(text, default="") < _FIRST_RTL:
        return False
    n_of = Counter(map(bidirectional, text))
    return n_of["R"] + n_of["AL"] > n_of["L"]


def view_hit(hit: Hit, state: PageState) -> HitView:
    """Return a hit as a list shows it."""
    return HitView(
        hit,
        reflow(hit.title) if hit.title.text.strip() else Snippet(file_name_of(hit.path)),
        join_headings(unseen_headings(hit)),
        author_of(hit.metadata.pairs),
        format_location(hit.cited_path, hit.lines[0] if hit.lines else None, hit.anchor),
        page_citation(hit.page, hit.page_number),
        view_snippet(hit),
        read_url(state, hit.path, hit.passage.id),
        tuple(
            (
                f"/p/{each.passage}",
                format_location(each.path, each.lines[0] if each.lines else None, each.anchor),
            )
            for each in hit.duplicates
        ),
    )


def author_of(metadata: Iterable[tuple[str, str]]) -> str:
    """Return the authors in the metadata of a document."""
    authors = [value for name, value in metadata if name.casefold() == "author"]
    return "; ".join(dict.fromkeys(authors))


def file_name_of(path: str) -> str:
    """Return the name of the file at `path` as it is shown."""
    return printable_path(path.rpartition("/")[2])


def read_url(state: PageState, path: str, passage: str = "") -> str:
    """Return the address of the document at `path`, with the state to return to.

    The fragment leads to the first paragraph of `passage`, also without JavaScript.
    """
    if not passage:
        return path_url("/read/", path, state.pairs())
    return f"{path_url('/read/', path, [*state.pairs(), ('at', passage)])}#{passage}-1"
