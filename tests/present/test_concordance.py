"""Concordances: the words around matches, their order in little memory, and their alignment."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.catalog import StoredDocument
from excerpt.errors import ExcerptError
from excerpt.model import Span
from excerpt.present import sorting
from excerpt.present.alignment import align_lines, align_whole_lines, context_words
from excerpt.present.concordance import Concordance, ConcordanceLine
from excerpt.present.context import read_context
from excerpt.present.sorting import sort_on_disk
from excerpt.present.terminal import display_width
from excerpt.text import tokenize
from strategies import texts

# Context


def record(text: str) -> StoredDocument:
    """A document of `text`."""
    return StoredDocument(
        1, "a.txt", "text", "", "", "", (), (), 1, len(text), True, frozenset(), (), (), ""
    )


@given(text=texts(most=40), around=st.integers(0, 9), data=st.data())
def test_context_is_so_many_words(text: str, around: int, data: st.DataObject) -> None:
    """On each side stand as many whole words of the text as were asked for, or all there are."""
    words = tokenize(text)
    if not words:
        return
    at = data.draw(st.integers(0, len(words) - 1))
    place = words[at].span
    near = read_context([place], around, record(text), lambda span: span.of(text))
    left, right = (near.left(place, around), near.right(place, around))
    assert " ".join(text[: place.start].split()).endswith(left.rstrip())
    assert " ".join(text[place.end :].split()).startswith(right.lstrip())
    before, after = words[max(0, at - around) : at], words[at + 1 : at + 1 + around]
    assert len([word for word in before if word.span.of(text).split()[0] in left]) == len(before)
    assert near.count_before(place.start) >= len(before)
    assert near.terms_before(place, around) == [word.term for word in before][::-1]
    assert near.terms_after(place, around) == [word.term for word in after]


def test_context_is_read_as_far_as_its_words_go() -> None:
    """However long the words are, and never as a piece of a word."""
    text = " ".join(["a" * 500] * 9 + ["war"] + ["b" * 500] * 9)
    place = Span(text.index("war"), text.index("war") + 3)
    near = read_context([place], 3, record(text), lambda span: span.of(text))
    assert near.left(place, 3) == f"{'a' * 500} " * 3
    assert near.right(place, 3) == f" {'b' * 500}" * 3
    assert near.left(place, 0) == near.right(place, 0) == ""


# Order


@given(
    pairs=st.lists(st.tuples(st.lists(st.text("ab\ud800", max_size=2), max_size=2), st.integers())),
    run=st.integers(1, 200),
    block=st.integers(1, 40),
)
def test_an_order_is_that_of_sorted(
    pairs: list[tuple[list[str], int]], run: int, block: int
) -> None:
    """Whatever is written to the disk meanwhile; what is alike stays as it was."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "RUN_BYTES", run)
        patch.setattr(sorting, "BLOCK_BYTES", block)
        found = list(sort_on_disk((key, [value]) for key, value in pairs))
    assert found == [[value] for _, value in sorted(pairs, key=lambda pair: pair[0])]


N_MANY = 100_000


def many(n: int) -> Iterator[tuple[list[Any], ConcordanceLine]]:
    """So many lines of which each takes some hundred bytes, in an order that is none."""
    for number in range(n):
        at = number * 7_919 % n
        key = [f"word{at % 97}", f"other{at // 97 % 89}", f"third{at}", "fourth", "fifth"]
        context = f"the words before and after number {at:07} are about as many as usual"
        yield (
            key,
            ConcordanceLine(
                context,
                "match",
                context,
                f"folder/{number // 50}.txt",
                at,
                "",
                "",
                f"{number // 3:032}",
            ),
        )


def test_a_sorted_line_takes_at_most_64_bytes_of_memory() -> None:
    """Of a hundred thousand occurrences, of which each has hundreds of bytes."""
    tracemalloc.start()
    try:
        found = Concordance(many(N_MANY), "left")
        n_lines = sum(1 for _ in found)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert n_lines == N_MANY
    assert peak <= 64 * N_MANY


def test_a_sorted_concordance_is_counted() -> None:
    """Lines of one passage or document may come apart; they count as one."""
    found = Concordance(many(6_000), "left")
    keys = [line.line for line in found]
    assert keys == [line.line for _, line in sorted(many(6_000), key=lambda pair: pair[0])]
    assert (found.n_occurrences, found.n_passages, found.n_documents) == (6_000, 2_000, 120)


def test_no_room_for_sorting_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """With the folder that is full or missing."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    monkeypatch.setattr(sorting, "RUN_BYTES", 10)
    with pytest.raises(ExcerptError, match="sorting needs a temporary file") as caught:
        list(sort_on_disk([(["a"], [1]), (["b"], [2])]))
    assert "gone" in caught.value.message
    assert "TMPDIR" in str(caught.value)


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
def test_matches_stand_below_each_other(lines: list[ConcordanceLine], width: int) -> None:
    """Each match begins in the same column, whatever the width of the characters before it."""
    for shown in (
        list(align_lines([replace(line, match=f"<{line.match}>") for line in lines], width)),
        list(align_whole_lines([replace(line, match=f"<{line.match}>") for line in lines])),
    ):
        assert len({display_width(line[: line.index("<")]) for line in shown}) <= 1
        for line, text in zip(lines, shown, strict=True):
            assert f"<{line.match}>" in text
            assert text.endswith(f"  a.txt:{line.line}")


@given(st.lists(LINES, max_size=5))
def test_nothing_is_cut_where_so_many_words_were_asked_for(lines: list[ConcordanceLine]) -> None:
    """The whole context stands in the line."""
    for line, text in zip(lines, align_whole_lines(lines), strict=True):
        assert f"{line.left}{line.match}{line.right}" in text


@given(
    st.text(st.sampled_from("ab e\u0301中"), max_size=80),
    st.text(st.sampled_from("ab e\u0301中"), max_size=80),
    st.integers(60, 90),
)
def test_context_is_cut_between_words(left: str, right: str, width: int) -> None:
    """Each word that is shown is a whole word, or a character that is a word; what fits is shown."""
    (shown,) = align_lines([ConcordanceLine(left, "<x>", right, "a")], width)
    before, _, rest = shown.partition("<x>")
    after = rest.removesuffix("  a")
    words = f"{left}\0{right}".replace("中", " 中 ").replace("\0", " \0 ").split()
    for part, whole in ((before, left), (after, right)):
        assert set(part.replace("中", " 中 ").split()) <= set(words)
        if display_width(whole) <= (width - 32) // 2 - 3:
            assert part.strip() == whole.strip()


def test_a_concordance_line() -> None:
    """Left context, match, right context and place, in columns; words that do not fit are left out whole."""
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


def test_controls_are_made_visible() -> None:
    """In the context, the match, the place and the date."""
    line = ConcordanceLine("\x1b[2Jthe ", "wa\u202er", "\x07", "a\x1b.txt", 1, date="\x9b1848")
    (shown,) = align_whole_lines([line], has_dates=True)
    assert shown == "␛[2Jthe wa\ufffdr␇  a␛.txt:1 (\ufffd1848)"


def test_a_line_has_room_for_so_many_words() -> None:
    """A word of a letter and a space takes two columns."""
    assert (context_words(32 + 2 * 40), context_words(10)) == (20, 8)
