"""One segment in Whoosh's format, open for reading."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import whoosh.reading

from excerpt.engines.whoosh.checked_storage import (
    CheckedStorage,
    PlainCodec,
    detect_damage,
    make_segment,
)
from excerpt.engines.whoosh.fields import TOKENS, schema
from excerpt.engines.whoosh.manifest import WhooshSegmentInfo

__all__ = ["SegmentReader"]

_reading: Any = whoosh.reading  # without type hints


class SegmentReader:
    """A segment in `folder`, read through a `storage` that contains its files.

    rank_of  by document number, the rank of the document in the index; -1 if it is deleted. All
             are -1 until the owner of the reader sets them
    """

    def __init__(self, folder: Path, storage: CheckedStorage, info: WhooshSegmentInfo) -> None:
        self._folder = folder
        self.rank_of = [-1] * info.n_documents
        with detect_damage(folder):
            segment = make_segment(info.name, info.n_documents)
            self._reader = _reading.SegmentReader(storage, schema(), segment, codec=PlainCodec())
            self._tokens = self._reader.column_reader(TOKENS, translate=False)

    def ranks(self, field: str, term: str) -> Iterator[int]:
        """Yield the ranks of the live documents that have `term` in `field`."""
        encoded = term.encode("utf-8", "surrogatepass")
        with detect_damage(self._folder):
            if (field, encoded) in self._reader:
                numbers = self._reader.postings(field, encoded).all_ids()
                yield from (rank for number in numbers if (rank := self.rank_of[number]) >= 0)

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        """Yield the terms in `field` that begin with `prefix`, those of deleted documents too."""
        encoded = prefix.encode("utf-8", "surrogatepass")
        with detect_damage(self._folder):
            for term in self._reader.expand_prefix(field, encoded):
                yield term.decode()

    def packed_tokens(self, number: int) -> bytes:
        """Return the packed token sequences of the document with this number."""
        with detect_damage(self._folder):
            packed: bytes = self._tokens[number]
            return packed
