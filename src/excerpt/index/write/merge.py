"""Several segments → one, from their columns alone: the sources are not read again.

The living documents' words are numbered anew in one lexicon and inverted like those of new documents. Segments are merged
when there are many of like size, and when most of one is dead.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from excerpt.index.format.bit_packing import read_gaps
from excerpt.index.format.columns import Array
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.format.token_stream import BARRIER, TokenStream
from excerpt.index.read.segment import STREAMS, Segment
from excerpt.index.write.document_table_writer import Entry
from excerpt.index.write.segment_writer import SegmentWriter, TokenStreamWriter, write_segment

__all__ = ["FAN", "choose", "merge"]

FAN = 8
"""Segments of like size (within this factor) that are merged when there are as many."""
_SMALLEST = 10_000
"""Words; all segments below are of like size."""
_LARGEST = 32_000_000
"""Words of a segment beyond which it is merged no more: bounds the memory of a merge."""
_AT_ONCE = 1 << 20
"""Words that are read at a time."""

_BEGUN = ("paragraphs", "sentences")
"""Columns of places in the body at which something begins."""


def choose(segments: Sequence[SegmentInfo], entries: Iterable[Entry], merge_at: int) -> list[int]:
    """The numbers of segments that should become one now; none if all is well."""
    living = Counter(entry.segment for entry in entries)
    for number, segment in enumerate(segments):
        if living[number] * 2 < segment.n_documents:
            return [number]
    tiers: dict[int, list[int]] = {}
    for number, segment in enumerate(segments):
        tiers.setdefault(_tier(segment.n_words), []).append(number)
    for tier in sorted(tiers):
        group = tiers[tier]
        if len(group) >= merge_at and sum(segments[number].n_words for number in group) <= _LARGEST:
            return group
    return []


def _tier(n_words: int) -> int:
    tier, size = 0, _SMALLEST
    while n_words > size:
        tier, size = tier + 1, size * FAN
    return tier


def merge(
    folder: Path, infos: Sequence[SegmentInfo], chosen: Sequence[Sequence[int]]
) -> SegmentInfo:
    """One segment of the `chosen` documents (ascending numbers) of each of the segments `infos`, in this order."""
    return write_segment(folder, _draft(folder, infos, chosen))


def _draft(
    folder: Path, infos: Sequence[SegmentInfo], chosen: Sequence[Sequence[int]]
) -> SegmentWriter:
    """The same as a draft; what it is made with is gone when that is written."""
    merger = _Merger()
    for segment, documents in zip(infos, chosen, strict=True):
        merger.add(Segment(folder, segment), np.array(documents, np.int64))
    return merger.draft()


class _Merger:
    def __init__(self) -> None:
        self._languages = [""]
        self._forms = [""]
        self._numbers: dict[tuple[str, str], int] = {}
        self._streams: dict[str, list[Array]] = {name: [] for name in STREAMS}
        self._starts: dict[str, list[Array]] = {name: [] for name in STREAMS}
        self._sizes = dict.fromkeys(STREAMS, 0)
        self._ids: list[Array] = []
        self._document_languages: list[str] = []
        self._n_passages: list[Array] = []
        self._kinds: list[Array] = []
        self._begun: dict[str, list[Array]] = {name: [] for name in _BEGUN}

    def add(self, segment: Segment, documents: Array) -> None:
        """Take in the `documents` of `segment`."""
        number_of = self._numbers_in(segment)
        passages = segment.passages_of(documents)
        self._add_body(segment, documents, number_of)
        self._add_stream(segment.heading, passages, number_of)
        self._add_stream(segment.title, documents, number_of)
        self._ids.append(segment.document_ids[documents])
        self._document_languages.extend(
            segment.languages[document] for document in documents.tolist()
        )
        self._n_passages.append(np.diff(segment.first_passage)[documents])
        self._kinds.append(segment.columns.read("kinds")[passages])

    def _numbers_in(self, segment: Segment) -> Array:
        """The number here of each entry of `segment`; an entry is known by its form and the language of its stem."""
        dictionary = segment.dictionary
        variants = dictionary.groups_of(np.arange(1, dictionary.n_forms + 1)).tolist()
        language_of = [
            dictionary.stem_of_group(variant)[0] for variant in range(dictionary.n_groups)
        ]
        numbers = [BARRIER]
        for form, variant in zip(dictionary.forms(), variants, strict=True):
            pair = (language_of[variant], form)
            number = self._numbers.get(pair)
            if number is None:
                number = self._numbers[pair] = len(self._forms)
                self._languages.append(pair[0])
                self._forms.append(form)
            numbers.append(number)
        return np.array(numbers, np.uint32)

    def _add_body(self, segment: Segment, documents: Array, number_of: Array) -> None:
        """Documents whole, each from the barrier before its first word on: barriers between passages stay."""
        body = segment.body
        starts = body.starts.astype(np.int64)
        begun = {name: read_gaps(segment.columns, name) for name in _BEGUN}
        for first, last in _stretches(documents):
            low, high = segment.first_passage[first], segment.first_passage[last]
            begin = _before_barrier(body, int(starts[low]))
            end = (
                _before_barrier(body, int(starts[high]))
                if high < body.n_units
                else body.n_positions
            )
            shift = self._sizes["body"] - begin
            self._take(body, begin, max(begin, end), starts[low:high] + shift, number_of)
            for name, places in begun.items():
                inside = slice(*np.searchsorted(places, (begin, end)))
                self._begun[name].append(places[inside] + shift)

    def _add_stream(self, stream: TokenStream, units: Array, number_of: Array) -> None:
        starts = stream.starts.astype(np.int64)
        for first, last in _stretches(units):
            begin, end = int(starts[first]), int(starts[last])
            shift = self._sizes[stream.name] - begin
            self._take(stream, begin, end, starts[first:last] + shift, number_of)

    def _take(
        self, stream: TokenStream, begin: int, end: int, starts: Array, number_of: Array
    ) -> None:
        """Add the entries from `begin` to `end`, a part at a time, and the `starts` of units among them."""
        for first in range(begin, end, _AT_ONCE):
            self._streams[stream.name].append(
                number_of[stream.form_ids(first, min(first + _AT_ONCE, end))]
            )
        self._starts[stream.name].append(starts)
        self._sizes[stream.name] += end - begin

    def draft(self) -> SegmentWriter:
        """All that was taken in."""
        n_passages = _joined(self._n_passages)
        return SegmentWriter(
            languages=self._languages,
            forms=self._forms,
            streams={
                name: TokenStreamWriter(self._streams[name], _joined(self._starts[name]))
                for name in STREAMS
            },
            document_ids=_joined(self._ids),
            document_languages=self._document_languages,
            first_passage=np.concatenate(([0], np.cumsum(n_passages))),
            kinds=_joined(self._kinds),
            **{name: _joined(parts) for name, parts in self._begun.items()},
        )


def _joined(parts: list[Array]) -> Array:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _before_barrier(body: TokenStream, position: int) -> int:
    """The position of the barrier right before `position`, if there is one."""
    return (
        position - 1
        if position and body.form_ids(position - 1, position)[0] == BARRIER
        else position
    )


def _stretches(numbers: Array) -> list[tuple[int, int]]:
    """The sorted `numbers` as stretches, first and last (exclusive)."""
    if not numbers.size:
        return []
    ends = np.flatnonzero(np.diff(numbers) != 1)
    firsts = numbers[np.concatenate(([0], ends + 1))]
    lasts = numbers[np.concatenate((ends, [numbers.size - 1]))] + 1
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
