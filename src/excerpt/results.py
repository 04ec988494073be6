"""What a search gives back: a value without methods of its own, so that whoever renders it needs no index."""

from collections.abc import Iterator

from excerpt.model import Hit
from excerpt.query.tree import Query
from excerpt.value import Value

__all__ = ["Results"]


class Results(Value):
    """What a search found: some of the hits, in the order that was wished, and how many passages match in all.

    `partial` holds the best passages with some of the words, when no passage has all of several plain words.
    `notices` say what the author of the query should know. `elapsed` is in seconds. `explanations` has for each hit
    the parts of its score, if they were asked for. `added` are the words that `expand` has added to the query, each with
    its weight.
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
