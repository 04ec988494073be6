"""Texts of documents ⇄ rows of the table `texts`: compressed pieces.

A hit then costs one small piece instead of its whole document. A piece has up to 4,096 characters
and begins, where possible, where a passage begins. A dictionary that is trained once for an index,
with samples of its sources, holds what pieces have in common: with it, texts take a third of their
size, without it half.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from excerpt.catalog.column_codec import Row, row_checksum
from excerpt.catalog.errors import expect
from excerpt.model import Document, Passage, Span

if TYPE_CHECKING:
    from zstandard import ZstdCompressor, ZstdDecompressor

__all__ = [
    "PIECE_LENGTH",
    "SAMPLE_BYTES",
    "Compressor",
    "Decompressor",
    "DocumentText",
    "TextReader",
    "decode_dictionary",
    "encode_dictionary",
    "placeholders",
    "train_dictionary",
]

PIECE_LENGTH: Final = 4096
"""The most code points in a piece."""
SAMPLE_BYTES: Final = 4096
"""Size of a sample for the training of the dictionary."""
_DICTIONARY_BYTES: Final = 1 << 16
_MIN_SAMPLES: Final = 100
"""With fewer samples, no dictionary is trained."""
_LEVEL: Final = 3
"""Level of compression: 200 MB/s here; higher levels gain little."""


class DocumentText(NamedTuple):
    """The text of a document and the offsets at which its passages start."""

    document: int
    text: str
    starts: list[int]

    @classmethod
    def of(cls, document: Document, passages: Sequence[Passage]) -> Self:
        """Return the text of `document`, which is cut into these `passages`."""
        starts = {passage.span.start for passage in passages}
        return cls(document.id, document.text, sorted(starts))


def train_dictionary(samples: Sequence[bytes]) -> bytes:
    """Return a dictionary for texts that resemble the `samples`; b"" if there are too few."""
    if len(samples) < _MIN_SAMPLES:
        return b""
    import zstandard

    try:
        return zstandard.train_dictionary(_DICTIONARY_BYTES, list(samples)).as_bytes()
    except zstandard.ZstdError:  # zstd cannot learn anything from these samples
        return b""


def encode_dictionary(dictionary: bytes) -> Row:
    """Return the row of the table `dictionary`."""
    return dictionary, zlib.crc32(dictionary)


def decode_dictionary(rows: Sequence[Row]) -> bytes:
    """Return the dictionary from the rows of its table, b"" if there is none.

    Raises:
        ValueError: if it is damaged.
    """
    for body, checksum in rows:
        expect(zlib.crc32(body) == checksum, "checksum mismatch in the dictionary of the texts")
    return rows[0][0] if rows else b""


class Compressor:
    """Encodes texts with the `dictionary` of an index."""

    def __init__(self, dictionary: bytes = b"") -> None:
        self._dictionary = dictionary

    @cached_property
    def _compressor(self) -> "ZstdCompressor":
        from zstandard import ZstdCompressionDict, ZstdCompressor

        if not self._dictionary:
            return ZstdCompressor(level=_LEVEL)
        dictionary = ZstdCompressionDict(self._dictionary)
        dictionary.precompute_compress(level=_LEVEL)  # once, instead of for each piece
        return ZstdCompressor(level=_LEVEL, dict_data=dictionary)

    def rows(self, text: DocumentText) -> list[Row]:
        """Return the rows of the text of a document."""
        rows = []
        for start, end in _cut(len(text.text), text.starts):
            body = self._compressor.compress(text.text[start:end].encode("utf-8", "surrogatepass"))
            rows.append((text.document, start, body, _checksum(text.document, start, body)))
        return rows


def _checksum(document: int, start: int, body: bytes) -> int:
    return zlib.crc32(body, row_checksum(document, start))


def _cut(length: int, starts: Iterable[int]) -> list[tuple[int, int]]:
    """Return start and end of the pieces of a text: none longer than `PIECE_LENGTH`.

    A piece ends before a passage if one starts in reach. Only a longer passage, or a stretch
    without passages, is cut elsewhere.
    """
    starts, cuts = list(starts), [0]
    for start, end in zip(starts, [*starts[1:], length], strict=False):  # strict: there may be none
        if end - cuts[-1] > PIECE_LENGTH and start > cuts[-1]:
            cuts.extend(range(cuts[-1] + PIECE_LENGTH, start, PIECE_LENGTH))
            cuts.append(start)
    cuts.extend(range(cuts[-1] + PIECE_LENGTH, length, PIECE_LENGTH))
    return list(zip(cuts, [*cuts[1:], length], strict=True)) if length else []


class Decompressor:
    """Decodes texts with the `dictionary` of an index."""

    def __init__(self, dictionary: bytes = b"") -> None:
        self._dictionary = dictionary

    @cached_property
    def _decompressor(self) -> "ZstdDecompressor":
        from zstandard import ZstdCompressionDict, ZstdDecompressor

        return ZstdDecompressor(ZstdCompressionDict(self._dictionary) if self._dictionary else None)

    def text(self, row: Row) -> str:
        """Return the piece of text in a row.

        Raises:
            ValueError: if the row is damaged.
        """
        document, start, body, checksum = row
        if _checksum(document, start, body) != checksum:
            raise ValueError(f"checksum mismatch in the text of document {document} at {start}")
        from zstandard import ZstdError

        try:
            return self._decompressor.decompress(body).decode("utf-8", "surrogatepass")
        except ZstdError as error:
            raise ValueError(f"the text of document {document} at {start}: {error}") from error


def placeholders(n_values: int, n_rows: int) -> str:
    """Return the placeholders of `n_rows` rows of `n_values` values each, for a statement.

    >>> placeholders(2, 3)
    '(?, ?), (?, ?), (?, ?)'
    """
    return ", ".join([f"({', '.join('?' * n_values)})"] * n_rows)


class TextReader:
    """Reads texts of a catalog; its methods are to be called in `detect_damage`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        rows = connection.execute("SELECT body, checksum FROM dictionary").fetchall()
        self._decompressor = Decompressor(decode_dictionary(rows))
        self._last: tuple[int, int, str] = (0, 0, "")
        """The piece that was read last: its document, its start and its text."""

    def text(self, document: int, span: Span) -> str:
        """Return the text of a span of a document."""
        last_document, start, piece = self._last
        is_inside = start <= span.start and span.end <= start + len(piece)
        if last_document != document or not is_inside:
            ((start, piece),) = self._read_pieces([(document, span)])
            self._last = (document, start, piece) if len(piece) <= PIECE_LENGTH else (0, 0, "")
        return piece[span.start - start : span.end - start]

    def texts(self, spans: Sequence[tuple[int, Span]]) -> list[str]:
        """Return the text of each pair of a document and a span of it."""
        if len(spans) == 1:
            return [self.text(*spans[0])]
        return [
            piece[span.start - start : span.end - start]
            for (_, span), (start, piece) in zip(spans, self._read_pieces(spans), strict=True)
        ]

    def _read_pieces(self, spans: Sequence[tuple[int, Span]]) -> list[tuple[int, str]]:
        """Return for each span the text of the pieces that cover it, after where they start."""
        # One statement for all spans: each is joined with the pieces from the last that starts at
        # or before the span to the last that starts before its end.
        found = self._connection.execute(
            f"WITH wanted(n, d, s, e) AS (VALUES {placeholders(4, len(spans))})"
            " SELECT n, document, start, body, checksum FROM wanted CROSS JOIN texts"
            " ON document = d AND start < e AND start >="
            " coalesce((SELECT max(start) FROM texts WHERE document = d AND start <= s), 0)"
            " ORDER BY n, start",
            [
                number
                for n, (document, span) in enumerate(spans)
                for number in (n, document, span.start, max(span.end, span.start + 1))
            ],
        ).fetchall()
        rows_of_span: list[list[Row]] = [[] for _ in spans]
        for n, *row in found:
            rows_of_span[n].append(tuple(row))
        return [
            self._join(document, span, rows)
            for (document, span), rows in zip(spans, rows_of_span, strict=True)
        ]

    def _join(self, document: int, span: Span, rows: Sequence[Row]) -> tuple[int, str]:
        """Return where the texts of `rows` start, and the texts joined; they must cover `span`."""
        start = end = rows[0][1] if rows else 0
        texts = []
        for row in rows:
            expect(row[:2] == (document, end), f"text of document {document} is missing at {end}")
            texts.append(self._decompressor.text(row))
            end += len(texts[-1])
        expect(start <= span.start and end >= span.end, f"text of document {document} is missing")
        return start, "".join(texts)
