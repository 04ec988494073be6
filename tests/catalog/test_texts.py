"""Tests of `catalog.texts`: texts are cut, compressed and decompressed without a change."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.catalog.texts import (
    PIECE_LENGTH,
    Compressor,
    Decompressor,
    DocumentText,
    decode_dictionary,
    encode_dictionary,
    train_dictionary,
)

ANY_TEXT = st.text(st.characters())


@given(ANY_TEXT, st.integers(0, 3 * PIECE_LENGTH), st.sets(st.integers(0, 12_000), max_size=8))
def test_any_text_survives(text: str, n_more: int, starts: set[int]) -> None:
    """The pieces are short, adjacent, and decode to the text, lone surrogates included."""
    text += "ä" * n_more
    inside = sorted(start for start in starts if start < len(text))
    rows = Compressor().rows(DocumentText(3, text, inside))
    pieces = [Decompressor().text(row) for row in rows]
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= PIECE_LENGTH for piece in pieces)
    ends = [row[1] + len(piece) for row, piece in zip(rows, pieces, strict=True)]
    assert [row[1] for row in rows] == [0, *ends[:-1]][: len(rows)]
    assert {row[0] for row in rows} <= {3}


def test_pieces_begin_with_passages() -> None:
    """A piece ends before the passage that would make it too long."""
    starts = [0, 3000, 4000, 6000]
    rows = Compressor().rows(DocumentText(1, "x" * 7000, starts))
    assert [row[1] for row in rows] == [0, 4000]


@pytest.mark.parametrize("with_dictionary", [False, True])
def test_a_changed_row_is_damage(with_dictionary: bool) -> None:
    """Another document, start, body or checksum is detected, and so is a missing dictionary."""
    dictionary = train_dictionary(SAMPLES) if with_dictionary else b""
    assert bool(dictionary) == with_dictionary
    text = SAMPLES[0].decode()
    ((document, start, body, checksum),) = Compressor(dictionary).rows(DocumentText(1, text, [0]))
    decompressor = Decompressor(dictionary)
    assert decompressor.text((document, start, body, checksum)) == text
    other = bytes([body[0] ^ 1]) + body[1:]
    for row in (
        (2, start, body, checksum),
        (document, 1, body, checksum),
        (document, start, other, checksum),
        (document, start, body, checksum ^ 1),
    ):
        with pytest.raises(ValueError, match="checksum mismatch in the text of document"):
            decompressor.text(row)
    if with_dictionary:
        with pytest.raises(ValueError, match="the text of document 1 at 0"):
            Decompressor().text((document, start, body, checksum))


SAMPLES = [
    f"The committee of {place} wrote to the queen about the {thing} of number {number}.".encode()
    for number in range(20)
    for place in ("Bristol", "Leeds", "the harbour")
    for thing in ("strike", "petition", "price of bread")
]


def test_a_dictionary_needs_many_samples() -> None:
    """Too few samples, or empty ones, give no dictionary."""
    assert train_dictionary(SAMPLES) != b""
    assert train_dictionary(SAMPLES[:10]) == b""
    assert train_dictionary([b""] * 150) == b""


def test_a_dictionary_survives() -> None:
    """The dictionary is decoded from its row; a changed one is damage."""
    assert decode_dictionary([]) == b""
    assert decode_dictionary([encode_dictionary(b"common")]) == b"common"
    with pytest.raises(ValueError, match="checksum mismatch in the dictionary"):
        decode_dictionary([(b"common", zlib.crc32(b"other"))])
