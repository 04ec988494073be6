"""A segment as one committed state of the index sees it: which of its passages live, and how they rank by path."""

from functools import cached_property
from pathlib import Path

import numpy as np

from excerpt.index.format.document_table import DocumentTable
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.read.segment import Segment
from excerpt.index.arrays import Array
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.segment_caches import SegmentCaches
from excerpt.index.search.position_bitmaps import Bitmaps

__all__ = ["LiveSegment"]


class LiveSegment:
    """The segment `number` of a manifest, with the documents of it that the roster names."""

    def __init__(
        self,
        folder: Path,
        info: SegmentInfo,
        number: int,
        roster: DocumentTable,
        caches: SegmentCaches,
    ) -> None:
        self.number = number
        self.segment = Segment(folder, info)
        ranks, documents = roster.of_segment(number)
        self.rank_of = np.full(self.segment.n_documents, -1, np.int64)
        self.rank_of[documents] = ranks
        self.is_whole = documents.size == self.segment.n_documents
        self.live_documents = np.sort(documents)
        self.caches = caches
        self.bitmaps = Bitmaps(self.segment.body, number, caches.bitmaps)

    @cached_property
    def is_live(self) -> Array:
        """For each passage whether its document lives."""
        return np.asarray(self.rank_of[self.segment.document_of] >= 0)

    @cached_property
    def n_live(self) -> int:
        """How many passages live."""
        return self.segment.n_passages if self.is_whole else int(np.count_nonzero(self.is_live))

    @cached_property
    def live_passages(self) -> Array:
        """The passages that live, ascending."""
        return np.arange(self.segment.n_passages) if self.is_whole else np.flatnonzero(self.is_live)

    @property
    def lengths(self) -> Array:
        """The number of words of each passage (uint32)."""
        return self.segment.body.lengths

    @cached_property
    def n_words(self) -> int:
        """The number of words in passages that live."""
        if self.is_whole:
            return int(self.segment.columns.attributes["n_words"])
        return int(self.segment.body.lengths[self.is_live].sum())

    def living(self, passages: Array) -> Array:
        """Those of `passages` that live."""
        return passages if self.is_whole else passages[self.is_live[passages]]

    def passages_of(self, stream: TokenStream, units: Array) -> Array:
        """The live passages to which the `units` of a stream belong: themselves, or those of the documents."""
        if stream is self.segment.title:
            units = self.segment.passages_of(units)
        return self.living(units)

    def passages_of_ranks(self, is_wanted: Array) -> Array:
        """The passages of the live documents whose rank `is_wanted`."""
        documents = self.live_documents
        return self.segment.passages_of(documents[is_wanted[self.rank_of[documents]]])
