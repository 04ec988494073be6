"""Texts of documents ⇄ rows of the catalog: compressed pieces, so that a hit costs one small piece and not its document.

A piece has some 4,000 characters and begins where a passage begins. What pieces have in common stands in a dictionary that
is made once for an index, from samples of its sources: with it they take a third of their size, without it half.
Each row ends with a seal: a flipped bit is an error, never a wrong text.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from excerpt.catalog.checksums import seal
from excerpt.catalog.schema import expect, read_dictionary
from excerpt.model import Span

if TYPE_CHECKING:
    from zstandard import ZstdCompressor, ZstdDecompressor

__all__ = [
    "PIECE",
    "SAMPLE",
    "Compressor",
    "Decompressor",
    "TextReader",
    "dictionary_from",
    "placeholders",
]

PIECE: Final = 4096
"""Characters of text in a piece at most."""
SAMPLE: Final = 4096
"""Bytes of a sample for the dictionary."""
_DICTIONARY: Final = 1 << 16
_LEAST_SAMPLES: Final = 100
_LEVEL: Final = 3
"""200 MB/s; higher ones gain little."""

Row = tuple[Any, ...]


def dictionary_from(samples: Sequence[bytes]) -> bytes:
    """What some pieces of the sources have in common; b"" if they are too few to tell."""
    if len(samples) < _LEAST_SAMPLES:
        return b""
    import zstandard

    try:
        return zstandard.train_dictionary(_DICTIONARY, list(samples)).as_bytes()
    except zstandard.ZstdError:  # nothing comes again
        return b""


class Compressor:
    """Makes rows of texts, with the `dictionary` of the index."""

    def __init__(self, dictionary: bytes = b"") -> None:
        self._dictionary = dictionary

    @cached_property
    def _compressor(self) -> "ZstdCompressor":
        from zstandard import ZstdCompressionDict, ZstdCompressor

        if not self._dictionary:
            return ZstdCompressor(level=_LEVEL)
        known = ZstdCompressionDict(self._dictionary)
        known.precompute_compress(level=_LEVEL)
        return ZstdCompressor(level=_LEVEL, dict_data=known)

    def rows(self, document: int, text: str, starts: Sequence[int]) -> list[Row]:
        """The rows of the `text` of a document whose passages begin at `starts`."""
        found = []
        for start, end in _pieces(len(text), starts):
            body = self._compressor.compress(text[start:end].encode("utf-8", "surrogatepass"))
            found.append((document, start, body, zlib.crc32(body, seal(document, start))))
        return found


def _pieces(length: int, starts: Iterable[int]) -> list[tuple[int, int]]:
    """Where a text is cut: before passages where possible, and never longer than `PIECE`."""
    starts, cuts = list(starts), [0]
    for start, end in zip(starts, [*starts[1:], length], strict=False):  # without passages, none
        if end - cuts[-1] > PIECE and start > cuts[-1]:
            cuts.extend(range(cuts[-1] + PIECE, start, PIECE))
            cuts.append(start)
    cuts.extend(range(cuts[-1] + PIECE, length, PIECE))
    return list(zip(cuts, [*cuts[1:], length], strict=True)) if length else []


class Decompressor:
    """Reads texts from their rows, with the `dictionary` of the index."""

    def __init__(self, dictionary: bytes = b"") -> None:
        self._dictionary = dictionary

    @cached_property
    def _decompressor(self) -> "ZstdDecompressor":
        from zstandard import ZstdCompressionDict, ZstdDecompressor

        return ZstdDecompressor(ZstdCompressionDict(self._dictionary) if self._dictionary else None)

    def text(self, row: Row) -> str:
        """The text of a row.

        Raises:
            ValueError: if the row is not what was written.
        """
        document, start, body, sealed = row
        if zlib.crc32(body, seal(document, start)) != sealed:
            raise ValueError(f"the text of document {document} at {start} does not match its seal")
        from zstandard import ZstdError

        try:
            return self._decompressor.decompress(body).decode("utf-8", "surrogatepass")
        except ZstdError as error:
            raise ValueError(f"the text of document {document} at {start}: {error}") from error


def placeholders(n: int, times: int) -> str:
    """So many rows of `n` values each, for a statement."""
    return ", ".join([f"({', '.join('?' * n)})"] * times)


class TextReader:
    """The texts of a catalog. What it raises is for `schema.checked` to tell."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._decompressor = Decompressor(read_dictionary(connection))
        self._last: tuple[int, int, str] = (0, 0, "")

    def text(self, document: int, span: Span) -> str:
        """The text of a span of a document; the piece that was read last is kept."""
        of, start, piece = self._last
        if not (of == document and start <= span.start and span.end <= start + len(piece)):
            ((start, piece),) = self._pieces([(document, span)])
            self._last = (document, start, piece) if len(piece) <= PIECE else (0, 0, "")
        return piece[span.start - start : span.end - start]

    def many(self, wanted: Sequence[tuple[int, Span]]) -> list[str]:
        """The text of each of the spans of documents that are `wanted`."""
        if len(wanted) == 1:
            return [self.text(*wanted[0])]
        return [
            piece[span.start - start : span.end - start]
            for (_, span), (start, piece) in zip(wanted, self._pieces(wanted), strict=True)
        ]

    def _pieces(self, wanted: Sequence[tuple[int, Span]]) -> list[tuple[int, str]]:
        """For each of the spans that are `wanted` the pieces of text that cover it, joined, and where they begin."""
        found = self._connection.execute(
            f"WITH wanted(n, d, s, e) AS (VALUES {placeholders(4, len(wanted))})"
            " SELECT n, document, start, body, seal FROM wanted CROSS JOIN texts"
            " ON document = d AND start < e AND start >="
            " coalesce((SELECT max(start) FROM texts WHERE document = d AND start <= s), 0)"
            " ORDER BY n, start",
            [
                number
                for n, (document, span) in enumerate(wanted)
                for number in (n, document, span.start, max(span.end, span.start + 1))
            ],
        ).fetchall()
        of_span: list[list[Row]] = [[] for _ in wanted]
        for n, *row in found:
            of_span[n].append(tuple(row))
        return [self._joined(*which, rows) for which, rows in zip(wanted, of_span, strict=True)]

    def _joined(self, document: int, span: Span, rows: Sequence[Row]) -> tuple[int, str]:
        """The texts of `rows`, which must cover `span`, and where they begin."""
        start = at = rows[0][1] if rows else 0
        texts = []
        for row in rows:
            expect(row[:2] == (document, at), f"the text of document {document} at {at}")
            texts.append(self._decompressor.text(row))
            at += len(texts[-1])
        expect(start <= span.start and at >= span.end, f"the text of document {document}")
        return start, "".join(texts)
