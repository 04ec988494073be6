"""Texts of unknown language are searched as if they were in the main language of the index."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.checks import lines_of
from conformance.stores import STORES, ask_each_store, small_corpus
from excerpt.engines import Engine
from excerpt.query.ast import Field, Node, Term, Word, walk
from excerpt.query.parser import parse
from strategies import Corpus, corpora, trees


def depends_on_language(tree: Node) -> bool:
    """Return whether a tree names a language: as a field, or with the spellings of one."""
    return any(
        (isinstance(node, Field) and node.name == "lang")
        or (isinstance(node, Word | Term) and node.variants)
        for node in walk(tree)
    )


def answer(engine: Engine, tree: Node) -> list[Any]:
    """Return what an engine says about the matches of a tree."""
    found = []
    for view in (engine, engine.everything):
        matches = view.execute(tree)
        ranking = [(key, pytest.approx(score)) for key, score in matches.top(None)]
        found.append((list(matches), list(matches.occurrences()), lines_of(matches), ranking))
    words = [node for node in walk(tree) if isinstance(node, Word)]
    forms = [{form for _, form in engine.vocabulary.forms(word)} for word in words]
    return [found, forms]


@given(
    corpus=corpora(),
    language=st.sampled_from(("en", "de", "fr", "zh", "")),
    tree=trees().filter(lambda tree: not depends_on_language(tree)),
)
def test_unknown_texts_are_taken_for_the_main_language(
    corpus: Corpus, language: str, tree: Node
) -> None:
    """Declaring the main language for each text of unknown language changes no answer."""
    declared = [
        (document._replace(language=document.language or language), passages)
        for document, passages in corpus
    ]
    expected = ask_each_store(declared, lambda engine: answer(engine, tree), "")
    assert ask_each_store(corpus, lambda engine: answer(engine, tree), language) == expected


def notes(*texts: str, language: str = "") -> Corpus:
    """Return documents of unknown language, and one in English."""
    english, *others = small_corpus("The war on ships.", *texts)
    return [english, *((document._replace(language=language), cut) for document, cut in others)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ship", [1, 2, 3]),
        ("ships", [1, 2, 3]),
        ("shipping", [1, 2, 3]),
        ("shipped crates", [3]),
        ('"ship"', []),
        ("=ships", [1, 2]),
        ("lang:en ship", [1]),
        ("ship* NEAR/1 sighted", [2]),
        ("ship BEFORE/2 sight", [2]),
        ("-ship", [4]),
        ("title:wars", [1, 2, 3, 4]),
    ],
)
def test_a_short_note_is_found_by_its_stems(query: str, expected: list[int]) -> None:
    """Plain words match inflected forms in notes; exact words and fields are as they were."""
    corpus = notes("Two ships sighted.", "shipped crates", "shire")
    tree = parse(query).checked().tree

    def ask(engine: Engine) -> list[int]:
        return sorted({key.document for key in engine.execute(tree)})

    assert ask_each_store(corpus, ask, "en") == dict.fromkeys(STORES, expected)


def test_forms_of_one_term_can_have_different_stems() -> None:
    """In French, `été` and `étés` have one stem, and so has `ete`, but not that of `été`."""
    corpus = notes("un été", "des étés", "la chatte", "des chats", "un châtiment")

    def ask(engine: Engine) -> list[list[int]]:
        trees = (Word("ete", spelling="été"), Word("chat"))
        return [sorted({key.document for key in engine.execute(tree)}) for tree in trees]

    expected = [[2, 3], [5]]
    assert ask_each_store(corpus[1:], ask, "fr") == dict.fromkeys(STORES, expected)


def test_without_a_main_language_nothing_is_guessed() -> None:
    """Then the stem of a form is its term, as in a language without a stemmer."""
    corpus = notes("Two ships sighted.", "a ship")

    def ask(engine: Engine) -> list[int]:
        return sorted({key.document for key in engine.execute(Word("ship"))})

    for language in ("", "zh"):
        assert set(map(tuple, ask_each_store(corpus, ask, language).values())) == {(1, 3)}
