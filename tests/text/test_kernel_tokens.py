"""`text.kernel_tokens`: the kernel finds the words of a text where the reference does."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt import native
from excerpt.model import Block, BlockKind, Passage, Span
from excerpt.present.highlight import merge_spans
from excerpt.text.kernel_tokens import find_offsets
from excerpt.text.tokenizer import hyphenated_compounds, token_offsets
from excerpt.text_store.passage_codec import encode_details
from strategies import odd_texts

needs_kernel = pytest.mark.skipif(native.kernel is None, reason="there is no kernel")


def details_of(*bounds: int) -> str:
    """The details of a passage whose blocks have these starts and ends in turn."""
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    blocks = tuple(Block(Span(start, end), BlockKind.PARAGRAPH) for start, end in pairs)
    return encode_details(Passage(0, Span(0, bounds[-1] if bounds else 0), blocks))


@needs_kernel
@given(odd_texts(), st.lists(st.integers(0, 3), max_size=8))
@example(["U.S-\nfoo", "a-\nb.c", "U.S.SR", "1.a.B.c", "ab.c.d"], [2, 2, 0, 1])
@example(["Anglo-\nSaxon, vice-\n\t Admiral", "a\u2011 \r\nB", "3-\n4, 3-\nD", "A-", "\nB"], [3, 1])
@example(["x\x00y", "é", "", "co-\noperation co-operation", "a¬\nb a=\nb"], [1, 1, 1])
def test_the_kernel_finds_the_words_of_the_reference(texts: list[str], sizes: list[int]) -> None:
    """The words that the kernel finds in blocks are those of `token_offsets`.

    Words that overlap are joined as `merge_spans` joins them.
    """
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
    found = find_offsets(text, details_of(*blocks), spans, has_compounds=bool(hyphenated))
    if found is not None:
        assert list(zip(*found, strict=True)) == expected
    wide = [(first, first + size) for first, size in enumerate(sizes[: len(expected)])]
    wide = [(first, end) for first, end in wide if first < end <= len(expected)]
    merged = find_offsets(text, details_of(*blocks), wide, has_compounds=bool(hyphenated))
    if merged is not None:
        offsets = [(expected[first][0], expected[end - 1][1]) for first, end in wide]
        assert tuple(map(Span, *merged)) == merge_spans(offsets)


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
    found = find_offsets(text, details_of(0, len(text)), spans, has_compounds=False)
    assert found is not None
    assert [text[start:end] for start, end in zip(*found, strict=True)] == words


@needs_kernel
@given(odd_texts(), st.lists(st.integers(-1, 9), max_size=6), st.booleans())
def test_wrong_spans_and_blocks_do_no_harm(
    texts: list[str], numbers: list[int], has_compounds: bool
) -> None:
    """Spans behind the last word, and blocks outside of the text, give None or an error."""
    text = "".join(texts)
    bounds = [abs(number) for number in numbers]
    spans = list(pairwise(bounds))
    for details in (str(numbers), f"[{numbers}]", f"[{numbers}".replace(" ", ""), details_of()):
        found = find_offsets(text, details, spans, has_compounds=has_compounds)
        pairs = zip(*found or ((), ()), strict=True)
        assert all(0 <= start < end <= len(text) for start, end in pairs)


@needs_kernel
@pytest.mark.parametrize(
    ("text", "has_compounds"), [("co-\noperation", True), ("นา", False), ("a\u00adb", False)]
)
def test_python_decides_in_doubt(text: str, has_compounds: bool) -> None:
    """The kernel does not know compounds, scripts without spaces and ignored characters."""
    assert (
        find_offsets(text, details_of(0, len(text)), [(0, 1)], has_compounds=has_compounds) is None
    )
