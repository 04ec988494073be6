"""The catalog: everything about an index except its words, in one SQLite file.

It holds documents, passages, texts, files and settings; the words are in the engine. Its state and
the engine's change together, in one transaction of the catalog that names the engine's files.

    records          the values that a catalog returns
    reader           Catalog: one committed state, open for reading
    writer           CatalogWriter: the next state, which a build prepares and commits
    settings         what a commit records about the index as a whole
    schema           the tables and the format number
    versions         which versions of excerpt can read an index, and when it must be rebuilt
    connection       connections for readers and for builds
    corpus_location  recorded paths and files in a folder → the corpus of an index
    errors           SQLite's errors and damage → errors of excerpt
    document_codec   documents, files and unreadable ⇄ rows
    passage_codec    passages ⇄ rows
    texts            texts ⇄ rows: compressed pieces
    column_codec     single values ⇄ columns, and the checksum of a row
    metadata         the sources of a document's metadata → its metadata at a path
"""

from excerpt.catalog.reader import Catalog
from excerpt.catalog.records import (
    IndexCounts,
    IndexedContainer,
    IndexedFile,
    StoredDocument,
    StoredPassage,
    UnfinishedBuild,
    UnindexedFile,
)

__all__ = [
    "Catalog",
    "UnindexedFile",
    "IndexCounts",
    "IndexedContainer",
    "IndexedFile",
    "StoredDocument",
    "StoredPassage",
    "UnfinishedBuild",
]
