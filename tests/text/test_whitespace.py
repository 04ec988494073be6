"""`text.whitespace`: counting by look-up gives what counting in the text gives."""

from hypothesis import given
from hypothesis import strategies as st

from excerpt.text.whitespace import UNSPACED_RANGES, Whitespace, code_points

TEXTS = st.text("a \n\té社𠀀" + UNSPACED_RANGES.replace("-", ""), max_size=40)


@given(TEXTS, st.data())
def test_counts_between_offsets(text: str, data: st.DataObject) -> None:
    """Spaces and line ends are counted between any two offsets, line ends before any."""
    offsets = st.integers(0, len(text))
    start, end = sorted(data.draw(st.tuples(offsets, offsets)))
    whitespace = Whitespace(text)
    expected = text.count(" ", start, end) + text.count("\n", start, end)
    assert whitespace.n_between([start], [end]) == [expected]
    assert whitespace.n_lines([start, end]) == [text.count("\n", 0, i) for i in (start, end)]
    assert whitespace.n_spaces == text.count(" ")


@given(st.one_of(TEXTS, st.text(max_size=20), st.text(st.characters(max_codepoint=0xFFFF))))
def test_code_points(text: str) -> None:
    """The code points of a text are those of its characters, surrogates included."""
    assert code_points(text).tolist() == list(map(ord, text))
