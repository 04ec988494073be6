"""The file of one segment, open for reading."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import (
    DocIds,
    DocumentIds,
    DocumentNumbers,
    Fingerprints,
    Positions,
    Sizes,
)
from excerpt.index.format.bit_packing import read_gaps
from excerpt.index.format.file_names import FOLDER
from excerpt.index.format.fingerprints import FingerprintIndex
from excerpt.index.format.kernel_layout import open_segment
from excerpt.index.format.kind_bits import SET_APART_BITS
from excerpt.index.format.main_stems import MainStems
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.format.pair_postings import PairPostings
from excerpt.index.format.postings import PostingsList
from excerpt.index.format.stem_postings import StemPostings
from excerpt.index.format.term_dictionary import TermDictionary
from excerpt.index.format.token_stream import TokenStream
from excerpt.storage import StoredFile
from excerpt.storage.columns import Columns

__all__ = ["Segment"]


class Segment:
    """A segment. It never changes; which of its documents are live is known to `LiveSegment`.

    Documents and passages are numbered within the segment from 0.

    opened  the segment for the kernel, None if it is not used
    """

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        self.columns = Columns(folder / FOLDER / info.file.name, info.file)
        self.name = info.file.name
        self.opened = open_segment(self.columns)
        main_stems = _open_main_stems(folder, info.main_stems)
        self.dictionary = TermDictionary(self.columns, main_stems, self.opened)
        self.body = TokenStream(self.columns, "body")
        self.heading = TokenStream(self.columns, "heading")
        self.title = TokenStream(self.columns, "title")
        self.pairs = PairPostings(self.columns, self.body.n_units)
        self._stem_postings = StemPostings(self.columns, self.body.n_units)
        self._fingerprints = FingerprintIndex(self.columns)
        self.n_documents = self.columns.length("documents.id")
        self.n_passages = self.columns.length("passages.block_kinds")

    def verify(self) -> None:
        """Read the whole segment and compare it with its checksums."""
        self.columns.verify()
        if self.dictionary.main_stems is not None:
            self.dictionary.main_stems.columns.verify()

    def stem_lists(self, stem_id: int) -> list[PostingsList]:
        """Return the postings lists of a stem in the body; their frequencies must be added up."""
        combined = self._stem_postings.list_of(stem_id)
        if combined is not None:
            return [combined]
        return self.body.lists(self.dictionary.groups_of_stem(stem_id))

    def may_be_in_fields(self, group_ids: Sequence[int]) -> bool:
        """Return whether any of the form groups has a stem that occurs in a title or heading."""
        stem_ids = self.dictionary.stems_of_groups(np.array(group_ids, np.int64))
        eights = self.columns.take("stems.is_in_fields", stem_ids >> 3)
        return bool((eights & (0x80 >> (stem_ids & 7))).any())

    @cached_property
    def document_ids(self) -> DocumentIds:
        """The catalog's id of each document."""
        return self.columns.read("documents.id")

    @cached_property
    def languages(self) -> list[str]:
        """The language of each document."""
        names: list[str] = self.columns.attributes["languages"]
        return [names[number] for number in self.columns.read("documents.language").tolist()]

    @cached_property
    def first_passage(self) -> Int64Array:
        """The first passage of each document, and the end of the last (int64)."""
        return self.columns.read("documents.first_passage").astype(np.int64)

    def document_at(self, doc_id: int) -> int:
        """Return the document of a passage."""
        # A memoryview: the module `bisect` is slow on arrays, and so are arrays on one number.
        return bisect_right(self._first_passage_view, doc_id) - 1

    @cached_property
    def _first_passage_view(self) -> memoryview:
        return self.first_passage.data

    @property
    def has_set_apart(self) -> bool:
        """True if some of its passages are set apart."""
        return bool(self.columns.attributes["n_set_apart"])

    @cached_property
    def is_set_apart(self) -> Mask:
        """For each passage, True if it is set apart."""
        return np.asarray(self.columns.read("passages.block_kinds") & SET_APART_BITS != 0)

    @cached_property
    def document_of(self) -> DocumentNumbers:
        """The document of each passage."""
        return np.repeat(np.arange(self.n_documents), np.diff(self.first_passage))

    def fingerprint(self, doc_id: int) -> int:
        """Return the fingerprint of a passage, 0 if it has no tokens."""
        return self._fingerprints.fingerprint(doc_id)

    def with_fingerprints(self, fingerprints: Fingerprints) -> DocIds:
        """Return the passages with any of the distinct ascending `fingerprints`, in no order."""
        return self._fingerprints.doc_ids(fingerprints)

    @cached_property
    def scope_starts(self) -> dict[str, Positions]:
        """The positions in the body at which sentences, paragraphs and documents begin."""
        return {
            "sentence": read_gaps(self.columns, "body.sentences"),
            "paragraph": read_gaps(self.columns, "body.paragraphs"),
            "document": self.body.unit_offsets[self.first_passage[:-1]],
        }

    def n_passages_of(self, documents: DocumentNumbers) -> Sizes:
        """Return the number of passages of each of `documents`."""
        return np.asarray(self.first_passage[documents + 1] - self.first_passage[documents])

    def passages_of(self, documents: DocumentNumbers) -> DocIds:
        """Return the passages of the ascending `documents`."""
        sizes = self.n_passages_of(documents)
        ends: Int64Array = np.cumsum(sizes)
        # The ranges of all documents at once: count up from 0, and shift each range to its start.
        shifts = self.first_passage[documents] - (ends - sizes)
        return np.repeat(shifts, sizes) + np.arange(ends[-1] if ends.size else 0)


def _open_main_stems(folder: Path, file: StoredFile | None) -> MainStems | None:
    return None if file is None else MainStems(Columns(folder / FOLDER / file.name, file))
