"""Words from the first passages: which are added, what they weigh, and what a query means with them."""

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
from excerpt.search.expansion import PASSAGES, SHARE, WORDS, Sample, added_to, expanded
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
    """An engine over a passage for each text."""
    return oracle(small_corpus(*texts))


def samples_of(engine: Engine, tree: Node, texts: Sequence[str] = TEXTS) -> list[Sample]:
    """The first passages of the ranking of `tree`."""
    hits = engine.execute(tree).top(PASSAGES)
    return [Sample(score, texts[key.document - 1], "en") for key, score in hits]


def added(tree: Node, *, is_exact: bool = False) -> dict[str, float]:
    """What is added to `tree` over `TEXTS`."""
    engine = engine_of(*TEXTS)
    words = added_to(tree, samples_of(engine, tree), engine, is_exact=is_exact)
    assert all(isinstance(word, Term if is_exact else Word) for word in words)
    return {word.term: word.weight for word in words}


def test_words_of_the_first_passages_are_added() -> None:
    """Those that others lack; a word that half of the passages have tells nothing."""
    words = added(Word("tide"))
    assert {"moon", "tide"} <= words.keys()
    assert "the" not in words
    assert not {"bread", "oven"} & words.keys()
    assert list(words.values()) == sorted(words.values(), reverse=True)


def test_inflected_forms_are_one_word() -> None:
    """It goes by its most frequent form; with `is_exact` each form is a word of its own."""
    assert {"moons", "tides"} & added(Word("tide")).keys() == set()
    assert {"moon", "moons", "tide", "tides"} <= added(Word("tide"), is_exact=True).keys()


@pytest.mark.parametrize("weight", [1.0, 3.0])
def test_together_they_weigh_in_proportion_to_the_query(weight: float) -> None:
    """However many leaves it has."""
    tree = Or((Word("tide", weight), Phrase((Term("the"), Term("moon")))))
    assert sum(added(tree).values()) == pytest.approx(SHARE * (weight + 1.0), abs=1e-3)


def test_a_passage_far_ahead_speaks_alone() -> None:
    """The scores of the others are small beside its own."""
    engine = engine_of(*TEXTS)
    near = [Sample(2.0, TEXTS[0], "en"), Sample(1.9, TEXTS[2], "en")]
    far = [near[0], Sample(0.2, TEXTS[2], "en")]
    bread = [
        next(
            (word.weight for word in added_to(Word("x"), samples, engine) if word.term == "bread"),
            0.0,
        )
        for samples in (near, far)
    ]
    assert bread[0] > 0.01 > bread[1]


def test_only_so_many_words_of_so_many_passages_are_added() -> None:
    """Whatever is there."""
    texts = [f"seal {' '.join(f'w{n}x{i}' for i in range(9))}" for n in range(PASSAGES + 5)] + [
        "bread"
    ] * 30
    engine = engine_of(*texts)
    found = added_to(Word("seal"), [Sample(1.0, text, "en") for text in texts], engine)
    assert len(found) == WORDS
    assert not any(word.term.startswith(f"w{PASSAGES}x") for word in found)


@pytest.mark.parametrize("tree", [MatchAll(), MatchNone(), Field("lang", "en"), Word("hovercraft")])
def test_nothing_is_added_where_nothing_is_ranked(tree: Node) -> None:
    """Without a word in the query, or without a passage that has one."""
    assert added(tree) == {}
    assert expanded(tree, (), is_open=True) is tree


@given(strategies.corpora(), strategies.trees(), st.lists(strategies.terms, max_size=3))
def test_added_words_find_nothing_unless_the_choice_is_open(
    corpus: Corpus, tree: Node, terms: list[str]
) -> None:
    """A query means the same passages with them; an open choice of words means more, and never less."""
    engine = oracle(corpus)
    words = tuple(Word(term, 0.25) for term in terms)
    asked, closed, opened = (
        set(engine.execute(one))
        for one in (tree, expanded(tree, words, is_open=False), expanded(tree, words, is_open=True))
    )
    assert closed == asked <= opened
    if isinstance(tree, Or):
        assert opened == asked.union(*(engine.execute(word) for word in words))
    elif not isinstance(tree, Word | Term):
        assert opened == asked


@given(strategies.corpora(), strategies.trees())
def test_added_words_add_to_scores(corpus: Corpus, tree: Node) -> None:
    """The score of a passage is that of the query and that of the words."""
    engine = oracle(corpus)
    words = (Word("war", 0.5), Word("of", 0.25))
    whole = expanded(tree, words, is_open=False)
    assert list(query_terms(whole)) == [*query_terms(tree), *words]
    for key, score in engine.execute(whole).top(None):
        assert score == pytest.approx(
            score_of(engine, tree, key) + score_of(engine, Or(words), key)
        )


def score_of(engine: Engine, tree: Node, key: Key) -> float:
    """The sum of the parts of a score."""
    return sum(part for _, part in engine.execute(tree).explain(key))


def test_all_the_words_stay_required() -> None:
    """The others only change the order of the passages that have them."""
    engine = engine_of(*TEXTS)
    tree = AllWords((Word("tide"), Word("moon")))
    found = expanded(tree, added_to(tree, samples_of(engine, tree), engine), is_open=True)
    assert engine.count(found) == engine.count(tree) == 2
