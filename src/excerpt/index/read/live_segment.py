"""A segment as one committed state of the index sees it: its live documents, ranked by path.

Documents that were changed or deleted after the segment was written are dead: they remain in the
file but are in no result.
"""

from functools import cached_property
from pathlib import Path

import numpy as np

from excerpt.index.arrays import Array, DocIds, DocumentNumbers, Mask, Ranks, UnitIds
from excerpt.index.format.document_table import DocumentTable
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.position_bitmaps import PositionBitmaps
from excerpt.index.read.segment import Segment
from excerpt.index.read.segment_caches import SegmentCaches

__all__ = ["LiveSegment"]


class LiveSegment:
    """A segment with the documents in it that a document table names.

    number          its number in the manifest
    live_documents  the numbers of the live documents, ascending
    rank_of         the rank of each document in the order of paths, -1 if it is dead
    is_whole        True if all its documents are live
    """

    def __init__(
        self,
        folder: Path,
        info: SegmentInfo,
        number: int,
        table: DocumentTable,
        caches: SegmentCaches,
    ) -> None:
        self.number = number
        self.segment = Segment(folder, info)
        ranks, documents = table.of_segment(number)
        self.rank_of: Ranks = np.full(self.segment.n_documents, -1, np.int64)
        self.rank_of[documents] = ranks
        self.is_whole = documents.size == self.segment.n_documents
        self.live_documents: DocumentNumbers = np.sort(documents)
        self.caches = caches
        self.bitmaps = PositionBitmaps(self.segment.body, number, caches.bitmaps)

    @cached_property
    def is_live(self) -> Mask:
        """For each passage, True if its document is live."""
        return np.asarray(self.rank_of[self.segment.document_of] >= 0)

    @cached_property
    def n_live(self) -> int:
        """The number of live passages."""
        return self.segment.n_passages if self.is_whole else int(np.count_nonzero(self.is_live))

    @cached_property
    def live_passages(self) -> DocIds:
        """The live passages."""
        return np.arange(self.segment.n_passages) if self.is_whole else np.flatnonzero(self.is_live)

    @property
    def lengths(self) -> Array:
        """The number of tokens of each passage, dead ones included (unsigned)."""
        return self.segment.body.lengths

    @cached_property
    def n_words(self) -> int:
        """The number of tokens in live passages."""
        if self.is_whole:
            return int(self.segment.columns.attributes["n_words"])
        return int(self.segment.body.lengths[self.is_live].sum())

    def only_live(self, doc_ids: DocIds) -> DocIds:
        """Return those of `doc_ids` that are live."""
        return doc_ids if self.is_whole else doc_ids[self.is_live[doc_ids]]

    def passages_of_units(self, stream: TokenStream, units: UnitIds) -> DocIds:
        """Return the live passages of units of a stream: these passages, or those of documents."""
        if stream is self.segment.title:
            units = self.segment.passages_of(units)
        return self.only_live(units)

    def passages_of_ranks(self, is_wanted: Mask) -> DocIds:
        """Return the passages of the live documents whose rank `is_wanted`."""
        documents = self.live_documents
        return self.segment.passages_of(documents[is_wanted[self.rank_of[documents]]])
