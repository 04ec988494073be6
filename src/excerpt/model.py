"""The nouns of excerpt: what indexing makes of source files, and what a search returns.

All are immutable values that need only the standard library, so every layer can use them.
An offset is a number of code points from the start of `Document.text`, and a span is half-open,
unless a name says otherwise.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum, StrEnum
from importlib import import_module
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol, Self, TypeVar

from excerpt.startup import FrozenValue

__all__ = [
    "INSETS",
    "REPR_LENGTH",
    "BARRIERS",
    "SET_APART",
    "Anchor",
    "Block",
    "BlockKind",
    "Document",
    "Duplicate",
    "Hit",
    "HitSource",
    "Key",
    "Mark",
    "Metadata",
    "MemberOrigin",
    "Page",
    "Passage",
    "Reason",
    "Snippet",
    "SourceFile",
    "Span",
    "Token",
    "cited_path",
    "page_citation",
    "row_citation",
]


# Written out, because every search loads this module: to import `dataclasses` and define this class
# with it takes 1 ms. It cannot be a named tuple, because `len(span)` is the length of its text. A
# `FrozenValue` takes more than twice the memory and three times as long to compare.
class Span:
    """A stretch of a text. Spans are ordered by their start, then by their end.

    start  offset of the first code point
    end    offset after the last code point
    """

    __slots__ = ("end", "start")
    __match_args__ = ("start", "end")

    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "end", end)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        return self.start == other.start and self.end == other.end

    def __lt__(self, other: "Span") -> bool:
        return (self.start, self.end) < (other.start, other.end)

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def __repr__(self) -> str:
        return f"Span(start={self.start}, end={self.end})"

    def __reduce__(self) -> tuple[type["Span"], tuple[int, int]]:
        return Span, (self.start, self.end)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Span.{name} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Span.{name} cannot be removed")

    def __len__(self) -> int:
        return self.end - self.start

    @classmethod
    def all_of(cls, starts: Sequence[int], ends: Sequence[int]) -> list["Span"]:
        """Return the spans from each of `starts` to its end, in a third of the time."""
        spans = list(map(cls.__new__, repeat(cls, len(starts))))
        # The descriptors of the slots set them as `object.__setattr__` does, without a frame.
        for name, values in (("start", starts), ("end", ends)):
            deque(map(vars(cls)[name].__set__, spans, values), maxlen=0)
        return spans

    def of(self, text: str) -> str:
        """Return the part of `text` that this span covers."""
        return text[self.start : self.end]


class BlockKind(StrEnum):
    """The role of a block, or of a mark within a block, in its document.

    In Python 3.11, looking up a member of an enum costs as much as everything else that most
    readers do with a block. Modules that handle every block therefore bind the members that they
    need at their top.
    """

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    NOTE = "note"
    CAPTION = "caption"
    CELL = "cell"
    BOILERPLATE = "boilerplate"
    PAGE = "page"
    REFERENCE = "reference"
    GLOSS = "gloss"
    LINK = "link"
    MARKUP = "markup"


SET_APART = frozenset(
    {
        BlockKind.BOILERPLATE,
        BlockKind.PAGE,
        BlockKind.REFERENCE,
        BlockKind.GLOSS,
        BlockKind.LINK,
        BlockKind.MARKUP,
    }
)
"""Kinds of text that is not part of the running text: running headers and navigation, page numbers,
note references, glosses such as ruby, targets of links, and markup such as templates. It is shown
where it stands, but only searched on request."""
INSETS = frozenset({BlockKind.NOTE, BlockKind.CAPTION})
"""Kinds of marks that are read like other notes and captions, though not where they stand: a note
or a picture in the middle of a sentence, as in wiki markup."""
BARRIERS = SET_APART | {BlockKind.HEADING, BlockKind.NOTE, BlockKind.CAPTION, BlockKind.CELL}
"""Kinds of blocks that end the token sequence before and after them: no phrase crosses them."""


class Reason(IntEnum):
    """Why a block is boilerplate."""

    UNKNOWN = 0
    RUNNING_HEADER = 1
    NAVIGATION = 2
    PAGE_HEADER = 3
    PAGE_FOOTER = 4
    CONTROL = 5
    HIDDEN = 6
    LICENCE = 7
    METADATA = 8
    RULE = 9
    COLLECTION = 10
    SIGNATURE = 11
    CONTENTS = 12
    ENCODED = 13

    @property
    def label(self) -> str:
        """The reason as a user reads it."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.UNKNOWN: "boilerplate",
    Reason.RUNNING_HEADER: "running header",
    Reason.NAVIGATION: "navigation",
    Reason.PAGE_HEADER: "header of a page",
    Reason.PAGE_FOOTER: "footer of a page",
    Reason.CONTROL: "button or label",
    Reason.HIDDEN: "hidden on the page",
    Reason.LICENCE: "licence",
    Reason.METADATA: "metadata",
    Reason.RULE: "decorative line",
    Reason.COLLECTION: "rule of the collection",
    Reason.SIGNATURE: "signature",
    Reason.CONTENTS: "table of contents",
    Reason.ENCODED: "encoded file",
}


class Block(NamedTuple):
    """A stretch of text of one kind.

    span             offsets in the document's text
    kind             its role in the document
    level            1 to 6 for a heading, the depth (from 1) for an item, the `Reason` for
                     boilerplate, otherwise 0
    is_continuation  True if the block continues the one before it, boilerplate left out of account:
                     a paragraph over a page break, or the rest of a paragraph cut into passages
    is_guess         True for a heading that only the look of its line suggests
    """

    span: Span
    kind: BlockKind
    level: int = 0
    is_continuation: bool = False
    is_guess: bool = False

    @property
    def is_barrier(self) -> bool:
        """True if no phrase crosses the block; a guess may be wrong, so it is none."""
        return self.kind in BARRIERS and not self.is_guess

    @property
    def begins_paragraph(self) -> bool:
        """True unless it is a heading or set apart, or continues the block before it."""
        is_apart = self.kind in SET_APART or self.kind == BlockKind.HEADING
        return not is_apart and not self.is_continuation


class Mark(NamedTuple):
    """A stretch within a block that interrupts the running text: `Jeru<25>salem`, `treaty[2]`.

    Words and phrases continue across it.

    span  offsets in the document's text, within one block, without white space at either end
    kind  one of `SET_APART` or `INSETS`
    """

    span: Span
    kind: BlockKind


class Page(NamedTuple):
    """The beginning of a page of the source.

    start   offset of the first code point on the page
    label   the page number as printed, "" if it is unknown from here on
    number  the number of the page in the file, from 1; 0 for a source without physical pages
    """

    start: int
    label: str
    number: int = 0


def page_citation(label: str, number: int) -> str:
    """Return a page as it is cited: its label, and its number in the file if that differs.

    >>> page_citation("iv", 6), page_citation("7", 7), page_citation("7", 0), page_citation("", 6)
    ('p. iv (6)', 'p. 7', 'p. 7', 'p. (6)')
    """
    in_file = f"({number})" if number and label != str(number) else ""
    return " ".join(filter(None, ["p.", label, in_file])) if label or in_file else ""


def cited_path(path: str, member: str, format_: str) -> str:
    """Return the path of a document as it is cited: a row of a table by its number.

    `member` is the part of the path within the container, "" for a file on disk.

    >>> cited_path("data/letters.csv/17", "17", "table"), cited_path("a/17", "", "table")
    ('data/letters.csv row 17', 'a/17')
    """
    file, row = row_citation(path, member, format_)
    return f"{file} row {row}" if row else path


def row_citation(path: str, member: str, format_: str) -> tuple[str, str]:
    """Return the path of a table and the number of the row that is a document in it.

    Of any other document, return its own path and "".

    >>> row_citation("data/letters.csv/17", "17", "table"), row_citation("a/17", "", "table")
    (('data/letters.csv', '17'), ('a/17', ''))
    """
    container, _, number = path.rpartition("/")
    is_row = format_ == "table" and member and number.isdecimal()
    return (container, number) if is_row else (path, "")


class Anchor(NamedTuple):
    """A change of the nearest anchor.

    start  offset of the first code point to which it applies
    name   the anchor, "" if none applies from here on
    """

    start: int
    name: str


class Document(NamedTuple):
    """A source text as it is indexed.

    Text and blocks depend only on the bytes, the format and the version of excerpt; `paths` and
    `metadata` belong to the files that hold these bytes.

    text        the decoded or extracted text, unchanged except that line ends are "\\n" and that
                entities in Markdown and wiki markup are replaced
    blocks      disjoint and ascending; they cover every non-space character of the text
    format      the name of the format: "text", "markdown", "html"
    pages       the pages of the source, ascending
    marks       the inline marks, ascending and disjoint, except that one of `INSETS` may contain
                some of `SET_APART`
    anchors     the changes of the nearest anchor, ascending
    title       "" if the source has none
    language    ISO 639-1 code, "" if unknown
    metadata    pairs of a name and a value
    encoding    the encoding that the text was decoded from
    hyphenated  compounds that the text itself writes with a hyphen within a line, and breaks at
                that hyphen elsewhere (see `excerpt.text.tokenize`)
    warnings    sentences on what was guessed, replaced or cut while reading
    has_lines   True if line numbers of the text are those of the source
    id          number in the catalog, 0 if not yet assigned
    origin      the first path at which the document was found; its passages' ids derive from it
    paths       the paths of all files with these bytes, in order
    """

    text: str
    blocks: tuple[Block, ...]
    format: str
    pages: tuple[Page, ...] = ()
    marks: tuple[Mark, ...] = ()
    anchors: tuple[Anchor, ...] = ()
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
    """The unit of search, ranking and citation: consecutive blocks below one heading.

    ordinal      its number in the document, from 0; notes and captions within sentences follow the
                 passages of the running text, and passages set apart follow all others: each forms
                 a passage of its own
    span         offsets in the document's text; for marks and short boilerplate within another
                 passage, those of that passage
    blocks       the document's blocks, clipped to `span`; or the text set apart, as blocks
    headings     the heading path, outermost first
    lines        the first and last line (from 1), None for a format without lines (HTML)
    page         the label of the page on which it begins, "" if unknown
    anchor       the nearest anchor at or before it, "" if there is none
    pages        the pages that begin within it
    anchors      the changes of the nearest anchor within it
    marks        the inline marks in its blocks, clipped to `span`
    id           16 hexadecimal digits, derived from the document's origin, the passage's text and
                 the ordinal of that text among identical ones in the document; it survives
                 rebuilds, moves and edits elsewhere
    page_number  the number in the file of the page on which it begins, 0 if there is none
    """

    ordinal: int
    span: Span
    blocks: tuple[Block, ...]
    headings: tuple[str, ...] = ()
    lines: tuple[int, int] | None = None
    page: str = ""
    anchor: str = ""
    pages: tuple[Page, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    marks: tuple[Mark, ...] = ()
    id: str = ""
    page_number: int = 0

    @property
    def is_set_apart(self) -> bool:
        """True if it consists of text that is set apart."""
        return bool(self.blocks) and self.blocks[0].kind in SET_APART

    @property
    def kinds(self) -> list[str]:
        """The kinds of its blocks, in the order in which they first occur."""
        return list(dict.fromkeys(str(block.kind) for block in self.blocks))

    def page_at(self, offset: int) -> Page:
        """Return the page with the code point at `offset`."""
        first = Page(self.span.start, self.page, self.page_number)
        return _last_before(offset, (first, *self.pages))

    def anchor_at(self, offset: int) -> str:
        """Return the nearest anchor at or before `offset`, "" if there is none."""
        return _last_before(offset, (Anchor(self.span.start, self.anchor), *self.anchors)).name


Start = TypeVar("Start", Page, Anchor)


def _last_before(offset: int, starts: Sequence[Start]) -> Start:
    """Return the last of `starts` at or before `offset`, or the first if there is none."""
    return starts[max(0, bisect_right(starts, offset, key=lambda each: each.start) - 1)]


class Token(NamedTuple):
    """One occurrence of a word in a text.

    form  the word as written
    term  its folded form, by which it is searched
    span  offsets in the text
    mark  how a sign joins it to the next word, "" if none does (see `text.compounds`)
    """

    form: str
    term: str
    span: Span
    mark: str = ""


class MemberOrigin(NamedTuple):
    """The way to a member of a container, such as a message of a mailbox.

    container      the path of the file on disk
    entry_numbers  the number of its entry in the container (from 0), and if that is
                   a container itself, the number of the entry in that, and so on
    format         the name of its format if the container determines it, "" if its content does
    dated          the part of its path that may hold a date: all of it, or only that of the
                   container if the rest is an identifier
    pages          if the container is a METS file, the paths of the files that are its pages
    """

    container: str
    entry_numbers: tuple[int, ...] = ()
    format: str = ""
    dated: str = ""
    pages: tuple[str, ...] = ()


class SourceFile(NamedTuple):
    """A file of the corpus as the walk found it, or a member of a container.

    A build reads a file again only if its size, times or inode have changed, and indexes it again
    only if the digest of its bytes has changed. Members have no times of their own.

    path      relative to the corpus, with "/" between its parts; bytes that are not UTF-8 are lone
              surrogates (PEP 383); that of a member is below that of its container
    size      in bytes
    mtime_ns  time of the last modification, in nanoseconds
    ctime_ns  time of the last change of the inode, in nanoseconds
    inode     its number
    member    the way to a member, None for a file on disk
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    member: MemberOrigin | None = None

    @property
    def container(self) -> str:
        """The path of the container that it is a member of, "" for a file on disk."""
        return self.member.container if self.member else ""

    @property
    def dated(self) -> str:
        """The part of its path that may hold a date."""
        return self.member.dated if self.member else self.path


class Key(NamedTuple):
    """The identity of a passage in the catalog and the engines.

    document  the document's id
    ordinal   the passage's number in the document, from 0
    """

    document: int
    ordinal: int


class Snippet(NamedTuple):
    """A piece of text with highlights.

    text        exactly as in the source
    highlights  the spans of `text` to highlight: disjoint, ascending
    """

    text: str
    highlights: tuple[Span, ...] = ()

    def __repr__(self) -> str:
        text = " ".join(self.text[:REPR_LENGTH].split())
        return f"<Snippet {text!r}, {len(self.highlights)} highlights>"

    def parts(self) -> Iterator[tuple[str, bool]]:
        """Yield the consecutive parts of the text, each with True if it is highlighted."""
        end = 0
        for highlight in self.highlights:
            if highlight.start > end:
                yield self.text[end : highlight.start], False
            yield highlight.of(self.text), True
            end = highlight.end
        if end < len(self.text):
            yield self.text[end:], False


class Metadata(Mapping[str, str]):
    """The metadata of a document: the value of each field, several values joined by "; ".

    pairs  all pairs of a name and a value, in order

    >>> Metadata((("author", "Ann"), ("author", "Bob")))["author"]
    'Ann; Bob'
    """

    __slots__ = ("pairs",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)

    def __getitem__(self, name: str) -> str:
        values = [value for other, value in self.pairs if other == name]
        if not values:
            raise KeyError(name)
        return "; ".join(values)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self.pairs))

    def __len__(self) -> int:
        return len({name for name, _ in self.pairs})

    def __hash__(self) -> int:
        return hash(self.pairs)

    def __repr__(self) -> str:
        return repr(dict(self))


class Duplicate(NamedTuple):
    """Another passage with the same folded words as a hit.

    path     the first path of its document
    lines    the first and last line (from 1), None for a format without lines (HTML)
    anchor   the nearest anchor at or before it, "" if there is none
    passage  its id
    """

    path: str
    lines: tuple[int, int] | None
    anchor: str
    passage: str


REPR_LENGTH = 60
"""Characters of a text in the representation of a hit."""


class HitSource(Protocol):
    """An open index, from which hits load what they do not hold yet."""

    def load(self, key: Key, name: str) -> dict[str, Any]:
        """Return fields of the hit `key` by name: `name`, and others that are read with it."""


# Hits of a search hold their path and text. Other fields are loaded when they are first needed, at
# the latest when the index is closed: to load them all takes several times as long.
class Hit(FrozenValue):
    """A passage that matches a query.

    rank        from 1, in the order of the results
    score       comparable within one search only
    path        the first path of the document, relative to the corpus
    title       the document's title, with highlights
    headings    the heading path, outermost first, with highlights
    passage     the passage itself
    snippet     the passage's text with highlights, extended to the end of a match that continues in
                the next passage
    is_stale    True if the file has changed or disappeared since it was indexed; None if the corpus
                is not there
    paths       all paths of the document
    before      the texts of the passages before it, if the search has a `context`
    after       the texts of the passages after it, if the search has a `context`
    passages_before  the passages of the texts before it
    passages_after   the passages of the texts after it
    duplicates  other matching passages with the same folded words, by path and position
    language    the document's language, "" if unknown
    metadata    the document's metadata: the value of each field by its name
    digest      of the bytes of the file: BLAKE2b with 128 bits, in hexadecimal
    walked_ns   when the corpus was last compared with the index, in nanoseconds since 1970
    format      the name of the document's format
    member      the part of `path` within a container, such as the id of a message in a mailbox, ""
                for a file on disk
    number      the number of the passage in its document, from 1, if other passages have the same
                line, anchor or page; 0 if its location is its own
    """

    rank: int
    score: float
    path: str
    title: Snippet
    headings: tuple[Snippet, ...]
    passage: Passage
    snippet: Snippet
    is_stale: bool | None = False
    paths: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    passages_before: tuple[Passage, ...] = ()
    passages_after: tuple[Passage, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    language: str = ""
    metadata: Metadata = Metadata()
    digest: str = ""
    walked_ns: int = 0
    format: str = ""
    member: str = ""
    number: int = 0

    @classmethod
    def lazy(cls, source: HitSource, key: Key, fields: Mapping[str, Any]) -> Self:
        """Return the hit `key`, which has these `fields` and loads the others from `source`."""
        hit = cls.__new__(cls)
        vars(hit).update(fields, _origin=(source, key))
        return hit

    if not TYPE_CHECKING:  # which would take any name for a field

        def __getattr__(self, name: str) -> Any:
            """Load a field that was not needed so far."""
            origin = vars(self).get("_origin")
            if origin is None or name not in self.__match_args__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            source, key = origin
            vars(self).update(source.load(key, name))
            return vars(self)[name]

    @property
    def key(self) -> Key | None:
        """The document and the ordinal of the passage; None for a hit without an open index."""
        origin = vars(self).get("_origin")
        return origin[1] if origin else None

    def complete(self) -> None:
        """Load all fields; afterwards the hit does not need the index any more."""
        for name in self.__match_args__:
            getattr(self, name)
        vars(self).pop("_origin", None)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with `changes` to some fields."""
        self.complete()
        return super().replace(**changes)

    _replace = replace

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__match_args__)

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Hit) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        return type(self), self._values()

    def __repr__(self) -> str:
        text = " ".join(self.text[:REPR_LENGTH].split())
        return f"<Hit {self.rank}: {self.location} {text!r}>"

    def _repr_html_(self) -> str:
        """Return the hit as HTML, for notebooks."""
        # Named as a string, as in `cite`.
        html: str = import_module("excerpt.present.notebook").hit_html(self)
        return html

    @property
    def location(self) -> str:
        """The location of the passage: `Index.show` opens exactly this passage."""
        if self.lines:
            location = f"{self.cited_path}:{self.lines[0]}"
        else:
            location = f"{self.cited_path}#{self.anchor}" if self.anchor else self.cited_path
        return f"{location} ¶{self.number}" if self.number else location

    @property
    def file(self) -> str:
        """The path of the file on disk: for a member, that of its container."""
        return self.path[: -len(self.member) - 1] if self.member else self.path

    @property
    def cited_path(self) -> str:
        """The path as it is cited: `table.csv row 17`."""
        return cited_path(self.path, self.member, self.format)

    def cite(self, format: str = "chicago") -> str:  # noqa: A002 - as in `Index.cite`
        """Return a citation of the passage: "chicago", "bibtex", "ris", "csl" or "html".

        Raises:
            ValueError: if the format is unknown.
        """
        # Named as a string, because the model depends on no other package: this method is a
        # shortcut for users, and only they need citations.
        citing = import_module("excerpt.citing")
        cited: str = citing.format_citations([citing.cite_hit(self)], format)
        return cited

    @property
    def text(self) -> str:
        """The text of the passage, up to the end of the last match."""
        return self.snippet.text

    @property
    def date(self) -> str:
        """The date of the document as its metadata gives it, "" if it has none."""
        from excerpt.dates import date_as_written

        return date_as_written(self.metadata.pairs)

    @property
    def is_extended(self) -> bool:
        """True if a match continues in the next passage, and with it the snippet."""
        return len(self.snippet.text) > len(self.passage.span)

    @property
    def match_start(self) -> int:
        """The offset of the first highlight in the document's text; without one, of the passage."""
        start = self.passage.span.start
        return start + (self.snippet.highlights[0].start if self.snippet.highlights else 0)

    @property
    def page(self) -> str:
        """The label of the page on which the first match begins, "" if unknown."""
        return self.passage.page_at(self.match_start).label

    @property
    def page_number(self) -> int:
        """The number in the file of that page, from 1; 0 for a source without physical pages."""
        return self.passage.page_at(self.match_start).number

    @property
    def anchor(self) -> str:
        """The nearest anchor at or before the first match, "" if there is none."""
        return self.passage.anchor_at(self.match_start)

    @property
    def lines(self) -> tuple[int, int] | None:
        """The first and last line (from 1) of the snippet, None for a format without lines."""
        if self.passage.lines is None:
            return None
        first, last = self.passage.lines
        return first, last + self.snippet.text.count("\n", len(self.passage.span))
