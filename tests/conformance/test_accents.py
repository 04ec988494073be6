"""Forms with the accents as typed rank first, whatever the frequency of other forms."""

import pytest

from conformance.checks import assert_same_ranking
from conformance.stores import ask_each_store, oracle, small_corpus
from excerpt.engines import Engine
from excerpt.query.ast import Node
from excerpt.query.parser import parse
from strategies import Corpus

LONG = "word " * 180
CASES = {
    # query: the text that must come first, and others
    "été": ("été " + LONG, "ete " * 50, "ete"),
    "resume": ("resume " + LONG, "résumé résumé résumé"),
    "Müller": ("MÜLLER " + LONG, "Muller Muller Muller", "Muller " + LONG),
    "Ökonomie Brot": ("Brot und Ökonomie", "Okonomie Okonomie Brot Brot"),
    "ά": ("ά " + LONG, "α α α α"),
    '"été"': ("ÉTÉ " + LONG, "ete " * 50, "étè"),
    '"un été"': ("un été " + LONG, "un ete " * 50),
    "Brot NEAR/3 Äpfel": ("Brot und Äpfel " + LONG, "Apfel, Brot, Apfel"),
    "États-Unis": ("les États-Unis " + LONG, "Etats-Unis " * 9, "etatsunis"),
    "États OR Nation": ("les États " + LONG, "Etats"),
    "étud*": ("étudiant " + LONG, "etude etudes etudiant"),
    "ïvan~": ("ïvan " + LONG, "ivan ivan ivan", "ivans ivans"),
    "résumé~2": ("un résumé " + LONG, "resume resume", "résume résume", "resumes"),
    "n?ïve": ("naïve " + LONG, "naive naive naive"),
    '"un été*"': ("un été " + LONG, "un ete un ete un ete"),
    "=~Müller": ("Müller " + LONG, "Muller Muller Muller"),
    '=~"Ärzte und Räte"': ("Ärzte und Räte " + LONG, "Arzte und Rate " * 9),
    "vice-prési*": ("vice-président " + LONG, "vice-president " * 9),
}


def assert_same_in_all_engines(corpus: Corpus, tree: Node) -> None:
    """Check that all engines give the passages of `corpus` the scores of the reference."""
    expected = oracle(corpus).execute(tree)
    ask_each_store(corpus, lambda engine: assert_same_ranking(engine.execute(tree), expected))


def ranking_of(engine: Engine, tree: Node) -> list[int]:
    """Return the ids of the documents that match, best first."""
    return [key.document for key, _ in engine.execute(tree).top(None)]


@pytest.mark.parametrize("query", CASES)
@pytest.mark.parametrize("any_word", [False, True], ids=["all", "any"])
def test_forms_with_the_accents_as_typed_come_first(query: str, any_word: bool) -> None:
    """They do however long their passage is, and however often other forms occur."""
    texts = CASES[query]
    # The best passage comes last by path, so that ties do not help it.
    corpus = small_corpus(*reversed(texts), *["filler text"] * 30)
    tree = parse(query, any_word=any_word).checked().tree
    for name, found in ask_each_store(corpus, lambda engine: ranking_of(engine, tree)).items():
        assert found[0] == len(texts), name
        assert len(found) == len(texts), name


def test_titles_with_other_accents_do_not_outweigh_the_accents_as_typed() -> None:
    """A form in a title counts for little, too, if it has other accents."""
    with_title = small_corpus("ete ete ete", title="Ete, ete and ete")
    typed = small_corpus("x", "été " + LONG)[1:]
    corpus = [*with_title, *typed]
    tree = parse("été").checked().tree
    for name, found in ask_each_store(corpus, lambda engine: ranking_of(engine, tree)).items():
        assert found == [2, 1], name


def test_other_accents_score_alike_in_all_engines() -> None:
    """Body, title and headings are counted as the reference semantics does."""
    corpus = [
        *small_corpus("été ete filler", "ete", "étés été", title="Ete"),
        *[
            (document._replace(id=document.id + 10, paths=(f"b{document.id}",)), passages)
            for document, passages in small_corpus("ete filler", "plain", title="Été")
        ],
    ]
    for query in ("été", "été filler", "été OR filler", '"ete"', "ete", '"été"', '"été ete"'):
        tree = parse(query).checked().tree
        assert_same_in_all_engines(corpus, tree)
