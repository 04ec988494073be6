"""The catalog: documents, files and settings of an index, in one SQLite file.

Its state, that of the text store and that of the engine change together, in one transaction of the
catalog that names the files of both.

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
    column_codec     single values ⇄ columns, and the checksum of a row
    metadata         the sources of a document's metadata → its metadata at a path
"""

from excerpt.catalog.reader import Catalog
from excerpt.catalog.records import (
    IndexCounts,
    IndexedContainer,
    IndexedFile,
    PassageText,
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
    "PassageText",
    "StoredDocument",
    "StoredPassage",
    "UnfinishedBuild",
]
