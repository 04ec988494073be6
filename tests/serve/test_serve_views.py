"""States of pages, short snippets and histograms, as values."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.counting.facets import PeriodCount
from excerpt.model import Block, BlockKind, Hit, Passage, Snippet, Span
from excerpt.serve.facet_views import MAX_BARS, choose_step, view_periods
from excerpt.serve.page_state import FACETS, LINE_ORDERS, VIEWS, PageState
from excerpt.serve.snippets import MAX_BRIEF, view_snippet

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
YEARS = st.integers(-999, 2100).map(str)
STATES = st.builds(
    PageState,
    q=TEXTS,
    **{name: st.booleans() for name in ("any", "exact", "literal", "expand", "everything")},
    view=st.sampled_from(VIEWS),
    sort=st.sampled_from(["", *LINE_ORDERS]),
    page=st.integers(1, 9_999),
    start=YEARS | st.just(""),
    end=YEARS | st.just(""),
    **dict.fromkeys(FACETS, TEXTS),
)


@given(state=STATES)
def test_a_state_is_its_address(state: PageState) -> None:
    """The parameters of the address of a state give the state again."""
    query = urlsplit(state.url()).query
    assert PageState.read(dict(parse_qsl(query, keep_blank_values=True))) == state


@given(state=STATES, author=TEXTS)
def test_a_choice_begins_on_the_first_page(state: PageState, author: str) -> None:
    """A changed state keeps everything else, but the page and the state of the index."""
    changed = state.with_(author=author)
    assert (changed.author, changed.page, changed.q) == (author, 1, state.q)
    assert state.with_(page=3).page == 3


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
