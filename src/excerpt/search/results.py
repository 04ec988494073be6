"""What a search gives back: a value without methods of its own, so that whoever renders it needs no index."""

from collections.abc import Iterator
from dataclasses import dataclass

from excerpt.model import Hit
from excerpt.query.ast import Query

__all__ = ["Results"]


@dataclass(frozen=True)
class Results:
    """What a search found: some of the hits, and how many passages match in all.

    query         the query as it was understood
    hits          in the order that was wished, at most `limit`; the results are gone through and counted by them
    total         how many passages match in all
    partial       the best passages with some of the words, when no passage has all of several plain words
    notices       what the author of the query should know, in words
    elapsed       in seconds
    explanations  for each hit the parts of its score, if they were asked for
    added         the words that `expand` has added to the query, each with its weight
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    partial: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()
    elapsed: float = 0.0
    explanations: tuple[tuple[tuple[str, float], ...], ...] = ()
    added: tuple[tuple[str, float], ...] = ()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)
