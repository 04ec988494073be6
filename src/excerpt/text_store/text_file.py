"""One text file, open for reading: documents and passages, by their numbers in the file.

The documents of a file are sorted by id; the passages of a document follow each other, and so do
its pieces and its groups of details. *Offsets* of n items are n + 1 numbers: item i lies between
the offsets i and i + 1.

    documents.id              int64   the id of each document in the catalog
    documents.first_passage   uint32  offsets of the documents in the passages
    documents.first_piece     uint32  offsets of the documents in the pieces
    documents.first_group     uint32  offsets of the documents in the groups
    documents.record_offsets  uint32  offsets of the records in `documents.records`
    documents.records         uint8   JSON in ASCII, see `DocumentRecord`
    passages.id               uint64  the id of each passage
    passages.by_id            uint32  the numbers of the passages, sorted by their ids
    passages.start            uint32  where each passage starts in its document, in code points
    passages.length           uint32  its length
    pieces.start              uint32  where each piece starts in the text of its document
    pieces.offsets            uint32  offsets of the pieces in `pieces.frames`
    pieces.frames             uint8   the pieces, compressed
    groups.offsets            uint32  offsets of the groups in `groups.frames`
    groups.frames             uint8   the details of `GROUP_SIZE` passages each, compressed
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from excerpt import native
from excerpt.arrays import Array
from excerpt.errors import IndexDamaged
from excerpt.model import Passage
from excerpt.storage import FetchBytes
from excerpt.storage.columns import Columns
from excerpt.text_store.compression import Decompressor, Dictionary
from excerpt.text_store.manifest import FOLDER, TextFileInfo
from excerpt.text_store.passage_codec import (
    PassageOutline,
    decode_outline,
    decode_passage,
)

__all__ = ["DAMAGE", "DTYPES", "GROUP_SIZE", "DocumentRecord", "TextFile"]

GROUP_SIZE: Final = 16
"""Passages whose details are compressed together: alone, they take three times the space."""
DTYPES: Final = {
    "documents.id": "<i8",
    "documents.first_passage": "<u4",
    "documents.first_piece": "<u4",
    "documents.first_group": "<u4",
    "documents.record_offsets": "<u4",
    "documents.records": "|u1",
    "passages.id": "<u8",
    "passages.by_id": "<u4",
    "passages.start": "<u4",
    "passages.length": "<u4",
    "pieces.start": "<u4",
    "pieces.offsets": "<u4",
    "pieces.frames": "|u1",
    "groups.offsets": "<u4",
    "groups.frames": "|u1",
}
"""The columns of a text file."""
_FOUND_BY_KERNEL: Final = (
    "documents.id",
    "documents.first_passage",
    "documents.first_piece",
    "passages.start",
    "passages.length",
    "pieces.start",
    "pieces.offsets",
    "pieces.frames",
    "documents.first_group",
    "groups.offsets",
    "groups.frames",
)
"""The columns of `Texts` in `native/kernel.h`."""
DAMAGE: Final = (ValueError, TypeError, IndexError, KeyError, OverflowError, RecursionError)
"""The errors that hostile contents with valid checksums can cause."""


Frame = tuple[int, int, int]
"""The number of a piece or group, and its first byte and end among all frames."""


class DocumentRecord(NamedTuple):
    """The description of a document that a reader needs with its text; see `model.Document`."""

    title: str
    encoding: str
    warnings: tuple[str, ...]
    hyphenated: frozenset[str]
    has_lines: bool

    def to_json(self) -> bytes:
        """Return the record as a JSON array in ASCII."""
        values = [*self[:2], self.warnings, sorted(self.hyphenated), self.has_lines]
        return json.dumps(values, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, encoded: bytes) -> "DocumentRecord":
        """Return the record that `to_json` has encoded.

        Raises:
            ValueError, TypeError, RecursionError: if it is damaged.
        """
        title, encoding, warnings, hyphenated, has_lines = json.loads(encoded)
        return cls(title, encoding, tuple(warnings), frozenset(hyphenated), bool(has_lines))


class TextFile:
    """A text file of the index in `folder`.

    Each method raises IndexDamaged for a damaged byte, and one of `DAMAGE` for contents that no
    build writes, or a number that does not exist; see `TextStore`.

    info            the file as the manifest records it
    columns         its columns
    opened          the file for the kernel, None if it is not used
    has_dictionary  True if its texts are compressed with the dictionary of the index
    """

    def __init__(
        self,
        folder: Path,
        info: TextFileInfo,
        dictionary: Dictionary,
        fetch: FetchBytes | None = None,
    ) -> None:
        """Open a file, whose texts may be compressed with the `dictionary` of the index.

        `fetch` fills in the missing bytes of a copy.

        Raises:
            IndexDamaged: if it is missing or damaged.
        """
        self.info = info
        path = folder / FOLDER / info.file.name
        self.columns = Columns(path, info.file, is_repairable=False, fetch=fetch)
        if {name: self.columns.dtype(name) for name in self.columns.names} != DTYPES:
            raise self.columns.damage("it has other columns than a text file")
        own = self.columns.attributes.get("dictionary", "")
        if own not in {"", dictionary.name}:
            raise self.columns.damage("its texts were compressed with another dictionary")
        self.has_dictionary = bool(own)
        self._decompressor = Decompressor(dictionary.body if own else b"")
        numbers = self.columns.numbers
        self._ids = numbers("documents.id")
        if fetch is not None:
            self.verify_ids()  # they are searched without verification, and could be missing
        self._first_passage = numbers("documents.first_passage")
        self._first_piece = numbers("documents.first_piece")
        self._first_group = numbers("documents.first_group")
        self._record_offsets = numbers("documents.record_offsets")
        self._records = numbers("documents.records")
        self._passage_ids = numbers("passages.id")
        self._by_id = numbers("passages.by_id")
        self._starts = numbers("passages.start")
        self._lengths = numbers("passages.length")
        self._piece_starts = numbers("pieces.start")
        self._piece_offsets = numbers("pieces.offsets")
        self._pieces = numbers("pieces.frames")
        self._group_offsets = numbers("groups.offsets")
        self._groups = numbers("groups.frames")
        self.opened = self._open_for_kernel()
        self._last_piece: tuple[int, str] = (-1, "")
        """The piece that was read last: its number and its text."""
        self._last_group: tuple[int, list[str]] = (-1, [])
        """The group that was read last: its number and its details."""

    def _open_for_kernel(self) -> object | None:
        """Open the file for the kernel; None if it is not used."""
        if native.kernel is None:
            return None
        layout = [number for name in _FOUND_BY_KERNEL for number in self.columns.extent(name)]
        opened: object | None = native.kernel.open_texts(
            self.columns.file, np.array(layout, np.uint64)
        )
        return opened

    # Documents

    def find(self, document: int) -> int:
        """Return the number of the document with this id, -1 if the file does not hold it."""
        ids = self._ids
        # The bisection reads unverified numbers. Only the result is verified: a damaged byte can
        # hide a document, whose absence is damage too (`find_verified`).
        number = bisect_left(ids.unverified, document)
        return number if number < len(ids) and ids[number] == document else -1

    def verify_ids(self) -> None:
        """Verify the ids of the documents, before one is declared missing."""
        self.columns.read("documents.id")

    def record(self, number: int) -> DocumentRecord:
        """Return the record of a document."""
        offsets = self._record_offsets
        encoded = self._records.bytes(offsets[number], offsets[number + 1])
        return DocumentRecord.from_json(bytes(encoded))

    def n_passages(self, number: int) -> int:
        """Return the number of passages of a document."""
        return self._first_passage[number + 1] - self._first_passage[number]

    # Texts

    def text(self, number: int, start: int, end: int) -> str:
        """Return the text of a document from `start` to `end`, in code points."""
        if start >= end:
            return ""
        starts = self._piece_starts
        last = self._first_piece[number + 1]
        piece = bisect_right(starts, start, self._first_piece[number], last) - 1
        first_start = starts[piece]
        text = self._piece(piece)
        reached = first_start + len(text)
        if reached < end:  # a span of several pieces
            texts = [text]
            while reached < end:
                piece += 1
                if piece >= last or starts[piece] != reached:
                    raise ValueError(f"the text of a document is missing at {reached:,}")
                texts.append(self._piece(piece))
                reached += len(texts[-1])
            text = "".join(texts)
        if not 0 <= start - first_start <= len(text):
            raise ValueError(f"the text of a document is missing at {start:,}")
        return text[start - first_start : end - first_start]

    def whole_text(self, number: int) -> str:
        """Return the whole text of a document."""
        first, last = self._first_piece[number], self._first_piece[number + 1]
        texts, reached = [], 0
        for piece in range(first, last):
            if self._piece_starts[piece] != reached:
                raise ValueError(f"the text of a document is missing at {reached:,}")
            texts.append(self._piece(piece))
            reached += len(texts[-1])
        return "".join(texts)

    def pieces(self, first: int, last: int) -> Iterator[str]:
        """Yield the texts of the pieces from `first` to `last`."""
        return map(self._piece, range(first, last))

    def _piece(self, piece: int) -> str:
        last, text = self._last_piece
        if last != piece:
            offsets = self._piece_offsets
            text = self._decompressor.text(self._pieces.bytes(offsets[piece], offsets[piece + 1]))
            if not text:
                raise ValueError("a piece of a text is empty")
            self._last_piece = piece, text
        return text

    # Passages

    def verified_text(self, frame: Frame, skipped: int, length: int) -> str | None:
        """Return a text of `length` in a piece, after `skipped` code points.

        The bytes of its `frame` are verified. None if the text goes on in the next piece.
        """
        piece, first, end = frame
        last, text = self._last_piece
        if last != piece:
            text = self._decompressor.text(self._pieces.unverified[first:end])
            self._last_piece = piece, text
        return text[skipped : skipped + length] if skipped + length <= len(text) else None

    def verified_details(self, frame: Frame, ordinal: int) -> str:
        """Return the details of a passage, which are in a group with a verified `frame`."""
        group, first, end = frame
        last, details = self._last_group
        if last != group:
            details = self._decompressor.details(self._groups.unverified[first:end])
            self._last_group = group, details
        return details[ordinal % GROUP_SIZE]

    def passage_text(self, number: int, ordinal: int) -> str:
        """Return the text of a passage of a document."""
        passage = self._passage(number, ordinal)
        start = self._starts[passage]
        return self.text(number, start, start + self._lengths[passage])

    def passage(self, number: int, ordinal: int) -> Passage:
        """Return a passage of a document."""
        passage = self._passage(number, ordinal)
        return decode_passage(
            ordinal,
            self._starts[passage],
            self._lengths[passage],
            self._passage_ids[passage],
            self._details(number, ordinal),
        )

    def outline(self, number: int, ordinal: int) -> PassageOutline:
        """Return the outline of a passage of a document."""
        passage = self._passage(number, ordinal)
        details = self._details(number, ordinal)
        return decode_outline(self._starts[passage], self._lengths[passage], details)

    def _details(self, number: int, ordinal: int) -> str:
        """Return the details of a passage of a document."""
        group = self._first_group[number] + ordinal // GROUP_SIZE
        last, details = self._last_group
        if last != group:
            offsets = self._group_offsets
            frame = self._groups.bytes(offsets[group], offsets[group + 1])
            details = self._decompressor.details(frame)
            self._last_group = group, details
        return details[ordinal % GROUP_SIZE]

    def _passage(self, number: int, ordinal: int) -> int:
        passage = self._first_passage[number] + ordinal
        if not ordinal >= 0 or passage >= self._first_passage[number + 1]:
            raise ValueError(f"there is no passage {ordinal:,} in a document")
        return passage

    def find_passages(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield the document ids and ordinals of the passages with ids from `first` to `last`."""
        by_id, ids = self._by_id, self._passage_ids
        begin = bisect_left(by_id, first, key=ids.__getitem__)
        end = bisect_right(by_id, last, begin, key=ids.__getitem__)
        for at in range(begin, end):
            passage = by_id[at]
            number = bisect_right(self._first_passage, passage) - 1
            yield self._ids[number], passage - self._first_passage[number]

    # Verification

    def verify(self) -> None:
        """Read the whole file; check its checksums, and that its numbers agree with each other.

        Raises:
            IndexDamaged: if they do not.
        """
        self.columns.verify()
        if problem := _problem(self.columns, self.info):
            raise self.columns.damage(problem)

    def damage(self, error: object) -> IndexDamaged:
        """Return the error for one of `DAMAGE`."""
        return self.columns.damage(str(error) or type(error).__name__)


def _problem(columns: Columns, info: TextFileInfo) -> str:
    """Return the first problem with the numbers of a file, "" if there is none."""
    read: dict[str, Array] = {
        name: columns.read(name).astype(np.int64)
        for name in DTYPES
        if not name.endswith((".id", ".frames", ".records"))
    }
    ids = columns.read("documents.id")
    n_documents = len(ids)
    if n_documents != info.n_documents or np.any(ids[1:] <= ids[:-1]):
        return "the ids of its documents are wrong"
    n_passages, n_pieces = columns.length("passages.id"), columns.length("pieces.start")
    n_groups = columns.length("groups.offsets") - 1
    for name, n_items, end in (
        ("documents.first_passage", n_documents, n_passages),
        ("documents.first_piece", n_documents, n_pieces),
        ("documents.first_group", n_documents, n_groups),
        ("documents.record_offsets", n_documents, columns.length("documents.records")),
        ("pieces.offsets", n_pieces, columns.length("pieces.frames")),
        ("groups.offsets", n_groups, columns.length("groups.frames")),
    ):
        offsets = read[name]
        if len(offsets) != n_items + 1 or offsets[0] or offsets[-1] != end:
            return f"the offsets {name} are wrong"
        if np.any(offsets[1:] < offsets[:-1]):
            return f"the offsets {name} are not ascending"
    sizes = np.diff(read["documents.first_passage"])
    if np.any(np.diff(read["documents.first_group"]) != -(-sizes // GROUP_SIZE)):
        return "the groups of its passages are wrong"
    by_id = read["passages.by_id"]
    if {len(by_id), len(read["passages.start"]), len(read["passages.length"])} != {n_passages}:
        return "the numbers of its passages are wrong"
    if np.any(np.sort(by_id) != np.arange(n_passages)):
        return "the order of its passage ids is wrong"
    sorted_ids = columns.read("passages.id")[by_id]
    return "its passage ids are not sorted" if np.any(sorted_ids[1:] < sorted_ids[:-1]) else ""
