"""A committed state of the columnar index, open for searching: the views of its segments put together."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from excerpt.engines import Manifest, Match, Page, Statistics
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.search.evaluation import Evaluation
from excerpt.index.search.cache import FrequencyCache
from excerpt.index.search.top_k import TopK
from excerpt.index.format.document_table import DocumentTable
from excerpt.index.search.sets import intersection
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.segment_caches import SegmentCaches
from excerpt.index.read.vocabulary import ColumnarVocabulary
from excerpt.model import Key
from excerpt.query.ast import Fuzzy, Node, Operand, Pattern, Wildcard, children, query_terms

__all__ = ["ColumnarEngine"]


class ColumnarEngine:
    """The engine of the index in `folder` in the state that `manifest` names."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._roster = DocumentTable(folder, manifest["roster"])
        caches = SegmentCaches()
        views = [
            LiveSegment(folder, described, number, self._roster, caches)
            for number, described in enumerate(manifest["segments"])
        ]
        self._collection = IndexReader(views)
        self._vocabulary = ColumnarVocabulary(views, self._roster.known_languages)
        self._frequencies = FrequencyCache()
        self._known: dict[Key, int] = {}
        """Where passages are that match the last tree."""
        self._wordings: dict[int, int] = {}
        """The wordings of passages that match it."""
        self._last: tuple[Node, Evaluation] | None = None

    @property
    def vocabulary(self) -> ColumnarVocabulary:
        """The words of the index."""
        return self._vocabulary

    def search(self, tree: Node, limit: int | None, offset: int = 0) -> Page:
        """The passages that match `tree`, best first: by falling score, then path, then place."""
        if limit == 0:
            return self._count(tree)
        ranked = TopK(tree, self._evaluation(tree), self._collection)
        total = ranked.total
        best = ranked.best(total if limit is None else offset + limit)
        hits = [(self._collection.key(passage), score) for passage, score in best]
        self._known = {key: passage for (key, _), (passage, _) in zip(hits, best, strict=True)}
        return Page(total, tuple(hits[offset:]), ranked.absent)

    def _count(self, tree: Node) -> Page:
        """How many passages match `tree`: nothing is scored."""
        evaluation = self._evaluation(tree)
        asked: list[Operand] = list(query_terms(tree))  # type: ignore[arg-type]
        n_own = [evaluation.frequencies(leaf).n_own for leaf in asked]
        absent = tuple(number for number, n in enumerate(n_own) if not n)
        if isinstance(tree, Operand):
            return Page(n_own[0], (), absent)
        return Page(evaluation.passages(tree).size, (), absent)

    def passages(self, tree: Node) -> Iterator[Key]:
        """All passages that match `tree`, by path and place."""
        for passage in self._by_place(tree):
            yield self._collection.key(passage)

    def matches(self, tree: Node) -> Iterator[tuple[Key, tuple[Match, ...]]]:
        """All passages that match `tree` with their matches, by path and place."""
        evaluation = self._evaluation(tree)
        asked: list[Operand] = list(query_terms(tree))  # type: ignore[arg-type]
        places = self._by_place(tree)
        while batch := list(islice(places, _BATCH)):
            mine = np.array(sorted(batch), np.int64)
            found = dict(zip(mine.tolist(), evaluation.matches(asked, mine), strict=True))
            for passage in batch:
                yield self._collection.key(passage), tuple(found[passage])

    def marks(self, tree: Node, keys: Sequence[Key]) -> list[list[tuple[int, int]]]:
        """What the matches mark in each of the passages `keys`: words of it, counted from its first."""
        asked: list[Operand] = list(dict.fromkeys(query_terms(tree)))  # type: ignore[arg-type]
        wanted = [passage for passage in map(self._find, keys) if passage is not None]
        passages = sorted(wanted)
        marks = self._evaluation(tree).marks(asked, np.array(passages, np.int64))
        found = dict(zip(passages, marks, strict=True))
        return [found[passage] for passage in wanted]

    def explain(self, tree: Node, key: Key) -> list[tuple[str, float]]:
        """The parts of the score of one passage, each with what it is for; they add up to the score."""
        from excerpt.query.formatting import format_query

        evaluation = self._evaluation(tree)
        passage = self._find(key)
        if passage is None:
            return []
        parts = TopK(tree, evaluation, self._collection).parts(passage)
        return [(format_query(leaf), part) for leaf, part in zip(query_terms(tree), parts, strict=True)]

    def wordings(self, keys: Sequence[Key]) -> list[int]:
        """For each passage the number that all with the same folded words share; 0 if it has none."""
        passages = (self._find(key) for key in keys)
        return [0 if passage is None else self._wording(passage) for passage in passages]

    def _wording(self, passage: int) -> int:
        found = self._wordings.get(passage)
        if found is None:
            view, within = self._collection.place(passage)
            found = self._wordings[passage] = view.segment.wording(within)
        return found

    def twins(self, tree: Node, keys: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
        """For each of `keys` the other passages that match and have its wording, with it; all these by path and place."""
        collection = self._collection
        shown = {wording: key for wording, key in zip(self.wordings(keys), keys, strict=True) if wording}
        having = collection.worded(np.sort(np.fromiter(shown, np.uint64, len(shown))))
        if having.size == len(shown):
            return  # each is alone: the usual case, and the tree need not be looked at again
        found = intersection(having, self._evaluation(tree).passages(tree))
        for passage in collection.by_place(found).tolist():
            key, one = collection.key(passage), shown[self._wording(passage)]
            if one != key:
                yield one, key

    def statistics(self) -> Statistics:
        """How much there is."""
        collection = self._collection
        return Statistics(self._roster.n, collection.n_live, collection.n_words, self._vocabulary.count())

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming the first file that is not what was written.
        """
        self._roster.verify()
        for view in self._collection.views:
            view.segment.columns.verify()

    def close(self) -> None:
        """Let go of the files: the mappings go with the last array that looks into them."""
        self._collection, self._last = IndexReader(()), None

    def _evaluation(self, tree: Node) -> Evaluation:
        """That of the last query is kept, for a search is followed by its highlights."""
        if self._last is None or self._last[0] != tree:
            self._known, self._wordings = {}, {}
            self._refuse_large_expansions(tree)
            evaluation = Evaluation(self._collection, self._vocabulary, self._roster, self._frequencies)
            self._last = (tree, evaluation)
        return self._last[1]

    def _refuse_large_expansions(self, tree: Node) -> None:
        """Ask for every expansion once, so that one over the limit is refused wherever it stands."""
        if isinstance(tree, Wildcard | Fuzzy | Pattern):
            self._vocabulary.expand(tree)
        for below in children(tree):
            self._refuse_large_expansions(below)

    def _by_place(self, tree: Node) -> Iterator[int]:
        """The passages that match `tree`, by path and place."""
        found = self._collection.by_place(self._evaluation(tree).passages(tree))
        for first in range(0, found.size, _BATCH):
            yield from found[first : first + _BATCH].tolist()  # numbers of Python take ten times the memory

    def _find(self, key: Key) -> int | None:
        """The passage with this key, if it is alive."""
        known = self._known.get(key)
        return self._collection.find(key) if known is None else known


_BATCH = 256
"""Passages whose matches are made at a time."""
