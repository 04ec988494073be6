"""A query tree on a collection → the number of passages that match, and the best of them with their scores.

Scores are added up in 32 bits, for all passages that match or for those that may be among the best; those few that still
may be are then scored again in 64 bits. So what comes out is what `ranking` says, to the last bit but one.
"""

from collections.abc import Iterator

import numpy as np

from excerpt.index.search.block_max import AllOf, AnyOf, least
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.search.evaluation import Evaluation
from excerpt.index.search.frequencies import DensePostings
from excerpt.index.arrays import Array
from excerpt.query.ast import AllWords, Node, Operand, Or, query_terms
from excerpt.query.ranking import term_weight

__all__ = ["TopK"]


class TopK:
    """What a query finds."""

    def __init__(self, tree: Node, evaluation: Evaluation, collection: IndexReader) -> None:
        self._collection = collection
        asked: list[Operand] = list(query_terms(tree))  # type: ignore[arg-type]
        self._frequencies = [evaluation.frequencies(leaf) for leaf in asked]
        self._weights = [
            leaf.weight * term_weight(collection.n_live, one.n_own, one.n_occurrences)
            for leaf, one in zip(asked, self._frequencies, strict=True)
        ]
        self.absent = tuple(number for number, one in enumerate(self._frequencies) if not one.n_own)
        """The leaves that stand in no passage."""
        self._of_words = self._any_or_all(tree)
        if self._of_words:
            self.total = self._of_words.total
        else:
            self._passages = evaluation.passages(tree)
            self.total = self._passages.size

    def _any_or_all(self, tree: Node) -> AnyOf | None:
        """How those passages are found that need not all be scored: of any leaf, or of all if all have columns."""
        if min(self._weights, default=0.0) <= 0.0:
            return None
        if _is_any(tree):
            return AnyOf(self._weights, self._frequencies, self._collection.lengths, self._collection.scratch)
        columns = [one for one in self._frequencies if isinstance(one, DensePostings)]
        if not isinstance(tree, AllWords) or len(columns) < len(self._frequencies):
            return None
        return AllOf(self._weights, columns, self._collection.lengths, self._collection.scratch)

    def best(self, wanted: int) -> list[tuple[int, float]]:
        """The best `wanted` of all passages, with their scores; by falling score, then path, then place."""
        wanted = min(wanted, self.total)
        if not wanted:
            return []
        passages = self._of_words.likely(wanted) if self._of_words else self._likely(wanted)
        scores = self.scores(passages)
        ranks = self._collection.ranks(passages)
        order = np.lexsort((passages, ranks, -scores))[:wanted]
        return list(zip(passages[order].tolist(), scores[order].tolist(), strict=True))

    def _likely(self, wanted: int) -> Array:
        """The passages that may be among the best `wanted` of those found."""
        if self.total == wanted:
            return self._passages
        scores = np.zeros(self._passages.size, np.float32)
        for weight, one in zip(self._weights, self._frequencies, strict=True):
            scores += weight * one.saturation(self._passages)
        return self._passages[np.flatnonzero(scores >= least(scores, wanted))]

    def _parts(self, passages: Array) -> Iterator[Array]:
        """What each leaf adds to the score of the ascending `passages`."""
        for weight, one in zip(self._weights, self._frequencies, strict=True):
            yield weight * one.saturation(passages)

    def scores(self, passages: Array) -> Array:
        """Return the scores (float64) of the ascending `passages`."""
        return sum(self._parts(passages), np.zeros(passages.size))

    def parts(self, passage: int) -> list[float]:
        """What each leaf adds to the score of a passage."""
        return [float(part[0]) for part in self._parts(np.array([passage], np.int64))]


def _is_any(tree: Node) -> bool:
    """Whether a passage matches that has any leaf of `tree` in its own words."""
    match tree:
        case Or(nodes):
            return all(isinstance(below, Operand) for below in nodes)
        case AllWords(words):
            return len(words) == 1
        case _:
            return isinstance(tree, Operand)
