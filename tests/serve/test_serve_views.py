"""States of pages, short snippets and histograms, as values."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from excerpt.counting.facets import Facets, PeriodCount, ValueCount
from excerpt.ingest.language import _ISO_639_1
from excerpt.model import Block, BlockKind, Hit, Passage, Snippet, Span
from excerpt.serve.facet_views import MAX_BARS, choose_step, view_facets, view_periods
from excerpt.serve.page_state import FACETS, LINE_ORDERS, SPELLINGS, VIEWS, PageState
from excerpt.serve.rendering import _suggested
from excerpt.serve.snippets import MAX_BRIEF, view_snippet
from excerpt.text.language_names import LANGUAGE_NAMES

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
YEARS = st.integers(-999, 2100).map(str)
STATES = st.builds(
    PageState,
    q=TEXTS,
    **{name: st.booleans() for name in ("any", "exact", "literal", "expand", "everything")},
    **{name: st.booleans() for name in SPELLINGS},
    view=st.sampled_from(VIEWS),
    sort=st.sampled_from(["", *LINE_ORDERS]),
    page=st.integers(1, 9_999),
    start=YEARS | st.just(""),
    end=YEARS | st.just(""),
    **dict.fromkeys(FACETS, TEXTS),
)


def state_at(url: str) -> PageState:
    """Return the state of the page with this address."""
    return PageState.read(dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)))


@given(state=STATES)
def test_a_state_is_its_address(state: PageState) -> None:
    """The parameters of the address of a state give the state again."""
    assert state_at(state.url()) == state


@given(state=STATES, author=TEXTS)
def test_a_choice_begins_on_the_first_page(state: PageState, author: str) -> None:
    """A changed state keeps everything else, but the page and the state of the index."""
    changed = replace(state, author=author, page=1, state="")
    assert state_at(state.url(author=author)) == changed
    assert state_at(state.url(author=author, page=3)) == replace(changed, page=3)


# Snippets


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    """Draw a hit of some paragraphs of words, some of them highlighted."""
    words = st.sampled_from(["war", "peace.", "an", "“Never!”", "y" * 600, "co-operative"])
    paragraphs = draw(st.lists(st.lists(words, min_size=1, max_size=90), min_size=1, max_size=4))
    text, blocks, highlights = "", [], []
    for paragraph in paragraphs:
        start = len(text)
        for word in paragraph:
            if word[0] == "w" or draw(st.integers(0, 40)) == 0:
                highlights.append(Span(len(text), len(text) + len(word)))
            text += word + " "
        text = text[:-1] + "\n\n"
        blocks.append(Block(Span(start, len(text) - 2), BlockKind.PARAGRAPH))
    text = text[:-2]
    passage = Passage(0, Span(0, len(text)), tuple(blocks))
    return Hit(1, 1.0, "a.txt", Snippet(""), (), passage, Snippet(text, tuple(highlights)))


@given(hit=hits())
def test_a_short_snippet_is_a_part_of_the_passage(hit: Hit) -> None:
    """A snippet is short, contiguous, and counts the matches that it does not show."""
    view = view_snippet(hit)
    brief = "\n".join(each.text.text for each in view.brief)
    assert len(brief) <= MAX_BRIEF
    words, all_words = (" ".join(text.split()) for text in (brief, hit.text))
    assert words in all_words
    shown = [span.of(each.text.text) for each in view.brief for span in each.text.highlights]
    assert len(shown) + view.n_hidden == len(hit.snippet.highlights)
    assert all_words.startswith(words) or not view.is_begun
    assert all_words.endswith(words) or not view.is_ended
    if hit.snippet.highlights and len(hit.text) > MAX_BRIEF:
        assert shown


def test_a_snippet_has_the_most_matches() -> None:
    """The place with more matches is shown."""
    text = f"One war. {'Nothing happens here at all. ' * 40}Then war, war and war."
    spans = tuple(Span(at, at + 3) for at in range(len(text)) if text.startswith("war", at))
    passage = Passage(0, Span(0, len(text)), (Block(Span(0, len(text)), BlockKind.PARAGRAPH),))
    view = view_snippet(Hit(1, 1.0, "a", Snippet(""), (), passage, Snippet(text, spans)))
    assert view.brief[0].text.text.endswith("Then war, war and war.")
    assert (view.n_hidden, view.is_begun, view.is_ended) == (1, False, True)


# Histograms


@pytest.mark.parametrize(
    "heading", ["== What they want ==", "## What they want", "What they want\n---"]
)
def test_headings_have_no_markup(heading: str) -> None:
    """The signs that make a line a heading are not shown; their offsets do not shift highlights."""
    text = f"{heading}\n\nThey want more."
    start, end = len(heading) + 2, len(text)
    blocks = (
        Block(Span(0, len(heading)), BlockKind.HEADING),
        Block(Span(start, end), BlockKind.PARAGRAPH),
    )
    at = heading.index("want")
    snippet = Snippet(text, (Span(at, at + 4), Span(start + 5, start + 9)))
    passage = Passage(0, Span(0, end), blocks)
    view = view_snippet(Hit(1, 1.0, "a", Snippet(""), (), passage, snippet))
    assert [paragraph.text for paragraph in view.brief] == [
        Snippet("What they want", (Span(10, 14),)),
        Snippet("They want more.", (Span(5, 9),)),
    ]


@given(years=st.sets(st.integers(-2_000, 2_100), min_size=1, max_size=50))
def test_bars_fit_into_the_plot(years: set[int]) -> None:
    """Whatever the years, there are a few bars in order, within the plot, as high as their n."""
    singles = [PeriodCount(year, year, 1, 1) for year in sorted(years)]
    step = choose_step(singles)
    counts: dict[int, int] = {}
    for year in years:
        counts[year // step * step] = counts.get(year // step * step, 0) + 1
    periods = [PeriodCount(year, year + step - 1, n, n) for year, n in sorted(counts.items())]
    histogram = view_periods(periods, PageState(q="war", start="1900", end="1900"))
    assert histogram is not None
    bars = histogram.bars
    assert [bar.n for bar in bars] == [each.passages for each in periods]
    assert len(bars) <= max(MAX_BARS + 1, 31)
    ends = [bar.x + bar.width for bar in bars]
    assert all(end <= bar.x + 0.01 for end, bar in zip(ends, bars[1:], strict=False))
    assert bars[0].x >= 0
    assert ends[-1] <= 248.01
    assert max(bar.height for bar in bars) == pytest.approx(52)
    chosen = [bar.is_chosen for bar in bars]
    assert chosen == [each.first <= 1900 <= each.last for each in periods]


# Folders


def folders_of(counts: dict[str, int], chosen: str = "") -> list[tuple[str, int]]:
    """Return the labels and numbers of the folders that a page lists."""
    values = tuple(
        ValueCount(name, n, n) for name, n in sorted(counts.items(), key=lambda pair: -pair[1])
    )
    facets = Facets(
        sum(n for name, n in counts.items() if "/" not in name),
        1,
        {"author": (), "folder": values, "lang": (), "format": ()},
        {"author": 0, "folder": len(values), "lang": 0, "format": 0},
        (),
        ValueCount("", 0, 0),
    )
    views = list(view_facets(facets, PageState(q="war", folder=chosen)))
    return [(item.label, item.n) for view in views for item in (*view.first, *view.others)]


def test_folders_that_narrow_nothing_are_left_out() -> None:
    """A folder above all results is listed only if it is chosen, and names begin below it."""
    counts = {"data": 9, "data/texts": 9, "data/texts/1946": 5, "data/texts/1947": 4}
    assert folders_of(counts) == [("1946", 5), ("1947", 4)]
    chosen = [("texts", 9), ("texts/1946", 5), ("texts/1947", 4)]
    assert folders_of(counts, "data/texts") == chosen
    assert folders_of({"data": 3, "data/texts": 3}) == []


def test_folders_have_the_names_that_tell_them_apart() -> None:
    """A folder with a single folder in it is represented by that one; "(none)" keeps its name."""
    counts = {"letters": 6, "letters/1900": 6, "speeches": 4, "": 2}
    assert folders_of(counts) == [("letters/1900", 6), ("speeches", 4), ("(none)", 2)]
    counts = {"a": 5, "a/b": 5, "a/b/c": 4, "": 1}
    assert folders_of(counts) == [("b", 5), ("b/c", 4), ("(none)", 1)]


@given(
    counts=st.dictionaries(
        st.lists(st.sampled_from("ab"), min_size=1, max_size=4).map("/".join),
        st.integers(1, 9),
        max_size=9,
    )
)
def test_labels_of_folders_are_distinct(counts: dict[str, int]) -> None:
    """Whatever the folders, no two have the same label, and none is empty."""
    labels = [label for label, _ in folders_of(counts)]
    assert len(set(labels)) == len(labels)
    assert all(labels)


# Notices


def test_suggested_words_are_links() -> None:
    """Each suggestion leads to the query with that word, whatever else the query has."""
    notice = "'wagez' was not found. Did you mean wages, wage or wagen?"
    state = PageState(q='"the Wagez" NOT wagezone', author="Ada Oakes", page=3)
    soup = BeautifulSoup(_suggested(notice, state), "lxml")
    assert soup.text == notice
    states = [dict(parse_qsl(urlsplit(str(link["href"])).query)) for link in soup.select("a")]
    assert [each["q"] for each in states] == [
        f'"the {word}" NOT wagezone' for word in ("wages", "wage", "wagen")
    ]
    assert all(each == {"q": each["q"], "author": "Ada Oakes"} for each in states)


@pytest.mark.parametrize(
    "notice",
    [
        "No passage matches <b>.",
        "'x' was not found. Did you mean <i>y</i>?",
        "'zz' was not found. Did you mean yy?",
    ],
)
def test_other_notices_are_text(notice: str) -> None:
    """A notice without a suggestion, or about a word that is not typed like this, has no link."""
    soup = BeautifulSoup(f"<p>{_suggested(notice, PageState(q='war'))}</p>", "lxml")
    assert soup.text == notice
    assert not soup.select("a, b, i")


def test_every_language_has_a_name() -> None:
    """All codes that a text can have are shown by the names of the languages."""
    assert set(LANGUAGE_NAMES) == set(_ISO_639_1)
    assert LANGUAGE_NAMES["fy"] == "West Frisian"
    assert all(name.strip() == name and name[0].isupper() for name in LANGUAGE_NAMES.values())
