"""A segment as one committed state of the index sees it: its live documents, ranked by path.

Documents that were changed or deleted after the segment was written are dead: they remain in the
file but are in no result. Neither are passages set apart, unless the view is of everything.
"""

from functools import cached_property

import numpy as np

from excerpt.arrays import Mask
from excerpt.index.arrays import DocIds, DocumentNumbers, Integers, Ranks, UnitIds
from excerpt.index.format.document_table import DocumentTable
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.position_bitmaps import PositionBitmaps
from excerpt.index.read.segment import Segment
from excerpt.index.read.segment_caches import SegmentCaches

__all__ = ["LiveSegment"]


class LiveSegment:
    """A segment with the documents in it that a document table names.

    A passage is live if its document is, and if it belongs to the running text or the view is of
    everything.

    number          its number in the manifest
    table           the table of the live documents
    live_documents  the numbers of the live documents, ascending
    rank_of         the rank of each document in the order of paths, -1 if it is dead
    is_whole        True if all its passages are live
    """

    def __init__(
        self,
        segment: Segment,
        number: int,
        table: DocumentTable,
        caches: SegmentCaches,
        *,
        has_everything: bool,
    ) -> None:
        self.number = number
        self.segment = segment
        self.table = table
        ranks, documents = table.of_segment(number)
        self.rank_of: Ranks = np.full(segment.n_documents, -1, np.int64)
        self.rank_of[documents] = ranks
        self._leaves_out = segment.has_set_apart and not has_everything
        self.is_whole = documents.size == segment.n_documents and not self._leaves_out
        self.live_documents: DocumentNumbers = np.sort(documents)
        self.caches = caches
        self.bitmaps = PositionBitmaps(segment.body, number, caches.bitmaps)

    @cached_property
    def is_live(self) -> Mask:
        """For each passage, True if it is live."""
        is_live = self.rank_of[self.segment.document_of] >= 0
        if self._leaves_out:
            is_live &= ~self.segment.is_set_apart
        return np.asarray(is_live)

    @cached_property
    def live_bits(self) -> bytes | None:
        """A bit for each passage, set if it is live; None if all are. It is for the kernel."""
        return None if self.is_whole else np.packbits(self.is_live, bitorder="little").tobytes()

    def end_of(self, document: int) -> int:
        """Return the end (exclusive) of the live passages of a live document."""
        first, end = self.segment.first_passage[document : document + 2].tolist()
        if self._leaves_out:
            end -= int(np.count_nonzero(self.segment.is_set_apart[first:end]))
        return int(end)

    @cached_property
    def document_ends(self) -> DocIds:
        """The end (exclusive) of the live passages of each live document, by its number."""
        ends = self.segment.first_passage[1:]
        if self._leaves_out:
            set_apart = self.segment.document_of[self.segment.is_set_apart]
            ends = ends - np.bincount(set_apart, minlength=self.segment.n_documents)
        return ends

    @cached_property
    def n_live(self) -> int:
        """The number of live passages."""
        return self.segment.n_passages if self.is_whole else int(np.count_nonzero(self.is_live))

    @cached_property
    def live_passages(self) -> DocIds:
        """The live passages."""
        return np.arange(self.segment.n_passages) if self.is_whole else np.flatnonzero(self.is_live)

    @property
    def lengths(self) -> Integers:
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
        passages = self.segment.passages_of(documents[is_wanted[self.rank_of[documents]]])
        return self.only_live(passages)
