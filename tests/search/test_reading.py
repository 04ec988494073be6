"""The reader of documents: windows, the numbers of matches and a map, however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import excerpt
from excerpt import Index
from excerpt.benchmark.work import count_calls
from excerpt.catalog import Catalog
from excerpt.counting import window_bounds
from excerpt.counting.document_columns import DocumentMatches, DocumentOutline, outline_of
from excerpt.counting.window_bounds import WindowBounds
from excerpt.model import Passage
from excerpt.search.lookup import shown_passages
from excerpt.search.reading import MAX_TICKS, ReadingWindow
from excerpt.text_store.passage_codec import PassageOutline
from strategies import split_documents

N_PASSAGES = 800
N_WORDS = 100


def paragraphs(share: float) -> str:
    """Return a text in which a `share` of the words is the same; each paragraph is a passage."""
    step = round(1 / share)
    words = ["needle" if n % step == 0 else f"w{n % 50}" for n in range(N_PASSAGES * N_WORDS)]
    rows = (words[n : n + N_WORDS] for n in range(0, len(words), N_WORDS))
    return "\n\n".join(" ".join(row) for row in rows)


FILES = {
    "dense.txt": paragraphs(1),
    "usual.txt": paragraphs(1 / 50),
    "notes.html": "<h1>Needles</h1><p>A needle<a href='#n'>1</a> <span class=pagenum>25</span>and"
    " thread.</p><nav><a href=x>Needle</a></nav><p>One more.</p><p id=n>1. A needle note.</p>",
    "table.html": "<p>A needle, one more needle, a third needle.</p>"
    "<table><tr><td>a<td><p>b</p><p>c</p><tr><td>d<td>e</table>",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return the index of a document full of matches, one with some, and one with notes."""
    folder = tmp_path_factory.mktemp("reading")
    (folder / "corpus").mkdir()
    for name, text in FILES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    excerpt.build_index(folder / "corpus", folder / "index")
    with Index(folder / "index") as opened:
        yield opened


def numbers_in(window: ReadingWindow) -> list[int]:
    """Return the numbers of the matches that begin in a window, in the order of the text."""
    pieces = (piece.match for block in window.blocks for piece in block.pieces)
    return list(dict.fromkeys(number for number in pieces if number))


# Windows


@given(document=split_documents())
def test_an_outline_is_that_of_the_passages(document: tuple[Any, list[Passage]]) -> None:
    """The columns have the places, the shown passages and the paragraphs that objects would."""
    passages = document[1]
    rows = [
        PassageOutline(
            passage.span.start,
            len(passage.span),
            sum(block.begins_paragraph for block in passage.blocks),
        )
        for passage in passages
    ]
    catalog = cast("Catalog", SimpleNamespace(passage_outlines=lambda _: rows))
    outline = outline_of(catalog, 1)
    shown = shown_passages(passages)
    assert outline.ordinals.tolist() == [passage.ordinal for passage in shown]
    assert outline.shown_starts.tolist() == [passage.span.start for passage in shown]
    paragraphs = [rows[passage.ordinal].n_paragraphs for passage in shown]
    assert outline.n_before.tolist() == [sum(paragraphs[:n]) for n in range(len(paragraphs))]


COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=30)


def bounds_of(counts: list[int]) -> WindowBounds:
    """Return the windows of a document with these numbers of matches in its passages."""
    n = len(counts)
    starts, ones = 10 * np.arange(n), np.ones(n, np.int64)
    ordinals = np.flatnonzero(counts)
    totals = np.concatenate([[0], np.cumsum([count for count in counts if count])])
    return WindowBounds(
        DocumentOutline(starts, 10 * ones, np.arange(n), starts, np.arange(n)),
        DocumentMatches(ordinals, starts[ordinals], ones[ordinals], totals.astype(np.int64)),
    )


@contextmanager
def small_windows() -> Iterator[None]:
    """Let a window have at most eight passages and twelve matches."""
    sizes: dict[str, Any] = {"WINDOW": 8, "MAX_MATCHES": 12, "LEAD": 3, "MAX_LEAD_MATCHES": 4}
    with patch.multiple(window_bounds, **sizes):
        yield


@given(counts=COUNTS, place=st.integers(0, 40))
@small_windows()
def test_windows_are_bounded_and_have_what_is_wanted(counts: list[int], place: int) -> None:
    """Each window has the wanted passage, few passages, and few matches unless one has more."""
    bounds = bounds_of(counts)
    target = min(place, len(counts) - 1)
    for first, end in (bounds.around(target), bounds.from_passage(place)):
        assert 0 <= first < end <= len(counts)
        assert end - first <= 8
        assert sum(counts[first:end]) <= 12 or sum(counts[first : end - 1]) <= 12
    first, end = bounds.around(target)
    assert first <= target < end
    is_everything = len(counts) <= 8 and sum(counts) <= 12
    assert ((first, end) == (0, len(counts))) or not is_everything


@given(counts=COUNTS)
@small_windows()
def test_leafing_leads_through_the_whole_document(counts: list[int]) -> None:
    """Window after window, nothing is left out, neither forwards nor backwards."""
    bounds = bounds_of(counts)
    first, end = bounds.from_passage(0)
    assert first == 0
    while end < len(counts):
        first, following = bounds.from_passage(end)
        assert first <= end < following
        end = following
    while first:
        earlier, end = bounds.from_passage(bounds.earlier(first))
        assert earlier < first <= end
        first = earlier


@pytest.mark.parametrize("path", FILES)
def test_all_windows_together_are_the_document(index: Index, path: str) -> None:
    """Every paragraph and every match is in some window, with the same number in all of them."""
    window = index.read(path, "needle")
    paragraph_numbers, matches = set(), set()
    while True:
        paragraph_numbers |= {block.number for block in window.blocks}
        found = numbers_in(window)
        assert found == list(range(found[0], found[-1] + 1)) if found else True
        matches |= set(found)
        if window.end == window.n_passages:
            break
        window = index.read(path, "needle", first=window.end)
    assert matches == set(range(1, window.n_matches + 1))
    assert paragraph_numbers - {0} == set(range(1, max(paragraph_numbers) + 1))


@pytest.mark.parametrize("path", FILES)
def test_each_match_is_in_the_window_for_it(index: Index, path: str) -> None:
    """A match is highlighted in the window that is read for its number."""
    n = index.read(path, "needle").n_matches
    for match in {1, 2, n // 3 + 1, n // 2 + 1, n}:
        window = index.read(path, "needle", match=match)
        assert window.current == match
        assert match in numbers_in(window)


def test_the_map_shows_where_matches_are(index: Index) -> None:
    """Ticks are few, in order, and each is at the place of its match."""
    for path in ("dense.txt", "usual.txt"):
        window = index.read(path, "needle")
        assert len(window.ticks) <= MAX_TICKS
        n = window.n_matches
        for number, place in window.ticks[::25]:
            exact = index.read(path, "needle", match=number)
            offsets = dict(exact.ticks)
            assert offsets[number] == pytest.approx(place, abs=0.01)
            assert place == pytest.approx((number - 1) / n, abs=0.01)
            assert exact.extent[0] <= offsets[number] <= exact.extent[1]


# Work


def work_of(index: Index, path: str, **place: Any) -> int:
    """Return the function calls that a window takes."""
    with count_calls() as calls:
        index.read(path, "needle", **place)
    return calls[0]


def test_many_matches_take_no_more_work(index: Index) -> None:
    """Fifty times as many matches take as much work, both the first time and later."""
    assert index.read("dense.txt", "needle").n_matches == N_PASSAGES * N_WORDS
    assert index.read("usual.txt", "needle").n_matches == N_PASSAGES * N_WORDS // 50
    for place in ({"first": 0}, {"match": 1_000}, {"first": 700}):
        with Index(index.folder) as fresh:
            first_of_usual, first_of_dense = (
                work_of(fresh, path, **place) for path in ("usual.txt", "dense.txt")
            )
            usual, dense = (work_of(fresh, path, **place) for path in ("usual.txt", "dense.txt"))
        assert first_of_dense < 1.5 * first_of_usual
        assert dense < 1.5 * usual


def test_the_rows_of_a_table_are_known(index: Index) -> None:
    """A cell in another row than the cell before it says so; the first row follows no other."""
    window = index.read("table.html")
    rows = [block for block in window.blocks if block.begins_row]
    assert [[piece.text for piece in block.pieces] for block in rows] == [["c"], ["d"]]
