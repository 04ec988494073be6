"""The file of a segment, opened for reading."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from excerpt.index.format.term_dictionary import TermDictionary
from excerpt.index.format.bit_packing import read_gaps
from excerpt.index.format.pair_postings import PairPostings
from excerpt.index.format.stem_postings import StemPostings
from excerpt.index.arrays import Array, DocIds, Fingerprints
from excerpt.index.format.columns import Columns
from excerpt.index.format.fingerprints import FingerprintIndex
from excerpt.index.format.layout import FOLDER
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.format.token_stream import TokenStream

__all__ = ["Segment"]


class Segment:
    """A segment opened for reading. Documents and passages are numbered within it."""

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        self.columns = Columns(folder / FOLDER / info.file.name, info.file)
        self.name = info.file.name
        self.dictionary = TermDictionary(self.columns)
        self.body = TokenStream(self.columns, "body")
        self.heading = TokenStream(self.columns, "heading")
        self.title = TokenStream(self.columns, "title")
        self.pairs = PairPostings(self.columns, self.body.n_units)
        self._stems = StemPostings(self.columns, self.body.n_units)
        self._fingerprints = FingerprintIndex(self.columns)
        self.n_documents = self.columns.length("documents.id")
        self.n_passages = self.columns.length("passages.block_kinds")

    def stem_postings(self, stem: int) -> list[tuple[Array, Array | None]]:
        """The passages in which the stem with this number stands, and how often in each (None: always once), in one
        list or several to be added up."""
        together = self._stems.postings(stem)
        if together is not None:
            return [together]
        return [self.body.postings(variant) for variant in self.dictionary.groups_of_stem(stem)]

    def variants_beside(self, stems: Sequence[int]) -> list[int]:
        """The variants of those of `stems` that stand in titles or headings too."""
        beside = self.columns.read("stems.is_in_fields")
        return [variant for stem in stems if beside[stem] for variant in self.dictionary.groups_of_stem(stem)]

    @cached_property
    def document_ids(self) -> Array:
        """The id of each document (int64)."""
        return self.columns.read("documents.id")

    @cached_property
    def languages(self) -> list[str]:
        """The language of each document."""
        known: list[str] = self.columns.attributes["languages"]
        return [known[number] for number in self.columns.read("documents.language").tolist()]

    @cached_property
    def first_passage(self) -> Array:
        """The first passage of each document, and the end of the last (int64)."""
        return self.columns.read("documents.first_passage").astype(np.int64)

    @cached_property
    def document_of(self) -> Array:
        """The document of each passage (int64)."""
        return np.repeat(np.arange(self.n_documents), np.diff(self.first_passage))

    def fingerprint(self, passage: int) -> int:
        """Return the fingerprint of a passage, 0 if it has no tokens."""
        return self._fingerprints.fingerprint(passage)

    def with_fingerprints(self, fingerprints: Fingerprints) -> DocIds:
        """Return the passages with any of the distinct ascending `fingerprints`, in no order."""
        return self._fingerprints.doc_ids(fingerprints)

    @cached_property
    def unit_starts(self) -> dict[str, Array]:
        """The positions in the body (int64) at which its sentences, its paragraphs and its documents begin."""
        return {
            "sentence": read_gaps(self.columns, "body.sentences"),
            "paragraph": read_gaps(self.columns, "body.paragraphs"),
            "document": self.body.unit_offsets[self.first_passage[:-1]],
        }

    def n_passages_of(self, documents: Array) -> Array:
        """How many passages each of `documents` has (int64)."""
        return np.asarray(self.first_passage[documents + 1] - self.first_passage[documents])

    def passages_of(self, documents: Array) -> Array:
        """The passages of the sorted `documents`, ascending (int64)."""
        sizes = self.n_passages_of(documents)
        ends = np.cumsum(sizes)
        before = self.first_passage[documents] - (ends - sizes)
        return np.repeat(before, sizes) + np.arange(ends[-1] if ends.size else 0)
