"""`text.grouped_numbers`: numbers in groups of digits are one word, in all tokenizers."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt import native
from excerpt.model import Block, BlockKind, Passage, Span
from excerpt.text import tokenize
from excerpt.text.array_tokenizer import batch_offsets, tokenize_batch
from excerpt.text.grouped_numbers import find_grouped_numbers
from excerpt.text.kernel_tokens import find_offsets
from excerpt.text.tokenizer import token_offsets
from excerpt.text_store.passage_codec import encode_details

SIGNS = ",.'\u2019\u00a0\u202f\u066c\uff0c-\u2013\u2010 \u200b\u00ad\n"
NUMBERS = ["0", "3", "12", "05", "000", "123", "1848", "\u00b2", "\u0663", "\u0660" * 3, "\uff11"]
LETTERS = ["th", "a5", "\u4e07", "\u0e01\u0e48", "e\u0301", "\u0301"]
PARTS = st.sampled_from([*NUMBERS, *LETTERS, *SIGNS])
TEXTS = st.lists(PARTS, max_size=24).map("".join)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3,000 men", "3000 men"),
        ("1,234,567", "1234567"),
        ("£3,000.50", "3000 50"),
        ("1.000.000", "1000000"),
        ("1.234,56 and 1.000,- and 2.500,\u2013", "1234 56 and 1000 and 2500"),
        ("3'000 3\u2019000 3\u00a0000 3\u202f000", "3000 3000 3000 3000"),
        ("12\u00a0345\u00a0678", "12345678"),
        ("3,000th 3,000-strong", "3000th 3000 strong"),
        ("\u0663\u066c\u0660\u0660\u0660 \uff13\uff0c000", "\u0663\u0660\u0660\u0660 \uff13000"),
        ("3,\u200b000 3\u00ad,000", "3000 3000"),
        ("\u7d043,000\u4eba", "\u7d04 3000 \u4eba"),
        ("1:100,000", "1 100000"),
        ("2,000\u20133,000", "2000 3000"),
        # An ordinary full stop may be a decimal point.
        ("1.000 3.14", "1 000 3 14"),
        # Dates, years, times, sections, lists, addresses and telephone numbers.
        ("1.5.1848 1914-1918 1914/15", "1 5 1848 1914 1918 1914 15"),
        ("3.14.2 \u00a712.3 10.30", "3 14 2 12 3 10 30"),
        ("1,2,300 1,20,300 100,200,3", "1 2 300 1 20 300 100 200 3"),
        ("192.168.0.1 10.10.100.200", "192 168 0 1 10 10 100 200"),
        ("555.123.4567 030.123.45.67", "555 123 4567 030 123 45 67"),
        ("0,125 0.125 1848,100 12345,678", "0 125 0 125 1848 100 12345 678"),
        ("1.234,567 12,345.678", "1 234 567 12345 678"),
        ("5'11 a1,000 3,0000", "5 11 a1 000 3 0000"),
        ("1 000 000", "1 000 000"),
        ("12\u00a034\u00a0567", "12 34 567"),
    ],
)  # fmt: skip
def test_words(text: str, words: str) -> None:
    """A number is one word, without signs; of everything else, each part is a word."""
    assert [token.form for token in tokenize(text)] == words.split()


def test_the_term_of_a_number_has_its_digits() -> None:
    """Whatever the digits and signs, the number has one term."""
    texts = ["3,000", "3'000", "\u0663\u066c\u0660\u0660\u0660", "\uff13\uff0c\uff10\uff10\uff10"]
    assert [[token.term for token in tokenize(text)] for text in texts] == [["3000"]] * 4


@given(TEXTS)
@example("1,000 3,000a5,100 1\u00a0234\u00a05,678")
@example("1.234,5 1.234,567 1.234,- 1.234,\u2010 1.234.567,8 1.234,5a")
def test_numbers_are_found_in_order(text: str) -> None:
    """Numbers are disjoint, and begin and end with a digit."""
    end_before = 0
    for start, end in find_grouped_numbers(text):
        assert end_before <= start < end
        assert text[start].isdecimal()
        assert unicodedata.decimal(text[start])
        assert text[end - 1].isalnum() or unicodedata.category(text[end - 1])[0] == "M"
        end_before = end


@given(st.lists(TEXTS, max_size=4))
@example(["1,000 3,000a5,100 1\u00a0234\u00a05,678", "3,000", "1.234,", "5"])
@example(["1.234,5 1.234,567 1.234,- 1.234,\u2010 1.234.567,8 1.234,5a", "1.234"])
@example(["1", ",000"])
def test_the_array_tokenizer_equals_the_reference(texts: list[str]) -> None:
    """Forms, marks and offsets of texts with many numbers are those of `tokenize`."""
    none: frozenset[str] = frozenset()
    buffer, starts, lengths, _ = tokenize_batch(texts, [none] * len(texts))
    forms = [
        unicodedata.normalize("NFC", buffer[start : start + length].tobytes().decode())
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
    ]
    assert forms == [token.form + token.mark for text in texts for token in tokenize(text)]
    found = batch_offsets(texts, [none] * len(texts), [0] * len(texts))
    expected = [token_offsets(text) for text in texts]
    assert [list(zip(*pair, strict=True)) for pair in found] == expected


@pytest.mark.skipif(native.kernel is None, reason="there is no kernel")
@given(TEXTS, TEXTS)
@example("1,000 3,000a5,100 1\u00a0234\u00a05,678 a-\u00a0\nb", "3,000")
@example("1.234,5 1.234,567 1.234,- 1.234,\u2010 1.234.567,8 1.234,5a 1.", "234")
@example("1", ",000")
def test_the_kernel_equals_the_reference(first: str, second: str) -> None:
    """The kernel finds the words of two blocks with many numbers where the reference does."""
    n = len(first)
    bounds = [(0, n), (n, n + len(second))]
    blocks = tuple(Block(Span(*pair), BlockKind.PARAGRAPH) for pair in bounds)
    details = encode_details(Passage(0, Span(0, n + len(second)), blocks))
    expected = token_offsets(first) + token_offsets(second, n)
    spans = [(number, number + 1) for number in range(len(expected))]
    found = find_offsets(first + second, details, spans, has_compounds=False)
    if found is not None:
        assert list(zip(*found, strict=True)) == expected
