"""The selection of passages to show: orders, limits per document, duplicates, pages."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from conformance.stores import oracle, small_corpus
from excerpt.dates import DayRange, date_from_metadata
from excerpt.engines import Matches, ScoredKey
from excerpt.engines.memory import MemoryEngine
from excerpt.model import Key
from excerpt.query.ast import Field, FirstPassage, MatchAll, Node, Or, Word
from excerpt.search.options import ORDERS, Order, SearchOptions
from excerpt.search.top_hits import HitOrders, ordered_documents, select_hits
from strategies import Corpus

DaysOf = Callable[[int], DayRange | None]


def days_of(corpus: Corpus) -> DaysOf:
    """Return a function that looks up the days of a document of `corpus`."""
    known = {document.id: date_from_metadata(document.metadata) for document, _ in corpus}
    return known.__getitem__


def all_shown(matches: Matches, options: SearchOptions, days: DaysOf) -> list[Key]:
    """Return all passages that `options` show without limit and offset, in an obvious way."""
    shown = [key for key, _ in matches.top(None)]
    if options.per_document is not None:
        shown = [
            key
            for n, key in enumerate(shown)
            if sum(other.document == key.document for other in shown[:n]) < options.per_document
        ]
    if options.sort != "score":
        by_path = [key for key in matches if key in shown]
        ranks = dict(zip(dict.fromkeys(key.document for key in by_path), count(), strict=False))
        shown = sorted(
            by_path, key=lambda key: sort_key(options.sort, ranks[key.document], days(key.document))
        )
    if not options.group_duplicates or isinstance(matches.tree, FirstPassage):
        return shown
    fingerprints = matches.fingerprints(shown)
    return [
        key
        for n, key in enumerate(shown)
        if not fingerprints[n] or fingerprints[n] not in fingerprints[:n]
    ]


def sort_key(sort: Order, rank: int, days: DayRange | None) -> tuple[int, ...]:
    """Return the sort key of a document that has this `rank` by path."""
    if sort.endswith("path"):
        return (-rank if sort.startswith("-") else rank,)
    if days is None:
        return (1,)
    return (0, -days[0], -days[1]) if sort.startswith("-") else (0, *days)


all_options = st.builds(
    SearchOptions,
    limit=st.one_of(st.none(), st.integers(0, 6)),
    offset=st.integers(0, 4),
    per_document=st.one_of(st.none(), st.integers(1, 2)),
    sort=st.sampled_from(ORDERS),
    group_duplicates=st.booleans(),
)


@given(strategies.corpora(most=4), st.one_of(strategies.trees(), st.just(MatchAll())), all_options)
def test_a_page_is_a_slice_of_the_whole_order(
    corpus: Corpus, tree: Node, options: SearchOptions
) -> None:
    """Limit and offset cut one order, and the scores are those of the ranking."""
    engine, days = oracle(corpus), days_of(corpus)
    matches = engine.execute(tree)
    hits = select_hits(matches, options, engine).scored_keys
    shown = [key for key, _ in hits]
    assert shown == all_shown(matches, options, days)[options.offset : options.end]
    scores = dict(matches.top(None))
    assert [score for _, score in hits] == pytest.approx([scores[key] for key in shown])


@given(strategies.corpora(most=4), st.one_of(strategies.trees(), st.just(MatchAll())), all_options)
def test_grouping_duplicates_loses_no_passage(
    corpus: Corpus, tree: Node, options: SearchOptions
) -> None:
    """Hits and their duplicates are all matches, each once, and duplicates have the same words."""
    engine = oracle(corpus)
    matches = engine.execute(tree)
    options = options.replace(limit=None, offset=0, per_document=None, group_duplicates=True)
    hits, duplicates = select_hits(matches, options, engine)
    all_keys = [each for key, _ in hits for each in (key, *duplicates.get(key, ()))]
    assert sorted(all_keys) == sorted(matches)
    for key, others in duplicates.items():
        assert len(set(matches.fingerprints([key, *others]))) == 1
        assert list(others) == [key for key in matches if key in others]


@given(
    strategies.corpora(most=4),
    st.one_of(strategies.trees(), st.just(MatchAll())),
    st.lists(all_options, min_size=1, max_size=6),
    st.sampled_from([1, 10**6]),
)
def test_orders_that_are_kept_are_those_of_each_query(
    corpus: Corpus, tree: Node, pages: list[SearchOptions], max_bytes: int
) -> None:
    """Whatever pages were shown before, and whether they are kept, a page is the same."""
    engine = oracle(corpus)
    orders = HitOrders(max_bytes)
    for options in pages:
        for view in (engine, engine.everything):
            found = view.execute(tree)
            is_everything = view is not engine
            kept = select_hits(found, options, engine, orders, is_everything=is_everything)
            assert kept == select_hits(found, options, engine)


class Counting:
    """Matches that count the passages that they rank."""

    def __init__(self, matches: Matches) -> None:
        self._matches = matches
        self.n_ranked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._matches, name)

    def top(self, k: int | None) -> Any:
        """Return the best passages."""
        found = self._matches.top(k)
        self.n_ranked += len(found)
        return found


def test_paging_ranks_each_passage_a_few_times() -> None:
    """To page through a query takes a multiple of its hits, not of the product with its pages."""
    engine = copies(400)
    orders = HitOrders(10**6)
    n_ranked = 0
    seen: list[ScoredKey] = []
    for offset in range(0, 500, 5):
        matches = Counting(engine.execute(Word("geese")))
        options = SearchOptions(limit=5, offset=offset)
        seen += select_hits(matches, options, engine, orders).scored_keys
        n_ranked += matches.n_ranked
    assert len(seen) == len(set(seen)) == 401  # one of the copies, and all others
    assert n_ranked < 5 * 800


@given(strategies.corpora(most=4), strategies.trees(), st.sampled_from(ORDERS))
def test_documents_have_the_order_of_their_first_passages(
    corpus: Corpus, tree: Node, sort: Order
) -> None:
    """Each document with a match is listed once."""
    engine, days = oracle(corpus), days_of(corpus)
    matches = engine.execute(tree)
    shown = all_shown(matches, SearchOptions(sort=sort, group_duplicates=False), days)
    expected = list(dict.fromkeys(key.document for key in shown))
    assert list(ordered_documents(matches, sort, engine)) == expected


def copies(n: int) -> MemoryEngine:
    """Return an engine over `n` copies of a text, each followed by a longer text of its own."""
    texts = [text for at in range(n) for text in ("Geese fly.", f"Geese fly, and number {at} too.")]
    return oracle(small_corpus(*texts))


def test_later_hits_replace_duplicates() -> None:
    """A page is filled up to its limit, however many duplicates are ranked above."""
    engine = copies(40)
    hits, duplicates = select_hits(engine.execute(Word("geese")), SearchOptions(limit=10), engine)
    first, *others = (key.document for key, _ in hits)
    assert first == 1
    assert len(set(others)) == 9
    assert not any(document % 2 for document in others)
    assert {key.document for key in duplicates[Key(1, 0)]} == set(range(3, 80, 2))


def test_duplicates_include_passages_before_the_page() -> None:
    """A hit on any page carries all its duplicates."""
    engine = copies(3)
    options = SearchOptions(limit=1, offset=1, sort="-path")
    hits, duplicates = select_hits(engine.execute(Word("geese")), options, engine)
    assert [key.document for key, _ in hits] == [5]
    assert [key.document for key in duplicates[Key(5, 0)]] == [1, 3]


def test_duplicates_match_the_query_too() -> None:
    """A copy that a field excludes is no duplicate of a hit."""
    corpus = small_corpus("Geese fly.", "Geese fly.", "Geese fly.")
    corpus[1] = (corpus[1][0]._replace(language="de"), corpus[1][1])
    engine = oracle(corpus)
    matches = engine.execute(Or((Field("lang", "en"),)))
    assert select_hits(matches, SearchOptions(), engine).duplicates == {Key(1, 0): (Key(3, 0),)}


def test_documents_and_passages_without_words_are_not_grouped() -> None:
    """A passage that stands for its document has no duplicates, nor has a passage without words."""
    engine = oracle(small_corpus("Geese fly.", "Geese fly.", "* * *", "-----"))
    for tree, n_hits in ((FirstPassage(Word("geese")), 2), (MatchAll(), 3)):
        top_hits = select_hits(engine.execute(tree), SearchOptions(), engine)
        assert len(top_hits.scored_keys) == n_hits


@pytest.mark.parametrize(
    "values",
    [{"limit": -1}, {"offset": -1}, {"per_document": 0}, {"per_document": -1}, {"sort": "size"}],
)
def test_invalid_options_are_refused(values: dict[str, Any]) -> None:
    """They are a mistake of the caller, not of the query."""
    with pytest.raises(ValueError, match=r"counts from|sort is one of"):
        SearchOptions(**values)
