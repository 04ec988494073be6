"""A segment in the making → its file. Documents and the merging of segments both end here."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from excerpt import files
from excerpt.index.format.bit_packing import encode_gaps
from excerpt.index.format.columns import Array, Column, write_columns
from excerpt.index.format.fingerprints import column as fingerprint_column
from excerpt.index.format.fingerprints import numbers_of, order_columns
from excerpt.index.format.form_ids import PackedFormIds
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.format.pair_postings import pair_columns
from excerpt.index.format.stem_postings import stem_columns
from excerpt.index.format.term_dictionary import TermDictionaryBuilder, arrange
from excerpt.index.format.token_stream import BARRIER, encode
from excerpt.index.read.segment import FOLDER
from excerpt.index.write.inverter import Units
from excerpt.memory import hand_back

__all__ = ["SegmentWriter", "TokenStreamWriter", "write_segment"]

_PARTS = 4
"""Parts that are counted together: of a merge they may be small."""


@dataclass(frozen=True, slots=True)
class TokenStreamWriter:
    """Numbers of forms in order (uint32), in parts, barriers among them, and the first position of each unit. Writing it
    uses up the parts."""

    parts: list[Array]
    starts: Array

    @property
    def n(self) -> int:
        """How many they are."""
        return sum(part.size for part in self.parts)

    def counts(self, n_forms: int) -> Array:
        """How often each form occurs (int64)."""
        found = np.zeros(n_forms, np.int64)
        for first in range(0, len(self.parts), _PARTS):
            numbers = np.concatenate(self.parts[first : first + _PARTS])
            found += np.bincount(numbers, minlength=n_forms)
        return found


@dataclass(frozen=True, slots=True)
class SegmentWriter:
    """What a segment holds, with forms numbered as in `forms` and `languages` (number 0: the barrier).

    `first_passage` (one more than there are documents) gives each document's passages; `kinds` the kinds of block in each
    passage as bits; `paragraphs` and `sentences` the positions in the body at which one begins. Writing a draft uses up its forms.
    """

    languages: Sequence[str]
    forms: list[str]
    streams: dict[str, TokenStreamWriter]
    document_ids: Array
    document_languages: Sequence[str]
    first_passage: Array
    kinds: Array
    paragraphs: Array
    sentences: Array


def write_segment(folder: Path, draft: SegmentWriter) -> SegmentInfo:
    """Write the segment and say what it is: its file, and how much is in it."""
    counts = {name: stream.counts(len(draft.forms)) for name, stream in draft.streams.items()}
    languages = sorted(set(draft.document_languages))
    sizes = {
        "n_documents": int(draft.document_ids.size),
        "n_passages": int(draft.kinds.size),
        "n_words": int(counts["body"][BARRIER + 1 :].sum()),
    }
    notes = {"languages": languages, **sizes}
    place = folder / FOLDER
    files.make_folder(place)
    columns = _columns(draft, languages, counts)
    hand_back()
    file = write_columns(place / f"{os.urandom(8).hex()}.segment", columns, notes)
    hand_back()
    return SegmentInfo(file, **sizes)


def _columns(
    draft: SegmentWriter, languages: list[str], counts: dict[str, Array]
) -> Iterator[Column]:
    """All columns, made one after the other, so that what is written need not be held; the largest part of the memory of a
    build is what they are made of."""
    yield "document_id", draft.document_ids.astype(np.int64)
    codes = [languages.index(code) for code in draft.document_languages]
    yield "document_language", np.array(codes, np.uint16)
    yield "first_passage", draft.first_passage.astype(np.uint32)
    yield "kinds", draft.kinds.astype(np.uint16)
    yield from encode_gaps("paragraphs", draft.paragraphs)
    yield from encode_gaps("sentences", draft.sentences)
    dictionary = arrange(draft.languages, draft.forms, sum(counts.values(), np.zeros(1, np.int64)))
    for name in list(dictionary.columns):
        yield name, dictionary.columns.pop(name)
    term_of = numbers_of(draft.forms)
    draft.forms.clear()
    hand_back()
    is_beside = np.zeros(dictionary.n_stems, np.uint8)
    for name, stream in draft.streams.items():
        units = Units(np.append(stream.starts, stream.n))
        entries = PackedFormIds(stream.parts, dictionary.number_of)
        in_stream = dictionary.by_variant(counts[name])
        yield from encode(name, entries, units, dictionary.variant_of, in_stream)
        if name == "body":
            yield from _columns_of_body(term_of, dictionary, entries, units, counts[name])
        else:
            is_beside[dictionary.stem_of[in_stream > 0]] = 1
    yield "stems_beside", is_beside  # whether each stem stands in titles or headings


def _columns_of_body(
    term_of: Array,
    dictionary: TermDictionaryBuilder,
    entries: PackedFormIds,
    units: Units,
    counts: Array,
) -> Iterator[Column]:
    """What there is of passages alone. `term_of` is a number for the term of each form (see `fingerprints`), `counts`
    how often it occurs."""
    fingerprint = fingerprint_column(term_of, dictionary.number_of, entries, units)
    yield "fingerprint", fingerprint
    yield from order_columns(fingerprint).items()
    by_variant = dictionary.by_variant(counts)
    yield from stem_columns(entries, units, dictionary.variant_of, dictionary.stem_of, by_variant)
    of_entry = np.empty_like(counts)
    of_entry[dictionary.number_of] = counts
    yield from pair_columns(entries, units, dictionary.first_entries, of_entry)
