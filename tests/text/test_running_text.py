"""A text with inline marks → the running text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.model import SET_APART, Block, BlockKind, Mark, Passage, Span
from excerpt.text import tokenize
from excerpt.text.running_text import running_text, text_of_blocks

PAGE, REFERENCE, MARKUP = BlockKind.PAGE, BlockKind.REFERENCE, BlockKind.MARKUP


def marked(source: str, kind: BlockKind) -> tuple[str, list[Mark]]:
    """Return `source` without its braces, and a mark for the text between each two."""
    text, marks = "", []
    for number, piece in enumerate(source.replace("}", "{").split("{")):
        if number % 2:
            marks.append(Mark(Span(len(text), len(text) + len(piece)), kind))
        text += piece
    return text, marks


@pytest.mark.parametrize(
    ("source", "kind", "terms"),
    [
        ("Jeru{<25>}salem fell", PAGE, ["jerusalem", "fell"]),
        ("com-{[p. 12]}mon sense", PAGE, ["common", "sense"]),
        ("com-\n\n{12}\n\nmon sense", PAGE, ["common", "sense"]),
        ("the treaty{2} of peace", REFERENCE, ["the", "treaty", "of", "peace"]),
        ("the treaty{2}of peace", REFERENCE, ["the", "treaty", "of", "peace"]),
        ("old.{[1]}{[2]} His", REFERENCE, ["old", "his"]),
        ("{**}ver{**}y much", MARKUP, ["very", "much"]),
        ("H{~}2{~}O", MARKUP, ["h2o"]),
        ("{[}word{](w.md)}s", MARKUP, ["words"]),
    ],
)
def test_words_continue_across_marks(source: str, kind: BlockKind, terms: list[str]) -> None:
    """The words are those of the text without the marks, at their own offsets."""
    text, marks = marked(source, kind)
    running = running_text(text, marks)
    tokens = tokenize(running)
    assert [token.term for token in tokens] == terms
    assert all(text[token.span.start] == token.form[0] for token in tokens)


@given(
    st.text("ab -\n.1é社", max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=4),
    st.integers(0, 30),
)
def test_a_part_is_the_part_of_the_whole(text: str, places: list[tuple[int, int]], at: int) -> None:
    """The running text has the length of the text, and marks change nothing outside of them."""
    marks: list[Mark] = []
    end = 0
    for start, length in sorted(places):
        if end <= start < len(text):
            end = min(start + length, len(text))
            marks.append(Mark(Span(start, end), sorted(SET_APART)[length]))
    running = running_text(text, marks)
    assert len(running) == len(text)
    outside = [
        n for n in range(len(text)) if not any(m.span.start <= n < m.span.end for m in marks)
    ]
    assert [running[n] for n in outside] == [text[n] for n in outside]
    part = running_text(text[at:], marks, at)
    assert len(part) == len(text[at:])
    assert [part[n - at] for n in outside if n >= at] == [text[n] for n in outside if n >= at]


@pytest.mark.parametrize(
    ("source", "kind", "terms"),
    [
        ("one{<br />}two", MARKUP, ["one", "two"]),
        ("one{</p><p>}two", MARKUP, ["one", "two"]),
        ("foot{<b>}bridge{</b>}s", MARKUP, ["footbridges"]),
        ("12{{{nbsp}}}m", MARKUP, ["12", "m"]),
        ("bought{A report.}it", BlockKind.NOTE, ["bought", "it"]),
    ],
)
def test_words_end_at_tags_and_notes_between_them(
    source: str, kind: BlockKind, terms: list[str]
) -> None:
    """Line breaks, tags of blocks, templates for spaces, and notes stand between two words."""
    source = source.replace("{{{", "{\0\0").replace("}}}", "\1\1}")
    text, marks = marked(source, kind)
    text = text.replace("\0", "{").replace("\1", "}")
    assert [token.term for token in tokenize(running_text(text, marks))] == terms


def test_a_note_may_contain_marks() -> None:
    """Marks within a note change nothing in the text around it."""
    text = "It <ref>a ''long'' note</ref> was sold."
    note = Mark(Span(8, 23), BlockKind.NOTE)
    tags = [Mark(Span(3, 8), MARKUP), Mark(Span(23, 29), MARKUP)]
    signs = [Mark(Span(10, 12), MARKUP), Mark(Span(16, 18), MARKUP)]
    assert running_text(text, sorted([*tags, note, *signs])) == f"It {' ' * 26} was sold."
    assert running_text(text, sorted([*tags, *signs]))[8:23].split() == ["a", "long", "note"]


def test_only_blocks_have_text() -> None:
    """Text between the blocks, and the marks in them, are blanked out one for one."""
    text = "One.\n[p. 2]\nTwo{x}.  3"
    blocks = (Block(Span(10, 14), BlockKind.PARAGRAPH), Block(Span(22, 29), BlockKind.PARAGRAPH))
    passage = Passage(0, Span(10, 32), blocks, marks=(Mark(Span(25, 28), MARKUP),))
    found = text_of_blocks(text, passage)
    assert found == running_text("One.\n      \nTwo{x}.   ", passage.marks, 10)
    assert found.split() == ["One.", "Two", "."]
