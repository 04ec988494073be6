"""Several segments → one, made from their columns alone; the source files are not read again.

The live documents' forms are numbered in one list, their tokens renumbered, and the result is
written like a segment of new documents.

`excerpt.storage.tiers` chooses the segments.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from excerpt.arrays import Array, Int64Array
from excerpt.index.arrays import (
    Bits,
    DocumentIds,
    DocumentNumbers,
    Integers,
    Positions,
    UInt32Array,
    UnitIds,
)
from excerpt.index.format.bit_packing import read_gaps
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.format.token_stream import BODY, STREAMS, TokenStream
from excerpt.index.read.segment import Segment
from excerpt.index.write.document_table_writer import DocumentEntry
from excerpt.index.write.segment_writer import SegmentWriter, TokenStreamWriter
from excerpt.storage.tiers import FAN, FileSize, choose_files

__all__ = ["choose_segments", "merge_segments"]

_MIN_SIZE: Final = 10_000
"""Words of a segment in the first tier."""
_MAX_SIZE: Final = 32_000_000
"""Words that are merged at most: bounds the memory of a merge."""
_TOKENS_AT_ONCE: Final = 1 << 20
"""Tokens that are read at a time."""
_BOUNDARIES: Final = ("paragraphs", "sentences")
"""Columns of the body that hold the positions at which something begins."""


def choose_segments(
    segments: Sequence[SegmentInfo], entries: Iterable[DocumentEntry], fan: int = FAN
) -> list[int]:
    """Return the numbers of segments that should be merged next, [] if there are none.

    entries  the live documents
    fan      the number of segments in a tier that are merged
    """
    n_live = Counter(entry.segment for entry in entries)
    sizes = [
        FileSize(segment.n_words, segment.n_documents, n_live[number])
        for number, segment in enumerate(segments)
    ]
    return choose_files(sizes, smallest=_MIN_SIZE, largest=_MAX_SIZE, fan=fan)


def merge_segments(
    folder: Path, infos: Sequence[SegmentInfo], documents: Sequence[Sequence[int]]
) -> SegmentInfo:
    """Write one segment of some documents of several segments, for the index in `folder`.

    infos      the segments
    documents  the ascending numbers of the documents to keep, for each segment
    """
    return _merged(folder, infos, documents).write(folder)


def _merged(
    folder: Path, infos: Sequence[SegmentInfo], documents: Sequence[Sequence[int]]
) -> SegmentWriter:
    """Return the contents of the new segment. All else is released before they are written."""
    merger = _Merger()
    for info, numbers in zip(infos, documents, strict=True):
        merger.add(Segment(folder, info), np.array(numbers, np.int64))
    return merger.finish()


class _Merger:
    """The contents of a segment, collected from those of others."""

    def __init__(self) -> None:
        self._languages = [""]
        self._forms = [""]
        self._number_of: dict[tuple[str, str], int] = {}
        self._parts: dict[str, list[UInt32Array]] = {name: [] for name in STREAMS}
        self._unit_starts: dict[str, list[Integers]] = {name: [] for name in STREAMS}
        self._sizes = dict.fromkeys(STREAMS, 0)
        self._ids: list[DocumentIds] = []
        self._document_languages: list[str] = []
        self._n_passages: list[Integers] = []
        self._block_kinds: list[Bits] = []
        self._boundaries: dict[str, list[Integers]] = {name: [] for name in _BOUNDARIES}

    def add(self, segment: Segment, documents: DocumentNumbers) -> None:
        """Append the `documents` of `segment`."""
        number_of = self._number_forms(segment)
        passages = segment.passages_of(documents)
        self._add_body(segment, documents, number_of)
        self._add_stream(segment.heading, passages, number_of)
        self._add_stream(segment.title, documents, number_of)
        self._ids.append(segment.document_ids[documents])
        self._document_languages.extend(
            segment.languages[document] for document in documents.tolist()
        )
        self._n_passages.append(np.diff(segment.first_passage)[documents])
        self._block_kinds.append(segment.columns.read("passages.block_kinds")[passages])

    def _number_forms(self, segment: Segment) -> UInt32Array:
        """Return the new number of each form id of `segment`.

        Forms are the same if they have the same spelling and language; the language is that of the
        stem.
        """
        dictionary = segment.dictionary
        groups = dictionary.groups_of(np.arange(1, dictionary.n_forms + 1)).tolist()
        languages = [dictionary.language_of_group(group) for group in range(dictionary.n_groups)]
        numbers = [BARRIER]
        for form, group in zip(dictionary.marked_forms(), groups, strict=True):
            key = (languages[group], form)
            number = self._number_of.get(key)
            if number is None:
                number = self._number_of[key] = len(self._forms)
                self._languages.append(key[0])
                self._forms.append(form)
            numbers.append(number)
        return np.array(numbers, np.uint32)

    def _add_body(
        self, segment: Segment, documents: DocumentNumbers, number_of: UInt32Array
    ) -> None:
        """Append the passages of `documents`.

        A document reaches from the barrier before its first token to that before the next document.
        """
        body = segment.body
        starts = body.unit_offsets
        boundaries = {name: read_gaps(segment.columns, f"{BODY}.{name}") for name in _BOUNDARIES}
        for first, last in _ranges(documents):
            low, high = segment.first_passage[first], segment.first_passage[last]
            begin = _with_barrier(body, int(starts[low]))
            end = (
                _with_barrier(body, int(starts[high])) if high < body.n_units else body.n_positions
            )
            shift = self._sizes[BODY] - begin
            self._append(body, begin, max(begin, end), starts[low:high] + shift, number_of)
            for name, positions in boundaries.items():
                # One without tokens begins at the next barrier or the end, and belongs before it.
                inside = slice(*np.searchsorted(positions, (begin, end), side="right"))
                self._boundaries[name].append(positions[inside] + shift)

    def _add_stream(self, stream: TokenStream, units: UnitIds, number_of: UInt32Array) -> None:
        starts = stream.unit_offsets
        for first, last in _ranges(units):
            begin, end = int(starts[first]), int(starts[last])
            shift = self._sizes[stream.name] - begin
            self._append(stream, begin, end, starts[first:last] + shift, number_of)

    def _append(
        self,
        stream: TokenStream,
        begin: int,
        end: int,
        unit_starts: Positions,
        number_of: UInt32Array,
    ) -> None:
        """Append the tokens of `stream` from `begin` to `end`, and where their units begin."""
        for first in range(begin, end, _TOKENS_AT_ONCE):
            form_ids = stream.form_ids(first, min(first + _TOKENS_AT_ONCE, end))
            self._parts[stream.name].append(number_of[form_ids])
        self._unit_starts[stream.name].append(unit_starts)
        self._sizes[stream.name] += end - begin

    def finish(self) -> SegmentWriter:
        """Return all that was added."""
        streams = {
            name: TokenStreamWriter(self._parts[name], _concatenated(self._unit_starts[name]))
            for name in STREAMS
        }
        return SegmentWriter(
            languages=self._languages,
            forms=self._forms,
            streams=streams,
            document_ids=_concatenated(self._ids),
            document_languages=self._document_languages,
            first_passage=np.concatenate(([0], np.cumsum(_concatenated(self._n_passages)))),
            block_kinds=_concatenated(self._block_kinds),
            **{name: _concatenated(parts) for name, parts in self._boundaries.items()},
        )


def _concatenated(parts: Sequence[Array]) -> Array:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _with_barrier(body: TokenStream, position: int) -> int:
    """Return `position`, moved back over a barrier directly before it."""
    has_barrier = position and body.form_ids(position - 1, position)[0] == BARRIER
    return position - 1 if has_barrier else position


def _ranges(numbers: Int64Array) -> list[tuple[int, int]]:
    """Return the ascending `numbers` as ranges, first and last (exclusive)."""
    if not numbers.size:
        return []
    ends = np.flatnonzero(np.diff(numbers) != 1)
    firsts = numbers[np.concatenate(([0], ends + 1))]
    lasts = numbers[np.concatenate((ends, [numbers.size - 1]))] + 1
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
