"""`text.kernel_tokens`: the kernel finds the words of a text where the reference does."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt import native
from excerpt.text.kernel_tokens import find_offsets
from excerpt.text.tokenizer import hyphenated_compounds, token_offsets
from strategies import odd_texts

needs_kernel = pytest.mark.skipif(native.kernel is None, reason="there is no kernel")


@needs_kernel
@given(odd_texts())
@example(["U.S-\nfoo", "a-\nb.c", "U.S.SR", "1.a.B.c", "ab.c.d"])
@example(["Anglo-\nSaxon, vice-\n\t Admiral", "a\u2011 \r\nB", "3-\n4, 3-\nD", "A-", "\nB"])
@example(["x\x00y", "é", "", "co-\noperation co-operation", "a¬\nb a=\nb"])
def test_the_kernel_finds_the_words_of_the_reference(texts: list[str]) -> None:
    """The words that the kernel finds in blocks are those of `token_offsets`."""
    text = "".join(texts)
    hyphenated = hyphenated_compounds(text)
    expected: list[tuple[int, int]] = []
    blocks: list[int] = []
    end = 0
    for part in texts:
        blocks += (end, end + len(part))
        expected += token_offsets(part, end, hyphenated)
        end += len(part)
    spans = [(first, first + 1) for first in range(len(expected))]
    found = find_offsets(text, tuple(blocks), spans, has_compounds=bool(hyphenated))
    if found is not None:
        assert found == expected


@needs_kernel
@pytest.mark.parametrize(
    ("text", "spans", "words"),
    [
        ("The U.S. and Élan, 1914-\n1918.", [(1, 2), (3, 5)], ["U.S", "Élan, 1914"]),
        ("revolu-\ntion — “Жизнь”", [(0, 1), (1, 2)], ["revolu-\ntion", "Жизнь"]),
    ],
)
def test_the_kernel_finds_words_itself(
    text: str, spans: list[tuple[int, int]], words: list[str]
) -> None:
    """Texts in alphabets are not left to Python."""
    found = find_offsets(text, (0, len(text)), spans, has_compounds=False)
    assert found is not None
    assert [text[start:end] for start, end in found] == words


@needs_kernel
@given(odd_texts(), st.lists(st.integers(-1, 9), max_size=6), st.booleans())
def test_wrong_spans_and_blocks_do_no_harm(
    texts: list[str], numbers: list[int], has_compounds: bool
) -> None:
    """Spans behind the last word, and blocks outside of the text, give None or an error."""
    text = "".join(texts)
    blocks = tuple(abs(number) for number in numbers)
    spans = list(pairwise(blocks))
    found = find_offsets(text, blocks, spans, has_compounds=has_compounds)
    assert found is None or all(0 <= start < end <= len(text) for start, end in found)


@needs_kernel
@pytest.mark.parametrize(
    ("text", "has_compounds"), [("co-\noperation", True), ("นา", False), ("a\u00adb", False)]
)
def test_python_decides_in_doubt(text: str, has_compounds: bool) -> None:
    """The kernel does not know compounds, scripts without spaces and ignored characters."""
    assert find_offsets(text, (0, len(text)), [(0, 1)], has_compounds=has_compounds) is None
