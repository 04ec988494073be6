"""`index.format.string_batch`: strings as lines and as code points."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.index.format.string_batch import StringBatch

STRINGS = st.text(st.sampled_from("abcdefé社𐐨"), max_size=6)


def batch_of(strings: list[str]) -> StringBatch:
    """Return a batch of `strings`."""
    encoded = [string.encode() for string in strings]
    offsets = np.cumsum([0, *map(len, encoded)])
    return StringBatch(0, np.frombuffer(b"".join(encoded), np.uint8), offsets)


@given(st.lists(STRINGS, max_size=12))
def test_lines_end_with_a_line_feed(strings: list[str]) -> None:
    """Each string becomes one line, empty ones included."""
    expected = "".join(f"{string}\n" for string in strings)
    assert batch_of(strings).lines().tobytes().decode() == expected


@given(st.lists(STRINGS, max_size=12))
@example(["a" * 60, "é", "b" * 60])
def test_each_string_has_its_code_points_once(strings: list[str]) -> None:
    """Each is given once, and unchanged, if few strings have to be decoded or most."""
    found: dict[int, str] = {}
    for group in batch_of(strings).code_points():
        columns = (group.numbers.tolist(), group.starts.tolist(), group.lengths.tolist())
        for number, start, length in zip(*columns, strict=True):
            if length >= 0:
                assert number not in found
                found[number] = "".join(map(chr, group.letters[start : start + length].tolist()))
    assert [found[number] for number in sorted(found)] == strings
