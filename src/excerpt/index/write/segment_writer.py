"""The contents of a segment → its file. New documents and merges of segments both end here.

Columns are made one after the other while the file is written, so that none has to be kept: the
tokens from which they are made are most of the memory of a build. `docs/index-format.md` describes
all columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from excerpt import files
from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import (
    Bits,
    DocumentIds,
    Integers,
    Offsets,
    Sizes,
    UInt32Array,
)
from excerpt.index.format.bit_packing import encode_gaps
from excerpt.index.format.file_names import FOLDER, random_name
from excerpt.index.format.fingerprints import fingerprint_columns
from excerpt.index.format.form_ids import BARRIER, PackedFormIds
from excerpt.index.format.kind_bits import SET_APART_BITS
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.format.term_dictionary import JOINED_SEPARATOR, joined_columns
from excerpt.index.format.token_stream import BODY, stream_columns
from excerpt.index.write.posting_lists import group_postings, pair_postings, stem_postings
from excerpt.index.write.term_dictionary_builder import TermDictionaryBuilder
from excerpt.index.write.units import Units
from excerpt.memory import release_freed_memory
from excerpt.storage.columns import Column, write_columns
from excerpt.text.compounds import MARKS, split_mark
from excerpt.text.normalizer import fold

__all__ = ["SegmentWriter", "TokenStreamWriter"]

_LOW_HALF: Final = (1 << 32) - 1
_PARTS_AT_ONCE: Final = 4
"""Parts of a stream that are counted together; those of a merge may be small."""


@dataclass(frozen=True, slots=True)
class TokenStreamWriter:
    """The tokens of a stream, to be written.

    parts        the form of each token, by its index in `SegmentWriter.forms`; 0 is a barrier.
                 Writing empties the list
    unit_starts  the first position of each unit
    """

    parts: list[UInt32Array]
    unit_starts: Integers

    @property
    def n_positions(self) -> int:
        """The number of tokens, barriers included."""
        return sum(part.size for part in self.parts)

    def joined_pairs(self, is_marked: Mask) -> Int64Array:
        """Return each pair of neighbouring tokens whose first has a mark.

        The forms of a pair are in the upper and the lower half of a number. `is_marked` says for
        each form whether it has a mark.
        """
        found = [np.empty(0, np.int64)]
        last = np.empty(0, np.uint32)
        for part in self.parts:
            tokens = np.concatenate((last, part))
            at = np.flatnonzero(is_marked[tokens[:-1]])
            pairs = tokens[at].astype(np.int64) << 32 | tokens[at + 1]
            found.append(np.unique(pairs))
            last = tokens[-1:]
        return np.unique(np.concatenate(found))

    def count(self, n_forms: int) -> Sizes:
        """Return the number of tokens of each form."""
        n_tokens = np.zeros(n_forms, np.int64)
        for first in range(0, len(self.parts), _PARTS_AT_ONCE):
            forms = np.concatenate(self.parts[first : first + _PARTS_AT_ONCE])
            n_tokens += np.bincount(forms, minlength=n_forms)
        return n_tokens


@dataclass(frozen=True, slots=True)
class SegmentWriter:
    """The contents of a segment, to be written once.

    languages           the language of each form; the first is the barrier's
    forms               the distinct forms of each language, in any order; the first is the barrier;
                        writing empties the list
    streams             the token streams by name
    document_ids        the catalog's id of each document
    document_languages  the language of each document
    first_passage       the first passage of each document, and the number of passages
    block_kinds         the kinds of blocks in each passage (`KIND_BITS`)
    paragraphs          the positions in the body at which a paragraph begins
    sentences           the positions in the body at which a sentence begins
    """

    languages: Sequence[str]
    forms: list[str]
    streams: dict[str, TokenStreamWriter]
    document_ids: DocumentIds
    document_languages: Sequence[str]
    first_passage: Offsets
    block_kinds: Bits
    paragraphs: Integers
    sentences: Integers

    def write(self, folder: Path) -> SegmentInfo:
        """Write and sync the segment's file for the index in `folder`.

        Raises:
            ExcerptError: if the file cannot be written.
        """
        n_tokens = {name: stream.count(len(self.forms)) for name, stream in self.streams.items()}
        languages = sorted(set(self.document_languages))
        sizes = {
            "n_documents": int(self.document_ids.size),
            "n_passages": int(self.block_kinds.size),
            "n_words": int(n_tokens[BODY][BARRIER + 1 :].sum()),
        }
        n_set_apart = int(np.count_nonzero(self.block_kinds & SET_APART_BITS))
        path = folder / FOLDER / f"{random_name()}.segment"
        files.make_folder(path.parent)
        columns = self._columns(languages, n_tokens)
        release_freed_memory()
        attributes = {"languages": languages, "n_set_apart": n_set_apart, **sizes}
        file = write_columns(path, columns, attributes)
        release_freed_memory()
        return SegmentInfo(file, sizes["n_documents"], sizes["n_passages"], sizes["n_words"])

    def _joined_pairs(self) -> list[str]:
        """Return the pairs of terms that a sign joins, as the term dictionary stores them."""
        is_marked = np.array([form[-1:] in MARKS for form in self.forms], np.bool_)
        pairs = [stream.joined_pairs(is_marked) for stream in self.streams.values()]
        return sorted(
            {
                JOINED_SEPARATOR.join(
                    fold(split_mark(self.forms[number])[0])
                    for number in (pair >> 32, pair & _LOW_HALF)
                )
                for pair in np.concatenate(pairs).tolist()
            }
        )

    def _columns(self, languages: list[str], n_tokens: dict[str, Sizes]) -> Iterator[Column]:
        """Yield all columns; `n_tokens` is the number of tokens of each form in each stream."""
        yield "documents.id", self.document_ids.astype(np.int64)
        codes = [languages.index(language) for language in self.document_languages]
        yield "documents.language", np.array(codes, np.uint16)
        yield "documents.first_passage", self.first_passage.astype(np.uint32)
        yield "passages.block_kinds", self.block_kinds.astype(np.uint16)
        yield from encode_gaps("body.paragraphs", self.paragraphs)
        yield from encode_gaps("body.sentences", self.sentences)
        yield from joined_columns(self._joined_pairs())
        dictionary = TermDictionaryBuilder(self.languages, self.forms, n_tokens[BODY])
        for name in list(dictionary.columns):
            yield name, dictionary.columns.pop(name)
        self.forms.clear()
        release_freed_memory()
        is_in_fields = np.zeros(dictionary.n_stems, np.bool_)
        for name, stream in self.streams.items():
            units = Units(np.append(stream.unit_starts, stream.n_positions))
            form_ids = PackedFormIds(stream.parts, dictionary.id_of)
            yield from stream_columns(name, form_ids, units.offsets)
            n_by_group = dictionary.sum_by_group(n_tokens[name])
            yield from group_postings(name, form_ids, units, dictionary.group_of, n_by_group)
            if name == BODY:
                yield from _body_columns(dictionary, form_ids, units, n_tokens[name])
            else:
                is_in_fields[dictionary.stem_of[n_by_group > 0]] = True
        yield "stems.is_in_fields", np.packbits(is_in_fields)


def _body_columns(
    dictionary: TermDictionaryBuilder,
    form_ids: PackedFormIds,
    units: Units,
    n_tokens: Int64Array,
) -> Iterator[Column]:
    """Yield the columns that only the body has.

    `n_tokens` is the number of tokens of each form, in the order of `SegmentWriter.forms`.
    """
    hashes, id_of = dictionary.term_hashes, dictionary.id_of
    yield from fingerprint_columns(hashes, id_of, form_ids, units.offsets).items()
    n_by_group = dictionary.sum_by_group(n_tokens)
    yield from stem_postings(form_ids, units, dictionary.group_of, dictionary.stem_of, n_by_group)
    n_by_id = np.empty_like(n_tokens)
    n_by_id[dictionary.id_of] = n_tokens
    yield from pair_postings(form_ids, units, dictionary.first_forms, n_by_id)
