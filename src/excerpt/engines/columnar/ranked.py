"""A query tree on all segments → the number of passages that match, and the best of them with their scores.

Scores are added up for all passages that match, in 32 bits where a word stands in many of them; those few that may be
among the best are then scored again in 64 bits. So what comes out is what `ranking` says, to the last bit but one.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np

from excerpt.engines.columnar.evaluate import Evaluation
from excerpt.engines.columnar.frequencies import Column, Excerpts, Frequencies, Listed
from excerpt.engines.columnar.sets import union
from excerpt.engines.columnar.storage import Array
from excerpt.engines.columnar.view import View
from excerpt.query.tree import All, Node, Operand, Or, leaves
from excerpt.ranking import importance

__all__ = ["Ranked", "gathered"]

_ROUNDING: Final = 1e-5
"""More than what a sum of a few hundred numbers in 32 bits may be off, as a share of it."""
_COLUMNS: Final = 32
"""Columns for each wanted score."""
_DENSE: Final = 16
"""Adding up a score for every passage pays where leaves have as many as one in so many of them."""


class Ranked:
    """What a query finds. `n_passages` are alive in the index."""

    def __init__(
        self, tree: Node, views: Sequence[View], evaluations: Sequence[Evaluation], n_passages: int
    ) -> None:
        self._views, self._evaluations = views, evaluations
        self._leaves: list[Operand] = list(leaves(tree))  # type: ignore[arg-type]
        self._frequencies = [[one.frequencies(leaf) for leaf in self._leaves] for one in evaluations]
        n_own = [sum(one.n_own for one in of_views) for of_views in zip(*self._frequencies, strict=True)]
        n_occurrences = (
            sum(one.n_occurrences for one in of_views) for of_views in zip(*self._frequencies, strict=True)
        )
        self._weights = [
            leaf.weight * importance(n_passages, *counts)
            for leaf, *counts in zip(self._leaves, n_own, n_occurrences, strict=views != [])
        ]
        self.absent = tuple(number for number, n in enumerate(n_own) if not n)
        """The leaves that stand in no passage."""
        self._is_rough = any(isinstance(one, Column) for one in chain(*self._frequencies))
        is_any = _is_any(tree)
        self._parts = [
            self._any(frequencies, view.segment.n_passages)
            if is_any and min(self._weights, default=0.0) > 0.0
            else self._found(frequencies, evaluation.passages(tree))
            for frequencies, view, evaluation in zip(self._frequencies, views, evaluations, strict=True)
        ]
        self.total = sum(n for n, _, _ in self._parts)

    def _found(self, frequencies: list[Frequencies], passages: Array) -> tuple[int, Array, Array]:
        """How many `passages` were found, these, and their rough scores."""
        scores = np.zeros(passages.size)
        for weight, one in zip(self._weights, frequencies, strict=True):
            scores += weight * one.roughly(passages)
        return passages.size, passages, scores

    def _any(self, frequencies: list[Frequencies], n: int) -> tuple[int, Array, Array]:
        """How many passages have any of the leaves, and those that score best, or all of them."""
        if sum(one.size for one in frequencies) * _DENSE < n:
            return self._found(frequencies, union([one.own for one in frequencies], n))
        self._is_rough = True
        scores = np.zeros(n, np.float32)
        for weight, one in zip(self._weights, frequencies, strict=True):
            if isinstance(one, Column):
                scores += np.float32(weight) * one.saturation
            elif isinstance(one, Listed):
                scores[one.passages] += (weight * one.saturation).astype(np.float32)
        aside = [one.passages_aside for one in frequencies if one.is_aside]
        if aside:
            passages = union(aside)
            is_own = np.zeros(passages.size, np.bool_)
            for one in frequencies:
                is_own |= one.is_own(passages)
            scores[passages[~is_own]] = 0
        return int(np.count_nonzero(scores > 0)), np.empty(0, np.int64), scores

    def best(self, wanted: int) -> list[tuple[int, int, float]]:
        """The best `wanted` of all passages: view, passage, score; by falling score, then path, then place."""
        if not wanted:
            return []
        likely = [self._likely(part, min(wanted, part[0])) for part in self._parts]
        views, passages, ranks = gathered(self._views, [found for found, _ in likely])
        scores = np.concatenate([scores for _, scores in likely])
        kept = np.flatnonzero(scores >= _least(scores, wanted))
        if self._is_rough:
            scores = scores.astype(np.float64)
            for number in range(len(self._views)):
                mine = kept[views[kept] == number]
                scores[mine] = self._exactly(number, passages[mine])
        order = kept[np.lexsort((passages[kept], ranks[kept], -scores[kept]))[:wanted]]
        return list(zip(views[order].tolist(), passages[order].tolist(), scores[order].tolist(), strict=True))

    def _likely(self, part: tuple[int, Array, Array], wanted: int) -> tuple[Array, Array]:
        """The passages of a view that may be among the best `wanted`, and their rough scores."""
        _, passages, scores = part
        kept = np.flatnonzero(scores >= _least(scores, wanted)) if wanted else np.empty(0, np.int64)
        return (passages[kept] if passages.size else kept), scores[kept]

    def _exactly(self, view: int, passages: Array) -> Array:
        scores = np.zeros(passages.size)
        for part in self._each(view, passages):
            scores += part
        return scores

    def _each(self, view: int, passages: Array) -> Iterator[Array]:
        """What each leaf adds to the score of the ascending `passages` of a view."""
        excerpts = Excerpts(self._views[view].segment.body, passages)
        for weight, one in zip(self._weights, self._frequencies[view], strict=True):
            yield weight * one.exactly(passages, excerpts)

    def parts(self, view: int, passage: int) -> list[float]:
        """What each leaf adds to the score of a passage."""
        return [float(part[0]) for part in self._each(view, np.array([passage], np.int64))]


def _is_any(tree: Node) -> bool:
    """Whether a passage matches that has any leaf of `tree` in its own words."""
    match tree:
        case Or(nodes):
            return all(isinstance(below, Operand) for below in nodes)
        case All(words):
            return len(words) == 1
        case _:
            return isinstance(tree, Operand)


def _least(scores: Array, wanted: int) -> float:
    """A score that each of the best `wanted` reaches, and few others: what 32 bits round off is allowed for.

    The greatest of each of many columns bound it from below: few are left to look at.
    """
    if scores.size <= wanted:
        return -1.0
    n_columns = wanted * _COLUMNS
    if scores.size > n_columns * 4:
        n_rows = scores.size // n_columns
        scores = scores[: n_rows * n_columns].reshape(n_rows, n_columns).max(axis=0)
    return float(np.partition(scores, scores.size - wanted)[scores.size - wanted]) * (1.0 - _ROUNDING)


def gathered(views: Sequence[View], found: Sequence[Array]) -> tuple[Array, Array, Array]:
    """The passages `found` in each view, one after the other: view, passage, and rank of its document by path."""
    numbers = np.repeat(np.arange(len(found)), [passages.size for passages in found])
    ranks = [
        view.rank_of[view.segment.document_of[passages]] for view, passages in zip(views, found, strict=True)
    ]
    return numbers, np.concatenate([*found, _NONE]), np.concatenate([*ranks, _NONE])


_NONE = np.empty(0, np.int64)
