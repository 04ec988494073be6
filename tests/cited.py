"""Citations of passages that tests make by hand."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from excerpt.catalog import IndexedFile, StoredDocument, StoredPassage
from excerpt.citing import Citation, cite_passage
from excerpt.model import Block, BlockKind, Key, Page, Passage, Span

__all__ = ["DIGEST", "PASSAGE", "TODAY", "cited", "stored"]

TODAY = date(2026, 11, 27)
PASSAGE = "94f7126523ab01cd"
DIGEST = "4b41" * 8


def stored(
    text: str = "The wages of the strikers rose.",
    *,
    metadata: tuple[tuple[str, str], ...] = (),
    title: str = "The Strike",
    path: str = "papers/strike.txt",
    lines: tuple[int, int] | None = None,
    page: str = "",
    pages: tuple[Page, ...] = (),
    language: str = "en",
) -> StoredPassage:
    """Return a passage of one paragraph that starts at offset 0."""
    span = Span(0, len(text))
    blocks = (Block(span, BlockKind.PARAGRAPH),)
    file = IndexedFile(path, 1, 2, 3, 4, DIGEST, metadata)
    document = StoredDocument(
        *(1, path, "text", language, title, "UTF-8", (), (file,), 1, 1, len(text)),
        *(lines is not None, frozenset(), metadata, DIGEST),
    )
    passage = Passage(0, span, blocks, lines=lines, page=page, pages=pages, id=PASSAGE)
    return StoredPassage(Key(1, 0), passage, text, document)


def cited(
    metadata: Mapping[str, str] = MappingProxyType({}),
    *,
    span: Span | None = None,
    is_stale: bool | None = False,
    walked_ns: int = 0,
    passage: StoredPassage | None = None,
) -> Citation:
    """Return the citation of a passage with this metadata."""
    whole = passage or stored(metadata=tuple(metadata.items()))
    return cite_passage(whole, is_stale=is_stale, walked_ns=walked_ns, today=TODAY, span=span)
