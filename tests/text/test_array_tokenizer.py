"""`text.array_tokenizer`: the array tokenizer finds the tokens of the reference."""

import unicodedata

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.text import array_tokenizer
from excerpt.text.array_tokenizer import batch_offsets, tokenize_batch
from excerpt.text.tokenizer import hyphenated_compounds, token_offsets, tokenize
from strategies import odd_texts


@given(odd_texts())
@example(["U.S-\nfoo", "a-\nb.c"])
@example(["x\x00y", "z", ""])
@example(["Anglo-\nSaxon, vice-\n\t Admiral", "a\u2011 \r\nB", "3-\n4, 3-\nD", "A-", "\nB"])
@example(["A\u2010\u2029\nB\u201d\nC\u2014 \nD- E-\u3000\nF"])
def test_tokens_are_slices_of_the_buffer(texts: list[str]) -> None:
    """Each token is its marked form, perhaps decomposed, and each text has its first token."""
    hyphenated = hyphenated_compounds("\n\n".join(texts))
    buffer, starts, lengths, first_tokens = tokenize_batch(texts, [hyphenated] * len(texts))
    forms = [
        unicodedata.normalize(
            "NFC", buffer[start : start + length].tobytes().decode("utf-8", "surrogatepass")
        )
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
    ]
    expected = [
        [token.form + token.mark for token in tokenize(text, 0, hyphenated)] for text in texts
    ]
    assert forms == [form for text in expected for form in text]
    assert first_tokens.tolist() == [sum(map(len, expected[:i])) for i in range(len(texts))]


@given(odd_texts(), st.integers(0, 1000))
@example(["U.S-\nfoo", "a-\nb.c"], 0)
@example(["é x\x00y", "z"], 3)
def test_offsets_equal_those_of_the_reference(texts: list[str], first: int) -> None:
    """The offsets of tokens are those of `token_offsets`, whatever the texts contain."""
    hyphenated = hyphenated_compounds("\n\n".join(texts))
    starts = list(range(first, first + len(texts)))
    found = batch_offsets(texts, [hyphenated] * len(texts), starts)
    expected = [
        token_offsets(text, start, hyphenated) for text, start in zip(texts, starts, strict=True)
    ]
    assert [list(zip(*pair, strict=True)) for pair in found] == expected


def test_first_bytes_of_all_white_space_are_known() -> None:
    """The table has the first byte of every character of white space in UTF-8, and no others."""
    spaces = [character for character in map(chr, range(0x110000)) if character.isspace()]
    first_bytes = {character.encode()[0] for character in spaces}
    assert set(np.flatnonzero(array_tokenizer._IS_FIRST_OF_SPACE).tolist()) == first_bytes
