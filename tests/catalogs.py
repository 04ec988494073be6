"""Small documents, and catalogs that hold them, for the tests of the catalog."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from excerpt.catalog.document_codec import DocumentRow, encode_document
from excerpt.catalog.records import FileStat
from excerpt.catalog.settings import IndexSettings
from excerpt.catalog.writer import CatalogWriter
from excerpt.index.format.manifest import ColumnarManifest
from excerpt.model import Block, BlockKind, Document, Passage, Span
from excerpt.storage import StoredFile
from excerpt.text_store.builder import TextFileBuilder
from excerpt.text_store.compression import NO_DICTIONARY, Dictionary
from excerpt.text_store.manifest import StoreManifest, TextFileInfo

__all__ = [
    "MANIFEST",
    "STAT",
    "document_of",
    "row_of",
    "settings_of",
    "write_catalog",
    "write_texts",
]

STAT = FileStat(1, 2, 3, 4)
MANIFEST = ColumnarManifest((), StoredFile("name", 0, "digest"))


def document_of(
    text: str, id_: int = 1, origin: str = "a.txt"
) -> tuple[Document, tuple[Passage, ...]]:
    """Return a document whose passages are the lines of `text`, and these passages."""
    passages: list[Passage] = []
    start = 0
    for line in text.splitlines(keepends=True):
        span = Span(start, start + len(line.rstrip("\n")))
        block = Block(span, BlockKind.QUOTE, 3, is_continuation=True)
        n = len(passages)
        passages.append(
            Passage(
                n,
                span,
                (block,),
                ("Part", "Chaptér"),
                (n + 1, n + 1),
                "iv",
                "here",
                id=f"{id_:02}{n:04x}0000000000",
            )
        )
        start += len(line)
    document = Document(
        text,
        tuple(passage.blocks[0] for passage in passages),
        "text",
        id=id_,
        origin=origin,
        title="A title",
        metadata=(("author", "Ann"), ("date", "1848")),
        hyphenated=frozenset({"self-help"}),
        warnings=("cut",),
        language="en",
        encoding="utf-8",
        paths=(origin,),
    )
    return document, tuple(passages)


def row_of(text: str, id_: int = 1, digest: str = "d") -> DocumentRow:
    """Return the row of a document whose passages are the lines of `text`."""
    document, passages = document_of(text, id_, f"{id_}.txt")
    return encode_document(document, digest, passages)


def write_texts(
    folder: Path,
    documents: Iterable[tuple[Document, Sequence[Passage]]],
    dictionary: Dictionary = NO_DICTIONARY,
) -> TextFileInfo:
    """Write a text file of `documents` with their passages."""
    builder = TextFileBuilder(folder, dictionary)
    for document, passages in documents:
        builder.add(builder.encode(document, passages), document.text)
    return builder.finish()


def settings_of(folder: Path, texts: Sequence[TextFileInfo] = ()) -> IndexSettings:
    """Return the settings of an index of the corpus `folder` with these text files."""
    store = StoreManifest(tuple(texts))
    return IndexSettings(manifest=MANIFEST, store=store, corpus=str(folder))


def write_catalog(folder: Path, texts: Sequence[str]) -> None:
    """Write a catalog of `texts`, which are at 1.txt, 2.txt … in the corpus."""
    documents = [document_of(text, id_, f"{id_}.txt") for id_, text in enumerate(texts, 1)]
    with CatalogWriter.open(folder) as writer:
        for document, passages in documents:
            writer.add_document(encode_document(document, f"d{document.id}", passages))
            writer.put_file(
                f"{document.id}.txt", STAT, document.id, table_metadata=(("author", "Bea"),)
            )
        writer.commit(settings_of(folder, [write_texts(folder, documents)]))
