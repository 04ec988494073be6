"""A query tree on the index → the number of matching passages, and the best k with their scores.

Scores are first summed up in 32 bits, which takes half the memory traffic: for all matching
passages, or only for those that block-max bounds leave (see `block_max`). The few passages that
may be among the best k are then scored again in 64 bits. So the result is what `query.ranking`
defines, except for rounding in the last bits.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from excerpt import native
from excerpt.index.arrays import DocIds, Scores
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.search.accumulators import Accumulators
from excerpt.index.search.dense_postings import DensePostings
from excerpt.index.search.evaluation import Evaluation
from excerpt.index.search.kernel_postings import KernelPostings, find_best
from excerpt.query.ast import AllWords, Node, Operand, Or, query_terms
from excerpt.query.ranking import term_weight

if TYPE_CHECKING:
    from excerpt.index.search.block_max import Disjunction

__all__ = ["TopK"]

_FEW: Final = 64
"""Up to this number of passages, Python sorts them faster than NumPy."""


class TopK:
    """The ranking of the passages that match `tree`.

    absent  the indexes (in `query_terms(tree)`) of the terms that occur in no passage
    """

    def __init__(
        self,
        tree: Node,
        evaluation: Evaluation,
        reader: IndexReader,
        accumulators: Accumulators,
    ) -> None:
        self._tree = tree
        self._evaluation = evaluation
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
        self._total: int | None = None

    @property
    def total(self) -> int:
        """The number of matching passages."""
        if self._total is None:
            if self._of_kernel is not None:
                self._total, _, _ = self._best_by_kernel(0)
            elif self._terms_alone:
                self._total = self._terms_alone.total
            else:
                self._total = self._doc_ids.size
        return self._total

    @cached_property
    def _doc_ids(self) -> DocIds:
        return self._evaluation.doc_ids(self._tree)

    @cached_property
    def _of_kernel(self) -> list[KernelPostings] | None:
        """The postings of all terms, if the kernel has them."""
        of_kernel = [each for each in self._postings if isinstance(each, KernelPostings)]
        has_all = len(of_kernel) == len(self._postings) and native.kernel is not None
        return of_kernel if has_all and self._reader.norms.passages else None

    def _best_by_kernel(self, k: int) -> tuple[int, DocIds, Scores]:
        """Return the total, and the best `k` passages, in no order, with their scores."""
        assert self._of_kernel is not None
        which: bool | DocIds = isinstance(self._tree, AllWords)
        if not self._of_kernel or not (which or _is_disjunction(self._tree)):
            which = self._doc_ids
        return find_best(self._reader.norms, self._of_kernel, self._weights, which, k)

    @cached_property
    def _terms_alone(self) -> "Disjunction | None":
        """The disjunction or conjunction of terms that the tree is.

        None if it is neither, or a conjunction of terms with sparse postings.
        """
        if min(self._weights, default=0.0) <= 0.0:
            return None
        from excerpt.index.search.block_max import Conjunction, Disjunction

        context = self._reader.norms, self._accumulators
        if _is_disjunction(self._tree):
            return Disjunction(self._weights, self._postings, *context)
        dense = [each for each in self._postings if isinstance(each, DensePostings)]
        if isinstance(self._tree, AllWords) and len(dense) == len(self._postings):
            return Conjunction(self._weights, dense, *context)
        return None

    def best(self, k: int | None) -> list[tuple[int, float]]:
        """Return the best `k` passages (None: all) with their scores.

        They are sorted by descending score, then by path and offset.
        """
        if self._of_kernel is not None:
            self._total, doc_ids, scores = self._best_by_kernel(self._reader.n if k is None else k)
            return self._sorted(doc_ids, scores, self._total if k is None else k)
        k = self.total if k is None else min(k, self.total)
        if not k:
            return []
        doc_ids = self._terms_alone.candidates(k) if self._terms_alone else self._candidates(k)
        return self._sorted(doc_ids, self.scores(doc_ids), k)

    def _sorted(self, doc_ids: DocIds, scores: Scores, k: int) -> list[tuple[int, float]]:
        """Return the first `k` passages, which contain the best, by score, path and offset."""
        if doc_ids.size <= _FEW:
            pairs = sorted(zip(scores.tolist(), doc_ids.tolist(), strict=True), reverse=True)
            if all(better[0] > worse[0] for better, worse in pairwise(pairs)):
                return [(doc_id, score) for score, doc_id in pairs[:k]]
        ascending = np.argsort(doc_ids)
        doc_ids, scores = doc_ids[ascending], scores[ascending]
        order = np.lexsort((doc_ids, self._reader.ranks(doc_ids), -scores))[:k]
        return list(zip(doc_ids[order].tolist(), scores[order].tolist(), strict=True))

    def _candidates(self, k: int) -> DocIds:
        """Return the matching passages that may be among the best `k`."""
        if self.total == k:
            return self._doc_ids
        from excerpt.index.search.block_max import threshold

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
