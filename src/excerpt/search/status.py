"""What an index says of itself: what it holds, and how it understood a query. Values without methods of their own, so that
whoever renders them needs no index. They stand apart from `results`, for most searches ask for no account."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from excerpt.catalog import FileProblem, IndexCounts, UnfinishedBuild
from excerpt.engines import ENGINES, Statistics
from excerpt.query.ast import Query

__all__ = ["Explanation", "Status"]


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds.

    index       the folder of the index
    corpus      the folder of the sources
    statistics  the numbers of documents, passages, words, and terms (different words)
    counts      of documents, files, passages, characters, problems, skipped files, documents that were repaired
                (something of them was guessed, replaced or cut when they were read), and those that are empty
    formats     the number of documents of each format
    languages   the number of documents in each language, "" where it is not sure
    problems    the files that could not be read, each with the reason
    skipped     the files and folders that a rule leaves out, which the reason names
    unfinished  how far the last build came, None if it was done
    engine      how the words are kept
    warnings    what the last build found wrong with the metadata, in words
    """

    index: Path
    corpus: Path
    statistics: Statistics
    counts: IndexCounts
    formats: Mapping[str, int]
    languages: Mapping[str, int]
    problems: tuple[FileProblem, ...]
    skipped: tuple[FileProblem, ...] = ()
    unfinished: UnfinishedBuild | None = None
    engine: str = ENGINES[0]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was understood, and the score of a passage.

    query        the query as it was understood
    description  the same in words, with all its brackets
    expansions   each word, wildcard and the like of it, with what it stands for in the index
    notices      what the author of the query should know, in words
    parts        what adds up to the score of the passage that was asked about, each with what it is for
    added        the words that `expand` has added, each with its weight
    is_match     whether that passage matches, None if none was asked about
    has          of a passage that does not match, the conditions of the query that it meets, in words
    lacks        those that it does not meet
    """

    query: Query
    description: str
    expansions: tuple[tuple[str, tuple[str, ...]], ...]
    notices: tuple[str, ...]
    parts: tuple[tuple[str, float], ...] = ()
    added: tuple[tuple[str, float], ...] = ()
    is_match: bool | None = None
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
