"""A committed state of the columnar index, open for searching: the views of its segments put together."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from excerpt.engines import Manifest, Match, Page, Statistics
from excerpt.engines.columnar.evaluate import Evaluation
from excerpt.engines.columnar.frequencies import ColumnCache, Lengths
from excerpt.engines.columnar.ranked import Ranked, gathered
from excerpt.engines.columnar.roster import Roster
from excerpt.engines.columnar.sets import intersection
from excerpt.engines.columnar.storage import Array
from excerpt.engines.columnar.view import View
from excerpt.engines.columnar.vocabulary import ColumnarVocabulary
from excerpt.model import Key
from excerpt.query.tree import Fuzzy, Node, Operand, Pattern, Wildcard, children, leaves

__all__ = ["ColumnarEngine"]


class ColumnarEngine:
    """The engine of the index in `folder` in the state that `manifest` names."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._roster = Roster(folder, manifest["roster"])
        self._views = [
            View(folder, described, number, self._roster)
            for number, described in enumerate(manifest["segments"])
        ]
        self._vocabulary = ColumnarVocabulary(self._views, self._roster.known_languages)
        self._n_passages = sum(int(view.live_passages.size) for view in self._views)
        self._n_words = sum(view.n_words for view in self._views)
        self._columns = ColumnCache()
        self._known: dict[Key, tuple[int, int]] = {}
        """Where passages are that match the last tree."""
        self._last: tuple[Node, list[Evaluation]] | None = None

    @property
    def vocabulary(self) -> ColumnarVocabulary:
        """The words of the index."""
        return self._vocabulary

    def search(self, tree: Node, limit: int | None, offset: int = 0) -> Page:
        """The passages that match `tree`, best first: by falling score, then path, then place."""
        if limit == 0:
            return self._count(tree)
        ranked = Ranked(tree, self._views, self._evaluations(tree), self._n_passages)
        total = ranked.total
        wanted = total if limit is None else min(offset + limit, total)
        best = ranked.best(wanted)
        hits = tuple((self._key(view, passage), score) for view, passage, score in best)
        self._known = {key: (view, passage) for (key, _), (view, passage, _) in zip(hits, best, strict=True)}
        return Page(total, hits[offset:], ranked.absent)

    def _count(self, tree: Node) -> Page:
        """How many passages match `tree`: nothing is scored."""
        evaluations = self._evaluations(tree)
        asked: list[Operand] = list(leaves(tree))  # type: ignore[arg-type]
        n_own = [sum(each.frequencies(leaf).n_own for each in evaluations) for leaf in asked]
        absent = tuple(number for number, n in enumerate(n_own) if not n)
        if isinstance(tree, Operand):
            return Page(n_own[0], (), absent)
        return Page(sum(each.passages(tree).size for each in evaluations), (), absent)

    def passages(self, tree: Node) -> Iterator[Key]:
        """All passages that match `tree`, by path and place."""
        found = [evaluation.passages(tree) for evaluation in self._evaluations(tree)]
        for view, passage in self._by_place(found):
            yield self._key(view, passage)

    def matches(
        self, tree: Node, among: Sequence[Key] | None = None
    ) -> Iterator[tuple[Key, tuple[Match, ...]]]:
        """All passages that match `tree` (or those of them in `among`, in its order) with their matches."""
        evaluations = self._evaluations(tree)
        asked: list[Operand] = list(leaves(tree))  # type: ignore[arg-type]
        if among is None:
            places = self._by_place([evaluation.passages(tree) for evaluation in evaluations])
        else:
            found = (self._known.get(key) or self._matching_place(tree, key) for key in among)
            places = (place for place in found if place is not None)
        while batch := list(islice(places, _BATCH)):
            marks = {}
            for number in {view for view, _ in batch}:
                mine = np.array(sorted({passage for view, passage in batch if view == number}), np.int64)
                for passage, matches in zip(
                    mine.tolist(), evaluations[number].marks(asked, mine), strict=True
                ):
                    marks[number, passage] = tuple(matches)
            for view, passage in batch:
                yield self._key(view, passage), marks[view, passage]

    def explain(self, tree: Node, key: Key) -> list[tuple[str, float]]:
        """The parts of the score of one passage, each with what it is for; they add up to the score."""
        from excerpt.query.describe import describe

        evaluations = self._evaluations(tree)
        place = self._place_of(key)
        if place is None:
            return []
        ranked = Ranked(tree, self._views, evaluations, self._n_passages)
        parts = ranked.parts(*place)
        return [(describe(leaf), part) for leaf, part in zip(leaves(tree), parts, strict=True)]

    def wordings(self, keys: Sequence[Key]) -> list[int]:
        """For each passage the number that all with the same folded words share; 0 if it has none."""
        places = (self._place_of(key) for key in keys)
        return [int(self._views[place[0]].segment.wording[place[1]]) if place else 0 for place in places]

    def twins(self, tree: Node, keys: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
        """For each of `keys` the other passages that match and have its wording, with it; all these by path and place."""
        shown = {wording: key for wording, key in zip(self.wordings(keys), keys, strict=True) if wording}
        asked = np.sort(np.fromiter(shown, np.uint64, len(shown)))
        having = [view.living(view.segment.worded(asked)) for view in self._views]
        if sum(passages.size for passages in having) == asked.size:
            return  # each is alone: the usual case, and the tree need not be looked at again
        found = [
            intersection(np.sort(passages), evaluation.passages(tree))
            for passages, evaluation in zip(having, self._evaluations(tree), strict=True)
        ]
        for number, passage in self._by_place(found):
            key = self._key(number, passage)
            one = shown[int(self._views[number].segment.wording[passage])]
            if one != key:
                yield one, key

    def statistics(self) -> Statistics:
        """How much there is."""
        return Statistics(self._roster.n, self._n_passages, self._n_words, self._vocabulary.count())

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming the first file that is not what was written.
        """
        self._roster.verify()
        for view in self._views:
            view.segment.columns.verify()

    def close(self) -> None:
        """Let go of the files: the mappings go with the last array that looks into them."""
        self._views, self._last = [], None

    def _evaluations(self, tree: Node) -> list[Evaluation]:
        """One for each view; those of the last query are kept, for a search is followed by its highlights."""
        if self._last is None or self._last[0] != tree:
            self._known = {}
            self._refuse_large_expansions(tree)
            self._last = (
                tree,
                [
                    Evaluation(view, self._vocabulary, self._roster, lengths, self._columns)
                    for view, lengths in zip(self._views, self._lengths, strict=True)
                ],
            )
        return self._last[1]

    @cached_property
    def _lengths(self) -> list[Lengths]:
        """The lengths of the passages of each view."""
        average = self._n_words / self._n_passages if self._n_passages else 0.0
        return [Lengths(view.lengths, average) for view in self._views]

    def _refuse_large_expansions(self, tree: Node) -> None:
        """Ask for every expansion once, so that one over the limit is refused wherever it stands."""
        if isinstance(tree, Wildcard | Fuzzy | Pattern):
            self._vocabulary.expand(tree)
        for below in children(tree):
            self._refuse_large_expansions(below)

    def _by_place(self, found: list[Array]) -> Iterator[tuple[int, int]]:
        views, passages, ranks = gathered(self._views, found)
        order = np.lexsort((passages, ranks))
        for first in range(0, order.size, _BATCH):
            some = order[first : first + _BATCH]  # numbers of Python take ten times the memory
            yield from zip(views[some].tolist(), passages[some].tolist(), strict=True)

    def _matching_place(self, tree: Node, key: Key) -> tuple[int, int] | None:
        """The view and passage of `key`, if it matches `tree`."""
        place = self._place_of(key)
        if place is None:
            return None
        found = self._evaluations(tree)[place[0]].passages(tree)
        at = int(found.searchsorted(place[1]))
        return place if at < found.size and int(found[at]) == place[1] else None

    def _place_of(self, key: Key) -> tuple[int, int] | None:
        known = self._known.get(key)
        if known is not None:
            return known
        ids, views, numbers = self._live_documents
        at = int(ids.searchsorted(key.document))
        if at == ids.size or ids[at] != key.document:
            return None
        view, number = int(views[at]), int(numbers[at])
        first, last = self._views[view].segment.first_passage[number : number + 2].tolist()
        return (view, first + key.ordinal) if key.ordinal < last - first else None

    @cached_property
    def _live_documents(self) -> tuple[Array, Array, Array]:
        """The ids of all live documents, ascending, the view of each and its number there."""
        ids = [view.segment.document_ids[view.live_documents] for view in self._views]
        views = np.repeat(np.arange(len(ids)), [one.size for one in ids])
        numbers = [view.live_documents for view in self._views]
        together = np.concatenate([*ids, _NONE])
        order = np.argsort(together)
        return together[order], views[order], np.concatenate([*numbers, _NONE])[order]

    def _key(self, view: int, passage: int) -> Key:
        segment = self._views[view].segment
        document = int(segment.document_of[passage])
        return Key(int(segment.document_ids[document]), passage - int(segment.first_passage[document]))


_BATCH = 256
"""Passages whose matches are made at a time."""
_NONE = np.empty(0, np.int64)
