"""The nouns of excerpt: what a build makes of files, and what a search gives back.

Frozen values over the standard library alone, so that every layer may speak of them.
All offsets are code points into `Document.text`, half-open, unless a name says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

__all__ = [
    "BARRIERS",
    "Block",
    "BlockKind",
    "Document",
    "Hit",
    "Key",
    "Page",
    "Passage",
    "Snippet",
    "SourceFile",
    "Span",
    "Duplicate",
    "Token",
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text.

    start  the first code point
    end    the one after the last
    """

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The piece of `text` this span covers."""
        return text[self.start : self.end]


class BlockKind(StrEnum):
    """What a block of text is to its author."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    NOTE = "note"
    CAPTION = "caption"
    CELL = "cell"
    BOILERPLATE = "boilerplate"


BARRIERS = frozenset({BlockKind.HEADING, BlockKind.NOTE, BlockKind.CAPTION, BlockKind.CELL})
"""Kinds that end the run of words in which phrases are matched, before and after themselves."""


class Block(NamedTuple):
    """A stretch of text of one kind.

    `level` is 1–6 for a heading, the depth (from 1) for an item, else 0. `anchor` names the nearest anchor at
    or before the block ("" if there is none). `continues` says that the block goes on with the block before
    it that is no boilerplate: a paragraph over a page break, or the rest of one that was cut into passages.
    """

    span: Span
    kind: BlockKind
    level: int = 0
    anchor: str = ""
    continues: bool = False


class Page(NamedTuple):
    """A page of the source: the text from code point `start` on stands on page `label`."""

    start: int
    label: str


class Document(NamedTuple):
    """A source text as it is indexed.

    `text` is what was decoded or extracted, with line ends unified to "\\n" and nothing else changed.
    Every non-space character of it stands in exactly one of `blocks`, which are disjoint and ascend.
    Text and blocks depend on the bytes, the format and the version of excerpt alone; `paths` (the paths, in
    order, under which these bytes are found) and `metadata` belong to the paths.
    `id` is the catalog's number, 0 before it is known; `origin` is the first path the document was met at,
    from which the ids of its passages are made. `title` is "" when the source names none, `language` an
    ISO 639-1 code or "". `hyphenated` holds the compounds that the text itself writes with a hyphen within a line
    and breaks at that hyphen elsewhere (see `excerpt.text.cut`). `warnings` says in plain words what was
    replaced or cut while reading.
    """

    text: str
    blocks: tuple[Block, ...]
    format: str
    pages: tuple[Page, ...] = ()
    title: str = ""
    language: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    hyphenated: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    has_lines: bool = True
    id: int = 0
    origin: str = ""
    paths: tuple[str, ...] = ()


class Passage(NamedTuple):
    """The unit of search, ranking and citation: a run of blocks below one heading.

    ordinal   its number in the document, from 0
    span      where it stands in the document's text
    blocks    the document's, clipped to `span`
    headings  the heading path, outermost first
    lines     the first and last line (from 1) of a text format, None for HTML
    page      the label of the page on which it begins, "" if no page is known
    anchor    the nearest anchor at or before it, "" if there is none
    id        made of the document's origin, the passage's text and the how-many-eth such text in the document it
              is: it survives rebuilds, moves and edits elsewhere
    """

    ordinal: int
    span: Span
    blocks: tuple[Block, ...]
    headings: tuple[str, ...] = ()
    lines: tuple[int, int] | None = None
    page: str = ""
    anchor: str = ""
    id: str = ""


class Token(NamedTuple):
    """A word of a text: the written `form`, the folded `term` it is searched by, and where it stands."""

    form: str
    term: str
    span: Span


class SourceFile(NamedTuple):
    """A file of the corpus as the walk saw it.

    The four stat fields decide whether it is read again, the digest of its bytes whether it is indexed again.
    `path` is relative to the corpus root, with "/" between its parts; bytes that are not UTF-8 stand in it as
    lone surrogates (PEP 383).
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Key(NamedTuple):
    """A passage as engines name it: its document's id and its ordinal there."""

    document: int
    ordinal: int


class Snippet(NamedTuple):
    """A piece of text and what in it is to be marked.

    text        to the letter, as it stands in the source
    highlights  the spans of it to be marked: disjoint, ascending, inside
    """

    text: str
    highlights: tuple[Span, ...] = ()

    def parts(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it is marked; joined they are the text to the letter."""
        at = 0
        for mark in self.highlights:
            if mark.start > at:
                yield self.text[at : mark.start], False
            yield mark.of(self.text), True
            at = mark.end
        if at < len(self.text):
            yield self.text[at:], False


class Duplicate(NamedTuple):
    """Another passage that has the folded words of a hit.

    path     the first path of its document
    lines    its first and last line (from 1), None for HTML
    anchor   the nearest anchor at or before it, "" if there is none
    passage  its id
    """

    path: str
    lines: tuple[int, int] | None
    anchor: str
    passage: str


class Hit(NamedTuple):
    """One passage that was found.

    rank      from 1, in the order that was wished
    score     comparable within one search only
    path      the first path of the document, relative to the corpus
    title     of the document, with marks of its own
    headings  the heading path, outermost first, each with marks of its own
    passage   the passage itself: its id, page, anchor
    snippet   the passage's text, and what a match that runs on into the next passage needs of it, with the matches
              marked
    is_stale  whether the file has changed or gone since it was indexed
    paths     all paths at which the document is found
    before    the texts of the passages before it, when `context` was asked for
    after     the texts of those after it
    same      the other passages that match and have the same folded words, by path and place
    """

    rank: int
    score: float
    path: str
    title: Snippet
    headings: tuple[Snippet, ...]
    passage: Passage
    snippet: Snippet
    is_stale: bool = False
    paths: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    same: tuple[Duplicate, ...] = ()

    @property
    def runs_on(self) -> bool:
        """Whether a match runs on into the next passage, so that the snippet ends after this one."""
        return len(self.snippet.text) > len(self.passage.span)

    @property
    def lines(self) -> tuple[int, int] | None:
        """The first and last line (from 1) of the snippet's text, None for HTML."""
        if self.passage.lines is None:
            return None
        first, last = self.passage.lines
        return first, last + self.snippet.text.count("\n", len(self.passage.span))
