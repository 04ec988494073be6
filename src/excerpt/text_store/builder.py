"""Documents → a text file, in a worker."""

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Array
from excerpt.model import Document, Passage
from excerpt.text_store.compression import NO_DICTIONARY, Compressor, Dictionary, cut_pieces
from excerpt.text_store.contents import StoredRun, write_text_file
from excerpt.text_store.manifest import TextFileInfo
from excerpt.text_store.passage_codec import encode_details, storable
from excerpt.text_store.text_file import GROUP_SIZE, DocumentRecord

__all__ = ["EncodedDocument", "TextFileBuilder", "record_of"]

_MAX_BYTES: Final = 1 << 28
"""Compressed bytes at which a file is full, to save memory."""


class EncodedDocument(NamedTuple):
    """A document as it is stored, except that its pieces may not be compressed yet."""

    id: int
    record: bytes
    passage_ids: list[int]
    starts: list[int]
    lengths: list[int]
    piece_starts: list[int]
    pieces: list[bytes]
    groups: list[bytes]


class TextFileBuilder:
    """A builder of one text file of the index in `folder`."""

    def __init__(self, folder: Path, dictionary: Dictionary = NO_DICTIONARY) -> None:
        self._folder = folder
        self._dictionary = dictionary
        self._compressor = Compressor(dictionary.body)
        self._documents: list[EncodedDocument] = []
        self._texts: list[tuple[EncodedDocument, str]] = []
        """The texts that are not compressed yet, with their documents."""
        self._n_bytes = 0

    @property
    def is_full(self) -> bool:
        """True if the file is so large that it must be finished, to save memory."""
        return self._n_bytes >= _MAX_BYTES

    def encode(self, document: Document, passages: Sequence[Passage]) -> EncodedDocument:
        """Return a document as it is stored, to be added."""
        starts = [passage.span.start for passage in passages]
        details = list(map(encode_details, passages))
        return EncodedDocument(
            document.id,
            record_of(document).to_json(),
            [int(passage.id, 16) for passage in passages],
            starts,
            [len(passage.span) for passage in passages],
            cut_pieces(len(document.text), starts),
            [],
            [
                self._compressor.details(details[first : first + GROUP_SIZE])
                for first in range(0, len(details), GROUP_SIZE)
            ],
        )

    def add(self, encoded: EncodedDocument, text: str) -> None:
        """Add a document. Its text is kept until `compress` is called."""
        self._documents.append(encoded)
        self._texts.append((encoded, text))

    def compress(self) -> None:
        """Compress the texts that were added.

        All texts of a batch are compressed together: this is twice as fast as one at a time,
        because other work between them evicts the dictionary from the processor's cache.
        """
        for document, text in self._texts:
            for start, end in pairwise([*document.piece_starts, len(text)]):
                document.pieces.append(self._compressor.text(text[start:end]))
            self._n_bytes += sum(map(len, document.pieces)) + sum(map(len, document.groups))
        self._texts.clear()

    def finish(self) -> TextFileInfo:
        """Write and sync the file and return its record.

        Raises:
            ExcerptError: if it cannot be written.
        """
        self.compress()
        self._documents.sort(key=lambda document: document.id)
        run = _as_run(self._documents)
        return write_text_file(self._folder, [run], self._dictionary.name)


def record_of(document: Document) -> DocumentRecord:
    """Return the record of a document."""
    return DocumentRecord(
        storable(document.title),
        document.encoding,
        document.warnings,
        document.hyphenated,
        document.has_lines,
    )


def _as_run(documents: Sequence[EncodedDocument]) -> StoredRun:
    records = [document.record for document in documents]
    pieces = [piece for document in documents for piece in document.pieces]
    groups = [group for document in documents for group in document.groups]
    return StoredRun(
        ids=_numbers(document.id for document in documents),
        n_passages=_numbers(len(document.starts) for document in documents),
        n_pieces=_numbers(len(document.pieces) for document in documents),
        n_groups=_numbers(len(document.groups) for document in documents),
        record_sizes=_numbers(map(len, records)),
        passage_ids=np.fromiter(
            chain.from_iterable(document.passage_ids for document in documents), np.uint64
        ),
        starts=_numbers(chain.from_iterable(document.starts for document in documents)),
        lengths=_numbers(chain.from_iterable(document.lengths for document in documents)),
        piece_starts=_numbers(chain.from_iterable(document.piece_starts for document in documents)),
        piece_sizes=_numbers(map(len, pieces)),
        group_sizes=_numbers(map(len, groups)),
        records=records,
        pieces=pieces,
        groups=groups,
    )


def _numbers(numbers: Iterable[int]) -> Array:
    return np.fromiter(numbers, np.int64)
