"""A query tree on the index → the number of matching passages, and the best k with their scores.

Scores are first summed up in 32 bits, which takes half the memory traffic: for all matching
passages, or only for those that block-max bounds leave (see `block_max`). The few passages that
may be among the best k are then scored again in 64 bits. So the result is what `query.ranking`
defines, except for rounding in the last bits.
"""

from collections.abc import Iterator

import numpy as np

from excerpt.index.arrays import DocIds, Scores
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.search.accumulators import Accumulators
from excerpt.index.search.block_max import Conjunction, Disjunction, threshold
from excerpt.index.search.dense_postings import DensePostings
from excerpt.index.search.evaluation import Evaluation
from excerpt.query.ast import AllWords, Node, Operand, Or, query_terms
from excerpt.query.ranking import term_weight

__all__ = ["TopK"]


class TopK:
    """The ranking of the passages that match `tree`.

    total   the number of matching passages
    absent  the indexes (in `query_terms(tree)`) of the terms that occur in no passage
    """

    def __init__(
        self,
        tree: Node,
        evaluation: Evaluation,
        reader: IndexReader,
        accumulators: Accumulators,
    ) -> None:
        self._reader = reader
        self._accumulators = accumulators
        terms: list[Operand] = list(query_terms(tree))  # type: ignore[arg-type]
        self._postings = [evaluation.terms.postings(term) for term in terms]
        self._weights = [
            term.weight * term_weight(reader.n_live, each.n_in_body, each.n_occurrences)
            for term, each in zip(terms, self._postings, strict=True)
        ]
        self.absent = tuple(
            index for index, each in enumerate(self._postings) if not each.n_in_body
        )
        self._terms_alone = self._of_terms_alone(tree)
        if self._terms_alone:
            self.total = self._terms_alone.total
        else:
            self._doc_ids = evaluation.doc_ids(tree)
            self.total = self._doc_ids.size

    def _of_terms_alone(self, tree: Node) -> Disjunction | None:
        """Return the disjunction or conjunction of terms that `tree` is.

        None if it is neither, or a conjunction of terms with sparse postings.
        """
        if min(self._weights, default=0.0) <= 0.0:
            return None
        context = self._reader.norms, self._accumulators
        if _is_disjunction(tree):
            return Disjunction(self._weights, self._postings, *context)
        dense = [each for each in self._postings if isinstance(each, DensePostings)]
        if isinstance(tree, AllWords) and len(dense) == len(self._postings):
            return Conjunction(self._weights, dense, *context)
        return None

    def best(self, k: int) -> list[tuple[int, float]]:
        """Return the best `k` passages with their scores.

        They are sorted by descending score, then by path and offset.
        """
        k = min(k, self.total)
        if not k:
            return []
        doc_ids = self._terms_alone.candidates(k) if self._terms_alone else self._candidates(k)
        scores = self.scores(doc_ids)
        order = np.lexsort((doc_ids, self._reader.ranks(doc_ids), -scores))[:k]
        return list(zip(doc_ids[order].tolist(), scores[order].tolist(), strict=True))

    def _candidates(self, k: int) -> DocIds:
        """Return the matching passages that may be among the best `k`."""
        if self.total == k:
            return self._doc_ids
        scores: Scores = np.zeros(self._doc_ids.size, np.float32)
        for part in self._parts(self._doc_ids):
            scores += part
        return self._doc_ids[np.flatnonzero(scores >= threshold(scores, k))]

    def _parts(self, doc_ids: DocIds) -> Iterator[Scores]:
        """Yield what each term adds to the score of the ascending `doc_ids`."""
        for weight, postings in zip(self._weights, self._postings, strict=True):
            yield weight * postings.saturation_at(doc_ids)

    def scores(self, doc_ids: DocIds) -> Scores:
        """Return the scores (float64) of the ascending `doc_ids`."""
        return sum(self._parts(doc_ids), np.zeros(doc_ids.size))

    def parts(self, doc_id: int) -> list[float]:
        """Return what each term adds to the score of a passage."""
        return [float(part[0]) for part in self._parts(np.array([doc_id], np.int64))]


def _is_disjunction(tree: Node) -> bool:
    """Return whether the passages that match `tree` are those with any of its terms in the body."""
    match tree:
        case Or(nodes):
            return all(isinstance(below, Operand) for below in nodes)
        case AllWords(words):
            return len(words) == 1
        case _:
            return isinstance(tree, Operand)
