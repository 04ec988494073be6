"""The segments of a committed state as one row of passages, each numbered from the end of the segment before.

What is asked of each segment comes together in one array, so that sets, scores and orders are made once and not for each.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np

from excerpt.index.search.block_max import Scratch
from excerpt.index.search.frequencies import Norms
from excerpt.index.search.sets import distinct
from excerpt.index.arrays import Array
from excerpt.index.read.live_segment import LiveSegment
from excerpt.model import Key

__all__ = ["IndexReader"]

_FEW = 64
"""Of fewer than one in so many passages the document is searched for; of more it is looked up."""


class IndexReader:
    """The passages of all `views`: `n` in all, `n_live` of them alive with `n_words` words."""

    def __init__(self, views: Sequence[LiveSegment]) -> None:
        self.views = views
        self._firsts = [0, *accumulate(view.segment.n_passages for view in views)]
        self._bounds = np.array(self._firsts, np.int64)
        self.n = self._firsts[-1]
        self.n_live = sum(view.n_live for view in views)
        self.n_words = sum(view.n_words for view in views)

    @cached_property
    def lengths(self) -> Norms:
        """The lengths of all passages."""
        average = self.n_words / self.n_live if self.n_live else 0.0
        parts = [view.lengths for view in self.views]
        return Norms(np.concatenate(parts) if parts else _NONE, average)

    @cached_property
    def scratch(self) -> Scratch:
        """Room for a number of each passage."""
        return Scratch(self.n)

    @cached_property
    def live(self) -> Array:
        """The passages that are alive, ascending."""
        return self.joined([view.live_passages for view in self.views])

    def joined(self, parts: Sequence[Array]) -> Array:
        """The passages of each view, by their numbers there, as one array (int64)."""
        if len(parts) == 1:
            return parts[0]
        moved = [part + first for part, first in zip(parts, self._firsts, strict=False)]
        return np.concatenate(moved) if moved else _NONE

    def split(self, passages: Array) -> list[Array]:
        """The ascending `passages` as those of each view, by their numbers there."""
        if len(self.views) == 1:
            return [passages]
        cuts = passages.searchsorted(self._bounds).tolist()
        return [
            passages[low:high] - first
            for (low, high), first in zip(pairwise(cuts), self._firsts, strict=False)
        ]

    def locate(self, passage: int) -> tuple[LiveSegment, int]:
        """The view of a passage, and its number there."""
        number = bisect_right(self._firsts, passage) - 1
        return self.views[number], passage - self._firsts[number]

    def key(self, passage: int) -> Key:
        """The key of a passage."""
        view, within = self.locate(passage)
        starts = view.segment.first_passage
        document = int(starts.searchsorted(within, "right")) - 1
        return Key(int(view.segment.document_ids[document]), within - int(starts[document]))

    def find(self, key: Key) -> int | None:
        """The passage with this key, if it is alive."""
        ids, passages, sizes = self._documents
        at = int(ids.searchsorted(key.document))
        if at == ids.size or ids[at] != key.document or key.ordinal >= sizes[at]:
            return None
        return int(passages[at]) + key.ordinal

    @cached_property
    def _documents(self) -> tuple[Array, Array, Array]:
        """The ids of all live documents, ascending, the first passage of each and how many it has."""
        views = self.views
        ids = [view.segment.document_ids[view.live_documents] for view in views]
        starts = self.joined([view.segment.first_passage[view.live_documents] for view in views])
        sizes = [np.diff(view.segment.first_passage)[view.live_documents] for view in views]
        together = np.concatenate([_NONE, *ids])
        order = np.argsort(together)
        return together[order], starts[order], np.concatenate([_NONE, *sizes])[order]

    def ranks(self, passages: Array) -> Array:
        """For each of the ascending `passages` where its document stands in the order of paths (int64)."""
        found = [_NONE]
        for view, within in zip(self.views, self.split(passages), strict=True):
            segment = view.segment
            if within.size * _FEW < segment.n_passages:
                documents = segment.first_passage.searchsorted(within, "right") - 1
            else:
                documents = segment.document_of[within]
            found.append(view.rank_of[documents])
        return np.concatenate(found)

    def first_of_each(self, passages: Array) -> Array:
        """The first passages of the documents of the ascending `passages`."""
        found = []
        for view, within in zip(self.views, self.split(passages), strict=True):
            starts = view.segment.first_passage
            found.append(starts[distinct(view.segment.document_of[within])])
        return self.joined(found)

    def by_path(self, passages: Array) -> Array:
        """The ascending `passages` by path and place."""
        return passages[np.argsort(self.ranks(passages), kind="stable")]

    def with_fingerprints(self, fingerprints: Array) -> Array:
        """Return the live passages, ascending, with one of the ascending `fingerprints` (uint64)."""
        found = [np.sort(view.living(view.segment.with_fingerprints(fingerprints))) for view in self.views]
        return self.joined(found)


_NONE = np.empty(0, np.int64)
