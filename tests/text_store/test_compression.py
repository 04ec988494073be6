"""Tests of `compression`: texts are cut, compressed and decompressed without a change."""

from itertools import pairwise

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text_store import compression
from excerpt.text_store.compression import (
    PIECE_LENGTH,
    Compressor,
    Decompressor,
    cut_pieces,
    train_dictionary,
)

ANY_TEXT = st.text(st.characters())


@given(ANY_TEXT, st.integers(0, 3 * PIECE_LENGTH), st.sets(st.integers(0, 12_000), max_size=8))
def test_any_text_survives(text: str, n_more: int, starts: set[int]) -> None:
    """The pieces are short, adjacent, and decode to the text, lone surrogates included."""
    text += "ä" * n_more
    cuts = cut_pieces(len(text), {start for start in starts if start < len(text)})
    pieces = [text[start:end] for start, end in pairwise([*cuts, len(text)])]
    assert cuts[:1] == [0][: len(text)]
    assert all(0 < len(piece) <= PIECE_LENGTH for piece in pieces)
    frames = map(Compressor().text, pieces)
    assert [Decompressor().text(memoryview(frame)) for frame in frames] == pieces


@given(st.lists(st.text("[]0,\\u", min_size=1), min_size=1))
def test_details_survive(details: list[str]) -> None:
    """The details of a group are decoded one by one."""
    assert Decompressor().details(memoryview(Compressor().details(details))) == details


def test_pieces_begin_with_passages() -> None:
    """A piece ends before the passage that would make it too long."""
    starts = [0, 1500, 2000, 3000]
    assert cut_pieces(3500, starts) == [0, 2000]


@pytest.mark.parametrize("with_dictionary", [False, True])
def test_a_damaged_frame_is_an_error(with_dictionary: bool) -> None:
    """Whatever is no frame of a text, or needs a dictionary that is missing, is an error."""
    dictionary = train_dictionary(SAMPLES) if with_dictionary else b""
    assert bool(dictionary) == with_dictionary
    text = SAMPLES[0].decode()
    frame = Compressor(dictionary).text(text)
    assert Decompressor(dictionary).text(memoryview(frame)) == text
    for other in (b"", b"junk", frame[:-1], bytes([frame[0] ^ 1]) + frame[1:]):
        with pytest.raises(ValueError, match="a text"):
            Decompressor(dictionary).text(memoryview(other))
    if with_dictionary:
        with pytest.raises(ValueError, match="a text"):
            Decompressor().text(memoryview(frame))


def test_a_frame_that_claims_to_be_too_long_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """No memory is allocated for what a hostile frame claims, or for one that claims nothing."""
    monkeypatch.setattr(compression, "_MAX_BYTES", 1000)
    assert Decompressor().text(memoryview(Compressor().text("a" * 1000))) == "a" * 1000
    with pytest.raises(ValueError, match="too long"):
        Decompressor().text(memoryview(Compressor().text("a" * 1001)))
    unsized = zstandard.ZstdCompressor(write_content_size=False).compress(b"a")
    with pytest.raises(ValueError, match="too long"):
        Decompressor().text(memoryview(unsized))


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
