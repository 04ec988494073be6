"""What an index knows besides its words: documents, passages, files, texts and settings, in one SQLite file.

records   what the catalog gives back: StoredDocument, IndexedFile, StoredPassage, FileProblem, Unfinished
schema    the tables, the versions, the connection, and what SQLite's errors mean here
rows      documents and passages → rows and back, each row with its checksum
reader    Catalog: one committed state, open for reading
writer    CatalogWriter: the next state in the making; everything a reader can see changes in one transaction

It holds no words (`engines` does) and reads no sources but to see whether they are still what was indexed.
"""

from excerpt.catalog.reader import Catalog
from excerpt.catalog.records import (
    FileProblem,
    IndexedFile,
    StoredDocument,
    StoredPassage,
    UnfinishedBuild,
    title_of,
)

__all__ = [
    "Catalog",
    "IndexedFile",
    "FileProblem",
    "StoredDocument",
    "StoredPassage",
    "UnfinishedBuild",
    "title_of",
]
