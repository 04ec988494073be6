"""The contents of an index: a value that can be rendered without the index."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from excerpt.catalog import IndexCounts, UnfinishedBuild, UnindexedFile
from excerpt.engines import ENGINES, Statistics
from excerpt.native import describe

__all__ = ["Status"]


@dataclass(frozen=True, slots=True)
class Status:
    """The contents of an index.

    index       the folder of the index
    corpus      the folder of the source files
    statistics  the numbers of documents, passages, words and terms (distinct words)
    counts      the numbers of files, characters, files read with warnings and so on
    formats     the number of documents of each format
    languages   the number of documents in each language; "" for those whose language is unknown
    unreadable  the files that could not be read, with the reasons
    excluded    the files and folders that a rule excludes, with the rules
    unfinished  the progress of the last build if it was interrupted, otherwise None
    engine      the name of the engine that stores the words
    warnings    problems that the last build found in the metadata and the formats
    packages    the packages that add formats, with their versions, by format
    main_language  the language that texts of unknown language are taken for when stemmed, or ""
    kernel      "native" if compiled loops are used, otherwise "NumPy" with the reason
    """

    index: Path
    corpus: Path
    statistics: Statistics
    counts: IndexCounts
    formats: Mapping[str, int]
    languages: Mapping[str, int]
    unreadable: tuple[UnindexedFile, ...]
    excluded: tuple[UnindexedFile, ...] = ()
    unfinished: UnfinishedBuild | None = None
    engine: str = ENGINES[0]
    warnings: tuple[str, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    main_language: str = ""
    kernel: str = field(default_factory=describe)

    def __repr__(self) -> str:
        sizes = self.statistics
        return f"<Status of {str(self.index)!r}: {sizes.n_documents:,} documents>"
