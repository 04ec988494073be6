"""Small documents, and catalogs that hold them, for the tests of the catalog."""

from collections.abc import Sequence
from pathlib import Path

from excerpt.catalog.document_codec import DocumentRows, encode_document
from excerpt.catalog.records import FileStat
from excerpt.catalog.settings import IndexSettings
from excerpt.catalog.texts import Compressor
from excerpt.catalog.writer import CatalogWriter
from excerpt.index.format.manifest import ColumnarManifest
from excerpt.model import Block, BlockKind, Document, Passage, Span
from excerpt.storage.stored_file import StoredFile

__all__ = ["MANIFEST", "STAT", "document_of", "rows_of", "settings_of", "write_catalog"]

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


def rows_of(text: str, id_: int = 1, digest: str = "d") -> DocumentRows:
    """Return the rows of a document whose passages are the lines of `text`."""
    document, passages = document_of(text, id_, f"{id_}.txt")
    return encode_document(document, digest, passages, Compressor())


def settings_of(folder: Path) -> IndexSettings:
    """Return the settings of an index of the corpus `folder`."""
    return IndexSettings(manifest=MANIFEST, corpus=str(folder))


def write_catalog(folder: Path, texts: Sequence[str]) -> None:
    """Write a catalog of `texts`, which are at 1.txt, 2.txt … in the corpus."""
    with CatalogWriter.open(folder) as writer:
        for id_, text in enumerate(texts, 1):
            writer.add_document(rows_of(text, id_, f"d{id_}"))
            writer.put_file(f"{id_}.txt", STAT, id_, table_metadata=(("author", "Bea"),))
        writer.commit(settings_of(folder))
