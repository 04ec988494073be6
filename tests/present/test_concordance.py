"""Concordances: the words around matches, and alignment."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from excerpt.catalog import StoredDocument
from excerpt.model import Span
from excerpt.present.alignment import align_lines, align_whole_lines, context_words
from excerpt.present.concordance import ConcordanceLine
from excerpt.present.context import read_context
from excerpt.present.terminal import display_width
from excerpt.text import tokenize
from strategies import texts

# Context


def document_of(text: str) -> StoredDocument:
    """Return a document with this text."""
    return StoredDocument(
        1, "a.txt", "text", "", "", "", (), (), 1, 1, len(text), True, frozenset(), (), ""
    )


@given(text=texts(most=40), around=st.integers(0, 9), data=st.data())
def test_context_has_the_requested_number_of_words(
    text: str, around: int, data: st.DataObject
) -> None:
    """Each side holds that many whole words of the text, or all there are."""
    words = tokenize(text)
    if not words:
        return
    chosen = data.draw(st.integers(0, len(words) - 1))
    span = words[chosen].span
    context = read_context([span], around, document_of(text), lambda part: part.of(text))
    left, right = (context.left(span, around), context.right(span, around))
    assert " ".join(text[: span.start].split()).endswith(left.rstrip())
    assert " ".join(text[span.end :].split()).startswith(right.lstrip())
    before, after = words[max(0, chosen - around) : chosen], words[chosen + 1 : chosen + 1 + around]
    assert len([word for word in before if word.span.of(text).split()[0] in left]) == len(before)
    assert context.count_before(span.start) >= len(before)
    assert context.terms_before(span, around) == [word.term for word in before][::-1]
    assert context.terms_after(span, around) == [word.term for word in after]


def test_long_words_are_never_cut_in_context() -> None:
    """The window grows until it holds enough words, however long they are."""
    text = " ".join(["a" * 500] * 9 + ["war"] + ["b" * 500] * 9)
    span = Span(text.index("war"), text.index("war") + 3)
    context = read_context([span], 3, document_of(text), lambda part: part.of(text))
    assert context.left(span, 3) == f"{'a' * 500} " * 3
    assert context.right(span, 3) == f" {'b' * 500}" * 3
    assert context.left(span, 0) == context.right(span, 0) == ""


# Alignment


CONTEXTS = st.text(st.sampled_from("ab e\u0301中หิ\u200dש👩🏽"), max_size=50)
LINES = st.builds(
    ConcordanceLine,
    CONTEXTS,
    st.text(st.sampled_from("xy中e\u0301"), min_size=1, max_size=8),
    CONTEXTS,
    st.just("a.txt"),
    st.integers(1, 99),
)


@given(st.lists(LINES), st.integers(20, 120))
def test_matches_are_aligned(lines: list[ConcordanceLine], width: int) -> None:
    """All matches begin in the same column, whatever the width of the characters before."""
    for shown in (
        list(align_lines([replace(line, match=f"<{line.match}>") for line in lines], width)),
        list(align_whole_lines([replace(line, match=f"<{line.match}>") for line in lines])),
    ):
        assert len({display_width(line[: line.index("<")]) for line in shown}) <= 1
        for line, text in zip(lines, shown, strict=True):
            assert f"<{line.match}>" in text
            assert text.endswith(f"  a.txt:{line.line}")


@given(st.lists(LINES, max_size=5))
def test_whole_lines_are_not_cut(lines: list[ConcordanceLine]) -> None:
    """`align_whole_lines` keeps the whole context."""
    for line, text in zip(lines, align_whole_lines(lines), strict=True):
        assert f"{line.left}{line.match}{line.right}" in text


@given(
    st.text(st.sampled_from("ab e\u0301中"), max_size=80),
    st.text(st.sampled_from("ab e\u0301中"), max_size=80),
    st.integers(60, 90),
)
def test_context_is_cut_between_words(left: str, right: str, width: int) -> None:
    """Only whole words, or characters that are words, are displayed; text that fits is."""
    (shown,) = align_lines([ConcordanceLine(left, "<x>", right, "a")], width)
    before, _, rest = shown.partition("<x>")
    after = rest.removesuffix("  a")
    words = f"{left}\0{right}".replace("中", " 中 ").replace("\0", " \0 ").split()
    for part, whole in ((before, left), (after, right)):
        assert set(part.replace("中", " 中 ").split()) <= set(words)
        if display_width(whole) <= (width - 32) // 2 - 3:
            assert part.strip() == whole.strip()


def test_concordance_lines_as_text() -> None:
    """Left context, match, right context and location are in columns; words are not cut."""
    lines = [
        ConcordanceLine(
            "the workers have ", "nothing", " to lose but their chains", "m.txt", 4, date="c. 1848"
        ),
        ConcordanceLine("", "Nothing", "", "a.html", None, "top", "9"),
    ]
    assert list(align_lines(lines, 32 + 2 * 20)) == [
        "   the workers have nothing to lose but   m.txt:4",
        "                    Nothing               a.html#top p. 9",
    ]
    assert list(align_whole_lines(lines, has_dates=True)) == [
        "the workers have nothing to lose but their chains  m.txt:4 (c. 1848)",
        "                 Nothing                           a.html#top p. 9",
    ]


def test_control_characters_become_visible() -> None:
    """Context, match, path and date are clean."""
    line = ConcordanceLine("\x1b[2Jthe ", "wa\u202er", "\x07", "a\x1b.txt", 1, date="\x9b1848")
    (shown,) = align_whole_lines([line], has_dates=True)
    assert shown == "␛[2Jthe wa\ufffdr␇  a␛.txt:1 (\ufffd1848)"


def test_context_words_fit_into_a_line() -> None:
    """A word takes at least two columns: a letter and a space."""
    assert (context_words(32 + 2 * 40), context_words(10)) == (20, 8)


def test_a_terminal_does_not_break_a_location() -> None:
    """A long location takes the place of context, or has a line of its own."""
    line = ConcordanceLine("the workers have ", "nothing", " to lose but their chains", "m.txt", 4)
    longer = replace(line, path="letters/1848/m.txt")
    assert list(align_lines([line, longer], 60, is_terminal=True)) == [
        "   workers have nothing to lose   m.txt:4",
        "   workers have nothing to lose   letters/1848/m.txt:4",
    ]
    far = replace(line, path="letters/from/London/1848/m.txt")
    assert list(align_lines([far], 60, is_terminal=True)) == [
        "   workers have nothing to lose but their chains",
        "                            letters/from/London/1848/m.txt:4",
    ]


@given(st.lists(LINES), st.integers(40, 120), st.text("ab/", max_size=50))
def test_no_line_is_wider_than_the_terminal(
    lines: list[ConcordanceLine], width: int, path: str
) -> None:
    """No line is wider, as long as its location alone is not."""
    shown = align_lines([replace(line, path=path) for line in lines], width, is_terminal=True)
    most = max(width, len(path) + 3)
    assert all(display_width(line) <= most for line in shown)
