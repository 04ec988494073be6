"""Expansion: the words that are added, their weights, and the meaning of a query with them."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from conformance.stores import oracle, small_corpus
from excerpt.engines import Engine
from excerpt.engines.memory import MemoryEngine
from excerpt.model import Key
from excerpt.query.ast import (
    AllWords,
    Field,
    MatchAll,
    MatchNone,
    Node,
    Or,
    Phrase,
    Term,
    Word,
    query_terms,
)
from excerpt.search.expansion import MAX_WORDS, N_PASSAGES, SHARE, Sample, add_words, choose_words
from strategies import Corpus

TEXTS = (
    "The tide is raised by the moon, and the moons of other planets raise tides.",
    "The tide comes with the moon.",
    "The bread is baked in the oven.",
    "The baker sells the bread.",
    "The oven is hot, and the baker tired.",
    "The wheel turns on the road.",
)


def engine_of(*texts: str) -> MemoryEngine:
    """Return an engine over a passage for each text."""
    return oracle(small_corpus(*texts))


def samples_of(engine: Engine, tree: Node, texts: Sequence[str] = TEXTS) -> list[Sample]:
    """Return the best passages for `tree`."""
    hits = engine.execute(tree).top(N_PASSAGES)
    return [Sample(score, texts[key.document - 1], "en") for key, score in hits]


def added(tree: Node, *, is_exact: bool = False) -> dict[str, float]:
    """Return the words that are added to `tree` over `TEXTS`, with their weights."""
    engine = engine_of(*TEXTS)
    words = choose_words(tree, samples_of(engine, tree), engine, is_exact=is_exact)
    assert all(isinstance(word, Term if is_exact else Word) for word in words)
    return {word.term: word.weight for word in words}


def test_words_of_the_best_passages_are_added() -> None:
    """Words that other passages lack are added, but none that half of the passages have."""
    words = added(Word("tide"))
    assert {"moon", "tide"} <= words.keys()
    assert "the" not in words
    assert not {"bread", "oven"} & words.keys()
    assert list(words.values()) == sorted(words.values(), reverse=True)


def test_inflected_forms_are_one_word() -> None:
    """The most frequent form is added; with `is_exact`, each form is a word of its own."""
    assert {"moons", "tides"} & added(Word("tide")).keys() == set()
    assert {"moon", "moons", "tide", "tides"} <= added(Word("tide"), is_exact=True).keys()


@pytest.mark.parametrize("weight", [1.0, 3.0])
def test_the_weights_are_a_share_of_the_weight_of_the_query(weight: float) -> None:
    """The weights of the added words add up to it, however many terms the query has."""
    tree = Or((Word("tide", weight), Phrase((Term("the"), Term("moon")))))
    assert sum(added(tree).values()) == pytest.approx(SHARE * (weight + 1.0), abs=1e-3)


def test_a_passage_with_a_much_higher_score_votes_almost_alone() -> None:
    """The vote of a passage falls steeply with its score."""
    engine = engine_of(*TEXTS)
    near = [Sample(2.0, TEXTS[0], "en"), Sample(1.9, TEXTS[2], "en")]
    far = [near[0], Sample(0.2, TEXTS[2], "en")]
    bread = [
        next(
            (
                word.weight
                for word in choose_words(Word("x"), samples, engine)
                if word.term == "bread"
            ),
            0.0,
        )
        for samples in (near, far)
    ]
    assert bread[0] > 0.01 > bread[1]


def test_the_numbers_of_words_and_passages_are_limited() -> None:
    """At most `MAX_WORDS` words of the first `N_PASSAGES` passages are added."""
    texts = [f"seal {' '.join(f'w{n}x{i}' for i in range(9))}" for n in range(N_PASSAGES + 5)] + [
        "bread"
    ] * 30
    engine = engine_of(*texts)
    found = choose_words(Word("seal"), [Sample(1.0, text, "en") for text in texts], engine)
    assert len(found) == MAX_WORDS
    assert not any(word.term.startswith(f"w{N_PASSAGES}x") for word in found)


@pytest.mark.parametrize("tree", [MatchAll(), MatchNone(), Field("lang", "en"), Word("hovercraft")])
def test_nothing_is_added_without_scores(tree: Node) -> None:
    """No words are added if the query has none, or if no passage matches."""
    assert added(tree) == {}
    assert add_words(tree, (), is_open=True) is tree


@given(strategies.corpora(), strategies.trees(), st.lists(strategies.terms, max_size=3))
def test_added_words_match_only_in_an_open_choice(
    corpus: Corpus, tree: Node, terms: list[str]
) -> None:
    """The same passages match with added words; an open choice of words matches more."""
    engine = oracle(corpus)
    words = tuple(Word(term, 0.25) for term in terms)
    plain, closed, opened = (
        set(engine.execute(one))
        for one in (
            tree,
            add_words(tree, words, is_open=False),
            add_words(tree, words, is_open=True),
        )
    )
    assert closed == plain <= opened
    if isinstance(tree, Or):
        assert opened == plain.union(*(engine.execute(word) for word in words))
    elif not isinstance(tree, Word | Term):
        assert opened == plain


@given(strategies.corpora(), strategies.trees())
def test_added_words_add_to_scores(corpus: Corpus, tree: Node) -> None:
    """The score of a passage is the sum of its scores for the query and for the words."""
    engine = oracle(corpus)
    words = (Word("war", 0.5), Word("of", 0.25))
    whole = add_words(tree, words, is_open=False)
    assert list(query_terms(whole)) == [*query_terms(tree), *words]
    for key, score in engine.execute(whole).top(None):
        assert score == pytest.approx(
            score_of(engine, tree, key) + score_of(engine, Or(words), key)
        )


def score_of(engine: Engine, tree: Node, key: Key) -> float:
    """Return the sum of the parts of a score."""
    return sum(part for _, part in engine.execute(tree).explain(key))


def test_all_words_of_a_query_stay_required() -> None:
    """Added words do not make passages match that lack a word of the query."""
    engine = engine_of(*TEXTS)
    tree = AllWords((Word("tide"), Word("moon")))
    found = add_words(tree, choose_words(tree, samples_of(engine, tree), engine), is_open=True)
    assert engine.count(found) == engine.count(tree) == 2
