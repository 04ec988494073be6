"""A segment in the making → its file. Documents and the merging of segments both end here."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from excerpt import files
from excerpt.engines import Segment
from excerpt.engines.columnar.entries import Entries
from excerpt.engines.columnar.inverted import Units
from excerpt.engines.columnar.lexicon import arrange
from excerpt.engines.columnar.narrow import gap_columns
from excerpt.engines.columnar.pairs import pair_columns
from excerpt.engines.columnar.postings import tokens_of
from excerpt.engines.columnar.segment import FOLDER
from excerpt.engines.columnar.stem_lists import stem_columns
from excerpt.engines.columnar.storage import Array, write_columns
from excerpt.engines.columnar.stream import encode
from excerpt.engines.columnar.wordings import column as wordings
from excerpt.engines.columnar.wordings import order_columns

__all__ = ["Draft", "StreamDraft", "write_segment"]

_PARTS = 4
"""Parts that are counted together: of a merge they may be small."""


@dataclass(frozen=True, slots=True)
class StreamDraft:
    """Numbers of forms in order (uint32), in parts, barriers among them, and the first position of each unit. Writing it
    uses up the parts."""

    parts: list[Array]
    starts: Array

    def counts(self, n_forms: int) -> Array:
        """How often each form occurs (int64)."""
        found = np.zeros(n_forms, np.int64)
        for first in range(0, len(self.parts), _PARTS):
            numbers = np.concatenate(self.parts[first : first + _PARTS])
            found += np.bincount(numbers, minlength=n_forms)
        return found


@dataclass(frozen=True, slots=True)
class Draft:
    """What a segment holds, with forms numbered as in `forms` and `languages` (number 0: the barrier).

    `first_passage` (one more than there are documents) gives each document's passages; `kinds` the kinds of block in each
    passage as bits; `paragraphs` and `sentences` the positions in the body at which one begins.
    """

    languages: Sequence[str]
    forms: Sequence[str]
    streams: dict[str, StreamDraft]
    document_ids: Array
    document_languages: Sequence[str]
    first_passage: Array
    kinds: Array
    paragraphs: Array
    sentences: Array


def write_segment(folder: Path, draft: Draft) -> Segment:
    """Write the segment and say what it is: its file, and how much is in it."""
    counts = {name: stream.counts(len(draft.forms)) for name, stream in draft.streams.items()}
    lexicon = arrange(draft.languages, draft.forms, sum(counts.values(), np.zeros(1, np.int64)))
    known = sorted(set(draft.document_languages))
    columns = {
        **lexicon.columns,
        "document_id": draft.document_ids.astype(np.int64),
        "document_language": np.array([known.index(code) for code in draft.document_languages], np.uint16),
        "first_passage": draft.first_passage.astype(np.uint32),
        "kinds": draft.kinds.astype(np.uint16),
        **gap_columns("paragraphs", draft.paragraphs),
        **gap_columns("sentences", draft.sentences),
    }
    for name, stream in draft.streams.items():
        units = Units(np.append(stream.starts, sum(part.size for part in stream.parts)))
        entries = Entries(stream.parts, lexicon.number_of)
        columns |= encode(name, entries, units, lexicon.variant_of, lexicon.n_variants)
        if name == "body":
            columns["wording"] = wordings(draft.forms, lexicon.number_of, entries, units)
            columns |= order_columns(columns["wording"])
            variant_stem, tokens = columns["variant_stem"], tokens_of(columns, name)
            columns |= stem_columns(entries, units, lexicon.variant_of, variant_stem, tokens)
            of_entry = np.empty_like(counts[name])
            of_entry[lexicon.number_of] = counts[name]
            columns |= pair_columns(entries, units, lexicon.first_entries, of_entry)
    columns["stems_beside"] = _stems_beside(columns)
    notes = {
        "languages": known,
        "n_documents": int(draft.document_ids.size),
        "n_passages": int(draft.kinds.size),
        "n_words": int(columns["body.length"].sum()),
    }
    place = folder / FOLDER
    files.make_folder(place)
    described = write_columns(place / f"{os.urandom(8).hex()}.segment", columns, notes)
    return {**described, **{name: notes[name] for name in ("n_documents", "n_passages", "n_words")}}


def _stems_beside(columns: dict[str, Array]) -> Array:
    """For each stem whether it stands in titles or headings (uint8)."""
    is_beside = np.zeros(columns["stem_lists"].size, np.uint8)
    for stream in ("heading", "title"):
        is_beside[columns["variant_stem"][columns[f"{stream}.listed"]]] = 1
    return is_beside
