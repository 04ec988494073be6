"""What an index says of itself: what it holds, and how it understood a query. Values without methods of their own, so that
whoever renders them needs no index. They stand apart from `results`, for most searches ask for no account."""

from dataclasses import dataclass
from pathlib import Path

from excerpt.catalog import Problem, Unfinished
from excerpt.engines import ENGINES, Statistics
from excerpt.query.tree import Query

__all__ = ["Explanation", "Status"]


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds: where it is, its live counts, and the files that could not be read, with the reason.

    `skipped` are the files and folders that a rule leaves out, which the reason names.

    `counts` are of documents, places, passages, characters, problems, skipped files, and documents that were
    repaired: something of them was guessed, replaced or cut when they were read.
    """

    index: Path
    corpus: Path
    statistics: Statistics
    counts: dict[str, int]
    formats: dict[str, int]
    languages: dict[str, int]
    problems: tuple[Problem, ...]
    skipped: tuple[Problem, ...] = ()
    unfinished: Unfinished | None = None
    engine: str = ENGINES[0]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was understood: in words with its brackets, and what each of its leaves stands for in the index.

    `parts` add up to the score of the passage that was asked about. `added` are the words that `expand` has added, each
    with its weight. `is_match` says whether that passage matches, None if none was asked about; if not, `has` and `lacks`
    are the conditions of the query, in words, that it meets and that it does not.
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
