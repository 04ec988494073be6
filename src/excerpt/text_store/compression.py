"""Texts ⇄ compressed pieces, and details of passages ⇄ compressed groups.

A hit then costs one small piece instead of its whole document. A piece has up to `PIECE_LENGTH`
characters and begins, where possible, where a passage begins. A dictionary that is trained once for
an index, with samples of its sources, holds what pieces have in common: with it, texts take a third
of their size, without it half. Details need none, since they repeat each other within a group.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from zstandard import ZstdCompressor

__all__ = [
    "NO_DICTIONARY",
    "PIECE_LENGTH",
    "SAMPLE_BYTES",
    "Compressor",
    "Decompressor",
    "Dictionary",
    "cut_pieces",
    "train_dictionary",
]

PIECE_LENGTH: Final = 2048
"""The most code points in a piece. With 4096, texts of prose are 3 % smaller, and more text around
a hit must be decompressed."""
SAMPLE_BYTES: Final = 4096
"""Size of a sample for the training of the dictionary."""
_DICTIONARY_BYTES: Final = 1 << 16
_MIN_SAMPLES: Final = 100
"""With fewer samples, no dictionary is trained."""
_LEVEL: Final = 3
"""Level of compression: 200 MB/s here; higher levels gain little."""
_MAX_BYTES: Final = 1 << 30
"""The most bytes that a frame may decompress to: a hostile one could claim any number."""


class Dictionary(NamedTuple):
    """A dictionary that compresses the texts of an index: the name of its file, and its bytes."""

    name: str
    body: bytes


NO_DICTIONARY: Final = Dictionary("", b"")


def train_dictionary(samples: Sequence[bytes]) -> bytes:
    """Return a dictionary for texts that resemble the `samples`; b"" if there are too few."""
    if len(samples) < _MIN_SAMPLES:
        return b""
    import zstandard

    try:
        return zstandard.train_dictionary(_DICTIONARY_BYTES, list(samples)).as_bytes()
    except zstandard.ZstdError:  # zstd cannot learn anything from these samples
        return b""


class Compressor:
    """A compressor of texts, with the `dictionary` of an index, and of details, without."""

    def __init__(self, dictionary: bytes = b"") -> None:
        self._dictionary = dictionary

    @cached_property
    def _of_text(self) -> "ZstdCompressor":
        from zstandard import ZstdCompressionDict, ZstdCompressor

        if not self._dictionary:
            return self._of_details
        dictionary = ZstdCompressionDict(self._dictionary)
        dictionary.precompute_compress(level=_LEVEL)  # once, instead of for each piece
        return ZstdCompressor(level=_LEVEL, dict_data=dictionary)

    @cached_property
    def _of_details(self) -> "ZstdCompressor":
        from zstandard import ZstdCompressor

        return ZstdCompressor(level=_LEVEL)

    def text(self, piece: str) -> bytes:
        """Return the UTF-8 of a piece of text, compressed."""
        return self._of_text.compress(piece.encode("utf-8", "surrogatepass"))

    def details(self, details: Iterable[str]) -> bytes:
        """Return the details of some passages, compressed: JSON in ASCII, one a line."""
        return self._of_details.compress("\n".join(details).encode("ascii"))


def cut_pieces(length: int, starts: Iterable[int]) -> list[int]:
    """Return the starts of the pieces of a text of `length`: none is longer than `PIECE_LENGTH`.

    A piece ends before a passage if one starts in reach; `starts` are those of the passages. Only a
    longer passage, or a stretch without passages, is cut elsewhere.
    """
    if not length:
        return []
    starts, cuts = sorted(set(starts)), [0]
    for start, end in zip(starts, [*starts[1:], length], strict=False):  # strict: there may be none
        if end - cuts[-1] > PIECE_LENGTH and start > cuts[-1]:
            cuts.extend(range(cuts[-1] + PIECE_LENGTH, start, PIECE_LENGTH))
            cuts.append(start)
    cuts.extend(range(cuts[-1] + PIECE_LENGTH, length, PIECE_LENGTH))
    return cuts


class Decompressor:
    """The inverse of a `Compressor` with the same `dictionary`."""

    def __init__(self, dictionary: bytes = b"") -> None:
        self._dictionary = dictionary

    @cached_property
    def _of_text(self) -> Callable[[memoryview], bytes]:
        return _decompressing(self._dictionary)

    @cached_property
    def _of_details(self) -> Callable[[memoryview], bytes]:
        return _decompressing(b"")

    def text(self, frame: memoryview) -> str:
        """Return the piece of text in a `frame`.

        Raises:
            ValueError: if it is not one.
        """
        encoded = self._of_text(frame)
        try:
            return encoded.decode()  # in half the time that it takes with an error handler
        except UnicodeDecodeError:
            return encoded.decode("utf-8", "surrogatepass")

    def details(self, frame: memoryview) -> list[str]:
        """Return the details of the passages in a `frame`.

        Raises:
            ValueError: if it is not one.
        """
        return self._of_details(frame).decode("ascii").split("\n")


def _decompressing(dictionary: bytes) -> Callable[[memoryview], bytes]:
    """Return a function that decompresses a frame; it raises ValueError if that is damaged."""
    # Imported once, since an import statement takes as long as to decompress a kilobyte.
    from zstandard import ZstdCompressionDict, ZstdDecompressor, ZstdError, frame_content_size

    def decompress(frame: memoryview) -> bytes:
        try:
            if not 0 <= frame_content_size(frame) <= _MAX_BYTES:
                raise ValueError("a text claims to be too long")
            return decompressor.decompress(frame)
        except ZstdError as error:
            raise ValueError(f"a text cannot be decompressed: {error}") from error

    try:
        decompressor = ZstdDecompressor(ZstdCompressionDict(dictionary) if dictionary else None)
    except ZstdError as error:
        raise ValueError(f"the dictionary is damaged: {error}") from error
    return decompress
