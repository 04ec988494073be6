"""`formats.outline`: classifying all lines at once finds the blocks that one by one are found."""

from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from excerpt.ingest.formats.blocks import outline
from excerpt.ingest.formats.blocks.layout import Lineation
from excerpt.ingest.formats.blocks.outline import find_blocks
from excerpt.text.line_table import _may_be_special

_SPECIAL = """
the The MILL i x. 12 Page_3 p._4 pag ſ._5 s. -_7_- (a) a) 1. § é Éa ж = == ##_a --- |_a_| >_q *
end. CHAPTER_VI co- fol._3r {{4}} 第_3_页
"""
WORDS = st.sampled_from(
    [word.replace("_", " ") for word in _SPECIAL.split()] + list("\t\f\x85\xa0")
)
LINES = st.one_of(
    st.just(""),
    st.sampled_from(("", " ", "\t", "\f", " " * 12, "-" * 300, "x" + " " * 250)),
    st.lists(WORDS, min_size=1, max_size=6).map(" ".join),
    st.text("aiPpsSf1. -(=#", max_size=4),
    st.text(st.characters(exclude_characters="\n"), max_size=5),
)
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(("\n", "\n\n", "\n\n", "\n\n\n", "\n \n")))).map(
    lambda lines: "".join(line + end for line, end in lines)
)
LAYOUTS = st.builds(Lineation, st.sampled_from((0, 3, 10, 40)), st.booleans())


@settings(max_examples=500)
@given(TEXTS, LAYOUTS)
@example("a\n\n- i\n\nb\n\nTHE\n\n\nc", Lineation(3, is_double_spaced=True))
@example("## A\n\nb\n\nc", Lineation(3, is_double_spaced=True))
def test_lines_are_classified_at_once(text: str, layout: Lineation) -> None:
    """The blocks are the same, whatever the share of blank lines."""
    with patch.object(outline, "_MIN_BLANK", -1):
        at_once = find_blocks(text, layout)
    with patch.object(outline, "_MIN_BLANK", 1):
        one_by_one = find_blocks(text, layout)
    assert at_once.blocks == one_by_one.blocks


def test_no_special_line_is_overlooked() -> None:
    """Whatever two characters of ASCII begin a line of a special look, it is examined."""
    rests = (
        *("", " ", "x", "12", " 12", ". a", ") a", 'b n="4"', "---", "== a ==", ". 3", "p. 3"),
        *("ge 3", "ag. 3", "eite 3", "ol. 3", "tr. 3", "id 3", "ivu 3", "olio 3", "agina 3"),
    )
    for first, second in ((a, b) for a in range(128) for b in range(128) if 10 not in (a, b)):
        if not _may_be_special(chr(first), chr(second)):
            beginning = f"\n{chr(first)}{chr(second)}"
            assert not any(outline._LINE.match(beginning + rest) for rest in rests), beginning
