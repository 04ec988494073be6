"""Which passages are shown: in every order, so many of a document, each wording once, page after page."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from conformance.stores import oracle, small_corpus
from excerpt.dates import DayRange, date_from_metadata
from excerpt.engines import Engine
from excerpt.engines.memory import MemoryEngine
from excerpt.model import Key
from excerpt.query.ast import Field, FirstPassage, MatchAll, Node, Or, Term, Word
from excerpt.search.top_hits import ORDERS, Order, SearchOptions, documents, select
from strategies import Corpus

DaysOf = Callable[[int], DayRange | None]


def days_of(corpus: Corpus) -> DaysOf:
    """The days of the documents of `corpus`."""
    known = {document.id: date_from_metadata(document.metadata) for document, _ in corpus}
    return known.__getitem__


def undated(_: int) -> None:
    """No document has a date."""


def everything(engine: Engine, tree: Node, wish: SearchOptions, days: DaysOf) -> list[Key]:
    """All that `wish` shows, whatever its limit: slow and obvious."""
    best = [key for key, _ in engine.search(tree, None).hits]
    if wish.per_document is not None:
        best = [
            key
            for at, key in enumerate(best)
            if sum(other.document == key.document for other in best[:at]) < wish.per_document
        ]
    if wish.sort != "score":
        by_place = [key for key in engine.passages(tree) if key in best]
        ranks = dict(zip(dict.fromkeys(key.document for key in by_place), count(), strict=False))
        best = sorted(
            by_place, key=lambda key: in_order(wish.sort, ranks[key.document], days(key.document))
        )
    if not wish.fold or isinstance(tree, FirstPassage):
        return best
    wordings = engine.wordings(best)
    return [
        key for at, key in enumerate(best) if not wordings[at] or wordings[at] not in wordings[:at]
    ]


def in_order(sort: Order, rank: int, days: DayRange | None) -> tuple[int, ...]:
    """Where a document stands that is the `rank`-th by its path."""
    if sort.endswith("path"):
        return (-rank if sort.startswith("-") else rank,)
    if days is None:
        return (1,)
    return (0, -days[0], -days[1]) if sort.startswith("-") else (0, *days)


wishes = st.builds(
    SearchOptions,
    limit=st.one_of(st.none(), st.integers(0, 6)),
    offset=st.integers(0, 4),
    per_document=st.one_of(st.none(), st.integers(1, 2)),
    sort=st.sampled_from(ORDERS),
    fold=st.booleans(),
)


@given(strategies.corpora(most=4), st.one_of(strategies.trees(), st.just(MatchAll())), wishes)
def test_what_is_shown_is_a_piece_of_what_there_is(
    corpus: Corpus, tree: Node, wish: SearchOptions
) -> None:
    """Limit and offset cut one order; the total counts all that matches, and scores are those of the ranking."""
    engine, days = oracle(corpus), days_of(corpus)
    found = select(engine, tree, wish, days)
    shown = [key for key, _ in found.page.hits]
    assert shown == everything(engine, tree, wish, days)[wish.offset : wish.end]
    ranking = engine.search(tree, None)
    assert found.page.total == ranking.total
    scores = dict(ranking.hits)
    assert [score for _, score in found.page.hits] == pytest.approx([scores[key] for key in shown])


@given(strategies.corpora(most=4), st.one_of(strategies.trees(), st.just(MatchAll())), wishes)
def test_nothing_is_lost_by_folding(corpus: Corpus, tree: Node, wish: SearchOptions) -> None:
    """Shown passages and those they name are all that match, each once; what they name has their words."""
    engine, days = oracle(corpus), days_of(corpus)
    found = select(
        engine, tree, replace(wish, limit=None, offset=0, per_document=None, fold=True), days
    )
    told = [key for shown, _ in found.page.hits for key in (shown, *found.same.get(shown, ()))]
    assert sorted(told) == sorted(engine.passages(tree))
    for shown, others in found.same.items():
        assert len(set(engine.wordings([shown, *others]))) == 1
        assert list(others) == [key for key in engine.passages(tree) if key in others]


@given(strategies.corpora(most=4), strategies.trees(), st.sampled_from(ORDERS))
def test_documents_come_in_the_order_of_their_passages(
    corpus: Corpus, tree: Node, sort: Order
) -> None:
    """Each once, where the first of its passages stands."""
    engine, days = oracle(corpus), days_of(corpus)
    shown = everything(engine, tree, SearchOptions(sort=sort, fold=False), days)
    assert list(documents(engine, tree, sort, days)) == list(
        dict.fromkeys(key.document for key in shown)
    )


def copies(n: int) -> MemoryEngine:
    """An engine over `n` copies of one text, and as many others that are longer, each after its copy."""
    texts = [text for at in range(n) for text in ("Geese fly.", f"Geese fly, and number {at} too.")]
    return oracle(small_corpus(*texts))


def test_the_limit_is_filled_from_below_the_copies() -> None:
    """However many of them stand above."""
    found = select(copies(40), Word("geese"), SearchOptions(limit=10), undated)
    first, *others = (key.document for key, _ in found.page.hits)
    assert first == 1
    assert len(set(others)) == 9
    assert not any(document % 2 for document in others)
    assert {key.document for key in found.same[Key(1, 0)]} == set(range(3, 80, 2))
    assert found.page.total == 80


def test_copies_are_named_by_a_hit_on_any_page() -> None:
    """Also those that stand before the page."""
    engine = copies(3)
    by_path = select(engine, Word("geese"), SearchOptions(limit=1, offset=1, sort="-path"), undated)
    assert [key.document for key, _ in by_path.page.hits] == [5]
    assert [key.document for key in by_path.same[Key(5, 0)]] == [1, 3]


def test_what_does_not_match_is_not_named() -> None:
    """A copy that a field leaves out is no hit."""
    corpus = small_corpus("Geese fly.", "Geese fly.", "Geese fly.")
    corpus[1] = (corpus[1][0]._replace(language="de"), corpus[1][1])
    found = select(oracle(corpus), Or((Field("lang", "en"),)), SearchOptions(), undated)
    assert found.same == {Key(1, 0): (Key(3, 0),)}


def test_documents_and_passages_without_words_are_not_folded() -> None:
    """A passage that stands for its document is no copy of another, and dashes are like no other dashes."""
    engine = oracle(small_corpus("Geese fly.", "Geese fly.", "* * *", "-----"))
    assert len(select(engine, FirstPassage(Word("geese")), SearchOptions(), undated).page.hits) == 2
    assert len(select(engine, MatchAll(), SearchOptions(), undated).page.hits) == 3


def test_scores_are_asked_for_one_by_one_of_a_few_alone() -> None:
    """Of many they come from one ranking."""
    asked = []

    class Counted(MemoryEngine):
        def explain(self, tree: Node, key: Key) -> list[tuple[str, float]]:
            asked.append(key)
            return super().explain(tree, key)

    engine = Counted(copies(40).readings)
    few, many = (
        select(engine, Term("geese"), SearchOptions(limit, sort="path", fold=False), undated)
        for limit in (5, 60)
    )
    assert len(asked) == 5
    assert many.page.hits[:5] == few.page.hits


@pytest.mark.parametrize(
    "wish",
    [{"limit": -1}, {"offset": -1}, {"per_document": 0}, {"per_document": -1}, {"sort": "size"}],
)
def test_a_wish_that_makes_no_sense_is_refused(wish: dict[str, Any]) -> None:
    """A mistake of the caller, not of the query."""
    with pytest.raises(ValueError, match=r"count from|sort is one of"):
        SearchOptions(**wish)
