"""The segments of a committed state as one sequence of passages.

Each segment numbers its passages from 0. In the index as a whole, the numbers of a segment are
shifted by the number of passages in all segments before it. What a query computes for each segment
is joined at once, so that sets, scores and orders are computed once and not for each segment.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from excerpt import native
from excerpt.arrays import Int64Array
from excerpt.index.arrays import (
    DocIds,
    DocumentIds,
    DocumentNumbers,
    Fingerprints,
    Offsets,
    Ranks,
    Sizes,
)
from excerpt.index.read.kernel_index import open_index
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.norms import Norms
from excerpt.index.sets import distinct
from excerpt.model import Key

__all__ = ["IndexReader"]

_FEW: Final = 64
"""For fewer than one passage in 64, its document is searched for; otherwise the table of
all documents is used."""
_NONE: Final = np.empty(0, np.int64)


class IndexReader:
    """The passages of all `segments`.

    n        the number of passages, dead ones included
    n_live   the number of live passages
    n_words  the number of tokens in live passages
    starts   the first passage of each segment, and the end of the last
    """

    def __init__(self, segments: Sequence[LiveSegment]) -> None:
        self.segments = segments
        self.starts = [0, *accumulate(live.segment.n_passages for live in segments)]
        self._bounds: Offsets = np.array(self.starts, np.int64)
        self.n = self.starts[-1]
        self.n_live = sum(live.n_live for live in segments)
        self.n_words = sum(live.n_words for live in segments)

    @cached_property
    def norms(self) -> Norms:
        """The length norms of all passages."""
        average = self.n_words / self.n_live if self.n_live else 0.0
        parts = [live.lengths for live in self.segments]
        return Norms(np.concatenate(parts) if parts else _NONE, average)

    @cached_property
    def opened(self) -> object | None:
        """The segments for the kernel, None if it is not used."""
        return open_index(self.segments)

    @cached_property
    def live(self) -> DocIds:
        """The live passages."""
        return self.join([live.live_passages for live in self.segments])

    def join(self, parts: Sequence[DocIds]) -> DocIds:
        """Return passages of each segment, numbered there, as passages of the index."""
        if len(parts) == 1:
            return parts[0]
        shifted = [part + start for part, start in zip(parts, self.starts, strict=False)]
        return np.concatenate(shifted) if shifted else _NONE

    def split(self, doc_ids: DocIds) -> list[DocIds]:
        """Return ascending passages of the index as passages of each segment, numbered there."""
        if len(self.segments) == 1:
            return [doc_ids]
        cuts = doc_ids.searchsorted(self._bounds).tolist()
        return [
            doc_ids[low:high] - start
            for (low, high), start in zip(pairwise(cuts), self.starts, strict=False)
        ]

    def locate(self, doc_id: int) -> tuple[LiveSegment, int]:
        """Return the segment of a passage, and the number of the passage there."""
        number = bisect_right(self.starts, doc_id) - 1
        return self.segments[number], doc_id - self.starts[number]

    def key(self, doc_id: int) -> Key:
        """Return the key of a passage."""
        live, number = self.locate(doc_id)
        document = live.segment.document_at(number)
        first = live.segment.first_passage.item(document)
        return Key(live.segment.document_ids.item(document), number - first)

    def find_keys(self, doc_ids: tuple[int, ...]) -> tuple[tuple[int, int, int, int], ...] | None:
        """Return the key of each passage, its fingerprint, and how many passages have that.

        Passages that are not live count, too; those without words have the fingerprint 0. None
        without the kernel, or if there is damage.
        """
        if not native.kernel or not self.opened:
            return None
        found: tuple[tuple[int, int, int, int], ...] | None = native.kernel.find_keys(
            self.opened, doc_ids
        )
        return found

    def find(self, key: Key) -> int | None:
        """Return the live passage with this key, None if there is none."""
        passages = self.passages_of(key.document)
        return passages[key.ordinal] if key.ordinal < len(passages) else None

    def passages_of(self, document: int) -> range:
        """Return the passages of the live document with this id, an empty range if none has it."""
        ids, passages, sizes = self._documents
        at = int(ids.searchsorted(document))
        if at == ids.size or ids[at] != document:
            return range(0)
        first = int(passages[at])
        return range(first, first + int(sizes[at]))

    @cached_property
    def _documents(self) -> tuple[DocumentIds, DocIds, Sizes]:
        """The id, the first passage and the number of passages of each live document, by id."""
        segments = self.segments
        ids = [live.segment.document_ids[live.live_documents] for live in segments]
        starts = self.join([live.segment.first_passage[live.live_documents] for live in segments])
        sizes = [np.diff(live.segment.first_passage)[live.live_documents] for live in segments]
        all_ids = np.concatenate([_NONE, *ids])
        order = np.argsort(all_ids)
        return all_ids[order], starts[order], np.concatenate([_NONE, *sizes])[order]

    def ranks(self, doc_ids: DocIds) -> Ranks:
        """Return the rank by path of the document of each of the ascending `doc_ids`."""
        parts = [_NONE]
        for live, numbers in zip(self.segments, self.split(doc_ids), strict=True):
            segment = live.segment
            if numbers.size * _FEW < segment.n_passages:
                documents = segment.first_passage.searchsorted(numbers, "right") - 1
            else:
                documents = segment.document_of[numbers]
            parts.append(live.rank_of[documents])
        return np.concatenate(parts)

    @cached_property
    def n_documents(self) -> int:
        """The number of live documents."""
        return sum(live.live_documents.size for live in self.segments)

    @cached_property
    def first_words(self) -> Int64Array:
        """The number of the first term of each segment, if all their terms are numbered from 1.

        A term that occurs in several segments has several numbers.
        """
        sizes = [live.segment.dictionary.n_terms for live in self.segments]
        return np.array(list(accumulate(sizes, initial=1))[:-1], np.int64)

    @cached_property
    def numbers(self) -> DocumentNumbers:
        """The number of each live document, by its rank, within its segment."""
        numbers: DocumentNumbers = np.empty(self.n_documents, np.int64)
        for live in self.segments:
            numbers[live.rank_of[live.live_documents]] = live.live_documents
        return numbers

    def first_passages(self, doc_ids: DocIds) -> DocIds:
        """Return the first passage of each document that has one of the ascending `doc_ids`."""
        parts = []
        for live, numbers in zip(self.segments, self.split(doc_ids), strict=True):
            starts = live.segment.first_passage
            parts.append(starts[distinct(live.segment.document_of[numbers])])
        return self.join(parts)

    def by_path(self, doc_ids: DocIds) -> DocIds:
        """Return the ascending `doc_ids` by path, then by offset in the document."""
        return doc_ids[np.argsort(self.ranks(doc_ids), kind="stable")]

    def with_fingerprints(self, fingerprints: Fingerprints) -> DocIds:
        """Return the live passages with one of the distinct ascending `fingerprints`."""
        found = [live.segment.with_fingerprints(fingerprints) for live in self.segments]
        pairs = zip(self.segments, found, strict=True)
        return self.join([np.sort(live.only_live(doc_ids)) for live, doc_ids in pairs])
