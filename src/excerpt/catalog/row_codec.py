"""Documents and passages → rows of the catalog, and back.

A passage's detail is one JSON array; of texts see `texts`. Each row ends with a seal, a CRC-32 over the rest of it: a flipped
bit is an error, never a wrong answer.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from excerpt.catalog.checksums import seal
from excerpt.catalog.records import IndexedFile, StoredDocument, merged
from excerpt.catalog.schema import expect
from excerpt.catalog.texts import Compressor
from excerpt.memory import memoized
from excerpt.model import Block, BlockKind, Document, Page, Passage, Span

__all__ = [
    "Entry",
    "Row",
    "encode_path",
    "entry_of",
    "passage_from",
    "path_from",
    "record_from",
    "seal",
    "storable",
    "text_of",
]

_KINDS = tuple(BlockKind)
_NUMBER_OF = {kind: number for number, kind in enumerate(_KINDS)}

Row = tuple[Any, ...]


class Entry(NamedTuple):
    """A document as rows, ready to be inserted; made in a worker, so that the catalog has little left to do."""

    document: Row
    texts: list[Row]
    passages: list[Row]

    @property
    def id(self) -> int:
        """The document's id."""
        return int(self.document[0])

    @property
    def digest(self) -> str:
        """The digest of its bytes."""
        return str(self.document[1])

    @property
    def format(self) -> str:
        """Its format."""
        return str(self.document[2])


def encode_path(path: str) -> bytes:
    """A path as the file system has it; bytes sort as the path's code points do."""
    return path.encode("utf-8", "surrogateescape")


def path_from(stored: bytes) -> str:
    """The path that `encode_path` encoded.

    Raises:
        ValueError: if it leads out of the folder from which it counts: no build has written that.
    """
    if (b"../" in stored + b"/" and b".." in stored.split(b"/")) or stored.startswith(b"/"):
        raise ValueError("a path leads out of the corpus")
    return stored.decode("utf-8", "surrogateescape")


def entry_of(
    document: Document, digest: str, passages: Sequence[Passage], compressor: Compressor | None
) -> Entry:
    """The rows of `document`, whose bytes have `digest`, and of its passages; without a `compressor` those of its text
    are left for later."""
    row = (
        document.id,
        digest,
        document.format,
        encode_path(document.origin),
        document.language,
        storable(document.title),
        document.encoding,
        json.dumps(document.warnings),
        json.dumps(document.metadata),
        json.dumps(sorted(document.hyphenated)),
        json.dumps([(page.start, storable(page.label)) for page in document.pages]),
        len(passages),
        len(document.text),
        int(document.has_lines),
    )
    return Entry(
        (*row, seal(*row)),
        compressor.rows(*text_of(document, passages)) if compressor else [],
        [_passage_row(document.id, passage) for passage in passages],
    )


def text_of(document: Document, passages: Sequence[Passage]) -> tuple[int, str, list[int]]:
    """What a `Compressor` makes the rows of a text from."""
    return document.id, document.text, [passage.span.start for passage in passages]


def storable(text: str) -> str:
    """`text` as SQLite can hold it: without lone surrogates."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


@memoized(500_000)
def _names_as_json(names: str | tuple[str, ...]) -> str:
    """Names as JSON: those of a passage are mostly those of the one before."""
    return json.dumps(names)


def _passage_row(document: int, passage: Passage) -> Row:
    ordinal, span, blocks, headings, lines, page, anchor, id_ = passage
    numbers: list[int] = []
    anchors: list[str] = []
    for own, kind, level, name, is_continuation in blocks:
        numbers += (own.start, own.end, _NUMBER_OF[kind] | level << 4 | is_continuation << 16)
        anchors.append(name)
    detail = (
        f"[{span.start}, {span.end}, {numbers}, {_names_as_json(headings)}, {list(lines) if lines else 'null'}"
        f", {_names_as_json(page)}, {_names_as_json(anchor)}, {json.dumps(anchors) if any(anchors) else 0}]"
    )
    return document, ordinal, id_, detail, seal(document, ordinal, id_, detail)


def passage_from(row: Row) -> Passage:
    """The passage of a row of `passages`.

    Raises:
        ValueError: if the row is not what was written.
    """
    document, ordinal, id_, detail, sealed = row
    if seal(document, ordinal, id_, detail) != sealed:
        raise ValueError(f"passage {ordinal} of document {document} does not match its seal")
    start, end, numbers, headings, lines, page, anchor, anchors = json.loads(detail)
    return Passage(
        ordinal,
        Span(start, end),
        _blocks(numbers, anchors),
        tuple(headings),
        lines and (lines[0], lines[1]),
        page,
        anchor,
        id_,
    )


def _blocks(numbers: list[int], anchors: list[str] | int) -> tuple[Block, ...]:
    triples = list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))
    names = anchors if isinstance(anchors, list) else [""] * len(triples)
    return tuple(
        Block(Span(start, end), _KINDS[traits & 15], traits >> 4 & 4095, name, bool(traits >> 16))
        for (start, end, traits), name in zip(triples, names, strict=True)
    )


def record_from(row: Row, file_rows: Iterable[Row]) -> StoredDocument:
    """The document of a row of `documents` (with the number of its files at the end), and of those of its `files`.

    To be called within `schema.checked`.

    Raises:
        ValueError: if one of the rows is not what was written.
    """
    *values, sealed, n_files = row
    (
        id_,
        digest,
        format_,
        origin,
        language,
        title,
        encoding,
        warnings,
        metadata,
        hyphenated,
        pages,
        *numbers,
    ) = values
    expect(seal(*values) == sealed, f"document {id_}")
    own = _pairs(metadata)
    files = _files_from(file_rows, id_, digest, own)
    expect(len(files) == n_files > 0, f"the files of document {id_}")
    return StoredDocument(
        id=id_,
        origin=path_from(origin),
        format=format_,
        language=language,
        title=title,
        encoding=encoding,
        warnings=tuple(_list(warnings)),
        files=files,
        n_passages=numbers[0],
        n_characters=numbers[1],
        has_lines=bool(numbers[2]),
        hyphenated=frozenset(_list(hyphenated)),
        pages=tuple(Page(start, label) for start, label in _list(pages)),
        metadata=tuple(dict.fromkeys(pair for file in files for pair in file.metadata)),
        digest=digest,
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in _list(text))


def _list(text: str) -> list[Any]:
    """A list in JSON, at once if it is empty, as most are."""
    found: list[Any] = [] if text == "[]" else json.loads(text)
    return found


def _files_from(
    found: Iterable[Row], document: int, digest: str, own: tuple[tuple[str, str], ...]
) -> tuple[IndexedFile, ...]:
    """The files of a document from their rows."""
    files = []
    for *values, sealed in found:
        path, of_document, size, mtime_ns, ctime_ns, inode, by_path, given = values
        is_whole = seal(*values) == sealed and of_document == document
        expect(is_whole, f"a file of document {document}")
        metadata = merged(own, _pairs(by_path), _pairs(given))
        files.append(
            IndexedFile(path_from(path), size, mtime_ns, ctime_ns, inode, digest, metadata)
        )
    return tuple(files)
