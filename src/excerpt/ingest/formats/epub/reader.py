"""E-books (EPUB 2 and 3) → Document.

The chapters are web pages in a zip file. They are read in the order of the spine, each once, and
joined to one document. An anchor names the chapter too: `chapter3.xhtml#p12`.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.formats.dublin_core import read_properties
from excerpt.ingest.formats.epub.contents import Contents, read_contents
from excerpt.ingest.formats.epub.package import Item, Publication, properties_of
from excerpt.ingest.formats.html import reader as html
from excerpt.ingest.formats.reading_rules import FileRules
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_builder import TextBuilder, first_heading
from excerpt.ingest.formats.zip_package import ZipPackage
from excerpt.ingest.language import language_code
from excerpt.model import Block, BlockKind, Document, Page, Reason, Span

__all__ = ["read"]

_PAGES: Final = frozenset(
    {"application/xhtml+xml", "text/html", "image/svg+xml", "application/x-dtbook+xml"}
)
"""Media types of chapters that are read as web pages."""
_VOID: Final = frozenset(
    b"area base br col embed hr img input link meta param source track wbr".split()
)
_SELF_CLOSED = re.compile(rb"<([a-zA-Z][\w:.-]*+)([^<>]*)/>")
_TAG_WITH_ID = re.compile(
    # A tag without an end is passed over first: it may have any number of ids.
    rb"<[a-zA-Z](?=[^<>]*+>)[^<>]*?\sid\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,200})[\"']"
)
"""The beginning of a tag, up to its id."""
_PAGE_BREAK: Final = b'<span role="doc-pagebreak" title="%s"></span>'
_MAX_NAMED: Final = 5
_HEADING = BlockKind.HEADING


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is damaged, encrypted, or has no chapter that can be read.
    """
    book = Publication(ZipPackage(source.data))
    # The encoding is that of the chapters, which declare it.
    reader = _BookReader(book, read_contents(book), source.rules._replace(encoding=""))
    document = reader.read()
    properties = read_properties(properties_of(book.metadata))
    return document._replace(
        title=properties.pop("title", "") or first_heading(document),
        language=language_code(properties.pop("language", "")),
        metadata=tuple(properties.items()),
        warnings=tuple(reader.warnings()),
    )


@dataclass(slots=True)
class _BookReader:
    """A reader of the chapters of a book.

    rules      of the collection, for the chapters
    missing    chapters that are not in the file
    encrypted  chapters that are encrypted
    damaged    chapters that cannot be read, with the reason
    others     chapters in other formats, such as images
    inner      warnings of chapters
    """

    book: Publication
    contents: Contents
    rules: FileRules
    text: TextBuilder = field(default_factory=lambda: TextBuilder(collapses=False))
    missing: list[str] = field(default_factory=list)
    encrypted: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)

    def read(self) -> Document:
        """Return the text of all chapters."""
        names = Counter(item.name for item in self.book.spine)
        hyphenated: set[str] = set()
        encodings: Counter[str] = Counter()
        n_read = 0
        for item in self.book.spine:
            chapter = self._read_chapter(item)
            if chapter is None:
                continue
            n_read += 1
            chapter = _with_title(_with_pages(chapter, item, self.contents), item, self.contents)
            self.text.append(chapter, item.name if names[item.name] == 1 else item.path)
            self.inner += [f"{item.name}: {warning}" for warning in chapter.warnings]
            hyphenated |= chapter.hyphenated
            encodings[chapter.encoding] += 1
        if not n_read:
            self._refuse()
        document = self.text.build("epub")
        return document._replace(
            hyphenated=document.hyphenated | hyphenated, encoding=encodings.most_common(1)[0][0]
        )

    def _refuse(self) -> None:
        if self.encrypted:
            raise Unreadable(
                "it is encrypted (DRM)", Instruction("Only the program of its seller can open it.")
            )
        if self.damaged:
            raise Unreadable(f"it is damaged: {self.damaged[0]}", Instruction("Download it again."))
        if self.missing:
            raise Unreadable(
                "none of its chapters is in the file", Instruction("Download it again.")
            )
        if not self.others:
            raise Unreadable("it has no chapters", Instruction("Download it again."))
        raise Unreadable(f"its chapters are not texts: {_listed(self.others)}")

    def _read_chapter(self, item: Item) -> Document | None:
        """Return the chapter that `item` is, or None if it cannot be read."""
        if item.path in self.book.encrypted:
            self.encrypted.append(item.name)
            return None
        if item.media_type not in _PAGES:
            self.others.append(item.name)
            return None
        try:
            data = self.book.package.read(item.path)
            if data is None:
                self.missing.append(item.name)
                return None
            data = _mark_pages(data, self.contents.pages.get(item.path, {}))
            chapter = html.read(Source("xhtml", _SELF_CLOSED.sub(_close, data), self.rules))
        except Unreadable as error:
            self.damaged.append(f"{item.name}: {error.what}")
            return None
        return _without_links(chapter, is_contents="nav" in item.properties)

    def warnings(self) -> list[str]:
        """Return sentences on what was not read."""
        facts = (
            ("missing from the file", self.missing),
            ("not read because encrypted", self.encrypted),
            ("not read because damaged", self.damaged),
            ("not read because of an unsupported format", self.others),
        )
        counted = [
            f"{len(names):,} chapter{'' if len(names) == 1 else 's'} {fact}: {_listed(names)}"
            for fact, names in facts
            if names
        ]
        return counted + self.inner


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED:,} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(names[:_MAX_NAMED]) + more


def _close(tag: re.Match[bytes]) -> bytes:
    """Return an element without contents as HTML writes it: with an end tag."""
    name, attributes = tag.groups()
    return tag.group() if name.lower() in _VOID else b"<%s%s></%s>" % (name, attributes, name)


def _mark_pages(data: bytes, labels: dict[str, str]) -> bytes:
    """Return a chapter with a page break before each element that the list of pages refers to.

    A chapter that has page breaks is returned as it is.
    """
    if not labels or b"pagebreak" in data:
        return data

    def mark(tag: re.Match[bytes]) -> bytes:
        label = labels.get(unescape(tag.group(1).decode("utf-8", "replace")))
        if label is None:
            return tag.group()
        return _PAGE_BREAK % escape(label).encode() + tag.group()

    return _TAG_WITH_ID.sub(mark, data)


def _without_links(contents: Document, *, is_contents: bool) -> Document:
    """Return a chapter with its items set apart if it is the table of contents.

    If there is nothing else but headings and navigation, the headings are set apart, too.
    Otherwise a passage would begin with the last of them, and end in the next chapter.
    """
    links = {BlockKind.ITEM, BlockKind.BOILERPLATE} if is_contents else {BlockKind.BOILERPLATE}
    kinds = {block.kind for block in contents.blocks}
    apart = links | {_HEADING} if kinds & links and kinds <= links | {_HEADING} else links
    if kinds.isdisjoint(apart - {BlockKind.BOILERPLATE}):
        return contents
    blocks = tuple(
        block._replace(kind=BlockKind.BOILERPLATE, level=Reason.NAVIGATION)
        if block.kind in apart and block.kind is not BlockKind.BOILERPLATE
        else block
        for block in contents.blocks
    )
    spans = iter([block.span for block in blocks if block.kind is BlockKind.BOILERPLATE])
    span = next(spans, None)
    marks = []
    for mark in contents.marks:
        while span is not None and span.end < mark.span.end:
            span = next(spans, None)
        if span is None or mark.span.start < span.start:
            marks.append(mark)
    return contents._replace(blocks=blocks, marks=tuple(marks))


def _with_pages(chapter: Document, item: Item, contents: Contents) -> Document:
    """Return a chapter with the pages of the list that its own elements do not give."""
    labels = contents.pages.get(item.path, {})
    if not labels:
        return chapter
    pages = list(chapter.pages) or [
        Page(anchor.start, labels[anchor.name])
        for anchor in chapter.anchors
        if anchor.name in labels
    ]
    if "" in labels and not (pages and pages[0].start == 0):
        pages.insert(0, Page(0, labels[""]))
    return chapter._replace(pages=tuple(pages))


def _with_title(chapter: Document, item: Item, contents: Contents) -> Document:
    """Return a chapter with its title from the table of contents, if it has no heading."""
    title, level = contents.titles.get(item.path, ("", 0))
    if not title or not chapter.blocks or any(block.kind is _HEADING for block in chapter.blocks):
        return chapter
    first = chapter.blocks[0]
    if " ".join(first.span.of(chapter.text).split()).casefold() == title.casefold():
        heading = Block(first.span, _HEADING, level)
        return chapter._replace(blocks=(heading, *chapter.blocks[1:]))
    shift = len(title) + 2
    return chapter._replace(
        text=f"{title}\n\n{chapter.text}",
        blocks=(
            Block(Span(0, len(title)), _HEADING, level),
            *(block._replace(span=_moved(block.span, shift)) for block in chapter.blocks),
        ),
        marks=tuple(mark._replace(span=_moved(mark.span, shift)) for mark in chapter.marks),
        anchors=tuple(anchor._replace(start=anchor.start + shift) for anchor in chapter.anchors),
        pages=tuple(
            page._replace(start=page.start + shift if page.start else 0) for page in chapter.pages
        ),
    )


def _moved(span: Span, shift: int) -> Span:
    return Span(span.start + shift, span.end + shift)
